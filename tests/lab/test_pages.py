"""Home, course map and lesson as a person sees them, in both languages."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from lab.accounts.models import User
from lab.catalogue.markdown import rendered
from lab.language import say, sentences
from lab.sandboxes.models import Sandbox

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.django_db

FIRST, SECOND = "/en/lessons/first-pod/", "/en/lessons/english-only/"


def test_both_languages_say_the_same_things() -> None:
    english, korean = sentences("en"), sentences("ko")
    assert english.keys() == korean.keys()
    facts = {key: set(re.findall(r"{(\w+)}", text)) for key, text in english.items()}
    assert facts == {key: set(re.findall(r"{(\w+)}", text)) for key, text in korean.items()}


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 of 0 lessons done, 0 tasks passed"), (1, "1 of 1 lesson done, 1 task passed")]
)
def test_one_thing_is_not_said_as_several(count: int, said: str) -> None:
    assert say("course.tally", done=count, all=count, tasks=count) == said


def test_every_sentence_is_said_somewhere() -> None:
    folders = [("templates", "*.html"), ("templates", "*.txt"), ("lab", "*.py"), ("lab/frontend", "*.js")]
    source = "".join(path.read_text() for folder, names in folders for path in (ROOT / folder).rglob(names))
    by_part = (
        "tasks.hint-",
        "tasks.state-",
        "js.shape-",
        "js.key-",
        "js.now-",
        "js.outcome-",
        "js.desk-",
        "js.does-",
        "js.is-",
        "js.why-",
        "quiz.kind-",
        "quiz.again-",
        "playground.control-planes-",
        "js.why-",
        "js.desk-",
        "js.does-",
        "js.is-",
        "search.kind-",
        "classes.flow-",
        "classes.import-",
        "classes.kind-",
        "classes.only-",
        "classes.role-",
        "jobs.",
    )
    unsaid = [
        key
        for key in sentences("en")
        if not re.search(rf"""["'](js\.)?{re.escape(key.removeprefix("js."))}["']""", source)
        and not key.startswith(by_part)
    ]
    assert unsaid == []


def test_the_bare_address_opens_in_the_readers_language() -> None:
    assert Client().get("/", headers={"accept-language": "ko-KR,ko;q=0.9"})["Location"] == "/ko/"
    assert Client().get("/", headers={"accept-language": "fr"})["Location"] == "/en/"


def test_the_language_chosen_is_remembered() -> None:
    client = Client()
    client.get("/ko/course/")
    assert client.get("/", headers={"accept-language": "en"})["Location"] == "/ko/"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/en/classes/new/", "/en/classes/"),
        ("/en/account/name/", "/en/account/"),
        ("/ko/exams/ckad/begin/", "/ko/"),
        ("/en/start/", "/en/"),
    ],
)
def test_the_address_of_a_form_opens_the_page_above_it(path: str, page: str) -> None:
    assert Client().get(path)["Location"] == page
    assert Client().head(path).status_code == 405


def test_home_starts_the_first_lesson() -> None:
    page = Client().get("/en/").text
    assert "Start the first lesson" in page
    assert 'value="/en/lessons/first-pod/"' in page


def test_home_continues_where_somebody_was(browser: Client, learner: User) -> None:
    Sandbox.objects.create(owner=learner, lesson="english-only")
    assert f'href="{SECOND}"' in browser.get("/en/").text


def test_switching_language_keeps_the_page(browser: Client) -> None:
    assert 'href="/ko/lessons/first-pod/"' in browser.get(FIRST).text
    assert "첫 파드" in browser.get("/ko/lessons/first-pod/").text


def test_a_lesson_without_translation_says_so(browser: Client) -> None:
    page = browser.get("/ko/lessons/english-only/").text
    assert "아직 번역되지 않은 수업" in page
    assert '<article class="read" tabindex="0" aria-label="수업 본문" lang="en">' in page


def test_a_prediction_may_name_code() -> None:
    asked = "question: Does `kubectl get <x>` answer?\noptions: ['`yes`', no]\nthen: See `-v=6`."
    page = rendered(f"```predict\n{asked}\n```\n", "en")
    assert "Does <code>kubectl get &lt;x&gt;</code> answer?" in page and "<code>yes</code></button>" in page
    assert 'data-then="See `-v=6`."' in page  # the script marks it when it is shown


def test_a_prediction_may_be_a_table() -> None:
    asked = (
        "question: What?\ncolumns: [{name: READY, options: [1/1, 0/1]}]\nrows: [{name: '`gate`', is: [0/1]}]\nthen: So."
    )
    page = rendered(f"```predict\n{asked}\n```\n", "en")
    assert '<th scope="row"><code>gate</code></th>' in page and 'aria-label="gate: READY"' in page
    assert '<td data-is="0/1"><select required' in page and "<option>1/1</option><option>0/1</option>" in page
    other = asked.replace("[0/1]", "[2/2]")
    assert "<form" not in rendered(f"```predict\n{other}\n```\n", "en")


def test_a_lesson_shows_commands_to_run_and_asks_for_predictions(browser: Client) -> None:
    page = browser.get(FIRST).text
    assert "<pre><span>kubectl</span> <span>run</span> <span>web</span> <span>--image=nginx</span></pre>" in page
    assert "How many Pods will there be?" in page
    assert "&lt;script&gt;" in page


def test_the_map_shows_rooms_and_what_was_done(browser: Client) -> None:
    page = browser.get("/en/course/").text
    assert "Pods" in page
    assert "0 of 2 lessons done, 0 tasks passed" in page


def test_a_lesson_asks_who_is_there() -> None:
    assert Client().get(FIRST)["Location"] == f"/en/sign-in/?next={FIRST}"


@pytest.mark.parametrize("path", ["/en/nothing/", "/en/lessons/nothing/"])
def test_what_is_not_there_says_so(browser: Client, path: str) -> None:
    response = browser.get(path)
    assert response.status_code == 404
    assert "This page is not here" in response.text


def test_the_theme_comes_from_the_cookie() -> None:
    client = Client()
    assert "data-theme" not in client.get("/en/").text.split("<body")[0]
    client.cookies["theme"] = "dark"
    assert '<html lang="en" data-theme="dark">' in client.get("/en/").text
    client.cookies["theme"] = '"><script>'
    assert "data-theme" not in client.get("/en/").text.split("<body")[0]


@pytest.mark.parametrize(
    ("zone", "said"), [("Asia/Seoul", "11 Nov, 23:05"), ("../../etc/passwd", "11 Nov, 14:05"), ("", "11 Nov, 14:05")]
)
def test_times_are_said_in_the_readers_zone(browser: Client, learner: User, zone: str, said: str) -> None:
    Sandbox.objects.create(owner=learner, lesson="first-pod", used_at=datetime(2025, 11, 11, 14, 5, tzinfo=UTC))
    browser.cookies["timezone"] = zone
    assert f"waiting since {said}" in browser.get("/en/course/").text


def test_scripts_run_only_with_the_pages_nonce(browser: Client) -> None:
    response = browser.get(FIRST)
    policy = response["Content-Security-Policy"]
    nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", policy)
    assert nonce
    assert "default-src 'none'" in policy
    scripts = re.findall(r"<script(?![^>]*application/json)[^>]*>", response.text)
    assert len(scripts) == 4
    assert all(f'nonce="{nonce[1]}"' in script for script in scripts)
    assert not re.findall(r"\son\w+=", response.text)


def test_the_site_says_that_it_is_up() -> None:
    assert Client().get("/health/").text == "ok"

"""The tasks panel: states, findings, hints, and who sees what."""

from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from lab.accounts.models import User
from lab.catalogue import content
from lab.grading.models import Progress
from lab.grading.panel import record_passes
from lab.grading.solutions import Step, split
from lab.grading.verdicts import Verdict, remember
from lab.sandboxes.models import Sandbox
from tests.lab import course

pytestmark = pytest.mark.django_db

MISSING = Verdict(
    "fail",
    {"en": "Pod `web` is Running", "ko": "파드 `web`이 실행 중"},
    {"en": "no Pod", "ko": "파드 없음"},
    "Pod web",
    {"en": "The name counts.", "ko": "이름이 중요합니다."},
    tried=True,
)


@pytest.fixture
def sandbox(learner: User) -> Sandbox:
    return Sandbox.objects.create(owner=learner, lesson="first-pod")


def panel(browser: Client, sandbox: Sandbox, language: str = "en") -> str:
    return browser.get(f"/{language}/sandboxes/{sandbox.pk}/tasks/", headers={"hx-request": "true"}).text


def states(page: str) -> list[str]:
    return [piece.split('"')[0] for piece in page.split('<div class="task ')[1:]]


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        pytest.param({}, ["todo", "todo"], id="not looked yet"),
        pytest.param({"run-a-pod": Verdict("fail")}, ["todo", "todo"], id="not tried"),
        pytest.param({"run-a-pod": MISSING, "lose-it": MISSING}, ["fail", "todo"], id="one open finding"),
        pytest.param({"run-a-pod": Verdict("waiting", message={"en": "4 s"})}, ["waiting", "todo"], id="on its way"),
        pytest.param({"run-a-pod": Verdict("error")}, ["error", "todo"], id="our fault"),
        pytest.param({"run-a-pod": Verdict("unjudged")}, ["unjudged", "todo"], id="something odd"),
    ],
)
def test_states(browser: Client, sandbox: Sandbox, verdicts: dict[str, Verdict], expected: list[str]) -> None:
    remember(sandbox.pk, verdicts)
    assert states(panel(browser, sandbox)) == expected


def test_a_finding_says_expected_seen_and_object(browser: Client, sandbox: Sandbox) -> None:
    remember(sandbox.pk, {"run-a-pod": MISSING})
    page = panel(browser, sandbox)
    assert "<dt>Expected</dt><dd>Pod <code>web</code> is Running</dd>" in page
    assert '<span class="seen">no Pod</span>' in page
    assert 'data-object="Pod web"' in page
    assert '<dt>실제</dt><dd><span class="seen">파드 없음</span>' in panel(browser, sandbox, "ko")


def test_what_is_passed_stays_passed(browser: Client, sandbox: Sandbox, learner: User) -> None:
    Progress.objects.create(owner=learner, lesson="first-pod", task="run-a-pod", passed_at=timezone.now())
    remember(sandbox.pk, {"run-a-pod": MISSING})
    page = panel(browser, sandbox)
    assert states(page) == ["pass", "todo"]
    assert "2 / 2" in page


def test_a_remark_stays_with_what_is_passed(browser: Client, sandbox: Sandbox) -> None:
    record_passes(sandbox, {"run-a-pod": {"en": "A `Deployment` would last.", "ko": "`Deployment`라면 오래갑니다."}})
    record_passes(sandbox, {"run-a-pod": {"en": "Something later.", "ko": "나중."}})
    for language, words in (("en", "A <code>Deployment</code> would last."), ("ko", "<code>Deployment</code>라면")):
        page = panel(browser, sandbox, language)
        assert words in page and "Something later" not in page and states(page)[0] == "pass"


def test_hints_come_one_at_a_time_and_stay(browser: Client, sandbox: Sandbox) -> None:
    address = f"/en/sandboxes/{sandbox.pk}/tasks/run-a-pod/hint/"
    shown = [browser.post(address, headers={"hx-request": "true"}).text.count('<div class="hint">') for _ in range(5)]
    assert shown == [1, 2, 3, 3, 3]
    page = panel(browser, sandbox)
    assert "<b>Hint 1, where to look.</b> Look at <code>kubectl run</code>." in page
    assert "3 of 3 seen" in page


def test_without_scripts_the_answer_is_the_page(browser: Client, sandbox: Sandbox) -> None:
    response = browser.post(f"/en/sandboxes/{sandbox.pk}/tasks/run-a-pod/hint/")
    assert response["Location"] == "/en/lessons/first-pod/"


SCRIPT = """kubectl run web --image=nginx
# A label for it.
kubectl label pod web \\
  app=web
cat <<EOF > note
# kept
EOF
for n in 1 2; do
  echo $n
done
"""


def test_a_solution_is_taken_apart_into_complete_commands() -> None:
    assert split(SCRIPT) == [
        Step("kubectl run web --image=nginx"),
        Step("kubectl label pod web \\\n  app=web", "A label for it."),
        Step("cat <<EOF > note\n# kept\nEOF"),
        Step("for n in 1 2; do\n  echo $n\ndone"),
    ]
    assert split("echo 'not closed\n") == [Step("echo 'not closed")]


def test_what_was_passed_after_the_solution_was_shown_counts_as_seen(
    browser: Client, learner: User, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = replace(course.FIRST, solutions=(("by-command", "kubectl run web --image=nginx\n"),))
    monkeypatch.setattr(course, "COURSE", course.Course([replace(course.COURSE.modules[0], lessons=[first])]))
    content.course.cache_clear()
    record_passes(sandbox, {"run-a-pod": {}})
    before = panel(browser, sandbox)
    assert "Show solution" in before and "kubectl run web" not in before
    browser.post(f"/en/sandboxes/{sandbox.pk}/solution/")
    record_passes(sandbox, {"lose-it": {}})
    after = panel(browser, sandbox)
    assert "kubectl run web --image=nginx" in after and "Play all" in after
    assert "2 / 2" in after and ">seen<" in after

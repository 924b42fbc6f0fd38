"""Search over lessons, commands and terms; terms where a text first uses them; the glossary's page."""

import re

import pytest
from django.test import Client

from lab.catalogue import search
from lab.catalogue.content import lessons
from lab.catalogue.glossary import marked, terms
from lab.catalogue.markdown import rendered
from lessons.course import load


@pytest.fixture(autouse=True)
def fresh() -> None:
    search.entries.cache_clear()


@pytest.mark.parametrize(
    ("asked", "language", "kind", "title"),
    [
        ("pod", "en", "term", "Pod"),
        ("포드", "ko", "term", "파드"),
        ("readiness", "en", "term", "readiness probe"),
        ("kubectl run", "en", "command", "kubectl run web --image=nginx"),
        ("smallest unit", "en", "lesson", "A first Pod"),
        ("작은 단위입니다", "ko", "lesson", "첫 파드"),
    ],
)
def test_the_best_comes_first(asked: str, language: str, kind: str, title: str) -> None:
    hit = search.search(asked, language)[0]
    assert (hit.kind, hit.title.get(language, hit.title["en"])) == (kind, title)


def test_every_word_must_be_found() -> None:
    assert search.search("pod zebra", "en") == []
    assert search.search("  ", "en") == []


def test_the_page_says_what_was_found(client: Client, db: None) -> None:
    page = client.get("/en/search/", {"q": "smallest"}).content.decode()
    assert "A first Pod" in page and "Found:" in page
    assert "찾지 못했습니다" in client.get("/ko/search/", {"q": "<b>없음"}).content.decode()


def test_terms_are_marked_once_with_any_particle() -> None:
    pieces = marked("파드는 노드에서 실행되고, 파드가 끝나면 셀렉터로 찾습니다.", set())
    assert [(piece, term.id) for piece, term in pieces if term] == [
        ("파드", "pod"),
        ("노드", "node"),
        ("셀렉터", "selector"),
    ]
    assert "".join(piece for piece, _ in pieces) == "파드는 노드에서 실행되고, 파드가 끝나면 셀렉터로 찾습니다."


def test_kinds_are_terms_and_common_words_are_not() -> None:
    assert [term.id for _, term in marked("a service of the podium, a Service", set()) if term] == ["service"]


def test_terms_are_not_marked_in_headings_code_and_links() -> None:
    html = rendered("# A Pod\n\n`Pod` and [Pod](https://example.com), then a Pod.\n", "en")
    assert html.count('class="term"') == 1
    assert "The smallest thing you deploy" in html


def test_every_term_is_defined_in_both_languages(client: Client, db: None) -> None:
    for language in ("en", "ko"):
        page = client.get(f"/{language}/glossary/").content.decode()
        assert all(f'id="{term.id}"' in page for term in terms())
    spellings = [spelling for term in terms() for spelling in term.spellings]
    assert len(spellings) == len(set(spellings))


def test_every_term_is_used_by_the_lesson_that_teaches_it() -> None:
    course = load()
    for term in terms():
        text = course.find(term.lesson).text
        for language in ("en", "ko"):
            assert any(each.casefold() in text[language].casefold() for each in term.spellings), (term.id, language)


def test_a_term_leads_to_its_lesson_where_the_course_has_it(client: Client, db: None) -> None:
    page = client.get("/ko/glossary/").content.decode()
    taught = {term.lesson for term in terms()}
    assert "first-pod" in taught and page.count('href="/ko/lessons/first-pod/"') >= 2
    assert set(re.findall(r'href="/ko/lessons/([a-z-]+)/"', page)) == {each.id for each in lessons()} & taught

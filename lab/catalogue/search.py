"""Search over lessons, the commands they teach, and terms. Every word of a question must be found, in any language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from lab.catalogue import content
from lab.catalogue.glossary import terms

RUN = re.compile(r"^```run[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MARKS = re.compile(r"[*`]|^#+ |^[-|> ]+", re.MULTILINE)
"""What Markdown writes for looks."""
MOST = 30
AROUND = 60
"""How many letters of a text are shown on each side of what was found."""


@dataclass(frozen=True)
class Entry:
    """Something that can be found: `title` and `text` weigh differently, `words` is what is looked through."""

    kind: str
    id: str
    title: dict[str, str]
    text: dict[str, str]
    names: str
    words: str


@dataclass(frozen=True)
class Hit:
    kind: str
    id: str
    title: dict[str, str]
    extract: str


def search(asked: str, language: str) -> list[Hit]:
    """The best entries first: names before texts, terms before commands before lessons."""
    wanted = [word for word in asked.casefold().replace("포드", "파드").split() if word]
    if not wanted:
        return []
    found = [
        (rank(entry, wanted), number, entry)
        for number, entry in enumerate(entries())
        if all(word in entry.words for word in wanted)
    ]
    return [
        Hit(entry.kind, entry.id, entry.title, extract(entry, wanted, language))
        for _, _, entry in sorted(found, key=lambda each: each[:2])[:MOST]
    ]


def rank(entry: Entry, wanted: list[str]) -> int:
    if entry.names == " ".join(wanted):
        return 0
    return 1 if all(word in entry.names for word in wanted) else 2


def extract(entry: Entry, wanted: list[str], language: str) -> str:
    """The piece of the text in which the first word stands."""
    text = entry.text.get(language) or entry.text["en"]
    place = text.casefold().find(wanted[0])
    if entry.kind != "lesson" or place < 0:
        return text[: 4 * AROUND]
    start = max(text.rfind(" ", 0, max(place - AROUND, 0)), 0)
    end = text.find(" ", place + AROUND)
    return ("… " if start else "") + text[start : end if end > 0 else None].strip() + (" …" if end > 0 else "")


@cache
def entries() -> tuple[Entry, ...]:
    return (*term_entries(), *lesson_entries())


def term_entries() -> Iterator[Entry]:
    for term in terms():
        names = " ".join(term.spellings).casefold()
        yield Entry("term", term.id, term.name, term.says, names, f"{names} {' '.join(term.says.values())}".casefold())


def lesson_entries() -> Iterator[Entry]:
    """Each command under the lesson that shows it first, then the lesson itself."""
    known: set[str] = set()
    for lesson in content.lessons():
        for command in (line for block in RUN.findall(lesson.text["en"]) for line in block.splitlines()):
            if command.strip() and command not in known and command[0] not in " #":
                known.add(command)
                yield Entry("command", lesson.id, {"en": command}, lesson.title, command.casefold(), command.casefold())
        text = {
            language: " ".join(MARKS.sub("", FENCE.sub("", each)).split()) for language, each in lesson.text.items()
        }
        names = " ".join(lesson.title.values()).casefold()
        yield Entry("lesson", lesson.id, lesson.title, text, names, f"{names} {' '.join(text.values())}".casefold())

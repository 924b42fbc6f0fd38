"""The terms of the course: what each means, and where a text uses it."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = Path(__file__).parent / "glossary.toml"
HANGUL = "가-힣"


@dataclass(frozen=True)
class Term:
    """One term with its definition and the lesson that teaches it; texts are per language."""

    id: str
    name: dict[str, str]
    says: dict[str, str]
    also: tuple[str, ...]
    lesson: str

    @property
    def spellings(self) -> tuple[str, ...]:
        return (*dict.fromkeys(self.name.values()), *self.also)


@cache
def terms() -> tuple[Term, ...]:
    """All terms in the order of the file."""
    return tuple(
        Term(
            identity,
            {language: facts[language] for language in ("en", "ko")},
            {language: facts[f"{language}-says"] for language in ("en", "ko")},
            tuple(facts.get("also", ())),
            facts["lesson"],
        )
        for identity, facts in tomllib.loads(PATH.read_text()).items()
    )


@cache
def _spellings() -> tuple[re.Pattern[str], dict[str, Term]]:
    """One pattern for all spellings, the longest first: English as whole words, Korean with any particle behind it.

    Kinds are written with a capital and common words without: Service is a term, service is a word.
    """
    known = {spelling: term for term in terms() for spelling in term.spellings}
    longest = sorted(known, key=len, reverse=True)
    english = "|".join(re.escape(each) for each in longest if each.isascii())
    korean = "|".join(re.escape(each) for each in longest if not each.isascii())
    return re.compile(rf"(?<![\w-])(?:{english})(?![A-Za-z0-9_-])|(?<![\w{HANGUL}])(?:{korean})"), known


def marked(text: str, used: set[str]) -> list[tuple[str, Term | None]]:
    """A text in pieces, those that are terms with their term; a term counts where it first comes up."""
    pattern, known = _spellings()
    pieces: list[tuple[str, Term | None]] = []
    end = 0
    for found in pattern.finditer(text):
        term = known[found[0]]
        if term.id in used:
            continue
        used.add(term.id)
        pieces += [(text[end : found.start()], None), (found[0], term)]
        end = found.end()
    return [*pieces, (text[end:], None)]

"""What stands beside the terminal of a playground: a text like a lesson's, without tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lab import language

LESSON = "playground"


@dataclass(frozen=True)
class Text:
    """A lesson to everybody who shows one."""

    id: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    minutes: int = 0
    tasks: Sequence[Any] = ()
    solutions: Sequence[tuple[str, str]] = ()
    quiz: Sequence[Mapping[str, Any]] = ()
    draws: Mapping[str, Any] = field(default_factory=dict)


@cache
def playground() -> Text:
    folder = Path(__file__).parent
    languages = ("en", "ko")
    title = {each: language.sentences(each)["playground.title"] for each in languages}
    return Text(LESSON, title, {each: (folder / f"{each}.md").read_text() for each in languages})

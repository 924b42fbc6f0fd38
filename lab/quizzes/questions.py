"""The kinds of questions: how each is laid out, what a form says about it, and whether that is right.

An answer is plain: the numbers of the chosen options, the order of things, the right-hand side of each pair, a number,
a command with what it printed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from typing import Any

from django.http import QueryDict

from lab.catalogue.content import Lesson
from lab.quizzes.worlds import outcome, tried

type Declared = Mapping[str, Any]
LONGEST = 2000
"""Characters of a command that are read."""
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Question:
    """One question of a lesson's quiz, as one learner meets it."""

    lesson: str
    declared: Declared
    key: str
    """Names the question for ever, wherever it stands in the quiz: from what it asks, before names were drawn."""
    number: int
    seed: str

    @property
    def kind(self) -> str:
        return str(self.declared["kind"])

    @property
    def parts(self) -> tuple[Any, ...]:
        """What is to be chosen, put in order or paired."""
        return tuple(self.declared.get("options") or self.declared.get("order") or self.declared.get("pairs") or ())

    @property
    def shuffled(self) -> list[int]:
        """The parts' numbers in the order in which this learner sees them; never an order that is the answer."""
        rows = sorted(range(len(self.parts)), key=lambda part: digest(f"{self.seed}/{self.key}/{part}"))
        return rows[1:] + rows[:1] if self.kind == "order" and rows == sorted(rows) else rows

    def read(self, form: QueryDict) -> Any:
        """The answer that a form holds; None if it is not complete."""
        return READERS[self.kind](self, form)

    @property
    def rights(self) -> list[bool]:
        """Which of the options are right; a world is asked where the author has not said it."""
        if "when" in self.parts[0]:
            return outcome(self.lesson, self.number - 1, self.key, self.seed)
        return [bool(option.get("right")) for option in self.parts]

    def judge(self, given: Any) -> tuple[bool, Any]:
        """Whether an answer is right, and what is to be kept of it."""
        if self.kind == "command":
            found = tried(self.lesson, self.number - 1, given["command"], self.seed)
            return found.right, {**given, "output": found.output}
        return bool(JUDGES[self.kind](self, given)), given


def questions(lesson: Lesson, plain: Lesson, seed: str) -> list[Question]:
    """The quiz of a lesson as drawn for a learner; `plain` is the lesson before drawing."""
    return [
        Question(lesson.id, declared, key_of(before), number, seed)
        for number, (declared, before) in enumerate(zip(lesson.quiz, plain.quiz, strict=True), 1)
    ]


def key_of(declared: Declared) -> str:
    return str(declared.get("id") or digest(f"{declared['kind']} {declared['ask']['en']}"))


def digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()


def read_choices(question: Question, form: QueryDict) -> list[int] | None:
    chosen = sorted({int(each) for each in form.getlist("choice") if each.isdigit()})
    return chosen if chosen and chosen[-1] < len(question.parts) else None


def read_order(question: Question, form: QueryDict) -> list[int] | None:
    order = [int(each) for each in form.getlist("item") if each.isdigit()]
    return order if sorted(order) == list(range(len(question.parts))) else None


def read_pairs(question: Question, form: QueryDict) -> list[int] | None:
    chosen = [form.get(f"pair-{left}", "") for left in range(len(question.parts))]
    return [int(each) for each in chosen] if all(each.isdigit() for each in chosen) else None


def read_number(question: Question, form: QueryDict) -> str | None:
    """The first number in the field: people write `300 s` and `1,000`."""
    found = NUMBER.search(form.get("number", "").replace(",", ""))
    return found[0] if found else None


def read_command(question: Question, form: QueryDict) -> dict[str, str] | None:
    command = form.get("command", "").strip()[:LONGEST]
    return {"command": command} if command else None


def chose_right(question: Question, given: list[int]) -> bool:
    return given == [number for number, right in enumerate(question.rights) if right]


def ordered_right(question: Question, given: list[int]) -> bool:
    return given == sorted(given)


def paired_right(question: Question, given: list[int]) -> bool:
    """Pairs whose right-hand sides read the same may be taken for one another."""
    rights = [pair["right"]["en"] for pair in question.parts]
    return all(chosen < len(rights) and rights[chosen] == rights[left] for left, chosen in enumerate(given))


def counted_right(question: Question, given: str) -> bool:
    low, high = bounds(question.declared["answer"])
    return low <= Fraction(given) <= high


def bounds(answer: Any) -> tuple[Fraction, Fraction]:
    """The least and the greatest number that is right: a number, or `[from, to]`."""
    low, high = answer if isinstance(answer, list | tuple) else (answer, answer)
    return Fraction(str(low)), Fraction(str(high))


READERS: Mapping[str, Callable[[Question, QueryDict], Any]] = {
    "command": read_command,
    "match": read_pairs,
    "multiple": read_choices,
    "number": read_number,
    "order": read_order,
    "predict": read_choices,
    "single": read_choices,
}
JUDGES: Mapping[str, Callable[[Question, Any], bool]] = {
    "match": paired_right,
    "multiple": chose_right,
    "number": counted_right,
    "order": ordered_right,
    "predict": chose_right,
    "single": chose_right,
}

"""Field selectors, such as `status.phase=Running,metadata.name!=web`.

Upstream: k8s.io/apimachinery/pkg/fields
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from simulator.machinery.golang import quoted
from simulator.machinery.requirements import SelectorError

OF_EVERY_KIND: Final = ("metadata.name", "metadata.namespace")
"""The fields that kinds without any of their own can be selected by."""
ESCAPES: Final = str.maketrans({"\\": "\\\\", ",": "\\,", "=": "\\="})


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: the field is, or is not, the value."""

    field: str
    value: str
    equal: bool = True

    def __str__(self) -> str:
        return f"{self.field}{'=' if self.equal else '!='}{self.value.translate(ESCAPES)}"


@dataclass(frozen=True, slots=True)
class FieldSelector:
    """Conditions on fields that all have to hold; a field that is not there counts as empty."""

    terms: tuple[Term, ...] = ()

    def matches(self, fields: Mapping[str, str]) -> bool:
        return all((fields.get(term.field, "") == term.value) is term.equal for term in self.terms)

    def check(self, supported: Collection[str]) -> None:
        """Raise `SelectorError` for a field that the resource cannot be selected by."""
        for term in self.terms:
            if term.field in supported:
                continue
            if all(name in OF_EVERY_KIND for name in supported):
                only = ", ".join(map(quoted, OF_EVERY_KIND))
                raise SelectorError(f"{quoted(term.field)} is not a known field selector: only {only}")
            raise SelectorError(f"field label not supported: {term.field}")

    def exact_value(self, field: str) -> str | None:
        """The value that the selector requires of a field, if it does."""
        return next((term.value for term in self.terms if term.equal and term.field == field), None)

    @property
    def is_empty(self) -> bool:
        return not self.terms

    def __str__(self) -> str:
        return ",".join(map(str, self.terms))


EVERYTHING: Final = FieldSelector()


@lru_cache(maxsize=4096)
def parse(text: str) -> FieldSelector:
    """Read the text form. Raises `SelectorError`."""
    terms = []
    for part in sorted(parts_of(text)):
        if not part:
            continue
        found = split(part)
        if found is None:
            raise SelectorError(f"invalid selector: '{text}'; can't understand '{part}'")
        field, operator, value = found
        terms.append(Term(field, unescaped(value), operator != "!="))
    return FieldSelector(tuple(terms))


def parts_of(text: str) -> list[str]:
    """The text between commas that no backslash protects."""
    parts, start, escaping = [], 0, False
    for index, character in enumerate(text):
        if escaping:
            escaping = False
        elif character == "\\":
            escaping = True
        elif character == ",":
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def split(part: str) -> tuple[str, str, str] | None:
    """Field, operator and value around the first operator."""
    for index in range(len(part)):
        for operator in ("!=", "==", "="):
            if part.startswith(operator, index):
                return part[:index], operator, part[index + len(operator) :]
    return None


def unescaped(value: str) -> str:
    result, escaping = "", False
    for character in value:
        if escaping:
            if character not in "\\,=":
                raise SelectorError(f"invalid field selector: invalid escape sequence: \\{character}")
            result += character
            escaping = False
        elif character == "\\":
            escaping = True
        elif character in ",=":
            raise SelectorError(f"invalid field selector: unescaped character in value: {ord(character)}")
        else:
            result += character
    if escaping:
        raise SelectorError("invalid field selector: invalid escape sequence: \\")
    return result

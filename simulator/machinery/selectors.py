"""Label selectors: read from text or objects, asked whether they match, written back.

Upstream: k8s.io/apimachinery/pkg/labels, pkg/apis/meta/v1/helpers.go
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from simulator.machinery.golang import quoted
from simulator.machinery.requirements import POSITIVE, Operator, Requirement, SelectorError, required
from simulator.machinery.selector_syntax import Parser, tokens_of

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "Operator",
    "Requirement",
    "Selector",
    "SelectorError",
    "formatted",
    "from_labels",
    "from_object",
    "parse",
    "required",
    "selector_of",
]

OF_EXPRESSIONS: Final = {
    "In": Operator.IN,
    "NotIn": Operator.NOT_IN,
    "Exists": Operator.EXISTS,
    "DoesNotExist": Operator.DOES_NOT_EXIST,
}


@dataclass(frozen=True, slots=True)
class Selector:
    """Conditions that all have to hold. Without any it matches everything, unless it is `NOTHING`."""

    requirements: tuple[Requirement, ...] = ()
    exact: tuple[tuple[str, str], ...] = ()
    """The requirements that are plain equalities, which most are."""
    others: tuple[Requirement, ...] = ()
    selectable: bool = True

    def matches(self, labels: Mapping[str, str] | None) -> bool:
        labels = labels or {}
        for key, value in self.exact:
            if labels.get(key) != value:
                return False
        for requirement in self.others:
            if not requirement.matches(labels):
                return False
        return self.selectable

    @property
    def is_empty(self) -> bool:
        """Whether it matches everything."""
        return self.selectable and not self.requirements

    def exact_value(self, key: str) -> str | None:
        """The one value that the selector requires of a label, if it does."""
        for requirement in self.requirements:
            if requirement.key == key:
                single = requirement.operator in POSITIVE and len(requirement.values) == 1
                return requirement.values[0] if single else None
        return None

    def __str__(self) -> str:
        return ",".join(map(str, self.requirements))


EVERYTHING: Final = Selector()
NOTHING: Final = Selector(selectable=False)


def selector_of(requirements: Collection[Requirement]) -> Selector:
    ordered = tuple(sorted(requirements, key=lambda requirement: requirement.key))
    exact, others = [], []
    for requirement in ordered:
        if requirement.operator in POSITIVE and len(requirement.values) == 1:
            exact.append((requirement.key, requirement.values[0]))
        else:
            others.append(requirement)
    return Selector(ordered, tuple(exact), tuple(others))


@lru_cache(maxsize=4096)
def parse(text: str) -> Selector:
    """Read the text form, such as `app=web,tier in (a, b),!old`. Raises `SelectorError`."""
    return selector_of(Parser(tokens_of(text)).parse())


def from_object(selector: Mapping[str, Any] | None) -> Selector:
    """What a LabelSelector selects: nothing when absent, everything when empty. Raises `SelectorError`."""
    if selector is None:
        return NOTHING
    requirements = [
        required(key, Operator.EQUALS, (value,)) for key, value in (selector.get("matchLabels") or {}).items()
    ]
    for expression in selector.get("matchExpressions") or ():
        operator = OF_EXPRESSIONS.get(expression.get("operator", ""))
        if operator is None:
            raise SelectorError(f"{quoted(expression.get('operator', ''))} is not a valid label selector operator")
        requirements.append(required(expression.get("key", ""), operator, tuple(expression.get("values") or ())))
    return selector_of(requirements)


def from_labels(labels: Mapping[str, str] | None) -> Selector:
    """What a plain map selects, such as a Service's: those with all its labels; everything when empty."""
    return selector_of([Requirement(key, Operator.EQUALS, (value,)) for key, value in (labels or {}).items()])


def formatted(selector: Mapping[str, Any] | None) -> str:
    """A LabelSelector in one line, as `kubectl get -o wide` shows it. Upstream: metav1.FormatLabelSelector"""
    try:
        return str(from_object(selector)) or "<none>"
    except SelectorError:
        return "<error>"

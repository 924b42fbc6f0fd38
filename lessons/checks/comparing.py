"""How a value is compared with what a check wants, and how that reads."""

from collections.abc import Callable, Mapping
from typing import Any

from lessons.checks.finding import Texts, both, plain

type Test = Callable[[Any, Any], bool]

TESTS: dict[str, tuple[Test, Callable[[Any], Texts]]] = {
    "equals": (lambda value, wanted: bool(value == wanted), plain),
    "not": (lambda value, wanted: bool(value != wanted), lambda wanted: both(f"not {wanted}", f"{wanted}이(가) 아님")),
    "at_least": (
        lambda value, wanted: value is not None and value >= wanted,
        lambda wanted: both(f"at least {wanted}", f"{wanted} 이상"),
    ),
    "at_most": (
        lambda value, wanted: value is not None and value <= wanted,
        lambda wanted: both(f"at most {wanted}", f"{wanted} 이하"),
    ),
    "one_of": (
        lambda value, wanted: value in wanted,
        lambda wanted: both(f"one of {', '.join(map(str, wanted))}", f"{', '.join(map(str, wanted))} 가운데 하나"),
    ),
    "contains": (
        lambda value, wanted: value is not None and wanted in value,
        lambda wanted: both(f"contains {wanted}", f"{wanted} 포함"),
    ),
    "present": (
        lambda value, wanted: (value is not None) is bool(wanted),
        lambda wanted: both("is there" if wanted else "is not there", "있음" if wanted else "없음"),
    ),
}


def compare(value: Any, declared: Mapping[str, Any]) -> tuple[bool, Texts]:
    """Whether a value is as a check wants it, and the wish in words."""
    for name, (test, words) in TESTS.items():
        if name in declared:
            return test(value, declared[name]), words(declared[name])
    raise KeyError(f"a check needs one of {', '.join(TESTS)}: {dict(declared)}")


def shown(value: Any) -> Texts:
    """A value as a finding shows it."""
    if value is None:
        return both("nothing", "없음")
    if isinstance(value, bool):
        return plain("true" if value else "false")
    return plain(value)

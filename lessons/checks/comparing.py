"""How a value is compared with what a check wants, and how that reads."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

from lessons.checks.finding import Texts, both, plain
from simulator.machinery.quantities import QuantityError, parse

type Test = Callable[[Any, Any], bool]


AMOUNT = re.compile(r"\d+(\.\d+)?([numkMGTPE]|[KMGTPE]i)")
"""A quantity with its unit: no name looks like that."""


def is_equal(value: Any, wanted: Any) -> bool:
    """A text that spells the number is that number, as environment variables and labels are texts; a quantity may be
    written in another unit."""
    if value == wanted or (isinstance(value, str) and value == str(wanted)):
        return True
    return isinstance(wanted, str) and AMOUNT.fullmatch(wanted) is not None and is_amount(value, wanted)


def is_amount(value: Any, wanted: str) -> bool:
    try:
        return parse(value) == parse(wanted)
    except (QuantityError, TypeError):
        return False


def is_at_least(value: Any, wanted: Any) -> bool:
    """Numbers as numbers; what is given as text (`100m`, `64Mi`) as quantities."""
    if value is None:
        return False
    return bool(parse(value) >= parse(wanted)) if isinstance(wanted, str) else bool(value >= wanted)


def is_at_most(value: Any, wanted: Any) -> bool:
    if value is None:
        return False
    return bool(parse(value) <= parse(wanted)) if isinstance(wanted, str) else bool(value <= wanted)


def is_base64_of(value: Any, wanted: Any) -> bool:
    """What a Secret holds for a text."""
    return bool(value == b64encode(str(wanted).encode()).decode())


def listed(wanted: Any) -> str:
    return ", ".join(map(str, wanted))


TESTS: dict[str, tuple[Test, Callable[[Any], Texts]]] = {
    "equals": (is_equal, lambda wanted: shown(wanted)),
    "not": (
        lambda value, wanted: bool(value != wanted),
        lambda wanted: both(f"not {wanted}", f"{wanted} 말고 다른 값"),
    ),
    "at_least": (is_at_least, lambda wanted: both(f"at least {wanted}", f"{wanted} 이상")),
    "at_most": (is_at_most, lambda wanted: both(f"at most {wanted}", f"{wanted} 이하")),
    "one_of": (
        lambda value, wanted: value in wanted,
        lambda wanted: both(f"one of {listed(wanted)}", f"{listed(wanted)} 가운데 하나"),
    ),
    "contains": (
        lambda value, wanted: value is not None and wanted in value,
        lambda wanted: both(f"contains {wanted}", f"{wanted} 포함"),
    ),
    "lacks": (
        lambda value, wanted: value is None or wanted not in value,
        lambda wanted: both(f"without {wanted}", f"{wanted} 없음"),
    ),
    "base64": (is_base64_of, lambda wanted: both(f"base64 of {wanted}", f"{wanted}의 base64")),
    "present": (
        lambda value, wanted: (value is not None) is bool(wanted),
        lambda wanted: both("is there" if wanted else "is not there", "있음" if wanted else "없음"),
    ),
}


def compare(value: Any, declared: Mapping[str, Any]) -> tuple[bool, Texts]:
    """Whether a value is as a check wants it (all of it), and the wish in words."""
    wishes = [name for name in TESTS if name in declared]
    if not wishes:
        raise ValueError(f"a check needs one of {', '.join(TESTS)}: {dict(declared)}")
    holds = all(TESTS[name][0](value, declared[name]) for name in wishes)
    words = [TESTS[name][1](declared[name]) for name in wishes]
    return holds, {language: ", ".join(text[language] for text in words) for language in words[0]}


def shown(value: Any) -> Texts:
    """A value as a finding shows it."""
    if value is None:
        return both("nothing", "없음")
    if isinstance(value, bool):
        return plain("true" if value else "false")
    return plain(value)

"""Conditions as most kinds have them. Upstream: apimachinery/pkg/apis/meta/v1/validation ValidateConditions"""

import re
from collections.abc import Sequence
from typing import Final

from simulator.machinery import names
from simulator.machinery.field import duplicate, invalid, not_supported, required, too_long
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors, validate_label_name

STATES: Final = ("False", "True", "Unknown")
LONGEST_REASON, LONGEST_MESSAGE = 1 << 10, 32 << 10
REASON: Final = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?"
RULE: Final = (
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric "
    "characters or '_,:', and must end with an alphanumeric character or '_'"
)
EXAMPLES: Final = ("my_name", "MY_NAME", "MyName", "ReasonA,ReasonB", "ReasonA:ReasonB")


def validate_conditions(conditions: Sequence[Object], path: str) -> Errors:
    known: set[str] = set()
    for index, condition in enumerate(conditions):
        kind = condition.get("type", "")
        if kind in known:
            yield duplicate(f"{path}[{index}].type", kind)
        known.add(kind)
        yield from validate_condition(condition, f"{path}[{index}]")


def validate_condition(condition: Object, path: str) -> Errors:
    yield from validate_label_name(condition.get("type", ""), f"{path}.type")
    status, reason = condition.get("status", ""), condition.get("reason", "")
    if status not in STATES:
        yield not_supported(f"{path}.status", status, STATES)
    generation = condition.get("observedGeneration") or 0
    if generation < 0:
        yield invalid(f"{path}.observedGeneration", generation, "must be greater than or equal to zero")
    if not condition.get("lastTransitionTime"):
        yield required(f"{path}.lastTransitionTime", "must be set")
    if not reason:
        yield required(f"{path}.reason", "must be set")
    elif re.fullmatch(REASON, reason) is None:
        yield invalid(f"{path}.reason", reason, names.mismatch(RULE, REASON, *EXAMPLES))
    if len(reason.encode()) > LONGEST_REASON:
        yield too_long(f"{path}.reason", LONGEST_REASON)
    if len(condition.get("message", "").encode()) > LONGEST_MESSAGE:
        yield too_long(f"{path}.message", LONGEST_MESSAGE)

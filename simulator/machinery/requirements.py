"""One condition of a label selector: key, operator, values, and what is wrong with it.

Upstream: k8s.io/apimachinery/pkg/labels (Requirement)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from simulator.machinery import field
from simulator.machinery.names import label_value, qualified_name


class SelectorError(ValueError):
    """A selector cannot be understood; the message is upstream's."""


class Operator(StrEnum):
    IN = "in"
    NOT_IN = "notin"
    EQUALS = "="
    DOUBLE_EQUALS = "=="
    NOT_EQUALS = "!="
    GREATER = "gt"
    LESS = "lt"
    EXISTS = "exists"
    DOES_NOT_EXIST = "!"


BINARY: Final = (
    Operator.IN,
    Operator.NOT_IN,
    Operator.EQUALS,
    Operator.DOUBLE_EQUALS,
    Operator.NOT_EQUALS,
    Operator.GREATER,
    Operator.LESS,
)
SYMBOLS: Final = {Operator.GREATER: ">", Operator.LESS: "<", Operator.IN: " in ", Operator.NOT_IN: " notin "}
POSITIVE: Final = (Operator.IN, Operator.EQUALS, Operator.DOUBLE_EQUALS)
NEGATIVE: Final = (Operator.NOT_IN, Operator.NOT_EQUALS)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition on the label `key`."""

    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        value = labels.get(self.key)
        operator = self.operator
        if operator in POSITIVE:
            return value in self.values
        if operator in NEGATIVE:
            return value not in self.values
        if operator is Operator.EXISTS:
            return value is not None
        if operator is Operator.DOES_NOT_EXIST:
            return value is None
        actual, limit = integer(value or ""), integer(self.values[0])
        if actual is None or limit is None:
            return False
        return actual > limit if operator is Operator.GREATER else actual < limit

    def __str__(self) -> str:
        if self.operator is Operator.EXISTS:
            return self.key
        if self.operator is Operator.DOES_NOT_EXIST:
            return "!" + self.key
        values = ",".join(sorted(self.values))
        if self.operator in (Operator.IN, Operator.NOT_IN):
            values = f"({values})"
        return self.key + SYMBOLS.get(self.operator, self.operator) + values


def integer(text: str) -> int | None:
    """A text as a 64-bit integer. Upstream: strconv.ParseInt"""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 30:
        return None
    number = int(text)
    return number if -(1 << 63) <= number < 1 << 63 else None


def required(key: str, operator: Operator, values: tuple[str, ...] = ()) -> Requirement:
    """A requirement that has been checked. Raises `SelectorError`. Upstream: labels.NewRequirement"""
    errors = []
    if problems := qualified_name(key):
        errors.append(field.invalid("key", key, "; ".join(problems)))
    errors += number_of_values_errors(operator, values)
    for index, value in enumerate(values):
        if problems := label_value(value):
            errors.append(field.invalid(f"values[{index}][{key}]", value, "; ".join(problems)))
    if errors:
        raise SelectorError(field.aggregate(errors))
    return Requirement(key, operator, values)


def number_of_values_errors(operator: Operator, values: tuple[str, ...]) -> list[field.FieldError]:
    count = len(values)
    if operator in (Operator.IN, Operator.NOT_IN) and not count:
        return [field.invalid("values", [], "for 'in', 'notin' operators, values set can't be empty")]
    if operator in (Operator.EQUALS, Operator.DOUBLE_EQUALS, Operator.NOT_EQUALS) and count != 1:
        return [field.invalid("values", list(values), "exact-match compatibility requires one single value")]
    if operator in (Operator.EXISTS, Operator.DOES_NOT_EXIST) and count:
        return [field.invalid("values", list(values), "values set must be empty for exists and does not exist")]
    if operator not in (Operator.GREATER, Operator.LESS):
        return []
    errors = []
    if count != 1:
        errors.append(field.invalid("values", list(values), "for 'Gt', 'Lt' operators, exactly one value is required"))
    for index, value in enumerate(values):
        if integer(value) is None:
            detail = "for 'Gt', 'Lt' operators, the value must be an integer"
            errors.append(field.invalid(f"values[{index}]", value, detail))
    return errors

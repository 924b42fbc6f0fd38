"""Values that may be missing. Upstream: cel-go/cel/library.go (OptionalTypes)"""

from typing import Any

from simulator.machinery.cel.functions import function
from simulator.machinery.cel.values import NOTHING, CELError, Optional


@function("optional.of(A) -> optional_type(A)")
def of(value: Any) -> Optional:
    return Optional(value)


@function("optional.ofNonZeroValue(A) -> optional_type(A)")
def of_non_zero(value: Any) -> Optional:
    return Optional(value) if value or isinstance(value, Optional) else NOTHING


@function("optional.none() -> optional_type(A)")
def none() -> Optional:
    return NOTHING


@function("optional_type(A)#hasValue() -> bool")
def has_value(value: Optional) -> bool:
    return value.is_there


@function("optional_type(A)#value() -> A")
def value_of(value: Optional) -> Any:
    if not value.is_there:
        raise CELError("optional.none() dereference")
    return value.value


@function("optional_type(A)#orValue(A) -> A")
def or_value(value: Optional, otherwise: Any) -> Any:
    return value.value if value.is_there else otherwise


@function("optional_type(A)#or(optional_type(A)) -> optional_type(A)")
def either(value: Optional, otherwise: Optional) -> Optional:
    return value if value.is_there else otherwise


@function("optional.unwrap(list(optional_type(A))) -> list(A)", "list(optional_type(A))#unwrapOpt() -> list(A)")
def unwrapped(values: list[Optional]) -> list[Any]:
    return [each.value for each in values if each.is_there]


@function("list(A)#first() -> optional_type(A)")
def first(values: list[Any]) -> Optional:
    return Optional(values[0]) if values else NOTHING


@function("list(A)#last() -> optional_type(A)")
def last(values: list[Any]) -> Optional:
    return Optional(values[-1]) if values else NOTHING

"""Resource quantities. Upstream: apiserver/pkg/cel/library/quantity.go"""

from typing import Any

from simulator.machinery.cel.functions import function
from simulator.machinery.cel.libraries.operators import LARGEST, SMALLEST
from simulator.machinery.cel.values import NAMES, CELError
from simulator.machinery.quantities import Quantity, QuantityError, is_quantity, parse

QUANTITY = "kubernetes.Quantity"
UNIT = 10**9
NAMES[Quantity] = QUANTITY


@function(f"quantity(string) -> {QUANTITY}")
def quantity(text: str) -> Quantity:
    try:
        return parse(text)
    except QuantityError as error:
        raise CELError(str(error)) from None


function("isQuantity(string) -> bool")(is_quantity)


@function(f"sign({QUANTITY}) -> int", f"{QUANTITY}#sign() -> int")
def sign(value: Quantity) -> int:
    return (value.nanos > 0) - (value.nanos < 0)


@function(f"{QUANTITY}#isGreaterThan({QUANTITY}) -> bool")
def is_greater(value: Quantity, other: Quantity) -> bool:
    return value > other


@function(f"{QUANTITY}#isLessThan({QUANTITY}) -> bool")
def is_less(value: Quantity, other: Quantity) -> bool:
    return value < other


@function(f"{QUANTITY}#compareTo({QUANTITY}) -> int")
def compare(value: Quantity, other: Quantity) -> int:
    return (value > other) - (value < other)


@function(f"{QUANTITY}#asApproximateFloat() -> double")
def approximate(value: Quantity) -> float:
    return value.approximate()


@function(f"{QUANTITY}#isInteger() -> bool")
def is_integer(value: Quantity) -> bool:
    return value.nanos % UNIT == 0 and SMALLEST <= value.nanos // UNIT <= LARGEST


@function(f"{QUANTITY}#asInteger() -> int")
def as_integer(value: Quantity) -> int:
    if not is_integer(value):
        raise CELError("cannot convert value to integer")
    return value.nanos // UNIT


@function(f"{QUANTITY}#add({QUANTITY}) -> {QUANTITY}", f"{QUANTITY}#add(int) -> {QUANTITY}")
def add(value: Quantity, other: Any) -> Quantity:
    return value + amount(other)


@function(f"{QUANTITY}#sub({QUANTITY}) -> {QUANTITY}", f"{QUANTITY}#sub(int) -> {QUANTITY}")
def subtract(value: Quantity, other: Any) -> Quantity:
    return value - amount(other)


def amount(value: Any) -> Quantity:
    return value if isinstance(value, Quantity) else Quantity(value * UNIT)

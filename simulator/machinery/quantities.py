"""Amounts of resources: `100m`, `1.5Gi`, `2e3`, read, compared, added and written as the API does.

Upstream: k8s.io/apimachinery/pkg/api/resource
"""

import math
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache, total_ordering
from typing import Final

NANO: Final = -9
MILLI: Final = -3
UNIT: Final = 0

FORMAT_WRONG: Final = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
NUMERIC_WRONG: Final = "unable to parse numeric part of quantity"
SUFFIX_WRONG: Final = "unable to parse quantity's suffix"

LARGEST: Final = (1 << 63) - 1
SMALLEST_EXPONENT, LARGEST_EXPONENT = -999, 999
"""Beyond these nothing changes but the time it takes to compute."""
DIGITS_OF_INT64: Final = 18

DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
BINARY: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
DECIMAL_SUFFIX: Final = {exponent: suffix for suffix, exponent in DECIMAL.items()}
BINARY_SUFFIX: Final = {0: "", **{exponent: suffix for suffix, exponent in BINARY.items()}}

PARTS: Final = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)", re.ASCII)
EXPONENT: Final = re.compile(r"[eE]([+-]?[0-9]+)", re.ASCII)


class QuantityError(ValueError):
    """A text is no quantity; the message is upstream's."""


class Format(StrEnum):
    """The family of suffixes a quantity is written with; it keeps the one it was read with."""

    DECIMAL_EXPONENT = "DecimalExponent"
    BINARY_SI = "BinarySI"
    DECIMAL_SI = "DecimalSI"


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """An exact amount in billionths (`nanos`), the finest the API knows; equal when the amounts are."""

    nanos: int
    format: Format = Format.DECIMAL_SI
    text: str = field(default="", repr=False)
    """How it was written, where that is canonical; empty when it has to be worked out."""

    def __str__(self) -> str:
        return self.text or canonical(self.nanos, self.format)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and self.nanos == other.nanos

    def __hash__(self) -> int:
        return hash(self.nanos)

    def __lt__(self, other: "Quantity") -> bool:
        return self.nanos < other.nanos

    def __bool__(self) -> bool:
        return self.nanos != 0

    def __add__(self, other: "Quantity") -> "Quantity":
        return Quantity(self.nanos + other.nanos, self.format if self.nanos else other.format)

    def __sub__(self, other: "Quantity") -> "Quantity":
        return Quantity(self.nanos - other.nanos, self.format if self.nanos else other.format)

    def __neg__(self) -> "Quantity":
        return Quantity(-self.nanos, self.format)

    def __mul__(self, factor: int) -> "Quantity":
        return Quantity(self.nanos * factor, self.format)

    def scaled(self, exponent: int) -> int:
        """The amount in units of `10**exponent` (from -9 up), rounded away from zero."""
        return divided_away(self.nanos, 10 ** (exponent - NANO))

    def value(self) -> int:
        """The amount in whole units, rounded away from zero: bytes of memory, for example."""
        return divided_away(self.nanos, 1_000_000_000)

    def milli(self) -> int:
        """The amount in thousandths, rounded away from zero: millicores of CPU, for example."""
        return divided_away(self.nanos, 1_000_000)

    def approximate(self) -> float:
        try:
            return self.nanos / 1e9
        except OverflowError:
            return math.inf if self.nanos > 0 else -math.inf


ZERO: Final = Quantity(0, Format.DECIMAL_SI, "0")


def is_quantity(text: str) -> bool:
    try:
        parse(text)
    except QuantityError:
        return False
    return True


@lru_cache(maxsize=8192)
def parse(text: str | int | float) -> Quantity:
    """Read a quantity as it stands in an object; JSON numbers count as their text. Raises `QuantityError`."""
    if not isinstance(text, str):
        text = repr(text)
    match = PARTS.fullmatch(text)
    if match is None or not text:
        raise QuantityError(FORMAT_WRONG)
    sign, whole, fraction, suffix = match.groups(default="")
    base, exponent, form = interpreted(suffix)
    number = whole.lstrip("0") or "0"
    try:
        unscaled = int(number + fraction)
    except ValueError as error:  # thousands of digits
        raise QuantityError(NUMERIC_WRONG) from error
    if base == 10:
        scale = exponent - len(fraction)
        nanos = shifted_away(unscaled, scale - NANO)
    else:
        scale = -len(fraction)
        nanos = shifted_away(unscaled << exponent, scale - NANO)
        if nanos > LARGEST * 10**9:
            nanos = LARGEST * 10**9
        if 0 < nanos < 10**9:
            form = Format.DECIMAL_SI
    kept = text if is_canonical(unscaled, number + fraction, fraction, exponent, scale, form) else ""
    return Quantity(-nanos if sign == "-" else nanos, form, kept)


def value(text: str | int | float) -> int:
    """The whole units of a written quantity, rounded up. Raises `QuantityError`."""
    return parse(text).value()


def milli(text: str | int | float) -> int:
    """The thousandths of a written quantity, rounded up. Raises `QuantityError`."""
    return parse(text).milli()


def interpreted(suffix: str) -> tuple[int, int, Format]:
    """Base, exponent and family of a suffix."""
    if suffix in DECIMAL:
        return 10, DECIMAL[suffix], Format.DECIMAL_SI
    if suffix in BINARY:
        return 2, BINARY[suffix], Format.BINARY_SI
    match = EXPONENT.fullmatch(suffix)
    if match is None or len(suffix) > 20:
        raise QuantityError(SUFFIX_WRONG)
    return 10, min(max(int(match[1]), SMALLEST_EXPONENT), LARGEST_EXPONENT), Format.DECIMAL_EXPONENT


def is_canonical(unscaled: int, digits: str, fraction: str, exponent: int, scale: int, form: Format) -> bool:
    """Whether upstream keeps the text it read, which it decides by a rule of thumb on short numbers."""
    if form is Format.BINARY_SI:
        precision = 15 - len(digits) - exponent * 3 // 10 - 1
        return not fraction and precision >= 0 and unscaled & 7 != 0
    short = len(digits) <= DIGITS_OF_INT64 and scale >= NANO
    return short and scale % 3 == 0 and not digits.endswith("000") and digits[0] != "0"


def canonical(nanos: int, form: Format) -> str:
    """An amount with the largest suffix that needs no fraction."""
    if not nanos:
        return "0"
    if form is Format.BINARY_SI and abs(nanos) >= 1024 * 10**9 and nanos % 10**9 == 0:
        amount, exponent = nanos // 10**9, 0
        while amount % 1024 == 0 and exponent < 60:
            amount //= 1024
            exponent += 10
        return f"{amount}{BINARY_SUFFIX[exponent]}"
    amount, exponent = nanos, NANO
    while amount % 1000 == 0:
        amount //= 1000
        exponent += 3
    if form is Format.DECIMAL_EXPONENT:
        return f"{amount}e{exponent}" if exponent else str(amount)
    suffix = DECIMAL_SUFFIX.get(exponent)
    return f"{amount}e{exponent}" if suffix is None else f"{amount}{suffix}"


def divided_away(amount: int, divisor: int) -> int:
    """The quotient, rounded away from zero."""
    return -(-amount // divisor) if amount >= 0 else amount // divisor


def shifted_away(amount: int, places: int) -> int:
    """`amount * 10**places`, rounded away from zero where digits are lost."""
    return amount * 10**places if places >= 0 else divided_away(amount, 10**-places)

"""Floating-point numbers as Go writes them. Upstream: Go's strconv.FormatFloat, encoding/json"""

from math import isinf, isnan


def format_shortest(value: float) -> str:
    """As `%v` and YAML write it: the fewest digits, with an exponent below 1e-04 and from 1e+06 on."""
    if isnan(value):
        return "NaN"
    if isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    digits, exponent = _digits(value)
    if value and not -4 <= exponent < 6:
        return _scientific(value, digits, exponent)
    return _plain(value, digits, exponent)


def format_json(value: float) -> str:
    """As JSON has it: an exponent only below 1e-6 and from 1e+21 on."""
    digits, exponent = _digits(value)
    if value and (exponent < -6 or exponent >= 21):
        text = _scientific(value, digits, exponent)
        return text.replace("e-0", "e-")
    return _plain(value, digits, exponent)


def _digits(value: float) -> tuple[str, int]:
    """The significant digits and the exponent of the first."""
    mantissa, _, exponent = f"{value:.17e}".partition("e")
    for precision in range(17):
        text = f"{value:.{precision}e}"
        if float(text) == value:
            mantissa, _, exponent = text.partition("e")
            break
    return mantissa.lstrip("-").replace(".", ""), int(exponent)


def _scientific(value: float, digits: str, exponent: int) -> str:
    sign = "-" if value < 0 else ""
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{exponent:+03d}"


def _plain(value: float, digits: str, exponent: int) -> str:
    sign = "-" if str(value).startswith("-") else ""
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}" if digits.strip("0") else f"{sign}0"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    rest = digits[exponent + 1 :]
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"

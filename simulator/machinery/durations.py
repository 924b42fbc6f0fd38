"""Lengths of time as people and Go write them; in Python they are whole microseconds.

Upstream: k8s.io/apimachinery/pkg/util/duration, Go's time.Duration
"""

import re

from simulator.kernel.clock import HOUR, MILLISECOND, MINUTE, SECOND

DAY = 24 * HOUR
YEAR = 365 * DAY

UNITS = {"ns": 0.001, "us": 1, "µs": 1, "μs": 1, "ms": MILLISECOND, "s": SECOND, "m": MINUTE, "h": HOUR}
LONGEST = 2**63 // 1000
"""Go counts nanoseconds in 64 bits: about 292 years."""

_PART = re.compile(r"([0-9]*)(?:(\.)([0-9]*))?([^0-9.]*)")


class DurationError(ValueError):
    """A text that is not a duration; worded as Go's `time.ParseDuration` does."""


def human_duration(length: int) -> str:
    """A length as the AGE column shows it: two units while they matter (`2m5s`, `5h30m`, `3d4h`), then one."""
    seconds = _whole(length, SECOND)
    if seconds < -1:
        return "<invalid>"
    if seconds < 0:
        return "0s"
    if seconds < 2 * 60:
        return f"{seconds}s"
    minutes = length // MINUTE
    if minutes < 10:
        return _two(minutes, "m", seconds % 60, "s")
    if minutes < 3 * 60:
        return f"{minutes}m"
    hours = length // HOUR
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if hours < 24 * 8:
        return _two(hours // 24, "d", hours % 24, "h")
    if hours < 24 * 365 * 2:
        return f"{hours // 24}d"
    if hours < 24 * 365 * 8:
        return _two(hours // 24 // 365, "y", hours // 24 % 365, "d")
    return f"{hours // 24 // 365}y"


def short_human_duration(length: int) -> str:
    """A length in the one largest unit that fits: `59s`, `3m`, `5h`, `12d`, `2y`."""
    seconds = _whole(length, SECOND)
    if seconds < -1:
        return "<invalid>"
    if seconds < 0:
        return "0s"
    if seconds < 60:
        return f"{seconds}s"
    for unit, size, limit in (("m", MINUTE, HOUR), ("h", HOUR, DAY), ("d", DAY, YEAR)):
        if length < limit:
            return f"{length // size}{unit}"
    return f"{length // YEAR}y"


def parse_duration(text: str) -> int:
    """The length a Go duration names (`1h2m3s`, `1.5h`, `-300ms`); what is finer than a microsecond is dropped."""
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return 0
    if not rest:
        raise DurationError(f"time: invalid duration {quoted(text)}")
    length = 0
    while rest:
        part = _PART.match(rest)
        assert part is not None
        whole, dot, fraction, unit = part.groups()
        if not (whole or fraction):
            raise DurationError(f"time: invalid duration {quoted(text)}")
        if not unit:
            raise DurationError(f"time: missing unit in duration {quoted(text)}")
        if unit not in UNITS:
            raise DurationError(f"time: unknown unit {quoted(unit)} in duration {quoted(text)}")
        length += int(int(whole or "0") * UNITS[unit])
        if dot and fraction:
            length += int(int(fraction) * UNITS[unit]) // 10 ** len(fraction)
        if length > LONGEST:
            raise DurationError(f"time: invalid duration {quoted(text)}")
        rest = rest[part.end() :]
    return -length if text[0] == "-" else length


def format_duration(length: int) -> str:
    """A length as Go prints it: `1h2m3s`, `2m0s`, `1.5s`, `300ms`, `0s`."""
    if length == 0:
        return "0s"
    sign, size = ("-", -length) if length < 0 else ("", length)
    if size < MILLISECOND:
        return f"{sign}{size}µs"
    if size < SECOND:
        return f"{sign}{_decimal(size, MILLISECOND)}ms"
    hours, minutes = size // HOUR, size % HOUR // MINUTE
    seconds = f"{_decimal(size % MINUTE, SECOND)}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}"
    return f"{sign}{minutes}m{seconds}" if minutes else f"{sign}{seconds}"


def quoted(text: str) -> str:
    """A text in quotes as the time package writes it in its errors."""
    shown = []
    for letter in text:
        if letter in '"\\':
            shown.append("\\" + letter)
        elif " " <= letter <= "~":
            shown.append(letter)
        else:
            shown.extend(f"\\x{byte:02x}" for byte in letter.encode())
    return '"' + "".join(shown) + '"'


def _whole(length: int, unit: int) -> int:
    """Whole units, dropping the rest towards zero as Go's conversion does."""
    return length // unit if length >= 0 else -(-length // unit)


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"


def _decimal(size: int, unit: int) -> str:
    whole, rest = divmod(size, unit)
    fraction = f"{rest:0{len(str(unit)) - 1}d}".rstrip("0")
    return f"{whole}.{fraction}" if fraction else str(whole)

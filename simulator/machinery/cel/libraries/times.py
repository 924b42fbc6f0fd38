"""Parts of moments and spans. Upstream: cel-go/common/types/{timestamp,duration}.go"""

import re
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from simulator.machinery.cel.functions import function
from simulator.machinery.cel.values import NANOSECOND, CELError, Duration, Timestamp
from simulator.machinery.golang import quoted

OFFSET = re.compile(r"[+-]?[0-9]{1,4}")


def zone(name: str) -> tzinfo:
    """A time zone by its name, or its distance from UTC (`-08:00`); Python's go up to a day."""
    hours, colon, minutes = name.partition(":")
    if colon:
        for part in (hours, minutes):
            if not OFFSET.fullmatch(part):
                raise CELError(f"strconv.Atoi: parsing {quoted(part)}: invalid syntax")
        shift = timedelta(hours=abs(int(hours)), minutes=int(minutes))
        if abs(shift) >= timedelta(days=1):
            raise CELError(f"unknown time zone {name}")
        return timezone(-shift if hours.startswith("-") else shift)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CELError(f"unknown time zone {name}") from None


def at(moment: Timestamp, place: str) -> datetime:
    try:
        return moment.time.astimezone(zone(place)) if place else moment.time
    except OverflowError:
        raise CELError("timestamp overflow") from None


def both(name: str) -> tuple[str, str]:
    return f"timestamp#{name}() -> int", f"timestamp#{name}(string) -> int"


@function(*both("getFullYear"))
def year(moment: Timestamp, place: str = "") -> int:
    return at(moment, place).year


@function(*both("getMonth"))
def month(moment: Timestamp, place: str = "") -> int:
    return at(moment, place).month - 1


@function(*both("getDate"))
def date(moment: Timestamp, place: str = "") -> int:
    return at(moment, place).day


@function(*both("getDayOfMonth"))
def day_of_month(moment: Timestamp, place: str = "") -> int:
    return at(moment, place).day - 1


@function(*both("getDayOfWeek"))
def day_of_week(moment: Timestamp, place: str = "") -> int:
    return at(moment, place).isoweekday() % 7


@function(*both("getDayOfYear"))
def day_of_year(moment: Timestamp, place: str = "") -> int:
    return at(moment, place).timetuple().tm_yday - 1


@function(*both("getHours"), "duration#getHours() -> int")
def hours(value: Any, place: str = "") -> int:
    return whole(value, 3600) if isinstance(value, Duration) else at(value, place).hour


@function(*both("getMinutes"), "duration#getMinutes() -> int")
def minutes(value: Any, place: str = "") -> int:
    return whole(value, 60) if isinstance(value, Duration) else at(value, place).minute


@function(*both("getSeconds"), "duration#getSeconds() -> int")
def seconds(value: Any, place: str = "") -> int:
    return whole(value, 1) if isinstance(value, Duration) else at(value, place).second


@function(*both("getMilliseconds"), "duration#getMilliseconds() -> int")
def milliseconds(value: Any, place: str = "") -> int:
    return int(value.nanos % NANOSECOND // 1_000_000)


def whole(value: Duration, unit: int) -> int:
    count = abs(value.nanos) // (unit * NANOSECOND)
    return -count if value.nanos < 0 else count

"""Cron schedules: what they say, and when they come next. Upstream: robfig/cron/v3 (the standard parser)"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from simulator.kernel.clock import SECOND

MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6}
MONTHS |= {"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}
DAYS = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}
NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
YEARS_AHEAD = 5


class ScheduleError(ValueError):
    """A text that is no schedule."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The minutes, hours, days of the month, months and days of the week on which it comes."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def has_day(self, when: datetime) -> bool:
        """If both kinds of day are restricted, either will do."""
        by_month, by_week = when.day in self.days, when.isoweekday() % 7 in self.weekdays
        return by_month and by_week if self.any_day or self.any_weekday else by_month or by_week

    def after(self, moment: int, zone: tzinfo = UTC) -> int | None:
        """The first time after a moment (microseconds); None if there is none within years."""
        local = datetime.fromtimestamp(moment // SECOND, zone).replace(second=0, microsecond=0, tzinfo=None)
        when = local + timedelta(minutes=1)
        last = when.year + YEARS_AHEAD
        while when.year <= last:
            if when.month not in self.months or not self.has_day(when):
                when = when.replace(hour=0, minute=0) + timedelta(days=1)
            elif when.hour not in self.hours:
                when = when.replace(minute=0) + timedelta(hours=1)
            elif when.minute not in self.minutes:
                when += timedelta(minutes=1)
            else:
                found = int(when.replace(tzinfo=zone).timestamp()) * SECOND
                if found > moment:
                    return found
                when += timedelta(minutes=1)
        return None


@lru_cache(maxsize=256)
def parse(text: str) -> Schedule:
    """A schedule of five fields, or a name such as `@hourly`. Raises `ScheduleError`."""
    fields = NAMED.get(text.strip(), text).split()
    if len(fields) != 5:
        raise ScheduleError(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    minutes, hours, days, months, weekdays = fields
    return Schedule(
        _field(minutes, 0, 59),
        _field(hours, 0, 23),
        _field(days, 1, 31),
        _field(months, 1, 12, MONTHS),
        _field(weekdays, 0, 6, DAYS),
        days[0] in "*?",
        weekdays[0] in "*?",
    )


def zone(name: str | None) -> tzinfo:
    """A time zone by name. Raises `ScheduleError`."""
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ScheduleError(f"unknown time zone {name}") from error


def _field(text: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    numbers: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        if first in ("*", "?"):
            start, end = low, high
        else:
            start = _number(first, names)
            end = _number(last, names) if dash else high if step else start
        if not low <= start <= end <= high or (step and (not step.isdigit() or not int(step))):
            raise ScheduleError(f"failed to parse the field {text}")
        numbers.update(range(start, end + 1, int(step or 1)))
    return frozenset(numbers)


def _number(text: str, names: dict[str, int] | None) -> int:
    if names and text.lower() in names:
        return names[text.lower()]
    if not text.isdigit():
        raise ScheduleError(f"failed to parse int from {text}")
    return int(text)

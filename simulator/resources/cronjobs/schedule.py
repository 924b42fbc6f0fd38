"""Which texts are schedules, and what is said of those that are not. Upstream: github.com/robfig/cron, ParseStandard"""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FIELDS: tuple[tuple[int, int, dict[str, int]], ...] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, {name: number for number, name in enumerate(MONTHS, 1)}),
    (0, 6, {name: number for number, name in enumerate(DAYS)}),
)
"""Smallest and largest value of minutes, hours, days, months, days of the week, and the names of values."""
DESCRIPTORS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
UNITS = ("ns", "us", "µs", "ms", "s", "m", "h")


class ScheduleError(ValueError):
    """A text is no schedule; the message is that of the library upstream uses."""


def check_schedule(schedule: str) -> None:
    """Raises `ScheduleError`."""
    text = schedule
    if text.startswith(("TZ=", "CRON_TZ=")):
        text = text.partition(" ")[2].strip()
    if text.startswith("@"):
        return check_descriptor(text)
    parts = text.split()
    if len(parts) != len(FIELDS):
        raise ScheduleError(f"expected exactly 5 fields, found {len(parts)}: [{' '.join(parts)}]")
    for part, (low, high, named) in zip(parts, FIELDS, strict=True):
        for expression in part.split(","):
            check_range(expression, low, high, named)


def check_descriptor(text: str) -> None:
    if text in DESCRIPTORS:
        return
    if text.startswith("@every "):
        duration = text[len("@every ") :]
        if not is_duration(duration):
            raise ScheduleError(f'failed to parse duration {text}: time: invalid duration "{duration}"')
        return
    raise ScheduleError(f"unrecognized descriptor: {text}")


def is_duration(text: str) -> bool:
    rest = text.lstrip("+-")
    if rest == "0":
        return True
    while rest:
        digits = len(rest) - len(rest.lstrip("0123456789."))
        rest_after = rest[digits:]
        unit = next(
            (unit for unit in UNITS if rest_after.startswith(unit) and (unit != "m" or rest_after[:2] != "ms")), ""
        )
        if not digits or not unit:
            return False
        rest = rest_after[len(unit) :]
    return bool(text)


def check_range(expression: str, low: int, high: int, named: dict[str, int]) -> None:
    """`*`, `?`, a value, a range, each with or without a step."""
    range_and_step = expression.split("/")
    ends = range_and_step[0].split("-")
    if len(ends) > 2:
        raise ScheduleError(f"too many hyphens: {expression}")
    if len(range_and_step) > 2:
        raise ScheduleError(f"too many slashes: {expression}")
    if ends[0] in ("*", "?"):
        start, end = low, high
    else:
        start = number(ends[0], named)
        end = number(ends[1], named) if len(ends) == 2 else start
    step = number(range_and_step[1], {}) if len(range_and_step) == 2 else 1
    if len(range_and_step) == 2 and len(ends) == 1 and ends[0] not in ("*", "?"):
        end = high
    if start < low:
        raise ScheduleError(f"beginning of range ({start}) below minimum ({low}): {expression}")
    if end > high:
        raise ScheduleError(f"end of range ({end}) above maximum ({high}): {expression}")
    if start > end:
        raise ScheduleError(f"beginning of range ({start}) beyond end of range ({end}): {expression}")
    if step == 0:
        raise ScheduleError(f"step of range should be a positive number: {expression}")


def number(text: str, named: dict[str, int]) -> int:
    if text.lower() in named:
        return named[text.lower()]
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not digits.isascii() or not digits.isdigit():
        raise ScheduleError(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
    value = int(text)
    if value < 0:
        raise ScheduleError(f"negative number ({value}) not allowed: {text}")
    return value

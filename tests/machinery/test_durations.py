import pytest

from simulator.kernel.clock import HOUR, MILLISECOND, MINUTE, SECOND
from simulator.machinery.durations import (
    DAY,
    YEAR,
    DurationError,
    format_duration,
    human_duration,
    parse_duration,
    short_human_duration,
)


@pytest.mark.parametrize(
    ("length", "human", "short"),
    [
        (-3 * SECOND, "<invalid>", "<invalid>"),
        (-SECOND, "0s", "0s"),
        (0, "0s", "0s"),
        (59 * SECOND + 999 * MILLISECOND, "59s", "59s"),
        (119 * SECOND, "119s", "1m"),
        (2 * MINUTE, "2m", "2m"),
        (2 * MINUTE + 5 * SECOND, "2m5s", "2m"),
        (10 * MINUTE + 5 * SECOND, "10m", "10m"),
        (179 * MINUTE, "179m", "2h"),
        (3 * HOUR, "3h", "3h"),
        (7 * HOUR + 59 * MINUTE, "7h59m", "7h"),
        (47 * HOUR, "47h", "1d"),
        (2 * DAY, "2d", "2d"),
        (7 * DAY + 23 * HOUR, "7d23h", "7d"),
        (8 * DAY + 23 * HOUR, "8d", "8d"),
        (2 * YEAR, "2y", "2y"),
        (2 * YEAR + 3 * DAY, "2y3d", "2y"),
        (8 * YEAR + 3 * DAY, "8y", "8y"),
    ],
)
def test_ages(length: int, human: str, short: str) -> None:
    assert human_duration(length) == human
    assert short_human_duration(length) == short


@pytest.mark.parametrize(
    ("text", "length", "printed"),
    [
        ("0", 0, "0s"),
        ("1h2m3s", HOUR + 2 * MINUTE + 3 * SECOND, "1h2m3s"),
        ("1.5h", 90 * MINUTE, "1h30m0s"),
        ("-300ms", -300 * MILLISECOND, "-300ms"),
        ("2m", 2 * MINUTE, "2m0s"),
        ("1.25s", 1250 * MILLISECOND, "1.25s"),
        (".5s", 500 * MILLISECOND, "500ms"),
        ("250us", 250, "250µs"),
        ("1.5ms", 1500, "1.5ms"),
        ("+5m", 5 * MINUTE, "5m0s"),
    ],
)
def test_go_durations(text: str, length: int, printed: str) -> None:
    assert parse_duration(text) == length
    assert format_duration(length) == printed
    assert parse_duration(printed) == length


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'time: invalid duration ""'),
        ("x", 'time: invalid duration "x"'),
        (".", 'time: invalid duration "."'),
        ("5", 'time: missing unit in duration "5"'),
        ("1d", 'time: unknown unit "d" in duration "1d"'),
        ("1h3", 'time: missing unit in duration "1h3"'),
        ("-", 'time: invalid duration "-"'),
        ("9999999999h", 'time: invalid duration "9999999999h"'),
        ('1"s', 'time: unknown unit "\\"s" in duration "1\\"s"'),
    ],
)
def test_what_is_no_duration(text: str, message: str) -> None:
    with pytest.raises(DurationError) as caught:
        parse_duration(text)
    assert str(caught.value) == message

"""Texts inside JSON that Go reads further: times and base64, made canonical or refused in Go's words.

Upstream: time.Parse, encoding/base64, k8s.io/apimachinery/pkg/apis/meta/v1 (Time, MicroTime)
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

RFC3339: Final = "2006-01-02T15:04:05Z07:00"
RFC3339_MICRO: Final = "2006-01-02T15:04:05.000000Z07:00"
CANONICAL_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII).fullmatch
ZONE: Final = re.compile(r"Z|([+-])(\d\d):(\d\d)", re.ASCII)
FRACTION: Final = re.compile(r"[.,](\d+)", re.ASCII)
ALPHABET: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


class LiteralError(ValueError):
    """A text does not read as what it should be; the message is Go's."""


def time(text: str) -> str:
    """A moment as the API writes it: whole seconds in UTC."""
    moment = parsed(text, RFC3339)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year >= 1000 else moment.isoformat()[:19] + "Z"


def micro_time(text: str) -> str:
    """A moment as the API writes it where microseconds count."""
    return parsed(text, RFC3339_MICRO).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def parsed(text: str, layout: str) -> datetime:
    """A moment in UTC. Raises `LiteralError`."""

    def unreadable(rest: str, element: str) -> LiteralError:
        return LiteralError(f'parsing time "{text}" as "{layout}": cannot parse "{rest}" as "{element}"')

    rest, numbers = text, []
    for element in ("2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05"):
        part, size = rest[: len(element)], len(element)
        if element.isdigit():
            if len(part) < size or not (part.isascii() and part.isdigit()):
                raise unreadable(rest, element)
            numbers.append(int(part))
        elif part != element:
            raise unreadable(rest, element)
        rest = rest[size:]
    fraction = FRACTION.match(rest)
    if layout == RFC3339_MICRO and (fraction is None or len(fraction[1]) < 6):
        raise unreadable(rest, ".000000")
    if fraction is not None:
        rest = rest[fraction.end() :]
    zone = ZONE.match(rest)
    if zone is None:
        raise unreadable(rest, "Z07:00")
    if rest[zone.end() :]:
        raise LiteralError(f'parsing time "{text}": extra text: "{rest[zone.end() :]}"')
    return moment(text, numbers, fraction[1] if fraction else "", zone)


def moment(text: str, numbers: list[int], fraction: str, zone: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = numbers
    limits = (("month", 1, month, 12), ("hour", 0, hour, 23), ("minute", 0, minute, 59), ("second", 0, second, 59))
    for name, least, number, most in limits:
        if not least <= number <= most:
            raise LiteralError(f'parsing time "{text}": {name} out of range')
    offset = timedelta(hours=int(zone[2] or 0), minutes=int(zone[3] or 0))
    try:
        place = timezone(-offset if zone[1] == "-" else offset)
        micros = int((fraction + "000000")[:6])
        return datetime(year, month, day, hour, minute, second, micros, place).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise LiteralError(f'parsing time "{text}": day out of range') from error


def base64_text(text: str) -> str:
    """Base64 without line breaks. Raises `LiteralError` with the place of the first wrong byte."""
    filled = 0
    for index, character in enumerate(text):
        if character in "\r\n":
            continue
        if character in ALPHABET:
            filled += 1
            continue
        if character == "=" and filled % 4 >= 2:
            return padded(text, index, filled % 4)
        raise corrupt(index)
    if filled % 4:
        raise corrupt(start_of_last_group(text, filled % 4))
    return text.replace("\r", "").replace("\n", "")


def padded(text: str, index: int, filled: int) -> str:
    """Check the padding that starts at `index` after two or three characters of a group."""
    end = index + 1
    if filled == 2:
        while end < len(text) and text[end] in "\r\n":
            end += 1
        if end == len(text):
            raise corrupt(len(text))
        if text[end] != "=":
            raise corrupt(end - 1)
        end += 1
    while end < len(text) and text[end] in "\r\n":
        end += 1
    if end < len(text):
        raise corrupt(end)
    return text.replace("\r", "").replace("\n", "")


def start_of_last_group(text: str, filled: int) -> int:
    """Where the group began that the text breaks off in."""
    return len(text.rstrip("\r\n")) - filled


def corrupt(index: int) -> LiteralError:
    return LiteralError(f"illegal base64 data at input byte {index}")

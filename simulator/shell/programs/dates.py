"""date, and how programs read dates. Upstream: date(1)"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import re2

from simulator.kernel.clock import SECOND
from simulator.runtime.process import Process
from simulator.runtime.programs import command
from simulator.shell.programs.base import Usage, checked, options

ZONES = {"UTC": 0, "": 0, "Etc/UTC": 0, "Asia/Seoul": 9, "KST-9": 9, "ROK": 9, "Asia/Tokyo": 9, "JST-9": 9}
LONGEST = 200
"""Characters of a date."""
FIRST, LAST = -62_135_500_000 * SECOND, 253_402_200_000 * SECOND
UNITS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "day": 86400, "week": 604800}


def parse_date(text: str, now: int) -> int | None:
    """The moment that a date text means (ISO, `@seconds`, `now`, `2 days ago`, `+1 hour`), or None."""
    text = text.strip()
    if len(text) > LONGEST:
        return None
    if re2.match(r"^@-?\d+$", text):
        return _shown(int(text[1:]) * SECOND)
    base, rest = now, text
    for word, days in (("now", 0), ("today", 0), ("yesterday", -1), ("tomorrow", 1)):
        if rest.startswith(word):
            base, rest = now + days * 86400 * SECOND, rest[len(word) :].strip()
            break
    else:
        found = re2.match(r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|UTC|[-+]\d\d:?\d\d))?)?", text)
        if found is not None:
            written = found.group(0).replace(" UTC", "Z").replace("UTC", "Z").replace(" +", "+").replace(" -", "-")
            try:
                when = datetime.fromisoformat(written)
            except ValueError:
                return None
            when = when if when.tzinfo else when.replace(tzinfo=UTC)
            base, rest = int(when.timestamp()) * SECOND + when.microsecond, text[found.end() :].strip()
    while rest:
        step = re2.match(r"^([-+]?\s*\d+)\s*([a-z]+?)s?( ago)?(?:\s+|$)", rest)
        if step is None or step.group(2) not in UNITS:
            return None
        count = int(step.group(1).replace(" ", "")) * UNITS[step.group(2)] * SECOND
        base, rest = base - count if step.group(3) else base + count, rest[step.end() :]
    return _shown(base) if text else None


def _shown(moment: int) -> int | None:
    """A moment, if it lies in the years 1 to 9999: others are not simulated."""
    return moment if FIRST < moment < LAST else None


def format_date(moment: int, form: str, zone: int, name: str = "UTC") -> str:
    """strftime(3) with what GNU date adds (%s, %N, %:z)."""
    when = datetime.fromtimestamp(moment // SECOND, timezone(timedelta(hours=zone)))
    made, position = [], 0
    while position < len(form):
        if form[position] != "%" or position + 1 == len(form):
            made.append(form[position])
            position += 1
            continue
        letter, position = form[position + 1], position + 2
        if letter == ":" and form[position : position + 1] == "z":
            made.append(f"{zone:+03d}:00")
            position += 1
            continue
        if letter == "-" and position < len(form):
            made.append(when.strftime("%" + form[position]).lstrip("0") or "0")
            position += 1
            continue
        if letter in "123456789" and form[position : position + 1] == "N":
            made.append(f"{moment % SECOND * 1000:09d}"[: int(letter)])
            position += 1
            continue
        made.append({
            "s": str(moment // SECOND), "N": f"{moment % SECOND * 1000:09d}", "Z": name, "z": f"{zone:+03d}00",
            "n": "\n",
            "t": "\t", "P": when.strftime("%p").lower(),
        }.get(letter) or when.strftime("%" + letter))  # fmt: skip
    return "".join(made)


@command("date")
@checked
def date(process: Process) -> int:
    long = {
        "utc": "u",
        "date=": "d",
        "iso-8601": "I",
        "iso-8601=": "I",
        "rfc-3339=": "3",
        "universal": "u",
        "reference=": "r",
        "rfc-email": "R",
    }
    flags, words = options(process, "ud:RI:r:", {**long}) if "-I" not in process.argv else ({"I": "date"}, [])
    zone_name = "UTC" if "u" in flags else process.env.get("TZ", "UTC")
    if zone_name not in ZONES:
        zone_name = "UTC"
    zone, shown = ZONES[zone_name], "KST" if ZONES[zone_name] and "Tokyo" not in zone_name else "UTC"
    moment = process.now
    if "d" in flags:
        parsed = parse_date(flags["d"], process.now)
        if parsed is None:
            raise Usage(f"invalid date ‘{flags['d']}’")
        moment = parsed
    if "r" in flags:
        moment = process.files.stat(flags["r"])["modified"]
    form = "%a %b %e %H:%M:%S %Z %Y"
    if "I" in flags:
        form = {
            "seconds": "%Y-%m-%dT%H:%M:%S%:z",
            "s": "%Y-%m-%dT%H:%M:%S%:z",
            "minutes": "%Y-%m-%dT%H:%M%:z",
            "ns": "%Y-%m-%dT%H:%M:%S,%N%:z",
        }.get(flags["I"], "%Y-%m-%d")
    elif "R" in flags:
        form = "%a, %d %b %Y %H:%M:%S %z"
    elif "3" in flags:
        form = "%Y-%m-%d" if flags["3"] == "date" else "%Y-%m-%d %H:%M:%S%:z"
    for word in words:
        if not word.startswith("+"):
            raise Usage("setting the date is not simulated; time belongs to the cluster")
        form = word[1:]
    process.print(format_date(moment, form, zone, shown))
    return 0

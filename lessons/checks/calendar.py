"""Checks of what a calendar says, without waiting for it: when a CronJob will start something."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from lessons.checks.comparing import compare
from lessons.checks.finding import MET, Finding, both, plain, unmet
from lessons.checks.objects import missing, spoken
from lessons.checks.view import View
from simulator.controllers import cron
from simulator.kernel.clock import SECOND
from simulator.machinery.objects import Object

WEEK = int(timedelta(days=7).total_seconds()) * SECOND
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST = 50
"""How many starts are looked at: a calendar that has more of them in a week is no calendar."""
SHOWN = 7


def starts(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{starts: CronJob/ns/report, zone: Asia/Seoul, equals: "Mon 07:30, Tue 07:30"}`: all the times of a week at which
    it starts a Job, as a clock there shows them; a suspended one has none."""
    reference = declared["starts"]
    obj = view.find(reference)
    if obj is None:
        return missing(view, reference)
    zone = ZoneInfo(declared.get("zone", "UTC"))
    found = sorted((moment.weekday(), f"{moment:%H:%M}") for moment in coming(obj, view.world.clock.now, zone))
    times = [f"{DAYS[day]} {time}" for day, time in found]
    holds, wanted = compare(", ".join(times), declared)
    if holds:
        return MET
    more = ", …" if len(times) > SHOWN else ""
    seen = plain(", ".join(times[:SHOWN]) + more) if times else both("never", "없음")
    expected = both(f"starts in a week ({zone}): {wanted['en']}", f"한 주의 시작 시각({zone}): {wanted['ko']}")
    return unmet(expected, seen, f"{spoken(view, reference)} .spec.schedule")


def coming(cron_job: Object, now: int, zone: ZoneInfo) -> Iterator[datetime]:
    """The starts of the next seven days, the first `MOST` of them."""
    spec = cron_job["spec"]
    try:
        schedule, own = cron.parse(spec["schedule"]), cron.zone(spec.get("timeZone"))
    except cron.ScheduleError:
        return
    if not spec.get("suspend"):
        for moment in islice(moments(schedule, now, now + WEEK, own), MOST):
            yield datetime.fromtimestamp(moment / SECOND, zone)


def moments(schedule: cron.Schedule, after: int, until: int, zone: tzinfo) -> Iterator[int]:
    moment = schedule.after(after, zone)
    while moment is not None and moment <= until:
        yield moment
        moment = schedule.after(moment, zone)

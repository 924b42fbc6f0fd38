"""Validation of a CronJob. Upstream: ValidateCronJob in pkg/apis/batch/validation"""

from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simulator.machinery.field import FieldError, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors, validate_metadata, validate_metadata_update
from simulator.resources.common.workloads import validate_counts
from simulator.resources.cronjobs.schedule import ScheduleError, check_schedule
from simulator.resources.jobs.validation import forbid_selector, validate_job_spec

LONGEST_NAME = 52
"""Jobs add eleven characters, and their Pods need to stay below 63."""
POLICIES = ("Allow", "Forbid", "Replace")


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    yield from validate_spec(spec, (old or {}).get("spec") or {})
    name = (obj.get("metadata") or {}).get("name") or ""
    if old is None and len(name) > LONGEST_NAME:
        yield invalid("metadata.name", name, f"must be no more than {LONGEST_NAME} characters")


def validate_spec(spec: Object, before: Object) -> Errors:
    schedule = spec.get("schedule", "")
    if not schedule:
        yield required("spec.schedule")
    else:
        yield from validate_schedule(schedule, before.get("schedule", ""), spec.get("timeZone"))
    yield from validate_counts(spec, "spec", "startingDeadlineSeconds")
    if spec.get("timeZone") is not None:
        yield from validate_time_zone(spec["timeZone"])
    policy = spec.get("concurrencyPolicy", "")
    if not policy:
        yield required("spec.concurrencyPolicy")
    elif policy not in POLICIES:
        yield not_supported("spec.concurrencyPolicy", policy, POLICIES)
    job = (spec.get("jobTemplate") or {}).get("spec") or {}
    yield from validate_job_spec(job, "spec.jobTemplate.spec")
    yield from forbid_selector(job, "spec.jobTemplate.spec")
    yield from validate_counts(spec, "spec", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")


def validate_schedule(schedule: str, before: str, zone: str | None) -> Errors:
    try:
        check_schedule(schedule)
    except ScheduleError as error:
        yield invalid("spec.schedule", schedule, str(error))
    if "TZ" not in schedule:
        return
    if zone is not None:
        rule = "cannot use both timeZone field and TZ or CRON_TZ in schedule"
        yield invalid("spec.schedule", schedule, rule)
    elif schedule != before:
        rule = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        yield invalid("spec.schedule", schedule, rule)


def validate_time_zone(zone: str) -> Errors:
    if not zone:
        yield invalid("spec.timeZone", zone, "timeZone must be nil or non-empty string")
    elif zone.lower() == "local":
        yield invalid(
            "spec.timeZone",
            zone,
            "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones",
        )
    elif not is_zone_name(zone):
        yield invalid("spec.timeZone", zone, f"unknown time zone {zone}")


@lru_cache(maxsize=64)
def is_zone_name(zone: str) -> bool:
    """Whether the zone database has such a name."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True

"""Validation of a Job, and of the Jobs that a CronJob makes. Upstream: pkg/apis/batch/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.internal import template_shown
from simulator.resources.common.metadata import IMMUTABLE, Errors, validate_metadata, validate_metadata_update
from simulator.resources.common.pod_spec import validate_template
from simulator.resources.common.selectors import validate_selector
from simulator.resources.common.workloads import matcher, shown_selector, validate_counts, validate_selected
from simulator.resources.jobs.failure_policy import validate_failure_policy, validate_success_policy

COUNTS = ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished")
MOST_INDEXED_PARALLEL = 100_000
SCHEDULING = ("nodeSelector", "affinity", "tolerations", "schedulingGates")


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    if old is None:
        yield from validate_generated(obj, spec)
    yield from validate_job_spec(spec, "spec")
    yield from validate_whole_selector(spec)
    yield from validate_index_name(obj, spec)
    if old is not None:
        yield from validate_changes(spec, old)


def validate_generated(obj: Object, spec: Object) -> Errors:
    """Unless its author manages them, a Job's labels are its own."""
    if spec.get("manualSelector"):
        return
    metadata = obj.get("metadata") or {}
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    wanted = {
        "batch.kubernetes.io/controller-uid": metadata.get("uid"),
        "batch.kubernetes.io/job-name": metadata.get("name"),
        "controller-uid": metadata.get("uid"),
        "job-name": metadata.get("name"),
    }
    for key, value in sorted(wanted.items()):
        path = f"spec.template.metadata.labels[{key}]"
        if key not in labels:
            yield required(path, f"must be '{value}'")
        elif labels[key] != value:
            yield invalid(path, dict(sorted(labels.items())), f"must be '{value}'")
    selector = matcher(spec)
    if selector is not None and not selector.matches({key: text for key, text in wanted.items() if text}):
        yield invalid("spec.selector", shown_selector(spec.get("selector")), "`selector` not auto-generated")


def validate_job_spec(spec: Object, path: str) -> Errors:
    yield from validate_counts(spec, path, *COUNTS)
    yield from validate_indexes(spec, path)
    for field, values in (
        ("completionMode", ("NonIndexed", "Indexed")),
        ("podReplacementPolicy", ("Failed", "TerminatingOrFailed")),
    ):
        if spec.get(field) is not None and spec[field] not in values:
            yield not_supported(f"{path}.{field}", spec[field], values)
    template = spec.get("template") or {}
    yield from validate_template(template, f"{path}.template")
    policy = (template.get("spec") or {}).get("restartPolicy", "")
    place = f"{path}.template.spec.restartPolicy"
    if policy in ("", "Always"):
        allowed = '"OnFailure", "Never"'
        yield required(place, f"valid values: {allowed}")
    elif policy not in ("OnFailure", "Never"):
        yield not_supported(place, policy, ("OnFailure", "Never"))
    elif spec.get("podFailurePolicy") is not None and policy != "Never":
        yield invalid(place, policy, 'only "Never" is supported when podFailurePolicy is specified')
    if spec.get("podFailurePolicy") is not None:
        yield from validate_failure_policy(spec, f"{path}.podFailurePolicy")
    if spec.get("successPolicy") is not None:
        yield from validate_success_policy(spec, f"{path}.successPolicy")


def validate_indexes(spec: Object, path: str) -> Errors:
    indexed = spec.get("completionMode") == "Indexed"
    if indexed:
        if spec.get("completions") is None:
            yield required(f"{path}.completions", "when completion mode is Indexed")
        parallelism = spec.get("parallelism") or 0
        if parallelism > MOST_INDEXED_PARALLEL:
            rule = f"must be less than or equal to {MOST_INDEXED_PARALLEL} when completion mode is Indexed"
            yield invalid(f"{path}.parallelism", parallelism, rule)
    for field in ("backoffLimitPerIndex", "maxFailedIndexes"):
        if spec.get(field) is None:
            continue
        yield from validate_counts(spec, path, field)
        if not indexed:
            yield invalid(f"{path}.{field}", spec[field], "requires indexed completion mode")


def validate_whole_selector(spec: Object) -> Errors:
    selector = spec.get("selector")
    if selector is None:
        yield required("spec.selector")
    else:
        yield from validate_selector(selector, "spec.selector")
    chosen = matcher(spec)
    if chosen is not None:
        yield from validate_selected(chosen, spec.get("template") or {}, "spec.template")


def validate_index_name(obj: Object, spec: Object) -> Errors:
    """The Pods of an indexed Job carry their index in their hostname."""
    name = (obj.get("metadata") or {}).get("name") or ""
    if spec.get("completionMode") == "Indexed" and (spec.get("completions") or 0) > 0:
        hostname = f"{name}-{spec['completions'] - 1}"
        for _ in names.dns_label(hostname):
            yield invalid("metadata.name", name, f"will not able to create pod with invalid DNS label: {hostname}")


def validate_changes(spec: Object, old: Object) -> Errors:
    """A Job is fixed but for its parallelism; while it waits, where its Pods may run can still change."""
    before = old.get("spec") or {}
    if spec.get("completions") != before.get("completions"):
        indexed = spec.get("completionMode") == "Indexed"
        if not (indexed and spec.get("completions") == spec.get("parallelism")):
            yield invalid("spec.completions", spec.get("completions"), IMMUTABLE)
    if shown_selector(spec.get("selector")) != shown_selector(before.get("selector")):
        yield invalid("spec.selector", shown_selector(spec.get("selector")), IMMUTABLE)
    if template_fixed(spec, before, old) != template_fixed(before, before, old):
        yield invalid("spec.template", template_shown(spec.get("template") or {}), IMMUTABLE)
    for field in ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"):
        if spec.get(field) != before.get(field):
            yield invalid(f"spec.{field}", spec.get(field), IMMUTABLE)


def template_fixed(spec: Object, before: Object, old: Object) -> Object:
    """The part of a template that may not change now."""
    template = spec.get("template") or {}
    started = (old.get("status") or {}).get("startTime")
    if not before.get("suspend") or started:
        return template_shown(template)
    pod = {name: value for name, value in (template.get("spec") or {}).items() if name not in SCHEDULING}
    return template_shown({"metadata": {}, "spec": pod})


def forbid_selector(spec: Object, path: str) -> Errors:
    """In a template for Jobs, the selector is left to each Job."""
    if spec.get("selector") is not None:
        yield invalid(f"{path}.selector", shown_selector(spec["selector"]), "`selector` will be auto-generated")
    if spec.get("manualSelector"):
        yield not_supported(f"{path}.manualSelector", True, ("nil", "false"))

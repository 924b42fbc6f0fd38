"""Validation of a StatefulSet. Upstream: ValidateStatefulSet in pkg/apis/apps/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import (
    Errors,
    validate_annotations,
    validate_count,
    validate_labels,
    validate_metadata,
    validate_metadata_update,
)
from simulator.resources.common.pod_spec import validate_pod_annotations
from simulator.resources.common.workloads import (
    matcher,
    shown_selector,
    validate_at_most_all,
    validate_counts,
    validate_lasting,
    validate_own_selector,
    validate_selected,
    validate_share,
)

UPDATABLE = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)
FORBIDDEN = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, names.dns_label) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    yield from validate_spec(spec)
    if old is not None and fixed_part(spec) != fixed_part(old.get("spec") or {}):
        yield forbidden("spec", FORBIDDEN)


def fixed_part(spec: Object) -> Object:
    kept = {name: value for name, value in spec.items() if name not in UPDATABLE and value}
    return {**kept, "selector": shown_selector(spec.get("selector"))}


def validate_spec(spec: Object) -> Errors:
    policy = spec.get("podManagementPolicy", "")
    if not policy:
        yield required("spec.podManagementPolicy")
    elif policy not in ("OrderedReady", "Parallel"):
        yield invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'")
    yield from validate_strategy(spec.get("updateStrategy") or {})
    for moment, action in (spec.get("persistentVolumeClaimRetentionPolicy") or {}).items():
        if action not in ("Retain", "Delete"):
            yield not_supported(f"spec.persistentVolumeClaimRetentionPolicy.{moment}", action, ("Retain", "Delete"))
    yield from validate_counts(spec, "spec", "replicas", "minReadySeconds")
    yield from validate_count((spec.get("ordinals") or {}).get("start"), "spec.ordinals.start")
    yield from validate_own_selector(spec, "spec", "statefulset")
    template = spec.get("template") or {}
    selector = matcher(spec)
    if selector is None:
        yield invalid("spec.selector", shown_selector(spec.get("selector")), "")
    else:
        yield from validate_selected(selector, template, "spec.template")
        yield from validate_template_metadata(template, "spec.template")
    yield from validate_lasting(template, "spec.template", "StatefulSet")


def validate_template_metadata(template: Object, path: str) -> Errors:
    """A StatefulSet's template is judged when a Pod is made of it: only then are its claims known."""
    metadata = template.get("metadata") or {}
    if metadata.get("labels"):
        yield from validate_labels(metadata["labels"], f"{path}.labels")
    if metadata.get("annotations"):
        yield from validate_annotations(metadata["annotations"], f"{path}.annotations")
        yield from validate_pod_annotations(metadata["annotations"], template.get("spec") or {}, f"{path}.annotations")


def validate_strategy(strategy: Object) -> Errors:
    path = "spec.updateStrategy"
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if not kind:
        yield required(path)
    elif kind == "OnDelete":
        if rolling is not None:
            yield invalid(f"{path}.rollingUpdate", rolling, "only allowed for updateStrategy 'RollingUpdate'")
    elif kind == "RollingUpdate":
        if rolling is not None:
            yield from validate_count(rolling.get("partition"), f"{path}.rollingUpdate.partition")
            unavailable, place = rolling.get("maxUnavailable"), f"{path}.rollingUpdate.maxUnavailable"
            if unavailable is not None:
                yield from validate_share(unavailable, place)
                if unavailable in (0, "0%"):
                    yield invalid(place, unavailable, "cannot be 0")
                yield from validate_at_most_all(unavailable, place)
    else:
        yield invalid(path, strategy, "must be 'RollingUpdate' or 'OnDelete'")

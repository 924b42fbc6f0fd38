"""Validation of a Deployment. Upstream: ValidateDeployment in pkg/apis/apps/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import IMMUTABLE, Errors, validate_metadata, validate_metadata_update
from simulator.resources.common.workloads import (
    is_zero,
    shown_selector,
    validate_at_most_all,
    validate_counts,
    validate_lasting_template,
    validate_own_selector,
    validate_share,
)


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    yield from validate_spec(spec)
    if old is not None:
        selector = shown_selector(spec.get("selector"))
        if selector != shown_selector((old.get("spec") or {}).get("selector")):
            yield invalid("spec.selector", selector, IMMUTABLE)


def validate_spec(spec: Object) -> Errors:
    yield from validate_counts(spec, "spec", "replicas")
    yield from validate_own_selector(spec, "spec", "deployment")
    yield from validate_lasting_template(spec, "spec.template", "ReplicaSet")
    yield from validate_strategy(spec.get("strategy") or {}, "spec.strategy")
    yield from validate_counts(spec, "spec", "minReadySeconds", "revisionHistoryLimit")
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None:
        yield from validate_counts(spec, "spec", "progressDeadlineSeconds")
        if deadline <= spec.get("minReadySeconds", 0):
            yield invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")


def validate_strategy(strategy: Object, path: str) -> Errors:
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if kind == "Recreate":
        if rolling is not None:
            yield forbidden(f"{path}.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")
    elif kind == "RollingUpdate":
        if rolling is None:
            yield required(f"{path}.rollingUpdate", "this should be defaulted and never be nil")
        else:
            yield from validate_rolling(rolling, f"{path}.rollingUpdate")
    else:
        yield not_supported(path, strategy_shown(strategy), ("Recreate", "RollingUpdate"))


def strategy_shown(strategy: Object) -> Object:
    """A strategy as it is held inside."""
    rolling = strategy.get("rollingUpdate")
    shown = rolling and {"MaxUnavailable": rolling.get("maxUnavailable", 0), "MaxSurge": rolling.get("maxSurge", 0)}
    return {"Type": strategy.get("type", ""), "RollingUpdate": shown}


def validate_rolling(rolling: Object, path: str) -> Errors:
    unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
    yield from validate_share(unavailable, f"{path}.maxUnavailable")
    yield from validate_share(surge, f"{path}.maxSurge")
    if is_zero(unavailable) and is_zero(surge):
        yield invalid(f"{path}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")
    yield from validate_at_most_all(unavailable, f"{path}.maxUnavailable")

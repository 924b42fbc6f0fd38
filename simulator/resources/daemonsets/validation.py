"""Validation of a DaemonSet. Upstream: ValidateDaemonSet in pkg/apis/apps/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, invalid, not_supported, required
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
    yield from validate_own_selector(spec, "spec", "daemonset")
    yield from validate_lasting_template(spec, "spec.template", "DaemonSet")
    yield from validate_counts(spec, "spec", "minReadySeconds")
    yield from validate_strategy(spec.get("updateStrategy") or {}, "spec.updateStrategy")
    yield from validate_counts(spec, "spec", "revisionHistoryLimit")
    if old is not None:
        selector = shown_selector(spec.get("selector"))
        if selector != shown_selector((old.get("spec") or {}).get("selector")):
            yield invalid("spec.selector", selector, IMMUTABLE)


def validate_strategy(strategy: Object, path: str) -> Errors:
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if kind == "RollingUpdate":
        if rolling is None:
            yield required(f"{path}.rollingUpdate")
        else:
            yield from validate_rolling(rolling, f"{path}.rollingUpdate")
    elif kind != "OnDelete":
        yield not_supported(path, strategy, ("RollingUpdate", "OnDelete"))


def validate_rolling(rolling: Object, path: str) -> Errors:
    """Pods of a new kind come after the old ones have gone, or before, but not both."""
    unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
    for name, value in (("maxUnavailable", unavailable), ("maxSurge", surge)):
        yield from validate_share(value, f"{path}.{name}")
        yield from validate_at_most_all(value, f"{path}.{name}")
    if not is_zero(unavailable) and not is_zero(surge):
        yield invalid(f"{path}.maxSurge", surge, "may not be set when maxUnavailable is non-zero")
    if is_zero(unavailable) and is_zero(surge):
        yield required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0")

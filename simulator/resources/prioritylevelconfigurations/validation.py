"""Validation of a PriorityLevelConfiguration. Upstream: pkg/apis/flowcontrol/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors, validate_metadata, validate_metadata_update


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    kind, limited = spec.get("type", ""), spec.get("limited")
    if kind == "Limited":
        if limited is None:
            yield required("spec.limited", "must not be empty when type is Limited")
        else:
            yield from validate_limited(limited, "spec.limited")
    elif kind == "Exempt":
        if limited is not None:
            yield forbidden("spec.limited", "must be nil if the type is not Limited")
    else:
        yield not_supported("spec.type", kind, ("Exempt", "Limited"))


def validate_limited(limited: Object, path: str) -> Errors:
    shares = limited.get("nominalConcurrencyShares", 0)
    if shares < 0:
        yield invalid(f"{path}.nominalConcurrencyShares", shares, "must be a non-negative integer")
    response = limited.get("limitResponse") or {}
    kind, queuing = response.get("type", ""), response.get("queuing")
    if kind == "Reject":
        if queuing is not None:
            yield forbidden(f"{path}.limitResponse.queuing", "must be nil if limited.limitResponse.type is not Limited")
    elif kind != "Queue":
        yield not_supported(f"{path}.limitResponse.type", kind, ("Queue", "Reject"))
    elif queuing is None:
        yield required(f"{path}.limitResponse.queuing", "must not be empty if limited.limitResponse.type is Limited")
    else:
        for field in ("queueLengthLimit", "queues", "handSize"):
            if queuing.get(field, 0) <= 0:
                yield invalid(f"{path}.limitResponse.queuing.{field}", queuing.get(field, 0), "must be positive")
        if queuing.get("handSize", 0) > queuing.get("queues", 0):
            rule = f"should not be greater than queues ({queuing.get('queues', 0)})"
            yield invalid(f"{path}.limitResponse.queuing.handSize", queuing.get("handSize", 0), rule)

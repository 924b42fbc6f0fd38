"""Validation of a Node. Upstream: ValidateNode in pkg/apis/core/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import ErrorType, FieldError, duplicate, forbidden, invalid, required
from simulator.machinery.objects import Object
from simulator.machinery.quantities import parse
from simulator.resources.common.amounts import validate_quantity
from simulator.resources.common.metadata import (
    Errors,
    validate_label_name,
    validate_metadata,
    validate_metadata_update,
    validate_name,
)
from simulator.resources.common.placement import validate_effect

ONCE = 'node updates may not change {} except from "" to valid'


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    if old is None:
        yield from validate_taints(spec.get("taints") or [], "metadata.taints")
    for kind in ("capacity", "allocatable"):
        for name, text in sorted((status.get(kind) or {}).items()):
            yield from validate_quantity(name, parse(text), f"status.{kind}.{name}")
    if old is None:
        for index, block in enumerate(spec.get("podCIDRs") or ()):
            yield from validate_name(block, f"spec.podCIDRs[{index}]", names.cidr)
    else:
        yield from validate_change(spec, status, old.get("spec") or {})


def validate_change(spec: Object, status: Object, before: Object) -> Errors:
    addresses: list[Object] = []
    for index, address in enumerate(status.get("addresses") or ()):
        if address in addresses:
            shown = {"Type": address.get("type", ""), "Address": address.get("address", "")}
            yield duplicate(f"status.addresses[{index}]", shown)
        addresses.append(address)
    if before.get("podCIDRs") and spec.get("podCIDRs") != before["podCIDRs"]:
        yield forbidden("spec.podCIDRs", ONCE.format("podCIDR"))
    if before.get("providerID") and spec.get("providerID") != before["providerID"]:
        yield forbidden("spec.providerID", ONCE.format("providerID"))
    yield from validate_taints(spec.get("taints") or [], "metadata.taints")


def validate_taints(taints: list[Object], path: str) -> Errors:
    taken: list[tuple[str, str]] = []
    for index, taint in enumerate(taints):
        place, key, effect = f"{path}[{index}]", taint.get("key", ""), taint.get("effect", "")
        yield from validate_label_name(key, f"{place}.key")
        wrong = names.label_value(taint.get("value", ""))
        if wrong:
            yield invalid(f"{place}.value", taint.get("value", ""), ";".join(wrong))
        if not effect:
            yield required(f"{place}.effect")
        else:
            yield from validate_effect(effect, f"{place}.effect")
        if (key, effect) in taken:
            shown = {"Key": key, "Value": taint.get("value", ""), "Effect": effect, "TimeAdded": taint.get("timeAdded")}
            yield FieldError(ErrorType.DUPLICATE, place, shown, "taints must be unique by key and effect pair")
        taken.append((key, effect))

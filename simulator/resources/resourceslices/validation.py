"""Validation of a ResourceSlice. Upstream: pkg/apis/resource/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, invalid, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    where = [field for field in ("nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection") if spec.get(field)]
    if not spec.get("driver"):
        yield required("spec.driver")
    if not (spec.get("pool") or {}).get("name"):
        yield required("spec.pool.name")
    if len(where) != 1:
        rule = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"
        yield required("spec", rule) if not where else invalid("spec", "{" + ", ".join(where) + "}", rule)
    for index, device in enumerate(spec.get("devices") or ()):
        if not device.get("name"):
            yield required(f"spec.devices[{index}].name")

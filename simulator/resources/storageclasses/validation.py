"""Validation of a StorageClass. Upstream: ValidateStorageClass in pkg/apis/storage/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, duplicate, forbidden, invalid, not_supported, required, too_long
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import (
    Errors,
    validate_label_name,
    validate_metadata,
    validate_metadata_update,
    validate_name,
)

RECLAIM = ("Delete", "Retain")
BINDING = ("Immediate", "WaitForFirstConsumer")
MOST_PARAMETERS, LONGEST_PARAMETERS = 512, 256 * 1024
UPDATES_FORBIDDEN = "updates to {} are forbidden."


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    if old is not None:
        yield from validate_metadata_update(obj, old)
        for field in ("parameters", "provisioner"):
            if (obj.get(field) or None) != (old.get(field) or None):
                yield forbidden(field, UPDATES_FORBIDDEN.format(field))
        if obj.get("reclaimPolicy") != old.get("reclaimPolicy"):
            yield forbidden("reclaimPolicy", UPDATES_FORBIDDEN.format("reclaimPolicy"))
        if obj.get("volumeBindingMode") != old.get("volumeBindingMode"):
            yield invalid("volumeBindingMode", obj.get("volumeBindingMode"), "field is immutable")
        return
    yield from validate_metadata(obj, namespaced=False)
    provisioner = obj.get("provisioner", "")
    if not provisioner:
        yield required("provisioner")
    else:
        yield from validate_name(provisioner.lower(), "provisioner", names.qualified_name)
    yield from validate_parameters(obj.get("parameters") or {}, "parameters")
    policy = obj.get("reclaimPolicy")
    if policy and policy not in RECLAIM:
        yield not_supported("reclaimPolicy", policy, RECLAIM)
    mode = obj.get("volumeBindingMode")
    if mode is None:
        yield required("volumeBindingMode")
    elif mode not in BINDING:
        yield not_supported("volumeBindingMode", mode, BINDING)
    for index, term in enumerate(obj.get("allowedTopologies") or ()):
        yield from validate_topology(term, f"allowedTopologies[{index}]")


def validate_parameters(parameters: Object, path: str) -> Errors:
    if len(parameters) > MOST_PARAMETERS:
        yield too_long(path, MOST_PARAMETERS)
    for key in parameters:
        if not key:
            yield invalid(path, key, "field can not be empty.")
    if sum(len(key) + len(value) for key, value in parameters.items()) > LONGEST_PARAMETERS:
        yield too_long(path, LONGEST_PARAMETERS)


def validate_topology(term: Object, path: str) -> Errors:
    for index, requirement in enumerate(term.get("matchLabelExpressions") or ()):
        place, values = f"{path}.matchLabelExpressions[{index}]", requirement.get("values") or []
        if not values:
            yield required(f"{place}.values")
        for position, value in enumerate(values):
            if value in values[:position]:
                yield duplicate(f"{place}.values[{position}]", value)
        yield from validate_label_name(requirement.get("key", ""), f"{place}.key")

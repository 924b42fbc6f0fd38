"""Validation of a PersistentVolume. Upstream: ValidatePersistentVolume in pkg/apis/core/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.machinery.quantities import parse
from simulator.resources.common.amounts import validate_positive, validate_quantity
from simulator.resources.common.claims import VOLUME_MODES, validate_access_modes
from simulator.resources.common.internal import difference, fields_of, internal
from simulator.resources.common.metadata import (
    Errors,
    validate_metadata,
    validate_metadata_update,
    validate_name,
    validate_unchanged,
)
from simulator.resources.common.placement import validate_node_selector
from simulator.resources.common.volumes import validate_no_steps_back, validate_one_source

POLICIES = ("Delete", "Recycle", "Retain")
SOURCE = "PersistentVolumeSource"
SOURCES = tuple(name for _, name, _, _ in fields_of(SOURCE))


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False)
    spec = obj.get("spec") or {}
    yield from validate_spec(spec)
    if old is not None:
        before = old.get("spec") or {}
        shown, was = internal(SOURCE, spec), internal(SOURCE, before)
        if shown != was:
            rule = "spec.persistentvolumesource is immutable after creation\n"
            yield forbidden("spec.persistentvolumesource", rule + difference(was, shown))
        yield from validate_unchanged(spec.get("volumeMode"), before.get("volumeMode"), "volumeMode")
        if before.get("nodeAffinity"):
            yield from validate_unchanged(spec.get("nodeAffinity"), before["nodeAffinity"], "spec.nodeAffinity")
        yield from validate_metadata_update(obj, old)


def validate_spec(spec: Object) -> Errors:
    modes, capacity = spec.get("accessModes") or [], spec.get("capacity") or {}
    if not modes:
        yield required("spec.accessModes")
    yield from validate_access_modes(modes, "spec.accessModes")
    if not capacity:
        yield required("spec.capacity")
    if "storage" not in capacity or len(capacity) > 1:
        yield not_supported("spec.capacity", dict(sorted(capacity.items())), ("storage",))
    for name, text in sorted(capacity.items()):
        yield from validate_quantity(name, parse(text), f"spec.capacity[{name}]")
        yield from validate_positive(parse(text), f"spec.capacity[{name}]")
    policy = spec.get("persistentVolumeReclaimPolicy")
    if policy and policy not in POLICIES:
        yield not_supported("spec.persistentVolumeReclaimPolicy", policy, POLICIES)
    affinity = spec.get("nodeAffinity")
    if affinity is not None:
        if affinity.get("required") is None:
            yield required("spec.nodeAffinity.required", "must specify required node constraints")
        else:
            yield from validate_node_selector(affinity["required"], "spec.nodeAffinity.required")
    yield from validate_sources(spec)
    if policy == "Recycle" and (spec.get("hostPath") or {}).get("path") == "/":
        yield forbidden("spec.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'")
    for field in ("storageClassName", "volumeAttributesClassName"):
        if spec.get(field):
            yield from validate_name(spec[field], f"spec.{field}", names.dns_subdomain)
    mode = spec.get("volumeMode")
    if mode is not None and mode not in VOLUME_MODES:
        yield not_supported("spec.volumeMode", mode, VOLUME_MODES)


def validate_sources(spec: Object) -> Errors:
    given = [name for name in SOURCES if spec.get(name) is not None]
    for name in given[1:]:
        yield forbidden(f"spec.{name}", "may not specify more than 1 volume type")
    if not given:
        yield required("spec", "must specify a volume type")
        return
    name = given[0]
    source, place = spec[name], f"spec.{name}"
    if name == "local":
        if not source.get("path"):
            yield required(f"{place}.path")
        else:
            yield from validate_no_steps_back(source["path"], f"{place}.path")
        if (spec.get("nodeAffinity") or {}).get("required") is None:
            yield required("spec.nodeAffinity", "Local volume requires node affinity")
    elif name == "csi":
        yield from validate_one_source(name, source, place)
        if not source.get("volumeHandle"):
            yield required(f"{place}.volumeHandle")
    elif name == "azureFile":
        for field in ("secretName", "shareName"):
            if not source.get(field):
                yield required(f"{place}.{field}")
        if source.get("secretNamespace") == "":
            yield invalid(f"{place}.secretNamespace", "", "must not be empty")
    else:
        yield from validate_one_source(name, source, place)

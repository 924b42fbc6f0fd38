"""Validation of what a claim asks of storage. Upstream: ValidatePersistentVolumeClaimSpec"""

from simulator.machinery import names
from simulator.machinery.field import forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.machinery.quantities import parse
from simulator.resources.common.amounts import validate_positive, validate_quantity
from simulator.resources.common.metadata import Errors, validate_name
from simulator.resources.common.selectors import validate_selector

ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES = ("Block", "Filesystem")


def validate_claim_spec(spec: Object, path: str) -> Errors:
    modes = spec.get("accessModes") or []
    if not modes:
        yield required(f"{path}.accessModes", "at least 1 access mode is required")
    yield from validate_selector(spec.get("selector"), f"{path}.selector")
    yield from validate_access_modes(modes, f"{path}.accessModes")
    storage = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    place = f"{path}.resources[storage]"
    if storage is None:
        yield required(place)
    else:
        wrong = list(validate_positive(parse(storage), place))
        yield from wrong or validate_quantity("storage", parse(storage), place)
    for field in ("storageClassName", "volumeAttributesClassName"):
        if spec.get(field):
            yield from validate_name(spec[field], f"{path}.{field}", names.dns_subdomain)
    mode = spec.get("volumeMode")
    if mode is not None and mode not in VOLUME_MODES:
        yield not_supported(f"{path}.volumeMode", mode, VOLUME_MODES)
    yield from validate_sources(spec, path)


def validate_access_modes(modes: list[str], path: str) -> Errors:
    for mode in modes:
        if mode not in ACCESS_MODES:
            yield not_supported(path, mode, ACCESS_MODES)
    if "ReadWriteOncePod" in modes and any(mode in ACCESS_MODES[:3] for mode in modes):
        yield forbidden(path, "may not use ReadWriteOncePod with other access modes")


def validate_sources(spec: Object, path: str) -> Errors:
    """Where a new volume's first content comes from."""
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    for field, value in (("dataSource", source), ("dataSourceRef", reference)):
        if value is None:
            continue
        place = f"{path}.{field}"
        for name in ("name", "kind"):
            if not value.get(name):
                yield required(f"{place}.{name}")
        if not value.get("apiGroup") and value.get("kind") != "PersistentVolumeClaim":
            yield invalid(
                place, value.get("kind", ""), "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
            )
    if source is not None and reference is not None:
        parts = ("apiGroup", "kind", "name")
        if reference.get("namespace"):
            rule = "may not be specified when dataSourceRef.namespace is specified"
            yield invalid(path, f"{path}.dataSource", rule)
        elif any(source.get(part) != reference.get(part) for part in parts):
            yield invalid(path, f"{path}.dataSource", "must match dataSourceRef")

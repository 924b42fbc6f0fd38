"""Validation of a ResourceClaim. Upstream: pkg/apis/resource/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.cel.language import Language
from simulator.machinery.field import FieldError, duplicate, invalid, not_supported, required, too_many
from simulator.machinery.objects import Object
from simulator.resources.common.deviceselectors import validate_selectors
from simulator.resources.common.metadata import (
    Errors,
    validate_metadata,
    validate_metadata_update,
    validate_name,
    validate_unchanged,
)

MOST_REQUESTS = 32


def validate_in(language: Language, obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(language, obj, old))


def errors_of(language: Language, obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    if old is not None:
        yield from validate_unchanged(spec, old.get("spec"), "spec")
    yield from validate_claim(language, spec, "spec")


def validate_claim(language: Language, spec: Object, path: str) -> Errors:
    requests = (spec.get("devices") or {}).get("requests") or []
    if len(requests) > MOST_REQUESTS:
        yield too_many(f"{path}.devices.requests", len(requests), MOST_REQUESTS)
    taken: list[str] = []
    for index, request in enumerate(requests):
        place, name = f"{path}.devices.requests[{index}]", request.get("name", "")
        if not name:
            yield required(f"{place}.name")
        else:
            yield from validate_name(name, f"{place}.name", names.dns_label)
        if name in taken:
            yield duplicate(place, name)
        taken.append(name)
        exact, several = request.get("exactly"), request.get("firstAvailable")
        if exact is None and not several:
            yield required(place, "exactly one of `exactly` or `firstAvailable` is required")
        elif exact is not None and several:
            yield invalid(
                place, None, "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set"
            )
        if exact is not None:
            yield from validate_device_request(language, exact, f"{place}.exactly")
        for position, wanted in enumerate(several or ()):
            yield from validate_device_request(language, wanted, f"{place}.firstAvailable[{position}]")


def validate_device_request(language: Language, wanted: Object, path: str) -> Errors:
    if not wanted.get("deviceClassName"):
        yield required(f"{path}.deviceClassName")
    else:
        yield from validate_name(wanted["deviceClassName"], f"{path}.deviceClassName", names.dns_subdomain)
    yield from validate_selectors(language, wanted.get("selectors") or (), f"{path}.selectors")
    mode, count = wanted.get("allocationMode", ""), wanted.get("count", 0)
    if mode == "All":
        if count:
            yield invalid(f"{path}.count", count, "must not be specified when allocationMode is 'All'")
    elif mode == "ExactCount":
        if count <= 0:
            yield invalid(f"{path}.count", count, "must be greater than zero")
    else:
        yield not_supported(f"{path}.allocationMode", mode, ("All", "ExactCount"))

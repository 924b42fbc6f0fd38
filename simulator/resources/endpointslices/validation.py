"""Validation of an EndpointSlice. Upstream: pkg/apis/discovery/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, duplicate, invalid, not_supported, required, too_many
from simulator.machinery.objects import Object
from simulator.resources.common.containers import PROTOCOLS
from simulator.resources.common.metadata import (
    Errors,
    validate_metadata,
    validate_metadata_update,
    validate_name,
    validate_unchanged,
)

FAMILIES = ("FQDN", "IPv4", "IPv6")
MOST_ADDRESSES, MOST_PORTS, MOST_ENDPOINTS = 100, 20000, 1000


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    family = obj.get("addressType", "")
    if not family:
        yield required("addressType")
    elif family not in FAMILIES:
        yield not_supported("addressType", family, FAMILIES)
    endpoints, ports = obj.get("endpoints") or [], obj.get("ports") or []
    if len(endpoints) > MOST_ENDPOINTS:
        yield too_many("endpoints", len(endpoints), MOST_ENDPOINTS)
    else:
        for index, endpoint in enumerate(endpoints):
            yield from validate_endpoint(endpoint, family, f"endpoints[{index}]")
    if len(ports) > MOST_PORTS:
        yield too_many("ports", len(ports), MOST_PORTS)
    else:
        yield from validate_ports(ports)
    if old is not None:
        yield from validate_unchanged(family, old.get("addressType"), "addressType")


def validate_endpoint(endpoint: Object, family: str, path: str) -> Errors:
    addresses = endpoint.get("addresses") or []
    if not addresses:
        yield required(f"{path}.addresses", "must contain at least 1 address")
    elif len(addresses) > MOST_ADDRESSES:
        yield too_many(f"{path}.addresses", len(addresses), MOST_ADDRESSES)
    for index, address in enumerate(addresses):
        place = f"{path}.addresses[{index}]"
        if family == "FQDN":
            yield from validate_name(address, place, names.dns_subdomain)
        elif family in FAMILIES and not (names.is_ip(address) and (":" in address) == (family == "IPv6")):
            yield invalid(place, address, f"must be a valid {family} address")
    if endpoint.get("nodeName") is not None:
        yield from validate_name(endpoint["nodeName"], f"{path}.nodeName", names.dns_subdomain)
    if endpoint.get("hostname") is not None:
        yield from validate_name(endpoint["hostname"], f"{path}.hostname", names.dns_label)


def validate_ports(ports: list[Object]) -> Errors:
    taken: dict[str, None] = {}
    for index, port in enumerate(ports):
        place, name = f"ports[{index}]", port.get("name") or ""
        if name:
            yield from validate_name(name, f"{place}.name", names.dns_label)
        if name in taken:
            yield duplicate(f"{place}.name", name)
        taken[name] = None
        if port.get("protocol") not in PROTOCOLS:
            yield not_supported(f"{place}.protocol", port.get("protocol") or "", PROTOCOLS)
        if port.get("appProtocol") is not None:
            yield from validate_name(port["appProtocol"], f"{place}.appProtocol", names.qualified_name)

"""Validation of Endpoints. Upstream: ValidateEndpoints in pkg/apis/core/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.containers import PROTOCOLS
from simulator.resources.common.metadata import Errors, validate_metadata, validate_metadata_update
from simulator.resources.services.addresses import validate_external


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    for index, subset in enumerate(obj.get("subsets") or ()):
        yield from validate_subset(subset, f"subsets[{index}]")


def validate_subset(subset: Object, path: str) -> Errors:
    if not subset.get("addresses") and not subset.get("notReadyAddresses"):
        yield required(path, "must specify `addresses` or `notReadyAddresses`")
    for kind in ("addresses", "notReadyAddresses"):
        for index, address in enumerate(subset.get(kind) or ()):
            place = f"{path}.{kind}[{index}]"
            yield from validate_external(address.get("ip", ""), f"{place}.ip")
            if address.get("hostname"):
                for message in names.dns_label(address["hostname"]):
                    yield invalid(f"{place}.hostname", address["hostname"], message)
    ports = subset.get("ports") or []
    for index, port in enumerate(ports):
        place, name = f"{path}.ports[{index}]", port.get("name", "")
        if len(ports) > 1 and not name:
            yield required(f"{place}.name")
        elif name:
            for message in names.dns_label(name):
                yield invalid(f"{place}.name", name, message)
        for message in names.port_number(port.get("port", 0)):
            yield invalid(f"{place}.port", port.get("port", 0), message)
        if not port.get("protocol"):
            yield required(f"{place}.protocol")
        elif port["protocol"] not in PROTOCOLS:
            yield not_supported(f"{place}.protocol", port["protocol"], PROTOCOLS)

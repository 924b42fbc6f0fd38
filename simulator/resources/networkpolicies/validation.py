"""Validation of a NetworkPolicy. Upstream: ValidateNetworkPolicy in pkg/apis/networking/validation"""

from collections.abc import Iterator
from ipaddress import ip_network

from simulator.machinery import names
from simulator.machinery.field import FieldError, forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors, validate_metadata, validate_metadata_update, validate_name
from simulator.resources.common.selectors import validate_selector

PROTOCOLS = ("TCP", "UDP", "SCTP")
TYPES = ("Ingress", "Egress")


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    yield from validate_selector(spec.get("podSelector"), "spec.podSelector")
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(direction) or ()):
            place = f"spec.{direction}[{index}]"
            for position, port in enumerate(rule.get("ports") or ()):
                yield from validate_policy_port(port, f"{place}.ports[{position}]")
            for position, peer in enumerate(rule.get(side) or ()):
                yield from validate_peer(peer, f"{place}.{side}[{position}]")
    types = spec.get("policyTypes") or []
    if len(types) > len(TYPES):
        yield invalid("spec.policyTypes", types, "may not specify more than two policyTypes")
        return
    for index, kind in enumerate(types):
        if kind not in TYPES:
            yield not_supported(f"spec.policyTypes[{index}]", kind, TYPES)


def validate_policy_port(policy_port: Object, path: str) -> Errors:
    protocol, port, last = policy_port.get("protocol"), policy_port.get("port"), policy_port.get("endPort")
    if protocol is not None and protocol not in PROTOCOLS:
        yield not_supported(f"{path}.protocol", protocol, PROTOCOLS)
    if isinstance(port, int):
        for message in names.port_number(port):
            yield invalid(f"{path}.port", port, message)
        if last is not None:
            if last < port:
                yield invalid(f"{path}.endPort", last, "must be greater than or equal to `port`")
            for message in names.port_number(last):
                yield invalid(f"{path}.endPort", last, message)
        return
    if last is not None:
        missing = "not specified" if port is None else "non-numeric"
        yield invalid(f"{path}.endPort", last, f"may not be specified when `port` is {missing}")
    if port is not None:
        yield from validate_name(port, f"{path}.port", names.port_name)


def validate_peer(peer: Object, path: str) -> Errors:
    given = [name for name in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(name) is not None]
    for name in given:
        if name == "ipBlock":
            yield from validate_block(peer[name], f"{path}.ipBlock")
        else:
            yield from validate_selector(peer[name], f"{path}.{name}")
    if not given:
        yield required(path, "must specify a peer")
    elif len(given) > 1 and "ipBlock" in given:
        yield forbidden(path, "may not specify both ipBlock and another peer")


def validate_block(block: Object, path: str) -> Errors:
    whole = block.get("cidr", "")
    if not whole:
        yield required(f"{path}.cidr")
        return
    wrong = names.cidr(whole)
    for message in wrong:
        yield invalid(f"{path}.cidr", whole, message)
    if wrong:
        return
    network = ip_network(whole, strict=False)
    for index, text in enumerate(block.get("except") or ()):
        place = f"{path}.except[{index}]"
        outside = names.cidr(text)
        for message in outside:
            yield invalid(place, text, message)
        if outside:
            continue
        part = ip_network(text, strict=False)
        inside = part.version == network.version and part.network_address in network
        if not inside or network.prefixlen >= part.prefixlen:
            yield invalid(place, text, "must be a strict subset of `cidr`")

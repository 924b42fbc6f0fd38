"""Validation of a Service. Upstream: ValidateService in pkg/apis/core/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, duplicate, forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.containers import PROTOCOLS
from simulator.resources.common.internal import internal
from simulator.resources.common.metadata import (
    Errors,
    validate_labels,
    validate_metadata,
    validate_metadata_update,
    validate_name,
)
from simulator.resources.common.probes import validate_port
from simulator.resources.services.addresses import validate_address_changes, validate_addresses

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
TRAFFIC = ("Cluster", "Local")
DISTRIBUTIONS = ("PreferClose", "PreferSameNode", "PreferSameZone")
A_DAY = 86400


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    spec = obj.get("spec") or {}
    if old is not None:
        yield from validate_metadata_update(obj, old)
        yield from validate_address_changes(spec, old.get("spec") or {})
        yield from validate_class(spec, old.get("spec") or {})
        before = old.get("spec") or {}
        checked = needs_health_check(spec) and needs_health_check(before)
        if checked and spec.get("healthCheckNodePort") != before.get("healthCheckNodePort"):
            yield forbidden("spec.healthCheckNodePort", "field is immutable")
    yield from validate_metadata(obj, names.dns_label)
    yield from validate_type(spec)
    ports = spec.get("ports") or []
    yield from validate_ports(spec, ports)
    if spec.get("selector"):
        yield from validate_labels(spec["selector"], "spec.selector")
    yield from validate_affinity(spec)
    yield from validate_addresses(spec)
    yield from validate_kind(spec)
    yield from validate_port_pairs(spec, ports)
    yield from validate_load_balancing(spec, old)
    yield from validate_traffic(spec)


def is_headless(spec: Object) -> bool:
    return spec.get("clusterIP") == "None" or (spec.get("clusterIPs") or [""])[0] == "None"


def is_external(spec: Object) -> bool:
    """Whether traffic from outside of the cluster may reach it."""
    kind = spec.get("type")
    return kind in ("LoadBalancer", "NodePort") or (kind == "ClusterIP" and bool(spec.get("externalIPs")))


def needs_health_check(spec: Object) -> bool:
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def validate_type(spec: Object) -> Errors:
    kind = spec.get("type")
    if not spec.get("ports") and not is_headless(spec) and kind != "ExternalName":
        yield required("spec.ports")
    if kind in ("LoadBalancer", "NodePort") and is_headless(spec):
        yield invalid("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services")
    if kind == "ExternalName":
        for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            if spec.get(field):
                yield forbidden(f"spec.{field}", "may not be set for ExternalName services")
        name = spec.get("externalName", "").removesuffix(".")
        if name:
            yield from validate_name(name, "spec.externalName", names.dns_subdomain)
        else:
            yield required("spec.externalName")


def validate_ports(spec: Object, ports: list[Object]) -> Errors:
    taken: dict[str, None] = {}
    for index, port in enumerate(ports):
        place, name = f"spec.ports[{index}]", port.get("name", "")
        if len(ports) > 1 and not name:
            yield required(f"{place}.name")
        elif name:
            yield from validate_name(name, f"{place}.name", names.dns_label)
            if name in taken:
                yield duplicate(f"{place}.name", name)
            taken[name] = None
        for message in names.port_number(port.get("port", 0)):
            yield invalid(f"{place}.port", port.get("port", 0), message)
        protocol = port.get("protocol", "")
        if not protocol:
            yield required(f"{place}.protocol")
        elif protocol not in PROTOCOLS:
            yield not_supported(f"{place}.protocol", protocol, PROTOCOLS)
        yield from validate_port(port.get("targetPort", 0), f"{place}.targetPort")
        if port.get("appProtocol") is not None:
            yield from validate_name(port["appProtocol"], f"{place}.appProtocol", names.qualified_name)


def validate_affinity(spec: Object) -> Errors:
    affinity, config = spec.get("sessionAffinity", ""), spec.get("sessionAffinityConfig")
    if not affinity:
        yield required("spec.sessionAffinity")
    elif affinity not in ("ClientIP", "None"):
        yield not_supported("spec.sessionAffinity", affinity, ("ClientIP", "None"))
    if affinity == "ClientIP":
        seconds = ((config or {}).get("clientIP") or {}).get("timeoutSeconds")
        place = "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
        if seconds is None:
            yield required(place, "when session affinity type is ClientIP")
        elif not 0 < seconds <= A_DAY:
            yield invalid(place, seconds, f"must be greater than 0 and less than {A_DAY}")
    elif affinity == "None" and config is not None:
        yield forbidden("spec.sessionAffinityConfig", "must not be set when session affinity is None")


def validate_kind(spec: Object) -> Errors:
    kind = spec.get("type", "")
    if not kind:
        yield required("spec.type")
    elif kind not in TYPES:
        yield not_supported("spec.type", kind, TYPES)
    if kind == "ClusterIP":
        for index, port in enumerate(spec.get("ports") or ()):
            if port.get("nodePort"):
                yield forbidden(f"spec.ports[{index}].nodePort", "may not be used when `type` is 'ClusterIP'")


def validate_port_pairs(spec: Object, ports: list[Object]) -> Errors:
    """No port twice for one protocol, neither on the nodes nor on the Service."""
    taken: dict[tuple[str, int], None] = {}
    for index, port in enumerate(ports):
        number, pair = port.get("nodePort", 0), (port.get("protocol", ""), port.get("nodePort", 0))
        if number and pair in taken:
            yield duplicate(f"spec.ports[{index}].nodePort", number)
        taken[pair] = None
    taken = {}
    for index, port in enumerate(ports):
        pair = (port.get("protocol", ""), port.get("port", 0))
        if pair in taken:
            shown = {"protocol": pair[0], "port": pair[1], "targetPort": 0}
            yield duplicate(f"spec.ports[{index}]", internal("ServicePort", shown))
        taken[pair] = None


def validate_load_balancing(spec: Object, old: Object | None) -> Errors:
    balanced = spec.get("type") == "LoadBalancer"
    ranges = spec.get("loadBalancerSourceRanges") or []
    if ranges and not balanced:
        yield forbidden("spec.LoadBalancerSourceRanges", "may only be used when `type` is 'LoadBalancer'")
    for index, text in enumerate(ranges):
        yield from validate_name(text.strip(), f"spec.LoadBalancerSourceRanges[{index}]", names.cidr)
    allocates = spec.get("allocateLoadBalancerNodePorts")
    if allocates is not None and not balanced:
        yield forbidden("spec.allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'")
    if balanced and allocates is None:
        yield required("allocateLoadBalancerNodePorts")
    if old is None:
        yield from validate_class(spec, None)


def validate_class(spec: Object, before: Object | None) -> Errors:
    name, path = spec.get("loadBalancerClass"), "spec.loadBalancerClass"
    balanced = spec.get("type") == "LoadBalancer"
    if before and before.get("type") == "LoadBalancer" and balanced and name != before.get("loadBalancerClass"):
        yield invalid(path, name, "may not change once set")
    if name is None:
        return
    if not balanced:
        yield forbidden(path, "may only be used when `type` is 'LoadBalancer'")
    else:
        yield from validate_name(name, path, names.qualified_name)


def validate_traffic(spec: Object) -> Errors:
    policy, port = spec.get("externalTrafficPolicy", ""), spec.get("healthCheckNodePort", 0)
    if not is_external(spec):
        if policy:
            yield invalid("spec.externalTrafficPolicy", policy, "may only be set for externally-accessible services")
    elif not policy:
        yield required("spec.externalTrafficPolicy")
    elif policy not in TRAFFIC:
        yield not_supported("spec.externalTrafficPolicy", policy, TRAFFIC)
    if not needs_health_check(spec):
        if port:
            rule = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
            yield invalid("spec.healthCheckNodePort", port, rule)
    elif not port:
        yield required("spec.healthCheckNodePort")
    inside = spec.get("internalTrafficPolicy")
    if inside is None:
        if spec.get("type") != "ExternalName":
            yield required("spec.internalTrafficPolicy")
    elif inside not in TRAFFIC:
        yield not_supported("spec.internalTrafficPolicy", inside, TRAFFIC)
    near = spec.get("trafficDistribution")
    if near is not None and near not in DISTRIBUTIONS:
        yield not_supported("spec.trafficDistribution", near, DISTRIBUTIONS)

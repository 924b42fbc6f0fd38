"""What a Service goes through on its way to the store.

Upstream: pkg/registry/core/service/strategy.go
"""

from simulator.machinery.objects import Object


def prepare_create(obj: Object) -> None:
    """A new object starts with the status of nothing done yet."""
    obj["status"] = {"loadBalancer": {}}


def prepare_update(obj: Object, old: Object) -> None:
    """Fields that only the old type had go with it, unless somebody changed them at the same time.

    Upstream: dropTypeDependentFields
    """
    spec, before = obj["spec"], old["spec"]
    if is_external(old) and not is_external(obj):
        drop_unchanged(spec, before, "externalTrafficPolicy")
    if before.get("type") == "LoadBalancer" and spec.get("type") != "LoadBalancer":
        for field in ("allocateLoadBalancerNodePorts", "loadBalancerClass"):
            drop_unchanged(spec, before, field)
    if has_health_port(old) and not has_health_port(obj):
        drop_unchanged(spec, before, "healthCheckNodePort")
    if before.get("type") != "ExternalName" and spec.get("type") == "ExternalName":
        drop_unchanged(spec, before, "internalTrafficPolicy")


def drop_unchanged(spec: Object, before: Object, field: str) -> None:
    if field in spec and spec[field] == before.get(field):
        del spec[field]


def is_external(service: Object) -> bool:
    """Whether a Service can be reached from outside by something that is the proxies' work."""
    spec = service["spec"]
    by_address = spec.get("type", "ClusterIP") == "ClusterIP" and spec.get("externalIPs")
    return bool(spec.get("type") in ("NodePort", "LoadBalancer") or by_address)


def has_health_port(service: Object) -> bool:
    spec = service["spec"]
    return bool(spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local")

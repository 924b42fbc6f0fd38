"""What an object uses of a ResourceQuota. Upstream: pkg/quota/v1/evaluator/core"""

from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import ZERO, Quantity, parse
from simulator.resources.common.amounts import HUGE_PAGES, is_extended, is_native
from simulator.resources.common.quality import quality_of_service
from simulator.resources.resource import Resource

type Usage = dict[str, Quantity]

ONE = parse("1")
BY_NAME = ("configmaps", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas", "secrets", "services")
"""What quotas count by the plain name of the resource, too."""
COMPUTE = ("cpu", "memory", "ephemeral-storage")
MUST_BE_SAID = ("cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory")
"""Where a quota counts one of these, every container has to say how much it asks for."""


def usage(resource: Resource, obj: Object) -> Usage:
    """What one object counts for, by the names that quotas use."""
    used = {f"count/{resource.name}": ONE}
    if resource.key in BY_NAME:
        used[resource.key] = ONE
    if resource.key == "pods":
        used |= pod_usage(obj)
    elif resource.key == "services":
        used |= service_usage(obj["spec"])
    elif resource.key == "persistentvolumeclaims":
        used |= claim_usage(obj)
    return used


def pod_usage(pod: Object) -> Usage:
    """What a Pod counts for; nothing once it is over."""
    if at(pod, "status", "phase") in ("Succeeded", "Failed"):
        return {}
    return {"pods": ONE, **compute(together(pod["spec"], "requests"), together(pod["spec"], "limits"))}


def compute(requests: Usage, limits: Usage) -> Usage:
    used: Usage = {}
    for name in COMPUTE:
        if name in requests:
            used[name] = used[f"requests.{name}"] = requests[name]
        if name in limits:
            used[f"limits.{name}"] = limits[name]
    for name, amount in requests.items():
        if name.startswith(HUGE_PAGES):
            used[name] = used[f"requests.{name}"] = amount
        elif is_extended(name):
            used[f"requests.{name}"] = amount
    return used


def together(spec: Object, field: str) -> Usage:
    """What a Pod's containers ask for together; an init container counts where it asks for more, a sidecar always."""
    total: Usage = {}
    for container in spec["containers"]:
        add(total, container, field)
    sidecars: Usage = {}
    most: Usage = {}
    for container in spec.get("initContainers") or ():
        if container.get("restartPolicy") == "Always":
            add(total, container, field)
            add(sidecars, container, field)
            continue
        alone = dict(sidecars)
        add(alone, container, field)
        raise_to(most, alone)
    raise_to(total, most)
    for name, text in (spec.get("overhead") or {}).items():
        if field == "requests" or name in total:
            total[name] = total.get(name, ZERO) + parse(text)
    return total


def add(total: Usage, container: Object, field: str) -> None:
    for name, text in (at(container, "resources", field) or {}).items():
        total[name] = total.get(name, ZERO) + parse(text)


def raise_to(total: Usage, least: Usage) -> None:
    for name, amount in least.items():
        if name not in total or total[name] < amount:
            total[name] = amount


def service_usage(spec: Object) -> Usage:
    kind, ports = spec.get("type"), len(spec.get("ports") or ())
    balanced = kind == "LoadBalancer"
    if balanced and spec.get("allocateLoadBalancerNodePorts") is False:
        ports = sum(1 for port in spec["ports"] if port.get("nodePort"))
    return {
        "services.nodeports": parse(str(ports if kind in ("NodePort", "LoadBalancer") else 0)),
        "services.loadbalancers": ONE if balanced else ZERO,
    }


def claim_usage(claim: Object) -> Usage:
    storage = parse(at(claim, "spec", "resources", "requests", "storage", default="0"))
    used: Usage = {"requests.storage": storage}
    chosen = claim["spec"].get("storageClassName")
    if chosen:
        prefix = f"{chosen}.storageclass.storage.k8s.io/"
        used[f"{prefix}requests.storage"] = storage
        used[f"{prefix}persistentvolumeclaims"] = ONE
    return used


def counts_for(resource: Resource, name: str) -> bool:
    """Whether objects of a resource use what a quota names so."""
    if name == f"count/{resource.name}":
        return True
    match resource.key:
        case "pods":
            plain = name.removeprefix("requests.").removeprefix("limits.")
            extended = not is_native(name) and name.startswith("requests.")
            return name == "pods" or plain in COMPUTE or plain.startswith(HUGE_PAGES) or extended
        case "services":
            return name in ("services", "services.nodeports", "services.loadbalancers")
        case "persistentvolumeclaims":
            return name in ("persistentvolumeclaims", "requests.storage") or ".storageclass.storage.k8s.io/" in name
    return name == resource.key and name in BY_NAME


def unsaid(pod: Object, names: list[str]) -> str:
    """Which containers say nothing of what a quota counts, as `requests.cpu for: a,b; …`; empty where all do."""
    missing: dict[str, list[str]] = {}
    containers = [*pod["spec"]["containers"], *(pod["spec"].get("initContainers") or ())]
    for container in containers:
        resources = container.get("resources") or {}
        requests = {name: parse(text) for name, text in (resources.get("requests") or {}).items()}
        limits = {name: parse(text) for name, text in (resources.get("limits") or {}).items()}
        said = compute(requests, limits)
        for name in names:
            if name in MUST_BE_SAID and name not in said:
                missing.setdefault(name, []).append(container["name"])
    return "; ".join(f"{name} for: {','.join(sorted(who))}" for name, who in sorted(missing.items()))


def in_scope(quota: Object, resource: Resource, obj: Object) -> bool:
    """Whether a quota's scopes take an object in; scopes speak of Pods alone."""
    spec = quota["spec"]
    scopes = [{"scopeName": name, "operator": "Exists"} for name in spec.get("scopes") or ()]
    scopes += at(spec, "scopeSelector", "matchExpressions", default=[])
    return not scopes or (resource.key == "pods" and all(is_in(scope, obj["spec"]) for scope in scopes))


def is_in(scope: Object, spec: Object) -> bool:
    match scope["scopeName"]:
        case "Terminating":
            return spec.get("activeDeadlineSeconds") is not None
        case "NotTerminating":
            return spec.get("activeDeadlineSeconds") is None
        case "BestEffort":
            return quality_of_service(spec) == "BestEffort"
        case "NotBestEffort":
            return quality_of_service(spec) != "BestEffort"
        case "CrossNamespacePodAffinity":
            return crosses_namespaces(spec.get("affinity") or {})
    name, values = spec.get("priorityClassName") or "", scope.get("values") or ()
    answers = {"In": name in values, "NotIn": name not in values, "Exists": bool(name), "DoesNotExist": not name}
    return answers.get(scope["operator"], False)


def crosses_namespaces(affinity: Object) -> bool:
    for kind in ("podAffinity", "podAntiAffinity"):
        rules = affinity.get(kind) or {}
        terms = list(rules.get("requiredDuringSchedulingIgnoredDuringExecution") or ())
        preferred = rules.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        terms += [each["podAffinityTerm"] for each in preferred]
        if any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in terms):
            return True
    return False

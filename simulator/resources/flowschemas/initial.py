"""The FlowSchemas and priority levels that every API server makes for itself.

Upstream: apiserver/pkg/apis/flowcontrol/bootstrap/default.go
"""

from collections.abc import Iterator

from simulator.machinery.objects import Object

GROUP = "flowcontrol.apiserver.k8s.io"
SCHEMAS = f"flowschemas.{GROUP}"
LEVELS = f"prioritylevelconfigurations.{GROUP}"
ANYBODY = ("Group system:unauthenticated", "Group system:authenticated")
PROBES = ("/healthz", "/readyz", "/livez")
EVERYTHING = "*|*|*|*|cluster"
LEASES = "get create update|coordination.k8s.io|leases|*|"
ENDPOINTS = "get create update|-|endpoints|*|"
MAPS = "get create update|-|endpoints configmaps|*|"
NODES = "*|-|nodes nodes/status|*|cluster"
NODE_LEASES = "*|coordination.k8s.io|leases|*|"
MANAGER, PLANNER = "User system:kube-controller-manager", "User system:kube-scheduler"
SYSTEM_ACCOUNTS = "ServiceAccount kube-system/*"

FLOWS: dict[str, tuple[str, int, str, tuple[str, ...], tuple[str, ...]]] = {
    "exempt": ("exempt", 1, "", ("Group system:masters",), (EVERYTHING,)),
    "probes": ("exempt", 2, "", ANYBODY, ()),
    "system-leader-election": ("leader-election", 100, "ByUser", (MANAGER, PLANNER, SYSTEM_ACCOUNTS), (LEASES,)),
    "endpoint-controller": (
        "workload-high", 150, "ByUser",
        (
            MANAGER, "ServiceAccount kube-system/endpoint-controller",
            "ServiceAccount kube-system/endpointslicemirroring-controller",
        ),
        (ENDPOINTS,),
    ),
    "workload-leader-election": ("leader-election", 200, "ByUser", (SYSTEM_ACCOUNTS,), (MAPS, LEASES)),
    "system-node-high": ("node-high", 400, "ByUser", ("Group system:nodes",), (NODES, NODE_LEASES)),
    "system-nodes": ("system", 500, "ByUser", ("Group system:nodes",), (EVERYTHING,)),
    "kube-controller-manager": ("workload-high", 800, "ByNamespace", (MANAGER,), (EVERYTHING,)),
    "kube-scheduler": ("workload-high", 800, "ByNamespace", (PLANNER,), (EVERYTHING,)),
    "kube-system-service-accounts": ("workload-high", 900, "ByNamespace", (SYSTEM_ACCOUNTS,), (EVERYTHING,)),
    "service-accounts": ("workload-low", 9000, "ByUser", ("Group system:serviceaccounts",), (EVERYTHING,)),
    "global-default": ("global-default", 9900, "ByUser", ANYBODY, (EVERYTHING,)),
    "catch-all": ("catch-all", 10000, "ByUser", ANYBODY, (EVERYTHING,)),
}  # fmt: skip
"""Name → priority level, precedence, what tells flows apart, subjects, rules: verbs|groups|resources|namespaces."""
QUEUES: dict[str, tuple[int, int, int, int]] = {
    "catch-all": (5, 0, 0, 0),
    "global-default": (20, 50, 128, 6),
    "leader-election": (10, 0, 16, 4),
    "node-high": (40, 25, 64, 6),
    "system": (30, 33, 64, 6),
    "workload-high": (40, 50, 128, 6),
    "workload-low": (100, 90, 128, 6),
}
"""Priority level → shares, per cent that may be lent, queues (0: what does not fit is refused), hand size."""
QUEUE_LENGTH = 50
MANDATORY = frozenset({"exempt", "catch-all"})
PRODUCER, CONSUMER = "api-priority-and-fairness-config-producer-v1", "api-priority-and-fairness-config-consumer-v1"
AUTOUPDATE = "apf.kubernetes.io/autoupdate-spec"


def default_objects(now: str) -> Iterator[tuple[str, Object]]:
    """Each resource and object, priority levels before the schemas that name them."""
    for name in ("exempt", *QUEUES):
        yield LEVELS, made("PriorityLevelConfiguration", name, level(name), {})
    for name, (place, *_) in FLOWS.items():
        yield SCHEMAS, made("FlowSchema", name, schema(name), {"conditions": [dangling(place, now, missing=False)]})


def default_object(resource: str, name: str, now: str) -> Object | None:
    """The one of that name, or None where the server makes none."""
    return next(
        (one for where, one in default_objects(now) if (where, one["metadata"]["name"]) == (resource, name)), None
    )


def made(kind: str, name: str, spec: Object, status: Object) -> Object:
    metadata = {"name": name, "annotations": {AUTOUPDATE: "true"}}
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": metadata, "spec": spec, "status": status}


def level(name: str) -> Object:
    if name == "exempt":
        return {"type": "Exempt", "exempt": {"nominalConcurrencyShares": 0, "lendablePercent": 0}}
    shares, lendable, queues, hand = QUEUES[name]
    response: Object = {"type": "Reject"}
    if queues:
        queuing = {"queues": queues, "handSize": hand, "queueLengthLimit": QUEUE_LENGTH}
        response = {"type": "Queue", "queuing": queuing}
    limited = {"nominalConcurrencyShares": shares, "lendablePercent": lendable, "limitResponse": response}
    return {"type": "Limited", "limited": limited}


def schema(name: str) -> Object:
    place, precedence, method, subjects, rules = FLOWS[name]
    rule: Object = {"subjects": [subject(each) for each in subjects]}
    if rules:
        rule["resourceRules"] = [resource_rule(each) for each in rules]
    if not rules:
        rule["nonResourceRules"] = [{"verbs": ["get"], "nonResourceURLs": list(PROBES)}]
    elif EVERYTHING in rules:
        rule["nonResourceRules"] = [{"verbs": ["*"], "nonResourceURLs": ["*"]}]
    spec: Object = {"priorityLevelConfiguration": {"name": place}, "matchingPrecedence": precedence}
    if method:
        spec["distinguisherMethod"] = {"type": method}
    return {**spec, "rules": [rule]}


def dangling(place: str, now: str, *, missing: bool) -> Object:
    """Whether the priority level that a schema names is there, as its status tells."""
    said = f'This FlowSchema references the PriorityLevelConfiguration object named "{place}"'
    head = {"type": "Dangling", "status": str(missing), "lastTransitionTime": now}
    if missing:
        return {**head, "reason": "NotFound", "message": f"{said} but there is no such object"}
    return {**head, "reason": "Found", "message": f"{said} and it exists"}


def subject(text: str) -> Object:
    kind, _, name = text.partition(" ")
    if kind == "ServiceAccount":
        namespace, _, account = name.partition("/")
        return {"kind": kind, "serviceAccount": {"name": account, "namespace": namespace}}
    return {"kind": kind, kind.lower(): {"name": name}}


def resource_rule(line: str) -> Object:
    verbs, groups, resources, namespaces, scope = (part.split() for part in line.split("|"))
    found: Object = {"verbs": verbs, "apiGroups": ["" if group == "-" else group for group in groups]}
    found["resources"] = resources
    if scope:
        found["clusterScope"] = True
    return {**found, "namespaces": namespaces}

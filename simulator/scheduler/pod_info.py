"""What the scheduler reads out of a Pod, once for all equal Pods. Upstream: pkg/scheduler/framework/types.go"""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any

import orjson

from simulator.machinery.objects import Key, Object, controller_of, without
from simulator.scheduler.resources import Amounts, amount, pod_requests
from simulator.scheduler.selection import Matcher, label_matcher

type Port = tuple[str, str, int]
"""Host address, protocol, port."""

DECISIVE = (
    "affinity",
    "nodeName",
    "nodeSelector",
    "tolerations",
    "topologySpreadConstraints",
    "overhead",
    "priority",
    "preemptionPolicy",
    "resources",
    "schedulerName",
    "schedulingGates",
)
"""The fields of a Pod's spec that plugins decide by, besides its containers and volumes."""
DECISIVE_IN_CONTAINERS = ("image", "ports", "resources", "restartPolicy")
DECISIVE_VOLUMES = (
    "persistentVolumeClaim",
    "ephemeral",
    "csi",
    "image",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "azureDisk",
    "rbd",
    "iscsi",
)
RESIZES = ("PodResizePending", "PodResizeInProgress")
SHAPES_KEPT = 4096


class Term:
    """A Pod affinity term, ready to be asked."""

    __slots__ = ("matches_labels", "matches_namespace", "namespaces", "topology_key", "weight")

    def __init__(self, term: Object, namespace: str, weight: int = 0) -> None:
        listed = term.get("namespaces") or []
        selector = term.get("namespaceSelector")
        self.namespaces = frozenset(listed if listed or selector is not None else [namespace])
        self.matches_namespace: Matcher | None = None if selector is None else label_matcher(selector)
        self.matches_labels = label_matcher(_with_label_keys(term))
        self.topology_key: str = term.get("topologyKey") or ""
        self.weight = weight

    def matches(self, pod: "Shape", namespace_labels: Callable[[str], Mapping[str, str]]) -> bool:
        if not self.matches_labels(pod.labels):
            return False
        if pod.namespace in self.namespaces:
            return True
        return self.matches_namespace is not None and self.matches_namespace(namespace_labels(pod.namespace))


def _with_label_keys(term: Object) -> Object | None:
    """The term's selector; `matchLabelKeys` was merged into it when the Pod was created."""
    return term.get("labelSelector")


class Shape:
    """What equal Pods share: everything plugins decide by. Equal Pods have the very same Shape."""

    __slots__ = (
        "affinity",
        "anti_affinity",
        "claims",
        "images",
        "labels",
        "name",
        "namespace",
        "owner",
        "ports",
        "preferred",
        "priority",
        "requests",
        "scoring",
        "spec",
    )

    def __init__(self, pod: Object) -> None:
        metadata, spec = pod.get("metadata") or {}, pod.get("spec") or {}
        self.namespace: str = metadata.get("namespace") or ""
        self.name: str = metadata.get("name") or ""
        self.labels: Mapping[str, str] = metadata.get("labels") or {}
        self.owner = controller_of({"metadata": metadata})
        self.spec: Object = spec
        self.priority: int = spec.get("priority") or 0
        self.requests: Amounts = pod_requests(spec)
        self.scoring: Amounts = pod_requests(spec, scoring=True)
        self.ports = host_ports(spec)
        self.images = [one.get("image") or "" for one in _containers(spec)]
        self.claims = claims_of(spec, self.name)
        affinity = spec.get("affinity") or {}
        self.affinity = self._required(affinity.get("podAffinity"))
        self.anti_affinity = self._required(affinity.get("podAntiAffinity"))
        attracted = self._preferred(affinity.get("podAffinity"), 1)
        self.preferred = attracted + self._preferred(affinity.get("podAntiAffinity"), -1)

    def _required(self, affinity: Object | None) -> list[Term]:
        terms = (affinity or {}).get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        return [Term(term, self.namespace) for term in terms]

    def _preferred(self, affinity: Object | None, sign: int) -> list[Term]:
        terms = (affinity or {}).get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        return [Term(term["podAffinityTerm"], self.namespace, sign * term["weight"]) for term in terms]

    @property
    def has_affinity(self) -> bool:
        """Whether the Pod cares for its neighbours."""
        return bool(self.affinity or self.anti_affinity or self.preferred)


class PodInfo:
    """One Pod and its shape."""

    __slots__ = ("key", "pod", "shape", "terminating", "uid")

    def __init__(self, pod: Object, shape: Shape) -> None:
        metadata = pod.get("metadata") or {}
        self.pod = pod
        self.shape = shape
        self.key: Key = (metadata.get("namespace") or "", metadata.get("name") or "")
        self.uid: str = metadata.get("uid") or ""
        self.terminating = "deletionTimestamp" in metadata

    def counts_like(self, other: "PodInfo") -> bool:
        """Whether it makes no difference to a node which of the two it has."""
        return self.shape is other.shape and self.terminating == other.terminating and self.uid == other.uid


class Shapes:
    """Finds the shape of a Pod, without looking at the details of any two equal Pods. A cache, nothing more."""

    def __init__(self) -> None:
        self._known: dict[bytes, Shape] = {}

    def of(self, pod: Object) -> Shape:
        signature = signature_of(pod)
        shape = self._known.get(signature)
        if shape is None:
            if len(self._known) >= SHAPES_KEPT:
                self._known.clear()
            shape = self._known[signature] = Shape(pod)
        return shape

    def info(self, pod: Object, before: PodInfo | None = None) -> PodInfo:
        """A Pod and its shape, which is the one it had `before` where only its status or its node has changed."""
        if is_resizing(pod):
            return PodInfo(pod, self.of(counted(pod)))
        if before is not None and wants_the_same(before.pod, pod) and not is_resizing(before.pod):
            return PodInfo(pod, before.shape)
        return PodInfo(pod, self.of(pod))


def wants_the_same(old: Object, new: Object) -> bool:
    """Whether two states of a Pod differ, of what counts for its shape, in its node at the most."""
    spec, before = new["spec"], old["spec"]
    if spec is not before and without(spec, ("nodeName",)) != without(before, ("nodeName",)):
        return False
    metadata, known = new["metadata"], old["metadata"]
    return metadata.get("labels") is known.get("labels") and (
        metadata.get("ownerReferences") is known.get("ownerReferences")
    )


def is_resizing(pod: Object) -> bool:
    """Whether what a Pod asks for and what it has are not the same now."""
    return any(one["type"] in RESIZES for one in (pod.get("status") or {}).get("conditions") or ())


def counted(pod: Object) -> Object:
    """A Pod that is being resized, with what its node has to reckon with: the most of what it asks for and what it has;
    what it has alone, where it can never have more. Upstream: component-helpers determineContainerReqs
    """
    conditions = {one["type"]: one.get("reason") for one in pod["status"]["conditions"]}
    never = conditions.get("PodResizePending") == "Infeasible"
    had = {one["name"]: one.get("allocatedResources") or {} for one in pod["status"].get("containerStatuses") or ()}
    containers = []
    for container in pod["spec"]["containers"]:
        resources = container.get("resources") or {}
        asked, has = resources.get("requests") or {}, had.get(container["name"], {})
        most = dict(has) if never else {**has, **{name: larger(name, asked[name], has.get(name)) for name in asked}}
        containers.append({**container, "resources": {**resources, "requests": most}})
    return {**pod, "spec": {**pod["spec"], "containers": containers}}


def larger(resource: str, one: str, other: str | None) -> str:
    return one if other is None or amount(resource, str(one)) >= amount(resource, str(other)) else other


def signature_of(pod: Object) -> bytes:
    """The same few bytes for Pods that plugins cannot tell apart, wherever they run."""
    metadata, spec = pod.get("metadata") or {}, pod.get("spec") or {}
    owners = metadata.get("ownerReferences")
    volumes = [_decisive_volume(volume, metadata) for volume in spec.get("volumes") or ()]
    parts: list[Any] = [
        metadata.get("namespace"),
        metadata.get("labels"),
        owners and [owner["uid"] for owner in owners],
        [spec.get(name) for name in DECISIVE if name != "nodeName"],
        [[one.get(name) for name in DECISIVE_IN_CONTAINERS] for one in spec.get("containers") or ()],
        [[one.get(name) for name in DECISIVE_IN_CONTAINERS] for one in spec.get("initContainers") or ()],
        [volume for volume in volumes if volume],
    ]
    return blake2b(orjson.dumps(parts), digest_size=16).digest()


def _decisive_volume(volume: Object, metadata: Object) -> list[Any] | None:
    for source in DECISIVE_VOLUMES:
        if source in volume:
            own_claim = [metadata.get("name"), volume.get("name")] if source == "ephemeral" else None
            return [source, volume[source], own_claim]
    return None


def _containers(spec: Object) -> list[Object]:
    return [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]


def host_ports(spec: Object) -> list[Port]:
    """The ports of the node itself that a Pod wants: containers' and sidecars'."""
    sidecars = [one for one in spec.get("initContainers") or () if one.get("restartPolicy") == "Always"]
    wanted = []
    for container in [*sidecars, *(spec.get("containers") or ())]:
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                address = port.get("hostIP") or "0.0.0.0"
                wanted.append((address, port.get("protocol") or "TCP", port["hostPort"]))
    return wanted


def claims_of(spec: Object, pod_name: str) -> list[str]:
    """The PersistentVolumeClaims a Pod mounts; a generic ephemeral volume has one named after Pod and volume."""
    claims = []
    for volume in spec.get("volumes") or ():
        if volume.get("persistentVolumeClaim"):
            claims.append(volume["persistentVolumeClaim"].get("claimName") or "")
        elif volume.get("ephemeral"):
            claims.append(f"{pod_name}-{volume['name']}")
    return claims

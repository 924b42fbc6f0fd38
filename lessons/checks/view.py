"""A world as checks look at it: objects by kind and name, and who belongs to whom."""

from functools import cache

from lessons.origins import Origin, origin
from simulator.machinery.objects import Object, condition
from simulator.machinery.selectors import NOTHING, Selector, from_object
from simulator.resources.registry import by_kind
from simulator.resources.resource import Resource
from simulator.world import World

NAMESPACE = "default"


class View:
    """What a check may ask of one cluster of a world. The world is a copy that may be spent."""

    def __init__(self, world: World, cluster: str = "") -> None:
        self.world = world
        self.cluster = world.clusters[cluster] if cluster else world.cluster
        self.store = self.cluster.store

    def split(self, reference: str) -> tuple[str, str, str]:
        """`Kind/namespace/name`, `Kind/name` (in the default namespace or cluster-wide) as its parts."""
        kind, *rest = reference.split("/")
        if len(rest) == 2:
            return kind, rest[0], rest[1]
        if len(rest) == 1:
            return kind, NAMESPACE if resource_of(kind).namespaced else "", rest[0]
        raise ValueError(f"not a reference: {reference}")

    def find(self, reference: str) -> Object | None:
        """The object that a reference names, if it is there."""
        kind, namespace, name = self.split(reference)
        return self.store.get(resource_of(kind).key, (namespace, name))

    def origin(self, reference: str) -> Origin | None:
        """What the scene made under this name, if it made anything."""
        kind, namespace, name = self.split(reference)
        return origin(self.world, self.cluster.spec.name, resource_of(kind).key, (namespace, name))

    def objects(self, kind: str, namespace: str, labels: dict[str, str] | None = None) -> list[Object]:
        """Objects of a kind in a namespace (`""`: in all), those with all the labels."""
        wanted = (labels or {}).items()
        resource = resource_of(kind)
        inside = namespace if resource.namespaced and namespace else None
        return [
            obj
            for obj in self.store.list(resource.key, inside)
            if wanted <= (obj["metadata"].get("labels") or {}).items()
        ]

    def pods_of(self, reference: str) -> list[Object]:
        """The Pods that a workload owns, or that a Service selects; a Pod itself; none that are ending."""
        kind, namespace, _ = self.split(reference)
        obj = self.find(reference)
        if obj is None:
            return []
        if kind == "Pod":
            pods = [obj]
        elif kind == "Service":
            chosen = selected_by(obj)
            pods = [pod for pod in self.store.list("pods", namespace) if chosen.matches(pod["metadata"].get("labels"))]
        else:
            pods = self._owned(obj)
        return [pod for pod in pods if not pod["metadata"].get("deletionTimestamp")]

    def _owned(self, owner: Object) -> list[Object]:
        """The Pods below an owner, also through the ReplicaSets or Jobs in between."""
        uid = owner["metadata"]["uid"]
        pods = list(self.store.by_index("pods", "controller", uid))
        for between in ("replicasets.apps", "jobs.batch"):
            for obj in self.store.by_index(between, "controller", uid):
                pods += self._owned(obj)
        return sorted(pods, key=lambda pod: str(pod["metadata"]["name"]))


@cache
def resource_of(kind: str) -> Resource:
    """The API's resource of a kind. Raises ValueError where there is none."""
    for resource in by_kind().values():
        if resource.kind == kind and resource.is_stored:
            return resource
    raise ValueError(f"no kind {kind}")


def selected_by(service: Object) -> Selector:
    """The Pods a Service looks for; a Service without a selector looks for none."""
    labels = service["spec"].get("selector")
    return from_object({"matchLabels": labels}) if labels else NOTHING


def is_ready(pod: Object) -> bool:
    found = condition(pod, "Ready")
    return found is not None and found["status"] == "True"

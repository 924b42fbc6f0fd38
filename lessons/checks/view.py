"""A world as checks look at it: objects by kind and name, who belongs to whom, requests that change nothing."""

from functools import cached_property
from typing import Any

from simulator.machinery.objects import Object, at, condition
from simulator.machinery.selectors import from_object
from simulator.resources.registry import by_kind
from simulator.world import World

NAMESPACE = "default"


class View:
    """What a check may ask. The world given is a copy that may be spent."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.store = world.cluster.store

    @cached_property
    def _resources(self) -> dict[str, str]:
        """The store's name of each kind."""
        return {resource.kind: resource.key for resource in reversed(list(by_kind().values())) if resource.is_stored}

    def split(self, reference: str) -> tuple[str, str, str]:
        """`Kind/namespace/name`, `Kind/name` (in the default namespace or cluster-wide) as its parts."""
        parts = reference.split("/")
        if len(parts) == 3:
            return parts[0], parts[1], parts[2]
        kind, name = parts
        return kind, "" if not self._is_namespaced(kind) else NAMESPACE, name

    def _is_namespaced(self, kind: str) -> bool:
        return next(r.namespaced for r in by_kind().values() if r.kind == kind)

    def find(self, reference: str) -> Object | None:
        """The object that a reference names, if it is there."""
        kind, namespace, name = self.split(reference)
        return self.store.get(self._resources[kind], (namespace, name))

    def objects(self, kind: str, namespace: str, labels: dict[str, str] | None = None) -> list[Object]:
        """Objects of a kind in a namespace, those with all the labels."""
        wanted = (labels or {}).items()
        return [
            obj
            for obj in self.store.list(self._resources[kind], namespace if self._is_namespaced(kind) else None)
            if wanted <= (obj["metadata"].get("labels") or {}).items()
        ]

    def pods_of(self, reference: str) -> list[Object]:
        """The Pods that belong to a workload or stand behind a Service; a Pod itself."""
        kind, namespace, _ = self.split(reference)
        obj = self.find(reference)
        if obj is None:
            return []
        if kind == "Pod":
            return [obj]
        selector = obj["spec"].get("selector") or {}
        chosen = from_object(
            selector if "matchLabels" in selector or "matchExpressions" in selector else {"matchLabels": selector}
        )
        pods = self.store.list("pods", namespace)
        return [
            pod
            for pod in pods
            if chosen.matches(pod["metadata"].get("labels") or {}) and not pod["metadata"].get("deletionTimestamp")
        ]


def is_ready(pod: Object) -> bool:
    found = condition(pod, "Ready")
    return found is not None and found["status"] == "True"


def follow(obj: Any, path: str) -> Any:
    """The value at a path such as `.spec.containers[0].image`; None where it leads nowhere."""
    steps: list[str | int] = []
    for part in path.lstrip(".").replace("]", "").split("."):
        name, *indexes = part.split("[")
        if name:
            steps.append(name)
        steps.extend(int(index) if index.lstrip("-").isdigit() else index.strip("'\"") for index in indexes)
    return at(obj, *steps)

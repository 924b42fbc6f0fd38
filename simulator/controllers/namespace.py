"""Empties Namespaces that are being deleted. Upstream: pkg/controller/namespace/deletion"""

from collections.abc import Iterator

from simulator.api.errors import APIError
from simulator.controllers.base import Controller
from simulator.kernel.clock import SECOND, timestamp
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, changed, condition
from simulator.resources.resource import Resource

CONDITIONS = {
    "NamespaceDeletionDiscoveryFailure": (
        ("ResourcesDiscovered", "All resources successfully discovered"),
        "DiscoveryFailed",
    ),
    "NamespaceDeletionGroupVersionParsingFailure": (
        ("ParsedGroupVersions", "All legacy kube types successfully parsed"),
        None,
    ),
    "NamespaceDeletionContentFailure": (
        ("ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
        "ContentDeletionFailed",
    ),
    "NamespaceContentRemaining": (("ContentRemoved", "All content successfully removed"), "SomeResourcesRemain"),
    "NamespaceFinalizersRemaining": (
        ("ContentHasNoFinalizers", "All content-preserving finalizers finished"),
        "SomeFinalizersRemain",
    ),
}
"""For each condition the reason and message when all is well, and the reason when it is not."""
RETRY = 5 * SECOND
PODS_FIRST = 33
"""Since this minor version all else waits until the Pods are gone. Upstream: feature gate OrderedNamespaceDeletion"""


class NamespaceController(Controller):
    """Deletes what a Namespace holds, then lets the Namespace go."""

    name = "namespace-controller"
    resource = "namespaces"
    kind = "Namespace"
    watches = ("*",)

    def observe(self, change: Change) -> None:
        if change.resource == "namespaces" or change.type == "DELETED":
            super().observe(change)

    def keys(self, change: Change) -> Iterator[Key]:
        metadata = change.object["metadata"]
        name = metadata["name"] if change.resource == "namespaces" else metadata.get("namespace")
        namespace = self.client.get("namespaces", "", name) if name else None
        if namespace is not None and "deletionTimestamp" in namespace["metadata"]:
            yield "", name

    def reconcile(self, key: Key) -> None:
        namespace = self.get(key)
        if namespace is None or "deletionTimestamp" not in namespace["metadata"]:
            return
        held = namespaced(self.client.resources())
        if self.minor >= PODS_FIRST and self.client.list("pods", key[1]):
            held = ["pods"]
        for resource in held:
            for obj in self.client.list(resource, key[1]):
                if "deletionTimestamp" not in obj["metadata"]:
                    self.client.delete(resource, obj)
        left = {resource: self.client.list(resource, key[1]) for resource in held}
        failure = self._empty_elsewhere(key[1], left) if held != ["pods"] else ""
        left = {resource: objects for resource, objects in left.items() if objects}
        unknown = self._undiscovered()
        namespace = self._report(namespace, left, unknown, failure)
        if not left and not unknown and not failure:
            finalizers = [one for one in namespace["spec"].get("finalizers") or () if one != "kubernetes"]
            self.client.update("namespaces", changed(namespace, ("spec", "finalizers"), finalizers), "finalize")
        else:
            self.look_again(key, RETRY)

    def _empty_elsewhere(self, namespace: str, left: dict[str, list[Object]]) -> str:
        """Delete what other servers keep in a namespace; what is left there, and why something failed."""
        failure = ""
        for kind in self.client.remote_kinds():
            if not kind.namespaced or not {"delete", "list"} <= set(kind.verbs):
                continue
            try:
                if "deletecollection" in kind.verbs:
                    self.client.ask_remote("DELETE", kind.path(namespace))
                listed = items_of(self.client.ask_remote("GET", kind.path(namespace)))
                if "deletecollection" not in kind.verbs:
                    for one in listed:
                        self.client.ask_remote("DELETE", kind.path(namespace, one["metadata"]["name"]))
            except APIError as error:
                failure = failure or f"Failed to delete all resource types, 1 remaining: {error.message}"
            else:
                left[f"{kind.plural}.{kind.group}"] = listed
        return failure

    def _undiscovered(self) -> str:
        """What cannot be known of the kinds that there are, as a server that is to tell of some does not answer."""
        lost = [
            f"{one['spec']['group']}/{one['spec']['version']}"
            for one in self.client.list("apiservices.apiregistration.k8s.io")
            if at(one, "spec", "service") is not None and at(condition(one, "Available"), "status") != "True"
        ]
        told = ", ".join(f"{each}: stale GroupVersion discovery: {each}" for each in lost)
        failing = f"Discovery failed for some groups, {len(lost)} failing"
        return f"{failing}: unable to retrieve the complete list of server APIs: {told}" if lost else ""

    def _report(self, namespace: Object, left: dict[str, list[Object]], undiscovered: str, failure: str) -> Object:
        """Upstream: status_condition_utils.go"""
        found = {one["type"]: one for one in namespace.get("status", {}).get("conditions") or ()}
        messages = {
            "NamespaceDeletionDiscoveryFailure": undiscovered,
            "NamespaceDeletionContentFailure": failure,
            "NamespaceContentRemaining": remaining(left),
            "NamespaceFinalizersRemaining": remaining_finalizers(left),
        }
        conditions = []
        for kind, (fine, trouble) in CONDITIONS.items():
            message = messages.get(kind, "")
            status = "True" if message else "False"
            reason, text = (trouble or "", message) if message else fine
            old = found.get(kind)
            since = old["lastTransitionTime"] if old and old["status"] == status else timestamp(self.clock.now)
            entry = {"type": kind, "status": status, "lastTransitionTime": since, "reason": reason, "message": text}
            conditions.append(entry)
        return self.client.update_status("namespaces", namespace, conditions=conditions)


def namespaced(resources: tuple[Resource, ...]) -> list[str]:
    """The names of the resources whose objects live in namespaces, in the order in which they go."""
    kinds = [kind for kind in resources if kind.namespaced and kind.is_stored]
    return [kind.key for kind in sorted(kinds, key=lambda kind: (kind.key != "pods", kind.key))]


def items_of(listed: Object | None) -> list[Object]:
    """The objects of a list that another server answered with, as far as they are objects."""
    found = (listed or {}).get("items")
    named = (one for one in found if isinstance(one, dict)) if isinstance(found, list) else iter(())
    return [one for one in named if isinstance(at(one, "metadata", "name"), str)]


def remaining(left: dict[str, list[Object]]) -> str:
    """`Some resources are remaining: pods. has 2 resource instances`"""
    parts = [f"{dotted(resource)} has {len(objects)} resource instances" for resource, objects in sorted(left.items())]
    return f"Some resources are remaining: {', '.join(parts)}" if parts else ""


def remaining_finalizers(left: dict[str, list[Object]]) -> str:
    counts: dict[str, int] = {}
    for objects in left.values():
        for obj in objects:
            for finalizer in obj["metadata"].get("finalizers") or ():
                counts[finalizer] = counts.get(finalizer, 0) + 1
    parts = [f"{name} in {number} resource instances" for name, number in sorted(counts.items())]
    return f"Some content in the namespace has finalizers remaining: {', '.join(parts)}" if parts else ""


def dotted(resource: str) -> str:
    """A resource with its group, also where that is empty, as these messages write it."""
    return resource if "." in resource else f"{resource}."

"""Accepts the names of new CustomResourceDefinitions, has them served, and cleans up after those that go.

Upstream: apiextensions-apiserver/pkg/controller/{status,establish,finalizer}
"""

from simulator.api.client import Backend, Client
from simulator.apiserver.custom.kinds import DEFINITIONS
from simulator.apiserver.custom.resource import storage_version
from simulator.kernel.clock import MILLISECOND, timestamp
from simulator.kernel.component import Change, Component, Kernel
from simulator.machinery.objects import Object, condition, key_of

CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
LATENCY = 15 * MILLISECOND


class Establishing(Component):
    """Takes the steps in the life of a definition that the API server itself takes."""

    name = "apiextensions"
    watches = (DEFINITIONS,)

    def __init__(self, kernel: Kernel, backend: Backend) -> None:
        super().__init__(kernel)
        self._client = Client(backend, "kube-apiserver")

    def observe(self, change: Change) -> None:
        if change.type != "DELETED":
            self.later(LATENCY, "reconcile", change.object["metadata"]["name"])

    def reconcile(self, name: str) -> None:
        definition = self._client.get(DEFINITIONS, "", name)
        if definition is None:
            return
        if "deletionTimestamp" in definition["metadata"]:
            self._clean_up(definition)
            return
        status = self._status(definition)
        if status != definition.get("status"):
            self._client.update(DEFINITIONS, {**definition, "status": status})

    def _status(self, definition: Object) -> Object:
        accepted = not self._conflicts(definition)
        told = [
            self._condition(definition, "NamesAccepted", accepted, "NoConflicts", "no conflicts found"),
            self._condition(
                definition, "Established", accepted, "InitialNamesAccepted", "the initial names have been accepted"
            ),
        ]
        before = definition.get("status") or {}
        versions = before.get("storedVersions") or []
        stored = storage_version(definition)
        return {
            **before,
            "acceptedNames": definition["spec"]["names"] if accepted else before.get("acceptedNames", {}),
            "conditions": told,
            "storedVersions": versions if stored in versions else [*versions, stored],
        }

    def _conflicts(self, definition: Object) -> bool:
        """Whether an older definition of the group has a name of this one."""
        own = definition["spec"]
        for other in self._client.list(DEFINITIONS):
            spec = other["spec"]
            if spec["group"] != own["group"] or key_of(other) == key_of(definition):
                continue
            if condition(other, "Established") and names_of(spec["names"]) & names_of(own["names"]):
                return True
        return False

    def _condition(self, definition: Object, kind: str, fits: bool, reason: str, message: str) -> Object:
        before = condition(definition, kind)
        status = "True" if fits else "False"
        if before is not None and before["status"] == status:
            return before
        told = (reason, message) if fits else ("NameConflict", "a name is already in use")
        return {
            "type": kind,
            "status": status,
            "lastTransitionTime": timestamp(self.clock.now),
            "reason": told[0],
            "message": told[1],
        }

    def _clean_up(self, definition: Object) -> None:
        """Delete the objects of a kind that goes; when none is left, let the definition go."""
        finalizers = definition["metadata"].get("finalizers") or []
        if CLEANUP not in finalizers:
            return
        spec = definition["spec"]
        resource = f"{spec['names']['plural']}.{spec['group']}"
        for obj in self._client.list(resource):
            if "deletionTimestamp" not in obj["metadata"]:
                self._client.delete(resource, obj)
        if self._client.rows(resource):
            self.later(1000 * MILLISECOND, "reconcile", definition["metadata"]["name"])
            return
        left = [name for name in finalizers if name != CLEANUP]
        metadata = {field: value for field, value in definition["metadata"].items() if field != "finalizers"}
        if left:
            metadata["finalizers"] = left
        self._client.update(DEFINITIONS, {**definition, "metadata": metadata})


def names_of(names: Object) -> frozenset[str]:
    return frozenset((names["plural"], names["singular"], names["kind"].lower(), *(names.get("shortNames") or ())))

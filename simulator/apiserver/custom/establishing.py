"""Accepts the names of new CustomResourceDefinitions, has them served, and cleans up after those that go.

Upstream: apiextensions-apiserver/pkg/controller/{status,establish,finalizer}
"""

import json
from collections.abc import Sequence
from typing import Final

from simulator.api.client import Backend, Client
from simulator.apiserver.custom.kinds import DEFINITIONS
from simulator.apiserver.custom.resource import storage_version
from simulator.kernel.clock import MILLISECOND, timestamp
from simulator.kernel.component import Change, Component, Kernel
from simulator.machinery.objects import Object, condition
from simulator.resources.customresourcedefinitions import approval

CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
LATENCY = 15 * MILLISECOND
CONFLICTS: Final = {
    "plural": "PluralConflict",
    "singular": "SingularConflict",
    "shortNames": "ShortNamesConflict",
    "kind": "KindConflict",
    "listKind": "ListKindConflict",
}
"""Names, and the reason that is given where another kind has one; the last one is told."""
CONFORMANT: Final = "KubernetesAPIApprovalPolicyConformant"
NOT_ACCEPTED: Final = ("NotAccepted", "not all names are accepted")
ESTABLISHED: Final = ("InitialNamesAccepted", "the initial names have been accepted")
PENDING: Final = (
    "InstanceDeletionPending",
    "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
)
DELETING: Final = ("InstanceDeletionInProgress", "CustomResource deletion is in progress")

type Conflict = tuple[str, str]


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
            return
        for other in self._of_group(change.object["spec"]["group"]):  # a name may have become free
            self.later(LATENCY, "reconcile", other["metadata"]["name"])

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

    def _of_group(self, group: str) -> list[Object]:
        return [each for each in self._client.list(DEFINITIONS) if each["spec"]["group"] == group]

    def _status(self, definition: Object) -> Object:
        """Names that are free become those of the kind; of others it is told whose they are not.

        Upstream: NamingConditionController.calculateNamesAndConditions, EstablishingController
        """
        before = definition.get("status") or {}
        group = self._of_group(definition["spec"]["group"])
        accepted = [(each.get("status") or {}).get("acceptedNames") or {} for each in group]
        names, conflict = settled(definition["spec"]["names"], before.get("acceptedNames") or {}, accepted)
        told = conflict or ("NoConflicts", "no conflicts found")
        known = with_condition(
            before.get("conditions") or [], self._condition("NamesAccepted", conflict is None, *told)
        )
        if (condition(definition, "Established") or {}).get("status") != "True":
            told = NOT_ACCEPTED if conflict else ESTABLISHED
            known = with_condition(known, self._condition("Established", conflict is None, *told))
        if approval.is_protected(definition["spec"]["group"]):
            reason, message = approval.approval(definition)
            new = self._condition(CONFORMANT, reason == approval.APPROVED, reason, message)
            known = with_condition(known, new)
        versions = before.get("storedVersions") or []
        stored = storage_version(definition)
        return {
            **before,
            "acceptedNames": names,
            "conditions": known,
            "storedVersions": versions if stored in versions else [*versions, stored],
        }

    def _condition(self, kind: str, holds: bool, reason: str, message: str) -> Object:
        return condition_of(kind, self.clock.now, reason, message, holds=holds)

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
            status = definition.get("status") or {}
            told = with_condition(status.get("conditions") or [], self._condition("Terminating", True, *DELETING))
            if told != status.get("conditions"):
                self._client.update(DEFINITIONS, {**definition, "status": {**status, "conditions": told}})
            self.later(1000 * MILLISECOND, "reconcile", definition["metadata"]["name"])
            return
        left = [name for name in finalizers if name != CLEANUP]
        metadata = {field: value for field, value in definition["metadata"].items() if field != "finalizers"}
        if left:
            metadata["finalizers"] = left
        self._client.update(DEFINITIONS, {**definition, "metadata": metadata})


def with_cleanup(definition: Object, now: int) -> Object:
    """A definition that waits for its objects to go before it does."""
    metadata, status = definition["metadata"], definition.get("status") or {}
    finalizers = metadata.get("finalizers") or []
    if CLEANUP not in finalizers:
        finalizers = [*finalizers, CLEANUP]
    told = with_condition(status.get("conditions") or [], condition_of("Terminating", now, *PENDING))
    return {**definition, "metadata": {**metadata, "finalizers": finalizers}, "status": {**status, "conditions": told}}


def condition_of(kind: str, now: int, reason: str, message: str, *, holds: bool = True) -> Object:
    return {
        "type": kind,
        "status": "True" if holds else "False",
        "lastTransitionTime": timestamp(now),
        "reason": reason,
        "message": message,
    }


def settled(asked: Object, own: Object, accepted: Sequence[Object]) -> tuple[Object, Conflict | None]:
    """The names that a definition has from now on, and what is said of one that another's kind has."""
    kinds = {names.get(field, "") for names in accepted for field in ("kind", "listKind")}
    resources = {names.get(field, "") for names in accepted for field in ("plural", "singular")}
    resources.update(each for names in accepted for each in names.get("shortNames") or ())
    found, conflict = dict(own), None
    for field, reason in CONFLICTS.items():
        taken = kinds if field in ("kind", "listKind") else resources
        mine, wanted = listed(own.get(field)), listed(asked.get(field))
        wrong = [f"{json.dumps(name)} is already in use" for name in wanted if name in taken and name not in mine]
        if wrong:
            conflict = (reason, wrong[0] if len(wrong) == 1 else f"[{', '.join(wrong)}]")
        else:
            keep(found, field, asked)
    keep(found, "categories", asked)
    return found, conflict


def keep(names: Object, field: str, asked: Object) -> None:
    names.pop(field, None)
    if asked.get(field):
        names[field] = asked[field]


def listed(value: str | list[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


def with_condition(conditions: list[Object], new: Object) -> list[Object]:
    """The conditions with another in its place, unless it says what was known."""
    kept = []
    for each in conditions:
        if each["type"] != new["type"]:
            kept.append(each)
            continue
        since = each if each["status"] == new["status"] else new
        new = {**new, "lastTransitionTime": since["lastTransitionTime"]}
        kept.append(new)
    return kept if any(each["type"] == new["type"] for each in conditions) else [*kept, new]

"""The revisions of a workload: a Deployment's ReplicaSets, or ControllerRevisions.

Upstream: kubectl/pkg/util/deployment
"""

from dataclasses import dataclass

from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at, controller_of
from simulator.machinery.selectors import from_object

REVISION = "deployment.kubernetes.io/revision"
CHANGE_CAUSE = "kubernetes.io/change-cause"
HASH = "pod-template-hash"
REVISIONLESS = ("CronJob", "Job", "Pod", "ReplicaSet", "ReplicationController")
"""Kinds that run Pods and have no revisions to go back to."""


def owned(kubectl: Kubectl, owner: Object, path: str) -> list[Object]:
    """The objects that an owner controls among those its selector matches."""
    selector = str(from_object(owner["spec"].get("selector")))
    found = []
    for item in kubectl.clientset.listed(path, {"labelSelector": selector}):
        controller = controller_of(item)
        if controller is not None and controller["uid"] == owner["metadata"]["uid"]:
            found.append(item)
    return found


def replica_sets(kubectl: Kubectl, deployment: Object) -> tuple[list[Object], Object | None]:
    """A Deployment's old ReplicaSets, and the one made from its present template."""
    namespace = deployment["metadata"]["namespace"]
    found = owned(kubectl, deployment, f"/apis/apps/v1/namespaces/{namespace}/replicasets")
    oldest_first = sorted(
        found, key=lambda one: (one["metadata"].get("creationTimestamp", ""), one["metadata"]["name"])
    )
    template = deployment["spec"]["template"]
    new = next((one for one in oldest_first if unhashed(one["spec"]["template"]) == unhashed(template)), None)
    return [one for one in found if one is not new], new


def unhashed(template: Object) -> Object:
    """A template without the hash that a Deployment adds to its labels."""
    metadata = dict(template.get("metadata") or {})
    metadata.pop("creationTimestamp", None)
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH}
    return {**template, "metadata": {**metadata, "labels": labels}}


def revision_of(obj: Object) -> int:
    """The number that the Deployment controller wrote on a ReplicaSet, or 0."""
    text = at(obj, "metadata", "annotations", default={}).get(REVISION, "")
    return int(text) if text.isdecimal() else 0


@dataclass(frozen=True, slots=True)
class Revision:
    """One state that a workload had: its number, the reason noted for it, the Pods, and the object that keeps it."""

    number: int
    cause: str
    template: Object
    object: Object


def revisions(kubectl: Kubectl, owner: Object) -> list[Revision]:
    """The known revisions, oldest first."""
    namespace = owner["metadata"]["namespace"]
    if owner["kind"] == "Deployment":
        found = owned(kubectl, owner, f"/apis/apps/v1/namespaces/{namespace}/replicasets")
        listed = [
            Revision(
                revision_of(one),
                cause_of(one),
                one["spec"]["template"],
                {"apiVersion": "apps/v1", "kind": "ReplicaSet", **one},
            )
            for one in found
            if revision_of(one)
        ]
    else:
        found = owned(kubectl, owner, f"/apis/apps/v1/namespaces/{namespace}/controllerrevisions")
        listed = [
            Revision(one["revision"], cause_of(one), at(one, "data", "spec", "template", default={}), one)
            for one in found
        ]
    return sorted(listed, key=lambda one: one.number)


def cause_of(obj: Object) -> str:
    return str(at(obj, "metadata", "annotations", default={}).get(CHANGE_CAUSE, ""))

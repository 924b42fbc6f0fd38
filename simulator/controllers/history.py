"""ControllerRevisions: the templates a StatefulSet or DaemonSet had. Upstream: pkg/controller/history"""

from simulator.api.client import Client
from simulator.controllers.hashing import template_hash
from simulator.machinery.objects import Object, owner_reference

REVISIONS = "controllerrevisions.apps"
HASH_LABEL = "controller-revision-hash"


def template_patch(template: Object) -> Object:
    """What a revision holds: a patch that puts the template back."""
    return {"spec": {"template": {**template, "$patch": "replace"}}}


def template_of(revision: Object) -> Object:
    held = revision["data"]["spec"]["template"]
    return {name: value for name, value in held.items() if name != "$patch"}


def history_of(client: Client, owner: Object) -> list[Object]:
    """The revisions of an owner, oldest first."""
    return sorted(client.owned(REVISIONS, owner), key=lambda one: (one["revision"], one["metadata"]["name"]))


def current_revision(client: Client, owner: Object, labels: Object, *, hash_label: str) -> tuple[Object, list[Object]]:
    """The revision of the owner's own template (made, or brought to the top), and the whole history."""
    history = history_of(client, owner)
    template = owner["spec"]["template"]
    data = template_patch(template)
    number = history[-1]["revision"] + 1 if history else 1
    equal = [one for one in history if one["data"] == data]
    if equal and equal[-1]["revision"] == number - 1:
        return equal[-1], history
    if equal:
        client.change(REVISIONS, equal[-1], ("revision",), number)
    else:
        digest = template_hash(template, (owner.get("status") or {}).get("collisionCount"))
        client.create(REVISIONS, _new(owner, digest, {**labels, hash_label: digest}, data, number))
    history = history_of(client, owner)
    return history[-1], history


def _new(owner: Object, digest: str, labels: Object, data: Object, number: int) -> Object:
    metadata = owner["metadata"]
    made: Object = {
        "name": f"{metadata['name']}-{digest}",
        "namespace": metadata["namespace"],
        "labels": labels,
        "ownerReferences": [owner_reference(owner)],
    }
    if metadata.get("annotations"):
        made["annotations"] = metadata["annotations"]
    head = {"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": made}
    return {**head, "data": data, "revision": number}


def forget_oldest(client: Client, owner: Object, history: list[Object], live: set[str]) -> None:
    """Delete the oldest revisions beyond the history limit that no Pod has. `live`: names to keep."""
    limit = owner["spec"].get("revisionHistoryLimit", 10)
    dead = [one for one in history if one["metadata"]["name"] not in live]
    for one in dead[: max(len(dead) - limit, 0)]:
        client.delete(REVISIONS, one)

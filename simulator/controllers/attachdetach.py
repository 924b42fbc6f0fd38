"""Attaches volumes to the nodes whose Pods use them, and detaches them again.

Upstream: pkg/controller/volume/attachdetach, kubernetes-csi/external-attacher
"""

from collections.abc import Iterator
from hashlib import sha256

from simulator.api.client import Step
from simulator.controllers.base import Controller
from simulator.controllers.pods import condition, is_finished
from simulator.kernel.clock import MINUTE, SECOND
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at

ATTACHMENTS = "volumeattachments.storage.k8s.io"
CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
ATTACHER = "csi-attacher"
"""The program beside the driver that has volumes attached."""
ATTACH_TIME = 1200 * SECOND // 1000
DETACH_TIME = 800 * SECOND // 1000
MOST_WAIT = 6 * MINUTE
"""How long a node that is not well may leave a volume mounted before it is taken from it."""
SHARED = ("ReadWriteMany", "ReadOnlyMany")


class AttachDetachController(Controller):
    """Keeps each volume attached where it is used, and nowhere else. Its keys are volumes.

    State, as tables: `detaching`, by volume and node since when a volume has not been wanted there; `refused`, the
    volumes and nodes of which it was said that the volume is taken.
    """

    name = "persistentvolume-attach-detach-controller"
    source = "attachdetach-controller"
    resource = VOLUMES
    kind = "PersistentVolume"
    watches = ("pods", "nodes", CLAIMS, ATTACHMENTS)

    def keys(self, change: Change) -> Iterator[Key]:
        obj = change.object
        if change.resource == "pods":
            if obj["spec"].get("nodeName") and obj["spec"].get("volumes"):
                for claim in claims_of(obj):
                    found = self.client.get(CLAIMS, obj["metadata"]["namespace"], claim)
                    if found is not None and found["spec"].get("volumeName"):
                        yield "", found["spec"]["volumeName"]
        elif change.resource == CLAIMS:
            if change.type != "DELETED" and at(obj, "status", "phase") == "Bound":
                yield "", obj["spec"]["volumeName"]
        elif change.resource == ATTACHMENTS:
            yield "", obj["spec"]["source"]["persistentVolumeName"]
        elif change.type == "DELETED" or (change.old is not None and differs(change.old, obj)):
            for attachment in self.client.list(ATTACHMENTS):
                if attachment["spec"]["nodeName"] == obj["metadata"]["name"]:
                    yield "", attachment["spec"]["source"]["persistentVolumeName"]

    def reconcile(self, key: Key) -> None:
        name = key[1]
        volume = self.client.get(VOLUMES, "", name)
        if volume is not None and not at(volume, "spec", "csi"):
            return
        users = self._users(volume) if volume is not None else {}
        attachments = [
            one for one in self.client.list(ATTACHMENTS) if one["spec"]["source"]["persistentVolumeName"] == name
        ]
        for attachment in attachments:
            node = attachment["spec"]["nodeName"]
            if node in users:
                self.table("detaching").delete((name, node))
            else:
                self._detach(key, attachment)
        held = [one["spec"]["nodeName"] for one in attachments]
        for node, pods in users.items():
            if volume is not None and node not in held:
                self._attach(volume, node, pods, [other for other in held if other != node])

    def _users(self, volume: Object) -> dict[str, list[Object]]:
        """The Pods that use a volume and have not ended, by node."""
        reference = volume["spec"].get("claimRef")
        if reference is None or at(volume, "status", "phase") != "Bound":
            return {}
        found: dict[str, list[Object]] = {}
        for pod in self.client.list("pods", reference["namespace"]):
            node = pod["spec"].get("nodeName")
            if node and not is_finished(pod) and reference["name"] in claims_of(pod):
                found.setdefault(node, []).append(pod)
        return found

    # Attaching.

    def _attach(self, volume: Object, node: str, pods: list[Object], elsewhere: list[str]) -> None:
        name = volume["metadata"]["name"]
        if elsewhere and not any(mode in SHARED for mode in volume["spec"].get("accessModes") or ()):
            self._refuse(volume, node, pods, elsewhere)
            return
        self.table("refused").delete((name, node))
        spec = {"attacher": volume["spec"]["csi"]["driver"], "nodeName": node, "source": {"persistentVolumeName": name}}
        head = {"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment"}
        metadata = {
            "name": attachment_name(volume, node),
            "annotations": {"csi.alpha.kubernetes.io/node-id": node},
            "finalizers": [f"external-attacher/{spec['attacher'].replace('.', '-')}"],
        }
        made = {**head, "metadata": metadata, "spec": spec, "status": {"attached": False}}
        asked = {**head, "metadata": {"name": metadata["name"]}, "spec": spec}
        steps = (Step("kube-controller-manager", asked), Step(ATTACHER, made))
        self.client.create(ATTACHMENTS, made, steps)
        self.later(ATTACH_TIME, "attached", metadata["name"])

    def _refuse(self, volume: Object, node: str, pods: list[Object], elsewhere: list[str]) -> None:
        """Say once that another node has the volume. Upstream: reportMultiAttachError"""
        name = volume["metadata"]["name"]
        if (name, node) in self.table("refused"):
            return
        self.table("refused").put((name, node), True)
        head = f'Multi-Attach error for volume "{name}"'
        for pod in pods:
            users = [
                one for other in elsewhere for one in self.client.indexed("pods", "node", other)
                if at(volume, "spec", "claimRef", "name") in claims_of(one)
                and one["metadata"]["namespace"] == pod["metadata"]["namespace"]
            ]  # fmt: skip
            text = f"{head} Volume is already exclusively attached to one node and can't be attached to another"
            if users:
                names = ", ".join(one["metadata"]["name"] for one in users)
                text = f"{head} Volume is already used by pod(s) {names}"
            self.events.warning(pod, "FailedAttachVolume", text)

    def attached(self, name: str) -> None:
        """The driver has attached a volume."""
        attachment = self.client.get(ATTACHMENTS, "", name)
        if attachment is None or at(attachment, "status", "attached"):
            return
        self.client.on_behalf_of(ATTACHER).update_status(ATTACHMENTS, attachment, attached=True)
        node, volume_name = attachment["spec"]["nodeName"], attachment["spec"]["source"]["persistentVolumeName"]
        volume = self.client.get(VOLUMES, "", volume_name)
        if volume is None:
            return
        self._note(volume, node, attached=True)
        for pod in self._users(volume).get(node, ()):
            text = f'AttachVolume.Attach succeeded for volume "{volume_name}" '
            self.events.normal(pod, "SuccessfulAttachVolume", text)

    def _note(self, volume: Object, node: str, *, attached: bool) -> None:
        """Keep `volumesAttached` of a node."""
        obj = self.client.get("nodes", "", node)
        if obj is None:
            return
        name = unique_name(volume)
        others = [one for one in at(obj, "status", "volumesAttached", default=()) if one["name"] != name]
        listed = [*others, {"name": name, "devicePath": ""}] if attached else others
        self.client.update_status("nodes", obj, volumesAttached=listed or None)

    # Detaching.

    def _detach(self, key: Key, attachment: Object) -> None:
        """Take a volume from a node that has let go of it, or that cannot any more."""
        node, now = attachment["spec"]["nodeName"], self.clock.now
        since = self.table("detaching").get((key[1], node))
        if since is None:
            self.table("detaching").put((key[1], node), now)
            since = now
        obj = self.client.get("nodes", "", node)
        if obj is not None and self._is_mounted(key[1], obj):
            taints = [taint["key"] for taint in at(obj, "spec", "taints", default=())]
            if OUT_OF_SERVICE not in taints and (is_healthy(obj) or now - since < MOST_WAIT):
                if now - since < MOST_WAIT:
                    self.look_again(key, since + MOST_WAIT - now)
                return
        self.later(DETACH_TIME, "detached", attachment["metadata"]["name"])

    def _is_mounted(self, name: str, node: Object) -> bool:
        volume = self.client.get(VOLUMES, "", name)
        return volume is not None and unique_name(volume) in at(node, "status", "volumesInUse", default=())

    def detached(self, name: str) -> None:
        """The driver has detached a volume."""
        attachment = self.client.get(ATTACHMENTS, "", name)
        if attachment is None:
            return
        volume_name = attachment["spec"]["source"]["persistentVolumeName"]
        node = attachment["spec"]["nodeName"]
        volume = self.client.get(VOLUMES, "", volume_name)
        if volume is not None and node in self._users(volume):
            return  # it is wanted there again
        self.table("detaching").delete((volume_name, node))
        if volume is not None:
            self._note(volume, node, attached=False)
        metadata = {field: value for field, value in attachment["metadata"].items() if field != "finalizers"}
        released = self.client.on_behalf_of(ATTACHER).update(ATTACHMENTS, {**attachment, "metadata": metadata})
        self.client.delete(ATTACHMENTS, released)


def claims_of(pod: Object) -> list[str]:
    """The names of the claims that a Pod uses."""
    found = []
    for volume in pod["spec"].get("volumes") or ():
        if "persistentVolumeClaim" in volume:
            found.append(volume["persistentVolumeClaim"]["claimName"])
        elif "ephemeral" in volume:
            found.append(f"{pod['metadata']['name']}-{volume['name']}")
    return found


def unique_name(volume: Object) -> str:
    """As nodes list a volume of a driver."""
    return f"kubernetes.io/csi/{volume['spec']['csi']['driver']}^{volume['spec']['csi']['volumeHandle']}"


def attachment_name(volume: Object, node: str) -> str:
    """Upstream: pkg/volume/csi/csi_util.go getAttachmentName"""
    csi = volume["spec"]["csi"]
    return "csi-" + sha256(f"{csi['volumeHandle']}{csi['driver']}{node}".encode()).hexdigest()


def is_healthy(node: Object) -> bool:
    ready = condition(node, "Ready")
    return ready is not None and ready["status"] == "True"


def differs(old: Object, new: Object) -> bool:
    """Whether a node's change may let a volume go."""
    return bool(
        at(old, "status", "volumesInUse") != at(new, "status", "volumesInUse")
        or at(old, "spec", "taints") != at(new, "spec", "taints")
        or is_healthy(old) != is_healthy(new)
    )

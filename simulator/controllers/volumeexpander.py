"""Grows volumes whose claims ask for more, as a driver and the kubelet do together.

Upstream: pkg/controller/volume/expand, kubernetes-csi/external-resizer, pkg/kubelet/volumemanager
"""

from collections.abc import Iterator

from simulator.controllers.base import Controller
from simulator.controllers.events import Recorder
from simulator.controllers.pods import is_deleted
from simulator.kernel.clock import SECOND, timestamp
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, changed, condition, key_of
from simulator.scheduler.plugins.volume_binding import NO_PROVISIONER
from simulator.scheduler.resources import amount

CLAIMS, VOLUMES, CLASSES = "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"
RESIZING, ON_NODE = "Resizing", "FileSystemResizePending"
RESIZE_TIME = 2 * SECOND
"""How long the driver takes; a kubelet then takes as long for the file system."""
RESIZER = "csi-resizer"
"""The program beside the driver that has volumes grow."""
PENDING_ON_NODE = "Waiting for user to (re-)start a pod to finish file system resize of volume on node."


class VolumeExpander(Controller):
    """Takes each claim that asks for more than it has one step further: the volume grows, then its file system, on the
    node where a Pod uses it. State is in the claim's conditions."""

    name = "volume-expander"
    source = "volume_expand"
    resource = CLAIMS
    watches = (CLAIMS, "pods")

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource == CLAIMS:
            if change.type != "DELETED" and wanted(change.object) is not None:
                yield key_of(change.object)
            return
        for volume in change.object["spec"].get("volumes") or ():
            if "persistentVolumeClaim" in volume:
                yield change.object["metadata"]["namespace"], volume["persistentVolumeClaim"]["claimName"]

    def reconcile(self, key: Key) -> None:
        claim = self.get(key)
        if claim is None or is_deleted(claim):
            return
        size = wanted(claim)
        if size is None:
            return
        if condition(claim, ON_NODE) is not None:
            self._expect_node(claim)
        elif condition(claim, RESIZING) is None:
            self._begin(claim, size)

    def _begin(self, claim: Object, size: str) -> None:
        driver = self._driver(claim)
        if driver is None:
            return
        self.events.normal(claim, "ExternalExpanding", "waiting for an external controller to expand this PVC")
        name = claim["spec"]["volumeName"]
        recorder = Recorder(self.client, self.kernel, f"external-resizer {driver}")
        recorder.normal(claim, "Resizing", f"External resizer is resizing volume {name}")
        claim = self._with(claim, RESIZING, "", "ControllerResizeInProgress", size)
        self.client.on_behalf_of(RESIZER).update(CLAIMS, claim)
        self.later(RESIZE_TIME, "volume_grown", *key_of(claim))

    def _driver(self, claim: Object) -> str | None:
        """Who made the volume; None where its class lets nothing grow."""
        given = self.client.get(CLASSES, "", claim["spec"].get("storageClassName") or "")
        if given is None or not given.get("allowVolumeExpansion") or given["provisioner"] == NO_PROVISIONER:
            return None
        return str(given["provisioner"])

    def volume_grown(self, namespace: str, name: str) -> None:
        """The driver is done: the disk is larger, what is on it not yet."""
        claim = self.client.get(CLAIMS, namespace, name)
        size = wanted(claim) if claim is not None else None
        volume = self.client.get(VOLUMES, "", claim["spec"]["volumeName"]) if claim is not None else None
        driver = self._driver(claim) if claim is not None else None
        if claim is None or volume is None or size is None or driver is None:
            return
        resizer = self.client.on_behalf_of(RESIZER)
        resizer.update(VOLUMES, changed(volume, ("spec", "capacity", "storage"), size))
        claim = self._with(claim, ON_NODE, PENDING_ON_NODE, "NodeResizePending", size)
        claim = resizer.update(CLAIMS, claim)
        recorder = Recorder(self.client, self.kernel, f"external-resizer {driver}")
        recorder.normal(claim, "FileSystemResizeRequired", "Require file system resize of volume on node")
        self._expect_node(claim)

    def _expect_node(self, claim: Object) -> None:
        if self._user(claim) is not None:
            self.later(RESIZE_TIME, "file_system_grown", *key_of(claim))

    def _user(self, claim: Object) -> Object | None:
        """A running Pod that has the volume mounted."""
        namespace, name = key_of(claim)
        for pod in self.client.list("pods", namespace):
            names = [at(each, "persistentVolumeClaim", "claimName") for each in pod["spec"].get("volumes") or ()]
            if name in names and at(pod, "status", "phase") == "Running":
                return pod
        return None

    def file_system_grown(self, namespace: str, name: str) -> None:
        """A kubelet has grown what is on the disk, under the running Pod."""
        claim = self.client.get(CLAIMS, namespace, name)
        pod = self._user(claim) if claim is not None else None
        if claim is None or pod is None or condition(claim, ON_NODE) is None:
            return
        volume = self.client.get(VOLUMES, "", claim["spec"]["volumeName"])
        node = pod["spec"]["nodeName"]
        told = f'MountVolume.NodeExpandVolume succeeded for volume "{claim["spec"]["volumeName"]}" {node}'
        recorder = Recorder(self.client, self.kernel, "kubelet", node)
        for obj in (pod, claim):
            recorder.normal(obj, "FileSystemResizeSuccessful", told)
        status = {name: value for name, value in claim["status"].items() if name != "allocatedResourceStatuses"}
        rest = [one for one in status.pop("conditions", ()) if one["type"] not in (RESIZING, ON_NODE)]
        status |= {"capacity": at(volume, "spec", "capacity")} | ({"conditions": rest} if rest else {})
        self.client.on_behalf_of("kubelet").update(CLAIMS, {**claim, "status": status})

    def _with(self, claim: Object, kind: str, message: str, stage: str, size: str) -> Object:
        """The claim with the condition of its present stage."""
        now = timestamp(self.clock.now)
        one = {"type": kind, "status": "True", "lastProbeTime": None, "lastTransitionTime": now}
        if message:
            one["message"] = message
        rest = [
            each for each in at(claim, "status", "conditions", default=()) if each["type"] not in (RESIZING, ON_NODE)
        ]
        status = {**claim["status"], "conditions": [*rest, one], "allocatedResources": {"storage": size}}
        return {**claim, "status": {**status, "allocatedResourceStatuses": {"storage": stage}}}


def wanted(claim: Object) -> str | None:
    """The size a bound claim asks for; None where it has that much."""
    has = at(claim, "status", "capacity", "storage")
    asked = at(claim, "spec", "resources", "requests", "storage")
    if has is None or asked is None or amount("storage", asked) <= amount("storage", has):
        return None
    return str(asked)

"""Has drivers take snapshots of volumes, where the kinds for that are installed.

Upstream: kubernetes-csi/external-snapshotter/pkg/common-controller
"""

from collections.abc import Iterator

from simulator.controllers.base import Controller
from simulator.controllers.pods import is_deleted
from simulator.kernel.clock import timestamp
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, key_of
from simulator.machinery.quantities import Format, Quantity

SNAPSHOTS = "volumesnapshots.snapshot.storage.k8s.io"
CONTENTS = "volumesnapshotcontents.snapshot.storage.k8s.io"
CLASSES = "volumesnapshotclasses.snapshot.storage.k8s.io"
CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"
DEFAULT = "snapshot.storage.kubernetes.io/is-default-class"
API_VERSION = "snapshot.storage.k8s.io/v1"


class SnapshotController(Controller):
    """Gives each VolumeSnapshot its content, and tells when that is ready. Drivers do the rest."""

    name = "snapshot-controller"
    source = "snapshot-controller"
    resource = SNAPSHOTS
    kind = "VolumeSnapshot"
    watches = (SNAPSHOTS, CONTENTS, CLASSES, CLAIMS)

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource == SNAPSHOTS:
            yield key_of(change.object)
            if change.type == "DELETED":
                yield "", at(change.object, "status", "boundVolumeSnapshotContentName", default="")
        elif change.resource == CONTENTS:
            reference = change.object["spec"].get("volumeSnapshotRef") or {}
            yield reference.get("namespace", ""), reference.get("name", "")
        elif change.resource == CLASSES or len(self.client.rows(SNAPSHOTS)):
            yield from sorted(self.client.rows(SNAPSHOTS))

    def reconcile(self, key: Key) -> None:
        if not key[0]:
            self._remove_content(key[1])
            return
        snapshot = self.get(key)
        if snapshot is None or is_deleted(snapshot):
            return
        name = (
            at(snapshot, "spec", "source", "volumeSnapshotContentName") or f"snapcontent-{snapshot['metadata']['uid']}"
        )
        content = self.client.get(CONTENTS, "", name)
        if content is None:
            self._create(snapshot, name)
        else:
            self._follow(snapshot, content)

    def _create(self, snapshot: Object, name: str) -> None:
        namespace, own = key_of(snapshot)
        if at(snapshot, "spec", "source", "volumeSnapshotContentName"):
            self._fail(snapshot, "SnapshotContentMissing", "VolumeSnapshotContent is missing")
            return
        claim = self.client.get(CLAIMS, namespace, snapshot["spec"]["source"]["persistentVolumeClaimName"])
        volume = self.client.get(VOLUMES, "", at(claim, "spec", "volumeName", default=""))
        snapshot_class = self._class(snapshot, claim, volume)
        if snapshot_class is None:
            return
        wrong = trouble(snapshot, claim, volume)
        if wrong or volume is None:
            if claim is None:
                wrong = (
                    f"snapshot controller failed to update {own} on API server: cannot get claim from snapshot: {wrong}"
                )
            text = f"Failed to create snapshot content with error {wrong}"
            self._fail(snapshot, "SnapshotContentCreationFailed", text)
            return
        told = f"Waiting for a snapshot {namespace}/{own} to be created by the CSI driver."
        self.events.normal(snapshot, "CreatingSnapshot", told)
        reference = {"apiVersion": API_VERSION, "kind": "VolumeSnapshot", "namespace": namespace, "name": own}
        spec = {
            "deletionPolicy": snapshot_class["deletionPolicy"],
            "driver": snapshot_class["driver"],
            "source": {"volumeHandle": volume["metadata"]["name"]},
            "sourceVolumeMode": volume["spec"].get("volumeMode", "Filesystem"),
            "volumeSnapshotClassName": snapshot_class["metadata"]["name"],
            "volumeSnapshotRef": {**reference, "uid": snapshot["metadata"]["uid"]},
        }
        head = {"apiVersion": API_VERSION, "kind": "VolumeSnapshotContent", "metadata": {"name": name}}
        self.client.create(CONTENTS, {**head, "spec": spec})
        if not at(snapshot, "spec", "volumeSnapshotClassName"):
            named = {**snapshot["spec"], "volumeSnapshotClassName": snapshot_class["metadata"]["name"]}
            snapshot = self.client.change(SNAPSHOTS, snapshot, ("spec",), named)
        self.client.update_status(
            SNAPSHOTS, snapshot, boundVolumeSnapshotContentName=name, readyToUse=False, error=None
        )

    def _class(self, snapshot: Object, claim: Object | None, volume: Object | None) -> Object | None:
        """The class that a snapshot names, or the only default one for the driver of its volume; None where there is
        no such thing, which is told."""
        named = at(snapshot, "spec", "volumeSnapshotClassName")
        if named:
            found = self.client.get(CLASSES, "", named)
            if found is None:
                why = f'volumesnapshotclass.snapshot.storage.k8s.io "{named}" not found'
                self._fail(snapshot, "GetSnapshotClassFailed", f"Failed to get snapshot class with error {why}")
            return found
        defaults = [
            one
            for one in self.client.list(CLASSES)
            if at(one, "metadata", "annotations", DEFAULT) == "true"
            and one["driver"] == at(volume, "spec", "csi", "driver")
        ]
        why = trouble(snapshot, claim, volume)
        if not why and len(defaults) != 1:
            several = f"{len(defaults)} default snapshot classes were found"
            why = several if defaults else "cannot find default snapshot class"
        if why:
            text = f"Failed to set default snapshot class with error {why}"
            self._fail(snapshot, "SetDefaultSnapshotClassFailed", text)
            return None
        return defaults[0]

    def _fail(self, snapshot: Object, reason: str, message: str) -> None:
        if at(snapshot, "status", "error", "message") == message:
            return
        self.events.warning(snapshot, reason, message)
        error = {"message": message, "time": timestamp(self.clock.now)}
        self.client.update_status(SNAPSHOTS, snapshot, readyToUse=False, error=error)

    def _follow(self, snapshot: Object, content: Object) -> None:
        """The driver has got further: so has the snapshot."""
        status = content.get("status") or {}
        was_ready = at(snapshot, "status", "readyToUse", default=False)
        if not status.get("readyToUse") or was_ready:
            return
        namespace, own = key_of(snapshot)
        self.client.update_status(
            SNAPSHOTS,
            snapshot,
            boundVolumeSnapshotContentName=content["metadata"]["name"],
            readyToUse=True,
            error=None,
            creationTime=timestamp(status["creationTime"] // 1000),
            restoreSize=str(Quantity(status["restoreSize"] * 10**9, Format.BINARY_SI)),
        )
        told = f"Snapshot {namespace}/{own} was successfully created by the CSI driver."
        self.events.normal(snapshot, "SnapshotCreated", told)
        self.events.normal(snapshot, "SnapshotReady", f"Snapshot {namespace}/{own} is ready to use.")

    def _remove_content(self, name: str) -> None:
        content = self.client.get(CONTENTS, "", name)
        if content is not None and content["spec"].get("deletionPolicy") == "Delete":
            self.client.delete(CONTENTS, content)


def trouble(snapshot: Object, claim: Object | None, volume: Object | None) -> str:
    """Why no snapshot of a claim's volume can be taken; "" where it can. Upstream: getVolumeFromVolumeSnapshot"""
    name = snapshot["spec"]["source"]["persistentVolumeClaimName"]
    if claim is None:
        return f'failed to retrieve PVC {name} from the lister: "persistentvolumeclaim \\"{name}\\" not found"'
    if volume is None:
        return f"the PVC {name} is not yet bound to a PV, will not attempt to take a snapshot"
    if not at(volume, "spec", "csi"):
        namespace, own = key_of(snapshot)
        return f"snapshotting non-CSI volumes is not supported, snapshot:{namespace}/{own}"
    return ""

"""The lab's disk driver, as far as it touches what is on disks: snapshots, copies, disks that are given back.

Upstream: kubernetes-csi/csi-driver-host-path
"""

from posixpath import join
from typing import TYPE_CHECKING

from simulator.controllers.volumebinder import FILLED_FROM
from simulator.kernel.clock import SECOND
from simulator.kernel.component import Change
from simulator.machinery.objects import at
from simulator.machinery.quantities import value

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

CONTENTS = "volumesnapshotcontents.snapshot.storage.k8s.io"
VOLUMES = "persistentvolumes"
SNAPSHOT_TIME = 2 * SECOND


class DiskDriver:
    """Takes snapshots, fills new disks from them, and clears disks that nobody has any more."""

    watches = (CONTENTS, VOLUMES)

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._trees = kubelet.cluster.machines.volumes

    def observe(self, change: Change) -> None:
        name = change.object["metadata"]["name"]
        if change.resource == CONTENTS:
            if change.type == "ADDED":
                self._kubelet.later(SNAPSHOT_TIME, "driver.take", name)
            elif change.type == "DELETED":
                self._trees.remove(self._named("snapshot", name))
        elif change.type == "DELETED" and change.object["spec"].get("persistentVolumeReclaimPolicy") == "Delete":
            self._trees.remove(self._named("pv", name))

    def _named(self, kind: str, name: str) -> str:
        return f"{self._kubelet.kernel.scope}{kind}/{name}"

    def take(self, name: str) -> None:
        """Copy what is on a disk now, and say that the copy is ready."""
        client = self._kubelet.client
        content = client.get(CONTENTS, "", name)
        if content is None or at(content, "status", "readyToUse"):
            return
        handle = at(content, "spec", "source", "volumeHandle", default="")
        volume = client.get(VOLUMES, "", handle)
        self._copy(self._named("pv", handle), self._named("snapshot", name))
        size = at(volume, "spec", "capacity", "storage", default="0")
        moment = self._kubelet.clock.now * 1000
        said = {"readyToUse": True, "snapshotHandle": name, "restoreSize": value(size), "creationTime": moment}
        client.on_behalf_of("csi-snapshotter").update_status(CONTENTS, content, **said)

    def fill(self, tree: str) -> None:
        """Give a new disk the content it is to begin with."""
        volume = self._kubelet.client.get(VOLUMES, "", tree.rpartition("/")[2])
        source = at(volume, "metadata", "annotations", FILLED_FROM)
        if source:
            kind, _, name = source.partition("/")
            self._copy(self._named(kind, name), tree)

    def _copy(self, source: str, target: str) -> None:
        self._trees.put_root(target, self._trees.root(source))
        self._copy_folder(source, target, "/")

    def _copy_folder(self, source: str, target: str, folder: str) -> None:
        for name, node in (self._trees.folder(source, folder) or {}).items():
            if node is not None:
                self._trees.put(target, folder, name, node)
                if node["kind"] == "directory":
                    self._copy_folder(source, target, join(folder, name))

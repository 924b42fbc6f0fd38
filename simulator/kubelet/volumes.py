"""The volumes of a Pod: filled, mounted, kept up to date, and forgotten with it. Upstream: pkg/kubelet/volumemanager"""

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulator.controllers.attachdetach import attachment_name, unique_name
from simulator.kernel.clock import SECOND
from simulator.kernel.component import Change
from simulator.kernel.state import Table
from simulator.kubelet.containers import expand
from simulator.kubelet.environment import field_value, resource_value
from simulator.kubelet.podcertificates import NotIssued
from simulator.kubelet.records import ConfigFailure
from simulator.kubelet.trustbundles import NoBundle, anchors
from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import value
from simulator.runtime.files import Mount
from simulator.runtime.images import PullError, pull
from simulator.runtime.nodes import directory, file, index

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

CLAIMS = "persistentvolumeclaims"
VARIABLE = re.compile(r"(?<!\$)\$\(([^)]*)\)")
MOUNT_TIME = SECOND // 3
"""How long it takes to mount a disk that has been attached."""
REFRESH = 60 * SECOND
"""How long a mounted ConfigMap or Secret may lag behind its object: the kubelet's sync period."""
DISKS = "bcdefghijklmnopqrstuvwxyz"
"""The letters of a node's further disks."""
IN_MEMORY = ("secret", "projected", "downwardAPI")
"""Volumes that are never written to a disk."""


class VolumesNotReady(Exception):
    """Some volumes cannot be mounted yet; `messages` are the events' texts."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class Volumes:
    """What Pods mount. A volume is a writable tree of the runtime by name; data lives as long as the volume does."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._trees = kubelet.cluster.machines.volumes
        self._mounted: Table[str, list[str]] = kubelet.table("volumes")
        """uid → the names of the trees that are the Pod's own."""
        self._stale: Table[str, int] = kubelet.table("stale-volumes")
        self._in_use: Table[str, tuple[str, tuple[str, ...]]] = kubelet.table("disks-in-use")
        """uid → its node, and the disks that are mounted there for the Pod."""

    def mount(self, pod: Object) -> None:
        """Fill every volume of a Pod. Raises `VolumesNotReady`, or `NotAttached` while a disk is not at the node."""
        problems = []
        away = [volume["name"] for volume in pod["spec"].get("volumes") or () if self._is_away(pod, volume)]
        if away:
            raise NotAttached(away)
        own = []
        for volume in pod["spec"].get("volumes") or ():
            try:
                self._fill(pod, volume)
            except MissingSource as missing:
                problems.append(f'{missing.step} for volume "{self._shown(pod, volume)}" : {missing}')
            own.append(self.tree(pod, volume))
        if problems:
            raise VolumesNotReady(problems)
        for volume in pod["spec"].get("volumes") or ():
            self._own(pod, volume)
        self._mounted.put(pod["metadata"]["uid"], [name for name in own if name.startswith(self._prefix(pod))])
        disks = [unique_name(disk) for disk in self._disks(pod)]
        if disks:
            self._in_use.put(pod["metadata"]["uid"], (pod["spec"]["nodeName"], tuple(disks)))
            self._post_use(pod["spec"]["nodeName"])

    def _claimed(self, pod: Object, volume: Object) -> Object | None:
        """The volume that a claim of a Pod is bound to."""
        if "persistentVolumeClaim" in volume or "ephemeral" in volume:
            claim = at(volume, "persistentVolumeClaim", "claimName") or f"{pod['metadata']['name']}-{volume['name']}"
            found = self._kubelet.client.get(CLAIMS, pod["metadata"]["namespace"], claim)
            return self._kubelet.client.get("persistentvolumes", "", at(found, "spec", "volumeName", default=""))
        return None

    def _disks(self, pod: Object) -> list[Object]:
        """The volumes of a Pod that a driver attaches."""
        found = [self._claimed(pod, volume) for volume in pod["spec"].get("volumes") or ()]
        return [disk for disk in found if disk is not None and "csi" in disk["spec"]]

    def _is_away(self, pod: Object, volume: Object) -> bool:
        """Whether a disk is not attached to the Pod's node."""
        disk = self._claimed(pod, volume)
        if disk is None or "csi" not in disk["spec"]:
            return False
        name = attachment_name(disk, pod["spec"]["nodeName"])
        return not at(self._kubelet.client.get("volumeattachments.storage.k8s.io", "", name), "status", "attached")

    def attachment_changed(self, change: Change) -> None:
        """A disk has come to a node: Pods that wait for it go on."""
        if change.type == "DELETED" or not at(change.object, "status", "attached"):
            return
        for uid, row in self._kubelet.pods.rows.items():
            if row["stage"] == "setup" and row["node"] == change.object["spec"]["nodeName"]:
                self._kubelet.later(MOUNT_TIME, "set_up", uid)

    def _post_use(self, node: str) -> None:
        """Keep `volumesInUse` of a node, by which the attach/detach controller knows what it may take."""
        client = self._kubelet.client
        obj = client.get("nodes", "", node)
        if obj is None:
            return
        used = sorted({name for where, names in self._in_use.rows.values() if where == node for name in names})
        if used != at(obj, "status", "volumesInUse", default=[]):
            client.update_status("nodes", obj, volumesInUse=used or None)

    def release(self, uid: str) -> None:
        """A Pod has let go of its disks; a node that is down lets go of nothing."""
        held = self._in_use.get(uid)
        if held is not None and self._kubelet.nodes.is_running(held[0]):
            self._in_use.delete(uid)
            self._post_use(held[0])

    def recover(self, node: str) -> None:
        """A node is back: it lets go of what Pods held that are gone meanwhile."""
        for uid in [uid for uid, held in self._in_use.rows.items() if held[0] == node]:
            if uid not in self._kubelet.pods:
                self.release(uid)

    def _shown(self, pod: Object, volume: Object) -> str:
        disk = self._claimed(pod, volume)
        return str(disk["metadata"]["name"] if disk is not None else volume["name"])

    def _prefix(self, pod: Object) -> str:
        return f"{self._kubelet.kernel.scope}pod/{pod['metadata']['uid']}/"

    def tree(self, pod: Object, volume: Object) -> str:
        """The name of a volume's tree: the Pod's own, the node's (hostPath) or a claim's."""
        scope = self._kubelet.kernel.scope
        if "hostPath" in volume:
            return f"{scope}node/{pod['spec']['nodeName']}"
        if "persistentVolumeClaim" in volume or "ephemeral" in volume:
            disk = self._claimed(pod, volume)
            if disk is not None and ("hostPath" in disk["spec"] or "local" in disk["spec"]):
                return f"{scope}node/{pod['spec']['nodeName']}"
            return f"{scope}pv/{disk['metadata']['name'] if disk is not None else ''}"
        return self._prefix(pod) + "volumes/" + str(volume["name"])

    def _fill(self, pod: Object, volume: Object) -> None:
        tree = self.tree(pod, volume)
        if "persistentVolumeClaim" in volume or "ephemeral" in volume:
            if tree.endswith("pv/"):
                raise MissingSource("the claim is not bound")
            disk = self._claimed(pod, volume)
            if disk is not None and "hostPath" in disk["spec"]:
                self._host_path(tree, disk["spec"]["hostPath"])
            elif disk is not None and "local" in disk["spec"]:
                path = disk["spec"]["local"]["path"]
                if not self._trees.view(tree).exists(path):
                    raise MissingSource(f'path "{path}" does not exist', "MountVolume.NewMounter initialization failed")
            else:
                self._format(tree)
            return
        if "hostPath" in volume:
            self._host_path(tree, volume["hostPath"])
            return
        if "image" in volume:
            self._unpack(tree, volume["image"]["reference"])
            return
        sources = self._sources(volume)
        if not sources:
            return
        wanted: dict[str, tuple[bytes, int]] = {}
        for source in sources:
            wanted.update(self._content(pod, source))
        self._write(tree, wanted)

    def _format(self, tree: str) -> None:
        """A disk that is new has an empty file system, which is root's. Upstream: mkfs.ext4(8)"""
        if self._trees.folder(tree, "") is None:
            self._trees.put_root(tree, directory(modified=self._kubelet.clock.now))
            self._kubelet.driver.fill(tree)
        self.fit(tree.rpartition("/")[2])

    def fit(self, volume: str) -> None:
        """As much goes into a volume as its claim says it holds by now."""
        found = self._kubelet.client.get("persistentvolumes", "", volume)
        reference = at(found, "spec", "claimRef", default={})
        claim = self._kubelet.client.get(CLAIMS, reference.get("namespace", ""), reference.get("name", ""))
        size = at(claim, "status", "capacity", "storage") or at(found, "spec", "capacity", "storage")
        if size is not None:
            self._trees.capacities.put(f"{self._kubelet.kernel.scope}pv/{volume}", value(size))

    def claim_changed(self, change: Change) -> None:
        """A claim has grown, and so has what fits into its volume."""
        before = at(change.old, "status", "capacity", "storage")
        if before and at(change.object, "status", "capacity", "storage") != before:
            self.fit(str(change.object["spec"]["volumeName"]))

    def _own(self, pod: Object, volume: Object) -> None:
        """Give a volume to the Pod's group, if it names one. Upstream: pkg/volume SetVolumeOwnership"""
        group = at(pod, "spec", "securityContext", "fsGroup")
        if group is None or "hostPath" in volume:
            return
        tree = self.tree(pod, volume)
        root, view = self._trees.root(tree), self._trees.view(tree)
        lazy = at(pod, "spec", "securityContext", "fsGroupChangePolicy") == "OnRootMismatch"
        if lazy and root["group"] == group and root["mode"] & 0o2070 == 0o2070:
            return
        read_only = bool(self._sources(volume))
        self._trees.put_root(tree, {**root, "group": group, "mode": root["mode"] | (0o2050 if read_only else 0o2070)})
        for path, node in view.walk("/"):
            if path == "/":
                continue
            if node["kind"] == "directory":
                view.change(path, group=group, mode=node["mode"] | (0o2050 if read_only else 0o2070))
            else:
                view.change(path, follow=False, group=group, mode=node["mode"] | (0o040 if read_only else 0o060))

    def _unpack(self, tree: str, reference: str) -> None:
        """The files of an image as a volume."""
        try:
            image = pull(reference)
        except PullError as error:
            raise MissingSource(str(error)) from None
        view = self._trees.view(tree)
        for folder, names in index(image.layers).items():
            for name, node in names.items():
                view.place(f"{folder.rstrip('/')}/{name}", node)

    def _host_path(self, tree: str, source: Object) -> None:
        """Check or make what a hostPath names. Upstream: pkg/volume/hostpath; containerd makes what is missing"""
        path, kind = source["path"], source.get("type") or ""
        view = self._trees.view(tree)
        node = view.find(path)
        if kind == "Directory" and (node is None or node["kind"] != "directory"):
            raise MissingSource(f"hostPath type check failed: {path} is not a directory")
        if kind == "File" and (node is None or node["kind"] != "file"):
            raise MissingSource(f"hostPath type check failed: {path} is not a file")
        if node is None and path != "/":
            view.place(path, file(modified=self._kubelet.clock.now) if kind == "FileOrCreate" else directory())

    def _sources(self, volume: Object) -> list[Object]:
        for kind in ("configMap", "secret", "downwardAPI"):
            if kind in volume:
                source = dict(volume[kind])
                if kind == "secret":
                    source["name"] = source.pop("secretName", "")
                return [{kind: source, "mode": source.get("defaultMode", 420)}]
        if "projected" in volume:
            mode = volume["projected"].get("defaultMode", 420)
            sources = volume["projected"].get("sources") or ()
            return [{**each, "mode": mode, "place": (volume["name"], index)} for index, each in enumerate(sources)]
        return []

    def _content(self, pod: Object, source: Object) -> dict[str, tuple[bytes, int]]:
        mode = source["mode"]
        if "configMap" in source:
            return self._keys(pod, source["configMap"], "configmap", "configmaps", mode)
        if "secret" in source:
            return self._keys(pod, source["secret"], "secret", "secrets", mode)
        if "serviceAccountToken" in source:
            return {source["serviceAccountToken"]["path"]: (self._token(pod, source["serviceAccountToken"]), mode)}
        if "downwardAPI" in source:
            return self._downward(pod, source["downwardAPI"], mode)
        if "podCertificate" in source:
            return self._certificate(pod, source)
        if "clusterTrustBundle" in source:
            try:
                bundle = anchors(self._kubelet.client, source["clusterTrustBundle"])
            except NoBundle as error:
                raise MissingSource(str(error)) from None
            return {source["clusterTrustBundle"]["path"]: (bundle, mode)}
        return {}

    def _certificate(self, pod: Object, source: Object) -> dict[str, tuple[bytes, int]]:
        """The key and the certificates of a Pod, in one file or in two."""
        wanted = source["podCertificate"]
        try:
            key, chain = self._kubelet.certificates.bundle(pod, *source["place"])
        except NotIssued as error:
            raise MissingSource(str(error)) from None
        parts = {"credentialBundlePath": key + chain, "keyPath": key, "certificateChainPath": chain}
        return {wanted[field]: (text.encode(), source["mode"]) for field, text in parts.items() if wanted.get(field)}

    def _token(self, pod: Object, source: Object) -> bytes:
        client, spec = self._kubelet.client, pod["spec"]
        account = client.get("serviceaccounts", pod["metadata"]["namespace"], spec.get("serviceAccountName", "default"))
        if account is None:
            return b""
        node = client.get("nodes", "", spec.get("nodeName", ""))
        tokens = self._kubelet.cluster.server.tokens
        return tokens.for_pod(pod, account, node, source.get("audience", "")).encode()

    def _keys(self, pod: Object, source: Object, kind: str, resource: str, mode: int) -> dict[str, tuple[bytes, int]]:
        found = self._kubelet.client.get(resource, pod["metadata"]["namespace"], source["name"])
        if found is None:
            if source.get("optional"):
                return {}
            raise MissingSource(f'{kind} "{source["name"]}" not found')
        data = {key: value.encode() for key, value in (found.get("data") or {}).items()}
        if kind == "secret":
            data = {key: b64decode(value) for key, value in data.items()}
        data |= {key: b64decode(value) for key, value in (found.get("binaryData") or {}).items()}
        items = source.get("items")
        if items is None:
            return {key: (data[key], mode) for key in sorted(data)}
        chosen = {}
        for item in items:
            if item["key"] not in data:
                if source.get("optional"):
                    continue
                raise MissingSource(f"{kind} references non-existent {kind} key: {item['key']}")
            chosen[item["path"]] = (data[item["key"]], item.get("mode", mode))
        return chosen

    def _downward(self, pod: Object, source: Object, mode: int) -> dict[str, tuple[bytes, int]]:
        chosen = {}
        for item in source.get("items") or ():
            if "fieldRef" in item:
                text = field_value(pod, item["fieldRef"]["fieldPath"], "", "")
            else:
                text = resource_value(self._kubelet.client, pod, pod["spec"]["containers"][0], item["resourceFieldRef"])
            chosen[item["path"]] = (text.encode(), item.get("mode", mode))
        return chosen

    def _write(self, tree: str, wanted: dict[str, tuple[bytes, int]]) -> None:
        view = self._trees.view(tree)
        for path, (content, mode) in wanted.items():
            node = view.find(f"/{path}")
            if node is None or node.get("content") != content:
                view.place(f"/{path}", file(content, mode=mode, modified=self._kubelet.clock.now))
        for name in view.names("/") if view.exists("/") else ():
            if name not in wanted and "/" not in name and not any(path.startswith(f"{name}/") for path in wanted):
                view.remove_tree(f"/{name}")

    def mounts(self, pod: Object, container: Object) -> list[Mount]:
        """Where a container sees which volume."""
        volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
        found = []
        for mount in container.get("volumeMounts") or ():
            volume = volumes[mount["name"]]
            source = self._base(pod, volume)
            inner = mount.get("subPath") or ""
            path = f"{source.rstrip('/')}/{inner}" if inner else source
            tree = self.tree(pod, volume)
            filled = bool(self._sources(volume)) or "image" in volume
            if filled and inner and "image" not in volume:
                tree = self._snapshot(pod, container, tree, inner)
            elif inner and not filled:
                self._make_folder(tree, path)
            found.append(Mount(mounted_at(mount), tree, path, filled or bool(mount.get("readOnly"))))
        return found

    def devices(self, pod: Object, container: Object) -> dict[str, tuple[str, str]]:
        """By mount path what a container's volumes lie on, where that is not the node's own disk."""
        volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
        disks = [name for name, volume in volumes.items() if self.tree(pod, volume).find("pv/") >= 0]
        found = {}
        for mount in container.get("volumeMounts") or ():
            volume = volumes[mount["name"]]
            if mount["name"] in disks:
                found[mounted_at(mount)] = f"/dev/vd{DISKS[disks.index(mount['name']) % len(DISKS)]}", "ext4"
            elif any(kind in volume for kind in IN_MEMORY) or at(volume, "emptyDir", "medium") == "Memory":
                found[mounted_at(mount)] = "tmpfs", "tmpfs"
            elif "image" in volume:
                found[mounted_at(mount)] = "overlay", "overlay"
        return found

    def _base(self, pod: Object, volume: Object) -> str:
        """Where in its tree a volume begins."""
        disk = self._claimed(pod, volume)
        path = at(disk, "spec", "hostPath", "path") or at(disk, "spec", "local", "path")
        return str(path or at(volume, "hostPath", "path", default="/"))

    def _snapshot(self, pod: Object, container: Object, tree: str, inner: str) -> str:
        """What a subPath of a ConfigMap or Secret shows stays as it was when the container started."""
        name = f"{tree}@{container['name']}"
        source, copy = self._trees.view(tree), self._trees.view(name)
        if source.exists(f"/{inner}"):
            for path, node in source.walk(f"/{inner}"):
                copy.place(path, node)
        own = self._mounted.get(pod["metadata"]["uid"]) or []
        if name not in own:
            self._mounted.put(pod["metadata"]["uid"], [*own, name])
        return name

    def _make_folder(self, tree: str, path: str) -> None:
        view = self._trees.view(tree)
        if not view.exists(path):
            view.place(path, directory(mode=0o750))

    def source_changed(self, change: Change) -> None:
        """A ConfigMap or Secret changed: Pods that mount it see that within the sync period."""
        metadata = change.object["metadata"]
        kind = "configMap" if change.resource == "configmaps" else "secret"
        for uid, row in self._kubelet.pods.rows.items():
            if row["namespace"] != metadata["namespace"] or uid in self._stale:
                continue
            pod = self._kubelet.client.get("pods", row["namespace"], row["name"])
            if pod is not None and mentions(pod, kind, metadata["name"]):
                self.refresh_later(uid)

    def pod_changed(self, pod: Object) -> None:
        """The labels or annotations of a Pod changed: its downward API files show that within the sync period."""
        uid = pod["metadata"]["uid"]
        if uid in self._kubelet.pods.rows and uid not in self._stale and describes_itself(pod):
            self.refresh_later(uid)

    def refresh_later(self, uid: str) -> None:
        """Have the mounted files of a Pod brought up to date within the sync period."""
        self._stale.put(uid, self._kubelet.clock.now)
        wait = self._kubelet.random.between("volumes", 0.2, 1.0)
        self._kubelet.later(int(REFRESH * wait), "volumes.refresh", uid)

    def refresh(self, uid: str) -> None:
        """Bring the mounted files of a Pod up to date."""
        self._stale.delete(uid)
        found = self._kubelet.known(uid)
        if found is None or found[1]["stage"] != "running":
            return
        for volume in found[0]["spec"].get("volumes") or ():
            if "persistentVolumeClaim" not in volume:
                try:
                    self._fill(found[0], volume)
                except MissingSource:
                    continue
                if self._sources(volume):
                    self._own(found[0], volume)

    def trees_of(self, uid: str) -> tuple[str, ...]:
        """The volumes that are a Pod's own."""
        return tuple(self._mounted.get(uid) or ())

    def forget(self, uid: str) -> None:
        """The Pod is gone, or has failed for good: its own volumes go with it."""
        for tree in self._mounted.get(uid) or ():
            self._trees.remove(tree)
        self._mounted.delete(uid)
        self._stale.delete(uid)
        self.release(uid)


def mounted_at(mount: Object) -> str:
    """Where a container sees a volume: from its root on, and without a slash behind it."""
    path: str = mount["mountPath"]
    return f"/{path.strip('/')}"


def with_sub_paths(container: Object, env: Mapping[str, str]) -> Object:
    """A container whose mounts name the part of a volume that their expressions lead to. Raises `ConfigFailure`.

    Upstream: pkg/kubelet/kubelet_pods.go makeMounts
    """
    if not any(mount.get("subPathExpr") for mount in container.get("volumeMounts") or ()):
        return container
    mounts = []
    for mount in container["volumeMounts"]:
        if mount.get("subPathExpr"):
            for name in VARIABLE.findall(mount["subPathExpr"]):
                if name not in env:
                    raise ConfigFailure(f'missing value for "{name}"')
            path = expand(mount["subPathExpr"], dict(env))
            if path.startswith("/"):
                raise ConfigFailure(f"error SubPath `{path}` must not be an absolute path")
            if ".." in path.split("/"):
                raise ConfigFailure(f"unable to provision SubPath `{path}`: must not contain '..'")
            mount = {**mount, "subPath": path}
        mounts.append(mount)
    return {**container, "volumeMounts": mounts}


class NotAttached(Exception):
    """Some disks are not at the node yet; `names` are the Pod's names for them."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(" ".join(names))
        self.names = names


class MissingSource(Exception):
    """A volume needs something that is not there; `step` is what could not be done."""

    def __init__(self, message: str, step: str = "MountVolume.SetUp failed") -> None:
        super().__init__(message)
        self.step = step


def describes_itself(pod: Object) -> bool:
    """Whether one of a Pod's volumes shows fields of the Pod."""
    volumes = pod["spec"].get("volumes") or ()
    return any(
        "downwardAPI" in source for each in volumes for source in [each, *at(each, "projected", "sources", default=())]
    )


def mentions(pod: Object, kind: str, name: str) -> bool:
    """Whether one of a Pod's volumes shows this ConfigMap or Secret."""
    for volume in pod["spec"].get("volumes") or ():
        sources = [volume, *(at(volume, "projected", "sources", default=()))]
        for source in sources:
            given = source.get(kind)
            if given is not None and (given.get("name") or given.get("secretName")) == name:
                return True
    return False

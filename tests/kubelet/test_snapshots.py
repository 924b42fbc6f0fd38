"""Snapshots of volumes, volumes made from them, and copies of volumes."""

import pytest

from lessons.running import run as typed
from simulator.snapshotkinds import DEFAULT_CLASS
from simulator.spec import lab
from simulator.world import World
from tests.kubelet.support import Object, execute, send

SNAPSHOTS = "/apis/snapshot.storage.k8s.io/v1/namespaces/default/volumesnapshots"
CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims"


@pytest.fixture
def world() -> World:
    world = World.boot(lab(snapshots=True), seed="snapshots")
    send(world, "POST", "/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses", DEFAULT_CLASS)
    claim(world, "data")
    user(world, "data")
    execute(world, "data", "sh", "-c", "mkdir /d/deep; echo first > /d/deep/word")
    return world


def claim(world: World, name: str, size: str = "1Gi", /, **source: str) -> None:
    spec: Object = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    if source:
        spec["dataSource"] = source
    send(
        world,
        "POST",
        CLAIMS,
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec},
    )


def user(world: World, name: str, seconds: float = 30) -> None:
    container = {
        "name": "c",
        "image": "busybox:1.37",
        "command": ["sleep", "3600"],
        "volumeMounts": [{"name": "d", "mountPath": "/d"}],
    }
    spec = {"containers": [container], "volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": name}}]}
    send(
        world,
        "POST",
        "/api/v1/namespaces/default/pods",
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec},
    )
    world.advance(seconds)


def snapshot(world: World, name: str, of: str = "data") -> None:
    spec = {"source": {"persistentVolumeClaimName": of}}
    send(
        world,
        "POST",
        SNAPSHOTS,
        {
            "apiVersion": "snapshot.storage.k8s.io/v1",
            "kind": "VolumeSnapshot",
            "metadata": {"name": name},
            "spec": spec,
        },
    )
    world.advance(5)


RESTORED = {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "before"}


def test_a_volume_from_a_snapshot(world: World) -> None:
    snapshot(world, "before")
    execute(world, "data", "sh", "-c", "echo second > /d/deep/word")
    claim(world, "again", **RESTORED)
    user(world, "again")
    assert execute(world, "again", "cat", "/d/deep/word")[0] == "first\n"
    assert execute(world, "data", "cat", "/d/deep/word")[0] == "second\n"
    shown = typed(world, "kubectl get volumesnapshot before --no-headers")[1].split()
    assert shown[:4] == ["before", "true", "data", "1Gi"]
    told = typed(world, "kubectl describe volumesnapshot before")[1]
    assert "Snapshot default/before is ready to use." in told


def test_a_copy_of_a_volume(world: World) -> None:
    claim(world, "copy", kind="PersistentVolumeClaim", name="data")
    user(world, "copy")
    execute(world, "data", "sh", "-c", "echo second > /d/deep/word")
    assert execute(world, "copy", "cat", "/d/deep/word")[0] == "first\n"


@pytest.mark.parametrize(
    ("size", "source", "words"),
    [
        pytest.param("500Mi", RESTORED, "requested volume size 524288000 is less than the size 1073741824 for the source VolumeSnapshot before", id="too small"),
        pytest.param("1Gi", {**RESTORED, "name": "nope"}, 'by Name nope: volumesnapshots.snapshot.storage.k8s.io "nope" not found', id="no such snapshot"),
    ],
)  # fmt: skip
def test_what_cannot_be_restored(world: World, size: str, source: dict[str, str], words: str) -> None:
    snapshot(world, "before")
    claim(world, "again", size, **source)
    user(world, "again")
    assert words in typed(world, "kubectl describe pvc again")[1]


def test_a_snapshot_of_nothing(world: World) -> None:
    snapshot(world, "before", of="nope")
    assert error_of(world, "before") == f"{NO_DEFAULT} failed to retrieve PVC nope from the lister: {NO_CLAIM}"
    claim(world, "nope")
    user(world, "nope")
    assert typed(world, "kubectl get volumesnapshot before -o jsonpath='{.status.readyToUse}'")[1] == "true"


NO_DEFAULT = "Failed to set default snapshot class with error"
NO_CLAIM = '"persistentvolumeclaim \\"nope\\" not found"'
NO_CLASS = 'Failed to get snapshot class with error volumesnapshotclass.snapshot.storage.k8s.io "nope" not found'
NO_CONTENT = "Failed to create snapshot content with error snapshot controller failed to update before on API server:"
UNLIKE = "sed 's/name: standard/name: other/'"


def error_of(world: World, name: str) -> str:
    """What keeps a snapshot from being taken, as its status and its Event have it."""
    said = typed(world, f"kubectl get volumesnapshot {name} -o jsonpath='{{.status.error.message}}'")[1]
    assert said in typed(world, f"kubectl events --for volumesnapshot/{name}")[1]
    return said


@pytest.mark.parametrize(
    ("line", "source", "named", "words"),
    [
        pytest.param("true", {"persistentVolumeClaimName": "data"}, "nope", NO_CLASS, id="a class that is not there"),
        pytest.param("true", {"persistentVolumeClaimName": "nope"}, "standard",
                     f"{NO_CONTENT} cannot get claim from snapshot: failed to retrieve PVC nope from the lister: {NO_CLAIM}", id="no claim"),
        pytest.param("true", {"persistentVolumeClaimName": "unbound"}, "",
                     f"{NO_DEFAULT} the PVC unbound is not yet bound to a PV, will not attempt to take a snapshot", id="a claim without a volume"),
        pytest.param("kubectl delete volumesnapshotclass standard", {"persistentVolumeClaimName": "data"}, "",
                     f"{NO_DEFAULT} cannot find default snapshot class", id="no default class"),
        pytest.param(f"kubectl get volumesnapshotclass standard -o yaml | {UNLIKE} | kubectl create -f -", {"persistentVolumeClaimName": "data"}, "",
                     f"{NO_DEFAULT} 2 default snapshot classes were found", id="two default classes"),
        pytest.param("true", {"volumeSnapshotContentName": "nope"}, "", "VolumeSnapshotContent is missing", id="no content"),
    ],
)  # fmt: skip
def test_why_no_snapshot_is_taken(world: World, line: str, source: dict[str, str], named: str, words: str) -> None:
    claim(world, "unbound")
    assert typed(world, line)[0] == 0
    spec = {"source": source, **({"volumeSnapshotClassName": named} if named else {})}
    send(world, "POST", SNAPSHOTS, {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot", "metadata": {"name": "before"}, "spec": spec})  # fmt: skip
    world.advance(5)
    assert error_of(world, "before") == words


def test_the_kinds_are_installed_as_the_project_says() -> None:
    world = World.boot(lab(1), seed="snapshots")
    place = "https://raw.githubusercontent.com/kubernetes-csi/external-snapshotter/v8.2.0/client/config/crd"
    for plural in ("volumesnapshotclasses", "volumesnapshotcontents", "volumesnapshots"):
        code, shown = typed(world, f"kubectl apply -f {place}/snapshot.storage.k8s.io_{plural}.yaml")[:2]
        assert (code, shown.endswith(" created\n")) == (0, True), shown
    world.advance(2)
    assert typed(world, "kubectl get vsclass,vs,vsc")[1] == "No resources found\n"


def test_what_is_deleted_is_gone(world: World) -> None:
    snapshot(world, "before")
    assert any(key[0].startswith("snapshot/") for key in world.machines.volumes.folders)
    typed(world, "kubectl delete volumesnapshot before; kubectl delete pod data; kubectl delete pvc data")
    world.advance(40)
    assert typed(world, "kubectl get volumesnapshotcontents,pv 2>&1")[1] == "No resources found\n"
    assert not any(key[0].startswith(("snapshot/", "pv/")) for key in world.machines.volumes.folders)


def test_snapshots_are_values(world: World) -> None:
    snapshot(world, "before")
    claim(world, "again", **RESTORED)
    twin = World.restore(world.save())
    for one in (world, twin):
        user(one, "again")
    assert twin.digest() == world.digest()
    assert execute(twin, "again", "cat", "/d/deep/word")[0] == "first\n"

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
    assert "SnapshotContentCreationFailed" in typed(world, "kubectl describe volumesnapshot before")[1]
    claim(world, "nope")
    user(world, "nope")
    assert typed(world, "kubectl get volumesnapshot before -o jsonpath='{.status.readyToUse}'")[1] == "true"


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

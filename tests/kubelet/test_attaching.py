"""Disks that are attached to nodes, and what becomes of them when a node is lost."""

import pytest

from simulator.world import World
from tests.kubelet.support import Object, command, events, execute, new_world, send, stored

SETS = "/apis/apps/v1/namespaces/default/statefulsets"
ATTACHMENTS = "/apis/storage.k8s.io/v1/volumeattachments"
PODS = "/api/v1/namespaces/default/pods"


def stateful(replicas: int = 1) -> Object:
    """A database with a disk of its own; every node may have it."""
    container = {"name": "c", "image": "kubelab/db:1.0", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    claim = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "anywhere",
             "resources": {"requests": {"storage": "1Gi"}}}}  # fmt: skip
    labels = {"app": "db"}
    spec = {"serviceName": "db", "replicas": replicas, "selector": {"matchLabels": labels}, "volumeClaimTemplates": [claim],
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}}}  # fmt: skip
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"}, "spec": spec}


@pytest.fixture
def world() -> World:
    world = new_world()
    for node in ("node-1", "node-2", "node-3"):
        labels = {"metadata": {"labels": {"topology.kubernetes.io/zone": "a"}}}
        send(world, "PATCH", f"/api/v1/nodes/{node}", labels, "application/merge-patch+json")
    storage = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "anywhere"},
               "provisioner": "disk.csi.lab", "volumeBindingMode": "WaitForFirstConsumer"}  # fmt: skip
    send(world, "POST", "/apis/storage.k8s.io/v1/storageclasses", storage)
    send(world, "POST", SETS, stateful())
    world.advance(40)
    return world


def where(world: World) -> str:
    found = stored(world, "db-0")
    return str(found["spec"].get("nodeName", "")) if found is not None else ""


def attached(world: World) -> list[str]:
    return [one["spec"]["nodeName"] for one in send(world, "GET", ATTACHMENTS)["items"] if one["status"]["attached"]]


def phase(world: World) -> str:
    found = stored(world, "db-0")
    return str(found["status"]["phase"]) if found is not None else ""


def fell_silent(world: World) -> str:
    """Write something, cut the power of the node, wait until its Pods are to go; the node's name."""
    assert execute(world, "db-0", "sh", "-c", "echo kept > /data/word")[1] == 0
    node = where(world)
    assert world.cluster.kubelet is not None
    world.cluster.kubelet.outages.stop(node)
    world.advance(400)
    assert phase(world) == "Running" and "deletionTimestamp" in stored(world, "db-0")["metadata"]
    return node


def test_an_ordinary_start(world: World) -> None:
    name = send(world, "GET", "/api/v1/persistentvolumes")["items"][0]["metadata"]["name"]
    assert attached(world) == [where(world)]
    assert f'SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume "{name}" ' in events(world, "db-0")
    status = send(world, "GET", f"/api/v1/nodes/{where(world)}")["status"]
    assert (
        status["volumesInUse"]
        == [f"kubernetes.io/csi/disk.csi.lab^{name}"]
        == [one["name"] for one in status["volumesAttached"]]
    )
    shown = command(world, "workstation", "kubectl", "get", "volumeattachments")[0].splitlines()[1].split()
    assert shown[1:5] == ["disk.csi.lab", name, where(world), "true"]


def test_it_is_detached_when_nobody_uses_it(world: World) -> None:
    node = where(world)
    send(world, "DELETE", f"{SETS}/db")
    world.advance(45)
    assert attached(world) == []
    assert "volumesInUse" not in send(world, "GET", f"/api/v1/nodes/{node}")["status"]


def test_a_pod_that_moves_takes_its_disk_along(world: World) -> None:
    node = where(world)
    execute(world, "db-0", "sh", "-c", "echo kept > /data/word")
    command(world, "workstation", "kubectl", "cordon", node)
    send(world, "DELETE", f"{PODS}/db-0")
    world.advance(60)
    assert where(world) not in ("", node) and phase(world) == "Running"
    assert attached(world) == [where(world)]
    assert execute(world, "db-0", "cat", "/data/word")[0] == "kept\n"


def test_a_dead_node_keeps_its_disk_for_six_minutes(world: World) -> None:
    node = fell_silent(world)
    send(
        world,
        "DELETE",
        f"{PODS}/db-0?gracePeriodSeconds=0",
        {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0},
    )
    world.advance(60)
    assert where(world) not in ("", node) and phase(world) == "Pending"
    told = [line for line in events(world, "db-0") if line.startswith("FailedAttachVolume")]
    assert len(told) == 1
    assert told[0].startswith('FailedAttachVolume: Multi-Attach error for volume "pvc-')
    assert told[0].endswith("Volume is already exclusively attached to one node and can't be attached to another")
    world.advance(120)
    assert any(
        line.startswith("FailedMount: Unable to attach or mount volumes: unmounted volumes=[data]")
        for line in events(world, "db-0")
    )
    world.advance(120)
    assert phase(world) == "Pending"
    world.advance(90)
    assert phase(world) == "Running" and attached(world) == [where(world)]
    assert execute(world, "db-0", "cat", "/data/word")[0] == "kept\n"


def test_a_node_out_of_service_lets_go_at_once(world: World) -> None:
    node = fell_silent(world)
    command(
        world,
        "workstation",
        "kubectl",
        "taint",
        "node",
        node,
        "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute",
    )
    world.advance(40)
    assert where(world) not in ("", node) and phase(world) == "Running"
    assert execute(world, "db-0", "cat", "/data/word")[0] == "kept\n"


def test_a_node_that_is_removed_lets_go_at_once(world: World) -> None:
    node = fell_silent(world)
    command(world, "workstation", "kubectl", "delete", "node", node)
    world.advance(90)
    assert where(world) not in ("", node) and phase(world) == "Running"


def test_all_of_it_is_a_value(world: World) -> None:
    fell_silent(world)
    send(world, "DELETE", f"{PODS}/db-0?gracePeriodSeconds=0")
    twin = World.restore(world.save())
    world.advance(500)
    for _ in range(50):
        twin.advance(10)
    assert twin.digest() == world.digest()


def disk(name: str, **source: Object) -> Object:
    spec = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "storageClassName": "", **source,
            "persistentVolumeReclaimPolicy": "Retain",
            "claimRef": {"namespace": "default", "name": "data"}}  # fmt: skip
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}


AFFINITY: Object = {"required": {"nodeSelectorTerms": [{"matchExpressions": [
    {"key": "kubernetes.io/hostname", "operator": "In", "values": ["node-2"]}]}]}}  # fmt: skip


@pytest.mark.parametrize(
    "volume",
    [
        pytest.param(disk("here", hostPath={"path": "/srv/here"}), id="hostPath"),
        pytest.param(disk("here", local={"path": "/srv/here"}, nodeAffinity=AFFINITY), id="local"),
    ],
)
def test_volumes_of_a_node(volume: Object) -> None:
    world = new_world()
    send(world, "POST", "/api/v1/persistentvolumes", volume)
    wanted = {"accessModes": ["ReadWriteOnce"], "storageClassName": "", "resources": {"requests": {"storage": "1Gi"}}}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": wanted}
    send(world, "POST", "/api/v1/namespaces/default/persistentvolumeclaims", claim)
    world.advance(5)
    container = {
        "name": "c",
        "image": "busybox:1.37",
        "command": ["sleep", "3600"],
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
    }
    spec: Object = {
        "containers": [container],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
    }
    if "hostPath" in volume["spec"]:
        spec["nodeName"] = "node-2"
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    send(world, "POST", PODS, pod)
    world.advance(10)
    if "local" in volume["spec"]:
        words = 'FailedMount: MountVolume.NewMounter initialization failed for volume "here" : path "/srv/here" does not exist'
        assert words in events(world, "p")
        world.machines.volumes.view("node/node-2").make_directory("/srv/here", parents=True)
        world.advance(60)
    assert stored(world, "p")["spec"]["nodeName"] == "node-2"
    execute(world, "p", "sh", "-c", "echo hi > /data/x")
    assert world.machines.volumes.view("node/node-2").text("/srv/here/x") == "hi\n"
    assert send(world, "GET", ATTACHMENTS)["items"] == []

"""Disks that fill, and volumes that belong to somebody, as a person sees it."""

import pytest

from simulator.world import World
from tests.kubelet.support import (
    Object,
    command,
    condition,
    container,
    events,
    execute,
    logs,
    new_world,
    pod,
    run,
    send,
    stored,
)

CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims"


@pytest.fixture
def world() -> World:
    return new_world()


def claim(world: World, size: str = "20Mi", **spec: object) -> None:
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    send(
        world,
        "POST",
        CLAIMS,
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": wanted},
    )


DATA: Object = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}
SCRATCH: Object = {"volumes": [{"name": "data", "emptyDir": {}}]}
MOUNTED: list[Object] = [{"name": "data", "mountPath": "/data"}]


def shell(spec: Object, **more: object) -> Object:
    return pod("p", "busybox:1.37", "sleep", "3600", spec=spec, volumeMounts=MOUNTED, **more)


def test_a_full_claim_takes_no_more(world: World) -> None:
    claim(world)
    run(world, shell(DATA), 30)
    assert execute(world, "p", "sh", "-c", "dd if=/dev/zero of=/data/fill bs=1M count=30") == (
        "dd: error writing '/data/fill': No space left on device\n20+0 records in\n20+0 records out\n20971520 bytes copied\n", 1,
    )  # fmt: skip
    words = "sh: /data/x: No space left on device\n"
    assert execute(world, "p", "sh", "-c", "echo more > /data/x")[0] == words
    assert execute(world, "p", "df", "-h", "/data")[0].splitlines()[-1].split()[-2:] == ["100%", "/data"]
    send(
        world,
        "PATCH",
        f"{CLAIMS}/data",
        {"spec": {"resources": {"requests": {"storage": "40Mi"}}}},
        "application/merge-patch+json",
    )
    world.advance(30)
    assert execute(world, "p", "sh", "-c", "echo more > /data/x; cat /data/x")[0] == "more\n", (
        "it grew under the running Pod"
    )


def test_a_volume_is_roots_unless_a_group_is_named(world: World) -> None:
    claim(world)
    user: Object = {"runAsUser": 1000, "runAsNonRoot": True}
    run(world, shell({**DATA, "securityContext": user}), 30)
    assert execute(world, "p", "sh", "-c", "echo hi > /data/x")[0] == "sh: /data/x: Permission denied\n"
    assert execute(world, "p", "stat", "-c", "%a %u %g", "/data")[0] == "755 0 0\n"
    send(world, "DELETE", "/api/v1/namespaces/default/pods/p?gracePeriodSeconds=0")
    world.advance(5)
    run(world, shell({**DATA, "securityContext": {**user, "fsGroup": 2000}}), 30)
    assert execute(world, "p", "sh", "-c", "echo hi > /data/x; cat /data/x")[0] == "hi\n"
    assert execute(world, "p", "stat", "-c", "%a %u %g", "/data")[0] == "2775 0 2000\n"


def test_scratch_space_is_everybodys(world: World) -> None:
    run(world, shell({**SCRATCH, "securityContext": {"runAsUser": 1000}}), 10)
    assert execute(world, "p", "sh", "-c", "echo hi > /data/x; stat -c '%a %u' /data /data/x")[0] == "777 0\n644 1000\n"


def test_the_database_that_may_not_write(world: World) -> None:
    claim(world)
    db = pod("p", "kubelab/db:1.0", spec={**DATA, "securityContext": {"runAsUser": 1000}}, volumeMounts=MOUNTED)
    run(world, db, 40)
    assert "error: /data is not writable: Permission denied" in logs(world, "p")
    assert container(world, "p")["restartCount"] >= 1


FILL = "dd if=/dev/zero of=/data/fill bs=1M count=64 2> /dev/null"


@pytest.mark.parametrize(
    ("obj", "message"),
    [
        pytest.param(
            shell({"volumes": [{"name": "data", "emptyDir": {"sizeLimit": "32Mi"}}]}),
            'Usage of EmptyDir volume "data" exceeds the limit "32Mi". ',
            id="sizeLimit",
        ),
        pytest.param(
            pod("p", "busybox:1.37", "sleep", "3600", resources={"limits": {"ephemeral-storage": "32Mi"}}),
            'Container c exceeded its local ephemeral storage limit "32Mi". ',
            id="container",
        ),
        pytest.param(
            shell(SCRATCH, resources={"limits": {"ephemeral-storage": "32Mi"}}),
            "Pod ephemeral local storage usage exceeds the total limit of containers 32Mi. ",
            id="all containers",
        ),
    ],
)
def test_beyond_its_limit_a_pod_goes(world: World, obj: Object, message: str) -> None:
    run(world, obj, 10)
    execute(world, "p", "sh", "-c", f"mkdir -p /data; {FILL}")
    world.advance(15)
    found = stored(world, "p")
    assert found is not None
    assert (found["status"]["phase"], found["status"]["reason"], found["status"]["message"]) == (
        "Failed",
        "Evicted",
        message,
    )
    assert f"Evicted: {message}" in events(world, "p")


def test_disk_pressure(world: World) -> None:
    run(world, shell({**SCRATCH, "nodeName": "node-1"}), 10)
    execute(world, "p", "fallocate", "-l", "80G", "/data/fill")
    world.advance(15)
    found = stored(world, "p")
    assert found is not None and found["status"]["reason"] == "Evicted"
    assert found["status"]["message"].startswith(
        "The node was low on resource: ephemeral-storage. Threshold quantity: 10143096Ki, available: "
    )
    assert condition(world, "p", "DisruptionTarget") == ("True", "TerminationByKubelet")
    node = send(world, "GET", "/api/v1/nodes/node-1")
    assert [taint["key"] for taint in node["spec"]["taints"]] == ["node.kubernetes.io/disk-pressure"]
    assert "EvictionThresholdMet: Attempting to reclaim ephemeral-storage" in events(world, "node-1")
    world.advance(330)
    assert "taints" not in send(world, "GET", "/api/v1/nodes/node-1")["spec"], "what the Pod wrote went with it"


def test_in_the_terminal(world: World) -> None:
    run(world, shell({**SCRATCH, "nodeName": "node-1"}), 10)
    execute(world, "p", "fallocate", "-l", "80G", "/data/fill")
    world.advance(15)
    shown = command(world, "workstation", "kubectl", "describe", "pod", "p")[0].splitlines()
    assert [line.split() for line in shown if line.startswith(("Status:", "Reason:"))] == [
        ["Status:", "Failed"],
        ["Reason:", "Evicted"],
    ]


def images(world: World, node: str) -> str:
    return command(world, "workstation", "ssh", node, "crictl", "images")[0]


def test_unused_images_go_when_the_disk_is_85_per_cent_full(world: World) -> None:
    run(world, pod("old", "redis:7.4", spec={"nodeName": "node-1"}), 20)
    send(world, "DELETE", "/api/v1/namespaces/default/pods/old?gracePeriodSeconds=0")
    run(world, shell({**SCRATCH, "nodeName": "node-1"}), 20)
    execute(world, "p", "fallocate", "-l", "73G", "/data/fill")
    assert "library/redis" in images(world, "node-1")
    copy = World.restore(world.save())
    for each in (world, copy):
        each.advance(310)
        left = images(each, "node-1")
        assert "library/redis" not in left
        assert "busybox" in left, "a container uses it"
        assert "pause" in left, "it is pinned"
        [told] = [one for one in events(each, "node-1") if one.startswith("FreeDiskSpaceFailed")]
        assert "Failed to garbage collect required amount of images. Attempted to free " in told
        assert "bytes eligible to free." in told
    assert [one for one in events(world, "node-1") if one.startswith("ImageGCFailed")] == []
    world.advance(300)
    assert [one for one in events(world, "node-1") if one.startswith("ImageGCFailed")], "the second time in a row"
    names = [name for one in send(world, "GET", "/api/v1/nodes/node-1")["status"]["images"] for name in one["names"]]
    assert not any("redis" in name for name in names)
    run(world, pod("new", "redis:7.4", spec={"nodeName": "node-1"}), 20)
    assert "Successfully pulled image" in "".join(events(world, "new"))


def test_a_young_image_stays(world: World) -> None:
    run(world, shell({**SCRATCH, "nodeName": "node-1"}), 20)
    execute(world, "p", "fallocate", "-l", "73G", "/data/fill")
    world.advance(240)
    run(world, pod("young", "redis:7.4", spec={"nodeName": "node-1"}), 20)
    send(world, "DELETE", "/api/v1/namespaces/default/pods/young?gracePeriodSeconds=0")
    world.advance(50)
    assert "library/redis" in images(world, "node-1")
    world.advance(300)
    assert "library/redis" not in images(world, "node-1")


def test_a_kubelet_does_not_start_on_a_full_disk(world: World) -> None:
    def on_node(line: str) -> str:
        return command(world, "workstation", "ssh", "node-1", line, seconds=5)[0]

    def is_ready() -> str:
        node = world.cluster.store.get("nodes", ("", "node-1"))
        assert node is not None
        return next(str(each["status"]) for each in node["status"]["conditions"] if each["type"] == "Ready")

    on_node("fallocate -l 87G /var/log/debug.log; systemctl restart kubelet")
    world.advance(60)
    assert is_ready() == "Unknown"
    told = on_node("journalctl -u kubelet | grep ContainerManager | tail -1")
    assert '"Failed to start ContainerManager" err="listen unix /var/lib/kubelet/device-plugins/kubelet.sock: ' in told
    assert told.endswith('bind: no space left on device"\n')
    assert "activating (auto-restart)" in on_node("systemctl status kubelet")
    on_node("rm /var/log/debug.log")
    world.advance(20)
    assert is_ready() == "True", "systemd has started it again"

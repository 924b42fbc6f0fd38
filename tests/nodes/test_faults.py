"""What befalls nodes, minute by minute."""

import pytest

from simulator.spec import lab
from tests.nodes.support import Lab


@pytest.fixture
def cluster() -> Lab:
    found = Lab(lab(3))
    found.deploy("web", 3)
    found.world.advance(20)
    assert found.ready("web") == 3
    return found


def taints(cluster: Lab, node: str) -> list[str]:
    return [f"{one['key']}:{one['effect']}" for one in cluster.node(node)["spec"].get("taints") or ()]


def test_no_power(cluster: Lab) -> None:
    node = cluster.pods("web")[0]["spec"]["nodeName"]
    there = sum(pod["spec"]["nodeName"] == node for pod in cluster.pods("web"))
    cluster.kubelet.outages.stop(node)
    cluster.world.advance(35)
    assert cluster.condition(cluster.node(node), "Ready") == "True", "not before the grace period"
    cluster.world.advance(30)
    assert cluster.condition(cluster.node(node), "Ready") == "Unknown"
    assert cluster.condition(cluster.node(node), "Ready", "message") == "Kubelet stopped posting node status."
    assert "node.kubernetes.io/unreachable:NoExecute" in taints(cluster, node)
    assert cluster.ready("web") == 3 - there
    cluster.world.advance(310)
    ending = [pod for pod in cluster.pods("web") if "deletionTimestamp" in pod["metadata"]]
    assert len(ending) == there and all(pod["spec"]["nodeName"] == node for pod in ending)
    assert cluster.ready("web") == 3
    cluster.kubelet.outages.resume(node)
    cluster.world.advance(90)
    assert cluster.condition(cluster.node(node), "Ready") == "True" and not taints(cluster, node)
    assert not [pod for pod in cluster.pods("web") if "deletionTimestamp" in pod["metadata"]]


def test_the_grace_period_before_1_32() -> None:
    cluster = Lab(lab(2, kubernetes="1.31"))
    cluster.kubelet.outages.stop("node-1")
    cluster.world.advance(47)
    assert cluster.condition(cluster.node("node-1"), "Ready") == "Unknown"


def test_a_partition_leaves_containers_running(cluster: Lab) -> None:
    pod = cluster.pods("web")[0]
    node, uid = pod["spec"]["nodeName"], pod["metadata"]["uid"]
    cluster.kubelet.outages.partition(node)
    cluster.world.advance(400)
    assert cluster.condition(cluster.node(node), "Ready") == "Unknown"
    assert any("deletionTimestamp" in one["metadata"] for one in cluster.pods("web"))
    machine = cluster.kubelet.containers[uid, "main"]["machine"]
    assert cluster.kubelet.runtime.is_running(machine), "its kubelet has not heard that the Pod is to go"
    cluster.kubelet.outages.heal(node)
    cluster.world.advance(60)
    assert cluster.condition(cluster.node(node), "Ready") == "True"
    assert not [one for one in cluster.pods("web") if "deletionTimestamp" in one["metadata"]]
    assert not cluster.kubelet.runtime.is_running(machine)


def test_a_stopped_kubelet_neither_restarts_nor_reports(cluster: Lab) -> None:
    pod = cluster.pods("web")[0]
    node, uid = pod["spec"]["nodeName"], pod["metadata"]["uid"]
    cluster.kubelet.services.stop(node, "kubelet")
    machine = cluster.kubelet.containers[uid, "main"]["machine"]
    cluster.kubelet.runtime.kill(machine)
    cluster.world.advance(30)
    assert not cluster.kubelet.runtime.is_running(machine)
    assert cluster.kubelet.containers[uid, "main"]["restarts"] == 0
    cluster.kubelet.services.start(node, "kubelet")
    cluster.world.advance(20)
    found = next(one for one in cluster.pods("web") if one["metadata"]["uid"] == uid)
    assert found["status"]["containerStatuses"][0]["restartCount"] == 1 and cluster.ready("web") == 3


def test_a_reboot_starts_every_container_anew(cluster: Lab) -> None:
    pod = cluster.pods("web")[0]
    node, uid = pod["spec"]["nodeName"], pod["metadata"]["uid"]
    before = cluster.node(node)["status"]["nodeInfo"]["bootID"]
    cluster.kubelet.outages.reboot(node)
    cluster.world.advance(80)
    assert cluster.node(node)["status"]["nodeInfo"]["bootID"] != before
    found = next(one for one in cluster.pods("web") if one["metadata"]["uid"] == uid)
    status = found["status"]["containerStatuses"][0]
    assert status["restartCount"] == 1 and status["lastState"]["terminated"]["exitCode"] == 255
    assert status["lastState"]["terminated"]["reason"] == "Unknown"
    assert "Normal SandboxChanged: Pod sandbox changed, it will be killed and re-created." in cluster.events(
        pod["metadata"]["name"]
    )
    assert cluster.ready("web") == 3


def test_a_full_disk_and_room_again(cluster: Lab) -> None:
    cluster.kubelet.outages.fill_disk("node-1")
    cluster.world.advance(15)
    assert cluster.condition(cluster.node("node-1"), "DiskPressure") == "True"
    assert "node.kubernetes.io/disk-pressure:NoSchedule" in taints(cluster, "node-1")
    cluster.kubelet.outages.free_disk("node-1")
    cluster.world.advance(330)
    assert cluster.condition(cluster.node("node-1"), "DiskPressure") == "False"


def test_a_certificate_that_is_over(cluster: Lab) -> None:
    cluster.kubelet.outages.expire_certificate("node-2")
    cluster.world.advance(65)
    assert cluster.condition(cluster.node("node-2"), "Ready") == "Unknown"
    cluster.kubelet.outages.renew_certificate("node-2")
    cluster.world.advance(20)
    assert cluster.condition(cluster.node("node-2"), "Ready") == "True"

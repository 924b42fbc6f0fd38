"""A cluster of three control-plane nodes: what it bears, and what not."""

import pytest

from simulator.spec import lab
from tests.nodes.support import Lab
from tests.nodes.terminal import Operator

CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
CERTIFICATES = (
    "--cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt "
    "--key=/etc/kubernetes/pki/etcd/server.key"
)


@pytest.fixture
def cluster() -> Lab:
    return Lab(lab(3, control_planes=3))


def config(name: str) -> dict[str, object]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}


def test_its_parts(cluster: Lab) -> None:
    names = [pod["metadata"]["name"] for pod in cluster.cluster.store.list("pods", "kube-system")]
    for number in (1, 2, 3):
        assert f"etcd-cp-{number}" in names and f"kube-apiserver-cp-{number}" in names
    endpoints = cluster.cluster.store.get("endpoints", ("default", "kubernetes"))
    assert endpoints is not None
    assert [one["ip"] for one in endpoints["subsets"][0]["addresses"]] == ["10.0.0.10", "10.0.0.11", "10.0.0.12"]
    assert cluster.cluster.url == "https://10.0.0.9:6443"


def test_one_member_may_fail(cluster: Lab) -> None:
    cluster.stop("etcd", "cp-2", seconds=60)
    assert cluster.ask("POST", CONFIG_MAPS, config("one")).status == 201
    cluster.deploy("web")
    cluster.world.advance(20)
    assert cluster.ready("web") == 1


def test_without_a_majority_nothing_is_written_and_nothing_is_lost(cluster: Lab) -> None:
    cluster.deploy("web", 2)
    cluster.world.advance(20)
    assert cluster.ask("POST", CONFIG_MAPS, config("before")).status == 201
    cluster.stop("etcd", "cp-2", seconds=40)
    cluster.stop("etcd", "cp-3", seconds=32)
    for method, path, body in (("POST", CONFIG_MAPS, config("lost")), ("GET", f"{CONFIG_MAPS}/before", None)):
        answer = cluster.ask(method, path, body)
        assert answer.status == 500 and isinstance(answer.body, dict), answer
        assert answer.body["message"] == "etcdserver: request timed out"
    cluster.start("etcd", "cp-3", seconds=240)
    assert cluster.ask("GET", f"{CONFIG_MAPS}/before").status == 200
    assert cluster.ask("POST", CONFIG_MAPS, config("after")).status == 201
    assert cluster.ready("web") == 2


def test_a_control_plane_node_without_power_hands_over(cluster: Lab) -> None:
    cluster.kubelet.outages.stop("cp-1")
    cluster.world.advance(40)
    cluster.deploy("web")
    cluster.world.advance(20)
    assert cluster.ready("web") == 1
    lease = cluster.cluster.store.get("leases.coordination.k8s.io", ("kube-system", "kube-scheduler"))
    assert lease is not None and lease["spec"]["holderIdentity"].startswith("cp-2_")


def test_what_etcdctl_says() -> None:
    operator = Operator(lab(1, control_planes=3))
    operator.log_in("cp-1")
    etcdctl = f"etcdctl {CERTIFICATES}"
    [first, second, *_] = [line.split(", ")[0] for line in operator.run(f"{etcdctl} member list").splitlines()]
    every = "--endpoints=https://10.0.0.10:2379,https://10.0.0.11:2379,https://10.0.0.12:2379"
    moved = f"Leadership transferred from {first.lstrip('0')} to {second.lstrip('0')}\n"
    assert operator.run(f"{etcdctl} {every} move-leader {second}").endswith(moved)  # below a line that wraps
    status = operator.run(f"{etcdctl} endpoint status --cluster").splitlines()
    assert [line.split(", ")[8:11] for line in status] == [[each, "false", "3"] for each in ("false", "true", "false")]
    nobody = f"{etcdctl} move-leader {first}"
    assert operator.run(nobody) == "Error: no leader endpoint given at [127.0.0.1:2379]\n"
    operator.stop("etcd", "cp-2", seconds=40)
    shown = operator.run(f"etcdctl {CERTIFICATES} endpoint health --cluster")
    assert "https://10.0.0.10:2379 is healthy" in shown and "https://10.0.0.11:2379 is unhealthy" in shown
    operator.stop("etcd", "cp-3", seconds=40)
    assert "Error: etcdserver: request timed out" in operator.run(f"etcdctl {CERTIFICATES} put a b")


WIPED = "rm -rf /var/lib/etcd/member; crictl stop $(crictl ps -q --name etcd) >/dev/null"
LAST_WORDS = "sleep 20; crictl logs $(crictl ps -aq --name etcd | head -1) 2>&1 | tail -1"


def test_a_member_that_lost_its_data_is_taken_in_again_as_a_new_one() -> None:
    operator = Operator(lab(1, control_planes=3))
    operator.log_in("cp-2")
    operator.run(WIPED)
    assert "Was the raft log corrupted, truncated, or lost?" in operator.run(LAST_WORDS)
    assert operator.ask("GET", "/api/v1/nodes").status == 200, "the two others are a majority"
    members = operator.run(f"etcdctl --endpoints=10.0.0.10:2379 {CERTIFICATES} member list")
    (lost,) = (line.split(", ")[0] for line in members.splitlines() if ", cp-2, " in line)
    operator.run(f"etcdctl --endpoints=10.0.0.10:2379 {CERTIFICATES} member remove {lost}")
    operator.run(
        f"etcdctl --endpoints=10.0.0.10:2379 {CERTIFICATES} member add cp-2 --peer-urls=https://10.0.0.11:2380"
    )
    operator.world.advance(330)  # its container is restarted less and less often
    assert "is healthy" in operator.run(f"etcdctl {CERTIFICATES} endpoint health")


def test_when_all_members_lost_their_data_the_first_begins_anew() -> None:
    operator = Operator(lab(1, control_planes=3))
    operator.deploy("web")
    operator.run(f"ssh cp-3 '{WIPED}'")
    operator.log_in("cp-2")
    operator.run(WIPED)
    assert "Was the raft log" in operator.run(LAST_WORDS)
    operator.files("cp-1").remove("/var/lib/etcd/member/snap/db")
    operator.stop("etcd", "cp-1", seconds=60)
    assert "cannot fetch cluster info from peer urls" in operator.run(LAST_WORDS, seconds=90)
    operator.start("etcd", "cp-1", seconds=240)
    assert operator.ask("GET", "/api/v1/namespaces").status == 200
    assert operator.cluster.store.list("deployments.apps", "default") == []


def test_without_a_majority_nobody_looks_for_it_more_and_more_often(cluster: Lab) -> None:
    cluster.stop("etcd", "cp-2", seconds=5)
    cluster.stop("etcd", "cp-3", seconds=90)
    _, _, queue = cluster.world.clock.dump()
    assert sum(step == "look" for _, _, _, step, _ in queue) < 10

"""What the cluster does without one program of its control plane, and when that is back."""

import pytest

from simulator.spec import lab
from tests.nodes.support import Lab


@pytest.fixture
def cluster() -> Lab:
    return Lab(lab(2))


def test_kube_system_holds_what_kubeadm_puts_there(cluster: Lab) -> None:
    names = [pod["metadata"]["name"] for pod in cluster.cluster.store.list("pods", "kube-system")]
    for name in ("etcd-cp-1", "kube-apiserver-cp-1", "kube-controller-manager-cp-1", "kube-scheduler-cp-1"):
        assert name in names
    for prefix, number in (("coredns-", 2), ("kube-proxy-", 3), ("kindnet-", 3), ("metrics-server-", 1)):
        assert sum(name.startswith(prefix) for name in names) == number, prefix
    assert all(cluster.condition(pod, "Ready") == "True" for pod in cluster.cluster.store.list("pods", "kube-system"))


def test_a_mirror_says_whose_it_is_and_comes_back_when_deleted(cluster: Lab) -> None:
    pod = cluster.system("kube-scheduler-cp-1")
    assert pod is not None
    annotations = pod["metadata"]["annotations"]
    assert annotations["kubernetes.io/config.source"] == "file"
    assert annotations["kubernetes.io/config.mirror"] == annotations["kubernetes.io/config.hash"]
    assert pod["metadata"]["ownerReferences"][0]["kind"] == "Node"
    assert pod["spec"]["priorityClassName"] == "system-node-critical"
    cluster.ask("DELETE", "/api/v1/namespaces/kube-system/pods/kube-scheduler-cp-1")
    cluster.world.advance(5)
    again = cluster.system("kube-scheduler-cp-1")
    assert again is not None and again["metadata"]["uid"] != pod["metadata"]["uid"]
    assert (
        again["status"]["containerStatuses"][0]["containerID"] == pod["status"]["containerStatuses"][0]["containerID"]
    )


def test_without_a_scheduler_new_pods_wait(cluster: Lab) -> None:
    cluster.deploy("web")
    cluster.world.advance(15)
    cluster.stop("kube-scheduler")
    assert cluster.system("kube-scheduler-cp-1") is None
    cluster.deploy("late")
    cluster.world.advance(60)
    assert [pod["status"]["phase"] for pod in cluster.pods("late")] == ["Pending"]
    assert not list(cluster.events(cluster.pods("late")[0]["metadata"]["name"]))
    assert cluster.ready("web") == 1
    cluster.start("kube-scheduler")
    assert cluster.ready("late") == 1


def test_without_a_controller_manager_nothing_is_brought_back(cluster: Lab) -> None:
    cluster.deploy("web", 2)
    cluster.world.advance(15)
    before = cluster.cluster.store.get("leases.coordination.k8s.io", ("kube-system", "kube-controller-manager"))
    cluster.stop("kube-controller-manager", seconds=60)
    name = cluster.pods("web")[0]["metadata"]["name"]
    cluster.ask("DELETE", f"/api/v1/namespaces/default/pods/{name}")
    cluster.deploy("late")
    cluster.world.advance(60)
    assert cluster.ready("web") == 1 and not cluster.pods("late")
    cluster.start("kube-controller-manager")
    assert cluster.ready("web") == 2 and cluster.ready("late") == 1
    lease = cluster.cluster.store.get("leases.coordination.k8s.io", ("kube-system", "kube-controller-manager"))
    assert before is not None and lease is not None
    assert lease["spec"]["leaseTransitions"] == before["spec"]["leaseTransitions"] + 1
    assert any("became leader" in text for text in cluster.events("kube-controller-manager", "kube-system"))


def test_without_an_api_server_pods_run_on_and_nobody_is_told(cluster: Lab) -> None:
    cluster.deploy("web", 2)
    cluster.world.advance(15)
    revision = cluster.cluster.store.revision
    cluster.stop("kube-apiserver", seconds=600)
    assert cluster.cluster.store.revision - revision < 12, "nothing is written without an API server"
    assert cluster.ask("GET", "/api/v1/nodes").status == 503
    cluster.start("kube-apiserver", seconds=90)
    assert cluster.ready("web") == 2
    assert all(cluster.condition(node, "Ready") == "True" for node in cluster.cluster.store.list("nodes"))
    cluster.world.advance(360)
    cluster.deploy("late")
    cluster.world.advance(15)
    assert cluster.ready("late") == 1


def test_those_who_lost_their_lease_have_ended_and_are_started_again(cluster: Lab) -> None:
    cluster.stop("kube-apiserver", seconds=30)
    cluster.start("kube-apiserver", seconds=60)
    pod = cluster.system("kube-scheduler-cp-1")
    assert pod is not None and pod["status"]["containerStatuses"][0]["restartCount"] == 1
    assert "Leaderelection lost" in cluster.log("kube-scheduler-cp-1", "kube-scheduler", previous="true")


def test_without_etcd_the_api_server_says_that_it_timed_out(cluster: Lab) -> None:
    cluster.stop("etcd", seconds=35)
    answer = cluster.ask("GET", "/api/v1/namespaces/default/pods")
    assert answer.status == 500 and isinstance(answer.body, dict)
    assert answer.body["message"] == "etcdserver: request timed out"
    cluster.start("etcd", seconds=60)
    cluster.deploy("web")
    cluster.world.advance(30)
    assert cluster.ready("web") == 1


@pytest.mark.parametrize(
    ("program", "old", "new", "line"),
    [
        pytest.param("kube-scheduler", "--leader-elect=true", "--leader-elekt=true", "Error: unknown flag: --leader-elekt", id="flag"),
        pytest.param(
            "kube-controller-manager", "--kubeconfig=/etc/kubernetes/controller-manager.conf",
            "--kubeconfig=/etc/kubernetes/nothing.conf", "open /etc/kubernetes/nothing.conf: no such file or directory", id="file",
        ),
    ],
)  # fmt: skip
def test_a_wrong_manifest_crashes_its_container(cluster: Lab, program: str, old: str, new: str, line: str) -> None:
    cluster.edit(program, old, new)
    pod = cluster.system(f"{program}-cp-1")
    assert pod is not None
    state = pod["status"]["containerStatuses"][0]["state"]["waiting"]
    assert state["reason"] == "CrashLoopBackOff"
    assert line in cluster.log(f"{program}-cp-1", program)
    cluster.edit(program, new, old, seconds=60)
    found = cluster.system(f"{program}-cp-1")
    assert found is not None and cluster.condition(found, "Ready") == "True"


def test_a_pod_of_ones_own_in_the_folder(cluster: Lab) -> None:
    manifest = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: 'nginx:1.29'}]}\n"
    )
    cluster.files("node-1").write("/etc/kubernetes/manifests/web.yaml", manifest)
    cluster.world.advance(15)
    pod = cluster.cluster.store.get("pods", ("default", "web-node-1"))
    assert pod is not None and cluster.condition(pod, "Ready") == "True"
    cluster.files("node-1").remove("/etc/kubernetes/manifests/web.yaml")
    cluster.world.advance(40)
    assert cluster.cluster.store.get("pods", ("default", "web-node-1")) is None


def test_a_controller_manager_keeps_as_few_finished_pods_as_its_flag_says(cluster: Lab) -> None:
    flag = "--terminated-pod-gc-threshold"
    cluster.edit(
        "kube-controller-manager", "    - --leader-elect=true\n", f"    - --leader-elect=true\n    - {flag}=2\n"
    )
    container = {"name": "c", "image": "busybox:1.37", "command": ["true"]}
    for number in (4, 3, 2, 1):
        metadata, spec = {"name": f"over-{number}"}, {"restartPolicy": "Never", "containers": [container]}
        cluster.ask("POST", "/api/v1/namespaces/default/pods", {"metadata": metadata, "spec": spec})
        cluster.world.advance(2)
    cluster.world.advance(60)
    left = [pod["metadata"]["name"] for pod in cluster.cluster.store.list("pods", "default")]
    assert left == ["over-1", "over-2"], "the oldest go first"
    cluster.edit("kube-controller-manager", f"{flag}=2", f"{flag}=1")
    cluster.world.advance(30)
    assert [pod["metadata"]["name"] for pod in cluster.cluster.store.list("pods", "default")] == ["over-1"]

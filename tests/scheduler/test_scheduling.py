"""Where Pods go, and what people read when they cannot go anywhere."""

import pytest

from simulator.api.client import Client
from simulator.kernel.component import Kernel
from simulator.machinery.objects import Object, at, condition
from simulator.scheduler.scheduler import Scheduler
from tests.controllers.cluster import Cluster, pod

AFTER = "no new claims to deallocate, preemption: "
HOPELESS = "Preemption is not helpful for scheduling"


@pytest.fixture
def cluster() -> Cluster:
    return Cluster(components=(Scheduler,))


def where(cluster: Cluster, name: str) -> str:
    return str(cluster.get("pods", name)["spec"].get("nodeName", ""))


def why(cluster: Cluster, name: str) -> str:
    found = condition(cluster.get("pods", name), "PodScheduled")
    assert found is not None
    assert (found["status"], found["reason"]) == ("False", "Unschedulable")
    return str(found["message"])


def schedule(cluster: Cluster, *pods: Object, seconds: float = 1) -> None:
    for one in pods:
        cluster.client.create("pods", one)
    cluster.advance(seconds)


def test_a_pod_is_bound_and_told_so(cluster: Cluster) -> None:
    schedule(cluster, pod("web"))
    node = where(cluster, "web")
    assert node in ("node-1", "node-2", "node-3")
    found = condition(cluster.get("pods", "web"), "PodScheduled")
    assert found is not None
    assert found["status"] == "True"
    assert cluster.events() == [f"Pod/web Scheduled: Successfully assigned default/web to {node}"]


def test_equal_pods_spread_over_equal_nodes(cluster: Cluster) -> None:
    schedule(cluster, *(pod(f"web-{number}", cpu="100m") for number in range(30)))
    nodes = [where(cluster, f"web-{number}") for number in range(30)]
    assert [nodes.count(f"node-{number}") for number in (1, 2, 3)] == [10, 10, 10]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        pytest.param(
            {"cpu": "100"}, f"0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu. {AFTER}0/4 nodes are available: 4 {HOPELESS}.", id="larger than any node"
        ),
        pytest.param(
            {"nodeSelector": {"disk": "ssd"}}, f"0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 node(s) didn't match Pod's node affinity/selector. {AFTER}0/4 nodes are available: 4 {HOPELESS}.", id="selector"
        ),
        pytest.param(
            {"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]}, f'0/4 nodes are available: persistentvolumeclaim "data" not found. {AFTER}0/4 nodes are available: 4 {HOPELESS}.', id="no such claim"
        ),
        pytest.param(
            {"preemptionPolicy": "Never", "cpu": "100"}, f"0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu. {AFTER}not eligible due to preemptionPolicy=Never.", id="never preempts"
        ),
    ],
)  # fmt: skip
def test_why_a_pod_stays_pending(cluster: Cluster, spec: Object, message: str) -> None:
    cluster.add_node("control", taints=[{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}])
    schedule(cluster, pod("web", **spec))
    assert where(cluster, "web") == ""
    assert why(cluster, "web") == message
    assert cluster.events() == [f"Pod/web FailedScheduling: {message}"]


def test_full_nodes_have_no_victims_of_the_same_priority(cluster: Cluster) -> None:
    schedule(cluster, *(pod(f"big-{number}", cpu="3") for number in range(4)))
    waiting = next(one["metadata"]["name"] for one in cluster.pods() if not one["spec"].get("nodeName"))
    told = "3 No preemption victims found for incoming pod."
    assert (
        why(cluster, waiting) == f"0/3 nodes are available: 3 Insufficient cpu. {AFTER}0/3 nodes are available: {told}"
    )


def test_without_nodes() -> None:
    cluster = Cluster(nodes=0, components=(Scheduler,))
    schedule(cluster, pod("web"))
    assert why(cluster, "web") == "no nodes available to schedule pods"
    cluster.add_node("node-1")
    cluster.advance(1)
    assert where(cluster, "web") == "node-1"


@pytest.mark.parametrize(
    ("resource", "help_"),
    [
        pytest.param("label", lambda cluster: label(cluster, "node-2", {"disk": "ssd"}), id="a label is set"),
        pytest.param("node", lambda cluster: cluster.add_node("node-9", labels={"disk": "ssd"}), id="a node joins"),
    ],
)
def test_a_waiting_pod_is_tried_again_when_something_helps(cluster: Cluster, resource: str, help_: object) -> None:
    schedule(cluster, pod("web", nodeSelector={"disk": "ssd"}), seconds=60)
    assert where(cluster, "web") == ""
    assert callable(help_)
    help_(cluster)
    cluster.advance(1)
    assert where(cluster, "web") in ("node-2", "node-9")


def label(cluster: Cluster, name: str, labels: Object) -> None:
    node = cluster.client.get("nodes", "", name)
    assert node is not None
    cluster.client.change("nodes", node, ("metadata", "labels"), {**node["metadata"]["labels"], **labels})


def test_room_that_becomes_free_is_taken(cluster: Cluster) -> None:
    schedule(cluster, *(pod(f"big-{number}", cpu="3") for number in range(4)))
    waiting = next(one["metadata"]["name"] for one in cluster.pods() if not one["spec"].get("nodeName"))
    leaving = next(one for one in cluster.pods() if one["spec"].get("nodeName"))
    cluster.client.delete("pods", leaving, grace=0)
    cluster.advance(1)
    assert where(cluster, waiting) == leaving["spec"]["nodeName"]


TOLERATED = [{"key": "node-role.kubernetes.io/control-plane", "operator": "Exists", "effect": "NoSchedule"}]


@pytest.mark.parametrize(
    ("path", "value", "minor", "again"),
    [
        pytest.param(("metadata", "annotations", "a"), "b", 31, 2, id="1.31 tries again after any edit"),
        pytest.param(("metadata", "annotations", "a"), "b", 32, 1, id="1.32 asks the plugins"),
        pytest.param(("metadata", "labels"), {"app": "x"}, 37, 1, id="labels do not help against a lack of CPU"),
        pytest.param(("spec", "tolerations"), TOLERATED, 37, 2, id="a toleration may"),
        pytest.param(("spec", "containers"), pod("web", cpu="90")["spec"]["containers"], 37, 2, id="so may asking for less"),
    ],
)  # fmt: skip
def test_which_edits_of_a_waiting_pod_have_it_tried_again(
    path: tuple[str], value: object, minor: int, again: int
) -> None:
    cluster = Cluster(components=(scheduler_of(minor),))
    cluster.add_node("control", taints=[{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}])
    schedule(cluster, pod("web", cpu="100"), seconds=30)
    cluster.change("pods", "web", *path, value)
    cluster.advance(1)
    assert len(cluster.events("Pod/web", "FailedScheduling")) == again


@pytest.mark.parametrize(
    ("minor", "told"), [(28, ["Pod/web FailedScheduling: skip schedule deleting pod: default/web"]), (37, [])]
)
def test_a_waiting_pod_that_is_deleted(minor: int, told: list[str]) -> None:
    cluster = Cluster(components=(scheduler_of(minor),))
    schedule(cluster, pod("web", cpu="100"), seconds=30)
    cluster.delete("pods", "web")
    cluster.advance(1)
    assert cluster.events("Pod/web")[1:] == told


def scheduler_of(minor: int) -> type[Scheduler]:
    """The scheduler of an older version."""

    class Older(Scheduler):
        def __init__(self, kernel: Kernel, client: Client) -> None:
            super().__init__(kernel, client, minor=minor)

    return Older


def test_what_repeats_after_a_change_of_the_pod_is_told_as_another_event(cluster: Cluster) -> None:
    """The first failure changes the Pod's status; from the second on it is counted."""
    schedule(cluster, pod("web", cpu="100"), seconds=960)
    series = [at(one, "series", "count") for one in cluster.client.list("events")]
    assert series == [None, 3]


def test_a_gated_pod_waits_for_its_gates(cluster: Cluster) -> None:
    schedule(cluster, pod("web", schedulingGates=[{"name": "example.com/later"}]))
    assert where(cluster, "web") == ""
    assert cluster.events() == []
    cluster.change("pods", "web", "spec", "schedulingGates", [])
    cluster.advance(1)
    assert where(cluster, "web")


def test_an_important_pod_makes_room(cluster: Cluster) -> None:
    schedule(cluster, *(pod(f"low-{number}", cpu="3") for number in range(3)))
    important = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "important"}}
    cluster.client.create("priorityclasses.scheduling.k8s.io", {**important, "value": 1000})
    schedule(cluster, pod("high", cpu="2", priorityClassName="important"))
    nominated = cluster.get("pods", "high")["status"]["nominatedNodeName"]
    [victim] = [one for one in cluster.pods() if "deletionTimestamp" in one["metadata"]]
    assert victim["spec"]["nodeName"] == nominated
    target = condition(victim, "DisruptionTarget")
    assert target is not None
    assert target["reason"] == "PreemptionByScheduler"
    uid = cluster.get("pods", "high")["metadata"]["uid"]
    assert f"Pod/{victim['metadata']['name']} Preempted: Preempted by pod {uid} on node {nominated}" in cluster.events()
    cluster.client.delete("pods", victim, grace=0)
    cluster.advance(2)
    assert where(cluster, "high") == nominated
    assert "nominatedNodeName" not in cluster.get("pods", "high")["status"]


def test_pods_of_another_scheduler_are_left_alone(cluster: Cluster) -> None:
    schedule(cluster, pod("web") | {"spec": {**pod("web")["spec"], "schedulerName": "mine"}})
    assert where(cluster, "web") == ""
    assert cluster.events() == []


def test_anti_affinity_keeps_pods_apart(cluster: Cluster) -> None:
    term = {"labelSelector": {"matchLabels": {"app": "db"}}, "topologyKey": "kubernetes.io/hostname"}
    apart = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    schedule(cluster, *(pod(f"db-{number}", labels={"app": "db"}, affinity=apart) for number in range(4)))
    nodes = sorted(where(cluster, f"db-{number}") for number in range(4))
    assert nodes == ["", "node-1", "node-2", "node-3"]


def test_zones_are_filled_evenly() -> None:
    cluster = Cluster(nodes=0, components=(Scheduler,))
    for number, zone in enumerate("aab"):
        cluster.add_node(f"node-{number}", labels={"zone": zone})
    rule = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}
    spread = [{**rule, "labelSelector": {"matchLabels": {"app": "web"}}}]
    schedule(
        cluster, *(pod(f"web-{number}", labels={"app": "web"}, topologySpreadConstraints=spread) for number in range(6))
    )
    nodes = [where(cluster, f"web-{number}") for number in range(6)]
    assert nodes.count("node-2") == 3


def test_a_decision_is_explained(cluster: Cluster) -> None:
    cluster.add_node("control", taints=[{"key": "control", "effect": "NoSchedule"}])
    scheduler = cluster.components["scheduler"]
    assert isinstance(scheduler, Scheduler)
    told = scheduler.explain(cluster.client.create("pods", pod("web", cpu="1")))
    assert told["nodes"]["control"]["refused"] == [
        {"plugin": "TaintToleration", "reasons": ["node(s) had untolerated taint(s)"]}
    ]
    node = told["nodes"]["node-1"]
    assert node["refused"] == []
    assert node["scores"]["NodeResourcesFit"] == {"raw": 86, "score": 86, "weight": 1}
    assert node["total"] == sum(one["score"] * one["weight"] for one in node["scores"].values())


def test_the_last_decisions_are_kept(cluster: Cluster) -> None:
    cluster.add_node("control", taints=[{"key": "control", "effect": "NoSchedule"}])
    scheduler = cluster.components["scheduler"]
    assert isinstance(scheduler, Scheduler)
    schedule(cluster, pod("web", cpu="1"), pod("huge", cpu="99"))
    (web,) = scheduler.decisions("default", "web")
    assert web["node"] == where(cluster, "web")
    nodes = web["explained"]["nodes"]
    assert nodes["control"]["refused"][0]["plugin"] == "TaintToleration"
    assert nodes[web["node"]]["total"] == max(node["total"] for node in nodes.values())
    huge = scheduler.decisions("default", "huge")[0]
    assert huge["node"] == "" and "Insufficient cpu" in huge["message"]
    assert {"plugin": "NodeResourcesFit", "reasons": ["Insufficient cpu"]} in huge["explained"]["nodes"]["node-1"][
        "refused"
    ]
    schedule(cluster, *(pod(f"many-{number}", cpu="1m") for number in range(60)), seconds=5)
    kept = scheduler.decisions()
    assert len(kept) == 32 and kept[0]["pod"] == "many-59"
    assert kept[-1]["explained"] == {} != kept[0]["explained"], "a Pod among many is not explained"


def test_kept_answers_change_nothing() -> None:
    """A scheduler that is made anew after each Pod, as after forks, places and explains Pods as one that remembers."""
    softly = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}
    placed, explained = [], []
    for renews in (False, True):
        cluster = Cluster(nodes=2, components=(Scheduler,))
        for name, zone in (("a", "north"), ("b", "north"), ("c", "south"), ("d", "west")):
            cluster.add_node(name, cpu="5", labels={"zone": zone})
        nodes: list[str] = []
        for number in range(40):
            labels = {"app": str(number % 2)}
            spread = [{**softly, "labelSelector": {"matchLabels": labels}}] if number % 2 else []
            cpu = "500m" if number % 3 else "1500m"
            one = pod(f"web-{number}", cpu=cpu, labels=labels, topologySpreadConstraints=spread)
            schedule(cluster, one, seconds=0.1)
            nodes.append(where(cluster, f"web-{number}"))
            if number % 7 == 6:
                cluster.client.delete("pods", cluster.get("pods", f"web-{number - 4}"), grace=0)
            scheduler = cluster.components["scheduler"]
            assert isinstance(scheduler, Scheduler)
            if renews:
                scheduler = cluster.components["scheduler"] = Scheduler(cluster.kernel, cluster.client)
                cluster.store._observers.clear()
                cluster.store.subscribe(scheduler.watches, scheduler.observe)
        placed.append(nodes)
        explained.append(scheduler.decisions())
    assert placed[0] == placed[1]
    assert explained[0] == explained[1]
    assert "" in placed[0], "some came when all nodes were full"

"""Which node a Pod gets, what it pushes aside, and what LimitRanges add to it."""

from typing import Any

from simulator.machinery.objects import Object
from tests.conformance.cluster import DEFAULT, PODS, Cluster, named, pod
from tests.conformance.ledger import honours

PRIORITIES = "/apis/scheduling.k8s.io/v1/priorityclasses"
LIMITS = f"{DEFAULT}/limitranges"


def asking(name: str, cpu: str, **fields: Any) -> Object:
    return pod(name, "sleep", "3600", resources={"requests": {"cpu": cpu}}, **fields)


def node_of(cluster: Cluster, name: str) -> str:
    return str(cluster.get(f"{PODS}/{name}")["spec"].get("nodeName", ""))


def unschedulable(cluster: Cluster, name: str) -> bool:
    conditions = cluster.get(f"{PODS}/{name}")["status"].get("conditions", ())
    return any(one["type"] == "PodScheduled" and one.get("reason") == "Unschedulable" for one in conditions)


@honours("SchedulerPredicates validates resource limits of pods that are allowed to run")
def test_too_large(cluster: Cluster) -> None:
    for number in range(3):
        cluster.run(asking(f"fill-{number}", "2500m"))
    cluster.create(PODS, asking("more", "2500m"))
    cluster.until(lambda: unschedulable(cluster, "more"))
    cluster.always(lambda: node_of(cluster, "more") == "", 60, 10)


@honours("SchedulerPredicates validates that NodeSelector is respected if matching")
def test_selector(cluster: Cluster) -> None:
    cluster.patch("/api/v1/nodes/node-2", {"metadata": {"labels": {"k": "v"}}})
    cluster.run(pod("one", "sleep", "3600", nodeSelector={"k": "v"}))
    assert node_of(cluster, "one") == "node-2"


@honours("SchedulerPredicates validates that NodeSelector is respected if not matching")
def test_no_match(cluster: Cluster) -> None:
    cluster.create(PODS, pod("one", "sleep", "3600", nodeSelector={"k": "nothing"}))
    cluster.until(lambda: unschedulable(cluster, "one"))
    cluster.always(lambda: node_of(cluster, "one") == "", 60, 10)


def on_port(name: str, address: str, protocol: str = "TCP") -> Object:
    port = {"containerPort": 8080, "hostPort": 54322, "protocol": protocol} | ({"hostIP": address} if address else {})
    return pod(name, "sleep", "3600", ports=[port], nodeSelector={"kubernetes.io/hostname": "node-1"})


@honours(
    "SchedulerPredicates validates that there exists conflict between pods with same hostPort and protocol but one "
    "using 0.0.0.0 hostIP"
)
def test_host_port(cluster: Cluster) -> None:
    cluster.run(on_port("one", ""))
    cluster.create(PODS, on_port("two", "10.0.0.11"))
    cluster.until(lambda: unschedulable(cluster, "two"))


@honours(
    "HostPort validates that there is no conflict between pods with same hostPort but different hostIP and protocol"
)
def test_no_conflict(cluster: Cluster) -> None:
    for name, address, protocol in (
        ("one", "127.0.0.1", "TCP"),
        ("two", "10.0.0.11", "TCP"),
        ("three", "10.0.0.11", "UDP"),
    ):
        cluster.run(on_port(name, address, protocol))
        assert node_of(cluster, name) == "node-1"


def priority(cluster: Cluster, name: str, value: int) -> None:
    cluster.create(PRIORITIES, named("scheduling.k8s.io/v1", "PriorityClass", name, value=value))


@honours("SchedulerPreemption validates basic preemption works")
def test_preemption(cluster: Cluster) -> None:
    priority(cluster, "low", 1)
    priority(cluster, "middle", 100)
    priority(cluster, "high", 1000)
    for number, name in enumerate(("low", "middle", "middle")):
        cluster.run(asking(f"fill-{number}", "2500m", priorityClassName=name))
    cluster.run(asking("urgent", "2500m", priorityClassName="high"), 120)
    assert cluster.names(PODS) == ["fill-1", "fill-2", "urgent"]


@honours("SchedulerPreemption validates lower priority pod preemption by critical pod")
def test_critical(cluster: Cluster) -> None:
    priority(cluster, "low", 1)
    for number in range(3):
        cluster.run(asking(f"fill-{number}", "2500m", priorityClassName="low"))
    url = "/api/v1/namespaces/kube-system/pods"
    cluster.create(url, asking("critical", "2500m", priorityClassName="system-cluster-critical"))
    cluster.until(lambda: cluster.is_ready(f"{url}/critical"), 120)
    assert len(cluster.names(PODS)) == 2


@honours("SchedulerPreemption validates pod disruption condition is added to the preempted pod")
def test_disruption_target(cluster: Cluster) -> None:
    priority(cluster, "high", 1000)
    here = {"kubernetes.io/hostname": "node-1"}
    victim = asking("victim", "2500m", nodeSelector=here)
    victim["metadata"]["finalizers"] = ["example.com/test"]
    cluster.run(victim)
    cluster.create(PODS, asking("urgent", "2500m", nodeSelector=here, priorityClassName="high"))
    cluster.until(lambda: "deletionTimestamp" in cluster.get(f"{PODS}/victim")["metadata"])
    found = cluster.get(f"{PODS}/victim")["status"]["conditions"]
    assert ("DisruptionTarget", "True") in [(one["type"], one["status"]) for one in found]
    cluster.patch(f"{PODS}/victim", {"metadata": {"finalizers": None}})
    cluster.until(lambda: cluster.gone(f"{PODS}/victim"), 120)


@honours(
    "SchedulerPreemption PriorityClass endpoints verify PriorityClass endpoints can be operated with different HTTP methods"
)
def test_priority_classes(cluster: Cluster) -> None:
    for name, value in (("p1", 1), ("p2", 2)):
        priority(cluster, name, value)
    assert {"p1", "p2"} <= set(cluster.names(PRIORITIES))
    cluster.patch(f"{PRIORITIES}/p1", {"description": "patched"})
    cluster.change(f"{PRIORITIES}/p2", lambda found: found.update(description="updated"))
    assert [cluster.get(f"{PRIORITIES}/{name}")["description"] for name in ("p1", "p2")] == ["patched", "updated"]
    assert cluster.refused("PATCH", f"{PRIORITIES}/p1", {"value": 3}, content_type="application/merge-patch+json")[
        "code"
    ] in (403, 422)
    assert cluster.refused("PUT", f"{PRIORITIES}/p2", {**cluster.get(f"{PRIORITIES}/p2"), "value": 3})["code"] in (
        403,
        422,
    )


def limits(name: str, **labels: str) -> Object:
    amounts = {
        "min": {"cpu": "50m", "memory": "100Mi"}, "max": {"cpu": "500m", "memory": "500Mi"},
        "default": {"cpu": "500m", "memory": "500Mi"}, "defaultRequest": {"cpu": "100m", "memory": "200Mi"},
    }  # fmt: skip
    return named("v1", "LimitRange", name, labels or None, spec={"limits": [{"type": "Container", **amounts}]})


@honours("LimitRange should create a LimitRange with defaults and ensure pod has those defaults applied.")
def test_limit_range(cluster: Cluster) -> None:
    cluster.create(LIMITS, limits("limits"))
    wanted = {"limits": {"cpu": "500m", "memory": "500Mi"}, "requests": {"cpu": "100m", "memory": "200Mi"}}
    assert cluster.create(PODS, pod("plain", "sleep", "3600"))["spec"]["containers"][0]["resources"] == wanted
    half = cluster.create(PODS, pod("half", "sleep", "3600", resources={"limits": {"cpu": "300m"}}))
    assert half["spec"]["containers"][0]["resources"]["limits"] == {"cpu": "300m", "memory": "500Mi"}
    cluster.change(
        f"{LIMITS}/limits",
        lambda found: found["spec"]["limits"][0].update(
            min={"cpu": "200m", "memory": "100Mi"}, defaultRequest={"cpu": "300m", "memory": "200Mi"}
        ),
    )
    assert cluster.refused("POST", PODS, asking("small", "100m"))["code"] == 403
    assert cluster.refused("POST", PODS, asking("large", "600m"))["code"] in (403, 422)
    cluster.delete(f"{LIMITS}/limits")
    cluster.create(PODS, asking("larger", "600m"))


@honours("LimitRange should list, patch and delete a LimitRange by collection")
def test_limit_ranges(cluster: Cluster) -> None:
    cluster.create("/api/v1/namespaces", named("v1", "Namespace", "other"))
    cluster.create(LIMITS, limits("limits", mine="yes"))
    cluster.create("/api/v1/namespaces/other/limitranges", limits("limits", mine="yes"))
    assert len(cluster.names("/api/v1/limitranges?labelSelector=mine%3Dyes")) == 2
    cluster.patch(f"{LIMITS}/limits", {"metadata": {"labels": {"patched": "yes"}}})
    assert cluster.names("/api/v1/limitranges?labelSelector=patched%3Dyes") == ["limits"]
    cluster.delete(f"{LIMITS}?labelSelector=patched%3Dyes")
    assert len(cluster.names("/api/v1/limitranges?labelSelector=mine%3Dyes")) == 1

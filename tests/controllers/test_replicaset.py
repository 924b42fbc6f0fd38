"""What people see of a ReplicaSet: which Pods it takes, makes, and deletes first."""

from simulator.controllers.pods import crowding, deletion_order
from simulator.machinery.objects import Object
from tests.controllers.cluster import Cluster, pod, template


def replica_set(name: str, replicas: int) -> Object:
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template(name)}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec,
        "status": {"replicas": 0},
    }


def owner_names(obj: Object) -> list[str]:
    return [one["name"] for one in obj["metadata"].get("ownerReferences", [])]


def test_a_matching_orphan_is_adopted_and_another_label_lets_it_go() -> None:
    cluster = Cluster()
    cluster.client.create("pods", pod("loose", labels={"app": "web"}))
    cluster.client.create("replicasets.apps", replica_set("web", 2))
    cluster.advance(2)
    assert owner_names(cluster.get("pods", "loose")) == ["web"]
    assert len(cluster.pods(app="web")) == 2
    cluster.change("pods", "loose", "metadata", "labels", {"app": "other"})
    cluster.advance(2)
    assert owner_names(cluster.get("pods", "loose")) == []
    assert len(cluster.pods(app="web")) == 2


def test_a_deleted_pod_is_replaced() -> None:
    cluster = Cluster()
    cluster.client.create("replicasets.apps", replica_set("web", 2))
    cluster.advance(2)
    gone = cluster.pods()[0]["metadata"]["name"]
    cluster.delete("pods", gone)
    cluster.advance(2)
    names = [one["metadata"]["name"] for one in cluster.pods()]
    assert len(names) == 2
    assert gone not in names


def test_those_least_worth_keeping_go_first() -> None:
    def aged(name: str, node: str, phase: str, second: int, *, ready: bool = True, cost: str = "0") -> Object:
        moment = f"2026-01-01T00:00:{second:02}Z"
        metadata = {
            "name": name,
            "creationTimestamp": moment,
            "annotations": {"controller.kubernetes.io/pod-deletion-cost": cost},
        }
        conditions = [{"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": moment}]
        return {"metadata": metadata, "spec": {"nodeName": node}, "status": {"phase": phase, "conditions": conditions}}

    pods = [
        aged("old", "a", "Running", 1),
        aged("young", "a", "Running", 9),
        aged("alone", "b", "Running", 5),
        aged("cheap", "b", "Running", 2, cost="-5"),
        aged("not-ready", "c", "Running", 1, ready=False),
        aged("pending", "c", "Pending", 1, ready=False),
        aged("unassigned", "", "Pending", 1, ready=False),
    ]
    ranks = crowding([one for one in pods if one["metadata"]["name"] != "cheap"])
    order = sorted(pods, key=lambda one: deletion_order(one, ranks))
    names = [one["metadata"]["name"] for one in order]
    assert names == ["unassigned", "pending", "not-ready", "cheap", "young", "old", "alone"]


def test_a_refused_pod_is_told_and_tried_again() -> None:
    cluster = Cluster()
    broken = replica_set("web", 3)
    broken["spec"]["template"]["spec"]["serviceAccountName"] = "nobody"
    cluster.client.create("replicasets.apps", broken)
    cluster.advance(1)
    [condition] = cluster.get("replicasets.apps", "web")["status"]["conditions"]
    assert (condition["type"], condition["reason"]) == ("ReplicaFailure", "FailedCreate")
    assert 'serviceaccount "nobody" not found' in cluster.events("ReplicaSet/web")[0]
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "nobody", "namespace": "default"}}
    cluster.client.create("serviceaccounts", account)
    cluster.advance(60)
    assert len(cluster.pods()) == 3
    assert "conditions" not in cluster.get("replicasets.apps", "web")["status"]

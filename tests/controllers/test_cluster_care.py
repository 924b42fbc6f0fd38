"""Services, Namespaces, owners, nodes, volumes, budgets and Events as people see them."""

from typing import Any

import pytest

from simulator.controllers.events import Recorder
from simulator.machinery.objects import Object, changed, condition
from tests.controllers.cluster import Cluster, Kubelets, deployment, pod, service

SLICES = "endpointslices.discovery.k8s.io"


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


def ready_addresses(cluster: Cluster) -> list[str]:
    return sorted(
        address
        for one in cluster.client.list(SLICES, "default")
        for endpoint in one["endpoints"] or ()
        if endpoint["conditions"]["ready"]
        for address in endpoint["addresses"]
    )


def test_a_service_follows_its_pods(cluster: Cluster) -> None:
    cluster.client.create("services", service("web"))
    cluster.advance(1)
    [empty] = cluster.client.list(SLICES, "default")
    assert (empty["endpoints"], empty["ports"]) == (None, None)
    cluster.client.create("deployments.apps", deployment("web", 3))
    cluster.advance(3)
    addresses = sorted(one["status"]["podIP"] for one in cluster.pods())
    assert ready_addresses(cluster) == addresses
    [found] = cluster.client.list(SLICES, "default")
    assert found["ports"] == [{"name": "", "port": 80, "protocol": "TCP"}]
    [subset] = cluster.get("endpoints", "web")["subsets"]
    assert [one["ip"] for one in subset["addresses"]] == sorted(addresses)
    cluster.change("deployments.apps", "web", "spec", "replicas", 0)
    cluster.advance(3)
    assert ready_addresses(cluster) == []
    assert "subsets" not in cluster.get("endpoints", "web")


def test_more_than_a_hundred_endpoints_take_two_slices() -> None:
    cluster = Cluster(nodes=2)
    cluster.client.create("services", service("web"))
    cluster.client.create("deployments.apps", deployment("web", 120))
    cluster.advance(10)
    sizes = sorted(len(one["endpoints"]) for one in cluster.client.list(SLICES, "default"))
    assert sizes == [20, 100]


ROLES = "clusterroles.rbac.authorization.k8s.io"


def test_roles_gather_the_rules_of_others(cluster: Cluster) -> None:
    def role(name: str, labels: Object, *resources: str, **more: Any) -> None:
        rules = [{"apiGroups": ["example.com"], "resources": [one], "verbs": ["get"]} for one in resources]
        head = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole"}
        metadata = {"name": name, "labels": labels}
        cluster.client.create(ROLES, {**head, "metadata": metadata, "rules": rules, **more})

    def gathered(name: str) -> list[str]:
        rules = cluster.get(ROLES, name, "")["rules"]
        return [one for rule in rules if "example.com" in rule.get("apiGroups", ()) for one in rule["resources"]]

    chosen = [{"matchLabels": {"into": "all"}}, {"matchExpressions": [{"key": "more", "operator": "Exists"}]}]
    role("all", {"into": "all"}, "forgotten", aggregationRule={"clusterRoleSelectors": chosen})
    role("b", {"into": "all"}, "boxes", "widgets")
    role("a", {"more": ""}, "widgets", "apples")
    cluster.advance(1)
    assert gathered("all") == ["boxes", "widgets", "apples"]
    cluster.client.delete(ROLES, cluster.get(ROLES, "b", ""))
    cluster.advance(1)
    assert gathered("all") == ["widgets", "apples"]
    cluster.client.change(ROLES, cluster.get(ROLES, "all", ""), ("rules",), [])
    cluster.advance(1)
    assert gathered("all") == ["widgets", "apples"]


def test_hand_made_endpoints_are_mirrored(cluster: Cluster) -> None:
    without = service("db")
    del without["spec"]["selector"]
    cluster.client.create("services", without)
    metadata = {"name": "db", "namespace": "default"}
    subsets = [{"addresses": [{"ip": "192.0.2.1"}], "ports": [{"port": 5432}]}]
    cluster.client.create(
        "endpoints", {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata, "subsets": subsets}
    )
    cluster.advance(1)
    assert ready_addresses(cluster) == ["192.0.2.1"]


def test_a_new_namespace_gets_account_and_certificate(cluster: Cluster) -> None:
    root = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "kube-root-ca.crt", "namespace": "kube-system"},
    }
    cluster.client.create("configmaps", {**root, "data": {"ca.crt": "PEM"}})
    made = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    cluster.client.create("namespaces", {**made, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}})
    cluster.advance(1)
    assert cluster.get("serviceaccounts", "default", "shop")
    assert cluster.get("configmaps", "kube-root-ca.crt", "shop")["data"] == {"ca.crt": "PEM"}


def test_a_namespace_takes_its_content_along(cluster: Cluster) -> None:
    made = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    namespace = cluster.client.create(
        "namespaces", {**made, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
    )
    cluster.advance(1)
    web = deployment("web", 2)
    cluster.client.create("deployments.apps", {**web, "metadata": {"name": "web", "namespace": "shop"}})
    cluster.advance(2)
    cluster.client.delete("namespaces", namespace)
    cluster.advance(0.1)
    going = cluster.client.get("namespaces", "", "shop")
    assert going is not None
    assert going["status"]["phase"] == "Terminating"
    remaining = condition(going, "NamespaceContentRemaining")
    assert remaining is not None
    assert (remaining["status"], remaining["reason"]) == ("True", "SomeResourcesRemain")
    assert "pods. has 2 resource instances" in remaining["message"]
    cluster.advance(10)
    assert cluster.client.get("namespaces", "", "shop") is None
    assert cluster.client.list("pods", "shop") == []


@pytest.mark.parametrize(
    ("propagation", "left"),
    [
        pytest.param("Background", (0, 0, 0), id="background"),
        pytest.param("Foreground", (0, 0, 0), id="foreground"),
        pytest.param("Orphan", (0, 1, 2), id="orphan"),
    ],
)
def test_dependents_follow_their_owner(cluster: Cluster, propagation: str, left: tuple[int, ...]) -> None:
    cluster.client.create("deployments.apps", deployment("web", 2))
    cluster.advance(2)
    cluster.delete("deployments.apps", "web", propagation)
    cluster.advance(5)
    assert tuple(len(cluster.client.list(one)) for one in ("deployments.apps", "replicasets.apps", "pods")) == left


def test_in_the_foreground_the_owner_goes_last(cluster: Cluster) -> None:
    cluster.client.create("deployments.apps", deployment("web", 2))
    cluster.advance(2)
    cluster.delete("deployments.apps", "web", "Foreground")
    cluster.advance(0.1)
    assert cluster.get("deployments.apps", "web")["metadata"]["finalizers"] == ["foregroundDeletion"]
    assert cluster.client.list("replicasets.apps")[0]["metadata"]["finalizers"] == ["foregroundDeletion"]
    assert all("deletionTimestamp" in one["metadata"] for one in cluster.pods())


def test_an_orphaned_set_is_adopted_by_a_new_deployment(cluster: Cluster) -> None:
    cluster.client.create("deployments.apps", deployment("web", 2))
    cluster.advance(2)
    before = [one["metadata"]["uid"] for one in cluster.pods()]
    cluster.delete("deployments.apps", "web", "Orphan")
    cluster.advance(2)
    cluster.client.create("deployments.apps", deployment("web", 2))
    cluster.advance(2)
    assert [one["metadata"]["uid"] for one in cluster.pods()] == before


def stop(cluster: Cluster, *nodes: str) -> None:
    kubelets = cluster.components["kubelets"]
    assert isinstance(kubelets, Kubelets)
    kubelets.silent = frozenset(nodes)


def taints(cluster: Cluster, name: str) -> list[tuple[str, str]]:
    node = cluster.client.get("nodes", "", name)
    assert node is not None
    return [(one["key"].rpartition("/")[2], one["effect"]) for one in node["spec"].get("taints", [])]


def tolerating(seconds: int) -> list[Object]:
    keys = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
    return [{"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": seconds} for key in keys]


def test_a_silent_node_is_noticed_tainted_and_emptied(cluster: Cluster) -> None:
    web = deployment("web", 3)
    web["spec"]["template"]["spec"]["tolerations"] = tolerating(300)
    cluster.client.create("deployments.apps", web)
    cluster.advance(12)
    stop(cluster, "node-3")
    cluster.advance(45)
    assert taints(cluster, "node-3") == []
    cluster.advance(15)
    assert taints(cluster, "node-3") == [("unreachable", "NoSchedule"), ("unreachable", "NoExecute")]
    assert cluster.events("Node/node-3", "NodeNotReady") == [
        "Node/node-3 NodeNotReady: Node node-3 status is now: NodeNotReady"
    ]
    assert cluster.get("deployments.apps", "web")["status"]["readyReplicas"] == 2
    cluster.advance(280)
    assert len(cluster.pods()) == 3
    cluster.advance(30)
    assert cluster.get("deployments.apps", "web")["status"]["readyReplicas"] == 3
    stuck = [one for one in cluster.pods() if "deletionTimestamp" in one["metadata"]]
    assert [one["spec"]["nodeName"] for one in stuck] == ["node-3"]
    assert any(
        "Marking for deletion Pod default/web-" in event for event in cluster.events("Pod", "TaintManagerEviction")
    )


def test_a_taint_set_by_hand_is_borne_for_as_long_as_the_pod_says(cluster: Cluster) -> None:
    web = deployment("web", 1)
    tolerations = [{"key": "maintenance", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30}]
    web["spec"]["template"]["spec"]["tolerations"] = tolerations
    cluster.client.create("deployments.apps", web)
    cluster.advance(12)
    (before,) = cluster.pods()
    node = cluster.client.get("nodes", "", before["spec"]["nodeName"])
    assert node is not None
    taint = {"key": "maintenance", "value": "yes", "effect": "NoExecute"}
    cluster.client.update("nodes", changed(node, ("spec", "taints"), [taint]))
    cluster.advance(28)
    assert [one["metadata"]["name"] for one in cluster.pods()] == [before["metadata"]["name"]]
    cluster.advance(40)
    assert before["metadata"]["name"] not in [one["metadata"]["name"] for one in cluster.pods()]


def test_a_claim_waits_for_the_only_fitting_volume(cluster: Cluster) -> None:
    def volume(name: str, size: str) -> Object:
        spec = {
            "capacity": {"storage": size},
            "accessModes": ["ReadWriteOnce"],
            "persistentVolumeReclaimPolicy": "Retain",
        }
        return {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": name},
            "spec": spec,
            "status": {"phase": "Pending"},
        }

    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "5Gi"}}, "storageClassName": ""}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": "default"}}
    cluster.client.create("persistentvolumes", volume("small", "1Gi"))
    cluster.client.create("persistentvolumeclaims", {**claim, "spec": spec, "status": {"phase": "Pending"}})
    cluster.advance(1)
    assert cluster.events("PersistentVolumeClaim") == [
        "PersistentVolumeClaim/data FailedBinding: no persistent volumes available for this claim and no storage class is set"
    ]
    cluster.client.create("persistentvolumes", volume("huge", "50Gi"))
    cluster.client.create("persistentvolumes", volume("large", "10Gi"))
    cluster.advance(1)
    assert cluster.get("persistentvolumeclaims", "data")["spec"]["volumeName"] == "large"
    cluster.delete("persistentvolumeclaims", "data")
    cluster.advance(1)
    phases = {one["metadata"]["name"]: one["status"]["phase"] for one in cluster.client.list("persistentvolumes")}
    assert phases == {"small": "Available", "huge": "Available", "large": "Released"}


def test_a_claim_is_looked_at_once_more_when_it_is_deleted(cluster: Cluster) -> None:
    """It is unbound still, so that what is wrong with it is told again. Upstream: syncUnboundClaim"""
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "5Gi"}}, "storageClassName": "none"}
    metadata = {"name": "data", "namespace": "default", "finalizers": ["kubernetes.io/pvc-protection"]}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}
    cluster.client.create("persistentvolumeclaims", {**claim, "status": {"phase": "Pending"}})
    cluster.advance(4)
    cluster.delete("persistentvolumeclaims", "data")
    cluster.advance(1)
    assert cluster.client.get("persistentvolumeclaims", "default", "data") is None
    [event] = [one for one in cluster.client.list("events") if one["involvedObject"]["name"] == "data"]
    assert (event["reason"], event["count"]) == ("ProvisioningFailed", 2)


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        pytest.param({"minAvailable": 3}, (4, 3, 1), id="a number that stays"),
        pytest.param({"minAvailable": "50%"}, (4, 2, 2), id="a share that stays"),
        pytest.param({"maxUnavailable": 1}, (4, 3, 1), id="a number that may go"),
        pytest.param({"maxUnavailable": "30%"}, (4, 2, 2), id="a share that may go is rounded up"),
    ],
)
def test_a_budget_counts(cluster: Cluster, rule: Object, wanted: tuple[int, int, int]) -> None:
    cluster.client.create("deployments.apps", deployment("web", 4))
    spec = {"selector": {"matchLabels": {"app": "web"}}, **rule}
    head = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": "default"},
    }
    cluster.client.create("poddisruptionbudgets.policy", {**head, "spec": spec, "status": {}})
    cluster.advance(3)
    status = cluster.get("poddisruptionbudgets.policy", "web")["status"]
    assert (status["currentHealthy"], status["desiredHealthy"], status["disruptionsAllowed"]) == wanted


def recorder(cluster: Cluster) -> tuple[Recorder, Object]:
    return Recorder(cluster.client, cluster.kernel, "tester"), cluster.client.create("pods", pod("p"))


def told(cluster: Cluster) -> list[tuple[str, int]]:
    events = [one for one in cluster.client.list("events") if one["source"].get("component") == "tester"]
    return [(one["message"], one["count"]) for one in sorted(events, key=lambda one: one["metadata"]["name"])]


def test_the_same_event_is_counted(cluster: Cluster) -> None:
    events, obj = recorder(cluster)
    for _ in range(3):
        events.warning(obj, "BackOff", "again")
        cluster.advance(1)
    assert told(cluster) == [("again", 3)]


def test_similar_events_are_combined(cluster: Cluster) -> None:
    events, obj = recorder(cluster)
    for number in range(12):
        events.normal(obj, "Created", f"number {number}")
    assert [message for message, _ in told(cluster)[:9]] == [f"number {number}" for number in range(9)]
    assert told(cluster)[9:] == [("(combined from similar events): number 11", 3)]


def test_too_many_events_of_one_object_are_dropped(cluster: Cluster) -> None:
    events, obj = recorder(cluster)
    for _ in range(40):
        events.normal(obj, "Spam", "again")
    assert told(cluster) == [("again", 25)]
    cluster.advance(301)
    events.normal(obj, "Spam", "again")
    assert told(cluster) == [("again", 26)]


def test_a_quota_counts_what_is_used(cluster: Cluster) -> None:
    hard = {"pods": "10", "requests.cpu": "2", "limits.memory": "1Gi", "count/deployments.apps": "5", "services": "3"}
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "all", "namespace": "default"}}
    cluster.client.create("resourcequotas", {**quota, "spec": {"hard": hard}, "status": {}})
    web = deployment("web", 3)
    asked = {"requests": {"cpu": "250m"}, "limits": {"memory": "100Mi"}}
    web["spec"]["template"]["spec"]["containers"][0]["resources"] = asked
    cluster.client.create("deployments.apps", web)
    cluster.advance(3)
    status = cluster.get("resourcequotas", "all")["status"]
    used = {
        "pods": "3",
        "requests.cpu": "750m",
        "limits.memory": "300Mi",
        "count/deployments.apps": "1",
        "services": "0",
    }
    assert status == {"hard": hard, "used": used}
    cluster.change("deployments.apps", "web", "spec", "replicas", 1)
    cluster.advance(3)
    assert cluster.get("resourcequotas", "all")["status"]["used"]["pods"] == "1"

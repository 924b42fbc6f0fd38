"""ResourceQuotas count what a namespace holds, and refuse what is too much."""

from dataclasses import dataclass

from simulator.machinery.objects import Object
from tests.conformance.cluster import (
    APPS,
    CONFIG_MAPS,
    DEFAULT,
    PODS,
    SECRETS,
    SERVICES,
    Cluster,
    named,
    pod,
    replication_controller,
    service,
    workload,
)
from tests.conformance.ledger import honours, honours_each

QUOTAS = f"{DEFAULT}/resourcequotas"
HARD: Object = {
    "pods": "5",
    "services": "10",
    "services.nodeports": "2",
    "services.loadbalancers": "1",
    "secrets": "10",
    "configmaps": "10",
    "replicationcontrollers": "10",
    "resourcequotas": "1",
    "count/replicasets.apps": "5",
    "requests.cpu": "1",
    "requests.memory": "500Mi",
    "requests.ephemeral-storage": "50Gi",
    "requests.example.com/dongle": "3",
    "persistentvolumeclaims": "10",
}


def quota(name: str = "quota", *, scopes: tuple[str, ...] = (), **hard: str) -> Object:
    spec: Object = {"hard": hard or HARD}
    return named("v1", "ResourceQuota", name, spec={**spec, "scopes": list(scopes)} if scopes else spec)


def counted(cluster: Cluster, name: str = "quota") -> None:
    """Wait until the quota's status says what is used of everything."""
    wanted = cluster.get(f"{QUOTAS}/{name}")["spec"]["hard"]
    cluster.until(lambda: cluster.get(f"{QUOTAS}/{name}")["status"].get("hard") == wanted, 400)
    assert set(cluster.get(f"{QUOTAS}/{name}")["status"]["used"]) == set(wanted)


def used(cluster: Cluster, resource: str, name: str = "quota") -> str:
    return str(cluster.get(f"{QUOTAS}/{name}")["status"]["used"][resource])


def shows(cluster: Cluster, amounts: dict[str, str], name: str = "quota") -> None:
    """Wait until these amounts are reported as used."""
    cluster.until(lambda: amounts.items() <= cluster.get(f"{QUOTAS}/{name}")["status"]["used"].items(), 40)


@honours("ResourceQuota should create a ResourceQuota and ensure its status is promptly calculated.")
def test_status_is_calculated(cluster: Cluster) -> None:
    cluster.create(QUOTAS, quota())
    counted(cluster)
    assert used(cluster, "resourcequotas") == "1"
    assert used(cluster, "pods") == "0"


@dataclass(frozen=True)
class Counted:
    """An object that a quota counts."""

    url: str
    obj: Object
    resource: str


COUNTED = {
    "ResourceQuota should create a ResourceQuota and capture the life of a configMap.": Counted(
        CONFIG_MAPS, named("v1", "ConfigMap", "one"), "configmaps"
    ),
    "ResourceQuota should create a ResourceQuota and capture the life of a replica set.": Counted(
        f"{APPS}/replicasets", workload("ReplicaSet", "one", 0), "count/replicasets.apps"
    ),
    "ResourceQuota should create a ResourceQuota and capture the life of a replication controller.": Counted(
        f"{DEFAULT}/replicationcontrollers", replication_controller("one", 0), "replicationcontrollers"
    ),
    "ResourceQuota should create a ResourceQuota and capture the life of a secret.": Counted(
        SECRETS, named("v1", "Secret", "one", stringData={"key": "value"}), "secrets"
    ),
}


@honours_each(COUNTED)
def test_capture_the_life_of(cluster: Cluster, case: Counted) -> None:
    cluster.create(QUOTAS, quota())
    counted(cluster)
    before = int(used(cluster, case.resource))
    cluster.create(case.url, case.obj)
    shows(cluster, {case.resource: str(before + 1)})
    cluster.delete(f"{case.url}/one")
    shows(cluster, {case.resource: str(before)})


@honours("ResourceQuota should create a ResourceQuota and capture the life of a service.")
def test_services(cluster: Cluster) -> None:
    cluster.create(QUOTAS, quota())
    counted(cluster)
    before = int(used(cluster, "services"))
    cluster.create(SERVICES, service("inside"))
    cluster.create(SERVICES, service("outside", type="NodePort"))
    cluster.refused(
        "POST",
        SERVICES,
        service("one", type="LoadBalancer", ports=[{"name": "a", "port": 1}, {"name": "b", "port": 2}]),
    )
    shows(cluster, {"services": str(before + 2), "services.nodeports": "1", "services.loadbalancers": "0"})
    cluster.delete(f"{SERVICES}/inside")
    cluster.delete(f"{SERVICES}/outside")
    shows(cluster, {"services": str(before), "services.nodeports": "0"})


def hungry(name: str, cpu: str, memory: str = "252Mi", **more: str) -> Object:
    requests = {"cpu": cpu, "memory": memory, **more}
    return pod(name, "sleep", "600", resources={"requests": requests, "limits": {**requests}})


@honours("ResourceQuota should create a ResourceQuota and capture the life of a pod.")
def test_pods(cluster: Cluster) -> None:
    cluster.create(QUOTAS, quota())
    counted(cluster)
    more = {"ephemeral-storage": "30Gi", "example.com/dongle": "2"}
    cluster.create(PODS, hungry("first", "500m", **more))
    sums = {"pods": "1", "requests.cpu": "500m", "requests.memory": "252Mi", "requests.ephemeral-storage": "30Gi"}
    shows(cluster, {**sums, "requests.example.com/dongle": "2"})
    assert (
        "exceeded quota"
        in cluster.refused("POST", PODS, hungry("second", "600m", "100Mi", **{"ephemeral-storage": "1Gi"}))["message"]
    )
    extended = cluster.refused("POST", PODS, hungry("third", "100m", "100Mi", **more))
    assert "exceeded quota" in extended["message"]
    change = {"spec": {"containers": [{"name": "c", "resources": {"requests": {"cpu": "100m"}}}]}}
    assert (
        cluster.refused("PATCH", f"{PODS}/first", change, content_type="application/strategic-merge-patch+json")["code"]
        == 422
    )
    shows(cluster, sums)
    cluster.delete(f"{PODS}/first", gracePeriodSeconds=0)
    shows(cluster, {"pods": "0", "requests.cpu": "0", "requests.memory": "0", "requests.example.com/dongle": "0"})


@honours("ResourceQuota should be able to update and delete ResourceQuota.")
def test_update_and_delete(cluster: Cluster) -> None:
    cluster.create(QUOTAS, quota(cpu="1", memory="500Mi"))
    assert cluster.get(f"{QUOTAS}/quota")["spec"]["hard"] == {"cpu": "1", "memory": "500Mi"}
    cluster.change(f"{QUOTAS}/quota", lambda found: found["spec"].update(hard={"cpu": "2", "memory": "1Gi"}))
    assert cluster.get(f"{QUOTAS}/quota")["spec"]["hard"] == {"cpu": "2", "memory": "1Gi"}
    cluster.delete(f"{QUOTAS}/quota")
    assert cluster.gone(f"{QUOTAS}/quota")


@honours("ResourceQuota should manage the lifecycle of a ResourceQuota")
def test_lifecycle(cluster: Cluster) -> None:
    made = quota(cpu="1", memory="500Mi")
    made["metadata"]["labels"] = {"team": "red"}
    cluster.create(QUOTAS, made)
    everywhere = "/api/v1/resourcequotas?labelSelector=team%3Dred"
    assert cluster.names(everywhere) == ["quota"]
    cluster.patch(
        f"{QUOTAS}/quota", {"metadata": {"labels": {"changed": "yes"}}, "spec": {"hard": {"memory": "750Mi"}}}
    )
    found = cluster.get(f"{QUOTAS}/quota")
    assert found["metadata"]["labels"]["changed"] == "yes"
    assert found["spec"]["hard"] == {"cpu": "1", "memory": "750Mi"}
    cluster.delete(f"{QUOTAS}?labelSelector=team%3Dred")
    assert cluster.names(everywhere) == []


@honours("ResourceQuota should apply changes to a resourcequota status")
def test_status(cluster: Cluster) -> None:
    url = f"{QUOTAS}/quota"
    cluster.create(QUOTAS, quota(cpu="500m", memory="500Mi"))
    counted(cluster)
    cluster.change(f"{url}/status", lambda found: found["status"].update(hard={"cpu": "750m", "memory": "1Gi"}))
    cluster.until(lambda: cluster.get(url)["status"]["hard"] == {"cpu": "500m", "memory": "500Mi"}, 400)
    cluster.patch(url, {"spec": {"hard": {"cpu": "1", "memory": "2Gi"}}})
    assert cluster.get(url)["spec"]["hard"] == {"cpu": "1", "memory": "2Gi"}
    counted(cluster)
    answer = cluster.patch(f"{url}/status", {"status": {"hard": {"cpu": "3", "memory": "3Gi"}}})
    assert answer["status"]["hard"] == {"cpu": "3", "memory": "3Gi"}
    assert answer["spec"]["hard"] == {"cpu": "1", "memory": "2Gi"}
    counted(cluster)
    assert cluster.get(f"{url}/status")["status"]["hard"] == cluster.get(f"{url}/status")["spec"]["hard"]


def scoped(cluster: Cluster, ours: str, other: str, hard: dict[str, str], made: Object) -> None:
    """A Pod counts against the quota with our scope and not against the other; then it goes."""
    cluster.create(PODS, made)
    shows(cluster, {**hard, "pods": "1"}, ours)
    cluster.advance(20)
    assert set(cluster.get(f"{QUOTAS}/{other}")["status"]["used"].values()) == {"0"}
    cluster.delete(f"{PODS}/{made['metadata']['name']}", gracePeriodSeconds=0)
    shows(cluster, {"pods": "0"}, ours)


@honours("ResourceQuota should verify ResourceQuota with best effort scope.")
def test_best_effort(cluster: Cluster) -> None:
    for name, scope in (("effort", "BestEffort"), ("asked", "NotBestEffort")):
        cluster.create(QUOTAS, quota(name, scopes=(scope,), pods="5"))
        counted(cluster, name)
    scoped(cluster, "effort", "asked", {}, pod("one", "sleep", "600"))
    scoped(cluster, "asked", "effort", {}, hungry("two", "500m"))


@honours("ResourceQuota should verify ResourceQuota with terminating scopes.")
def test_terminating(cluster: Cluster) -> None:
    hard = {"pods": "5", "requests.cpu": "1", "requests.memory": "500Mi", "limits.cpu": "2", "limits.memory": "1Gi"}
    for name, scope in (("ending", "Terminating"), ("lasting", "NotTerminating")):
        cluster.create(QUOTAS, quota(name, scopes=(scope,), **hard))
        counted(cluster, name)
    sums = {"requests.cpu": "500m", "requests.memory": "252Mi", "limits.cpu": "500m", "limits.memory": "252Mi"}
    scoped(cluster, "lasting", "ending", sums, hungry("one", "500m"))
    ending = hungry("two", "500m")
    ending["spec"]["activeDeadlineSeconds"] = 3600
    scoped(cluster, "ending", "lasting", sums, ending)

"""Deployments, ReplicaSets, ReplicationControllers, StatefulSets, DaemonSets, Jobs and disruption budgets."""

from dataclasses import dataclass
from typing import Any

from simulator.machinery.objects import Object
from tests.conformance.cluster import (
    APPS,
    BATCH,
    DEFAULT,
    NGINX,
    PODS,
    Cluster,
    named,
    owners,
    pod,
    replication_controller,
    workload,
)
from tests.conformance.ledger import honours, honours_each

CONTROLLERS = f"{DEFAULT}/replicationcontrollers"
JOBS = f"{BATCH}/jobs"


@dataclass(frozen=True)
class Scaled:
    """A kind of workload: where it is, and one of it."""

    url: str
    obj: Object

    @property
    def one(self) -> str:
        return f"{self.url}/web"


DEPLOYMENT = Scaled(f"{APPS}/deployments", workload("Deployment", "web"))
REPLICA_SET = Scaled(f"{APPS}/replicasets", workload("ReplicaSet", "web"))
STATEFUL_SET = Scaled(f"{APPS}/statefulsets", workload("StatefulSet", "web", serviceName="web"))
DAEMON_SET = Scaled(f"{APPS}/daemonsets", workload("DaemonSet", "web", None))
CONTROLLER = Scaled(CONTROLLERS, replication_controller("web"))


def pods(cluster: Cluster, selector: str = "app%3Dweb") -> list[str]:
    return cluster.names(f"{PODS}?labelSelector={selector}")


def ready(cluster: Cluster, url: str, replicas: int) -> None:
    cluster.until(lambda: cluster.get(url).get("status", {}).get("readyReplicas", 0) == replicas, 120)


@honours_each(
    {
        "Deployment Deployment should have a working scale subresource": DEPLOYMENT,
        "ReplicaSet Replicaset should have a working scale subresource": REPLICA_SET,
        "StatefulSet Basic StatefulSet functionality should have a working scale subresource": STATEFUL_SET,
        "ReplicationController should get and update a ReplicationController scale": CONTROLLER,
    }
)
def test_scale(cluster: Cluster, case: Scaled) -> None:
    cluster.create(case.url, case.obj)
    ready(cluster, case.one, 1)
    assert cluster.get(f"{case.one}/scale")["spec"]["replicas"] == 1
    cluster.change(f"{case.one}/scale", lambda scale: scale["spec"].update(replicas=2))
    assert cluster.get(f"{case.one}/scale")["spec"]["replicas"] == 2
    assert cluster.get(case.one)["spec"]["replicas"] == 2
    ready(cluster, case.one, 2)
    cluster.patch(f"{case.one}/scale", {"spec": {"replicas": 4}})
    assert cluster.get(case.one)["spec"]["replicas"] == 4
    ready(cluster, case.one, 4)


@honours_each(
    {
        "Deployment should validate Deployment Status endpoints": DEPLOYMENT,
        "ReplicaSet should validate Replicaset Status endpoints": REPLICA_SET,
        "StatefulSet Basic StatefulSet functionality should validate Statefulset Status endpoints": STATEFUL_SET,
        "Daemon set should verify changes to a daemon set status": DAEMON_SET,
    }
)
def test_status(cluster: Cluster, case: Scaled) -> None:
    cluster.create(case.url, case.obj)
    cluster.until(lambda: len(pods(cluster)) >= 1)
    cluster.advance(20)
    assert cluster.get(f"{case.one}/status")["status"]["observedGeneration"] == 1
    update = {"type": "StatusUpdate", "status": "True", "reason": "Tried", "message": "by hand"}
    cluster.change(f"{case.one}/status", lambda found: found["status"].setdefault("conditions", []).append(update))
    assert "StatusUpdate" in [one["type"] for one in cluster.get(case.one)["status"]["conditions"]]
    cluster.patch(f"{case.one}/status", {"status": {"conditions": [{**update, "type": "StatusPatch"}]}})
    assert "StatusPatch" in [one["type"] for one in cluster.get(f"{case.one}/status")["status"]["conditions"]]


@honours_each(
    {
        "ReplicaSet should list and delete a collection of ReplicaSets": REPLICA_SET,
        "Daemon set should list and delete a collection of DaemonSets": DAEMON_SET,
        "StatefulSet Basic StatefulSet functionality should list, patch and delete a collection of StatefulSets": STATEFUL_SET,
    }
)
def test_collection(cluster: Cluster, case: Scaled) -> None:
    cluster.create(case.url, case.obj)
    assert cluster.names(f"{case.url}?labelSelector=app%3Dweb") == ["web"]
    cluster.patch(case.one, {"metadata": {"labels": {"patched": "yes"}}})
    assert cluster.names(f"{case.url}?labelSelector=patched%3Dyes") == ["web"]
    cluster.delete(f"{case.url}?labelSelector=app%3Dweb")
    cluster.until(lambda: not cluster.names(f"{case.url}?labelSelector=app%3Dweb"))


@honours_each(
    {
        "ReplicaSet should adopt matching pods on creation and release no longer matching pods": REPLICA_SET,
        "ReplicationController should adopt matching pods on creation": CONTROLLER,
        "ReplicationController should release no longer matching pods": CONTROLLER,
    }
)
def test_adopt_and_release(cluster: Cluster, case: Scaled) -> None:
    cluster.run(pod("orphan", image=NGINX, labels={"app": "web"}))
    cluster.create(case.url, case.obj)
    cluster.until(lambda: owners(cluster.get(f"{PODS}/orphan")) == ["web"])
    assert pods(cluster) == ["orphan"]
    cluster.patch(f"{PODS}/orphan", {"metadata": {"labels": {"app": "released"}}})
    cluster.until(lambda: owners(cluster.get(f"{PODS}/orphan")) == [])
    cluster.until(lambda: len(pods(cluster)) == 1)


@honours_each(
    {
        "ReplicaSet should serve a basic image on each replica with a public image": REPLICA_SET,
        "ReplicationController should serve a basic image on each replica with a public image": CONTROLLER,
    }
)
def test_each_replica_answers(cluster: Cluster, case: Scaled) -> None:
    cluster.create(case.url, {**case.obj, "spec": {**case.obj["spec"], "replicas": 3}})
    ready(cluster, case.one, 3)
    cluster.run(pod("client", "sleep", "3600"))
    for one in cluster.items(f"{PODS}?labelSelector=app%3Dweb"):
        assert "nginx" in cluster.execute("client", "curl", "-s", one["status"]["podIP"])


@honours("ReplicationController should surface a failure condition on a common issue like exceeded quota")
def test_quota_condition(cluster: Cluster) -> None:
    quota = named("v1", "ResourceQuota", "quota", spec={"hard": {"pods": "2"}})
    cluster.create(f"{DEFAULT}/resourcequotas", quota)
    cluster.advance(5)
    cluster.create(CONTROLLERS, replication_controller("web", 3))
    cluster.until(lambda: "ReplicaFailure" in conditions(cluster, f"{CONTROLLERS}/web"))
    cluster.patch(f"{CONTROLLERS}/web", {"spec": {"replicas": 2}})
    cluster.until(lambda: "ReplicaFailure" not in conditions(cluster, f"{CONTROLLERS}/web"))


def conditions(cluster: Cluster, url: str) -> dict[str, Object]:
    found = cluster.get(url).get("status", {}).get("conditions") or ()
    return {one["type"]: one for one in found if one["status"] == "True"}


@honours("ReplicationController should test the lifecycle of a ReplicationController")
def test_lifecycle_of_a_controller(cluster: Cluster) -> None:
    url = f"{CONTROLLERS}/web"
    watch = cluster.watch(CONTROLLERS)
    cluster.create(CONTROLLERS, replication_controller("web"))
    ready(cluster, url, 1)
    cluster.patch(url, {"metadata": {"labels": {"patched": "yes"}}})
    assert cluster.names("/api/v1/replicationcontrollers?labelSelector=patched%3Dyes") == ["web"]
    cluster.patch(f"{url}/scale", {"spec": {"replicas": 2}})
    ready(cluster, url, 2)
    cluster.delete(f"{CONTROLLERS}?labelSelector=patched%3Dyes")
    cluster.until(lambda: cluster.gone(url))
    assert (names := watch.names())[0] == "ADDED web" and names[-1] == "DELETED web"


@honours("ReplicaSet Replace and Patch tests")
def test_replace_and_patch(cluster: Cluster) -> None:
    url = f"{APPS}/replicasets/web"
    cluster.create(f"{APPS}/replicasets", REPLICA_SET.obj)
    ready(cluster, url, 1)
    cluster.change(url, lambda found: found["spec"].update(replicas=2))
    ready(cluster, url, 2)
    cluster.patch(url, {"metadata": {"labels": {"patched": "yes"}}, "spec": {"replicas": 3}})
    ready(cluster, url, 3)
    assert cluster.get(url)["metadata"]["labels"]["patched"] == "yes"


def image(cluster: Cluster, url: str, name: str) -> None:
    cluster.patch(url, {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": name}]}}}}, "strategic")


def images(cluster: Cluster) -> set[str]:
    return {one["spec"]["containers"][0]["image"] for one in cluster.items(f"{PODS}?labelSelector=app%3Dweb")}


def rolled_out(cluster: Cluster, replicas: int) -> bool:
    found = cluster.get(f"{APPS}/deployments/web")
    status = found.get("status", {})
    counts = [status.get(key, 0) for key in ("replicas", "updatedReplicas", "availableReplicas")]
    return counts == [replicas] * 3 and status["observedGeneration"] == found["metadata"]["generation"]


@honours("Deployment RecreateDeployment should delete old pods and create new ones")
def test_recreate(cluster: Cluster) -> None:
    cluster.create(f"{APPS}/deployments", workload("Deployment", "web", strategy={"type": "Recreate"}))
    cluster.until(lambda: rolled_out(cluster, 1))
    image(cluster, f"{APPS}/deployments/web", "nginx:1.28")
    while not rolled_out(cluster, 1) or images(cluster) != {"nginx:1.28"}:
        assert len(images(cluster)) <= 1
        cluster.advance(0.2)


@honours("Deployment RollingUpdateDeployment should delete old pods and create new ones")
def test_rolling_update(cluster: Cluster) -> None:
    cluster.create(f"{APPS}/deployments", workload("Deployment", "web", 3))
    cluster.until(lambda: rolled_out(cluster, 3))
    image(cluster, f"{APPS}/deployments/web", "nginx:1.28")
    cluster.until(lambda: rolled_out(cluster, 3), 120)
    cluster.until(lambda: images(cluster) == {"nginx:1.28"})
    assert len(cluster.names(f"{APPS}/replicasets")) == 2


@honours("Deployment deployment should delete old replica sets")
def test_history(cluster: Cluster) -> None:
    cluster.create(f"{APPS}/deployments", workload("Deployment", "web", revisionHistoryLimit=0))
    cluster.until(lambda: rolled_out(cluster, 1))
    image(cluster, f"{APPS}/deployments/web", "nginx:1.28")
    cluster.until(lambda: len(cluster.names(f"{APPS}/replicasets")) == 2)
    cluster.until(lambda: len(cluster.names(f"{APPS}/replicasets")) == 1, 120)


@honours("Deployment should run the lifecycle of a Deployment")
def test_lifecycle_of_a_deployment(cluster: Cluster) -> None:
    url = f"{APPS}/deployments/web"
    cluster.create(f"{APPS}/deployments", workload("Deployment", "web", 1))
    cluster.until(lambda: rolled_out(cluster, 1))
    cluster.patch(url, {"metadata": {"labels": {"patched": "yes"}}, "spec": {"replicas": 2}})
    cluster.until(lambda: rolled_out(cluster, 2))
    assert cluster.names("/apis/apps/v1/deployments?labelSelector=patched%3Dyes") == ["web"]
    cluster.patch(f"{url}/scale", {"spec": {"replicas": 1}})
    cluster.until(lambda: rolled_out(cluster, 1))
    assert cluster.get(f"{url}/status")["status"]["readyReplicas"] == 1
    cluster.patch(f"{url}/status", {"metadata": {"annotations": {"seen": "yes"}}})
    cluster.delete(f"{APPS}/deployments?labelSelector=patched%3Dyes")
    cluster.until(lambda: cluster.gone(url))


@honours("Daemon set should run and stop simple daemon", "Daemon set should retry creating failed daemon pods")
def test_daemon(cluster: Cluster) -> None:
    cluster.create(f"{APPS}/daemonsets", DAEMON_SET.obj)
    cluster.until(lambda: cluster.get(DAEMON_SET.one).get("status", {}).get("numberReady") == 3)
    first, second, _ = pods(cluster)
    cluster.delete(f"{PODS}/{first}")
    cluster.until(lambda: first not in pods(cluster) and len(pods(cluster)) == 3)
    cluster.patch(f"{PODS}/{second}/status", {"status": {"phase": "Failed"}})
    cluster.until(lambda: second not in pods(cluster) and len(pods(cluster)) == 3)
    nodes = {one["spec"]["nodeName"] for one in cluster.items(f"{PODS}?labelSelector=app%3Dweb")}
    assert nodes == {"node-1", "node-2", "node-3"}


@honours("Daemon set should run and stop complex daemon")
def test_daemon_with_a_selector(cluster: Cluster) -> None:
    made = workload("DaemonSet", "web", None)
    made["spec"]["template"]["spec"]["nodeSelector"] = {"colour": "blue"}
    cluster.create(f"{APPS}/daemonsets", made)
    cluster.always(lambda: pods(cluster) == [], 10)
    cluster.patch("/api/v1/nodes/node-2", {"metadata": {"labels": {"colour": "blue"}}})
    cluster.until(lambda: len(pods(cluster)) == 1)
    assert cluster.get(f"{PODS}/{pods(cluster)[0]}")["spec"]["affinity"]
    cluster.patch("/api/v1/nodes/node-2", {"metadata": {"labels": {"colour": "green"}}})
    cluster.until(lambda: pods(cluster) == [])


@honours("Daemon set should update pod when spec was updated and update strategy is RollingUpdate")
def test_daemon_update(cluster: Cluster) -> None:
    cluster.create(f"{APPS}/daemonsets", DAEMON_SET.obj)
    cluster.until(lambda: cluster.get(DAEMON_SET.one).get("status", {}).get("numberReady") == 3)
    image(cluster, DAEMON_SET.one, "nginx:1.28")
    cluster.until(lambda: images(cluster) == {"nginx:1.28"}, 120)
    cluster.until(lambda: cluster.get(DAEMON_SET.one)["status"].get("updatedNumberScheduled") == 3)


def job(name: str, script: str, *, policy: str = "Never", **spec: Any) -> Object:
    container = {"name": "c", "image": "busybox:1.37", "command": ["sh", "-c", script]}
    template = {"metadata": {"labels": {"job": name}}, "spec": {"containers": [container], "restartPolicy": policy}}
    return named("batch/v1", "Job", name, spec={"template": template, **spec})


def condition(cluster: Cluster, kind: str, name: str = "one", seconds: float = 200) -> str:
    """Wait for the condition of a Job, and give its reason."""
    cluster.until(lambda: kind in conditions(cluster, f"{JOBS}/{name}"), seconds)
    return str(conditions(cluster, f"{JOBS}/{name}")[kind].get("reason", ""))


@honours("Job should delete a job")
def test_job_is_deleted(cluster: Cluster) -> None:
    cluster.create(JOBS, job("one", "sleep 3600", parallelism=2, completions=4))
    cluster.until(lambda: len(pods(cluster, "job%3Done")) == 2)
    cluster.delete(f"{JOBS}/one", propagationPolicy="Background")
    cluster.until(lambda: cluster.gone(f"{JOBS}/one") and not pods(cluster, "job%3Done"))


@honours("Job should create pods for an Indexed job with completion indexes and specified hostname")
def test_indexed_job(cluster: Cluster) -> None:
    cluster.create(
        JOBS,
        job("one", "echo $JOB_COMPLETION_INDEX $(hostname)", parallelism=2, completions=4, completionMode="Indexed"),
    )
    condition(cluster, "Complete")
    found = cluster.items(f"{PODS}?labelSelector=job%3Done")
    indexes = sorted(one["metadata"]["annotations"]["batch.kubernetes.io/job-completion-index"] for one in found)
    assert indexes == ["0", "1", "2", "3"]
    for one in found:
        index = one["metadata"]["annotations"]["batch.kubernetes.io/job-completion-index"]
        assert cluster.logs(one["metadata"]["name"]) == f"{index} one-{index}\n"


INDEXED: Object = {"completionMode": "Indexed", "completions": 4, "parallelism": 4}
ODD_FAILS = "test $((JOB_COMPLETION_INDEX % 2)) -eq 0"


@honours("Job should terminate job execution when the number of failed indexes exceeds maxFailedIndexes")
def test_max_failed_indexes(cluster: Cluster) -> None:
    cluster.create(
        JOBS,
        job(
            "one",
            "test $JOB_COMPLETION_INDEX -gt 1 && sleep 3600; exit 1",
            backoffLimitPerIndex=0,
            maxFailedIndexes=1,
            **INDEXED,
        ),
    )
    assert condition(cluster, "Failed") == "MaxFailedIndexesExceeded"
    cluster.until(lambda: cluster.get(f"{JOBS}/one")["status"].get("active", 0) == 0)


@honours("Job should mark indexes as failed when the FailIndex action is matched in podFailurePolicy")
def test_fail_index(cluster: Cluster) -> None:
    rule = {"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [1]}}
    cluster.create(JOBS, job("one", ODD_FAILS, backoffLimitPerIndex=1, podFailurePolicy={"rules": [rule]}, **INDEXED))
    condition(cluster, "Failed")
    status = cluster.get(f"{JOBS}/one")["status"]
    assert (status["completedIndexes"], status["failedIndexes"], status["failed"]) == ("0,2", "1,3", 2)


@honours("Job should allow to use the pod failure policy on exit code to fail the job early")
def test_fail_job(cluster: Cluster) -> None:
    rule = {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}}
    cluster.create(JOBS, job("one", "exit 42", backoffLimit=6, podFailurePolicy={"rules": [rule]}))
    assert condition(cluster, "Failed") == "PodFailurePolicy"
    assert len(pods(cluster, "job%3Done")) == 1


def test_a_job_fails_for_what_was_decided_first(cluster: Cluster) -> None:
    rule = {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}}
    policy = {"rules": [rule]}
    cluster.create(JOBS, job("one", "sleep 5; exit 42", completions=4, parallelism=2, podFailurePolicy=policy))
    condition(cluster, "Failed")
    conditions = cluster.get(f"{JOBS}/one")["status"]["conditions"]
    told = {one["type"]: one["message"] for one in conditions}
    assert told["Failed"] == told["FailureTarget"]


SUCCESS = {
    "Job with successPolicy should succeeded when all indexes succeeded": ({"succeededIndexes": "0-3"}, "true"),
    "Job with successPolicy succeededCount rule should succeeded even when some indexes remain pending": (
        {"succeededCount": 1}, "test $JOB_COMPLETION_INDEX -eq 0 || sleep 3600",
    ),
    "Job with successPolicy succeededIndexes rule should succeeded even when some indexes remain pending": (
        {"succeededIndexes": "0"}, "test $JOB_COMPLETION_INDEX -eq 0 || sleep 3600",
    ),
}  # fmt: skip


@honours_each(SUCCESS)
def test_success_policy(cluster: Cluster, case: tuple[Object, str]) -> None:
    rule, script = case
    cluster.create(JOBS, job("one", script, successPolicy={"rules": [rule]}, **INDEXED))
    reason = condition(cluster, "SuccessCriteriaMet")
    assert reason == "SuccessPolicy"
    assert condition(cluster, "Complete") == "SuccessPolicy"


@honours("Job should adopt matching orphans and release non-matching pods")
def test_job_adopts_and_releases(cluster: Cluster) -> None:
    cluster.create(JOBS, job("one", "sleep 3600", parallelism=2, completions=2))
    cluster.until(lambda: len(pods(cluster, "job%3Done")) == 2)
    first = pods(cluster, "job%3Done")[0]
    cluster.patch(f"{PODS}/{first}", {"metadata": {"ownerReferences": None}})
    cluster.until(lambda: owners(cluster.get(f"{PODS}/{first}")) == ["one"])
    cluster.patch(f"{PODS}/{first}", {"metadata": {"labels": None}})
    cluster.until(lambda: owners(cluster.get(f"{PODS}/{first}")) == [])


BUDGETS = "/apis/policy/v1/namespaces/default/poddisruptionbudgets"


def budget(name: str = "web", **spec: Any) -> Object:
    whole = {"selector": {"matchLabels": {"app": "web"}}, **(spec or {"minAvailable": 1})}
    return named("policy/v1", "PodDisruptionBudget", name, {"mine": "yes"}, spec=whole)


@honours(
    "DisruptionController should create a PodDisruptionBudget",
    "DisruptionController Listing PodDisruptionBudgets for all namespaces should list and delete a collection of PodDisruptionBudgets",
)
def test_budget(cluster: Cluster) -> None:
    cluster.create(BUDGETS, budget())
    cluster.change(f"{BUDGETS}/web", lambda found: found["spec"].update(minAvailable=2))
    assert cluster.get(f"{BUDGETS}/web")["spec"]["minAvailable"] == 2
    cluster.patch(f"{BUDGETS}/web", {"spec": {"minAvailable": "50%"}})
    assert cluster.get(f"{BUDGETS}/web")["spec"]["minAvailable"] == "50%"
    cluster.create(BUDGETS, budget("other"))
    assert cluster.names("/apis/policy/v1/poddisruptionbudgets?labelSelector=mine%3Dyes") == ["other", "web"]
    cluster.delete(f"{BUDGETS}/other")
    assert cluster.gone(f"{BUDGETS}/other")
    cluster.delete(f"{BUDGETS}?labelSelector=mine%3Dyes")
    assert cluster.names(BUDGETS) == []


@honours(
    "DisruptionController should block an eviction until the PDB is updated to allow it",
    "DisruptionController should observe PodDisruptionBudget status updated",
)
def test_eviction(cluster: Cluster) -> None:
    cluster.create(f"{APPS}/replicasets", workload("ReplicaSet", "web", 3))
    ready(cluster, REPLICA_SET.one, 3)
    cluster.create(BUDGETS, budget(minAvailable=3))
    cluster.until(lambda: cluster.get(f"{BUDGETS}/web").get("status", {}).get("currentHealthy") == 3)
    name = pods(cluster)[0]
    eviction = named("policy/v1", "Eviction", name)
    assert cluster.refused("POST", f"{PODS}/{name}/eviction", eviction)["code"] == 429
    cluster.patch(f"{BUDGETS}/web", {"spec": {"minAvailable": 2}})
    cluster.until(lambda: cluster.get(f"{BUDGETS}/web")["status"]["disruptionsAllowed"] == 1)
    cluster.send("POST", f"{PODS}/{name}/eviction", eviction)
    cluster.until(lambda: cluster.gone(f"{PODS}/{name}"))

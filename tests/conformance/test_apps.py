"""What becomes of workloads in the less ordinary moments: scaled half-way, unhealthy, interrupted, rolled over."""

from typing import Any

from simulator.machinery.objects import Object
from tests.conformance.cluster import AGNHOST, APPS, BATCH, NGINX, PODS, Cluster, named, workload
from tests.conformance.ledger import honours

DEPLOYMENTS, SETS, STATEFUL, DAEMONS = (
    f"{APPS}/{name}" for name in ("deployments", "replicasets", "statefulsets", "daemonsets")
)
REVISIONS = f"{APPS}/controllerrevisions"
JOBS = f"{BATCH}/jobs"
BUDGETS = "/apis/policy/v1/namespaces/default/poddisruptionbudgets"
ODD = "test $((JOB_COMPLETION_INDEX % 2)) = 0"


def image(cluster: Cluster, url: str, name: str) -> None:
    cluster.patch(url, {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": name}]}}}}, "strategic")


def sizes(cluster: Cluster) -> dict[str, int]:
    """Replicas wanted by image."""
    return {
        one["spec"]["template"]["spec"]["containers"][0]["image"]: one["spec"]["replicas"]
        for one in cluster.items(SETS)
    }


def rolled(cluster: Cluster, url: str, replicas: int) -> bool:
    status = cluster.get(url).get("status", {})
    return bool(status.get("updatedReplicas") == status.get("availableReplicas") == status.get("replicas") == replicas)


def job(name: str, script: str, *, policy: str = "Never", labels: Object | None = None, **spec: Any) -> Object:
    container = {"name": "c", "image": "busybox:1.37", "command": ["sh", "-c", script]}
    volumes = [{"name": "host", "hostPath": {"path": "/srv", "type": "DirectoryOrCreate"}}]
    container["volumeMounts"] = [{"name": "host", "mountPath": "/host"}]
    template = {"metadata": {"labels": {"job": name}}, "spec": {"containers": [container], "restartPolicy": policy,
                "volumes": volumes, "nodeName": "node-1", "terminationGracePeriodSeconds": 1}}  # fmt: skip
    return named("batch/v1", "Job", name, labels, spec={"template": template, **spec})


@honours("Deployment deployment should support proportional scaling")
def test_proportional_scaling(cluster: Cluster) -> None:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}
    cluster.create(DEPLOYMENTS, workload("Deployment", "web", 10, strategy=rolling))
    cluster.until(lambda: rolled(cluster, f"{DEPLOYMENTS}/web", 10), 120)
    image(cluster, f"{DEPLOYMENTS}/web", "nginx:nope")
    cluster.until(lambda: sizes(cluster) == {NGINX: 8, "nginx:nope": 5})
    cluster.patch(f"{DEPLOYMENTS}/web", {"spec": {"replicas": 30}})
    cluster.until(lambda: sizes(cluster) == {NGINX: 20, "nginx:nope": 13})


@honours("Deployment deployment should support rollover")
def test_rollover(cluster: Cluster) -> None:
    cluster.create(DEPLOYMENTS, workload("Deployment", "web", 3))
    cluster.until(lambda: rolled(cluster, f"{DEPLOYMENTS}/web", 3), 60)
    for name in ("nginx:nope", "nginx:nope2", "nginx:1.28"):
        image(cluster, f"{DEPLOYMENTS}/web", name)
        cluster.advance(2)
    cluster.until(lambda: rolled(cluster, f"{DEPLOYMENTS}/web", 3), 120)
    assert sizes(cluster) == {NGINX: 0, "nginx:nope": 0, "nginx:nope2": 0, "nginx:1.28": 3}


@honours(
    "StatefulSet Basic StatefulSet functionality Scaling should happen in predictable order and halt if any stateful pod is unhealthy"
)
def test_ordered_scaling_halts(cluster: Cluster) -> None:
    probe = {"exec": {"command": ["test", "-f", "/tmp/ready"]}, "periodSeconds": 1}
    cluster.create(STATEFUL, gated("web", probe, replicas=3))
    for ordinal in range(3):
        cluster.until(lambda ordinal=ordinal: is_running(cluster, f"web-{ordinal}"))
        cluster.always(lambda ordinal=ordinal: len(cluster.names(PODS)) == ordinal + 1, 10)
        cluster.execute(f"web-{ordinal}", "touch", "/tmp/ready")
    cluster.until(lambda: cluster.get(f"{STATEFUL}/web")["status"]["readyReplicas"] == 3)
    for ordinal in range(3):
        cluster.execute(f"web-{ordinal}", "rm", "/tmp/ready")
    cluster.until(lambda: not any(cluster.is_ready(f"{PODS}/web-{ordinal}") for ordinal in range(3)))
    cluster.patch(f"{STATEFUL}/web", {"spec": {"replicas": 0}})
    cluster.always(lambda: len(cluster.names(PODS)) == 3, 20)
    watch = cluster.watch(PODS)
    for ordinal in range(3):
        cluster.execute(f"web-{ordinal}", "touch", "/tmp/ready")
    cluster.until(lambda: cluster.names(PODS) == [], 200)
    gone = [obj["metadata"]["name"] for kind, obj in watch.events() if kind == "DELETED"]
    assert gone == ["web-2", "web-1", "web-0"]


@honours("StatefulSet Basic StatefulSet functionality Burst scaling should run to completion even with unhealthy pods")
def test_burst_scaling(cluster: Cluster) -> None:
    probe = {"exec": {"command": ["test", "-f", "/tmp/ready"]}, "periodSeconds": 1}
    cluster.create(STATEFUL, gated("web", probe, replicas=3, podManagementPolicy="Parallel"))
    cluster.until(lambda: all(is_running(cluster, f"web-{ordinal}") for ordinal in range(3)))
    assert cluster.get(f"{STATEFUL}/web")["status"].get("readyReplicas", 0) == 0
    cluster.patch(f"{STATEFUL}/web", {"spec": {"replicas": 5}})
    cluster.until(lambda: len(cluster.names(PODS)) == 5)
    cluster.patch(f"{STATEFUL}/web", {"spec": {"replicas": 0}})
    cluster.until(lambda: cluster.names(PODS) == [])


def gated(name: str, probe: Object, **spec: Any) -> Object:
    """A StatefulSet whose Pods are ready when a file says so."""
    found = workload("StatefulSet", name, spec.pop("replicas"), image="busybox:1.37", serviceName=name, **spec)
    container = found["spec"]["template"]["spec"]["containers"][0]
    container |= {"command": ["sleep", "3600"], "readinessProbe": probe}
    found["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = 1
    return found


def is_running(cluster: Cluster, name: str) -> bool:
    url = f"{PODS}/{name}"
    return not cluster.gone(url) and cluster.get(url).get("status", {}).get("phase") == "Running"


@honours("Daemon set should rollback without unnecessary restarts")
def test_daemons_roll_back(cluster: Cluster) -> None:
    cluster.create(DAEMONS, workload("DaemonSet", "agent", None))
    cluster.until(lambda: cluster.get(f"{DAEMONS}/agent").get("status", {}).get("numberReady") == 3)
    before = {one["metadata"]["name"] for one in cluster.items(PODS)}
    image(cluster, f"{DAEMONS}/agent", "nginx:nope")
    cluster.until(lambda: any(one["spec"]["containers"][0]["image"] == "nginx:nope" for one in cluster.items(PODS)))
    kept = {one["metadata"]["name"] for one in cluster.items(PODS)} & before
    assert len(kept) == 2
    cluster.shell("kubectl rollout undo daemonset/agent")
    cluster.until(lambda: cluster.get(f"{DAEMONS}/agent")["status"]["numberReady"] == 3, 100)
    assert kept <= set(cluster.names(PODS)), "who ran the old version all along was left alone"


@honours("ControllerRevision should manage the lifecycle of a ControllerRevision")
def test_controller_revisions(cluster: Cluster) -> None:
    cluster.create(DAEMONS, workload("DaemonSet", "agent", None))
    (name,) = cluster.until(lambda: cluster.names(f"{REVISIONS}?labelSelector=app%3Dagent"))
    first = cluster.patch(f"{REVISIONS}/{name}", {"metadata": {"labels": {name: "patched"}}})
    second = {key: value for key, value in first.items() if key != "metadata"}
    metadata = {key: first["metadata"][key] for key in ("labels", "ownerReferences")}
    cluster.create(
        REVISIONS, {**second, "metadata": {**metadata, "name": "another"}, "revision": first["revision"] + 1}
    )
    cluster.delete(f"{REVISIONS}/{name}")
    cluster.until(lambda: cluster.gone(f"{REVISIONS}/{name}"))
    cluster.change(f"{REVISIONS}/another", lambda one: one["metadata"]["labels"].update({"another": "updated"}))
    assert cluster.names(f"{REVISIONS}?labelSelector=another%3Dupdated") == ["another"]
    image(cluster, f"{DAEMONS}/agent", "nginx:1.28")
    cluster.until(lambda: len(cluster.names(f"{REVISIONS}?labelSelector=app%3Dagent")) >= 2)
    cluster.delete(f"{REVISIONS}?labelSelector=another%3Dupdated")
    cluster.until(lambda: cluster.gone(f"{REVISIONS}/another"))


@honours("DisruptionController should update/patch PodDisruptionBudget status")
def test_budget_status(cluster: Cluster) -> None:
    spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    cluster.create(BUDGETS, named("policy/v1", "PodDisruptionBudget", "web", spec=spec))
    cluster.until(lambda: "observedGeneration" in cluster.get(f"{BUDGETS}/web").get("status", {}))
    cluster.change(
        f"{BUDGETS}/web/status", lambda one: one["status"].update(disruptedPods={"x": "2026-11-02T09:01:00Z"})
    )
    assert list(cluster.get(f"{BUDGETS}/web")["status"]["disruptedPods"]) == ["x"]
    cluster.patch(
        f"{BUDGETS}/web/status",
        {"status": {"disruptedPods": {"x": "2026-11-02T09:01:00Z", "y": "2026-11-02T09:01:00Z"}}},
    )
    assert list(cluster.get(f"{BUDGETS}/web/status")["status"]["disruptedPods"]) == ["x", "y"]


@honours("Job should manage the lifecycle of a job")
def test_life_of_a_job(cluster: Cluster) -> None:
    cluster.create(JOBS, job("one", "sleep 3600", labels={"mine": "yes"}, suspend=True))
    cluster.patch(f"{JOBS}/one", {"metadata": {"labels": {"one": "patched"}}})
    cluster.change(f"{JOBS}/one", lambda one: one["metadata"].update(annotations={"updated": "true"}))
    found = cluster.items("/apis/batch/v1/jobs?labelSelector=one%3Dpatched")
    assert [one["metadata"]["annotations"]["updated"] for one in found] == ["true"]
    cluster.delete(f"{JOBS}?labelSelector=one%3Dpatched", propagationPolicy="Background")
    cluster.until(lambda: cluster.gone(f"{JOBS}/one"))


@honours("Job should apply changes to a job status")
def test_status_of_a_job(cluster: Cluster) -> None:
    cluster.create(JOBS, job("one", "sleep 3600", parallelism=2, completions=4))
    cluster.until(lambda: cluster.get(f"{JOBS}/one").get("status", {}).get("active") == 2)
    cluster.patch(f"{JOBS}/one/status", {"metadata": {"annotations": {"patched": "true"}}, "status": {"ready": 1}})
    assert cluster.get(f"{JOBS}/one")["metadata"]["annotations"]["patched"] == "true"
    condition = {"type": "Suspended", "status": "False", "reason": "Updated"}
    cluster.change(f"{JOBS}/one/status", lambda one: one["status"].update(conditions=[condition]))
    assert "Updated" in [one["reason"] for one in cluster.get(f"{JOBS}/one/status")["status"]["conditions"]]


@honours("Job should run a job to completion when tasks sometimes fail and are locally restarted")
def test_tasks_that_fail_once(cluster: Cluster) -> None:
    script = "test -f /host/$HOSTNAME && exit 0; touch /host/$HOSTNAME; exit 1"
    cluster.create(JOBS, job("one", script, policy="OnFailure", parallelism=2, completions=4))
    cluster.until(lambda: cluster.get(f"{JOBS}/one")["status"].get("succeeded") == 4, 120)
    assert sum(one["status"]["containerStatuses"][0]["restartCount"] for one in cluster.items(PODS)) >= 4


@honours("Job should execute all indexes despite some failing when using backoffLimitPerIndex")
def test_every_index_is_tried(cluster: Cluster) -> None:
    spec = {"completions": 4, "parallelism": 2, "completionMode": "Indexed", "backoffLimitPerIndex": 1}
    cluster.create(JOBS, job("one", ODD, **spec))
    cluster.until(
        lambda: any(c["type"] == "Failed" for c in cluster.get(f"{JOBS}/one")["status"].get("conditions", ())), 200
    )
    status = cluster.get(f"{JOBS}/one")["status"]
    assert (status["failedIndexes"], status["completedIndexes"]) == ("1,3", "0,2")
    assert (status["failed"], status["succeeded"]) == (4, 2), "each failed index was tried twice"
    assert status["conditions"][-1]["reason"] == "FailedIndexes"


@honours("Job should allow to use a pod failure policy to ignore failure matching on DisruptionTarget condition")
def test_evictions_are_ignored(cluster: Cluster) -> None:
    rules = [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]
    script = "test -f /host/$JOB_COMPLETION_INDEX && exit 0; touch /host/$JOB_COMPLETION_INDEX; sleep 3600 & wait"
    spec = {"completions": 2, "parallelism": 2, "completionMode": "Indexed", "backoffLimit": 0}
    cluster.create(JOBS, job("one", script, podFailurePolicy={"rules": rules}, **spec))
    cluster.until(lambda: len(running(cluster)) == 2)
    for name in running(cluster):
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}}
        cluster.create(f"{PODS}/{name}/eviction", eviction)
    cluster.until(lambda: cluster.get(f"{JOBS}/one")["status"].get("succeeded") == 2, 120)
    assert [one["type"] for one in cluster.get(f"{JOBS}/one")["status"]["conditions"]] == [
        "SuccessCriteriaMet",
        "Complete",
    ]


def running(cluster: Cluster) -> list[str]:
    return [one["metadata"]["name"] for one in cluster.items(PODS) if one.get("status", {}).get("phase") == "Running"]


def tier(name: str, labels: Object, *args: str, port: int, replicas: int = 1) -> list[Object]:
    """A Deployment of one part of the guestbook, and its Service."""
    container = {"name": "c", "image": AGNHOST, "args": ["guestbook", *args], "ports": [{"containerPort": port}]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    whole = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    service = {"selector": labels, "ports": [{"port": port}]}
    return [named("apps/v1", "Deployment", name, spec=whole), named("v1", "Service", name, spec=service)]


@honours("Kubectl client Guestbook application should create and stop a working application")
def test_guestbook(cluster: Cluster) -> None:
    tiers = [
        *tier("agnhost-primary", {"app": "agnhost", "role": "primary"}, "--http-port", "6379", port=6379),
        *tier("agnhost-replica", {"app": "agnhost", "role": "replica"}, "--replicaof", "agnhost-primary", "--http-port", "6379", port=6379, replicas=2),
        *tier("frontend", {"app": "guestbook"}, "--backend-port", "6379", "--http-port", "80", port=80, replicas=3),
    ]  # fmt: skip
    for one in tiers:
        cluster.create(DEPLOYMENTS if one["kind"] == "Deployment" else "/api/v1/namespaces/default/services", one)
    cluster.until(
        lambda: rolled(cluster, f"{DEPLOYMENTS}/frontend", 3) and rolled(cluster, f"{DEPLOYMENTS}/agnhost-replica", 2),
        120,
    )
    cluster.shell("kubectl run ask --image=kubelab/shell:1.0 --restart=Never -- sleep 3600; sleep 10")
    ask = "kubectl exec ask -- curl -s 'http://frontend/guestbook?cmd={}&key=messages&value={}'"
    assert cluster.shell(ask.format("get", "")) == '{"data":""}'
    assert cluster.shell(ask.format("set", "TestEntry")) == '{"message":"Updated"}'
    assert cluster.shell(ask.format("get", "")) == '{"data":"TestEntry"}'
    cluster.shell("kubectl delete deployment,service --all")
    cluster.until(lambda: [one for one in cluster.names(PODS) if one != "ask"] == [])

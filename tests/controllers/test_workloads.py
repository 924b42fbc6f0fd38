"""StatefulSets, DaemonSets, Jobs and CronJobs as people see them."""

import pytest

from simulator.controllers import cron
from simulator.controllers.job.indexes import parse, written
from simulator.controllers.pods import is_ready
from simulator.kernel.clock import moment, timestamp
from simulator.machinery.objects import Object
from tests.controllers.cluster import Cluster, template


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


def named(kind: str, name: str, spec: Object, group: str = "apps/v1") -> Object:
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": group, "kind": kind, "metadata": metadata, "spec": spec, "status": {}}


def stateful_set(name: str, replicas: int, **spec: Object) -> Object:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
    whole: Object = {
        "replicas": replicas,
        "serviceName": name,
        "selector": {"matchLabels": {"app": name}},
        "updateStrategy": rolling,
    }
    return named(
        "StatefulSet", name, {**whole, "podManagementPolicy": "OrderedReady", "template": template(name), **spec}
    )


def names(cluster: Cluster) -> list[str]:
    return [one["metadata"]["name"] for one in cluster.pods()]


def test_a_stateful_set_grows_and_shrinks_in_order(cluster: Cluster) -> None:
    cluster.client.create("statefulsets.apps", stateful_set("db", 3))
    cluster.advance(0.25)
    assert names(cluster) == ["db-0"]
    cluster.advance(3)
    assert names(cluster) == ["db-0", "db-1", "db-2"]
    assert cluster.get("pods", "db-1")["spec"]["hostname"] == "db-1"
    cluster.change("statefulsets.apps", "db", "spec", "replicas", 1)
    cluster.advance(5)
    assert names(cluster) == ["db-0"]
    assert [event.split(": ")[1] for event in cluster.events("StatefulSet/db")] == [
        "create Pod db-0 in StatefulSet db successful",
        "create Pod db-1 in StatefulSet db successful",
        "create Pod db-2 in StatefulSet db successful",
        "delete Pod db-2 in StatefulSet db successful",
        "delete Pod db-1 in StatefulSet db successful",
    ]


def test_a_partition_keeps_the_lower_numbers_as_they_are(cluster: Cluster) -> None:
    cluster.client.create("statefulsets.apps", stateful_set("db", 3))
    cluster.advance(5)
    cluster.change("statefulsets.apps", "db", "spec", "updateStrategy", "rollingUpdate", "partition", 2)
    cluster.change("statefulsets.apps", "db", "spec", "template", template("db", image="nginx:1.26"))
    cluster.advance(10)
    images = [one["spec"]["containers"][0]["image"] for one in cluster.pods()]
    assert images == ["nginx:1.25", "nginx:1.25", "nginx:1.26"]
    status = cluster.get("statefulsets.apps", "db")["status"]
    assert (status["currentReplicas"], status["updatedReplicas"]) == (2, 1)
    assert status["currentRevision"] != status["updateRevision"]
    cluster.delete("pods", "db-0")
    cluster.advance(5)
    assert cluster.get("pods", "db-0")["spec"]["containers"][0]["image"] == "nginx:1.25"


def test_each_pod_has_a_claim_that_outlives_it(cluster: Cluster) -> None:
    storage = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "fast"}}
    waits = {"provisioner": "disk.example.com", "volumeBindingMode": "WaitForFirstConsumer", "reclaimPolicy": "Delete"}
    cluster.client.create("storageclasses.storage.k8s.io", {**storage, **waits})
    spec = {"accessModes": ["ReadWriteOnce"], "storageClassName": "fast", "resources": {"requests": {"storage": "1Gi"}}}
    claim = {"metadata": {"name": "data"}, "spec": spec}
    cluster.client.create("statefulsets.apps", stateful_set("db", 2, volumeClaimTemplates=[claim]))
    cluster.advance(15)
    assert names(cluster) == ["db-0", "db-1"]
    before = cluster.get("persistentvolumeclaims", "data-db-1")
    assert before["status"]["phase"] == "Bound"
    cluster.change("statefulsets.apps", "db", "spec", "replicas", 1)
    cluster.advance(5)
    cluster.change("statefulsets.apps", "db", "spec", "replicas", 2)
    cluster.advance(5)
    assert cluster.get("persistentvolumeclaims", "data-db-1")["metadata"]["uid"] == before["metadata"]["uid"]


def daemon_set(name: str, **spec: Object) -> Object:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}
    whole = {"selector": {"matchLabels": {"app": name}}, "updateStrategy": rolling, "template": template(name), **spec}
    return named("DaemonSet", name, whole)


def test_a_daemon_runs_on_each_node_that_lets_it(cluster: Cluster) -> None:
    cluster.add_node("special", taints=[{"key": "only", "value": "gpu", "effect": "NoSchedule"}])
    cluster.add_node("cordoned", unschedulable=True)
    cluster.client.create("daemonsets.apps", daemon_set("agent"))
    cluster.advance(3)
    nodes = sorted(one["spec"]["nodeName"] for one in cluster.pods())
    assert nodes == ["cordoned", "node-1", "node-2", "node-3"]
    cluster.add_node("late")
    cluster.advance(3)
    assert "late" in [one["spec"]["nodeName"] for one in cluster.pods()]
    status = cluster.get("daemonsets.apps", "agent")["status"]
    assert (status["desiredNumberScheduled"], status["numberReady"], status["numberAvailable"]) == (5, 5, 5)


def test_a_daemon_is_replaced_node_by_node(cluster: Cluster) -> None:
    cluster.client.create("daemonsets.apps", daemon_set("agent"))
    cluster.advance(3)
    cluster.change("daemonsets.apps", "agent", "spec", "template", template("agent", image="nginx:1.26"))
    for _ in range(40):
        cluster.advance(0.1)
        assert cluster.get("daemonsets.apps", "agent")["status"].get("numberAvailable", 0) >= 2
    assert {one["spec"]["containers"][0]["image"] for one in cluster.pods()} == {"nginx:1.26"}


@pytest.mark.parametrize(("surge", "most"), [(1, 4), ("50%", 5), ("100%", 6)])
def test_a_daemon_is_replaced_once_its_successor_runs(cluster: Cluster, surge: int | str, most: int) -> None:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": surge}}
    cluster.client.create("daemonsets.apps", daemon_set("agent", updateStrategy=rolling, minReadySeconds=1))
    cluster.advance(5)
    cluster.change("daemonsets.apps", "agent", "spec", "template", template("agent", image="nginx:1.26"))
    seen = 0
    for _ in range(120):
        cluster.advance(0.1)
        staying = [one for one in cluster.pods() if "deletionTimestamp" not in one["metadata"]]
        assert {one["spec"]["nodeName"] for one in staying if is_ready(one)} == {"node-1", "node-2", "node-3"}
        seen = max(seen, len(staying))
    assert seen == most
    assert [one["spec"]["containers"][0]["image"] for one in cluster.pods()] == ["nginx:1.26"] * 3
    status = cluster.get("daemonsets.apps", "agent")["status"]
    assert (status["updatedNumberScheduled"], status["numberAvailable"]) == (3, 3)


def job(name: str, ends: int = 0, **spec: object) -> Object:
    pods = template(name, annotations={"ends": str(ends)}, restartPolicy="Never")
    whole = {"parallelism": 1, "completions": 1, "backoffLimit": 6, "template": pods, **spec}
    return named("Job", name, whole, "batch/v1")


def ended(cluster: Cluster, name: str) -> dict[str, str]:
    conditions = cluster.get("jobs.batch", name)["status"].get("conditions", [])
    return {one["type"]: one["reason"] for one in conditions if one["status"] == "True"}


def test_a_job_completes(cluster: Cluster) -> None:
    cluster.client.create("jobs.batch", job("sum", completions=3, parallelism=2))
    cluster.advance(10)
    status = cluster.get("jobs.batch", "sum")["status"]
    assert status["succeeded"] == 3
    assert "active" not in status
    assert ended(cluster, "sum") == {"SuccessCriteriaMet": "CompletionsReached", "Complete": "CompletionsReached"}
    assert cluster.events("Job/sum")[-1] == "Job/sum Completed: Job completed"
    assert not any(one["metadata"].get("finalizers") for one in cluster.pods())


def test_a_failing_job_rests_longer_and_longer_then_gives_up(cluster: Cluster) -> None:
    cluster.client.create("jobs.batch", job("sum", ends=1, backoffLimit=2))
    cluster.advance(8)
    assert len(cluster.pods()) == 1
    cluster.advance(6)
    assert len(cluster.pods()) == 2
    cluster.advance(60)
    assert ended(cluster, "sum")["Failed"] == "BackoffLimitExceeded"
    assert cluster.get("jobs.batch", "sum")["status"]["failed"] == 3
    assert cluster.events("Job/sum")[-1] == "Job/sum BackoffLimitExceeded: Job has reached the specified backoff limit"


def test_an_indexed_job_gives_each_pod_its_number(cluster: Cluster) -> None:
    cluster.client.create("jobs.batch", job("part", completions=3, parallelism=3, completionMode="Indexed"))
    cluster.advance(1)
    numbers = {
        one["metadata"]["labels"]["batch.kubernetes.io/job-completion-index"]: one["spec"]["hostname"]
        for one in cluster.pods()
    }
    assert numbers == {"0": "part-0", "1": "part-1", "2": "part-2"}
    cluster.advance(5)
    assert cluster.get("jobs.batch", "part")["status"]["completedIndexes"] == "0-2"


def test_a_suspended_job_has_no_pods(cluster: Cluster) -> None:
    cluster.client.create("jobs.batch", job("sum", suspend=True))
    cluster.advance(3)
    assert cluster.pods() == []
    assert ended(cluster, "sum") == {"Suspended": "JobSuspended"}
    cluster.change("jobs.batch", "sum", "spec", "suspend", False)
    cluster.advance(5)
    assert "Complete" in ended(cluster, "sum")


def test_a_job_past_its_deadline_fails(cluster: Cluster) -> None:
    slow = job("slow", activeDeadlineSeconds=5)
    del slow["spec"]["template"]["metadata"]["annotations"]
    cluster.client.create("jobs.batch", slow)
    cluster.advance(8)
    assert ended(cluster, "slow")["Failed"] == "DeadlineExceeded"
    assert cluster.pods() == []


def test_a_finished_job_is_deleted_after_its_time(cluster: Cluster) -> None:
    cluster.client.create("jobs.batch", job("brief", ttlSecondsAfterFinished=30))
    cluster.advance(20)
    assert cluster.client.get("jobs.batch", "default", "brief") is not None
    cluster.advance(30)
    assert cluster.client.get("jobs.batch", "default", "brief") is None
    assert cluster.pods() == []


def cron_job(schedule: str, **spec: object) -> Object:
    pods = template("tick", annotations={"ends": "0"}, restartPolicy="Never")
    inner = {"spec": {"parallelism": 1, "completions": 1, "backoffLimit": 6, "template": pods}}
    whole = {"schedule": schedule, "concurrencyPolicy": "Allow", "jobTemplate": inner, **spec}
    return named("CronJob", "tick", {"successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1, **whole}, "batch/v1")


def test_a_cron_job_starts_a_job_each_minute_and_keeps_three(cluster: Cluster) -> None:
    cluster.client.create("cronjobs.batch", cron_job("* * * * *"))
    cluster.advance(5 * 60 + 30)
    jobs = cluster.client.list("jobs.batch")
    assert len(jobs) == 3
    for one in jobs:
        uid = one["metadata"]["uid"]
        assert one["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
        assert one["spec"]["template"]["metadata"]["labels"]["controller-uid"] == uid
    status = cluster.get("cronjobs.batch", "tick")["status"]
    assert status["lastScheduleTime"].endswith(":00Z")
    assert "active" not in status
    told = cluster.events("CronJob/tick")
    assert told[0].startswith("CronJob/tick SuccessfulCreate: Created job tick-")
    assert told[1].startswith("CronJob/tick SawCompletedJob: Saw completed job: tick-")
    assert told[1].endswith(", condition: Complete")


def test_a_cron_job_of_a_day_that_never_comes_says_so(cluster: Cluster) -> None:
    cluster.client.create("cronjobs.batch", cron_job("59 23 31 2 *"))
    cluster.advance(5)
    assert cluster.events("CronJob/tick") == [
        "CronJob/tick InvalidSchedule: invalid schedule: 59 23 31 2 * : time difference between two schedules is less "
        "than 1 second"
    ]


@pytest.mark.parametrize(
    ("text", "after", "next_time"),
    [
        pytest.param("*/15 * * * *", "2026-11-02T09:01:00Z", "2026-11-02T09:15:00Z", id="every quarter"),
        pytest.param("0 9-17/4 * * mon-fri", "2026-11-06T17:30:00Z", "2026-11-09T09:00:00Z", id="working hours"),
        pytest.param("30 4 1,15 * 5", "2026-11-02T09:00:00Z", "2026-11-06T04:30:00Z", id="either kind of day"),
        pytest.param("0 0 29 2 *", "2026-11-02T09:00:00Z", "2028-02-29T00:00:00Z", id="leap day"),
        pytest.param("@hourly", "2026-11-02T09:00:00Z", "2026-11-02T10:00:00Z", id="named"),
    ],
)
def test_schedules(text: str, after: str, next_time: str) -> None:
    found = cron.parse(text).after(moment(after))
    assert found is not None
    assert timestamp(found) == next_time


def test_a_schedule_in_a_time_zone() -> None:
    found = cron.parse("0 9 * * *").after(moment("2026-11-02T09:00:00Z"), cron.zone("Asia/Seoul"))
    assert found is not None
    assert timestamp(found) == "2026-11-03T00:00:00Z"


@pytest.mark.parametrize("text", ["* * * *", "60 * * * *", "* * * * mon-", "a * * * *", "*/0 * * * *"])
def test_what_is_no_schedule(text: str) -> None:
    with pytest.raises(cron.ScheduleError):
        cron.parse(text)


@pytest.mark.parametrize("text", ["", "0", "0-2,4", "1,3-5,7,8"])
def test_numbers_are_written_in_runs(text: str) -> None:
    assert written(parse(text)) == text

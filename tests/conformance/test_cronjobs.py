"""CronJobs: when they make Jobs, and when not."""

from typing import Any

from simulator.machinery.objects import Object
from tests.conformance.cluster import BATCH, Cluster, named
from tests.conformance.ledger import honours

URL = f"{BATCH}/cronjobs"


def every_minute(script: str, **spec: Any) -> Object:
    container = {"name": "c", "image": "busybox:1.37", "command": ["sh", "-c", script]}
    template = {"spec": {"containers": [container], "restartPolicy": "OnFailure"}}
    whole = {"schedule": "*/1 * * * *", "jobTemplate": {"spec": {"template": template}}, **spec}
    return named("batch/v1", "CronJob", "tick", spec=whole)


def active(cluster: Cluster) -> list[str]:
    return [one["name"] for one in cluster.get(f"{URL}/tick").get("status", {}).get("active") or ()]


@honours("CronJob should schedule multiple jobs concurrently")
def test_allow(cluster: Cluster) -> None:
    cluster.create(URL, every_minute("sleep 300", concurrencyPolicy="Allow"))
    cluster.until(lambda: len(active(cluster)) >= 2, 200)
    assert len(cluster.names(f"{BATCH}/jobs")) >= 2


@honours("CronJob should not schedule jobs when suspended")
def test_suspended(cluster: Cluster) -> None:
    cluster.create(URL, every_minute("sleep 300", suspend=True))
    cluster.always(lambda: active(cluster) == [] and cluster.names(f"{BATCH}/jobs") == [], 300, 20)


@honours("CronJob should not schedule new jobs when ForbidConcurrent")
def test_forbid(cluster: Cluster) -> None:
    cluster.create(URL, every_minute("sleep 600", concurrencyPolicy="Forbid"))
    first = cluster.until(lambda: active(cluster), 100)
    cluster.always(lambda: active(cluster) == first and cluster.names(f"{BATCH}/jobs") == first, 300, 20)


@honours("CronJob should replace jobs when ReplaceConcurrent")
def test_replace(cluster: Cluster) -> None:
    cluster.create(URL, every_minute("sleep 600", concurrencyPolicy="Replace"))
    first = cluster.until(lambda: active(cluster), 100)
    cluster.until(lambda: active(cluster) not in ([], first), 100)
    assert len(active(cluster)) == 1

"""StatefulSets: order, partitions, and what becomes of a failed Pod."""

from tests.conformance.cluster import APPS, PODS, Cluster, workload
from tests.conformance.ledger import honours

URL = f"{APPS}/statefulsets"


def ready(cluster: Cluster, replicas: int) -> None:
    cluster.until(lambda: cluster.get(f"{URL}/web").get("status", {}).get("readyReplicas", 0) == replicas, 200)


def image(cluster: Cluster, ordinal: int) -> str:
    url = f"{PODS}/web-{ordinal}"
    return "" if cluster.gone(url) else str(cluster.get(url)["spec"]["containers"][0]["image"])


def set_image(cluster: Cluster, name: str) -> None:
    cluster.patch(
        f"{URL}/web", {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": name}]}}}}, "strategic"
    )


@honours("StatefulSet Basic StatefulSet functionality Should recreate evicted statefulset")
def test_failed(cluster: Cluster) -> None:
    cluster.create(URL, workload("StatefulSet", "web", serviceName="web"))
    ready(cluster, 1)
    uid = cluster.get(f"{PODS}/web-0")["metadata"]["uid"]
    cluster.patch(f"{PODS}/web-0/status", {"status": {"phase": "Failed"}})
    cluster.until(lambda: not cluster.gone(f"{PODS}/web-0") and cluster.get(f"{PODS}/web-0")["metadata"]["uid"] != uid)
    ready(cluster, 1)


@honours(
    "StatefulSet Basic StatefulSet functionality should perform canary updates and phased rolling updates of template modifications"
)
def test_partition(cluster: Cluster) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 3}}
    cluster.create(URL, workload("StatefulSet", "web", 3, serviceName="web", updateStrategy=strategy))
    ready(cluster, 3)
    set_image(cluster, "nginx:1.28")
    cluster.always(lambda: [image(cluster, one) for one in range(3)] == ["nginx:1.29"] * 3, 30)
    for partition in (2, 1):
        cluster.patch(f"{URL}/web", {"spec": {"updateStrategy": {"rollingUpdate": {"partition": partition}}}})
        cluster.until(lambda partition=partition: image(cluster, partition) == "nginx:1.28")
        ready(cluster, 3)
        assert [image(cluster, one) for one in range(partition)] == ["nginx:1.29"] * partition
    for ordinal, kept in ((0, "nginx:1.29"), (2, "nginx:1.28")):
        uid = cluster.get(f"{PODS}/web-{ordinal}")["metadata"]["uid"]
        cluster.delete(f"{PODS}/web-{ordinal}")
        cluster.advance(30)
        ready(cluster, 3)
        assert cluster.get(f"{PODS}/web-{ordinal}")["metadata"]["uid"] != uid
        assert image(cluster, ordinal) == kept


@honours(
    "StatefulSet Basic StatefulSet functionality should perform rolling updates and roll backs of template modifications"
)
def test_rolling_update_and_back(cluster: Cluster) -> None:
    cluster.create(URL, workload("StatefulSet", "web", 3, serviceName="web"))
    ready(cluster, 3)
    first = cluster.get(f"{URL}/web")["status"]["updateRevision"]
    for name in ("nginx:1.28", "nginx:1.29"):
        set_image(cluster, name)
        cluster.until(lambda name=name: [image(cluster, one) for one in range(3)] == [name] * 3, 200)
        cluster.until(
            lambda: (status := cluster.get(f"{URL}/web")["status"])["currentRevision"] == status["updateRevision"], 100
        )
    assert cluster.get(f"{URL}/web")["status"]["updateRevision"] == first
    assert len(cluster.names(f"{APPS}/controllerrevisions")) == 2


def test_several_at_once(cluster: Cluster) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 2}}
    cluster.create(URL, workload("StatefulSet", "web", 4, serviceName="web", updateStrategy=strategy))
    ready(cluster, 4)
    before = {one["metadata"]["name"]: one["metadata"]["uid"] for one in cluster.items(PODS)}
    set_image(cluster, "nginx:1.28")
    cluster.advance(1)
    now = {one["metadata"]["name"]: one["metadata"]["uid"] for one in cluster.items(PODS)}
    gone = [name for name, uid in before.items() if now.get(name) != uid]
    assert gone == ["web-2", "web-3"], "two may be away, no more"
    cluster.until(lambda: [image(cluster, one) for one in range(4)] == ["nginx:1.28"] * 4, 120)

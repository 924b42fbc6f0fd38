"""An autoscaler under load, without it, and without metrics."""

import pytest

from simulator.machinery.objects import Object, condition
from tests.controllers.cluster import Cluster, deployment


@pytest.fixture
def cluster() -> Cluster:
    cluster = Cluster()
    web = deployment("web", 2)
    web["spec"]["template"]["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "200m"}}
    cluster.client.create("deployments.apps", web)
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    metric = {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
    }
    spec = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 6, "metrics": [metric]}
    metadata = {"name": "web", "namespace": "default"}
    scaler = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata,
        "spec": spec,
        "status": {},
    }
    cluster.client.create("horizontalpodautoscalers.autoscaling", scaler)
    return cluster


def load(cluster: Cluster, cpu: str, seconds: int) -> None:
    """Every Pod uses so much for some time."""
    if cluster.client.get("apiservices.apiregistration.k8s.io", "", "v1beta1.metrics.k8s.io") is None:
        head = {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": "v1beta1.metrics.k8s.io"},
        }
        cluster.client.create("apiservices.apiregistration.k8s.io", {**head, "spec": {}})
    for _ in range(seconds):
        for pod in cluster.pods():
            name = pod["metadata"]["name"]
            usage = [{"name": "c", "usage": {"cpu": cpu, "memory": "10Mi"}}]
            metrics = {"kind": "PodMetrics", "metadata": {"name": name, "namespace": "default"}, "containers": usage}
            cluster.store.put("pods.metrics.k8s.io", metrics)
        cluster.advance(1)


def replicas(cluster: Cluster) -> int:
    return int(cluster.get("deployments.apps", "web")["spec"]["replicas"])


def why(cluster: Cluster, kind: str) -> tuple[str, str]:
    found: Object | None = condition(cluster.get("horizontalpodautoscalers.autoscaling", "web"), kind)
    assert found is not None
    return found["status"], found["reason"]


def test_load_makes_more_pods_up_to_the_limit(cluster: Cluster) -> None:
    load(cluster, "180m", 20)
    assert replicas(cluster) == 4
    assert cluster.events("HorizontalPodAutoscaler") == [
        "HorizontalPodAutoscaler/web SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target"
    ]
    load(cluster, "180m", 60)
    assert replicas(cluster) == 6
    assert why(cluster, "ScalingLimited") == ("True", "TooManyReplicas")


def test_less_load_makes_fewer_pods_after_a_while(cluster: Cluster) -> None:
    load(cluster, "180m", 60)
    load(cluster, "10m", 200)
    assert replicas(cluster) == 6
    assert why(cluster, "AbleToScale") == ("True", "ScaleDownStabilized")
    load(cluster, "10m", 200)
    assert replicas(cluster) == 1
    assert cluster.events("HorizontalPodAutoscaler")[-1].endswith("reason: All metrics below target")


def test_near_the_target_nothing_moves(cluster: Cluster) -> None:
    load(cluster, "105m", 60)
    assert replicas(cluster) == 2
    assert why(cluster, "AbleToScale") == ("True", "ReadyForNewScale")


def test_without_metrics_it_says_so(cluster: Cluster) -> None:
    cluster.advance(20)
    assert replicas(cluster) == 2
    assert why(cluster, "ScalingActive") == ("False", "FailedGetResourceMetric")

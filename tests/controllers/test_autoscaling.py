"""An autoscaler under load, without it, and without metrics."""

from dataclasses import dataclass

import pytest

from simulator.kernel.clock import timestamp
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


@dataclass
class Measured:
    """A metrics server that says of every Pod what a test says."""

    cluster: Cluster
    cpu: str
    fresh: int = 0
    """Of so many Pods nothing is known yet."""

    def pods(self, namespace: str) -> list[Object]:
        now = timestamp(self.cluster.clock.now)
        usage = [{"name": "c", "usage": {"cpu": self.cpu, "memory": "10Mi"}}]
        return [
            {"metadata": {"name": pod["metadata"]["name"]}, "containers": usage, "timestamp": now, "window": "15s"}
            for pod in self.cluster.pods()[self.fresh :]
        ]

    def nodes(self) -> list[Object]:
        return []


def load(cluster: Cluster, cpu: str, seconds: int, *, fresh: int = 0) -> None:
    """Every Pod uses so much for some time."""
    if cluster.client.get("apiservices.apiregistration.k8s.io", "", "v1beta1.metrics.k8s.io") is None:
        head = {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": "v1beta1.metrics.k8s.io"},
        }
        status = {"conditions": [{"type": "Available", "status": "True"}]}
        cluster.client.create("apiservices.apiregistration.k8s.io", {**head, "spec": {}, "status": status})
    cluster.server.metrics = Measured(cluster, cpu, fresh)
    cluster.advance(seconds)


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
    assert cluster.events("HorizontalPodAutoscaler")[-1] == (
        "HorizontalPodAutoscaler/web FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: "
        "failed to get cpu resource metric value: failed to get cpu utilization: unable to get metrics for resource cpu: "
        "unable to fetch metrics from resource metrics API: the server could not find the requested resource "
        "(get pods.metrics.k8s.io)"
    )


def behave(cluster: Cluster, **behavior: Object) -> None:
    cluster.change("horizontalpodautoscalers.autoscaling", "web", "spec", "behavior", behavior)


def rules(policy: tuple[str, int, int] | None = None, *, window: int = 0, choose: str = "Max", **more: str) -> Object:
    kind, value, period = policy or ("Percent", 100, 15)
    policies = [{"type": kind, "value": value, "periodSeconds": period}]
    return {"stabilizationWindowSeconds": window, "selectPolicy": choose, "policies": policies, **more}


@pytest.mark.parametrize(
    ("behavior", "seconds", "expected", "limited"),
    [
        pytest.param({"scaleUp": rules(("Pods", 1, 60))}, 50, 3, "ScaleUpLimit", id="one Pod a minute"),
        pytest.param({"scaleUp": rules(("Percent", 50, 15))}, 20, 3, "ScaleUpLimit", id="half as many again"),
        pytest.param({"scaleUp": rules(choose="Disabled")}, 60, 2, "ScaleUpLimit", id="never up"),
        pytest.param({"scaleUp": rules(window=120)}, 60, 2, "DesiredWithinRange", id="wait and see"),
        pytest.param({"scaleUp": rules(window=120)}, 200, 4, "DesiredWithinRange", id="waited, and seen"),
        pytest.param({"scaleUp": rules(tolerance="1")}, 60, 2, "DesiredWithinRange", id="a wide tolerance"),
    ],
)
def test_behaviour_while_growing(cluster: Cluster, behavior: Object, seconds: int, expected: int, limited: str) -> None:
    behave(cluster, **behavior)
    load(cluster, "180m", seconds)
    assert (replicas(cluster), why(cluster, "ScalingLimited")[1]) == (expected, limited)


@pytest.mark.parametrize(
    ("behavior", "seconds", "expected"),
    [
        pytest.param({"scaleDown": rules()}, 20, 1, id="at once"),
        pytest.param({"scaleDown": rules(("Pods", 1, 60))}, 100, 4, id="one Pod a minute"),
        pytest.param({"scaleDown": rules(choose="Disabled")}, 400, 6, id="never down"),
        pytest.param({"scaleDown": rules(window=60)}, 40, 6, id="after a minute only"),
    ],
)
def test_behaviour_while_shrinking(cluster: Cluster, behavior: Object, seconds: int, expected: int) -> None:
    load(cluster, "180m", 140)
    behave(cluster, **behavior)
    load(cluster, "10m", seconds)
    assert replicas(cluster) == expected


def test_pods_of_which_nothing_is_known_count_against_a_change(cluster: Cluster) -> None:
    load(cluster, "120m", 60, fresh=1)
    assert replicas(cluster) == 2, "120% of the target, but 60% if the other one idles"


def test_bounds_hold_without_any_metric(cluster: Cluster) -> None:
    cluster.change("deployments.apps", "web", "spec", "replicas", 9)
    cluster.advance(20)
    assert replicas(cluster) == 6
    assert cluster.events("HorizontalPodAutoscaler")[0].endswith(
        "reason: Current number of replicas above Spec.MaxReplicas"
    )


@pytest.mark.parametrize(
    ("metric", "reason", "words"),
    [
        pytest.param(
            {"type": "Pods", "pods": {"metric": {"name": "rps"}, "target": {"type": "AverageValue", "averageValue": "1"}}},
            "FailedGetPodsMetric",
            "no custom metrics API (custom.metrics.k8s.io) registered",
            id="Pods",
        ),
        pytest.param(
            {"type": "External", "external": {"metric": {"name": "q"}, "target": {"type": "Value", "value": "1"}}},
            "FailedGetExternalMetric",
            "no external metrics API (external.metrics.k8s.io) registered",
            id="External",
        ),
    ],
)  # fmt: skip
def test_metrics_that_nobody_measures(cluster: Cluster, metric: Object, reason: str, words: str) -> None:
    cluster.change("horizontalpodautoscalers.autoscaling", "web", "spec", "metrics", [metric])
    load(cluster, "100m", 20)
    assert why(cluster, "ScalingActive") == ("False", reason)
    assert any(words in line for line in cluster.events("HorizontalPodAutoscaler", reason))


def test_several_metrics_the_largest_proposal_wins(cluster: Cluster) -> None:
    scaler = cluster.get("horizontalpodautoscalers.autoscaling", "web")
    value = {"name": "memory", "target": {"type": "AverageValue", "averageValue": "4Mi"}}
    cluster.change(
        "horizontalpodautoscalers.autoscaling", "web", "spec", "metrics",
        [*scaler["spec"]["metrics"], {"type": "Resource", "resource": value}],
    )  # fmt: skip
    load(cluster, "100m", 20)
    assert replicas(cluster) == 4, "CPU asks for 2, memory for 5, and four is as fast as it goes"
    assert cluster.events("HorizontalPodAutoscaler")[-1].endswith("reason: memory resource above target")

"""What people see of a Deployment: Events, counts, conditions, revisions."""

import pytest

from simulator.controllers.deployment.scaling import proportions
from simulator.machinery.objects import Object
from tests.controllers.cluster import Cluster, deployment, template


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


def counts(cluster: Cluster, name: str = "web") -> tuple[int, int, int, int]:
    status = cluster.get("deployments.apps", name)["status"]
    fields = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    return tuple(status.get(field, 0) for field in fields)


def conditions(cluster: Cluster, name: str = "web") -> dict[str, tuple[str, str]]:
    found = cluster.get("deployments.apps", name)["status"]["conditions"]
    return {one["type"]: (one["status"], one["reason"]) for one in found}


def sets(cluster: Cluster) -> dict[str, int]:
    """Replicas by revision."""
    return {
        one["metadata"]["annotations"]["deployment.kubernetes.io/revision"]: one["spec"]["replicas"]
        for one in cluster.client.list("replicasets.apps")
    }


def new_image(cluster: Cluster, image: str) -> None:
    cluster.change("deployments.apps", "web", "spec", "template", template("web", image=image))


def test_a_new_deployment_becomes_available(cluster: Cluster) -> None:
    cluster.client.create("deployments.apps", deployment("web", 2))
    cluster.advance(3)
    assert counts(cluster) == (2, 2, 2, 2)
    assert conditions(cluster) == {
        "Available": ("True", "MinimumReplicasAvailable"),
        "Progressing": ("True", "NewReplicaSetAvailable"),
    }
    [replica_set] = cluster.client.list("replicasets.apps")
    name = replica_set["metadata"]["name"]
    assert cluster.events("Deployment/web") == [
        f"Deployment/web ScalingReplicaSet: Scaled up replica set {name} from 0 to 2"
    ]
    created = [f"ReplicaSet/{name} SuccessfulCreate: Created pod: {pod['metadata']['name']}" for pod in cluster.pods()]
    assert sorted(cluster.events("ReplicaSet", "SuccessfulCreate")) == created
    assert name.startswith("web-")
    assert all(pod["metadata"]["labels"]["pod-template-hash"] == name.removeprefix("web-") for pod in cluster.pods())


def test_a_rolling_update_moves_one_by_one(cluster: Cluster) -> None:
    cluster.client.create("deployments.apps", deployment("web", 3))
    cluster.advance(3)
    new_image(cluster, "nginx:1.26")
    cluster.advance(10)
    assert sets(cluster) == {"1": 0, "2": 3}
    assert counts(cluster) == (3, 3, 3, 3)
    steps = [event.split("replica set ")[1].split(" ", 1)[1] for event in cluster.events("Deployment/web")]
    assert steps == [
        "from 0 to 3",
        "from 0 to 1",
        "from 3 to 2",
        "from 1 to 2",
        "from 2 to 1",
        "from 2 to 3",
        "from 1 to 0",
    ]


def test_never_fewer_available_than_allowed(cluster: Cluster) -> None:
    cluster.client.create("deployments.apps", deployment("web", 8))
    cluster.advance(3)
    new_image(cluster, "nginx:1.26")
    for _ in range(60):
        cluster.advance(0.1)
        replicas, _, _, available = counts(cluster)
        assert available >= 6
        assert replicas <= 10
    assert sets(cluster) == {"1": 0, "2": 8}


def test_recreate_waits_for_the_last_old_pod(cluster: Cluster) -> None:
    cluster.client.create("deployments.apps", deployment("web", 2, strategy={"type": "Recreate"}))
    cluster.advance(3)
    new_image(cluster, "nginx:1.26")
    cluster.advance(0.15)
    assert {one["spec"]["containers"][0]["image"] for one in cluster.pods()} == {"nginx:1.25"}
    cluster.advance(3)
    assert {one["spec"]["containers"][0]["image"] for one in cluster.pods()} == {"nginx:1.26"}


def test_rolling_back_gives_the_old_set_a_new_revision(cluster: Cluster) -> None:
    cluster.client.create("deployments.apps", deployment("web", 2))
    cluster.advance(3)
    new_image(cluster, "nginx:1.26")
    cluster.advance(5)
    new_image(cluster, "nginx:1.25")
    cluster.advance(5)
    assert sets(cluster) == {"2": 0, "3": 2}
    history = [
        one["metadata"]["annotations"].get("deployment.kubernetes.io/revision-history")
        for one in cluster.client.list("replicasets.apps")
    ]
    assert sorted(map(str, history)) == ["1", "None"]
    assert cluster.get("deployments.apps", "web")["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "3"


def test_the_history_is_cut_to_its_limit(cluster: Cluster) -> None:
    cluster.client.create("deployments.apps", deployment("web", 1, revisionHistoryLimit=1))
    for number in range(4):
        new_image(cluster, f"nginx:1.{number}")
        cluster.advance(5)
    assert len(cluster.client.list("replicasets.apps")) == 2


def test_a_paused_deployment_does_not_roll_out(cluster: Cluster) -> None:
    cluster.client.create("deployments.apps", deployment("web", 2))
    cluster.advance(3)
    cluster.change("deployments.apps", "web", "spec", "paused", True)
    new_image(cluster, "nginx:1.26")
    cluster.advance(3)
    assert sets(cluster) == {"1": 2}
    assert conditions(cluster)["Progressing"] == ("Unknown", "DeploymentPaused")
    cluster.change("deployments.apps", "web", "spec", "replicas", 4)
    cluster.advance(3)
    assert sets(cluster) == {"1": 4}
    cluster.change("deployments.apps", "web", "spec", "paused", False)
    cluster.advance(10)
    assert sets(cluster) == {"1": 0, "2": 4}


def test_a_stuck_rollout_is_told(cluster: Cluster) -> None:
    cluster.client.create("deployments.apps", deployment("web", 1, progressDeadlineSeconds=30))
    cluster.advance(3)
    stuck = template("web", image="nginx:1.26", nodeSelector={"disk": "ssd"})
    cluster.change("deployments.apps", "web", "spec", "template", stuck)
    cluster.advance(29)
    assert conditions(cluster)["Progressing"] == ("True", "ReplicaSetUpdated")
    cluster.advance(5)
    assert conditions(cluster)["Progressing"] == ("False", "ProgressDeadlineExceeded")
    assert conditions(cluster)["Available"] == ("True", "MinimumReplicasAvailable")


def shared(name: str, replicas: int, most: int, born: str) -> Object:
    annotations = {
        "deployment.kubernetes.io/max-replicas": str(most),
        "deployment.kubernetes.io/desired-replicas": "10",
    }
    metadata = {"name": name, "annotations": annotations, "creationTimestamp": f"2026-01-01T00:00:{born}Z"}
    return {"metadata": metadata, "spec": {"replicas": replicas}}


@pytest.mark.parametrize(
    ("wanted", "old", "new", "targets"),
    [
        pytest.param(15, 8, 5, {"old": 11, "new": 7}, id="documentation's example: 10 to 15 with maxSurge 3"),
        pytest.param(5, 8, 5, {"old": 5, "new": 3}, id="half as many"),
        pytest.param(0, 8, 5, {"old": 0, "new": 0}, id="none at all"),
    ],
)
def test_scaling_in_the_middle_of_a_rollout_is_shared(wanted: int, old: int, new: int, targets: dict[str, int]) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}
    whole = deployment("web", wanted, strategy=strategy)
    assert proportions(whole, [shared("old", old, 13, "01"), shared("new", new, 13, "02")]) == targets

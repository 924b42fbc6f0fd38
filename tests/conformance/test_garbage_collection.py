"""What becomes of dependents when their owner goes."""

from typing import Any

from simulator.machinery.objects import Object
from tests.conformance.cluster import APPS, DEFAULT, PODS, Cluster, owners, pod, replication_controller, workload
from tests.conformance.ledger import honours

CONTROLLERS = f"{DEFAULT}/replicationcontrollers"


def rc(cluster: Cluster, name: str, replicas: int) -> list[str]:
    """A replication controller whose Pods are all there; gives their names."""
    cluster.create(CONTROLLERS, replication_controller(name, replicas))
    return cluster.until(lambda: all_there(cluster, name, replicas))


def all_there(cluster: Cluster, name: str, replicas: int) -> list[str]:
    found = cluster.names(f"{PODS}?labelSelector=app%3D{name}")
    return found if len(found) == replicas else []


def deployment(cluster: Cluster) -> None:
    cluster.create(f"{APPS}/deployments", workload("Deployment", "web", 2))
    cluster.until(lambda: all_there(cluster, "web", 2))


@honours("Garbage collector should delete RS created by deployment when not orphaning")
def test_background_reaches_pods_of_a_deployment(cluster: Cluster) -> None:
    deployment(cluster)
    cluster.delete(f"{APPS}/deployments/web", propagationPolicy="Background")
    assert cluster.gone(f"{APPS}/deployments/web")
    cluster.until(lambda: not cluster.items(f"{APPS}/replicasets"))
    cluster.until(lambda: not cluster.items(PODS))


@honours("Garbage collector should orphan RS created by deployment when deleteOptions.PropagationPolicy is Orphan")
def test_orphans_of_a_deployment(cluster: Cluster) -> None:
    deployment(cluster)
    (before,) = cluster.names(f"{APPS}/replicasets")
    pods = cluster.names(PODS)
    cluster.delete(f"{APPS}/deployments/web", propagationPolicy="Orphan")
    cluster.until(lambda: cluster.gone(f"{APPS}/deployments/web"))
    cluster.advance(40)
    (kept,) = cluster.items(f"{APPS}/replicasets")
    assert (kept["metadata"]["name"], owners(kept)) == (before, [])
    assert cluster.names(PODS) == pods
    assert all(owners(one) == [before] for one in cluster.items(PODS))


@honours("Garbage collector should delete pods created by rc when not orphaning")
def test_background_deletes_pods(cluster: Cluster) -> None:
    rc(cluster, "web", 2)
    cluster.delete(f"{CONTROLLERS}/web", propagationPolicy="Background")
    cluster.until(lambda: not cluster.items(PODS))
    assert cluster.gone(f"{CONTROLLERS}/web")


@honours("Garbage collector should orphan pods created by rc if delete options say so")
def test_orphaned_pods_stay(cluster: Cluster) -> None:
    pods = rc(cluster, "web", 10)
    cluster.delete(f"{CONTROLLERS}/web", propagationPolicy="Orphan")
    cluster.until(lambda: cluster.gone(f"{CONTROLLERS}/web"))
    cluster.advance(40)
    assert cluster.names(PODS) == pods
    assert not any(owners(one) for one in cluster.items(PODS))


@honours("Garbage collector should keep the rc around until all its pods are deleted if the deleteOptions says so")
def test_foreground_waits_for_pods(cluster: Cluster) -> None:
    rc(cluster, "web", 10)
    cluster.delete(f"{CONTROLLERS}/web", propagationPolicy="Foreground")
    assert cluster.get(f"{CONTROLLERS}/web")["metadata"]["finalizers"] == ["foregroundDeletion"]
    while cluster.items(PODS):
        assert not cluster.gone(f"{CONTROLLERS}/web")
        cluster.advance(0.2)
    cluster.until(lambda: cluster.gone(f"{CONTROLLERS}/web"))


@honours(
    "Garbage collector should not delete dependents that have both valid owner and owner that's waiting for "
    "dependents to be deleted"
)
def test_another_owner_keeps_a_pod(cluster: Cluster) -> None:
    pods = rc(cluster, "dying", 10)
    second = cluster.create(CONTROLLERS, replication_controller("staying", 0))
    kept = pods[:5]
    reference = reference_to(second)
    for name in kept:
        references = [*cluster.get(f"{PODS}/{name}")["metadata"]["ownerReferences"], reference]
        cluster.patch(f"{PODS}/{name}", {"metadata": {"ownerReferences": references}})
    cluster.delete(f"{CONTROLLERS}/dying", propagationPolicy="Foreground")
    cluster.until(lambda: cluster.gone(f"{CONTROLLERS}/dying"), 120)
    cluster.advance(30)
    left = cluster.items(PODS)
    assert [one["metadata"]["name"] for one in left] == kept
    assert not any("deletionTimestamp" in one["metadata"] for one in left)


@honours("Garbage collector should not be blocked by dependency circle")
def test_a_circle(cluster: Cluster) -> None:
    made = [cluster.create(PODS, pod(f"pod-{number}", "sleep", "600")) for number in (1, 2, 3)]
    for position, one in enumerate(made):
        reference = {**reference_to(made[position - 1]), "blockOwnerDeletion": True, "controller": True}
        cluster.patch(f"{PODS}/{one['metadata']['name']}", {"metadata": {"ownerReferences": [reference]}})
    cluster.delete(f"{PODS}/pod-1", propagationPolicy="Foreground")
    cluster.until(lambda: not cluster.items(PODS), 120)


def reference_to(obj: Object) -> dict[str, Any]:
    metadata = obj["metadata"]
    return {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "name": metadata["name"], "uid": metadata["uid"]}

"""Namespaces, and what is in them."""

from tests.conformance.cluster import Cluster, named, pod, service
from tests.conformance.ledger import honours

NAMESPACES = "/api/v1/namespaces"


def make(cluster: Cluster, name: str = "shop") -> str:
    cluster.create(NAMESPACES, named("v1", "Namespace", name))
    cluster.until(lambda: not cluster.gone(f"{NAMESPACES}/{name}/serviceaccounts/default"))
    return f"{NAMESPACES}/{name}"


@honours("Namespaces should ensure that all pods are removed when a namespace is deleted")
def test_pods_go_with_their_namespace(cluster: Cluster) -> None:
    url = make(cluster)
    cluster.create(f"{url}/pods", pod("web", "sleep", "600"))
    cluster.until(lambda: cluster.is_ready(f"{url}/pods/web"))
    cluster.delete(url)
    cluster.until(lambda: cluster.gone(url), 90)
    make(cluster)
    assert cluster.items(f"{url}/pods") == []


@honours("Namespaces should ensure that all services are removed when a namespace is deleted")
def test_services_go_with_their_namespace(cluster: Cluster) -> None:
    url = make(cluster)
    cluster.create(f"{url}/services", service("web"))
    cluster.delete(url)
    cluster.until(lambda: cluster.gone(url))
    make(cluster)
    assert cluster.items(f"{url}/services") == []


@honours("OrderedNamespaceDeletion namespace deletion should delete pod first")
def test_pods_go_first(cluster: Cluster) -> None:
    url = make(cluster)
    held = pod("held", "sleep", "600")
    held["metadata"]["finalizers"] = ["example.com/held"]
    cluster.create(f"{url}/pods", held)
    cluster.create(f"{url}/configmaps", named("v1", "ConfigMap", "settings"))
    cluster.delete(url)
    cluster.advance(60)
    assert cluster.get(f"{url}/pods/held")["metadata"]["deletionTimestamp"]
    assert "deletionTimestamp" not in cluster.get(f"{url}/configmaps/settings")["metadata"]
    cluster.patch(f"{url}/pods/held", {"metadata": {"finalizers": None}})
    cluster.until(lambda: cluster.gone(url), 120)


@honours("Namespaces should patch a Namespace")
def test_patch(cluster: Cluster) -> None:
    url = make(cluster)
    cluster.patch(url, {"metadata": {"labels": {"team": "red"}}})
    assert cluster.get(url)["metadata"]["labels"]["team"] == "red"


@honours("Namespaces should apply an update to a Namespace")
def test_update(cluster: Cluster) -> None:
    url = make(cluster)
    cluster.change(url, lambda found: found["metadata"]["labels"].update(team="blue"))
    assert cluster.get(url)["metadata"]["labels"]["team"] == "blue"


@honours("Namespaces should apply changes to a namespace status")
def test_status(cluster: Cluster) -> None:
    url = make(cluster)
    assert cluster.get(f"{url}/status")["status"]["phase"] == "Active"
    condition = {"type": "StatusPatch", "status": "True", "reason": "Tried", "message": "by hand"}
    cluster.patch(f"{url}/status", {"status": {"conditions": [condition]}})
    (patched,) = cluster.get(f"{url}/status")["status"]["conditions"]
    assert patched.items() >= condition.items()
    update = {**condition, "type": "StatusUpdate"}
    cluster.change(f"{url}/status", lambda found: found["status"]["conditions"].append(update))
    assert cluster.get(f"{url}/status")["status"]["conditions"][1].items() >= update.items()


@honours("Namespaces should apply a finalizer to a Namespace")
def test_finalizer(cluster: Cluster) -> None:
    url = make(cluster)
    for finalizers in (["kubernetes", "example.com/ours"], ["kubernetes"]):
        cluster.update(f"{url}/finalize", {**cluster.get(url), "spec": {"finalizers": finalizers}})
        assert cluster.get(url)["spec"]["finalizers"] == finalizers

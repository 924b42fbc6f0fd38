"""Events, in both groups that serve them."""

from simulator.machinery.objects import Object
from tests.conformance.cluster import DEFAULT, Cluster, named
from tests.conformance.ledger import honours

CORE = f"{DEFAULT}/events"
NEW = "/apis/events.k8s.io/v1/namespaces/default/events"
ABOUT = {"namespace": "default", "kind": "Pod", "name": "web"}
TIME = "2026-11-02T09:01:00.000000Z"


def core(name: str) -> Object:
    fields = {"message": "first", "reason": "Test", "type": "Normal", "count": 1, "involvedObject": ABOUT}
    return named("v1", "Event", name, {"testevent": "true"}, **fields)


def new(name: str) -> Object:
    fields = {
        "regarding": ABOUT, "eventTime": TIME, "note": "first", "type": "Normal", "reason": "Test", "action": "Do",
        "reportingController": "example.com/test", "reportingInstance": "one",
    }  # fmt: skip
    return named("events.k8s.io/v1", "Event", name, {"testevent": "true"}, **fields)


def mine(cluster: Cluster, url: str) -> list[str]:
    return cluster.names(f"{url}?labelSelector=testevent%3Dtrue")


@honours("Events should delete a collection of events")
def test_collection(cluster: Cluster) -> None:
    for number in (1, 2, 3):
        cluster.create(CORE, core(f"test-{number}"))
    assert mine(cluster, CORE) == ["test-1", "test-2", "test-3"]
    cluster.delete(f"{CORE}?labelSelector=testevent%3Dtrue")
    assert mine(cluster, CORE) == []


@honours("Events API should delete a collection of events")
def test_collection_of_the_new_group(cluster: Cluster) -> None:
    for number in (1, 2, 3):
        cluster.create(NEW, new(f"test-{number}"))
    assert mine(cluster, NEW) == ["test-1", "test-2", "test-3"]
    cluster.delete(f"{NEW}?labelSelector=testevent%3Dtrue")
    assert mine(cluster, NEW) == []


@honours("Events should manage the lifecycle of an event")
def test_lifecycle(cluster: Cluster) -> None:
    cluster.create(CORE, core("test"))
    assert mine(cluster, "/api/v1/events") == ["test"]
    cluster.patch(f"{CORE}/test", {"message": "second"}, "strategic")
    assert cluster.get(f"{CORE}/test")["message"] == "second"
    series = {"count": 100, "lastObservedTime": TIME}
    cluster.change(f"{CORE}/test", lambda found: found.update(series=series))
    assert cluster.get(f"{CORE}/test")["series"] == series
    cluster.delete(f"{CORE}/test")
    assert mine(cluster, "/api/v1/events") == []


@honours("Events API should ensure that an event can be fetched, patched, deleted, and listed")
def test_lifecycle_in_the_new_group(cluster: Cluster) -> None:
    cluster.create(NEW, new("test"))
    assert mine(cluster, "/apis/events.k8s.io/v1/events") == ["test"]
    assert mine(cluster, NEW) == ["test"]
    assert cluster.get(f"{NEW}/test")["note"] == "first"
    series = {"count": 2, "lastObservedTime": TIME}
    cluster.patch(f"{NEW}/test", {"series": series}, "strategic")
    assert cluster.get(f"{NEW}/test")["series"] == series
    later = {"count": 100, "lastObservedTime": "2026-11-02T09:02:00.000000Z"}
    cluster.change(f"{NEW}/test", lambda found: found.update(series=later))
    assert cluster.get(f"{NEW}/test")["series"] == later
    cluster.delete(f"{NEW}/test")
    assert mine(cluster, "/apis/events.k8s.io/v1/events") == []

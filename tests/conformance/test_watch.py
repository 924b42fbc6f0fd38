"""Watches on ConfigMaps."""

from tests.conformance.cluster import CONFIG_MAPS, Cluster, named
from tests.conformance.ledger import honours

A, B = f"{CONFIG_MAPS}?labelSelector=watch%3DA", f"{CONFIG_MAPS}?labelSelector=watch%3DB"
EITHER = f"{CONFIG_MAPS}?labelSelector=watch+in+(A,B)"


def make(cluster: Cluster, name: str = "a", label: str = "A") -> str:
    """A labelled ConfigMap; gives its resource version."""
    made = cluster.create(CONFIG_MAPS, named("v1", "ConfigMap", name, {"watch": label}))
    return str(made["metadata"]["resourceVersion"])


def mutate(cluster: Cluster, number: int, name: str = "a") -> str:
    changed = cluster.patch(f"{CONFIG_MAPS}/{name}", {"data": {"mutation": str(number)}})
    return str(changed["metadata"]["resourceVersion"])


@honours("Watchers should observe add, update, and delete watch notifications on configmaps")
def test_each_watcher_sees_what_it_selects(cluster: Cluster) -> None:
    watches = [cluster.watch(url) for url in (A, B, EITHER)]
    make(cluster)
    assert [watch.names() for watch in watches] == [["ADDED a"], [], ["ADDED a"]]
    mutate(cluster, 1)
    mutate(cluster, 2)
    assert [watch.names() for watch in watches] == [["MODIFIED a"] * 2, [], ["MODIFIED a"] * 2]
    cluster.delete(f"{CONFIG_MAPS}/a")
    make(cluster, "b", "B")
    cluster.delete(f"{CONFIG_MAPS}/b")
    seen = [watch.names() for watch in watches]
    assert seen == [["DELETED a"], ["ADDED b", "DELETED b"], ["DELETED a", "ADDED b", "DELETED b"]]


@honours("Watchers should be able to start watching from a specific resource version")
def test_from_a_version(cluster: Cluster) -> None:
    make(cluster)
    version = mutate(cluster, 1)
    mutate(cluster, 2)
    cluster.delete(f"{CONFIG_MAPS}/a")
    events = cluster.watch(f"{A}&resourceVersion={version}").events()
    assert [kind for kind, _ in events] == ["MODIFIED", "DELETED"]
    assert events[0][1]["data"] == {"mutation": "2"}


@honours("Watchers should be able to restart watching from the last resource version observed by the previous watch")
def test_going_on_where_another_ended(cluster: Cluster) -> None:
    first = cluster.watch(A)
    make(cluster)
    mutate(cluster, 1)
    seen = first.events()
    assert [kind for kind, _ in seen] == ["ADDED", "MODIFIED"]
    mutate(cluster, 2)
    cluster.delete(f"{CONFIG_MAPS}/a")
    version = seen[-1][1]["metadata"]["resourceVersion"]
    assert cluster.watch(f"{A}&resourceVersion={version}").names() == ["MODIFIED a", "DELETED a"]


@honours("Watchers should observe an object deletion if it stops meeting the requirements of the selector")
def test_leaving_the_selection_and_coming_back(cluster: Cluster) -> None:
    watch = cluster.watch(A)
    make(cluster)
    mutate(cluster, 1)
    relabel = {"metadata": {"labels": {"watch": "elsewhere"}}}
    cluster.patch(f"{CONFIG_MAPS}/a", relabel)
    assert watch.names() == ["ADDED a", "MODIFIED a", "DELETED a"]
    mutate(cluster, 2)
    assert watch.names() == []
    cluster.patch(f"{CONFIG_MAPS}/a", {"metadata": {"labels": {"watch": "A"}}})
    mutate(cluster, 3)
    cluster.delete(f"{CONFIG_MAPS}/a")
    assert watch.names() == ["ADDED a", "MODIFIED a", "DELETED a"]


@honours("Watchers should receive events on concurrent watches in same order")
def test_watches_agree(cluster: Cluster) -> None:
    def write(number: int) -> None:
        name = f"map-{number % 7}"
        if cluster.gone(f"{CONFIG_MAPS}/{name}"):
            make(cluster, name)
        elif number % 3:
            mutate(cluster, number, name)
        else:
            cluster.delete(f"{CONFIG_MAPS}/{name}")

    first = cluster.watch(CONFIG_MAPS)
    versions, watches = [], []
    for number in range(40):
        write(number)
        for _, obj in first.events():
            versions.append(obj["metadata"]["resourceVersion"])
            watches.append(cluster.watch(f"{CONFIG_MAPS}?resourceVersion={versions[-1]}"))
    assert len(versions) == 40
    for position, watch in enumerate(watches):
        assert [obj["metadata"]["resourceVersion"] for _, obj in watch.events()] == versions[position + 1 :]

"""Watches: from a revision, from the state, with selectors, bookmarks and initial events; and when they end."""

import pytest

from simulator.spec import lab
from simulator.world import World
from tests.apiserver.api import API, TABLE, config_map

MAPS = "/api/v1/namespaces/default/configmaps"
LABELLED = f"{MAPS}?watch=true&labelSelector=team%3Dx"


def labelled(name: str, team: str) -> dict[str, object]:
    return {"metadata": {"name": name, "labels": {"team": team}}}


def test_what_happens_after_a_revision(api: API) -> None:
    version = api.get(MAPS)["metadata"]["resourceVersion"]
    watch = api.watch(f"{MAPS}?watch=true&resourceVersion={version}")
    api.create(MAPS, config_map("a"))
    api.patch("merge", f"{MAPS}/a", {"data": {"k": "v"}})
    api.delete(f"{MAPS}/a")
    assert watch.names() == ["ADDED a", "MODIFIED a", "DELETED a"]
    assert watch.names() == []


def test_a_pod_is_deleted_in_two_writes(api: API) -> None:
    """Even one that no kubelet has to end. Upstream: rest.BeforeDelete"""
    pods = "/api/v1/namespaces/default/pods"
    watch = api.watch(f"{pods}?watch=true&resourceVersion={api.get(pods)['metadata']['resourceVersion']}")
    api.create(pods, {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}})
    api.delete(f"{pods}/p")
    seen = [(kind, obj["metadata"].get("deletionGracePeriodSeconds")) for kind, obj in watch.events()]
    assert seen == [("ADDED", None), ("MODIFIED", 0), ("DELETED", 0)]


@pytest.mark.parametrize("version", ["", "&resourceVersion=0"])
def test_the_state_first(api: API, version: str) -> None:
    watch = api.watch(f"{MAPS}?watch=true{version}")
    assert watch.names() == ["ADDED kube-root-ca.crt"]


def test_an_object_comes_into_view_and_leaves_it(api: API) -> None:
    watch = api.watch(LABELLED)
    api.create(MAPS, labelled("a", "y"))
    assert watch.names() == []
    api.patch("merge", f"{MAPS}/a", {"metadata": {"labels": {"team": "x"}}})
    assert watch.names() == ["ADDED a"]
    api.patch("merge", f"{MAPS}/a", {"metadata": {"labels": {"team": "y"}}})
    assert watch.names() == ["DELETED a"]


def test_one_object(api: API) -> None:
    api.create(MAPS, config_map("a"))
    api.create(MAPS, config_map("b"))
    assert api.watch(f"{MAPS}?watch=true&fieldSelector=metadata.name%3Da").names() == ["ADDED a"]


def test_initial_events_end_with_a_bookmark(api: API) -> None:
    url = f"{LABELLED}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    api.create(MAPS, labelled("a", "x"))
    (added, obj), (kind, mark) = api.watch(url).events()
    assert (added, obj["metadata"]["name"], kind) == ("ADDED", "a", "BOOKMARK")
    assert mark["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


@pytest.mark.parametrize(
    ("version", "streams"), [("1.31", False), ("1.32", True), ("1.33", False), ("1.34", True), ("1.37", True)]
)
def test_releases_that_send_what_there_is(version: str, streams: bool) -> None:
    api = API(World.boot(lab(0, kubernetes=version, with_control_plane=False, without=("kubelet", "scheduler"))))
    url = f"{LABELLED}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    answer = api.request("GET", url)
    assert (answer.stream is not None) == streams
    if not streams:
        assert isinstance(answer.body, dict) and (answer.status, answer.body["message"]) == (
            422,
            'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch '
            "unless the WatchList feature gate is enabled",
        )


def test_bookmarks_come_every_minute(api: API) -> None:
    watch = api.watch(f"{LABELLED}&allowWatchBookmarks=true")
    assert watch.events() == []
    api.world.advance(61)
    ((kind, mark),) = watch.events()
    assert (kind, mark["kind"]) == ("BOOKMARK", "ConfigMap")


def test_the_time_is_up(api: API) -> None:
    watch = api.watch(f"{LABELLED}&timeoutSeconds=5")
    watch.events()
    api.world.advance(5)
    watch.events()
    assert watch.stream is None


def test_a_revision_that_is_forgotten(api: API) -> None:
    version = api.get(MAPS)["metadata"]["resourceVersion"]
    api.create(MAPS, config_map("a"))
    api.world.cluster.store.compact_to(api.world.cluster.store.revision)
    watch = api.watch(f"{MAPS}?watch=true&resourceVersion={version}")
    ((kind, status),) = watch.events()
    assert (kind, status["code"], status["reason"]) == ("ERROR", 410, "Expired")
    assert status["message"].startswith(f"too old resource version: {version} (")
    assert watch.stream is None


def test_tables_carry_their_columns_once(api: API) -> None:
    watch = api.watch(f"{LABELLED}", **TABLE)
    for name in ("a", "b"):
        api.create(MAPS, labelled(name, "x"))
    (_, first), (_, second) = watch.events()
    assert first["columnDefinitions"] and not second["columnDefinitions"]
    assert [row["cells"][0] for table in (first, second) for row in table["rows"]] == ["a", "b"]


def test_a_watch_goes_on_in_a_fork(api: API) -> None:
    watch = api.watch(LABELLED)
    assert watch.events() == []
    twin = API(api.world.fork())
    twin.create(MAPS, labelled("a", "x"))
    watch.world = twin.world
    assert watch.names() == ["ADDED a"]

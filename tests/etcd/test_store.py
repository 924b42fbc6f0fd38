"""The versioned store: revisions, its log, indexes, and what a fork sees."""

import pytest

from simulator.etcd import Compacted, Store
from simulator.etcd.store import LOG_AGE, LOG_LENGTH, owners
from simulator.kernel.clock import Clock
from simulator.kernel.component import Change
from simulator.kernel.state import State
from simulator.machinery.objects import Object


def nothing(component: str, step: str, arguments: tuple[object, ...]) -> None:
    raise AssertionError("nothing is due")


@pytest.fixture
def clock() -> Clock:
    return Clock(0, nothing)


@pytest.fixture
def store(clock: Clock) -> Store:
    return Store(State(), clock)


def thing(name: str, **metadata: object) -> Object:
    return {"metadata": {"name": name, "namespace": "n", "uid": name, **metadata}}


def test_every_write_has_a_revision(store: Store) -> None:
    first, second = (store.put("things", thing(name)) for name in "ab")
    assert [obj["metadata"]["resourceVersion"] for obj in (first, second)] == ["1", "2"]
    gone = store.delete("things", ("n", "a"))
    assert gone is not None and gone["metadata"]["resourceVersion"] == "3"
    assert store.delete("things", ("n", "a")) is None
    assert store.revision == 3


def test_lists_are_in_order(store: Store) -> None:
    for name in "bca":
        store.put("things", thing(name))
    assert [obj["metadata"]["name"] for obj in store.list("things")] == ["a", "b", "c"]
    assert store.list("things", "elsewhere") == []


def test_the_log_tells_what_was_written(store: Store) -> None:
    store.put("things", thing("a"))
    store.put("others", thing("b"))
    store.put("things", thing("a", labels={"x": "y"}))
    store.delete("things", ("n", "a"))
    told = [(revision, change.type) for revision, change in store.changes_since(0, "things")]
    assert told == [(1, "ADDED"), (3, "MODIFIED"), (4, "DELETED")]
    assert [revision for revision, _ in store.changes_since(3)] == [4]


def test_observers_are_told_at_once(store: Store) -> None:
    seen: list[Change] = []
    store.subscribe(("things",), seen.append)
    store.put("things", thing("a"))
    store.put("others", thing("b"))
    assert [(change.type, change.resource, change.old) for change in seen] == [("ADDED", "things", None)]


def test_old_writes_are_forgotten(store: Store, clock: Clock) -> None:
    store.put("things", thing("a"))
    clock.advance(LOG_AGE + 1)
    store.put("things", thing("b"))
    with pytest.raises(Compacted, match="the oldest revision kept is 1"):
        list(store.changes_since(0))
    assert [revision for revision, _ in store.changes_since(1)] == [2]


def test_the_log_does_not_grow_without_end(store: Store) -> None:
    for _ in range(LOG_LENGTH + 10):
        store.put("things", thing("a"))
    assert sum(1 for _ in store.trace()) <= LOG_LENGTH


def test_indexes_follow_writes(store: Store) -> None:
    store.add_indexes({"things": (("owner", owners),)})
    store.put("things", thing("a", ownerReferences=[{"uid": "o"}]))
    assert [obj["metadata"]["name"] for obj in store.by_index("things", "owner", "o")] == ["a"]
    store.put("things", thing("b", ownerReferences=[{"uid": "o"}]))
    store.put("things", thing("a"))
    assert [obj["metadata"]["name"] for obj in store.by_index("things", "owner", "o")] == ["b"]
    store.delete("things", ("n", "b"))
    assert list(store.by_index("things", "owner", "o")) == []


def test_dependents_are_found_whatever_they_are(store: Store) -> None:
    store.put("things", thing("a", ownerReferences=[{"uid": "o"}]))
    assert [(kind, obj["metadata"]["name"]) for kind, obj in store.owned("o")] == [("things", "a")]
    store.put("others", thing("b", ownerReferences=[{"uid": "o"}, {"uid": "p"}]))
    assert [(kind, obj["metadata"]["name"]) for kind, obj in store.owned("o")] == [("others", "b"), ("things", "a")]
    store.put("others", thing("b", ownerReferences=[{"uid": "p"}]))
    store.delete("things", ("n", "a"))
    assert [list(store.owned("o")), [kind for kind, _ in store.owned("p")]] == [[], ["others"]]


def test_a_fork_goes_its_own_way(clock: Clock) -> None:
    state = State()
    store = Store(state, clock)
    store.put("things", thing("a"))
    twin = Store(state.fork(), Clock(clock.now, nothing))
    twin.put("things", thing("b"))
    assert [store.revision, twin.revision] == [1, 2]
    assert store.get("things", ("n", "b")) is None

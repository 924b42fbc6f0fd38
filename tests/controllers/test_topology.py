"""How many endpoints each zone gets, and why none gets any."""

from collections import Counter

import pytest

from simulator.controllers.topology import CannotShareError, is_overloaded, is_still_right, ratios, shared_out

EVEN = {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}


def node(zone: str = "a", cpu: str = "2", ready: str = "True", **labels: str) -> dict[str, object]:
    where = {"topology.kubernetes.io/zone": zone} if zone else {}
    status = {"allocatable": {"cpu": cpu}, "conditions": [{"type": "Ready", "status": ready}]}
    return {"metadata": {"labels": {**where, **labels}}, "status": status}


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        pytest.param([node("a"), node("b", "6")], {"a": 0.25, "b": 0.75}, id="by processors"),
        pytest.param([node("a"), node("a"), node("b", "500m")], {"a": 4 / 4.5, "b": 0.5 / 4.5}, id="several in a zone"),
        pytest.param([node("a"), node("b", ready="False")], {}, id="one zone with ready nodes"),
        pytest.param([node("a"), node("b"), node("")], {}, id="a node of no zone"),
        pytest.param([node("a"), node("b", "0")], {}, id="a node without processors"),
        pytest.param(
            [node("a"), node("b"), node("", **{"node-role.kubernetes.io/control-plane": ""})], {"a": 0.5, "b": 0.5},
            id="the control plane does not count",
        ),
    ],
)  # fmt: skip
def test_parts(nodes: list[dict[str, object]], expected: dict[str, float]) -> None:
    assert ratios(nodes) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("standing", "parts", "expected"),
    [
        pytest.param("abc", EVEN, "abc", id="each for its own"),
        pytest.param("aaabbc", EVEN, "caabbc", id="who has too many gives"),
        pytest.param("aaaa", {"a": 0.5, "b": 0.5}, "bbaa", id="all in one zone"),
        pytest.param("aabb", {"a": 0.25, "b": 0.75}, "babb", id="a small zone gives"),
        pytest.param("aaabbb", {"a": 0.52, "b": 0.48}, "aaabbb", id="near enough"),
        pytest.param("aaabbbz", {"a": 0.5, "b": 0.5}, "aaabbbz", id="a zone without workers keeps its own"),
        pytest.param("ab", EVEN, "Insufficient number of endpoints (2 endpoints, 3 zones)", id="fewer than zones"),
        pytest.param(
            "abc", {"a": 0.8, "b": 0.1, "c": 0.1},
            "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold"
            " (3 endpoints, 3 zones)",
            id="cannot be shared evenly",
        ),
        pytest.param("abb ", {"a": 0.5, "b": 0.5}, "One or more endpoints do not have a zone specified", id="no zone"),
        pytest.param(
            "ab", {}, "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes",
            id="nodes unknown",
        ),
    ],
)  # fmt: skip
def test_who_is_for_which_zone(standing: str, parts: dict[str, float], expected: str) -> None:
    try:
        found = "".join(shared_out([zone.strip() for zone in standing], parts))
    except CannotShareError as why:
        found = str(why)
    assert found == expected


def test_what_may_stay_and_what_is_too_little() -> None:
    assert is_still_right(Counter("aabbcc"), EVEN)
    assert not is_still_right(Counter("aaaabc"), EVEN), "more than a zone may have"
    assert not is_still_right(Counter("aabbzz"), EVEN), "a zone that has no workers any more"
    assert not is_overloaded(Counter("aabbcc"), EVEN)
    assert is_overloaded(Counter("aaaabb"), EVEN)
    assert is_overloaded(Counter("aaab"), {"a": 0.4, "b": 0.6})
    assert is_overloaded(Counter("ab"), {})

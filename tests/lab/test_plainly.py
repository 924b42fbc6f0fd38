"""The card of an object that the picture does not draw."""

import pytest

from lab.sandboxes.plainly import LONGEST, MOST, plainly, shortened
from lab.sandboxes.why import why
from lessons.course import load
from lessons.running import run
from lessons.scenes import boot
from simulator.world import World


@pytest.fixture(scope="module")
def world() -> World:
    world = boot(load().find("probes"), "1")
    run(world, "kubectl create configmap settings --from-literal=a=b; kubectl create job once --image=busybox -- true")
    run(world, "kubectl create secret generic token --from-literal=word=hush; kubectl scale deploy web --replicas=4")
    run(world, "sleep 5")
    return world


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("Deployment/web", "Ready", "4/4"),
        ("deployment/web", "Ready", "4/4"),
        ("ConfigMap/settings", "Data", "1"),
        ("Secret/token", "Data", "1"),
        ("Job/once", "Completions", "1/1"),
        ("Namespace/probes", "Status", "Active"),
    ],
)
def test_its_facts_are_those_of_kubectl_get(world: World, name: str, column: str, value: str) -> None:
    told = plainly(world.cluster, world.clock.now, "probes", name)
    assert dict(told["plain"])[column] == value
    assert len(told["plain"]) <= MOST
    assert "hush" not in str(told)


def test_its_events_are_told(world: World) -> None:
    told = plainly(world.cluster, world.clock.now, "probes", "Deployment/web")
    assert "ScalingReplicaSet" in {event["reason"] for event in told["events"]}


@pytest.mark.parametrize("name", ["Deployment/nobody", "Nothing/web", "", "/", "web", "Deployment/../web"])
def test_what_is_not_there_has_no_facts(world: World, name: str) -> None:
    assert plainly(world.cluster, world.clock.now, "probes", name) == {"plain": None, "events": []}


def test_a_long_fact_is_cut() -> None:
    assert len(shortened("x" * 5000)) == LONGEST + 1
    assert shortened(None) == "–"


def test_how_it_came_to_be(world: World) -> None:
    steps = why(world.cluster, "configmaps", "probes", "settings")
    assert [(step.did, step.facts["verb"]) for step in steps] == [("asked", "POST"), ("stored", "POST")]

"""A check that looks back: what was ready while a node was emptied in the learner's own world."""

import pytest

from lessons.checks.run import evaluate
from lessons.checks.view import View
from lessons.running import run
from simulator.chronicle import KEPT
from simulator.world import World

WEB = "Deployment/default/web"
SCENE = """
kubectl cordon node-2; kubectl cordon node-3
kubectl create deployment web --image=kubelab/web:1.0 --replicas=2
kubectl create deployment other --image=kubelab/web:1.0 --replicas=3
kubectl rollout status deployment web; kubectl rollout status deployment other
kubectl uncordon node-2; kubectl uncordon node-3
"""
BUDGET = "kubectl create pdb web --selector=app=web --min-available=1; sleep 1"
DRAIN = "kubectl drain node-1 --ignore-daemonsets --timeout=90s"
SETTLED = "kubectl rollout status deployment web"


@pytest.fixture(scope="module")
def scene() -> World:
    world = World.boot(seed="history")
    world.advance(30)
    assert run(world, SCENE)[0] == 0
    world.cluster.chronicle.watch(WEB)
    return world


@pytest.fixture
def world(scene: World) -> World:
    return scene.fork()


def state(world: World, **more: object) -> str:
    return str(evaluate(View(world.fork()), {"history": WEB, "at_least": 1, **more}).state)


@pytest.mark.parametrize(
    ("script", "drained", "ever"),
    [
        pytest.param("true", "fail", "pass", id="nothing was done"),
        pytest.param(f"{BUDGET}; {DRAIN}; {SETTLED}", "pass", "pass", id="one after the other"),
        pytest.param(f"{DRAIN}; {SETTLED}", "fail", "fail", id="both at once"),
        pytest.param(f"{BUDGET}; {DRAIN} --disable-eviction; {SETTLED}", "fail", "fail", id="past the budget"),
        pytest.param(
            f"{DRAIN}; {SETTLED}; kubectl uncordon node-1; kubectl delete pods -l app=web --now; {SETTLED}; "
            f"{BUDGET}; kubectl cordon node-1; kubectl cordon node-1; {DRAIN}; kubectl uncordon node-1",
            "pass", "fail", id="better the second time",
        ),
        pytest.param(f"{BUDGET}; {DRAIN}; kubectl uncordon node-1; kubectl scale deployment web --replicas=0; sleep 9",
            "pass", "fail", id="stopped after the drain"),
        pytest.param(f"{BUDGET}; kubectl cordon node-1; kubectl delete deployment web; sleep 9", "fail", "fail", id="gone"),
    ],
)  # fmt: skip
def test_what_was_ready_meanwhile(world: World, script: str, drained: str, ever: str) -> None:
    run(world, script)
    for each in (world, world.fork(), World.restore(world.save())):
        assert (state(each, drained="node-1"), state(each)) == (drained, ever)


def test_the_finding_says_how_many_there_were(world: World) -> None:
    run(world, f"{DRAIN}; {SETTLED}")
    finding = evaluate(View(world.fork()), {"history": WEB, "drained": "node-1", "at_least": 1})
    assert (finding.expected["en"], finding.seen["en"]) == ("Pods ready at any time: at least 1", "at times 0")
    assert finding.object == WEB.replace("/", " ", 1)
    never = evaluate(View(world.fork()), {"history": WEB, "drained": "node-2", "at_least": 1})
    assert never.seen["en"] == "it was never closed"


def test_the_worst_is_kept_however_long_it_goes_on(world: World) -> None:
    flip = "for i in $(seq 30); do kubectl scale deployment web --replicas=1; sleep 4; kubectl scale deployment web --replicas=3; sleep 4; done"
    run(
        world,
        f"kubectl scale deployment web --replicas=0; sleep 5; kubectl scale deployment web --replicas=3; sleep 5; {flip}",
    )
    (counts,) = world.state.table("chronicle/ready").rows.values()
    assert len(counts) == KEPT
    assert world.cluster.chronicle.lowest(WEB) == 0
    assert world.cluster.chronicle.lowest(WEB, since=world.clock.now - 60_000_000) == 1

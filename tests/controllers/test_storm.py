"""Pods that are made and refused without end: what is over costs nothing any more, and room is left for the rest."""

import sys
from types import FrameType

from lessons.running import run
from simulator.apiserver import expiry
from simulator.controllers.podgc import MOST_FINISHED
from simulator.spec import lab
from simulator.world import World

REFUSED = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: storm}
spec:
  replicas: 3
  selector: {matchLabels: {app: storm}}
  template:
    metadata: {labels: {app: storm}}
    spec:
      nodeName: node-1
      containers: [{name: c, image: "nginx:1.29", resources: {requests: {cpu: "2"}}}]
"""


def calls(world: World, seconds: float) -> int:
    """How many functions are called while time passes."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        world.advance(seconds)
    finally:
        sys.setprofile(None)
    return count


def test_a_storm_costs_the_same_per_pod_however_long_it_lasts() -> None:
    world = World.boot(lab(1))
    run(world, f"cat <<'E' | kubectl apply -f -\n{REFUSED}E")
    world.advance(2)
    costs = []
    for _ in range(2):
        before = world.cluster.store.revision
        spent = calls(world, 3)
        costs.append(spent / (world.cluster.store.revision - before))
        world.advance(25)
    assert len(world.cluster.store.list("pods", "default")) > 1000
    assert costs[1] < costs[0] * 1.2


def test_the_oldest_go_and_others_have_room() -> None:
    world = World.boot(lab(1))
    run(world, f"cat <<'E' | kubectl apply -f -\n{REFUSED}E")
    world.advance(150)
    store = world.cluster.store
    over = [pod for pod in store.list("pods", "default") if pod["status"].get("phase") == "Failed"]
    assert MOST_FINISHED <= len(over) <= MOST_FINISHED * 2
    assert all(pod["status"]["reason"] == "OutOfcpu" for pod in over)
    assert len(store.list("events")) <= expiry.MOST + expiry.TOGETHER
    shown = run(
        world, "kubectl run late --image=nginx:1.29; sleep 9; kubectl get pod late; kubectl events --for pod/late"
    )[1]
    assert "1/1     Running" in shown and "Started" in shown
    run(world, "kubectl delete deployment storm")
    world.advance(30)
    assert len(store.list("pods", "default")) == 1, "its owner takes them along"

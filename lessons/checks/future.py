"""Checks in a forked future: do something to a copy, let time pass, and see whether it still holds."""

from collections.abc import Callable, Mapping
from typing import Any

from lessons.checks.finding import Finding
from lessons.checks.view import View

type Judge = Callable[[View, list[Mapping[str, Any]]], Finding]


def after(view: View, declared: Mapping[str, Any], judge: Judge) -> Finding:
    """`{after: [{delete_pods_of: Deployment/ns/web}, {advance: 40}], all: [...]}`."""
    copy = View(view.world.fork())
    for action in declared["after"]:
        for name, about in action.items():
            ACTIONS[name](copy, about)
    return judge(copy, declared["all"])


def advance(view: View, seconds: float) -> None:
    view.world.advance(float(seconds))


def delete_pods_of(view: View, reference: str) -> None:
    """Delete every Pod that belongs to a workload or stands behind a Service."""
    client = view.world.cluster.client("check")
    for pod in view.pods_of(reference):
        client.delete("pods", pod)


def delete_one_pod_of(view: View, reference: str) -> None:
    client = view.world.cluster.client("check")
    for pod in view.pods_of(reference)[:1]:
        client.delete("pods", pod)


def stop_node(view: View, name: str) -> None:
    """Cut a node's power."""
    kubelet = view.world.cluster.kubelet
    if kubelet is not None:
        kubelet.nodes.stop(name)


ACTIONS: dict[str, Callable[[View, Any], None]] = {
    "advance": advance,
    "delete_one_pod_of": delete_one_pod_of,
    "delete_pods_of": delete_pods_of,
    "stop_node": stop_node,
}

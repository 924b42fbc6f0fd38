"""What traffic there has been: the trace that calls leave in a learner's own world."""

from collections.abc import Mapping
from typing import Any

from lessons.checks.finding import MET, Finding, both, plain, unmet
from lessons.checks.view import View
from simulator.machinery.objects import Object

BY_SERVICE = ("service", "rejected", "dropped")
"""Hops whose second word is a Service."""


def called(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{called: Service/ns/web, from: Deployment/ns/api, outcome: "200"}`: somebody has called it, and so it ended.

    `called` and `from` are a workload, a Pod, a Node or (called alone) a Service; `from` may be `internet` or
    `workstation`. An outcome is a status, `connected`, or one of `simulator.network.trace.OUTCOMES`. The kubelets'
    probes are no calls, and only the last few hundred are remembered.
    """
    wanted = str(declared.get("outcome", ""))
    seen: dict[str, None] = {}
    for _, call in view.cluster.network.trace.calls():
        if leads_to(view, call, declared["called"]) and comes_from(view, call, declared.get("from", "")):
            if wanted in ("", call["outcome"]):
                return MET
            seen[call["outcome"]] = None
    about = str(declared["called"])
    source = declared.get("from", "")
    expected = both(
        f"a call{f' from {source}' if source else ''}{f' that ends in {wanted}' if wanted else ''}",
        f"호출{f', 출발: {source}' if source else ''}{f', 결과: {wanted}' if wanted else ''}",
    )
    return unmet(expected, plain(", ".join(seen)) if seen else both("none", "없음"), about)


def leads_to(view: View, call: Object, reference: str) -> bool:
    """Whether a call was for an object: a Service it passed, or the Pod or node where it arrived."""
    kind, namespace, name = view.split(reference)
    if kind == "Service":
        return any(hop[0] in BY_SERVICE and hop[1] == f"{namespace}/{name}" for hop in call["hops"])
    arrived = next((hop[1] for hop in call["hops"] if hop[0] == "arrived"), "")
    return arrived in whoever(view, reference)


def comes_from(view: View, call: Object, reference: str) -> bool:
    return not reference or call["from"] == reference or call["from"] in whoever(view, reference)


def whoever(view: View, reference: str) -> list[str]:
    """The Pods that a reference means, or the node, as the trace names them."""
    if "/" not in reference:
        return []
    if reference.startswith("Node/"):
        return [reference]
    return [f"Pod/{pod['metadata']['namespace']}/{pod['metadata']['name']}" for pod in view.pods_of(reference)]

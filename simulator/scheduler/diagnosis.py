"""Why a Pod could not be placed, in one sentence. Upstream: pkg/scheduler/framework/types.go FitError"""

from collections.abc import Iterable, Mapping

from simulator.scheduler.framework import Status

NO_NODES = "no nodes available to schedule pods"


def fit_error(nodes: int, reasons: Iterable[tuple[str, int]], rejection: str = "", after: str = "") -> str:
    """`0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu. preemption: …`

    `reasons` with how many nodes each refused, or one `rejection` of all; `after`: what came of preemption.
    """
    message = f"0/{nodes} nodes are available:"
    if rejection:
        message += f" {rejection}."
    else:
        counted = sorted(f"{number} {reason}" for reason, number in reasons)
        if counted:
            message += f" {', '.join(counted)}."
    return f"{message} {after}" if after else message


def tally(statuses: Mapping[str, Status]) -> list[tuple[str, int]]:
    """How often each reason was given."""
    counts: dict[str, int] = {}
    for status in statuses.values():
        for reason in status.reasons:
            counts[reason] = counts.get(reason, 0) + 1
    return list(counts.items())

"""What has happened in a learner's own world: how many Pods of a workload were ready at the worst of times."""

from collections.abc import Mapping
from typing import Any

from lessons.checks.comparing import compare
from lessons.checks.finding import MET, Finding, both, unmet
from lessons.checks.objects import spoken
from lessons.checks.view import View


def history(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{history: StatefulSet/ns/till, drained: node-2, at_least: 1}`: the fewest ready Pods at a time, while the node
    was last closed (from `cordon` or `drain` to `uncordon`, or until now); without `drained`: since the scene began.
    What is asked about stands in the scene's `history`."""
    workload, node = declared["history"], declared.get("drained")
    chronicle = view.cluster.chronicle
    if not chronicle.watches_over(workload):
        raise ValueError(f"{workload} is not in the scene's history")
    since, until = 0, None
    if node is not None:
        periods = chronicle.closed(node)
        if not periods:
            expected, seen = (
                both(f"{node} is emptied", f"{node} 노드를 비움"),
                both("it was never closed", "닫은 적 없음"),
            )
            return unmet(expected, seen, f"Node {node}")
        since, until = periods[-1]
    lowest = chronicle.lowest(workload, since, until)
    holds, wanted = compare(lowest, declared)
    if holds:
        return MET
    return unmet(
        both(f"Pods ready at any time: {wanted['en']}", f"언제나 Ready인 파드 수: {wanted['ko']}"),
        both(f"at times {lowest}", f"한때 {lowest}개"),
        spoken(view, workload),
    )

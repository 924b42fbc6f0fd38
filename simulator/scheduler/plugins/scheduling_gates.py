"""Holds Pods back until their scheduling gates are gone. Upstream: pkg/scheduler/framework/plugins/schedulinggates"""

from simulator.machinery.objects import Object
from simulator.scheduler.framework import SUCCESS, Plugin, Status, unresolvable


class SchedulingGates(Plugin):
    """Keeps a gated Pod out of the queue."""

    name = "SchedulingGates"

    def pre_enqueue(self, pod: Object) -> Status:
        gates = (pod.get("spec") or {}).get("schedulingGates")
        if not gates:
            return SUCCESS
        names = " ".join(gate["name"] for gate in gates)
        return unresolvable(f"waiting for scheduling gates: [{names}]")

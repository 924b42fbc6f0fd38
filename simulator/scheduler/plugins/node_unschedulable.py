"""Keeps Pods off cordoned nodes. Upstream: pkg/scheduler/framework/plugins/nodeunschedulable"""

from typing import Any

from simulator.scheduler.framework import SUCCESS, Plugin, Status, unresolvable
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo
from simulator.scheduler.selection import tolerates

REASON = "node(s) were unschedulable"
TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


class NodeUnschedulable(Plugin):
    """Filters out nodes marked unschedulable, unless the Pod tolerates that."""

    name = "NodeUnschedulable"

    def filter(self, facts: Any, pod: PodInfo, node: NodeInfo) -> Status:
        if not (node.node.get("spec") or {}).get("unschedulable"):
            return SUCCESS
        return SUCCESS if tolerates(pod.shape.spec.get("tolerations") or (), TAINT) else unresolvable(REASON)

"""Keeps Pods that name their node off all others. Upstream: pkg/scheduler/framework/plugins/nodename"""

from typing import Any

from simulator.scheduler.framework import SUCCESS, Plugin, Status, unresolvable
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo

REASON = "node(s) didn't match the requested node name"


class NodeName(Plugin):
    """Filters out every node but the one the Pod names."""

    name = "NodeName"

    def filter(self, facts: Any, pod: PodInfo, node: NodeInfo) -> Status:
        wanted = (pod.pod.get("spec") or {}).get("nodeName")
        return SUCCESS if not wanted or wanted == node.name else unresolvable(REASON)

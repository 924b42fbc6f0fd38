"""Keeps two Pods from the same port of a node. Upstream: pkg/scheduler/framework/plugins/nodeports"""

from typing import Any

from simulator.scheduler.framework import SKIP, SUCCESS, Plugin, Status, unschedulable
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo, Port
from simulator.scheduler.snapshot import Snapshot

REASON = "node(s) didn't have free ports for the requested pod ports"


class NodePorts(Plugin):
    """Filters out nodes where a host port the Pod wants is taken."""

    name = "NodePorts"

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        return pod.shape.ports or SKIP

    def filter(self, facts: list[Port], pod: PodInfo, node: NodeInfo) -> Status:
        return SUCCESS if all(node.takes_port(port) for port in facts) else unschedulable(REASON)

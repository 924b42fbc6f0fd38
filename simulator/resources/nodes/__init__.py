"""Nodes: the machines Pods run on."""

from simulator.resources.resource import PROXY, Resource, Subresource, below, status

RESOURCE = Resource(
    "",
    "Node",
    "nodes",
    namespaced=False,
    short_names=("no",),
    subresources=below(Subresource("proxy", "NodeProxyOptions", PROXY), status("Node")),
    package=__name__,
    keeps_status=True,
    selectable={"spec.unschedulable": lambda node: bool(node.get("spec", {}).get("unschedulable"))},
)

"""The table of Nodes. Upstream: printNode"""

from simulator.machinery.objects import Object
from simulator.resources.columns import (
    AGE,
    NAME,
    NONE,
    UNKNOWN,
    Cells,
    Column,
    Field,
    Printer,
    age,
    condition_status,
    spec_of,
    status_of,
    wide,
)

ROLE_LABEL = "node-role.kubernetes.io/"
OLD_ROLE_LABEL = "kubernetes.io/role"
ADDRESSES = Field("core.v1.NodeStatus", "addresses")
INFO = "core.v1.NodeSystemInfo"


def row(node: Object, now: int) -> Cells:
    info = status_of(node).get("nodeInfo") or {}
    return [
        node["metadata"]["name"],
        state(node),
        ",".join(roles(node)) or NONE,
        age(node, now),
        info.get("kubeletVersion", ""),
        address(node, "InternalIP"),
        address(node, "ExternalIP"),
        info.get("osImage") or UNKNOWN,
        info.get("kernelVersion") or UNKNOWN,
        info.get("containerRuntimeVersion") or UNKNOWN,
    ]


def state(node: Object) -> str:
    ready = condition_status(node, "Ready")
    shown = "Unknown" if ready is None else "Ready" if ready == "True" else "NotReady"
    return f"{shown},SchedulingDisabled" if spec_of(node).get("unschedulable") else shown


def roles(node: Object) -> list[str]:
    found = set()
    for label, value in (node["metadata"].get("labels") or {}).items():
        if label.startswith(ROLE_LABEL) and label != ROLE_LABEL:
            found.add(label[len(ROLE_LABEL) :])
        elif label == OLD_ROLE_LABEL and value:
            found.add(value)
    return sorted(found)


def address(node: Object, kind: str) -> str:
    for each in status_of(node).get("addresses") or ():
        if each["type"] == kind:
            text: str = each["address"]
            return text
    return NONE


PRINTER = Printer(
    (
        NAME,
        Column("Status", "The status of the node"),
        Column("Roles", "The roles of the node"),
        AGE,
        Column("Version", Field(INFO, "kubeletVersion")),
        wide("Internal-IP", ADDRESSES),
        wide("External-IP", ADDRESSES),
        wide("OS-Image", Field(INFO, "osImage")),
        wide("Kernel-Version", Field(INFO, "kernelVersion")),
        wide("Container-Runtime", Field(INFO, "containerRuntimeVersion")),
    ),
    row,
)

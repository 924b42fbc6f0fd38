"""A Node: its state, its capacity and what runs on it. Upstream: kubectl/pkg/describe/describe.go"""

from collections.abc import Mapping, Sequence

from simulator.kubectl.describe.events import find_events
from simulator.kubectl.describe.page import Page, boolean, date
from simulator.kubectl.errors import ServerError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.podresources import pod_amounts
from simulator.machinery import quantities
from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import Quantity

ROLE = "node-role.kubernetes.io/"
SYSTEM = (
    ("Machine ID", "machineID"),
    ("System UUID", "systemUUID"),
    ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"),
    ("OS Image", "osImage"),
    ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"),
    ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
)
CONDITION_TITLES = ("Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message")
CONDITION_RULES = ("----", "------", "-----------------", "------------------", "------", "-------")
STANDARD = ("cpu", "memory", "ephemeral-storage")


def events(kubectl: Kubectl, node: Object) -> list[Object]:
    """Controllers speak of a node by its uid, kubelets by its name."""
    return find_events(kubectl, node) + find_events(kubectl, node, uid=node["metadata"]["name"])


def describe(kubectl: Kubectl, page: Page, node: Object) -> None:
    metadata, spec, status = node["metadata"], node.get("spec") or {}, node.get("status") or {}
    pods = pods_on(kubectl, metadata["name"])
    page.events()
    slices = slices_of(kubectl, metadata["name"])
    page.field(0, "Name", metadata["name"])
    page.field(0, "Roles", ",".join(roles(metadata.get("labels") or {})) or "<none>")
    page.labels("Labels", metadata.get("labels"))
    page.annotations("Annotations", metadata.get("annotations"))
    page.field(0, "CreationTimestamp", date(metadata.get("creationTimestamp")))
    page.several("Taints", taints(spec.get("taints") or ()))
    page.field(0, "Unschedulable", boolean(spec.get("unschedulable")))
    describe_lease(kubectl, page, metadata["name"])
    describe_conditions(page, status.get("conditions") or ())
    page.line(0, "Addresses:")
    for address in status.get("addresses") or ():
        page.field(1, address["type"], address["address"])
    for title, field in (("Capacity", "capacity"), ("Allocatable", "allocatable")):
        if status.get(field):
            page.line(0, f"{title}:")
        for name in sorted(status.get(field) or {}):
            page.field(1, name, status[field][name])
    describe_slices(page, slices)
    page.line(0, "System Info:")
    for title, field in SYSTEM:
        page.field(1, title, at(status, "nodeInfo", field, default=""))
    for title, value in (
        ("PodCIDR", spec.get("podCIDR")),
        ("PodCIDRs", ",".join(spec.get("podCIDRs") or ())),
        ("ProviderID", spec.get("providerID")),
    ):
        if value:
            page.field(0, title, value)
    describe_pods(page, node, pods)


def roles(labels: Mapping[str, str]) -> list[str]:
    found = [key.removeprefix(ROLE) for key in labels if key.startswith(ROLE) and key != ROLE]
    if labels.get("kubernetes.io/role"):
        found.append(labels["kubernetes.io/role"])
    return sorted(dict.fromkeys(found))


def taints(taints: Sequence[Object]) -> list[str]:
    ordered = sorted(taints, key=lambda taint: f"{taint['effect']},{taint['key']}")
    return [
        f"{taint['key']}={taint['value']}:{taint['effect']}"
        if taint.get("value")
        else f"{taint['key']}:{taint['effect']}"
        for taint in ordered
    ]


def describe_lease(kubectl: Kubectl, page: Page, name: str) -> None:
    try:
        lease = kubectl.clientset.get(f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{name}")
    except ServerError as error:
        page.field(0, "Lease", f"Failed to get lease: {error}")
        return
    spec = lease.get("spec") or {}
    page.line(0, "Lease:")
    page.field(1, "HolderIdentity", spec.get("holderIdentity", "<unset>"))
    for title, field in (("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")):
        page.field(1, title, date(spec[field]) if spec.get(field) else "<unset>")


def describe_conditions(page: Page, conditions: Sequence[Object]) -> None:
    if not conditions:
        return
    page.line(0, "Conditions:")
    rows = [
        (
            f"{one['type']} ",
            f"{one['status']} ",
            f"{date(one.get('lastHeartbeatTime'))} ",
            f"{date(one.get('lastTransitionTime'))} ",
            f"{one.get('reason', '')} ",
            one.get("message", ""),
        )
        for one in conditions
    ]
    page.table(1, CONDITION_TITLES, rows, CONDITION_RULES)


def pods_on(kubectl: Kubectl, name: str) -> Sequence[Object] | None:
    """The Pods of a node that have not ended, None where they may not be seen."""
    selector = f"spec.nodeName={name},status.phase!=Succeeded,status.phase!=Failed"
    try:
        return kubectl.clientset.listed("/api/v1/pods", {"fieldSelector": selector})
    except ServerError as error:
        if error.reason != "Forbidden":
            raise
        return None


def slices_of(kubectl: Kubectl, name: str) -> Sequence[Object]:
    """The ResourceSlices that tell of devices on one node, none where they may not be seen."""
    try:
        listed = kubectl.clientset.collection(
            "/apis/resource.k8s.io/v1/resourceslices", {"fieldSelector": f"spec.nodeName={name}"}
        )
    except ServerError:
        return ()
    return list(listed.get("items", ()))


def describe_slices(page: Page, slices: Sequence[Object]) -> None:
    """How many devices each pool of a driver has on the node."""
    if not slices:
        return
    pools: dict[tuple[str, str], list[int]] = {}
    for one in slices:
        spec = one["spec"]
        pools.setdefault((spec["driver"], spec["pool"]["name"]), []).append(len(spec.get("devices") or ()))
    page.line(0, "Node-Local ResourceSlices:")
    rows = [(*pool, len(counts), sum(counts)) for pool, counts in sorted(pools.items())]
    page.table(1, ("Driver", "Pool", "Slices", "Devices"), rows, ("------", "----", "------", "-------"))


def describe_pods(page: Page, node: Object, pods: Sequence[Object] | None) -> None:
    """The Pods that have not ended, and what they ask of the node together."""
    if pods is None:
        page.field(0, "Pods", "not authorized")
        return
    available: Mapping[str, str] = at(node, "status", "allocatable") or at(node, "status", "capacity", default={})
    page.field(0, "Non-terminated Pods", f"({len(pods)} in total)")
    page.line(1, "Namespace", "Name", "", "CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits", "Age")
    page.line(1, "---------", "----", "", "------------", "----------", "---------------", "-------------", "---")
    totals: list[dict[str, Quantity]] = [{}, {}]
    for pod in pods:
        amounts = [pod_amounts(pod, field) for field in ("requests", "limits")]
        for total, amount in zip(totals, amounts, strict=True):
            for name, value in amount.items():
                total[name] = total[name] + value if name in total else value
        cells = [share(amount.get(name), name, available) for name in ("cpu", "memory") for amount in amounts]
        metadata = pod["metadata"]
        age = page.since(metadata.get("creationTimestamp"))
        page.line(1, metadata["namespace"], metadata["name"], "", *cells, age)
    describe_totals(page, totals, available)


def describe_totals(page: Page, totals: list[dict[str, Quantity]], available: Mapping[str, str]) -> None:
    page.line(0, "Allocated resources:")
    page.line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)")
    huge = sorted(name for name in available if name.startswith("hugepages-"))
    others = sorted(name for name in available if name not in (*STANDARD, *huge, "pods"))
    rows = [(name, *(share(total.get(name), name, available) for total in totals)) for name in (*STANDARD, *huge)]
    rows += [(name, *(str(total.get(name, "0")) for total in totals)) for name in others]
    page.table(1, ("Resource", "Requests", "Limits"), rows)


def share(amount: Quantity | None, name: str, available: Mapping[str, str]) -> str:
    """An amount with the part it is of what the node has: `250m (12%)`."""
    amount = amount if amount is not None else quantities.parse("0")
    whole = quantities.parse(available.get(name, "0"))
    part, total = (amount.milli(), whole.milli()) if name == "cpu" else (amount.value(), whole.value())
    return f"{amount} ({int(part / total * 100) if total else 0}%)"

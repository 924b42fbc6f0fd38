"""kubectl top: what nodes and pods use, as the metrics API tells it. Upstream: kubectl/pkg/cmd/top"""

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from simulator.kernel.clock import MINUTE, moment
from simulator.kubectl.command import Command, Outcome, command
from simulator.kubectl.dialects import API_GROUPS, METRICS
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import ALL_NAMESPACES, FIELD_SELECTOR, SELECTOR
from simulator.kubectl.rows import table
from simulator.machinery import quantities
from simulator.machinery.durations import format_duration
from simulator.machinery.gosort import go_sorted
from simulator.machinery.objects import Object, at

PATH = "/apis/metrics.k8s.io/v1beta1"
MEBIBYTE = 1 << 20
PATIENCE = 2 * MINUTE
"""How long a pod may be there without anything being known of it."""

type Usage = tuple[int, int]
"""Thousandths of a CPU, and bytes of memory."""
NO_SWAP = ("<unknown>", "<unknown>")
"""What is known of the swap of nodes: none of them has any."""

NO_HEADERS = Flag("no-headers", False, "Show no headers of columns")
SORT_BY = Flag("sort-by", "", "Sort by 'cpu' or 'memory'.", choices=("cpu", "memory"))
SWAP = Flag("show-swap", False, "Show the use of swap too.")
PROTOBUF = Flag("use-protocol-buffers", True, "Ask for the metrics as protobuf.")


def check(kubectl: Kubectl) -> None:
    """Refuse what cannot be asked, and say so where nobody measures."""
    options = kubectl.options
    kind = kubectl.command.name
    kubectl.connect()
    if options.text("sort-by") not in ("", "cpu", "memory"):
        raise CommandError("--sort-by accepts only cpu or memory")
    if len(options.args) > 1:
        raise kubectl.usage_error(f"{kind} [NAME | -l label]")
    selectors = [options.text(flag) for flag in ("selector", "field-selector") if options.has(flag)]
    if options.args and any(selectors):
        raise CommandError(f"only one of NAME or {'--selector' if kind == 'node' else 'selector'} can be provided")
    if "metrics.k8s.io" not in groups(kubectl):
        raise CommandError("Metrics API not available")


def groups(kubectl: Kubectl) -> list[str]:
    """The API groups as the server tells them now: this command remembers none and has no patience of its own."""
    client = kubectl.client.speaking(API_GROUPS)
    told = [client.get(path, doing=path) for path in ("/api", "/apis")]
    return [group["metadata"].get("name", "") for answer in told for group in answer.get("items", ())]


def usage(obj: Object) -> Usage:
    found = obj.get("usage") or {}
    return quantities.milli(found.get("cpu", "0")), quantities.value(found.get("memory", "0"))


def total(usages: list[Usage]) -> Usage:
    return sum(one[0] for one in usages), sum(one[1] for one in usages)


def cells(used: Usage) -> tuple[str, str]:
    return f"{used[0]}m", f"{used[1] // MEBIBYTE}Mi"


def in_order[T](
    kubectl: Kubectl, measured: Iterable[T], name: Callable[[T], Any], used: Callable[[T], Usage]
) -> list[T]:
    """The most first, where sorting is asked for, with what is alike as Go's sort leaves it; names otherwise."""
    by = kubectl.options.text("sort-by")
    if not by:
        return sorted(measured, key=name)
    which = ("cpu", "memory").index(by)
    return go_sorted(measured, lambda one, other: used(one)[which] > used(other)[which])


def share(used: int, size: int) -> str:
    """As upstream reckons it, in floating point: 29 of 100 are 28%."""
    return f"{int(used / size * 100)}%" if size else "0%"


def verify_age(kubectl: Kubectl, everywhere: bool) -> None:
    """Pods that have only begun have not been measured yet. Upstream: top_pod.go verifyEmptyMetrics"""
    options = kubectl.options
    path = "/api/v1/pods" if everywhere else f"/api/v1/namespaces/{kubectl.namespace}/pods"
    query = {"labelSelector": options.text("selector") or None, "fieldSelector": options.text("field-selector") or None}
    pods = list(kubectl.clientset.collection(path, query).get("items", ()))
    for found in pods:
        metadata, now = found["metadata"], kubectl.now
        age = now - moment(metadata["creationTimestamp"])
        name = f"{metadata['namespace']}/{metadata['name']}"
        if age > PATIENCE:
            raise CommandError(f"Metrics not available for pod {name}, age: {format_duration(age)}")
        said = f"Metrics not yet available for pod {name}, age: {format_duration(age)}"
        kubectl.client.log(2, "top_pod.go:317", said)
    if pods:
        raise CommandError("metrics not available yet")


def metrics(kubectl: Kubectl, path: str) -> list[Object]:
    options, client = kubectl.options, kubectl.client.speaking(METRICS)
    if options.args:
        return [client.get(f"{path}/{options.args[0]}")]
    query = {"labelSelector": options.text("selector") or None}
    if options.has("field-selector"):
        query["fieldSelector"] = options.text("field-selector") or None
    return list(client.collection(path, query).get("items", ()))


@command(
    "node [NAME | -l label]",
    summary="Display resource (CPU/memory) usage of nodes",
    description="Display resource (CPU/memory) usage of nodes.",
    examples=(
        ("Show what all nodes use", "kubectl top node"),
        ("Show what one node uses", "kubectl top node NODE_NAME"),
    ),
    flags=(
        NO_HEADERS,
        SELECTOR,
        Flag("show-capacity", False, "Show shares of the capacity, not of what pods may use."),
        SWAP,
        SORT_BY,
        PROTOBUF,
    ),
    aliases=("nodes", "no"),
    completes=("node",),
)
def node(kubectl: Kubectl) -> Outcome:
    check(kubectl)
    measured = {one["metadata"]["name"]: usage(one) for one in metrics(kubectl, f"{PATH}/nodes")}
    if not measured:
        raise CommandError("metrics not available yet")
    field = "capacity" if kubectl.options.flag("show-capacity") else "allocatable"
    swaps = kubectl.options.flag("show-swap")
    titles = (
        "NAME",
        "CPU(cores)",
        "CPU(%)",
        "MEMORY(bytes)",
        "MEMORY(%)",
        *(("SWAP(bytes)", "SWAP(%)") if swaps else ()),
    )
    rows: list[tuple[str, ...]] = [] if kubectl.options.flag("no-headers") else [titles]
    known = nodes(kubectl)
    for name in in_order(kubectl, measured, str, measured.__getitem__):
        cpu, memory = cells(measured[name])
        available = at(known.get(name, {}), "status", field, default={})
        whole = quantities.milli(available.get("cpu", "0")), quantities.value(available.get("memory", "0"))
        shares = [share(used, size) for used, size in zip(measured[name], whole, strict=True)]
        rows.append((name, cpu, shares[0], memory, shares[1], *(NO_SWAP if swaps else ())))
    kubectl.write(table(rows))
    return None


def nodes(kubectl: Kubectl) -> dict[str, Object]:
    """The nodes that are meant, by their names."""
    args, selector = kubectl.options.args, kubectl.options.text("selector")
    if args:
        return {args[0]: kubectl.clientset.get(f"/api/v1/nodes/{args[0]}")}
    listed = kubectl.clientset.collection("/api/v1/nodes", {"labelSelector": selector} if selector else None)
    return {one["metadata"]["name"]: one for one in listed["items"]}


@command(
    "pod [NAME | -l label]",
    summary="Display resource (CPU/memory) usage of pods",
    description="Display resource (CPU/memory) usage of pods.\n\n"
    " Measuring takes a while: of a new pod nothing is known for its first minutes.",
    examples=(
        ("Show what the pods of the default namespace use", "kubectl top pod"),
        ("Show what the pods of another namespace use", "kubectl top pod --namespace=NAMESPACE"),
        ("Show what a pod and its containers use", "kubectl top pod POD_NAME --containers"),
        ("Show what the pods with label name=myLabel use", "kubectl top pod -l name=myLabel"),
    ),
    flags=(
        ALL_NAMESPACES,
        Flag("containers", False, "Show each container of the pods."),
        FIELD_SELECTOR,
        NO_HEADERS,
        SELECTOR,
        SWAP,
        SORT_BY,
        Flag("sum", False, "Show the sum below"),
        PROTOBUF,
    ),
    aliases=("pods", "po"),
    completes=("pods",),
)
def pod(kubectl: Kubectl) -> Outcome:
    check(kubectl)
    options = kubectl.options
    everywhere = options.flag("all-namespaces")
    measured = metrics(kubectl, f"{PATH}/pods" if everywhere else f"{PATH}/namespaces/{kubectl.namespace}/pods")
    if not measured:
        verify_age(kubectl, everywhere)
        kubectl.complain(
            "No resources found" if everywhere else f"No resources found in {kubectl.namespace} namespace."
        )
        return None
    measured = in_order(kubectl, measured, lambda one: (one["metadata"]["namespace"], one["metadata"]["name"]), of_pod)
    head = (*(("NAMESPACE",) if everywhere else ()), *(("POD", "NAME") if options.flag("containers") else ("NAME",)))
    swap = options.flag("show-swap")
    titles = (*head, "CPU(cores)", "MEMORY(bytes)", *(("SWAP(bytes)",) if swap else ()))
    used_swap = ("0Mi",) if swap else ()
    rows: list[tuple[str, ...]] = [] if options.flag("no-headers") else [titles]
    for one in measured:
        metadata = one["metadata"]
        begin = (metadata["namespace"],) if everywhere else ()
        if options.flag("containers"):
            rows += [
                (*begin, metadata["name"], inner["name"], *cells(usage(inner)), *used_swap)
                for inner in in_order(kubectl, one["containers"], itemgetter("name"), usage)
            ]
        else:
            rows.append((*begin, metadata["name"], *cells(of_pod(one)), *used_swap))
    if options.flag("sum"):
        # upstream's sums stand one column further where swap is shown, and in the first ones where there are no headers
        blank = ("",) * ((1 if options.flag("no-headers") else len(head)) + len(used_swap))
        sums = (*blank, *cells(total([of_pod(one) for one in measured])), *used_swap)
        rows += [(*blank, "________", "________"), sums]
    kubectl.write(table(rows))
    return None


def of_pod(one: Object) -> Usage:
    return total([usage(inner) for inner in one.get("containers") or ()])


top = Command(
    usage="top [flags]",
    summary="Display resource (CPU/memory) usage",
    description="Display resource (CPU/memory) usage.\n\n"
    " The numbers come from a metrics server, which has to run in the cluster. They are made for autoscaling: they need"
    " not be what top shows on the machine itself.",
    commands=(node, pod),
)

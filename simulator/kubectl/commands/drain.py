"""kubectl drain: empty nodes, with respect for disruption budgets. Upstream: kubectl/pkg/drain"""

from simulator.kernel.clock import SECOND
from simulator.kubectl.changes import SUFFIX, dry_run
from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.commands.cordon import chosen_nodes, mark
from simulator.kubectl.dialects import EVICTIONS, RESOURCES, TYPED
from simulator.kubectl.errors import CommandError, Failure, Plain, ServerError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import CHUNK_SIZE, DRY_RUN, SELECTOR
from simulator.machinery import selectors
from simulator.machinery.durations import format_duration
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at, controller_of

MIRROR = "kubernetes.io/config.mirror"
RETRY = 5 * SECOND
"""How long to wait before an eviction that a budget forbade is tried again."""
POLL = SECOND

UNMANAGED = "deleting Pods that declare no controller"
UNMANAGED_FATAL = "cannot delete Pods that declare no controller (use --force to override)"
LOCAL_FATAL = "cannot delete Pods with local storage (use --delete-emptydir-data to override)"
DAEMON_SETS = "ignoring DaemonSet-managed Pods"
DAEMON_SETS_FATAL = "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"

type Leaving = tuple[str, str, str, int]
"""Namespace, name and uid of a pod, and when to try to evict it: 0 when it has been evicted."""


type Told = tuple[tuple[str, ...], ...]
"""For each node that could not be drained, the reasons."""


@command(
    "drain NODE",
    summary="Drain node in preparation for maintenance",
    description="Drain node in preparation for maintenance.\n\n"
    " The node is marked unschedulable, so that no new pods come to it. Then its pods are evicted, where the server"
    " knows evictions; otherwise they are deleted. Pods that the node brought from files stay. Pods of a daemon set"
    " would come back at once: with them the node is drained only with --ignore-daemonsets. Pods that nothing would"
    " create again are lost: they go only with --force.\n\n"
    " drain waits until every pod is gone. When the node may be used again, kubectl uncordon says so.",
    examples=(
        ('Drain the node "foo", even if pods on it have no controller', "kubectl drain foo --force"),
        ("Give pods 15 minutes to end", "kubectl drain foo --grace-period=900"),
    ),
    flags=(
        CHUNK_SIZE,
        Flag("delete-emptydir-data", False, "Go on although pods keep data in emptyDir volumes, which is lost."),
        Flag("disable-eviction", False, "Delete pods, whatever their disruption budgets say."),
        DRY_RUN,
        Flag("force", False, "Go on although there are pods without a controller."),
        Flag("grace-period", -1, "Seconds that pods get to end. Negative: their own."),
        Flag("ignore-daemonsets", False, "Let the pods of daemon sets be."),
        Flag("pod-selector", "", "Labels of the pods to evict"),
        SELECTOR,
        Flag(
            "skip-wait-for-delete-timeout",
            0,
            "Do not wait for pods that have been ending for more than this many seconds.",
        ),
        Flag("timeout", "0s", "How long to try; zero tries for ever", kind="duration"),
    ),
    completes=("node",),
    dialect=TYPED,
)
def drain(kubectl: Kubectl) -> Outcome:
    try:
        selectors.parse(kubectl.options.text("pod-selector"))
    except selectors.SelectorError:
        raise CommandError("--pod-selector=<pod_selector> must be a valid label selector") from None
    nodes = chosen_nodes(kubectl)
    for node in nodes:
        mark(kubectl, node, unschedulable=True)
    return drain_next(kubectl, tuple(node.name for node in nodes), (), ())


def drain_next(kubectl: Kubectl, left: tuple[str, ...], pending: tuple[str, ...], told: Told) -> Outcome:
    """Drain the nodes that are left, one after the other; `pending` could not be."""
    while left:
        name, left = left[0], left[1:]
        try:
            pods = pods_to_delete(kubectl, name)
        except Failure as failure:
            complain(kubectl, name, failure)
            pending, told = (*pending, name), (*told, reasons(failure))
            continue
        strategy = dry_run(kubectl)
        begin_leaving(kubectl, pods, strategy)
        if strategy == "none" and pods:
            leaving = tuple(
                (pod["metadata"]["namespace"], pod["metadata"]["name"], pod["metadata"]["uid"], 1) for pod in pods
            )
            deadline = kubectl.now + kubectl.options.duration("timeout") if kubectl.options.duration("timeout") else 0
            return evict(kubectl, leaving, deadline, name, left, pending, told)
        drained(kubectl, name)
    return end(kubectl, pending, told)


def begin_leaving(kubectl: Kubectl, pods: list[Object], strategy: str) -> None:
    """Tell which pods go; where the server only pretends, ask it for each at once."""
    verb = "deleting" if kubectl.options.flag("disable-eviction") else "evicting"
    if pods and strategy != "client" and verb == "evicting":  # whether the server knows evictions
        kubectl.client.speaking(RESOURCES).get("/api/v1")
    for pod in pods:
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        tell = kubectl.complain if strategy == "none" else kubectl.print
        if verb == "evicting" or strategy != "server":
            tell(f"{verb} pod {namespace}/{name}{SUFFIX[strategy]}")
        if strategy == "server":
            ask(kubectl, f"/api/v1/namespaces/{namespace}/pods/{name}", namespace, name)


class Undrainable(Plain):
    """Pods of a node must not leave it, for one or more reasons."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(reasons[0] if len(reasons) == 1 else f"[{', '.join(reasons)}]")
        self.reasons = reasons


def reasons(failure: Failure) -> tuple[str, ...]:
    """What went wrong, one by one, as the end of the command tells it."""
    if isinstance(failure, Undrainable):
        return tuple(failure.reasons)
    return (failure.listed() if isinstance(failure, ServerError) else str(failure),)


def drained(kubectl: Kubectl, name: str) -> None:
    kubectl.print(f"node/{name} drained{SUFFIX[dry_run(kubectl)]}")


def complain(kubectl: Kubectl, name: str, failure: Failure) -> None:
    kubectl.complain(f"error: unable to drain node {quoted(name)} due to error: {failure}, continuing command...")


def end(kubectl: Kubectl, pending: tuple[str, ...], told: Told) -> Outcome:
    if not pending:
        return None
    kubectl.complain("There are pending nodes to be drained:")
    for name in pending:
        kubectl.complain(f" {name}")
    if len(told) == 1:
        raise Plain("\n".join(told[0]))
    raise Plain("\n".join(each[0] if len(each) == 1 else f"[{', '.join(each)}]" for each in told))


def pods_to_delete(kubectl: Kubectl, node: str) -> list[Object]:
    """The pods that have to leave a node. Raises Plain where one of them must not."""
    query: dict[str, str | int] = {"fieldSelector": f"spec.nodeName={node}", "limit": 500}
    if selector := kubectl.options.text("pod-selector"):
        query["labelSelector"] = selector
    going: list[Object] = []
    warnings: dict[str, list[str]] = {}
    fatal: dict[str, list[str]] = {}
    for pod in kubectl.clientset.collection("/api/v1/pods", query).get("items", ()):
        goes, warning, reason = judged(kubectl, pod)
        where = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
        if warning:
            warnings.setdefault(warning, []).append(where)
        if reason:
            fatal.setdefault(reason, []).append(where)
        if goes:
            going.append(pod)
    if fatal:
        errors = [f"{reason}: {', '.join(pods)}" for reason, pods in fatal.items()]
        raise Undrainable(errors)
    if warnings:
        kubectl.warn("; ".join(f"{reason}: {', '.join(pods)}" for reason, pods in warnings.items()))
    return going


def judged(kubectl: Kubectl, pod: Object) -> tuple[bool, str, str]:
    """Whether a pod goes, what to warn about, and why it must not go."""
    options = kubectl.options
    controller = controller_of(pod)
    finished = at(pod, "status", "phase") in ("Succeeded", "Failed")
    if controller is not None and controller["kind"] == "DaemonSet" and not finished:
        return of_daemon_set(kubectl, pod["metadata"]["namespace"], controller["name"])
    if MIRROR in at(pod, "metadata", "annotations", default={}):
        return False, "", ""
    stores = any("emptyDir" in volume for volume in at(pod, "spec", "volumes", default=[]))
    if stores and not finished and not options.flag("delete-emptydir-data"):
        return False, "", LOCAL_FATAL
    if controller is None and not finished:
        return (True, UNMANAGED, "") if options.flag("force") else (False, "", UNMANAGED_FATAL)
    return True, "", ""


def of_daemon_set(kubectl: Kubectl, namespace: str, name: str) -> tuple[bool, str, str]:
    """The same of a pod that its DaemonSet would make again, if that is still there."""
    options = kubectl.options
    try:
        kubectl.clientset.get(f"/apis/apps/v1/namespaces/{namespace}/daemonsets/{name}")
    except ServerError as error:
        orphaned = error.reason == "NotFound" and options.flag("force")
        return (True, str(error), "") if orphaned else (False, "", str(error))
    return (False, DAEMON_SETS, "") if options.flag("ignore-daemonsets") else (False, "", DAEMON_SETS_FATAL)


@step
def evict(
    kubectl: Kubectl,
    leaving: tuple[Leaving, ...],
    deadline: int,
    node: str,
    left: tuple[str, ...],
    pending: tuple[str, ...],
    told: Told,
) -> Outcome:
    """Try what is due to be tried, see what is gone, and look again in a while."""
    try:
        still = tuple(one for pod in leaving if (one := one_pod(kubectl, pod)) is not None)
    except Failure as failure:
        complain(kubectl, node, failure)
        return drain_next(kubectl, left, (*pending, node), (*told, reasons(failure)))
    if not still:
        drained(kubectl, node)
        return drain_next(kubectl, left, pending, told)
    if deadline and kubectl.now >= deadline:
        words = format_duration(kubectl.options.duration("timeout"))
        errors = [f'error when waiting for pod {quoted(name)} in namespace {quoted(namespace)} to terminate: '
                  f"global timeout reached: {words}" for namespace, name, _, _ in still]  # fmt: skip
        timeout = Plain(errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]")
        complain(kubectl, node, timeout)
        return drain_next(kubectl, left, (*pending, node), (*told, (str(timeout),)))
    until = kubectl.now + POLL
    return kubectl.wait(evict, still, deadline, node, left, pending, told, until=until)


def one_pod(kubectl: Kubectl, pod: Leaving) -> Leaving | None:
    """Where a pod stands after this look; None when it is gone."""
    namespace, name, uid, due = pod
    path = f"/api/v1/namespaces/{namespace}/pods/{name}"
    if due and kubectl.now < due:
        return pod
    if due:
        try:
            ask(kubectl, path, namespace, name)
        except ServerError as error:
            if error.reason == "NotFound":
                tell_gone(kubectl, name)
                return None
            if error.reason == "TooManyRequests":
                kubectl.complain(
                    f"error when evicting pods/{quoted(name)} -n {quoted(namespace)} (will retry after 5s): {error}"
                )
                return namespace, name, uid, kubectl.now + RETRY
            raise CommandError(f"error when evicting pods/{quoted(name)} -n {quoted(namespace)}: {error}") from None
    current = kubectl.clientset.find(path)
    if current is None or current["metadata"]["uid"] != uid:
        tell_gone(kubectl, name)
        return None
    return namespace, name, uid, 0


def tell_gone(kubectl: Kubectl, name: str) -> None:
    kubectl.print(f"pod/{name} {'deleted' if kubectl.options.flag('disable-eviction') else 'evicted'}")


def ask(kubectl: Kubectl, path: str, namespace: str, name: str) -> None:
    """Ask for the eviction of a pod, or delete it."""
    grace = kubectl.options.number("grace-period")
    options: Object = {"gracePeriodSeconds": grace} if grace >= 0 else {}
    if dry_run(kubectl) == "server":
        options["dryRun"] = ["All"]
    if kubectl.options.flag("disable-eviction"):
        kubectl.clientset.delete(path, options)
        return
    body: Object = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": namespace},
    }
    if options:
        body["deleteOptions"] = options
    kubectl.client.speaking(EVICTIONS).post(f"{path}/eviction", body)

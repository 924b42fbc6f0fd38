"""kubectl drain: empty nodes, with respect for disruption budgets. Upstream: kubectl/pkg/drain, pkg/cmd/drain"""

from collections.abc import Sequence

from simulator.kernel.clock import SECOND
from simulator.kubectl.changes import SUFFIX, dry_run
from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.commands.cordon import chosen_nodes, mark
from simulator.kubectl.dialects import EVICTIONS, RESOURCES, TYPED
from simulator.kubectl.draining import Undrainable, is_past_waiting, pods_to_delete, survey
from simulator.kubectl.errors import CommandError, Failure, Plain, ServerError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import CHUNK_SIZE, DRY_RUN, SELECTOR
from simulator.machinery import selectors
from simulator.machinery.durations import format_duration
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at

RETRY = 5 * SECOND
"""How long to wait before an eviction that a budget forbade is tried again."""
POLL = SECOND
STARTS_FROM = 2
"""The verbosity from which on it is said of each Pod that it begins to go."""
EXPIRED = "context deadline exceeded"
ERROR = "error: "

type Leaving = tuple[str, str, str, bool, int]
"""A Pod that is to go: its namespace, name and uid, whether it is still to be evicted, and when to see to it next."""

type Told = tuple[tuple[str, ...], ...]
"""For each node that could not be drained, the reasons."""

type Course = tuple[str, int, tuple[str, ...], tuple[str, ...], Told]
"""The node that is drained and when to give it up (0: never), the nodes after it, and those that could not be
drained, with the reasons."""


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
        if dry_run(kubectl) != "client" and pods:
            timeout = kubectl.options.duration("timeout")
            course = (name, kubectl.now + timeout if timeout else 0, left, pending, told)
            return empty(kubectl, pods, course)
        for pod in pods:
            announce(kubectl, pod["metadata"]["namespace"], pod["metadata"]["name"])
        drained(kubectl, name)
    return end(kubectl, pending, told)


def announce(kubectl: Kubectl, namespace: str, name: str) -> None:
    kubectl.print(f"evicting pod {namespace}/{name}{SUFFIX[dry_run(kubectl)]}")


def drained(kubectl: Kubectl, name: str) -> None:
    kubectl.print(f"node/{name} drained{SUFFIX[dry_run(kubectl)]}")


def empty(kubectl: Kubectl, pods: list[Object], course: Course) -> Outcome:
    """Begin to evict the Pods of a node, or delete them."""
    evicting = not kubectl.options.flag("disable-eviction")
    metadata = [pod["metadata"] for pod in pods]
    leaving = tuple((each["namespace"], each["name"], each["uid"], evicting, kubectl.now) for each in metadata)
    if evicting:
        kubectl.client.speaking(RESOURCES).get("/api/v1")  # whether the server knows evictions
        return leave(kubectl, leaving, (), course)
    for namespace, name, *_ in leaving:
        try:
            kubectl.clientset.delete(f"/api/v1/namespaces/{namespace}/pods/{name}", delete_options(kubectl))
        except ServerError as error:
            if error.reason != "NotFound":
                return give_up(kubectl, error, course)
        tell_started(kubectl, name)
    return leave(kubectl, leaving if dry_run(kubectl) == "none" else (), (), course)


def delete_options(kubectl: Kubectl) -> Object:
    grace = kubectl.options.number("grace-period")
    options: Object = {"gracePeriodSeconds": grace} if grace >= 0 else {}
    return options | ({"dryRun": ["All"]} if dry_run(kubectl) == "server" else {})


@step
def leave(kubectl: Kubectl, leaving: tuple[Leaving, ...], errors: tuple[str, ...], course: Course) -> Outcome:
    """See to the Pods whose turn it is, until all are gone or given up."""
    deadline = course[1]
    still: list[Leaving] = []
    for pod in leaving:
        *_, evicting, due = pod
        if kubectl.now < due and (evicting or not deadline or kubectl.now < deadline):
            still.append(pod)
            continue
        after = seen_to(kubectl, pod, deadline)
        if isinstance(after, str):
            errors = (*errors, after)
        elif after is not None:
            still.append(after)
    if not still:
        return settle(kubectl, errors, course)
    until = min(due if evicting or not deadline else min(due, deadline) for *_, evicting, due in still)
    return kubectl.wait(leave, tuple(still), errors, course, until=until)


def settle(kubectl: Kubectl, errors: tuple[str, ...], course: Course) -> Outcome:
    """Tell what came of a node, and go on with the next."""
    name, _, left, pending, told = course
    if not errors:
        drained(kubectl, name)
        return drain_next(kubectl, left, pending, told)
    if kubectl.options.flag("disable-eviction"):
        return give_up(kubectl, CommandError(errors[0]), course)
    return give_up(kubectl, Undrainable(list(errors)), course)


def give_up(kubectl: Kubectl, failure: Failure, course: Course) -> Outcome:
    name, _, left, pending, told = course
    found = survey(kubectl, name)
    if found.going:
        kubectl.complain(f"There are pending pods in node {quoted(name)} when an error occurred: {failure}")
        for pod in found.going:
            kubectl.complain(f"pod/{pod['metadata']['name']}")
    if found.fatal:
        kubectl.complain(
            f"Following errors occurred while getting the list of pods to delete:\n{Undrainable(found.reasons)}"
        )
    complain(kubectl, name, failure)
    return drain_next(kubectl, left, (*pending, name), (*told, reasons(failure)))


def seen_to(kubectl: Kubectl, pod: Leaving, deadline: int) -> Leaving | str | None:
    """Where a Pod stands after this look: what comes next, what went wrong, or None when it is done with."""
    namespace, name, uid, evicting, _ = pod
    if evicting:
        return evicted(kubectl, pod, deadline)
    if deadline and kubectl.now >= deadline:
        return stuck(kubectl, pod, EXPIRED)
    try:
        current = kubectl.clientset.find(f"/api/v1/namespaces/{namespace}/pods/{name}")
    except ServerError as error:
        kubectl.print(f"pod/{name} {word(kubectl)} failed")
        return stuck(kubectl, pod, str(error))
    if current is None or current["metadata"]["uid"] != uid:
        kubectl.print(f"pod/{name} {'deleted' if kubectl.options.flag('disable-eviction') else 'evicted'}")
        return None
    if is_past_waiting(kubectl, current):
        longest = kubectl.options.number("skip-wait-for-delete-timeout")
        kubectl.print(f"pod {quoted(name)} has DeletionTimestamp older than {longest} seconds, skipping")
        return None
    return namespace, name, uid, False, kubectl.now + POLL


def tell_started(kubectl: Kubectl, name: str) -> None:
    if kubectl.options.number("v") >= STARTS_FROM and dry_run(kubectl) == "none":
        kubectl.print(f"pod/{name} {word(kubectl)} started")


def word(kubectl: Kubectl) -> str:
    return "deletion" if kubectl.options.flag("disable-eviction") else "eviction"


def stuck(kubectl: Kubectl, pod: Leaving, why: str) -> str:
    if kubectl.options.flag("disable-eviction"):
        return why
    namespace, name, *_ = pod
    return f"error when waiting for pod {quoted(name)} in namespace {quoted(namespace)} to terminate: {why}"


def evicted(kubectl: Kubectl, pod: Leaving, deadline: int) -> Leaving | str | None:
    """Try to evict a Pod."""
    namespace, name, uid, *_ = pod
    tell_started(kubectl, name)
    announce(kubectl, namespace, name)
    failed = f"error when evicting pods/{quoted(name)} -n {quoted(namespace)}"
    if deadline and kubectl.now >= deadline:
        return f"{failed}: global timeout reached: {format_duration(kubectl.options.duration('timeout'))}"
    again = (namespace, name, uid, True, kubectl.now + RETRY)
    try:
        ask(kubectl, namespace, name)
    except ServerError as error:
        if error.reason == "NotFound":
            return None
        if error.reason == "TooManyRequests":
            kubectl.complain(f"{failed} (will retry after 5s): {error}")
            return again
        if not is_of_ending_namespace(error):
            return f"{failed}: {error}"
        if not is_ending(kubectl, namespace, name):
            where = f"pod {quoted(name)} from terminating namespace {quoted(namespace)}"
            kubectl.complain(f"error when evicting {where} (will retry after 5s): {error}")
            return again
    if dry_run(kubectl) == "server":
        return None
    return seen_to(kubectl, (namespace, name, uid, False, kubectl.now), deadline)


def is_of_ending_namespace(error: ServerError) -> bool:
    causes: list[Object] = at(error.status, "details", "causes", default=[])
    return error.reason == "Forbidden" and any(cause.get("reason") == "NamespaceTerminating" for cause in causes)


def is_ending(kubectl: Kubectl, namespace: str, name: str) -> bool:
    pod = kubectl.clientset.find(f"/api/v1/namespaces/{namespace}/pods/{name}")
    return pod is not None and "deletionTimestamp" in pod["metadata"]


def ask(kubectl: Kubectl, namespace: str, name: str) -> None:
    """Ask for the eviction of a Pod."""
    body: Object = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": namespace},
    }
    if options := delete_options(kubectl):
        body["deleteOptions"] = options
    kubectl.client.speaking(EVICTIONS).post(f"/api/v1/namespaces/{namespace}/pods/{name}/eviction", body)


def complain(kubectl: Kubectl, name: str, failure: Failure) -> None:
    kubectl.complain(f"error: unable to drain node {quoted(name)} due to error: {failure}, continuing command...")


def reasons(failure: Failure) -> tuple[str, ...]:
    """What went wrong, one by one, as the end of the command tells it."""
    if isinstance(failure, Undrainable):
        return tuple(failure.reasons)
    return (failure.listed() if isinstance(failure, ServerError) else failure.shown(),)


def end(kubectl: Kubectl, pending: tuple[str, ...], told: Told) -> Outcome:
    if not pending:
        return None
    kubectl.complain("There are pending nodes to be drained:")
    for name in pending:
        kubectl.complain(f" {name}")
    if len(told) == 1:
        raise Plain("\n".join(told[0]))
    raise Plain("\n".join(together(each) for each in told))


def together(texts: Sequence[str]) -> str:
    """Why one of several nodes could not be drained."""
    return texts[0].removeprefix(ERROR) if len(texts) == 1 else f"[{', '.join(texts)}]"

"""Which Pods have to leave a node that is drained, and why some must not. Upstream: kubectl/pkg/drain/filters.go"""

from dataclasses import dataclass, field

from simulator.kernel.clock import SECOND, moment
from simulator.kubectl.errors import Plain, ServerError
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at, controller_of

MIRROR = "kubernetes.io/config.mirror"
UNMANAGED = "deleting Pods that declare no controller"
UNMANAGED_FATAL = "cannot delete Pods that declare no controller (use --force to override)"
LOCAL_FATAL = "cannot delete Pods with local storage (use --delete-emptydir-data to override)"
DAEMON_SETS = "ignoring DaemonSet-managed Pods"
DAEMON_SETS_FATAL = "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"

type Judgement = tuple[bool, str, str]
"""Whether a Pod goes, what to warn about, and why it must not go."""


class Undrainable(Plain):
    """Pods of a node must not leave it or did not, for one or more reasons."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(reasons[0] if len(reasons) == 1 else f"[{', '.join(reasons)}]")
        self.reasons = reasons


@dataclass(slots=True)
class Survey:
    """The Pods of a node that have to go, and by what there is to say, of which Pods it is said."""

    going: list[Object] = field(default_factory=list)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    fatal: dict[str, list[str]] = field(default_factory=dict)

    @property
    def reasons(self) -> list[str]:
        """Why the node cannot be drained."""
        return [f"{reason}: {', '.join(pods)}" for reason, pods in self.fatal.items()]


def pods_to_delete(kubectl: Kubectl, node: str) -> list[Object]:
    """The Pods that have to leave a node. Raises `Undrainable` where one of them must not."""
    found = survey(kubectl, node)
    if found.fatal:
        raise Undrainable(found.reasons)
    if found.warnings:
        kubectl.warn("; ".join(f"{reason}: {', '.join(pods)}" for reason, pods in found.warnings.items()))
    return found.going


def survey(kubectl: Kubectl, node: str) -> Survey:
    query: dict[str, str | int] = {"fieldSelector": f"spec.nodeName={node}"}
    if selector := kubectl.options.text("pod-selector"):
        query["labelSelector"] = selector
    found = Survey()
    for pod in kubectl.clientset.listed("/api/v1/pods", query):
        goes, warning, reason = judged(kubectl, pod)
        where = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
        if warning:
            found.warnings.setdefault(warning, []).append(where)
        if reason:
            found.fatal.setdefault(reason, []).append(where)
        if goes:
            found.going.append(pod)
    return found


def judged(kubectl: Kubectl, pod: Object) -> Judgement:
    if is_past_waiting(kubectl, pod):
        return False, "", ""
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


def of_daemon_set(kubectl: Kubectl, namespace: str, name: str) -> Judgement:
    """A Pod of a DaemonSet stays, but for one whose DaemonSet is gone."""
    try:
        kubectl.clientset.get(f"/apis/apps/v1/namespaces/{namespace}/daemonsets/{name}")
    except ServerError as error:
        orphaned = error.reason == "NotFound" and kubectl.options.flag("force")
        return (True, str(error), "") if orphaned else (False, "", str(error))
    if kubectl.options.flag("ignore-daemonsets"):
        return False, DAEMON_SETS, ""
    return False, "", DAEMON_SETS_FATAL


def is_past_waiting(kubectl: Kubectl, pod: Object) -> bool:
    """Whether a Pod has been ending for so long that nobody is to wait for it."""
    longest = kubectl.options.number("skip-wait-for-delete-timeout")
    deleted = pod["metadata"].get("deletionTimestamp")
    return longest > 0 and deleted is not None and (kubectl.now - moment(deleted)) // SECOND > longest

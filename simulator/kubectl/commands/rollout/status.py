"""kubectl rollout status: how far a rollout is, until it is done.

Upstream: kubectl/pkg/polymorphichelpers/rollout_status.go
"""

from simulator.api.requests import Stream
from simulator.kubectl.builder import Builder
from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.deleting import Doomed, doomed, place
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import FILENAMES, SELECTOR
from simulator.kubectl.revisions import revision_of
from simulator.kubectl.scheme import SCHEME
from simulator.kubectl.watching import FOREVER, news, watch_object
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at, condition

type Verdict = tuple[str, bool]
"""What is told, and whether the rollout is done."""


@command(
    "status (TYPE NAME | TYPE/NAME) [flags]",
    summary="Show the status of the rollout",
    description="Show the status of the rollout.\n\n"
    " The latest rollout is followed until it is done; --watch=false looks once. When a newer rollout begins meanwhile,"
    " that one is followed. --revision=N gives up when another revision takes over.",
    examples=(("Follow the rollout of a deployment", "kubectl rollout status deployment/nginx"),),
    flags=(
        *FILENAMES,
        Flag("revision", 0, "Follow only this revision. 0 follows the latest.", kind="int64"),
        SELECTOR,
        Flag("timeout", "0s", "How long to follow. Zero never gives up.", kind="duration"),
        Flag("watch", True, "Follow the rollout until it is done.", short="w"),
    ),
    completes=("type", "deployment", "daemonset", "statefulset"),
    dialect=TYPED,
)
def status(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    if not options.args and not options.texts("filename") and not options.text("kustomize"):
        raise CommandError("required resource not specified")
    if options.number("revision") < 0:
        raise CommandError(f"revision must be a positive integer: {options.number('revision')}")
    infos = Builder(kubectl, options.args, everything=True, scheme=SCHEME).infos()
    if not infos:
        raise CommandError("no resources found")
    for info in infos:
        if info.object["kind"] not in VIEWERS:
            raise CommandError(f"no status viewer has been implemented for {info.resource.group_kind}")
    timeout = options.duration("timeout")
    deadline = kubectl.now + (timeout or FOREVER)
    return follow(kubectl, tuple(doomed(info, "") for info in infos), deadline)


@step
def follow(kubectl: Kubectl, left: tuple[Doomed, ...], deadline: int, stream: Stream | None = None) -> Outcome:
    """Tell what each change of an object means, then go to the next object."""
    while left:
        info = place(kubectl, left[0])
        events, stream = news(kubectl, stream if stream is not None else watch_object(kubectl, info))
        done = False
        for kind, obj in events:
            if kind == "DELETED":
                raise CommandError("object has been deleted")
            text, done = verdict(kubectl, obj)
            kubectl.print(text)
            if done or not kubectl.options.flag("watch"):
                done = True
                break
        if done:
            left, stream = left[1:], None
        elif kubectl.now >= deadline:
            raise CommandError("timed out waiting for the condition")
        elif stream is not None:
            return kubectl.wait(follow, left, deadline, stream, until=deadline, stream=True)
    return None


def verdict(kubectl: Kubectl, obj: Object) -> Verdict:
    wanted = kubectl.options.number("revision")
    if wanted and obj["kind"] == "Deployment" and revision_of(obj) != wanted:
        raise CommandError(f"desired revision ({wanted}) is different from the running revision ({revision_of(obj)})")
    return VIEWERS[obj["kind"]](obj)


def deployment(obj: Object) -> Verdict:
    name, status = quoted(obj["metadata"]["name"]), obj.get("status") or {}
    if obj["metadata"].get("generation", 0) > status.get("observedGeneration", 0):
        return "Waiting for deployment spec update to be observed...", False
    progressing = condition(obj, "Progressing")
    if progressing is not None and progressing.get("reason") == "ProgressDeadlineExceeded":
        raise CommandError(f"deployment {name} exceeded its progress deadline")
    wanted = obj["spec"].get("replicas", 1)
    updated, total, available = (status.get(field, 0) for field in ("updatedReplicas", "replicas", "availableReplicas"))
    waiting = f"Waiting for deployment {name} rollout to finish: "
    if updated < wanted:
        return f"{waiting}{updated} out of {wanted} new replicas have been updated...", False
    if total > updated:
        return f"{waiting}{total - updated} old replicas are pending termination...", False
    if available < updated:
        return f"{waiting}{available} of {updated} updated replicas are available...", False
    return f"deployment {name} successfully rolled out", True


def daemon_set(obj: Object) -> Verdict:
    require_rolling(obj)
    name, status = quoted(obj["metadata"]["name"]), obj.get("status") or {}
    if obj["metadata"].get("generation", 0) > status.get("observedGeneration", 0):
        return "Waiting for daemon set spec update to be observed...", False
    wanted, updated = status.get("desiredNumberScheduled", 0), status.get("updatedNumberScheduled", 0)
    available = status.get("numberAvailable", 0)
    waiting = f"Waiting for daemon set {name} rollout to finish: "
    if updated < wanted:
        return f"{waiting}{updated} out of {wanted} new pods have been updated...", False
    if available < wanted:
        return f"{waiting}{available} of {wanted} updated pods are available...", False
    return f"daemon set {name} successfully rolled out", True


def stateful_set(obj: Object) -> Verdict:
    require_rolling(obj)
    status = obj.get("status") or {}
    observed = status.get("observedGeneration", 0)
    if observed == 0 or obj["metadata"].get("generation", 0) > observed:
        return "Waiting for statefulset spec update to be observed...", False
    wanted, ready = obj["spec"].get("replicas", 1), status.get("readyReplicas", 0)
    if ready < wanted:
        return f"Waiting for {wanted - ready} pods to be ready...", False
    updated = status.get("updatedReplicas", 0)
    rolling = at(obj, "spec", "updateStrategy", "rollingUpdate")
    if rolling is not None:
        partition = rolling.get("partition", 0)
        if updated < wanted - partition:
            rest = f"{updated} out of {wanted - partition} new pods have been updated..."
            return f"Waiting for partitioned roll out to finish: {rest}", False
        return f"partitioned roll out complete: {updated} new pods have been updated...", True
    if status.get("updateRevision") != status.get("currentRevision"):
        revision = status.get("updateRevision", "")
        return f"waiting for statefulset rolling update to complete {updated} pods at revision {revision}...", False
    current = f"{status.get('currentReplicas', 0)} pods at revision {status.get('currentRevision', '')}..."
    return f"statefulset rolling update complete {current}", True


def require_rolling(obj: Object) -> None:
    if at(obj, "spec", "updateStrategy", "type", default="RollingUpdate") != "RollingUpdate":
        raise CommandError("rollout status is only available for RollingUpdate strategy type")


VIEWERS = {"Deployment": deployment, "DaemonSet": daemon_set, "StatefulSet": stateful_set}

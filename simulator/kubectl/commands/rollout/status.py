"""kubectl rollout status: how far a rollout is, until it is done.

Upstream: kubectl/pkg/polymorphichelpers/rollout_status.go
"""

from collections.abc import Callable

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError, Failure, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import FILENAMES, SELECTOR
from simulator.kubectl.revisions import revision_of
from simulator.kubectl.scheme import SCHEME
from simulator.kubectl.visiting import Visit, not_found, note, noted, visited, visits
from simulator.kubectl.watching import FOREVER, Reflector, news, reflect, stop, wake
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at, condition

type Verdict = tuple[str, bool]
"""What is told, and whether the rollout is done."""
type Viewer = Callable[[Object], Verdict]


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
    kubectl.connect()
    options = kubectl.options
    if not options.args and not options.texts("filename") and not options.text("kustomize"):
        raise CommandError("required resource not specified")
    if options.number("revision") < 0:
        raise CommandError(f"revision must be a positive integer: {options.number('revision')}")
    left = visits(kubectl, status_builder(kubectl))
    if not left and not noted(kubectl):
        kubectl.complain(f"No resources found in {kubectl.namespace} namespace.")
        return None
    return follow(kubectl, left)


def status_builder(kubectl: Kubectl) -> Builder:
    return Builder(kubectl, kubectl.options.args, everything=True, scheme=SCHEME)


@step
def follow(kubectl: Kubectl, left: tuple[Visit, ...], deadline: int = 0, reflector: Reflector | None = None) -> Outcome:
    """Tell what each change of an object means, then go to the next object; each has all the time that is allowed."""
    builder = status_builder(kubectl)
    while left:
        first, rest = left[0], left[1:]
        try:
            info = visited(kubectl, builder, first)
            if reflector is None:
                viewer(info)
                deadline = kubectl.now + patience(kubectl)
                reflector = reflect(kubectl, info)
            done, reflector = look(kubectl, info, deadline, reflector)
        except Failure as failure:
            note(kubectl, failure)
            left, reflector = rest, None
            continue
        if not done:
            left = ((first[0], info.object), *rest)
            until = wake(reflector, deadline)
            return kubectl.wait(follow, left, deadline, reflector, until=until, stream=True)
        left, reflector = rest, None
    raise_all(noted(kubectl))
    return None


def patience(kubectl: Kubectl) -> int:
    """How long one rollout is followed; there is no end to it by default, nor to what makes no sense."""
    timeout = kubectl.options.duration("timeout")
    if timeout < 0:
        kubectl.client.log(0, "until.go:159", '"Timeout for context shall not be negative"', severity="E")
    return timeout if timeout > 0 else FOREVER


def look(kubectl: Kubectl, info: Info, deadline: int, reflector: Reflector) -> tuple[bool, Reflector]:
    """Whether a rollout is done, and how its object is followed. Raises Failure where it will not be."""
    events, reflector = news(kubectl, info, reflector)
    try:
        if reflector.get("known") is False:
            raise not_found(info)
        done = any(told(kubectl, kind, obj) for kind, obj in events)
        if not done and kubectl.now >= deadline:
            raise CommandError("timed out waiting for the condition")
    except Failure:
        stop(kubectl, reflector)
        raise
    if done:
        stop(kubectl, reflector)
    return done, reflector


def told(kubectl: Kubectl, kind: str, obj: Object) -> bool:
    """Tell what a change means; whether that is the end of it."""
    if kind == "DELETED":
        raise CommandError("object has been deleted")
    text, done = verdict(kubectl, obj)
    kubectl.print(text)
    return done or not kubectl.options.flag("watch")


def viewer(info: Info) -> Viewer:
    if info.object["kind"] not in VIEWERS:
        raise CommandError(f"no status viewer has been implemented for {info.resource.group_kind}")
    return VIEWERS[info.object["kind"]]


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

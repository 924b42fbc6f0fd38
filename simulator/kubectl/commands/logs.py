"""kubectl logs: what containers wrote, once or for as long as one follows. Upstream: kubectl/pkg/cmd/logs"""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.api.requests import Stream
from simulator.kernel.clock import SECOND
from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.dialects import LOGS, TYPED
from simulator.kubectl.errors import CommandError, Failure, ServerError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import SELECTOR
from simulator.kubectl.podchoice import (
    check_container,
    containers,
    logged_container,
    selector_of,
    the_object,
    with_pods,
)
from simulator.machinery import literals
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object

CALLED_OFF = "context deadline exceeded (Client.Timeout or context cancellation while reading body)"
TAIL_OF_SELECTOR = 10
SWITCHES = {
    "follow": "follow",
    "previous": "previous",
    "timestamps": "timestamps",
    "insecure-skip-tls-verify-backend": "insecureSkipTLSVerifyBackend",
}
"""Flags that the server is told of as they are."""
USAGE = "logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]"


@dataclass(frozen=True, slots=True)
class Source:
    """One container whose log is wanted."""

    namespace: str
    pod: str
    container: str

    @property
    def path(self) -> str:
        return f"/api/v1/namespaces/{self.namespace}/pods/{self.pod}/log"

    @property
    def prefix(self) -> str:
        return f"[pod/{self.pod}/{self.container}] "


@command(
    USAGE,
    summary="Print the logs for a container in a pod",
    description="Print the logs for a container in a pod or specified resource. With a single container in the pod, its"
    " name is not needed.",
    examples=(
        ("Show what the pod nginx, with its only container, wrote", "kubectl logs nginx"),
        (
            "Show what all containers of the pods of a deployment wrote",
            "kubectl logs deployment/nginx --all-containers=true",
        ),
        ("Show the logs of all pods with label app=nginx", "kubectl logs -l app=nginx"),
        (
            "Show the logs of at most 10 pods at a time with label app=nginx",
            "kubectl logs -l app=nginx --max-log-requests=10",
        ),
        ("Show what the container ruby wrote before it was restarted", "kubectl logs -p -c ruby web-1"),
        ("Follow the container ruby of the pod web-1", "kubectl logs -f -c ruby web-1"),
        ("Show the last 20 lines", "kubectl logs --tail=20 nginx"),
        ("Show what was written within the last hour", "kubectl logs --since=1h nginx"),
        ("Show when each line was written", "kubectl logs deployment/nginx --timestamps"),
    ),
    flags=(
        Flag("all-containers", False, "The logs of all containers of the pod."),
        Flag("all-pods", False, "The logs of all pods of the object. Sets --prefix to true."),
        Flag("container", "", "The container", short="c"),
        Flag("follow", False, "Go on with what is written.", short="f"),
        Flag("ignore-errors", False, "With -f: go on with the other logs where one fails."),
        Flag("insecure-skip-tls-verify-backend", False, "Do not check the identity of the kubelet that has the log."),
        Flag("limit-bytes", 0, "At most this many bytes. 0: all.", kind="int64"),
        Flag("max-log-requests", 5, "How many logs may be followed at once with a selector."),
        Flag("pod-running-timeout", "20s", "How long to wait until one pod runs", kind="duration"),
        Flag("prefix", False, "Begin each line with the pod and the container it is from."),
        Flag("previous", False, "The log of the container before its last restart.", short="p"),
        SELECTOR,
        Flag("since", "0s", "Only what is newer than this (5s, 2m, 3h). Not with --since-time.", kind="duration"),
        Flag("since-time", "", "Only what was written after this moment (RFC3339). Not with --since."),
        Flag("tail", -1, "Only the last lines: all without a selector, 10 with one.", kind="int64"),
        Flag("timestamps", False, "Begin each line with when it was written."),
    ),
    completes=("pod",),
    dialect=TYPED,
)
def logs(kubectl: Kubectl) -> Outcome:
    check(kubectl)
    if not kubectl.options.text("selector"):
        info = logged_object(kubectl, kubectl.options.args[0])
        validate(kubectl)
        if kubectl.options.flag("all-pods") and info.object["kind"] != "Pod":  # whether there is one is asked apart
            selector = {"labelSelector": selector_of(info, "get the logs from")}
            kubectl.clientset.collection(f"/api/v1/namespaces/{info.namespace}/pods", selector)
        return with_pods(kubectl, info, logs_of_object, doing="get the logs from")
    pods = [info.object for info in Builder(kubectl, ["pods"]).infos()]
    if not pods:
        kubectl.complain(f"No resources found in {kubectl.namespace} namespace.")
    validate(kubectl)
    return logs_of(kubectl, pods)


@step
def logs_of_object(kubectl: Kubectl, pods: Sequence[Object]) -> Outcome:
    """The logs of all Pods of an object, or of one of them."""
    if kubectl.options.flag("all-pods"):
        return logs_of(kubectl, pods)
    if len(pods) > 1:
        kubectl.complain(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}")
    return logs_of(kubectl, pods[:1])


def logs_of(kubectl: Kubectl, pods: Sequence[Object]) -> Outcome:
    sources = [source for pod in pods for source in sources_of(kubectl, pod)]
    errors: list[Failure] = []
    query = log_query(kubectl)
    if kubectl.options.flag("follow"):
        return begin_following(kubectl, sources)
    prefix = wants_prefix(kubectl)
    for source in sources:
        try:
            answer = kubectl.client.speaking(LOGS).request("GET", source.path, {"container": source.container, **query})
        except ServerError as error:
            if kubectl.options.flag("ignore-errors"):
                kubectl.print(f"error: {error}")
            else:
                errors.append(error)
            continue
        show(kubectl, answer.text.encode(errors="replace"), source.prefix if prefix else "")
    if errors:
        raise errors[0]
    return None


def check(kubectl: Kubectl) -> None:
    options = kubectl.options
    args = options.args
    if not args and not options.text("selector"):
        raise kubectl.usage_error(f"expected '{USAGE}'.\nPOD or TYPE/NAME is a required argument for the logs command")
    if args and options.text("selector"):
        raise kubectl.usage_error("only a selector (-l) or a POD name is allowed")
    if len(args) > 2:
        raise kubectl.usage_error(f"expected '{USAGE}'.\nPOD or TYPE/NAME is a required argument for the logs command")
    if len(args) == 2 and options.changed("container"):
        raise CommandError("only one of -c or an inline [CONTAINER] arg is allowed")
    if options.text("since-time"):
        try:
            literals.time(options.text("since-time"))
        except literals.LiteralError as error:
            raise CommandError(str(error)) from None


def validate(kubectl: Kubectl) -> None:
    """What is only looked at once the object is found."""
    options = kubectl.options
    if options.text("since-time") and options.duration("since"):
        raise CommandError("at most one of `sinceTime` or `sinceSeconds` may be specified")
    if options.flag("all-containers") and options.text("container"):
        raise CommandError(
            "--all-containers=true should not be specified with container name " + options.text("container")
        )
    if options.changed("tail") and options.number("tail") < -1:
        raise CommandError("--tail must be greater than or equal to -1")
    if options.duration("since") < 0:
        raise CommandError("--since must be greater than 0")
    if options.number("limit-bytes") < 0:
        raise CommandError("--limit-bytes must be greater than 0")


def log_query(kubectl: Kubectl) -> dict[str, str | int | bool]:
    options = kubectl.options
    query: dict[str, str | int | bool] = {}
    for name, parameter in SWITCHES.items():
        if options.flag(name):
            query[parameter] = True
    tail = options.number("tail")
    if options.text("selector") and not options.changed("tail"):
        tail = TAIL_OF_SELECTOR
    if tail >= 0:
        query["tailLines"] = tail
    if options.duration("since"):
        query["sinceSeconds"] = -(-options.duration("since") // SECOND)
    if options.text("since-time"):
        query["sinceTime"] = options.text("since-time")
    if options.number("limit-bytes"):
        query["limitBytes"] = options.number("limit-bytes")
    return query


def wants_prefix(kubectl: Kubectl) -> bool:
    return kubectl.options.flag("prefix") or kubectl.options.flag("all-pods")


def logged_object(kubectl: Kubectl, word: str) -> Info:
    try:
        return the_object(kubectl, word)
    except ServerError as error:
        if error.reason != "NotFound":
            raise
        raise CommandError(
            f"error from server ({error.reason}): {error} in namespace {quoted(kubectl.namespace)}"
        ) from None


def sources_of(kubectl: Kubectl, pod: Object) -> list[Source]:
    options = kubectl.options
    metadata = pod["metadata"]
    if options.flag("all-containers"):
        names = [one["name"] for one in containers(pod)]
    else:
        wanted = options.text("container") or (options.args[1] if len(options.args) > 1 else "")
        if wanted:
            check_container(pod, wanted)
        names = [wanted or logged_container(kubectl, pod)]
    return [Source(metadata["namespace"], metadata["name"], name) for name in names]


def show(kubectl: Kubectl, content: bytes, prefix: str) -> None:
    if not prefix:
        kubectl.write(content)
        return
    for line in content.splitlines(keepends=True):
        kubectl.write(prefix.encode() + line)


type Followed = tuple[str, Stream]
"""What each line of a log begins with, and the log."""
type Unopened = tuple[str, str, str]
"""Path and container of a log that could not be had yet, and what its lines begin with."""


def begin_following(kubectl: Kubectl, sources: list[Source]) -> Outcome:
    limit = kubectl.options.number("max-log-requests")
    if len(sources) > max(limit, 1):
        raise CommandError(
            f"you are attempting to follow {len(sources)} log streams, but maximum allowed concurrency is {limit}, use "
            "--max-log-requests to increase the limit"
        )
    now, timeout = kubectl.now, kubectl.client.timeout
    patience = now + kubectl.options.duration("pod-running-timeout")
    waiting = tuple((source.path, source.container, source.prefix) for source in sources)
    return follow(kubectl, (), now + timeout if timeout else None, waiting, now, patience)


def opened(kubectl: Kubectl, waiting: Sequence[Unopened]) -> tuple[list[Followed], list[Unopened]]:
    """The logs that could be opened, and those of containers that have not started."""
    followed: list[Followed] = []
    still: list[Unopened] = []
    options, logs = kubectl.options, kubectl.client.speaking(LOGS)
    for path, container, prefix in waiting:
        try:
            response = logs.request("GET", path, {"container": container, **log_query(kubectl)}).response
        except ServerError as error:
            if options.flag("ignore-errors"):
                kubectl.print(f"error: {error}")
            elif error.reason != "BadRequest":
                raise
            else:
                kubectl.complain(str(error))
                still.append((path, container, prefix))
            continue
        head = prefix if wants_prefix(kubectl) else ""
        show(kubectl, body_bytes(response.body), head)
        if response.stream is not None:
            followed.append((head, response.stream))
    return followed, still


def body_bytes(body: object) -> bytes:
    return body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else b""


@step
def follow(
    kubectl: Kubectl,
    streams: tuple[Followed, ...],
    deadline: int | None,
    waiting: tuple[Unopened, ...],
    again: int,
    patience: int,
) -> Outcome:
    """Show what is new in each log, until all have ended or the time of a request is over.

    Containers that have not started are asked for every second.
    """
    if waiting and kubectl.now >= patience:
        raise CommandError("context deadline exceeded")
    begun: tuple[Followed, ...] = ()
    if waiting and kubectl.now >= again:
        opening, unopened = opened(kubectl, waiting)
        begun, waiting, again = tuple(opening), tuple(unopened), kubectl.now + SECOND
    left: list[Followed] = []
    for prefix, stream in (*streams, *begun):
        polled = kubectl.client.poll(stream)
        for _, chunk in polled.chunks:
            show(kubectl, chunk if isinstance(chunk, bytes) else b"", prefix)
        if polled.stream is not None:
            left.append((prefix, polled.stream))
    if left and deadline is not None and kubectl.now >= deadline:
        kubectl.complain(CALLED_OFF)
        raise CommandError(CALLED_OFF)
    if not left and not waiting:
        return None
    moments = [deadline if left else None, *((again, patience) if waiting else ())]
    until = min((moment for moment in moments if moment is not None), default=None)
    return kubectl.wait(follow, tuple(left), deadline, waiting, again, patience, until=until, stream=bool(left))

"""A terminal on a Pod that has just been made: wait for it, attach, and go on when the session ends.

Upstream: kubectl/pkg/cmd/run/run.go (handleAttachPod, waitForPod), kubectl/pkg/cmd/attach
"""

from collections.abc import Callable
from typing import Any

from simulator.api.errors import NotFound
from simulator.kernel.clock import timestamp
from simulator.kubectl.builder import Info
from simulator.kubectl.command import STEPS, Outcome, Waiting, step
from simulator.kubectl.errors import CommandError, Exited, Failure, ServerError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.podchoice import default_container
from simulator.kubectl.sessions import NO_TTY, PROMPT_HINT, RECORDED, begin_session
from simulator.kubectl.watching import POD, Reflector, news, reflect, stop, wake
from simulator.machinery.objects import Object, at, condition

ENDED = ("Succeeded", "Failed")


def container_state(pod: Object, name: str) -> Object:
    """What is known of a container's state: a dictionary with `waiting`, `running` or `terminated`."""
    for field in ("containerStatuses", "ephemeralContainerStatuses", "initContainerStatuses"):
        for status in at(pod, "status", field, default=[]):
            if status["name"] == name:
                return dict(status.get("state") or {})
    return {}


def place_of_pod(kubectl: Kubectl, namespace: str, name: str) -> Info:
    return Info(kubectl.mapper.resolve("pods"), namespace, name)


type Judge = Callable[[Object, str], bool]
"""Whether a Pod is as far as somebody waits for; the second argument is the name of the container in question."""


def is_ready(pod: Object, container: str) -> bool:
    ready = condition(pod, "Ready")
    return at(pod, "status", "phase") == "Running" and ready is not None and ready.get("status") == "True"


def has_started(pod: Object, container: str) -> bool:
    state = container_state(pod, container)
    return bool(state.get("running") or state.get("terminated"))


JUDGES: dict[str, Judge] = {"run": is_ready, "debug": has_started}


@step
def await_running(
    kubectl: Kubectl,
    namespace: str,
    name: str,
    container: str,
    then: str,
    deadline: int,
    reflector: Reflector | None = None,
) -> Outcome:
    """Attach as soon as the container runs; `then` names the step that goes on, with namespace and name."""
    info = place_of_pod(kubectl, namespace, name)
    events, reflector = news(kubectl, info, reflector or reflect(kubectl, info, POD))
    for kind, pod in events:
        if kind == "DELETED":
            stop(kubectl, reflector)
            raise ServerError(NotFound("pods", "").status())
        if at(pod, "status", "phase") in ENDED or JUDGES[kubectl.command.name](pod, container):
            stop(kubectl, reflector)
            return begin(kubectl, pod, container, then)
    if kubectl.now >= deadline:
        stop(kubectl, reflector)
        raise CommandError("timed out waiting for the condition")
    until = wake(reflector, deadline)
    return kubectl.wait(await_running, namespace, name, container, then, deadline, reflector, until=until, stream=True)


def begin(kubectl: Kubectl, pod: Object, container: str, then: str) -> Outcome:
    """Show what a container wrote that has ended already; else attach. `run` shows what came before that, too."""
    metadata = pod["metadata"]
    ended = at(pod, "status", "phase") in ENDED or "terminated" in container_state(pod, container)
    since = None
    if ended or kubectl.command.name == "run":
        since = timestamp(kubectl.now)
        choose(kubectl, pod)
        show_log(kubectl, pod, container)
    if ended:
        return go_on(kubectl, then, metadata["namespace"], metadata["name"])
    choose(kubectl, pod)
    return attach(kubectl, pod, container, then, since)


def choose(kubectl: Kubectl, pod: Object) -> None:
    """`run` has no container in mind but the one of its Pod, and says so each time."""
    if kubectl.command.name == "run":
        default_container(kubectl, pod, quiet=True)


def go_on(kubectl: Kubectl, then: str, namespace: str, name: str, failure: Failure | None = None) -> Outcome:
    if failure is not None:
        kubectl.memory["failure"] = (failure.shown(), failure.code)
    return STEPS[then](kubectl, namespace, name)


def show_log(kubectl: Kubectl, pod: Object, container: str, since: str | None = None) -> None:
    """What a container has written, perhaps only since a moment."""
    metadata = pod["metadata"]
    path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/log"
    kubectl.write(kubectl.client.request("GET", path, {"container": container, "sinceTime": since}).text)


def attach(kubectl: Kubectl, pod: Object, container: str, then: str, since: str | None) -> Outcome:
    options = kubectl.options
    metadata = pod["metadata"]
    spec = next((one for one in everything(pod) if one["name"] == container), {})
    tty = options.flag("tty") and bool(spec.get("tty")) and kubectl.terminal.is_terminal(0)
    stdin = options.flag("stdin")
    if stdin and options.flag("tty") and not kubectl.terminal.is_terminal(0):
        kubectl.complain(NO_TTY)
    if not options.flag("quiet"):
        kubectl.complain(RECORDED)
        kubectl.complain(PROMPT_HINT)
    path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/attach"
    try:
        outcome = begin_session(kubectl, path, {"container": container}, tty=tty, stdin=stdin)
    except Exited as failure:
        return go_on(kubectl, then, metadata["namespace"], metadata["name"], failure)
    except Failure as failure:
        kubectl.complain(
            f"warning: couldn't attach to pod/{metadata['name']}, falling back to streaming logs: {failure}"
        )
        show_log(kubectl, pod, container, since)
        return go_on(kubectl, then, metadata["namespace"], metadata["name"])
    return wrapped(kubectl, outcome, then, metadata["namespace"], metadata["name"])


def everything(pod: Object) -> list[Object]:
    spec = pod["spec"]
    return [one for field in ("containers", "initContainers", "ephemeralContainers") for one in spec.get(field) or ()]


def wrapped(kubectl: Kubectl, outcome: Outcome, then: str, namespace: str, name: str) -> Outcome:
    """The outcome of a session that goes on, with what follows it."""
    if not isinstance(outcome, Waiting):
        return go_on(kubectl, then, namespace, name)
    arguments = (outcome.step, outcome.arguments, then, namespace, name)
    carry: Callable[..., Outcome] = attached
    return kubectl.wait(
        carry,
        *arguments,
        until=outcome.until,
        readable=outcome.readable,
        children=outcome.children,
        stream=outcome.stream,
    )


@step
def attached(kubectl: Kubectl, inner: str, arguments: tuple[Any, ...], then: str, namespace: str, name: str) -> Outcome:
    """Carry the session on until it ends, whatever its end."""
    try:
        outcome = STEPS[inner](kubectl, *arguments)
    except Failure as failure:
        return go_on(kubectl, then, namespace, name, failure)
    return wrapped(kubectl, outcome, then, namespace, name)

"""kubectl exec and kubectl attach: a process inside a container.

Upstream: kubectl/pkg/cmd/exec, kubectl/pkg/cmd/attach
"""

from collections.abc import Sequence

from simulator.kubectl.builder import Builder, Info, parted
from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import FILENAMES
from simulator.kubectl.podchoice import check_container, containers, default_container, the_object, with_pods
from simulator.kubectl.scheme import SCHEME
from simulator.kubectl.sessions import PROMPT_HINT, RECORDED, begin_session, wants_tty
from simulator.machinery.objects import Object, at

CONTAINER = Flag(
    "container",
    "",
    "The container; else the one that the annotation kubectl.kubernetes.io/default-container names, or the first.",
    short="c",
)
RUNNING_TIMEOUT = Flag("pod-running-timeout", "1m0s", "How long to wait until one pod runs", kind="duration")
QUIET = Flag("quiet", False, "Show the remote output only", short="q")
STDIN = Flag("stdin", False, "Pass standard input to the container", short="i")
TTY = Flag("tty", False, "Standard input is a terminal", short="t")


@command(
    "exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
    summary="Execute a command in a container",
    description="Execute a command in a container.",
    examples=(
        ("Show what 'date' prints in the first container of the pod mypod", "kubectl exec mypod -- date"),
        ("The same in the container ruby-container", "kubectl exec mypod -c ruby-container -- date"),
        ("Work in a shell of the container ruby-container", "kubectl exec mypod -c ruby-container -i -t -- bash -il"),
        (
            "List /usr; two dashes keep the command's own flags apart from kubectl's",
            "kubectl exec mypod -i -t -- ls -t /usr",
        ),
        ("Show what 'date' prints in the first pod of a deployment", "kubectl exec deploy/mydeployment -- date"),
        ("Show what 'date' prints in the first pod of a service", "kubectl exec svc/myservice -- date"),
    ),
    flags=(CONTAINER, FILENAMES[0], RUNNING_TIMEOUT, QUIET, STDIN, TTY),
    completes=("pod",),
    dialect=TYPED,
)
def execute(kubectl: Kubectl) -> Outcome:
    kubectl.connect()
    options = kubectl.options
    words, dash = list(options.args), options.dash
    from_file = bool(options.texts("filename"))
    name = words[0] if words and dash != 0 else ""
    if (dash is None and len(words) > (0 if from_file else 1)) or (dash is not None and dash > 1):
        raise kubectl.usage_error("exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead")
    if not name and not from_file:
        raise CommandError("pod, type/name or --filename must be specified")
    line = words[dash:] if dash is not None else []
    if not line:
        raise CommandError("you must specify at least one command for the container")
    info = filed(kubectl, name) if from_file else the_object(kubectl, name)
    return with_pods(kubectl, info, execute_in, line)


@step
def execute_in(kubectl: Kubectl, pods: Sequence[Object], line: Sequence[str]) -> Outcome:
    pod = pods[0]
    check_alive(pod, "exec")
    tty = wants_tty(kubectl)
    path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}/exec"
    query = {"command": line, "container": container_name(kubectl, pod, wanted_or_default=True)}
    return begin_session(kubectl, path, query, tty=tty, stdin=kubectl.options.flag("stdin"))


def filed(kubectl: Kubectl, word: str) -> Info:
    """The object of a file, as the file has it."""
    if word:
        raise CommandError("resource/name arguments cannot be provided when a path is specified")
    found, errors = parted(Builder(kubectl, (), scheme=SCHEME).places())
    raise_all(errors)
    if len(found) != 1:
        raise CommandError("cannot exec into multiple objects at a time")
    return found[0]


def check_alive(pod: Object, verb: str) -> None:
    """Refuse a Pod that has ended."""
    phase = at(pod, "status", "phase", default="")
    if phase in ("Succeeded", "Failed"):
        word = "exec into a container" if verb == "exec" else "attach a container"
        raise CommandError(f"cannot {word} in a completed pod; current phase is {phase}")


def container_name(kubectl: Kubectl, pod: Object, *, wanted_or_default: bool) -> str:
    wanted = kubectl.options.text("container")
    if not wanted:
        return default_container(kubectl, pod, quiet=kubectl.options.flag("quiet") or not wanted_or_default)
    check_container(pod, wanted)
    return wanted


@command(
    "attach (POD | TYPE/NAME) -c CONTAINER",
    summary="Attach to a running container",
    description="Attach to a process that is already running inside an existing container.",
    examples=(
        ("See what the pod mypod writes", "kubectl attach mypod"),
        ("See what the container ruby-container writes", "kubectl attach mypod -c ruby-container"),
        ("Type to the container as well", "kubectl attach mypod -c ruby-container -i -t"),
        ("See what the first pod of a replica set writes", "kubectl attach rs/nginx"),
    ),
    flags=(
        CONTAINER,
        Flag("detach-keys", "ctrl-p,ctrl-q", "Keys that leave the container"),
        RUNNING_TIMEOUT,
        QUIET,
        STDIN,
        TTY,
    ),
    completes=("pod",),
    dialect=TYPED,
)
def attach(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    if not options.args:
        raise CommandError("at least 1 argument is required for attach")
    if len(options.args) > 2:
        raise CommandError(
            "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw "
            + f"{len(options.args)}: [{' '.join(options.args)}]"
        )
    word = options.args[0] if len(options.args) == 1 else "/".join(options.args)
    return with_pods(kubectl, the_object(kubectl, word), attach_to)


@step
def attach_to(kubectl: Kubectl, pods: Sequence[Object]) -> Outcome:
    options, pod = kubectl.options, pods[0]
    check_alive(pod, "attach")
    try:
        name = container_name(kubectl, pod, wanted_or_default=True)
    except CommandError as error:
        raise CommandError(f"cannot attach to the container: {error}") from None
    container = next(one for one in containers(pod) if one["name"] == name)
    if options.flag("tty") and not container.get("tty"):
        kubectl.complain(f"error: Unable to use a TTY - container {name} did not allocate one")
        tty = False
    else:
        tty = wants_tty(kubectl)
    if not options.flag("quiet"):
        kubectl.complain(RECORDED)
        kubectl.complain(PROMPT_HINT)
    path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}/attach"
    return begin_session(kubectl, path, {"container": name}, tty=tty, stdin=options.flag("stdin"))

"""kubectl run: one Pod with one container, and a terminal on it if one is wanted. Upstream: kubectl/pkg/cmd/run"""

import orjson

from simulator.kubectl.attaching import await_running, place_of_pod
from simulator.kubectl.changes import write_query
from simulator.kubectl.command import Outcome, command, step, step_name
from simulator.kubectl.commands.execute import QUIET, RUNNING_TIMEOUT, STDIN, TTY
from simulator.kubectl.creating import metadata_of
from simulator.kubectl.deleting import propagation
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError, Exited, Failure, ServerError, Silent
from simulator.kubectl.flags import Flag
from simulator.kubectl.imagenames import is_image
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import DRY_RUN, FILENAMES, PRINTING, SAVE_CONFIG, field_manager
from simulator.kubectl.overrides import OVERRIDES, overridden
from simulator.kubectl.podflags import Said, check_flags, labels_of, port_number
from simulator.kubectl.recording import RECORD, recorded
from simulator.kubectl.typed import TypedReporter, configured, typed
from simulator.kubectl.watching import POD, Reflector, news, reflect, stop, wake
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at

IGNORED = "it is ignored by kubectl run and will be removed in a future release"


@command(
    'run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] '
    "[--command] -- [COMMAND] [args...]",
    summary="Run a particular image on the cluster",
    description="Create and run a particular image in a pod.",
    examples=(
        ("Start a nginx pod", "kubectl run nginx --image=nginx"),
        (
            "Start a hazelcast pod whose container has port 5701",
            "kubectl run hazelcast --image=hazelcast/hazelcast --port=5701",
        ),
        (
            "Start a hazelcast pod with two environment variables",
            'kubectl run hazelcast --image=hazelcast/hazelcast --env="DNS_DOMAIN=cluster" --env="NAMESPACE=default"',
        ),
        (
            "Start a hazelcast pod with two labels",
            'kubectl run hazelcast --image=hazelcast/hazelcast --labels="app=hazelcast,env=prod"',
        ),
        ("Show what would be created, and create nothing", "kubectl run nginx --image=nginx --dry-run=client"),
        (
            "Start a nginx pod with a part of its spec given as JSON",
            'kubectl run nginx --image=nginx --overrides=\'{ "apiVersion": "v1", "spec": { ... } }\'',
        ),
        (
            "Start a busybox pod, stay on it, and do not start it again when it ends",
            "kubectl run -i -t busybox --image=busybox --restart=Never",
        ),
        (
            "Start a nginx pod with its own command and other arguments",
            "kubectl run nginx --image=nginx -- <arg1> <arg2> ... <argN>",
        ),
        (
            "Start a nginx pod with another command",
            "kubectl run nginx --image=nginx --command -- <cmd> <arg1> ... <argN>",
        ),
    ),
    flags=(
        *PRINTING,
        Flag("annotations", (), "Annotations of the pod."),
        Flag("attach", False, "Wait until the pod runs, then attach to it. Default false, with -i true."),
        Flag(
            "cascade",
            "background",
            "With --rm: how dependents go. background, orphan or foreground.",
            bare="background",
        ),
        Flag("command", False, "What follows -- is the container's command, not its arguments."),
        Flag("detach-keys", "ctrl-p,ctrl-q", "Keys that leave the container"),
        DRY_RUN,
        Flag("env", (), "Environment variables of the container."),
        Flag("expose", False, "Create a ClusterIP service for the pod too. Needs --port."),
        RECORD,
        field_manager("kubectl-run"),
        Flag(
            "filename",
            (),
            "File that names the objects",
            short="f",
            kind="slice",
            hidden=True,
            deprecated=IGNORED,
            short_deprecated=IGNORED,
        ),
        Flag("force", False, "With --rm: take the pod away at once. With --grace-period=0."),
        Flag("grace-period", -1, "With --rm: seconds that the pod gets to end."),
        Flag("image", "", "The image of the container."),
        Flag("image-pull-policy", "", "When to pull the image; without it the server decides."),
        *FILENAMES[1:],
        Flag("labels", "", "Labels of the pod, comma separated; instead of run=NAME.", short="l"),
        Flag("leave-stdin-open", False, "With -i: keep standard input open after the first attach."),
        *OVERRIDES,
        RUNNING_TIMEOUT,
        Flag("port", "", "The port that the container listens on."),
        Flag("privileged", False, "Run the container privileged."),
        QUIET,
        Flag("restart", "Always", "The restart policy of the pod: Always, OnFailure or Never."),
        Flag("rm", False, "Delete the pod when it has ended. Only with --attach or -i."),
        SAVE_CONFIG,
        STDIN,
        Flag("timeout", "0s", "With --rm: how long to wait for the deletion; zero works it out.", kind="duration"),
        TTY,
        Flag("wait", False, "With --rm: wait until the pod is gone."),
    ),
    required=("image",),
    dialect=TYPED,
)
def run(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    said = Said.of(kubectl)
    check_flags(kubectl)
    kubectl.connect(before_namespace=True)
    reporter = TypedReporter(kubectl)
    propagation(kubectl)
    if not options.args:
        raise CommandError("NAME is required for run")
    attaches = check(kubectl, reporter.strategy)
    kubectl.connect()
    name = options.args[0]
    pod = {"apiVersion": "v1", "kind": "Pod", **pod_of(kubectl, name, said)}
    pod = made(kubectl, recorded(kubectl, overridden(kubectl, pod)), reporter.strategy)
    service = None
    if options.flag("expose"):
        service = made(kubectl, service_of(kubectl, pod), reporter.strategy)
    if attaches:
        deadline = kubectl.now + options.duration("pod-running-timeout")
        container = pod["spec"]["containers"][0]["name"]
        metadata = pod["metadata"]
        try:
            return await_running(
                kubectl, metadata["namespace"], metadata["name"], container, step_name(finish), deadline
            )
        except Failure:
            clean_up(kubectl, metadata["namespace"], metadata["name"])
            raise
    reporter.report(pod, "created")
    if service is not None:
        reporter.report(service, "created")
    return None


def check(kubectl: Kubectl, strategy: str) -> bool:
    """Refuse what does not go together; tells whether the pod is attached to."""
    options = kubectl.options
    image = options.text("image")
    if not image:
        raise CommandError("--image is required")
    if options.flag("tty") and not options.flag("stdin"):
        raise CommandError("-i/--stdin is required for containers with -t/--tty=true")
    if options.flag("expose") and not options.text("port"):
        raise CommandError("--port must be set when exposing a service")
    attaches = options.flag("attach") if options.changed("attach") else options.flag("stdin") or options.flag("tty")
    if options.flag("rm") and not attaches:
        raise CommandError("--rm should only be used for attached containers")
    if attaches and strategy != "none":
        raise CommandError("--dry-run=[server|client] can't be used with attached containers options "
                           "(--attach, --stdin, or --tty)")  # fmt: skip
    return attaches


def pod_of(kubectl: Kubectl, name: str, said: Said) -> Object:
    options = kubectl.options
    if not is_image(image := options.text("image")):
        raise CommandError(f"invalid image name {quoted(image)}: invalid reference format")
    container: Object = {"name": name, "image": image}
    if options.text("image-pull-policy"):
        container["imagePullPolicy"] = options.text("image-pull-policy")
    if words := list(options.args[1:]):
        container["command" if options.flag("command") else "args"] = words
    if said.environment:
        container["env"] = said.environment
    if options.text("port"):
        container["ports"] = [{"containerPort": port_number(options.text("port"))}]
    if options.flag("privileged"):
        container["securityContext"] = {"privileged": True}
    if options.flag("stdin"):
        container["stdin"] = True
        if not options.flag("leave-stdin-open"):
            container["stdinOnce"] = True
    if options.flag("tty"):
        container["tty"] = True
    metadata: Object = {**metadata_of(kubectl, name), "labels": said.labels or {"run": name}}
    if said.annotations:
        metadata["annotations"] = said.annotations
    spec = {
        "containers": [container],
        "restartPolicy": options.text("restart") or "Always",
        "dnsPolicy": "ClusterFirst",
    }
    return {"metadata": metadata, "spec": spec}


def service_of(kubectl: Kubectl, pod: Object) -> Object:
    """The service that leads to the pod."""
    options = kubectl.options
    name = pod["metadata"]["name"]
    metadata = metadata_of(kubectl, name)
    if given := labels_of(options.text("labels")):
        metadata["labels"] = given
    port = port_number(options.text("port"))
    spec = {
        "ports": [{"protocol": "TCP", "port": port, "targetPort": port}],
        "selector": given or {"run": name},
    }
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def made(kubectl: Kubectl, obj: Object, strategy: str) -> Object:
    if strategy == "client":
        return obj
    if kubectl.options.flag("save-config"):
        obj = configured(obj)
    place = kubectl.mapper.of(obj).path(kubectl.namespace)
    return kubectl.client.post(place, orjson.dumps(typed(obj)), write_query(kubectl, strategy))


@step
def finish(kubectl: Kubectl, namespace: str, name: str) -> Outcome:
    """The session is over: see how the pod ended, where that is of interest, and take it away."""
    options = kubectl.options
    if "failure" in kubectl.memory or options.flag("leave-stdin-open") or options.text("restart") == "Always":
        return leave(kubectl, namespace, name, None)
    return await_end(kubectl, namespace, name, kubectl.now + options.duration("pod-running-timeout"))


@step
def await_end(
    kubectl: Kubectl, namespace: str, name: str, deadline: int, reflector: Reflector | None = None
) -> Outcome:
    """Wait until the pod has ended; with OnFailure only success is an end."""
    info = place_of_pod(kubectl, namespace, name)
    ends = ("Succeeded",) if kubectl.options.text("restart") == "OnFailure" else ("Succeeded", "Failed")
    events, reflector = news(kubectl, info, reflector or reflect(kubectl, info, POD))
    for kind, pod in events:
        if at(pod, "status", "phase") in ends or kind == "DELETED":
            stop(kubectl, reflector)
            return leave(kubectl, namespace, name, pod)
    if kubectl.now >= deadline:
        stop(kubectl, reflector)
        clean_up(kubectl, namespace, name)
        raise CommandError("timed out waiting for the condition")
    until = wake(reflector, deadline)
    return kubectl.wait(await_end, namespace, name, deadline, reflector, until=until, stream=True)


def leave(kubectl: Kubectl, namespace: str, name: str, pod: Object | None) -> Outcome:
    """Take the pod away if that is wanted, and end as its container did."""
    clean_up(kubectl, namespace, name)
    if "failure" in kubectl.memory:
        shown, code = kubectl.memory["failure"]
        kubectl.complain(shown)
        raise Silent(code)
    if pod is None or at(pod, "status", "phase") == "Succeeded":
        return None
    ended = at(pod, "status", "containerStatuses", 0, "state", "terminated", default={})
    if not ended.get("exitCode"):
        raise CommandError(f"pod {namespace}/{name} failed with unknown exit code")
    code = ended["exitCode"]
    raise Exited(f"pod {namespace}/{name} terminated ({ended.get('reason', '')})\n{ended.get('message', '')}", code)


def clean_up(kubectl: Kubectl, namespace: str, name: str) -> None:
    """Delete what was created, with --rm."""
    options = kubectl.options
    if not options.flag("rm"):
        return
    words = [("pods", "pod")] + ([("services", "service")] if options.flag("expose") else [])
    for resource, kind in words:
        path = f"/api/v1/namespaces/{namespace}/{resource}/{name}"
        kubectl.client.find(path)
        try:
            kubectl.client.delete(path, {"propagationPolicy": "Background"})
        except ServerError as error:
            if error.reason != "NotFound":
                raise
            continue
        if not options.flag("quiet"):
            kubectl.print(f"{kind} {quoted(name)} deleted from {namespace} namespace")

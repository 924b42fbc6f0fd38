"""kubectl debug: a container more in a running pod, a copy of a pod, or a pod on a node.

Upstream: kubectl/pkg/cmd/debug
"""

from simulator.kubectl.attaching import await_running
from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.client import STRATEGIC
from simulator.kubectl.command import Outcome, command, step, step_name
from simulator.kubectl.commands.debug_container import (
    check_custom,
    container_of,
    custom_profile,
    customized,
    new_name,
    secured,
    warn_of_user,
)
from simulator.kubectl.commands.debug_copy import copy_of
from simulator.kubectl.commands.execute import QUIET, STDIN, TTY
from simulator.kubectl.creating import five_letters
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError, Failure, ServerError, Silent
from simulator.kubectl.flags import Flag
from simulator.kubectl.imagenames import is_image
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import FILENAMES
from simulator.kubectl.scheme import SCHEME
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at

PROFILES = ("legacy", "general", "baseline", "netadmin", "restricted", "sysadmin")
LEGACY = (
    "--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, "
    'for example "--profile=general".'
)
ATTEMPTS = 30
"""How many names to try for a pod on a node."""
PATIENCE = 24 * 3600 * 1_000_000
"""How long to wait for a container that is attached to."""


@command(
    "debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
    summary="Create debugging sessions for troubleshooting workloads and nodes",
    description="Debug cluster resources using interactive debugging containers.\n\n"
    "  *  Workload: a copy of a pod is made with some things changed, such as the image.\n"
    "  *  Workload: a container is added to a running pod, without a restart.\n"
    "  *  Node: a pod is made in the node's namespaces, with its files under /host.",
    examples=(
        ("Add a busybox container to the pod mypod and work in it", "kubectl debug mypod -it --image=busybox"),
        (
            "Copy mypod, with a debugging container in the copy",
            "kubectl debug mypod -it --image=busybox --copy-to=my-debugger",
        ),
        (
            "Copy mypod with another command of the container mycontainer",
            "kubectl debug mypod -it --copy-to=my-debugger --container=mycontainer -- sh",
        ),
        ("Copy mypod with other images", "kubectl debug mypod --copy-to=my-debugger --set-image=*=busybox"),
        ("Work on a node", "kubectl debug node/mynode -it --image=busybox"),
    ),
    flags=(
        Flag("arguments-only", False, "What follows -- are arguments, not the command."),
        Flag("attach", False, "Wait until the container runs, then attach to it. Default false, with -i true."),
        Flag("container", "", "The name of the debugging container", short="c"),
        Flag("copy-to", "", "Copy the pod under this name."),
        Flag("custom", "", "A file with a part of a container spec, for the debugging container."),
        Flag("env", (), "Environment variables of the container.", kind="mapping"),
        FILENAMES[0],
        Flag("image", "", "The image of the debugging container."),
        Flag("image-pull-policy", "", "When to pull the image; without it the server decides."),
        Flag("keep-annotations", False, "Keep the annotations in the copy. Not with the legacy profile."),
        Flag("keep-init-containers", True, "Keep the init containers in the copy."),
        Flag("keep-labels", False, "Keep the labels in the copy."),
        Flag("keep-liveness", False, "Keep the liveness probes in the copy."),
        Flag("keep-readiness", False, "Keep the readiness probes in the copy."),
        Flag("keep-startup", False, "Keep the startup probes in the copy."),
        Flag("profile", "general", f"What the container may do: one of {', '.join(PROFILES)}."),
        QUIET,
        Flag("replace", False, "With --copy-to: delete the original."),
        Flag("same-node", False, "With --copy-to: the copy goes to the node of the original."),
        Flag("set-image", (), "With --copy-to: name=image pairs.", kind="mapping"),
        Flag("share-processes", True, "With --copy-to: share the process namespace."),
        STDIN,
        Flag("target", "", "Look at the processes of this container."),
        TTY,
    ),
    completes=("resource", "object"),
    dialect=TYPED,
)
def debug(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    kubectl.connect()
    if options.text("profile") not in PROFILES:
        raise CommandError(f"unknown profile: {options.text('profile')}")
    custom = custom_profile(kubectl)
    check(kubectl)
    check_custom(custom)
    if options.text("profile") == "legacy":
        kubectl.complain(LEGACY)
    names = options.args if options.dash is None else options.args[: options.dash]
    words = [] if options.dash is None else list(options.args[options.dash :])
    args = [word if "/" in word else f"pods/{word}" for word in names]
    if options.text("target") and not options.flag("quiet"):
        kubectl.print(
            f"Targeting container {quoted(options.text('target'))}. If you don't see processes from this container "
            "it may be because the container runtime doesn't support this feature."
        )
    outcome: Outcome = None
    for info in Builder(kubectl, args, selector="", scheme=SCHEME).each():
        if isinstance(info, Failure):
            raise info
        if info.resource.kind == "Node":
            outcome = on_node(kubectl, info, words, custom)
        elif info.resource.kind != "Pod":
            kind = f"{info.resource.group}/{info.resource.version}, Kind={info.resource.kind}"
            raise CommandError(f"{quoted(kind)} not supported by debug")
        elif options.text("copy-to"):
            outcome = copied(kubectl, info, words, custom)
        else:
            outcome = inside(kubectl, info, words, custom)
    return outcome


def check(kubectl: Kubectl) -> None:
    options = kubectl.options
    image, images = options.text("image"), options.texts("set-image")
    if options.text("copy-to"):
        check_copy(kubectl, image)
    else:
        for flag, given in (
            ("replace", options.flag("replace")),
            ("same-node", options.flag("same-node")),
            ("set-image", images),
        ):
            if given:
                raise CommandError(f"--{flag} may only be used with --copy-to.")
        if not image:
            raise CommandError("you must specify --image when not using --copy-to.")
    if image and not is_image(image):
        raise CommandError(f"invalid image name {quoted(image)}: invalid reference format")
    if not options.args and not options.texts("filename"):
        raise CommandError("NAME or filename is required for debug")
    if options.text("image-pull-policy") not in ("", "Always", "IfNotPresent", "Never"):
        raise CommandError(f"invalid image pull policy: {options.text('image-pull-policy')}")
    for container, _, other in (pair.partition("=") for pair in images):
        if not is_image(other):
            words = f"invalid image name {quoted(other)} for container {quoted(container)}: invalid reference format"
            raise CommandError(words)
    if options.text("target") and options.text("copy-to"):
        raise CommandError("--target is incompatible with --copy-to. Use --share-processes instead.")
    if options.flag("tty") and not options.flag("stdin"):
        raise CommandError("-i/--stdin is required for containers with -t/--tty=true")


def check_copy(kubectl: Kubectl, image: str) -> None:
    options = kubectl.options
    has_words = options.dash is not None and len(options.args) > options.dash
    if not image and not options.texts("set-image") and not has_words:
        raise CommandError("you must specify --image, --set-image or command arguments.")
    if has_words and not image and not options.text("container"):
        raise CommandError("you must specify an existing container or a new image when specifying args.")


def attaches(kubectl: Kubectl) -> bool:
    options = kubectl.options
    return options.flag("attach") if options.changed("attach") else options.flag("stdin")


def inside(kubectl: Kubectl, info: Info, words: list[str], custom: Object) -> Outcome:
    """Add an ephemeral container to the pod."""
    options = kubectl.options
    target = options.text("target")
    name = new_name(kubectl, info.object)
    container = customized(secured(container_of(kubectl, name, words), options.text("profile")), custom)
    if target:
        container["targetContainerName"] = target
    warn_of_user(kubectl, info.object, container)
    present = list(at(info.object, "spec", "ephemeralContainers", default=[]))
    body = {"spec": {"ephemeralContainers": [*present, {"resources": {}, **container}]}}
    kubectl.clientset.patch(f"{info.path}/ephemeralcontainers", body, content_type=STRATEGIC)
    return attach_or_end(kubectl, info.namespace, info.name, name)


def copied(kubectl: Kubectl, info: Info, words: list[str], custom: Object) -> Outcome:
    """Make a changed copy of the pod."""
    options = kubectl.options
    pod, name = copy_of(kubectl, info.object, words, custom)
    warn_of_user(kubectl, pod, next(one for one in pod["spec"]["containers"] if one["name"] == name))
    if options.flag("replace"):
        kubectl.clientset.delete(info.path, {"gracePeriodSeconds": 0})
    made = kubectl.clientset.post(info.collection, pod)
    return attach_or_end(kubectl, made["metadata"]["namespace"], made["metadata"]["name"], name)


def on_node(kubectl: Kubectl, info: Info, words: list[str], custom: Object) -> Outcome:
    """Make a pod that sees the node."""
    options = kubectl.options
    container = container_of(kubectl, options.text("container") or "debugger", words)
    profile = options.text("profile")
    spec: Object = {
        "nodeName": info.name,
        "restartPolicy": "Never",
        "tolerations": [{"operator": "Exists"}],
    }
    if profile in ("legacy", "general", "sysadmin", "netadmin"):
        spec |= {"hostNetwork": True, "hostPID": True, "hostIPC": True}
    if profile in ("legacy", "general", "sysadmin"):
        spec["volumes"] = [{"name": "host-root", "hostPath": {"path": "/"}}]
        container["volumeMounts"] = [{"name": "host-root", "mountPath": "/host"}]
    if profile != "general":
        container = secured(container, profile)
    spec["containers"] = [customized(container, custom)]
    metadata = {"labels": {"app.kubernetes.io/managed-by": "kubectl-debug"}}
    name = create_for_node(kubectl, info.name, {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    return attach_or_end(kubectl, kubectl.namespace, name, container["name"])


def create_for_node(kubectl: Kubectl, node: str, pod: Object) -> str:
    """Create the pod under a name that is new, even if another was made in the same moment; the name."""
    path, moment = f"/api/v1/namespaces/{kubectl.namespace}/pods", kubectl.now
    container = pod["spec"]["containers"][0]["name"]
    failure: ServerError | None = None
    for number in range(moment, moment + ATTEMPTS):
        name = f"node-debugger-{node}-{five_letters(number)}"
        try:
            kubectl.clientset.post(path, {**pod, "metadata": {**pod["metadata"], "name": name}})
            failure = None
        except ServerError as error:
            failure = error
        if failure is None or failure.reason != "AlreadyExists":
            break
    if not kubectl.options.flag("quiet"):
        kubectl.print(f"Creating debugging pod {name} with container {container} on node {node}.")
    if failure is not None:
        raise failure
    return name


def attach_or_end(kubectl: Kubectl, namespace: str, name: str, container: str) -> Outcome:
    if not attaches(kubectl):
        return None
    deadline = kubectl.now + PATIENCE
    return await_running(kubectl, namespace, name, container, step_name(finish), deadline)


@step
def finish(kubectl: Kubectl, namespace: str, name: str) -> Outcome:
    """The session is over."""
    if "failure" in kubectl.memory:
        shown, code = kubectl.memory["failure"]
        kubectl.complain(shown)
        raise Silent(code)
    return None

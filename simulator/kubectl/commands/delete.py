"""kubectl delete: have objects go, and wait until they are gone. Upstream: kubectl/pkg/cmd/delete"""

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import SUFFIX, dry_run
from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.deleting import CASCADES, Doomed, await_gone, propagation
from simulator.kubectl.dialects import RAW
from simulator.kubectl.errors import CommandError, Failure, ServerError, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.manifests import STANDARD_INPUT
from simulator.kubectl.options import ALL_NAMESPACES, DRY_RUN, FIELD_SELECTOR, FILENAMES, IGNORE_NOT_FOUND, SELECTOR
from simulator.kubectl.options import all_objects as all_flag
from simulator.kubectl.visiting import place_of
from simulator.kubectl.watching import FOREVER
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at
from simulator.runtime.errors import OSFailure

IMMEDIATE = (
    "Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may "
    "continue to run on the cluster indefinitely."
)

NO_NAMESPACE = "an empty namespace may not be set when a resource name is provided"


@command(
    "delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
    summary="Delete resources by file names, stdin, resources and names, or by resources and label selector",
    description="Delete resources by file names, stdin, resources and names, or by resources and label selector.\n\n"
    " Pods get time to end in order; --now shortens it to a second, and --grace-period sets it. --force with"
    " --grace-period=0 removes a pod from the API at once, without knowing whether it has ended.",
    examples=(
        ("Delete the pod that pod.json names", "kubectl delete -f ./pod.json"),
        ("Delete what a kustomization builds", "kubectl delete -k dir"),
        ("Delete what standard input names", "cat pod.json | kubectl delete -f -"),
        ('Delete pods and services named "baz" and "foo"', "kubectl delete pod,service baz foo"),
        ("Delete pods and services with label name=myLabel", "kubectl delete pods,services -l name=myLabel"),
        ("Delete a pod with a second's notice", "kubectl delete pod foo --now"),
        ("Delete a pod of a node that is gone", "kubectl delete pod foo --force"),
        ("Delete all pods", "kubectl delete pods --all"),
        ("Delete all pods after asking", "kubectl delete pods --all --interactive"),
    ),
    flags=(
        all_flag("Delete all objects of the named resource types in the namespace."),
        ALL_NAMESPACES,
        Flag(
            "cascade",
            "background",
            'How dependents go: one of "background", "orphan", or "foreground".',
            bare="background",
            choices=tuple(CASCADES),
        ),
        DRY_RUN,
        FIELD_SELECTOR,
        *FILENAMES,
        Flag("force", False, "Remove the objects from the API at once, without waiting for them to end."),
        Flag("grace-period", -1, "Seconds that objects get to end. Negative: their own. 0 only together with --force."),
        IGNORE_NOT_FOUND,
        Flag("interactive", False, "Ask before deleting.", short="i"),
        Flag("now", False, "Give the objects one second to end."),
        Flag("output", "", 'Output mode. "name" prints resource/name only.', short="o", choices=("name",)),
        Flag("raw", "", "Path to send the DELETE to, as it is."),
        SELECTOR,
        Flag("timeout", "0s", "How long to wait for the objects to go; zero works it out.", kind="duration"),
        Flag("wait", True, "Wait until the objects are gone."),
    ),
    completes=("resource", "object"),
)
def delete(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    kubectl.memory["propagation"] = propagation(kubectl)
    assert kubectl.namespace
    grace = grace_period(kubectl)
    dry_run(kubectl)
    builder = Builder(kubectl, options.args, select_all=True)
    if not options.text("raw"):
        builder.check()
    if options.text("output") not in ("", "name"):
        raise CommandError(f"unexpected -o output mode: {options.text('output')}. We only support '-o name'")
    if grace > 0 and options.flag("force"):
        raise CommandError("--force and --grace-period greater than 0 cannot be specified together")
    if grace == 0 and options.flag("force"):
        kubectl.warn(IMMEDIATE)
    if options.text("raw"):
        return delete_raw(kubectl)
    infos, errors = found(kubectl, builder)
    if options.flag("interactive") and infos:
        return ask(kubectl, infos, grace)
    return delete_all(kubectl, infos, errors, grace, builder)


def delete_raw(kubectl: Kubectl) -> Outcome:
    """Send the DELETE to a path as it is, with what a file holds. Upstream: kubectl/pkg/rawhttp"""
    options = kubectl.options
    paths = options.texts("filename")
    if len(paths) > 1:
        raise CommandError("--raw can only use a single local file or stdin")
    if paths and paths[0].startswith(("http://", "https://")):
        raise CommandError("--raw cannot read from a url")
    if options.flag("recursive"):
        raise CommandError("--raw and --recursive are mutually exclusive")
    if options.text("output"):
        raise CommandError("--raw and --output are mutually exclusive")
    check_path(options.text("raw"))
    sent = kubectl.client.speaking(RAW).request("DELETE", options.text("raw"), body=content(kubectl, paths))
    kubectl.write(sent.text)
    return None


def check_path(path: str) -> None:
    if not path.startswith("/") and "://" not in path:
        raise CommandError(f"--raw must be a valid URL path: parse {quoted(path)}: invalid URI for request")


def content(kubectl: Kubectl, paths: list[str]) -> bytes | None:
    """What is sent along: a file, or standard input."""
    if not paths:
        return None
    if paths[0] in STANDARD_INPUT:
        return bytes(kubectl.memory.get("stdin", b""))
    try:
        return kubectl.terminal.read_file(paths[0])
    except OSFailure as failure:
        raise CommandError(f"open {failure}") from None


def grace_period(kubectl: Kubectl) -> int:
    """Seconds, or -1 for the object's own."""
    options = kubectl.options
    grace = options.number("grace-period")
    if options.flag("now"):
        if grace != -1:
            raise CommandError("--now and --grace-period cannot be specified together")
        grace = 1
    if grace == 0 and not options.flag("force"):
        return 1
    return max(grace, 0) if options.flag("force") else grace


def found(kubectl: Kubectl, builder: Builder) -> tuple[list[Info], list[Failure]]:
    """What is to be deleted; single objects are not fetched first."""
    builder.check()
    if builder.from_files:
        places = list(builder.from_manifests())
        return [one for one in places if isinstance(one, Info)], [one for one in places if isinstance(one, Failure)]
    if builder.lists:
        return builder.collected()
    return builder.targets(), []


def ask(kubectl: Kubectl, infos: list[Info], grace: int) -> Outcome:
    """Show what would be deleted and wait for the answer."""
    kubectl.print(f"You are about to delete the following {len(infos)} resource(s):")
    for info in infos:
        kubectl.print(f"{info.resource.qualified_kind}/{info.name}")
    kubectl.write("Do you want to continue? (y/N): ")
    return kubectl.wait(answered, grace, readable=(0,))


@step
def answered(kubectl: Kubectl, grace: int) -> Outcome:
    answer = kubectl.terminal.read()
    if answer is None:
        return kubectl.wait(answered, grace, readable=(0,))
    if answer.decode(errors="replace").strip().lower() not in ("y", "yes"):
        kubectl.print("deletion is cancelled")
        return None
    builder = Builder(kubectl, kubectl.options.args, select_all=True)
    infos, errors = found(kubectl, builder)
    return delete_all(kubectl, infos, errors, grace, builder)


def delete_all(kubectl: Kubectl, infos: list[Info], errors: list[Failure], grace: int, builder: Builder) -> Outcome:
    options = kubectl.options
    strategy = dry_run(kubectl)
    gone: list[Doomed] = []
    warned = False
    for info in infos:
        if not info.resource.namespaced and kubectl.namespace_given and not builder.all_namespaces and not warned:
            kubectl.warn("deleting cluster-scoped resources, not scoped to the provided namespace")
            warned = True
        if info.placeless is not None and strategy != "client":
            errors.append(CommandError(f"error when deleting {quoted(info.source)}: {NO_NAMESPACE}"))
            continue
        try:
            answer = delete_one(kubectl, info, grace, strategy)
        except ServerError as error:
            if not (error.reason == "NotFound" and (options.flag("ignore-not-found") or builder.lists)):
                errors.append(error.when("deleting", info.source))
            continue
        report(kubectl, info, grace, strategy)
        gone.append((place_of(info), uid_of(answer, info)))
    if errors:
        raise_all(errors)
    if not infos and (builder.lists or builder.from_files):
        kubectl.print("No resources found")
        return None
    if not gone or not options.flag("wait") or strategy != "none":
        return None
    timeout = options.duration("timeout") or FOREVER
    return await_gone(kubectl, tuple(gone), kubectl.now + (FOREVER if timeout < 0 else timeout))


def delete_one(kubectl: Kubectl, info: Info, grace: int, strategy: str) -> Object:
    if strategy == "client":
        return {}
    body: Object = {"propagationPolicy": kubectl.memory["propagation"]}
    if grace >= 0:
        body["gracePeriodSeconds"] = grace
    if strategy == "server":
        body["dryRun"] = ["All"]
    return kubectl.client.delete(info.path, body)


def uid_of(answer: Object, info: Info) -> str:
    """Which object it was: the answer is the object itself, or a Status about it."""
    details = at(answer, "details", "uid")
    return str(details or at(answer, "metadata", "uid") or at(info.object, "metadata", "uid", default=""))


def report(kubectl: Kubectl, info: Info, grace: int, strategy: str) -> None:
    if kubectl.options.text("output") == "name":
        kubectl.print(info.label)
        return
    word = "force deleted" if grace == 0 else "deleted"
    text = f"{info.resource.qualified_kind} {quoted(info.name)} {word}"
    if info.resource.namespaced:
        text += f" from {info.namespace} namespace"
    kubectl.print(text + SUFFIX[strategy])

"""kubectl replace: put objects in the place of those that are there. Upstream: kubectl/pkg/cmd/replace"""

from contextlib import suppress

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import SUFFIX, Reporter, validation, write_query
from simulator.kubectl.command import STEPS, Outcome, Waiting, command, step
from simulator.kubectl.deleting import Doomed, await_gone, propagation
from simulator.kubectl.dialects import RAW
from simulator.kubectl.errors import CommandError, Failure, ServerError, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.lastapplied import last_applied, with_last_applied
from simulator.kubectl.manifests import only_file
from simulator.kubectl.options import DRY_RUN, FILENAMES, PRINTING, SAVE_CONFIG, VALIDATE, field_manager, subresource
from simulator.kubectl.visiting import place_of
from simulator.kubectl.watching import FOREVER
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at, changed


@command(
    "replace -f FILENAME",
    summary="Replace a resource by file name or stdin",
    description="Replace a resource by file name or stdin.\n\n"
    " JSON and YAML are read. The whole object has to be given, as kubectl get TYPE NAME -o yaml prints it.",
    examples=(
        ("Replace a pod with what pod.json says", "kubectl replace -f ./pod.json"),
        ("Replace a pod with what standard input says", "cat pod.json | kubectl replace -f -"),
        (
            "Give a pod's container the tag v4",
            "kubectl get pod mypod -o yaml | sed 's/\\(image: myimage\\):.*$/\\1:v4/' | kubectl replace -f -",
        ),
        ("Delete the object and create it again", "kubectl replace --force -f ./pod.json"),
    ),
    flags=(
        *PRINTING,
        Flag("cascade", "background", "How dependents go. background, orphan or foreground.", bare="background"),
        DRY_RUN,
        field_manager("kubectl-replace"),
        *FILENAMES,
        Flag("force", False, "Delete the objects at once and create them again."),
        Flag("grace-period", -1, "Seconds that objects get to end. Negative: their own; 0 only with --force."),
        Flag("raw", "", "Path to PUT the file to, as it is."),
        SAVE_CONFIG,
        subresource("Replace this subresource."),
        Flag("timeout", "0s", "How long to wait for a deletion; zero works it out.", kind="duration"),
        VALIDATE,
        Flag("wait", False, "Wait until deleted objects are gone."),
    ),
)
def replace(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    validation(kubectl)
    reporter = Reporter(kubectl)
    kubectl.connect(before_namespace=True)
    kubectl.memory["propagation"] = propagation(kubectl)
    check(kubectl)
    if options.text("raw"):
        content = only_file(kubectl)
        kubectl.write(kubectl.client.speaking(RAW).request("PUT", options.text("raw"), body=content).text)
        return None
    if options.flag("force") and reporter.strategy != "none":
        raise CommandError("--dry-run can not be used when --force is set")
    if options.flag("force"):
        return force(kubectl, list(Builder(kubectl, ()).from_manifests()))
    errors: list[Failure] = []
    for place in Builder(kubectl, ()).from_manifests(validate=validates(kubectl)):
        if isinstance(place, Failure):
            errors.append(place)
            continue
        try:
            reporter.report(put(kubectl, place, reporter.strategy), "replaced")
        except ServerError as error:
            errors.append(error.when("replacing", place.source))
    raise_all(errors)
    return None


def check(kubectl: Kubectl) -> None:
    options = kubectl.options
    if not options.texts("filename") and not options.text("kustomize"):
        raise CommandError("must specify one of -f and -k")
    if options.texts("filename") and options.text("kustomize"):
        raise CommandError("only one of -f or -k can be specified")
    if options.text("raw"):
        check_raw(kubectl)
    if options.number("grace-period") >= 0 and not options.flag("force"):
        raise CommandError("--grace-period must have --force specified")
    if options.duration("timeout") and not options.flag("force"):
        raise CommandError("--timeout must have --force specified")


def check_raw(kubectl: Kubectl) -> None:
    options = kubectl.options
    if len(options.texts("filename")) != 1:
        raise kubectl.usage_error("--raw can only use a single local file or stdin")
    for name in ("recursive", "output"):
        if options.changed(name):
            raise CommandError(f"--raw and --{name} are mutually exclusive")
    path = options.text("raw")
    if not path.startswith("/"):
        raise CommandError(f"--raw must be a valid URL path: parse {quoted(path)}: invalid URI for request")


def validates(kubectl: Kubectl) -> bool:
    return kubectl.options.text("validate") not in ("false", "ignore")


def wanted(kubectl: Kubectl, place: Info) -> Object:
    """The object of the file, with its configuration where that is kept."""
    keeps = kubectl.options.flag("save-config") or last_applied(place.object) is not None
    return with_last_applied(place.object) if keeps else place.object


def put(kubectl: Kubectl, place: Info, strategy: str) -> Object:
    obj = wanted(kubectl, place)
    if strategy == "client":
        return obj
    name = kubectl.options.text("subresource")
    path = f"{place.path}/{name}" if name else place.path
    if not at(obj, "metadata", "resourceVersion"):
        with suppress(ServerError):  # what is not there may be made
            current = kubectl.client.get(path, doing="compare")
            obj = changed(obj, ("metadata", "resourceVersion"), current["metadata"]["resourceVersion"])
    return kubectl.client.put(path, obj, write_query(kubectl, strategy))


def force(kubectl: Kubectl, places: list[Info | Failure]) -> Outcome:
    """Delete what is there, and create it again when it is gone."""
    options = kubectl.options
    infos = [place for place in places if isinstance(place, Info)]
    raise_all([place for place in places if isinstance(place, Failure)])
    if not infos:
        kubectl.print("No resources found")
        raise CommandError("no objects passed to replace")
    reporter = Reporter(kubectl)
    body: Object = {"propagationPolicy": kubectl.memory["propagation"]}
    grace = options.number("grace-period")
    if grace >= 0:
        body["gracePeriodSeconds"] = grace
    gone: list[Doomed] = []
    for info in infos:
        if reporter.strategy == "client":
            tell_deleted(kubectl, info, reporter.strategy)
            continue
        try:
            answer = kubectl.client.delete(info.path, body)
        except ServerError as error:
            if error.reason == "NotFound":
                continue
            raise error.when("deleting", info.source) from None
        tell_deleted(kubectl, info, reporter.strategy)
        uid = at(answer, "details", "uid") or at(answer, "metadata", "uid", default="")
        gone.append((place_of(info), str(uid)))
    deadline = kubectl.now + (options.duration("timeout") or FOREVER)
    return then_create(kubectl, await_gone(kubectl, tuple(gone), deadline))


def tell_deleted(kubectl: Kubectl, info: Info, strategy: str) -> None:
    where = f" from {info.namespace} namespace" if info.resource.namespaced else ""
    kubectl.print(f"{info.resource.qualified_kind} {quoted(info.name)} deleted{where}{SUFFIX[strategy]}")


def then_create(kubectl: Kubectl, outcome: Outcome) -> Outcome:
    """Create as soon as the waiting is over."""
    if isinstance(outcome, Waiting):
        return kubectl.wait(after_deletion, outcome.step, outcome.arguments, until=outcome.until, stream=outcome.stream)
    reporter = Reporter(kubectl)
    for place in Builder(kubectl, ()).from_manifests(validate=validates(kubectl)):
        if isinstance(place, Failure):
            raise place
        obj = wanted(kubectl, place)
        if reporter.strategy != "client":
            obj = kubectl.client.create(place.collection, obj, write_query(kubectl, reporter.strategy))
        reporter.report(obj, "replaced")
    return None


@step
def after_deletion(kubectl: Kubectl, inner: str, arguments: tuple[object, ...]) -> Outcome:
    return then_create(kubectl, STEPS[inner](kubectl, *arguments))

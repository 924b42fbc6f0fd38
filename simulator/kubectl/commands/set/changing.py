"""What the subcommands of set share: find objects, change each, send the difference.

Upstream: kubectl/pkg/cmd/set/set.go, helper.go, kubectl/pkg/polymorphichelpers/updatepodspec.go
"""

from collections.abc import Callable, Sequence

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import Reporter, write_query
from simulator.kubectl.client import MERGE, STRATEGIC
from simulator.kubectl.discovery import Resource
from simulator.kubectl.errors import CommandError, Failure, ServerError, Unread, raise_all
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.manifests import Manifest, check_header, manifests
from simulator.kubectl.options import DRY_RUN, FILENAMES, LOCAL, PRINTING, SELECTOR, all_objects, field_manager
from simulator.kubectl.patching import client_schema
from simulator.kubectl.recording import recorded
from simulator.kubectl.scheme import SCHEME, unregistered
from simulator.kubectl.typed import TypedReporter, typed
from simulator.machinery.objects import Object, at, changed
from simulator.machinery.patches import merge_patch, strategic_diff

NOTHING_LOCAL = """error: you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'"""
POD_SPECS = {
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "Deployment": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "ReplicationController": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
}
"""Where the pod spec of each kind is."""

SETTING = (
    all_objects("All objects of the named resource types in the namespace"),
    *PRINTING,
    DRY_RUN,
    field_manager("kubectl-set"),
    *FILENAMES,
    LOCAL,
)
SETTING_SELECTED = (*SETTING, SELECTOR)

type Change = Callable[[Info], Object]
"""Gives the object as it is to be. Raises Failure where that object cannot be changed."""


def begun(kubectl: Kubectl) -> TypedReporter:
    """What says what became of the objects. A wrong form, dry run or configuration is told before anything else."""
    reporter = TypedReporter(kubectl)
    kubectl.connect()
    return reporter


def found(
    kubectl: Kubectl, args: Sequence[str], *, selector: str | None = None, heeds_words: bool = True
) -> list[Info]:
    """The objects to change; with --local those of the files as they are, and no others may be named."""
    if kubectl.options.flag("local"):
        if args and heeds_words:
            raise CommandError(NOTHING_LOCAL)
        return local(kubectl)
    return Builder(kubectl, args, selector=selector, scheme=SCHEME).infos()


def local(kubectl: Kubectl) -> list[Info]:
    """What the files hold, without asking the server what it is called."""
    builder = Builder(kubectl, ())
    builder.check()
    infos: list[Info] = []
    errors: list[Failure] = []
    for manifest in manifests(kubectl):
        try:
            infos.append(read_locally(manifest))
        except Failure as failure:
            errors.append(failure if isinstance(failure, Unread) else Unread(failure))
    raise_all(errors)
    return infos


def read_locally(manifest: Manifest | Unread) -> Info:
    if isinstance(manifest, Unread):
        raise manifest
    said = manifest.object
    wrong = check_header(manifest, validate=False, typed=True) or unregistered(
        said["apiVersion"], said["kind"], SCHEME, source=manifest.source
    )
    if wrong is not None:
        raise wrong
    obj = typed(manifest.object)
    group, _, version = str(obj["apiVersion"]).rpartition("/")
    kind = str(obj["kind"])
    resource = Resource(f"{kind.lower()}s", kind.lower(), kind, group, version, namespaced=True)
    return Info(resource, "", at(obj, "metadata", "name", default=""), obj, manifest.source)


class Partial(Exception):
    """An object as it is to be, and what could not be done."""

    def __init__(self, wanted: Object, failure: Failure) -> None:
        super().__init__()
        self.wanted = wanted
        self.failure = failure


def apply_changes(
    kubectl: Kubectl,
    reporter: TypedReporter,
    infos: Sequence[Info],
    change: Change,
    *,
    done: str,
    failure: str,
    always: bool = False,
    missed: Sequence[Failure] = (),
) -> None:
    """Change each object and say so. Nothing is said of objects that stay as they are, unless `always` is.

    What went wrong before, when the objects were fetched, is told at the end.
    """
    errors: list[Failure] = list(missed)
    for info in infos:
        try:
            try:
                wanted = recorded(kubectl, change(info))
            except Partial as part:
                errors.append(part.failure)
                wanted = recorded(kubectl, part.wanted)
            apply_one(kubectl, reporter, info, wanted, done, failure, always=always)
        except Failure as error:
            errors.append(error)
    raise_all(errors)


def apply_one(
    kubectl: Kubectl, reporter: Reporter, info: Info, wanted: Object, done: str, failure: str, *, always: bool
) -> None:
    if wanted == info.object and not always:
        return
    if reporter.strategy == "client" or kubectl.options.flag("local"):
        reporter.report(wanted, done)
        return
    patch, content_type = difference(info, wanted)
    try:
        updated = kubectl.client.patch(
            info.path, patch, write_query(kubectl, reporter.strategy), content_type=content_type
        )
    except ServerError as error:
        raise CommandError(f"failed to patch {failure} {error}") if failure else error from None
    reporter.report(updated, done)


def difference(info: Info, wanted: Object) -> tuple[Object, str]:
    """The patch from the object to what is wanted, and its content type."""
    schema = client_schema(info.resource)
    if schema is None:
        return merge_patch.two_way(info.object, wanted), MERGE
    return strategic_diff.two_way(info.object, wanted, schema), STRATEGIC


def pod_spec_path(info: Info) -> tuple[str, ...]:
    """Where the object has its pod spec. Raises CommandError where it has none."""
    path = POD_SPECS.get(info.resource.kind)
    if path is None:
        kind = f"*{info.resource.version}.{info.resource.kind}"
        raise CommandError(f"the object is not a pod or does not have a pod template: {kind}")
    return path


def unfit(info: Info, why: str) -> CommandError:
    """What is wrong with one of the objects, in a line and an empty one."""
    return CommandError(f"error: {info.resource.name}/{info.name} {why}\n")


def spec_of(info: Info) -> Object:
    """The pod spec of an object."""
    try:
        path = pod_spec_path(info)
    except CommandError as error:
        raise unfit(info, str(error)) from None
    spec: Object = at(info.object, *path, default={})
    return spec


def with_spec(info: Info, spec: Object) -> Object:
    return changed(info.object, pod_spec_path(info), spec)


def names_match(name: str, pattern: str) -> bool:
    """Whether a container's name is meant by `*`, `abc*`, `*c` or itself. Upstream: selectString"""
    if pattern == "*":
        return True
    pieces = pattern.split("*")
    if len(pieces) == 1:
        return name == pattern
    rest = name
    for index, piece in enumerate(pieces):
        if not piece:
            continue
        if index == 0 and not rest.startswith(piece):
            return False
        if index == len(pieces) - 1:
            return rest.endswith(piece)
        place = rest.find(piece)
        if place < 0:
            return False
        rest = rest[place + len(piece) :]
    return True

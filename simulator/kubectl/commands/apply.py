"""kubectl apply: make objects what their files say, and remember what that was.

Upstream: kubectl/pkg/cmd/apply
"""

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import Reporter, validation, write_query
from simulator.kubectl.client import APPLY, JSON_PATCH, MERGE, STRATEGIC
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.commands.delete import CASCADES
from simulator.kubectl.commands.last_applied import (
    edit_last_applied,
    set_last_applied,
    view_last_applied,
)
from simulator.kubectl.errors import CommandError, Failure, ServerError, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.lastapplied import LAST_APPLIED, encoded, last_applied, sorted_keys, with_last_applied
from simulator.kubectl.migrating import client_side_managers, upgrade
from simulator.kubectl.options import DRY_RUN, FILENAMES, PRINTING, SELECTOR, VALIDATE, all_objects, field_manager
from simulator.kubectl.patching import client_schema
from simulator.kubectl.pruning import allowed, prune
from simulator.kubectl.recording import RECORD, recorded
from simulator.machinery.golang import json_text, quoted
from simulator.machinery.objects import Object, at
from simulator.machinery.patches import PatchError, merge_patch, strategic_diff

CLIENT_MANAGER = "kubectl-client-side-apply"
SERVER_MANAGER = "kubectl"

CONFLICT_ADVICE = """
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"""


@command(
    "apply (-f FILENAME | -k DIRECTORY)",
    summary="Apply a configuration to a resource by file name or stdin",
    description="Apply a configuration to a resource by file name or stdin. The resource name must be given. What does"
    " not exist yet is created.\n\n JSON and YAML are read.",
    examples=(
        ("Apply the pod in pod.json", "kubectl apply -f ./pod.json"),
        ("Apply what a folder with a kustomization.yaml builds", "kubectl apply -k dir/"),
        ("Apply standard input", "cat pod.json | kubectl apply -f -"),
        ("Apply every '.json' file", "kubectl apply -f '*.json'"),
        (
            "Apply a file, and delete what has label app=nginx and is not in it",
            "kubectl apply --prune -f manifest.yaml -l app=nginx",
        ),
        (
            "Apply a file, and delete all other config maps",
            "kubectl apply --prune -f manifest.yaml --all --prune-allowlist=core/v1/ConfigMap",
        ),
    ),
    flags=(
        all_objects("With --prune: consider all objects in the namespace of the resource types."),
        *PRINTING,
        Flag("cascade", "background", "How dependents of pruned objects go. background, orphan or foreground."),
        DRY_RUN,
        RECORD,
        field_manager(CLIENT_MANAGER),
        *FILENAMES,
        Flag("force", False, "Delete and create again where an object cannot be changed. With --grace-period=0."),
        Flag("force-conflicts", False, "With --server-side: take fields over from other managers."),
        Flag("grace-period", -1, "Seconds that objects get to end. Negative: their own; 0 only with --force."),
        Flag("openapi-patch", True, "Work out differences from the server's OpenAPI where it has the resource."),
        Flag("overwrite", True, "Solve conflicts in favour of the file"),
        Flag("prune", False, "Delete objects that were applied before and are no longer in the files."),
        Flag("prune-allowlist", (), "Overwrite the default list with <group/version/kind> for --prune"),
        SELECTOR,
        Flag("server-side", False, "Let the server apply."),
        Flag("subresource", "", "Apply to this subresource. Only with --server-side."),
        Flag("timeout", "0s", "How long to wait for a deletion; zero works it out.", kind="duration"),
        VALIDATE,
        Flag("wait", False, "Wait until deleted objects are gone."),
    ),
    commands=(edit_last_applied, set_last_applied, view_last_applied),
)
def apply(kubectl: Kubectl) -> Outcome:
    check(kubectl)
    reporter = Reporter(kubectl)
    errors: list[Failure] = []
    applied: list[Info] = []
    checked = kubectl.options.text("validate") not in ("false", "ignore")
    one = apply_on_server if kubectl.options.flag("server-side") else apply_here
    for place in Builder(kubectl, ()).from_manifests(validate=checked):
        if isinstance(place, Failure):
            errors.append(place)
            continue
        try:
            applied.append(one(kubectl, reporter, place))
        except Failure as failure:
            errors.append(failure)
    if not applied and not errors:
        raise CommandError("no objects passed to apply")
    raise_all(errors)
    kubectl.client.log(4, "apply.go:546", "Running apply post-processor function")
    if kubectl.options.flag("prune"):
        prune(kubectl, reporter, applied)
    return None


def check(kubectl: Kubectl) -> None:
    options = kubectl.options
    if options.text("cascade") not in CASCADES:
        wrong = f"invalid cascade value ({options.text('cascade')})"
        raise CommandError(f'{wrong}. Must be "background", "foreground", or "orphan"')
    if options.args:
        raise kubectl.usage_error(f"Unexpected args: [{' '.join(options.args)}]")
    if not options.texts("filename") and not options.text("kustomize"):
        raise CommandError("must specify one of -f and -k")
    if options.texts("filename") and options.text("kustomize"):
        raise CommandError("only one of -f or -k can be specified")
    if options.flag("force-conflicts") and not options.flag("server-side"):
        raise CommandError("--force-conflicts only works with --server-side")
    if options.flag("server-side") and options.text("dry-run") == "client":
        raise CommandError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)")
    if options.flag("prune") and options.flag("server-side"):
        raise CommandError("--prune is in alpha and doesn't currently work on objects created by server-side apply")
    if options.flag("all") and options.text("selector"):
        raise CommandError("cannot set --all and --selector at the same time")
    validation(kubectl)
    if options.flag("prune"):
        for api_version, kind in allowed(kubectl):
            if kubectl.mapper.of_kind(api_version, kind) is None:
                raise CommandError(f"no matches for kind {quoted(kind)} in version {quoted(api_version)}")
    if options.flag("prune") and not options.flag("all") and not options.text("selector"):
        raise CommandError(
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all "
            "flag. If you did not mean to prune all resources, specify a label selector"
        )


def apply_here(kubectl: Kubectl, reporter: Reporter, place: Info) -> Info:
    """Compare file, last file and object, and send the difference."""
    place = place.holding(recorded(kubectl, place.object))
    modified = with_last_applied(place.object)
    if not place.name:
        raise CommandError(f'error when retrieving current configuration of:\n{described(place)}\nfrom server for: '
                           f'"{place.source}": resource name may not be empty')  # fmt: skip
    try:
        current = kubectl.client.find(place.path)
    except ServerError as error:
        doing = f"retrieving current configuration of:\n{described(place)}\nfrom server for:"
        raise error.when(doing, place.source) from None
    if current is None:
        return create(kubectl, reporter, place.holding(modified))
    before = last_applied(current)
    if before is None:
        kubectl.warn(
            f"resource {place.resource.name}/{place.name} is missing the {LAST_APPLIED} annotation which is "
            f"required by "
            "kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl "
            "create --save-config or kubectl apply. The missing annotation will be patched automatically."
        )
    patch, content_type = difference(before or {}, modified, current, place)
    if not patch:
        reporter.report(current, "unchanged")
        return place.holding(current)
    updated = current if reporter.strategy == "client" else send(kubectl, reporter, place, patch, content_type)
    if at(current, "metadata", "deletionTimestamp"):
        kubectl.warn(f"Detected changes to resource {place.name} which is currently being deleted.")
    reporter.report(updated, "configured")
    return place.holding(updated)


def create(kubectl: Kubectl, reporter: Reporter, place: Info) -> Info:
    obj = place.object
    if reporter.strategy != "client":
        try:
            obj = kubectl.client.create(place.collection, obj, write_query(kubectl, reporter.strategy))
        except ServerError as error:
            raise error.when("creating", place.source) from None
    reporter.report(obj, "created")
    return place.holding(obj)


def send(kubectl: Kubectl, reporter: Reporter, place: Info, patch: Object, content_type: str) -> Object:
    query = write_query(kubectl, reporter.strategy)
    try:
        return kubectl.client.patch(place.path, patch, query, content_type=content_type)
    except ServerError as error:
        if error.reason == "Invalid" and kubectl.options.flag("force"):
            kubectl.client.delete(place.path, {"gracePeriodSeconds": 0, "propagationPolicy": "Background"})
            return kubectl.client.create(place.collection, with_last_applied(place.object), query)
        doing = f"applying patch:\n{json_text(sorted_keys(patch))}\nto:\n{described(place)}\nfor:"
        raise error.when("patching", place.source).again(doing, place.source) from None


def described(place: Info) -> str:
    """A place as errors of apply tell it. Upstream: resource.Info.String"""
    resource = place.resource
    gvr = resource.described
    gvk = f"{resource.group}/{resource.version}, Kind={resource.kind}"
    return f'Resource: "{gvr}", GroupVersionKind: "{gvk}"\nName: "{place.name}", Namespace: "{place.namespace}"'


def difference(before: Object, modified: Object, current: Object, place: Info) -> tuple[Object, str]:
    """The patch that makes an object what the file says, and its content type."""
    schema = client_schema(place.resource)
    try:
        if schema is None:
            return merge_patch.three_way(before, modified, current), MERGE
        return strategic_diff.three_way(before, modified, current, schema), STRATEGIC
    except PatchError as error:
        raise CommandError(f'error when creating patch for "{place.source}": {error}') from None


def apply_on_server(kubectl: Kubectl, reporter: Reporter, place: Info) -> Info:
    """Send the whole configuration; the server keeps who owns which field."""
    options = kubectl.options
    manager = options.text("field-manager") if options.changed("field-manager") else SERVER_MANAGER
    query: dict[str, str | bool | None] = {
        **write_query(kubectl, reporter.strategy),
        "fieldManager": manager,
        "force": options.flag("force-conflicts"),
    }
    path = place.resource.path(place.namespace, place.name, options.text("subresource"))
    try:
        updated = kubectl.client.patch(path, place.object, query, content_type=APPLY)
    except ServerError as error:
        if error.reason == "Conflict":
            raise CommandError(f"{error}{CONFLICT_ADVICE}") from None
        raise
    if last_applied(updated) is not None and reporter.strategy == "none":
        before = client_side_managers(updated)
        if manager == SERVER_MANAGER:  # what another manager applies, the annotation does not follow
            updated = keep_last_applied(kubectl, place, updated)
        if patch := upgrade(updated, before, manager):
            plain = {**write_query(kubectl), "fieldManager": manager}
            kubectl.client.patch(place.path, patch, plain, content_type=JSON_PATCH)
            updated = kubectl.client.patch(path, place.object, query, content_type=APPLY)
    reporter.report(updated, "serverside-applied")
    return place.holding(updated)


def keep_last_applied(kubectl: Kubectl, place: Info, updated: Object) -> Object:
    """Bring the annotation of an object that client-side apply knew up to date, so that one can go back to it."""
    annotations = {
        key: value
        for key, value in at(place.object, "metadata", "annotations", default={}).items()
        if key != LAST_APPLIED
    }
    metadata = {**place.object["metadata"], "annotations": annotations}
    text = encoded({**place.object, "metadata": metadata})
    body = {
        "apiVersion": updated["apiVersion"],
        "kind": updated["kind"],
        "metadata": {"name": place.name, "annotations": {LAST_APPLIED: text}},
    }
    if place.namespace:
        body["metadata"]["namespace"] = place.namespace
    query: dict[str, str | bool] = {"fieldManager": "kubectl-last-applied", "force": True}
    return kubectl.client.patch(place.path, body, query, content_type=APPLY)

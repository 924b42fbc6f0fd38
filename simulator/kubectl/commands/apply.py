"""kubectl apply: make objects what their files say, and remember what that was.

Upstream: kubectl/pkg/cmd/apply
"""

from simulator.kubectl.applying import apply_here, told, warn_if_leaving
from simulator.kubectl.builder import Builder, Info, parted
from simulator.kubectl.changes import Reporter, validation, write_query
from simulator.kubectl.client import APPLY
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.commands.last_applied import (
    edit_last_applied,
    set_last_applied,
    view_last_applied,
)
from simulator.kubectl.deleting import propagation
from simulator.kubectl.errors import CommandError, Failure, ServerError, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.migrating import SERVER_MANAGER, Migration, encoded
from simulator.kubectl.options import DRY_RUN, FILENAMES, PRINTING, SELECTOR, VALIDATE, all_objects, field_manager
from simulator.kubectl.pruning import check_allowed, prune
from simulator.kubectl.recording import RECORD
from simulator.machinery.objects import at

CLIENT_MANAGER = "kubectl-client-side-apply"

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
    if kubectl.options.args:
        raise kubectl.usage_error(f"Unexpected args: [{' '.join(kubectl.options.args)}]")
    reporter = Reporter(kubectl, late=True)
    kubectl.connect(before_namespace=True)
    check(kubectl, reporter.strategy)
    errors: list[Failure] = []
    applied: list[Info] = []
    checked = kubectl.options.text("validate") not in ("false", "ignore")
    one = apply_on_server if kubectl.options.flag("server-side") else apply_here
    places, unfit = parted(Builder(kubectl, ()).from_manifests(validate=checked))
    errors += unfit
    if not places and not errors:
        raise CommandError("no objects passed to apply")
    for place in places:
        try:
            refuse_generated(place)
            applied.append(one(kubectl, reporter, place))
        except Failure as failure:
            errors.append(failure)
    raise_all(errors, files_first=True)
    kubectl.client.log(4, "apply.go:546", "Running apply post-processor function")
    if not reporter.names:
        reporter.show_all([info.object for info in applied])
    if kubectl.options.flag("prune"):
        prune(kubectl, reporter, applied)
    return None


def refuse_generated(place: Info) -> None:
    prefix = at(place.object, "metadata", "generateName")
    if prefix and not place.name:
        raise CommandError(f"from {prefix}: cannot use generate name with apply")


def check(kubectl: Kubectl, strategy: str) -> None:
    options = kubectl.options
    kubectl.memory["propagation"] = propagation(kubectl)
    if not options.texts("filename") and not options.text("kustomize"):
        raise CommandError("must specify one of -f and -k")
    validation(kubectl)
    if options.flag("prune"):
        check_allowed(kubectl)
    if options.flag("force-conflicts") and not options.flag("server-side"):
        raise CommandError("--force-conflicts only works with --server-side")
    if options.flag("server-side") and strategy == "client":
        raise CommandError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)")
    if options.flag("server-side") and options.flag("force"):
        raise CommandError("--force cannot be used with --server-side")
    if strategy == "server" and options.flag("force"):
        raise CommandError("--dry-run=server cannot be used with --force")
    if options.text("subresource") and not options.flag("server-side"):
        raise CommandError("--subresource can only be specified for --server-side")
    if options.flag("all") and options.text("selector"):
        raise CommandError("cannot set --all and --selector at the same time")
    if options.flag("prune") and not options.flag("all") and not options.text("selector"):
        raise CommandError(
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all "
            "flag. If you did not mean to prune all resources, specify a label selector"
        )
    if options.flag("prune") and options.flag("server-side"):
        raise CommandError("--prune is in alpha and doesn't currently work on objects created by server-side apply")
    if options.texts("filename") and options.text("kustomize"):
        raise CommandError("only one of -f or -k can be specified")


def apply_on_server(kubectl: Kubectl, reporter: Reporter, place: Info) -> Info:
    """Send the whole configuration; the server keeps who owns which field."""
    options = kubectl.options
    manager = options.text("field-manager") if options.changed("field-manager") else SERVER_MANAGER
    plain: dict[str, str | bool | None] = {**write_query(kubectl, reporter.strategy), "fieldManager": manager}
    query = {**plain, "force": options.flag("force-conflicts")}
    path = place.resource.path(place.namespace, place.name, options.text("subresource"))
    configuration = encoded(place.object)
    try:
        updated = kubectl.client.patch(path, configuration, query, content_type=APPLY)
    except ServerError as error:
        if error.reason == "Conflict":
            raise CommandError(f"{error}{CONFLICT_ADVICE}") from None
        raise
    updated = Migration(kubectl.client, path, plain).follow(updated, configuration, query)
    warn_if_leaving(kubectl, updated)
    return told(reporter, place, updated, "serverside-applied")

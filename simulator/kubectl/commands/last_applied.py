"""kubectl apply view-last-applied, set-last-applied and edit-last-applied. Upstream: kubectl/pkg/cmd/apply"""

from simulator.kubectl.builder import NOTHING_GIVEN, Builder, Info, parted
from simulator.kubectl.changes import Reporter, dry_run
from simulator.kubectl.client import MERGE
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.editing import begin_edit
from simulator.kubectl.errors import CommandError, Failure, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.lastapplied import LAST_APPLIED, encoded, last_applied
from simulator.kubectl.options import DRY_RUN, FILENAMES, PRINTING, SELECTOR, VALIDATE, all_objects, field_manager
from simulator.kubectl.printers.data import indented
from simulator.machinery import yaml
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at


@command(
    "view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
    summary="View the latest last-applied-configuration annotations of a resource/object",
    description="View the latest last-applied-configuration annotations by type/name or file.\n\n"
    " The default output is YAML; -o chooses another format.",
    examples=(
        ("Show the annotation of a deployment as YAML", "kubectl apply view-last-applied deployment/nginx"),
        ("Show the annotation by file as JSON", "kubectl apply view-last-applied -f deployment.yaml -o json"),
    ),
    flags=(
        all_objects(),
        *FILENAMES,
        Flag("output", "yaml", "Output format. One of (json, yaml)", short="o", choices=("json", "yaml")),
        SELECTOR,
    ),
    completes=("resource", "object"),
)
def view_last_applied(kubectl: Kubectl) -> Outcome:
    form = kubectl.options.text("output")
    if kubectl.options.flag("all") and (chosen := kubectl.options.text("selector")):
        raise CommandError(f"found non-empty label selector {quoted(chosen)} with previously set 'all' parameter. ")
    found = []
    for info in Builder(kubectl, kubectl.options.args, select_all=True).each():
        if isinstance(info, Failure):
            raise info
        configuration = last_applied(info.object)
        if configuration is None and info.source:
            said = f"no last-applied-configuration annotation found on resource: {info.name}\n"
            raise CommandError(f"error when {said} {quoted(info.source)}: <nil>")
        if configuration is None:
            continue
        found.append(configuration)
    if found and form not in ("json", "yaml"):
        raise kubectl.usage_error(f"Unexpected -o output mode: {form}, the flag 'output' must be one of yaml|json")
    for configuration in found:
        kubectl.write(indented(configuration) if form == "json" else yaml.dump(configuration))
    return None


@command(
    "set-last-applied -f FILENAME",
    summary="Set the last-applied-configuration annotation on a live object to match the contents of a file",
    description="Set the latest last-applied-configuration annotations by setting it to match the contents of a file."
    " The object itself is not changed.",
    examples=(
        ("Set the annotation to what a file says", "kubectl apply set-last-applied -f deploy.yaml"),
        ("Set it for every file of a folder", "kubectl apply set-last-applied -f path/"),
        (
            "Set it, adding it where it is missing",
            "kubectl apply set-last-applied -f deploy.yaml --create-annotation=true",
        ),
    ),
    flags=(
        *PRINTING,
        Flag("create-annotation", False, "Add the annotation to objects that have none"),
        DRY_RUN,
        FILENAMES[0],
    ),
)
def set_last_applied(kubectl: Kubectl) -> Outcome:
    dry_run(kubectl)
    kubectl.connect()
    reporter = Reporter(kubectl)
    if not kubectl.options.texts("filename"):
        raise CommandError(NOTHING_GIVEN)
    places, errors = parted(Builder(kubectl, ()).from_manifests())
    changing: list[tuple[Info, Object]] = []
    for place in places:
        try:
            if (current := to_change(kubectl, place)) is not None:
                changing.append((place, current))
        except Failure as failure:
            errors.append(failure)
    raise_all(errors)
    for place, current in changing:
        patched = store(kubectl, place.path, place.object, reporter.strategy)
        reporter.report(current if patched is None else patched, "configured")
    return None


def to_change(kubectl: Kubectl, place: Info) -> Object | None:
    """The object at a place, or None where its annotation is what the file says."""
    current = kubectl.client.get_in(place.namespace, place.path)
    present = last_applied(current)
    if present is None and not kubectl.options.flag("create-annotation"):
        raise CommandError(
            f"no last-applied-configuration annotation found on resource: {place.name}, to create the annotation, "
            "run the command with --create-annotation"
        )
    if present is not None and bare(place.object) == present:
        kubectl.print(f"set-last-applied {place.name}: no changes required.")
        return None
    return current


def bare(configuration: Object) -> Object:
    """A configuration without the annotation that is to hold it."""
    metadata = {key: value for key, value in configuration["metadata"].items() if key != "annotations"}
    given = at(configuration, "metadata", "annotations", default={}) or {}
    if annotations := {key: value for key, value in given.items() if key != LAST_APPLIED}:
        metadata["annotations"] = annotations
    return {**configuration, "metadata": metadata}


def store(kubectl: Kubectl, path: str, configuration: Object, strategy: str) -> Object | None:
    if strategy == "client":
        return None
    body = {"metadata": {"annotations": {LAST_APPLIED: encoded(bare(configuration))}}}
    query = {"dryRun": "All"} if strategy == "server" else None
    return kubectl.client.patch(path, body, query, content_type=MERGE)


@command(
    "edit-last-applied (RESOURCE/NAME | -f FILENAME)",
    summary="Edit latest last-applied-configuration annotations of a resource/object",
    description="Edit the latest last-applied-configuration annotations of resources from the default editor.",
    examples=(
        ("Edit the annotation of a deployment as YAML", "kubectl apply edit-last-applied deployment/nginx"),
        ("Edit the annotation by file as JSON", "kubectl apply edit-last-applied -f deploy.yaml -o json"),
    ),
    flags=(
        *PRINTING,
        field_manager("kubectl-client-side-apply"),
        *FILENAMES,
        VALIDATE,
        Flag("windows-line-endings", False, "Use the line endings of Windows."),
    ),
    completes=("resource", "object"),
)
def edit_last_applied(kubectl: Kubectl) -> Outcome:
    return begin_edit(kubectl, last_applied_only=True)

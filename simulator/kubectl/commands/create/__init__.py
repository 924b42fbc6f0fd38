"""kubectl create: objects from files, and one subcommand a kind in a module of its own.

Upstream: kubectl/pkg/cmd/create
"""

from simulator.kubectl.builder import Builder
from simulator.kubectl.changes import Reporter, dry_run, validation, write_query
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.commands.create.subcommands import SUBCOMMANDS
from simulator.kubectl.dialects import RAW
from simulator.kubectl.editing import begin_creation
from simulator.kubectl.errors import CommandError, Failure, ServerError, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.lastapplied import with_last_applied
from simulator.kubectl.manifests import only_file
from simulator.kubectl.options import (
    DRY_RUN,
    FILENAMES,
    PRINTING,
    SAVE_CONFIG,
    SELECTOR,
    VALIDATE,
    field_manager,
)
from simulator.kubectl.recording import RECORD, recorded
from simulator.machinery.golang import quoted


@command(
    "create -f FILENAME",
    summary="Create a resource from a file or from stdin",
    description="Create a resource from a file or from stdin.\n\n JSON and YAML are read.",
    examples=(
        ("Create the pod that pod.json describes", "kubectl create -f ./pod.json"),
        ("Create a pod from standard input", "cat pod.json | kubectl create -f -"),
        ("Edit the file before creating what it describes", "kubectl create -f registry.yaml --edit -o json"),
    ),
    flags=(
        *PRINTING,
        DRY_RUN,
        Flag("edit", False, "Edit the object before it is created"),
        RECORD,
        field_manager("kubectl-create"),
        *FILENAMES,
        Flag("raw", "", "Path to POST the file to, as it is."),
        SAVE_CONFIG,
        SELECTOR,
        VALIDATE,
        Flag("windows-line-endings", False, "Only with --edit=true. Use the line endings of Windows."),
    ),
    commands=SUBCOMMANDS,
)
def create(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    given = options.texts("filename") or options.text("kustomize")
    if options.args:
        raise kubectl.usage_error(f"Unexpected args: [{' '.join(options.args)}]")
    if not options.flag("edit"):
        dry_run(kubectl)
        validation(kubectl)
        Reporter(kubectl)
    if not given and not options.flag("edit"):
        raise CommandError("must specify one of -f and -k")
    if not options.flag("edit"):
        kubectl.connect(before_namespace=True)
    if options.texts("filename") and options.text("kustomize"):
        raise CommandError("only one of -f or -k can be specified")
    if options.text("raw"):
        return create_raw(kubectl)
    if options.flag("edit"):
        Reporter(kubectl)  # a form that is none to print, and a wrong dry run, are told before
        return begin_creation(kubectl)
    return create_from_files(kubectl)


def create_raw(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    for name in ("edit", "selector", "output", "recursive"):
        if options.changed(name):
            shown = "selector (-l)" if name == "selector" else name
            raise CommandError(f"--raw and --{shown} are mutually exclusive")
    if len(options.texts("filename")) != 1:
        raise CommandError("--raw can only use a single local file or stdin")
    path = options.text("raw")
    if not path.startswith("/"):
        raise CommandError(f"--raw must be a valid URL path: parse {quoted(path)}: invalid URI for request")
    content = only_file(kubectl)
    kubectl.write(kubectl.client.speaking(RAW).request("POST", path, body=content).text)
    return None


def create_from_files(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    reporter = Reporter(kubectl)
    query = write_query(kubectl, reporter.strategy)
    errors: list[Failure] = []
    created = 0
    checked = options.text("validate") not in ("false", "ignore")
    for place in Builder(kubectl, ()).from_manifests(validate=checked):
        if isinstance(place, Failure):
            errors.append(place)
            continue
        obj = with_last_applied(place.object) if options.flag("save-config") else place.object
        obj = recorded(kubectl, obj)
        if reporter.strategy != "client":
            try:
                obj = kubectl.client.create(place.collection, obj, query)
            except ServerError as error:
                errors.append(error.when("creating", place.source))
                continue
        created += 1
        reporter.report(obj, "created")
    raise_all(errors)
    if not created:
        raise CommandError("no objects passed to create")
    return None

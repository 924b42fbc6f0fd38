"""kubectl annotate. Upstream: kubectl/pkg/cmd/annotate"""

from dataclasses import replace

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import Reporter, dry_run
from simulator.kubectl.client import MERGE
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.commands.metadata import check, is_one, parse_pairs, resources_and_pairs, show_list
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import (
    ALL_NAMESPACES,
    DRY_RUN,
    FIELD_SELECTOR,
    FILENAMES,
    LOCAL,
    PRINTING,
    SELECTOR,
    all_objects,
    field_manager,
)
from simulator.kubectl.recording import RECORD, recorded
from simulator.machinery.objects import Object, at


@command(
    "annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
    summary="Update the annotations on a resource",
    description="Update the annotations on one or more resources.\n\n"
    " An annotation is a key and a text of any form, meant for tools. One that exists is changed only with "
    "--overwrite.\n\n"
    'Use "kubectl api-resources" for a complete list of supported resources.',
    examples=(
        ("Set the annotation 'description' of a pod", "kubectl annotate pods foo description='my frontend'"),
        ("Annotate what a file names", "kubectl annotate -f pod.json description='my frontend'"),
        ("Change an annotation", "kubectl annotate --overwrite pods foo description='my frontend running nginx'"),
        ("Annotate all pods in the namespace", "kubectl annotate pods --all description='my frontend running nginx'"),
        (
            "Annotate a pod only if it has not changed since version 1",
            "kubectl annotate pods foo description='my frontend running nginx' --resource-version=1",
        ),
        ("Remove an annotation (--overwrite is not needed)", "kubectl annotate pods foo description-"),
    ),
    flags=(
        all_objects(),
        ALL_NAMESPACES,
        *PRINTING,
        DRY_RUN,
        RECORD,
        field_manager("kubectl-annotate"),
        FIELD_SELECTOR,
        *FILENAMES[:2],
        replace(FILENAMES[2], default=True),
        Flag("list", False, "Show the annotations that the objects have."),
        LOCAL,
        Flag("overwrite", False, "Change annotations that exist."),
        Flag("resource-version", "", "Change only an object of this version. For a single object."),
        SELECTOR,
    ),
    completes=("resource", "object"),
)
def annotate(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    dry_run(kubectl)
    if options.flag("list") and options.text("output"):
        raise CommandError("--list and --output may not be specified together")
    resources, pairs = resources_and_pairs(options.args, "annotation")
    values, removed = parse_pairs(pairs, "annotation")
    check(kubectl, resources, changes=bool(pairs), what="annotation", example="rsrc")
    if both := [key for key in removed if key in values]:
        what = "modify and remove the following annotation(s)"
        raise CommandError(f"can not both {what} in the same command: {', '.join(both)}")
    reporter = Reporter(kubectl)
    builder = Builder(kubectl, resources)
    builder.check()
    if options.text("resource-version") and not is_one(kubectl, resources):
        raise CommandError("--resource-version may only be used with a single resource")
    alone = is_one(kubectl, resources)
    builder.visit(lambda info: change(kubectl, reporter, info, values, removed, alone=alone))
    return None


def change(
    kubectl: Kubectl, reporter: Reporter, info: Info, values: dict[str, str], removed: list[str], *, alone: bool
) -> None:
    options = kubectl.options
    present: dict[str, str] = dict(at(info.object, "metadata", "annotations", default={}))
    if not options.flag("overwrite"):
        declared = [f"'{key}' already has a value ({present[key]})" for key in sorted(values) if key in present]
        if declared:
            raise CommandError(
                f"--overwrite is false but found the following declared annotation(s): {'; '.join(declared)}"
            )
    if options.flag("list"):
        after = {key: value for key, value in (present | values).items() if key not in removed}
        show_list(kubectl, info, "annotations", after, alone=alone)
        return
    reporter.report(stored(kubectl, info, present, values, removed, reporter.strategy), "annotated")


def stored(
    kubectl: Kubectl, info: Info, present: dict[str, str], values: dict[str, str], removed: list[str], strategy: str
) -> Object:
    """The object with its new annotations."""
    after = {key: value for key, value in (present | values).items() if key not in removed}
    if strategy == "client" or kubectl.options.flag("local"):
        return {**info.object, "metadata": {**info.object["metadata"], "annotations": after}}
    difference: Object = {key: value for key, value in after.items() if present.get(key) != value}
    difference |= {key: None for key in removed if key in present}
    metadata: Object = recorded(kubectl, {"metadata": {"annotations": difference}})["metadata"]
    if version := kubectl.options.text("resource-version"):
        metadata["resourceVersion"] = version
    query = {
        "fieldManager": kubectl.options.text("field-manager"),
        "dryRun": "All" if strategy == "server" else None,
    }
    return kubectl.client.patch(info.path, {"metadata": metadata}, query, content_type=MERGE)

"""kubectl label. Upstream: kubectl/pkg/cmd/label"""

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import Reporter
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
from simulator.machinery import names
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at


@command(
    "label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
    summary="Update the labels on a resource",
    description="Update the labels on a resource.\n\n"
    "  *  Keys and values begin with a letter or digit and hold letters, digits, '-', '.' and '_', at most "
    "63 of them.\n"
    "  *  A key may have a DNS subdomain and a slash before it, such as example.com/my-app.\n"
    "  *  A label that exists is changed only with --overwrite.\n"
    "  *  With --resource-version, it is done only where that is still the object's version.",
    examples=(
        ("Set the label 'unhealthy' of a pod to 'true'", "kubectl label pods foo unhealthy=true"),
        ("Set 'status' to 'unhealthy', whatever it is now", "kubectl label --overwrite pods foo status=unhealthy"),
        ("Label all pods in the namespace", "kubectl label pods --all status=unhealthy"),
        ("Label what a file names", "kubectl label -f pod.json status=unhealthy"),
        (
            "Label a pod only if it has not changed since version 1",
            "kubectl label pods foo status=unhealthy --resource-version=1",
        ),
        ("Remove the label 'bar' (--overwrite is not needed)", "kubectl label pods foo bar-"),
    ),
    flags=(
        all_objects(),
        ALL_NAMESPACES,
        *PRINTING,
        DRY_RUN,
        RECORD,
        field_manager("kubectl-label"),
        FIELD_SELECTOR,
        *FILENAMES,
        Flag("list", False, "Show the labels that the objects have."),
        LOCAL,
        Flag("overwrite", False, "Change labels that exist."),
        Flag("resource-version", "", "Change only an object of this version. For a single object."),
        SELECTOR,
    ),
    completes=("resource", "object"),
)
def label(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    reporter = Reporter(kubectl, late=True)
    resources, pairs = resources_and_pairs(options.args, "label")
    check_values(pairs)
    values, removed = parse_pairs(pairs, "label")
    if not values.keys().isdisjoint(removed):
        raise CommandError("can not both modify and remove a label in the same command")
    if options.flag("list") and options.text("output"):
        raise CommandError("--list and --output may not be specified together")
    kubectl.connect()
    check(kubectl, resources, changes=bool(pairs), what="label", example="pod")
    builder = Builder(kubectl, resources)
    builder.check()
    if options.text("resource-version") and not is_one(kubectl, resources):
        raise CommandError("--resource-version may only be used with a single resource")
    alone = is_one(kubectl, resources)
    builder.visit(lambda info: change(kubectl, reporter, info, values, removed, alone=alone))
    return None


def check_values(pairs: list[str]) -> None:
    for pair in pairs:
        if pair.count("=") > 1:
            raise CommandError(f"invalid label spec: {pair}")
        if wrong := names.label_value(pair.partition("=")[2]):
            raise CommandError(f"invalid label value: {quoted(pair)}: {';'.join(wrong)}")


def change(
    kubectl: Kubectl, reporter: Reporter, info: Info, values: dict[str, str], removed: list[str], *, alone: bool
) -> None:
    options = kubectl.options
    labels: dict[str, str] = dict(at(info.object, "metadata", "labels", default={}))
    if not options.flag("overwrite"):
        for key, value in values.items():
            if key in labels and labels[key] != value:
                raise CommandError(f"'{key}' already has a value ({labels[key]}), and --overwrite is false")
    after = {key: value for key, value in (labels | values).items() if key not in removed}
    if options.flag("list"):
        show_list(kubectl, info, "labels", after, alone=alone)
        return
    for key in removed:
        if key not in labels:
            kubectl.print(f"label {quoted(key)} not found.")
    done = "labeled" if after != labels else "not labeled"
    if after != labels and not options.flag("overwrite") and len(after) < len(labels):
        done = "unlabeled"
    reporter.report(stored(kubectl, info, labels, after, reporter.strategy), done)


def stored(kubectl: Kubectl, info: Info, before: dict[str, str], after: dict[str, str], strategy: str) -> Object:
    """The object with its new labels."""
    metadata: Object = {}
    version = kubectl.options.text("resource-version")
    if version:
        metadata["resourceVersion"] = version
    difference: dict[str, str | None] = {key: value for key, value in after.items() if before.get(key) != value}
    difference |= {key: None for key in before if key not in after}
    metadata["labels"] = difference
    metadata = recorded(kubectl, {"metadata": metadata})["metadata"]
    if strategy == "client" or kubectl.options.flag("local") or not difference:
        return {**info.object, "metadata": {**info.object["metadata"], "labels": after}}
    query = {
        "fieldManager": kubectl.options.text("field-manager"),
        "dryRun": "All" if strategy == "server" else None,
    }
    return kubectl.client.patch(info.path, {"metadata": metadata}, query, content_type=MERGE)

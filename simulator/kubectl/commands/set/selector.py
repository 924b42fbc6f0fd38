"""kubectl set selector. Upstream: kubectl/pkg/cmd/set/set_selector.go"""

from dataclasses import replace

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.commands.set.changing import NOTHING_LOCAL, SETTING, apply_changes, begun, found
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError, Failure, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.labelselectors import label_selector
from simulator.kubectl.manifests import misnamed
from simulator.kubectl.recording import RECORD
from simulator.kubectl.scheme import SCHEME
from simulator.kubectl.typed import TypedReporter
from simulator.machinery.objects import Object, changed


@command(
    "selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
    summary="Set the selector on a resource",
    description="Set the selector on a resource. The new selector replaces the one that was there.\n\n"
    " Only services can be changed so.",
    examples=(
        (
            "Create a deployment and a service that belong together",
            'kubectl create service clusterip my-svc --clusterip="None" -o yaml --dry-run=client | '
            "kubectl set selector --local -f - 'environment=qa' -o yaml | kubectl create -f -",
        ),
    ),
    flags=(
        *(
            flag if flag.name != "recursive" else replace(flag, default=True)
            for flag in SETTING
            if flag.name != "kustomize"
        ),
        RECORD,
        Flag("resource-version", "", "Change only what has this resource version now."),
    ),
    dialect=TYPED,
)
def selector(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    wanted = label_selector(options.args[-1]) if options.args else None
    if wanted is None:
        TypedReporter(kubectl)
        raise CommandError("one selector is required")
    reporter = begun(kubectl)
    version = options.text("resource-version")

    def change(info: Info) -> Object:
        if info.resource.kind != "Service":
            raise CommandError("setting a selector is only supported for Services")
        if "matchExpressions" in wanted:
            shown = " ".join(
                f"{{{one['key']} {one['operator']} [{' '.join(one.get('values', ()))}]}}"
                for one in wanted["matchExpressions"]
            )
            raise CommandError(f"match expression [{shown}] not supported on this object")
        obj = changed(info.object, ("spec", "selector"), wanted.get("matchLabels", {}))
        return changed(obj, ("metadata", "resourceVersion"), version) if version else obj

    words, missed = options.args[:-1], list[Failure]()
    if options.flag("local"):
        if words:
            raise_all([*misnamed(kubectl), CommandError(NOTHING_LOCAL)])
        infos = found(kubectl, ())
    else:
        infos, missed = Builder(kubectl, words, selector="", scheme=SCHEME).collected()
    apply_changes(
        kubectl,
        reporter,
        infos,
        change,
        missed=missed,
        done="selector updated",
        failure="",
        always=True,
    )
    return None

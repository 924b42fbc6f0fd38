"""kubectl taint: keep pods off nodes. Upstream: kubectl/pkg/cmd/taint"""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import Reporter, dry_run, validation, write_query
from simulator.kubectl.client import STRATEGIC
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.discovery import BY_NAME
from simulator.kubectl.errors import CommandError, NoResource, Plain
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import DRY_RUN, PRINTING, SELECTOR, VALIDATE, all_objects, field_manager
from simulator.machinery import names
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at, changed

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


@dataclass(frozen=True, slots=True)
class Taint:
    """What is written `key=value:effect`."""

    key: str
    value: str = ""
    effect: str = ""

    @property
    def object(self) -> Object:
        found = {"key": self.key, "value": self.value, "effect": self.effect}
        return {name: value for name, value in found.items() if value}

    def is_like(self, present: Object) -> bool:
        return present.get("key") == self.key and present.get("effect") == self.effect

    def removes(self, present: Object) -> bool:
        return present.get("key") == self.key and self.effect in ("", present.get("effect"))


@command(
    "taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
    summary="Update the taints on one or more nodes",
    description="Update the taints on one or more nodes.\n\n"
    "  *  A taint has a key, a value and an effect, written key=value:effect.\n"
    "  *  The key begins with a letter or digit and has letters, digits, hyphens, dots and underscores, at most 253.\n"
    "  *  It may begin with a DNS domain and a slash: example.com/my-app.\n"
    "  *  The value may be left out; it has at most 63 characters.\n"
    "  *  The effect is NoSchedule, PreferNoSchedule or NoExecute.",
    examples=(
        (
            "Give the node foo a taint; one with the same key and effect is replaced",
            "kubectl taint nodes foo dedicated=special-user:NoSchedule --overwrite",
        ),
        (
            "Remove the taint with key 'dedicated' and effect 'NoSchedule' from the node foo",
            "kubectl taint nodes foo dedicated:NoSchedule-",
        ),
        ("Remove all taints with key 'dedicated' from the node foo", "kubectl taint nodes foo dedicated-"),
        ("Taint the nodes with label myLabel=X", "kubectl taint node -l myLabel=X  dedicated=foo:PreferNoSchedule"),
        ("Give the node foo a taint without a value", "kubectl taint nodes foo bar:NoSchedule"),
    ),
    flags=(
        all_objects("All nodes of the cluster"),
        *PRINTING,
        DRY_RUN,
        field_manager("kubectl-taint"),
        Flag("overwrite", False, "Replace taints that are there already."),
        SELECTOR,
        VALIDATE,
    ),
    completes=("type", "node"),
    dialect=TYPED,
)
def taint(kubectl: Kubectl) -> Outcome:
    kubectl.connect()
    dry_run(kubectl)
    validation(kubectl)
    resources, specs = split(kubectl.options.args)
    if not resources:
        raise CommandError("one or more resources must be specified as <resource> <name>")
    try:
        added, removed = parsed(specs)
    except ValueError as error:
        raise kubectl.usage_error(str(error)) from None
    check(kubectl, resources, added, removed)
    reporter = Reporter(kubectl)
    chosen = kubectl.options.flag("all") or kubectl.options.text("selector")  # names are then not looked at
    args = resources[:1] if chosen else resources
    Builder(kubectl, args).visit(lambda info: taint_one(kubectl, reporter, info, added, removed))
    return None


def taint_one(kubectl: Kubectl, reporter: Reporter, info: Info, added: list[Taint], removed: list[Taint]) -> None:
    done, wanted = reorganized(kubectl, info.object, added, removed)
    obj = changed(info.object, ("spec", "taints"), wanted)
    if reporter.strategy != "client":
        query = write_query(kubectl, reporter.strategy)
        obj = kubectl.client.patch(info.path, {"spec": {"taints": wanted or None}}, query, content_type=STRATEGIC)
    strategy, reporter.strategy = reporter.strategy, "none"
    reporter.report(obj, done)
    reporter.strategy = strategy


def split(args: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words that name nodes, and the taints."""
    resources: list[str] = []
    specs: list[str] = []
    for word in args:
        if "=" in word or ":" in word or word.endswith("-"):
            specs.append(word)
        elif specs:
            raise CommandError(f"all resources must be specified before taint changes: {word}")
        else:
            resources.append(word)
    return resources, specs


def parsed(specs: Sequence[str]) -> tuple[list[Taint], list[Taint]]:
    """Taints to add and to remove. Raises ValueError in upstream's words."""
    added: list[Taint] = []
    removed: list[Taint] = []
    for spec in specs:
        if spec.endswith("-"):
            removed.append(parse_taint(spec[:-1]))
            continue
        found = parse_taint(spec)
        if not found.effect:
            raise ValueError(f"unknown taint spec: {spec}")
        if any(one.key == found.key and one.effect == found.effect for one in added):
            shown = f"{{{found.key} {found.value} {found.effect} <nil>}}"
            raise ValueError(f"duplicated taints with the same key and effect: {shown}")
        added.append(found)
    return added, removed


def parse_taint(spec: str) -> Taint:
    parts = spec.split(":")
    key, value, effect = parts[0], "", ""
    if len(parts) == 2:
        effect = parts[1]
        if effect not in EFFECTS:
            raise ValueError(f"invalid taint effect: {effect}, unsupported taint effect")
        pair = parts[0].split("=")
        if len(pair) > 2:
            raise ValueError(f"invalid taint spec: {spec}")
        key, value = pair[0], pair[1] if len(pair) == 2 else ""
        if wrong := names.label_value(value):
            raise ValueError(f"invalid taint spec: {spec}, {'; '.join(wrong)}")
    elif len(parts) > 2:
        raise ValueError(f"invalid taint spec: {spec}")
    if wrong := names.qualified_name(key):
        raise ValueError(f"invalid taint spec: {spec}, {'; '.join(wrong)}")
    return Taint(key, value, effect)


def check(kubectl: Kubectl, resources: list[str], added: list[Taint], removed: list[Taint]) -> None:
    options = kubectl.options
    word = resources[0]
    resource = kubectl.mapper.lookup(word, BY_NAME)
    if resource is None:
        raise Plain(str(NoResource(word)))
    if resource.name != "nodes":
        raise CommandError(f"invalid resource type {word}, only node types are supported")
    both = [
        f"{one.key}={one.effect}"
        for one in removed
        if any(other.key == one.key and (not one.effect or other.effect == one.effect) for other in added)
    ]
    if both:
        listed = ", ".join(both)
        raise CommandError(f"can not both modify and remove the following taint(s) in the same command: {listed}")
    if not added and not removed:
        raise CommandError("at least one taint update is required")
    if len(resources) < 2 and not options.flag("all") and not options.text("selector"):
        raise CommandError("at least one resource name must be specified since 'all' parameter is not set")
    if options.flag("all") and options.text("selector"):
        raise CommandError("setting 'all' parameter with a non empty selector is prohibited")


def reorganized(kubectl: Kubectl, node: Object, added: list[Taint], removed: list[Taint]) -> tuple[str, list[Object]]:
    """What is done to a node, and its taints afterwards."""
    present = list(at(node, "spec", "taints", default=[]))
    overwrite = kubectl.options.flag("overwrite")
    repeated = [one.key for one in added if any(one.is_like(other) for other in present)]
    if repeated and not overwrite:
        raise CommandError(
            f"node {node['metadata']['name']} already has {', '.join(repeated)} taint(s) with same effect(s) and "
            "--overwrite is false"
        )
    wanted = [one.object for one in added]
    wanted += [other for other in present if not any(one.is_like(other) for one in added)]
    grew = len(wanted) != len(present)
    shrank = False
    for one in removed:
        left = [other for other in wanted if not one.removes(other)]
        if len(left) == len(wanted):
            label = f"{one.key}:{one.effect}" if one.effect else one.key
            raise CommandError(f"taint {quoted(label)} not found")
        wanted, shrank = left, True
    if (grew and shrank) or overwrite:
        return "modified", wanted
    return ("tainted" if grew else "untainted"), wanted

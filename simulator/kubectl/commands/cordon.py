"""kubectl cordon and uncordon: whether new pods may come to a node. Upstream: kubectl/pkg/cmd/drain"""

from simulator.kubectl.builder import NOTHING_GIVEN, Builder, Info
from simulator.kubectl.changes import SUFFIX, dry_run
from simulator.kubectl.client import STRATEGIC
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError, Failure, ServerError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import DRY_RUN, SELECTOR
from simulator.kubectl.scheme import SCHEME
from simulator.machinery.golang import quoted
from simulator.machinery.objects import at


def chosen_nodes(kubectl: Kubectl) -> list[Info]:
    """The nodes that the arguments or the selector name."""
    options = kubectl.options
    name = kubectl.command.name
    if not options.args and not options.changed("selector"):
        raise kubectl.usage_error(f"USAGE: {name} NODE [flags]")
    if options.args and options.text("selector"):
        raise kubectl.usage_error("cannot specify both a node name and a --selector option")
    dry_run(kubectl)
    kubectl.connect(before_namespace=True)
    if not options.args and not options.text("selector"):
        raise CommandError(NOTHING_GIVEN)
    args = [word if "/" in word else f"nodes/{word}" for word in options.args] or ["nodes"]
    builder = Builder(kubectl, args, scheme=SCHEME)
    if len({kubectl.mapper.resolve(word) for word, _ in builder.wanted.pairs}) > 1:
        raise CommandError("you may only specify a single resource type")
    found: list[Info] = []
    for one in builder.unvisited():
        info = one if isinstance(one, Failure) or one.object else builder.fetched(one)
        if isinstance(info, Failure):
            raise info  # the first mistake ends it
        found.append(info)
        if info.resource.kind != "Node":
            got = f"{info.resource.group}/{info.resource.version}, Resource={info.resource.name}"
            raise CommandError(f"expected resource of type node, got {quoted(got)}")
    return found


def mark(kubectl: Kubectl, node: Info, *, unschedulable: bool) -> None:
    """Make a node say whether it takes new pods."""
    strategy = dry_run(kubectl)
    done = "cordoned" if unschedulable else "uncordoned"
    label = f"node/{node.name}"
    if bool(at(node.object, "spec", "unschedulable", default=False)) == unschedulable:
        kubectl.print(f"{label} already {done}{SUFFIX[strategy]}")
        return
    if strategy != "client":
        body = {"spec": {"unschedulable": True if unschedulable else None}}
        query = {"dryRun": "All"} if strategy == "server" else None
        try:
            kubectl.clientset.patch(node.path, body, query, content_type=STRATEGIC)
        except ServerError as error:
            kubectl.complain(f"error: unable to {done.removesuffix('ed')} node {quoted(node.name)}: {error}")
            return
    kubectl.print(f"{label} {done}{SUFFIX[strategy]}")


@command(
    "cordon NODE",
    summary="Mark node as unschedulable",
    examples=(('Mark the node "foo" as unschedulable', "kubectl cordon foo"),),
    flags=(DRY_RUN, SELECTOR),
    completes=("node",),
    dialect=TYPED,
)
def cordon(kubectl: Kubectl) -> Outcome:
    for node in chosen_nodes(kubectl):
        mark(kubectl, node, unschedulable=True)
    return None


@command(
    "uncordon NODE",
    summary="Mark node as schedulable",
    examples=(('Mark the node "foo" as schedulable', "kubectl uncordon foo"),),
    flags=(DRY_RUN, SELECTOR),
    completes=("node",),
    dialect=TYPED,
)
def uncordon(kubectl: Kubectl) -> Outcome:
    for node in chosen_nodes(kubectl):
        mark(kubectl, node, unschedulable=False)
    return None

"""kubectl scale: how many replicas. Upstream: kubectl/pkg/cmd/scale"""

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import Reporter
from simulator.kubectl.client import MERGE
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.dialects import SCALES
from simulator.kubectl.errors import CommandError, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import DRY_RUN, FILENAMES, PRINTING, SELECTOR, all_objects
from simulator.kubectl.recording import RECORD, record
from simulator.machinery.objects import Object, at, changed


@command(
    "scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
    summary="Set a new size for a deployment, replica set, or replication controller",
    description="Set a new size for a deployment, replica set, replication controller, or stateful set.\n\n"
    " With --current-replicas or --resource-version, it is done only where these still hold.",
    examples=(
        ('Scale the replica set "foo" to 3', "kubectl scale --replicas=3 rs/foo"),
        ("Scale what a file names to 3", "kubectl scale --replicas=3 -f foo.yaml"),
        ("Scale a deployment to 3 if it has 2", "kubectl scale --current-replicas=2 --replicas=3 deployment/mysql"),
        ("Scale several at once", "kubectl scale --replicas=5 rc/example1 rc/example2"),
        ("Scale a stateful set to 3", "kubectl scale --replicas=3 statefulset/web"),
    ),
    flags=(
        all_objects(),
        *PRINTING,
        Flag("current-replicas", -1, "Scale only what has this size now. -1: whatever it has."),
        DRY_RUN,
        RECORD,
        *FILENAMES,
        Flag("replicas", 0, "The new number of replicas."),
        Flag("resource-version", "", "Scale only what has this resource version now."),
        SELECTOR,
        Flag("timeout", "0s", "How long to try before giving up.", kind="duration"),
    ),
    required=("replicas",),
    completes=("type", "deployment", "replicaset", "replicationcontroller", "statefulset"),
)
def scale(kubectl: Kubectl) -> Outcome:
    reporter = Reporter(kubectl)
    kubectl.connect()
    replicas = kubectl.options.number("replicas")
    if replicas < 0:
        raise CommandError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    if kubectl.options.number("current-replicas") < -1:
        raise CommandError("The --current-replicas must specify an integer of -1 or greater")
    found, errors = Builder(kubectl, kubectl.options.args, latest=False).collected()
    if len(found) > 1 and kubectl.options.text("resource-version"):
        raise CommandError("cannot use --resource-version with multiple resources")
    for info in found:  # the first that cannot be scaled is the last that is tried
        scale_one(kubectl, info, replicas, reporter.strategy)
        record(kubectl, info, reporter.strategy)
        reporter.report(changed(info.object, ("spec", "replicas"), replicas), "scaled")
    if not found and not errors:
        raise CommandError("no objects passed to scale")
    raise_all(errors)
    return None


def scale_one(kubectl: Kubectl, info: Info, replicas: int, strategy: str) -> None:
    if strategy == "client":
        return
    path, client = f"{info.path}/scale", kubectl.client.speaking(SCALES)
    query = {"dryRun": "All"} if strategy == "server" else None
    if kubectl.options.number("current-replicas") == -1 and not kubectl.options.text("resource-version"):
        client.patch(path, {"spec": {"replicas": replicas}}, query, content_type=MERGE)
        return
    current = client.get(path)
    check(kubectl, current)
    client.put(path, changed(current, ("spec", "replicas"), replicas), query)


def check(kubectl: Kubectl, current: Object) -> None:
    """Refuse where the present size or version is not what was expected."""
    expected, version = kubectl.options.number("current-replicas"), kubectl.options.text("resource-version")
    present = at(current, "spec", "replicas", default=0)
    if expected not in (-1, present):
        raise CommandError(f"Expected replicas to be {expected}, was {present}")
    if version and current["metadata"].get("resourceVersion") != version:
        raise CommandError(
            f"Expected resource version to be {version}, was {current['metadata'].get('resourceVersion')}"
        )

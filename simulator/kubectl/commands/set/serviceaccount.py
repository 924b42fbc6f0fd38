"""kubectl set serviceaccount. Upstream: kubectl/pkg/cmd/set/set_serviceaccount.go"""

from simulator.kubectl.builder import Info
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.commands.set.changing import SETTING, apply_changes, begun, found, spec_of, with_spec
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.recording import RECORD
from simulator.machinery.objects import Object


@command(
    "serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
    summary="Update the service account of a resource",
    description="Update the service account of pod template resources.\n\n"
    " Possible resources (case insensitive) can be:\n\n replicationcontroller (rc), deployment (deploy), daemonset"
    " (ds), job, replicaset (rs), statefulset",
    examples=(
        (
            "Give the pods of a deployment the service account serviceaccount1",
            "kubectl set serviceaccount deployment nginx-deployment serviceaccount1",
        ),
        (
            "Print a file with another service account, without asking the server",
            "kubectl set sa -f nginx-deployment.yaml serviceaccount1 --local --dry-run=client -o yaml",
        ),
    ),
    flags=(*SETTING, RECORD),
    aliases=("sa",),
    dialect=TYPED,
)
def serviceaccount(kubectl: Kubectl) -> Outcome:
    args = kubectl.options.args
    reporter = begun(kubectl)
    if not args:
        raise CommandError("serviceaccount is required")
    name = args[-1]

    def change(info: Info) -> Object:
        return with_spec(info, {**spec_of(info), "serviceAccountName": name})

    apply_changes(
        kubectl,
        reporter,
        found(kubectl, args[:-1], selector="", heeds_words=False),
        change,
        done="serviceaccount updated",
        failure="ServiceAccountName:",
        always=True,
    )
    return None

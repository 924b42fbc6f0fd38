"""kubectl create serviceaccount. Upstream: kubectl/pkg/cmd/create/create_serviceaccount.go"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.creating import CREATING, Collection, completed, create_one, metadata_of
from simulator.kubectl.kubectl import Kubectl

SERVICE_ACCOUNTS = Collection("v1", "ServiceAccount", "serviceaccounts", failure="failed to create serviceaccount:")


@command(
    "serviceaccount NAME [--dry-run=server|client|none]",
    summary="Create a service account with the specified name",
    examples=(
        ("Create a service account called my-service-account", "kubectl create serviceaccount my-service-account"),
    ),
    flags=CREATING,
    aliases=("sa",),
)
def serviceaccount(kubectl: Kubectl) -> Outcome:
    create_one(kubectl, {"metadata": metadata_of(kubectl, completed(kubectl))}, SERVICE_ACCOUNTS)
    return None

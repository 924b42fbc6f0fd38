"""kubectl create namespace. Upstream: kubectl/pkg/cmd/create/create_namespace.go"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.creating import CREATING, Collection, completed, create_one, metadata_of
from simulator.kubectl.kubectl import Kubectl

NAMESPACES = Collection("v1", "Namespace", "namespaces", namespaced=False)


@command(
    "namespace NAME [--dry-run=server|client|none]",
    summary="Create a namespace with the specified name",
    examples=(("Create a namespace called my-namespace", "kubectl create namespace my-namespace"),),
    flags=CREATING,
    aliases=("ns",),
)
def namespace(kubectl: Kubectl) -> Outcome:
    create_one(kubectl, {"metadata": metadata_of(kubectl, completed(kubectl), namespaced=False)}, NAMESPACES)
    return None

"""kubectl create quota. Upstream: kubectl/pkg/cmd/create/create_quota.go"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.creating import CREATING, Collection, completed, create_one, metadata_of
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.quantitylists import resource_list
from simulator.machinery.objects import Object

QUOTAS = Collection("v1", "ResourceQuota", "resourcequotas", failure="failed to create quota:")
SCOPES = ("Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass",
          "CrossNamespacePodAffinity", "VolumeAttributesClass")  # fmt: skip


@command(
    "quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]",
    summary="Create a quota with the specified name",
    description="Create a resource quota with the specified name, hard limits, and optional scopes.",
    examples=(
        (
            "Create a quota called my-quota",
            "kubectl create quota my-quota "
            "--hard=cpu=1,memory=1G,pods=2,services=3,replicationcontrollers=2,resourcequotas=1,secrets=5,"
            "persistentvolumeclaims=10",
        ),
        ("Create a quota for best-effort pods", "kubectl create quota best-effort --hard=pods=100 --scopes=BestEffort"),
    ),
    flags=(
        *CREATING,
        Flag("hard", "", "Comma separated resource=quantity pairs: the most that is allowed."),
        Flag("scopes", "", "Comma separated scopes that an object must have to be counted."),
    ),
    aliases=("resourcequota",),
)
def quota(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    name = completed(kubectl)
    spec: Object = {}
    if hard := resource_list(options.text("hard")):
        spec["hard"] = hard
    if options.text("scopes"):
        spec["scopes"] = scopes(options.text("scopes"))
    create_one(kubectl, {"metadata": metadata_of(kubectl, name), "spec": spec}, QUOTAS)
    return None


def scopes(text: str) -> list[str]:
    if "" in (found := text.split(",")):
        raise CommandError('invalid resource quota scope ""')
    return found

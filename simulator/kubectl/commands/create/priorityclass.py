"""kubectl create priorityclass. Upstream: kubectl/pkg/cmd/create/create_priorityclass.go"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.creating import CREATING, Collection, completed, create_one, metadata_of
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

PRIORITY_CLASSES = Collection(
    "scheduling.k8s.io/v1",
    "PriorityClass",
    "priorityclasses",
    namespaced=False,
    failure="failed to create priorityclass:",
)


@command(
    "priorityclass NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
    summary="Create a priority class with the specified name",
    description="Create a priority class with the specified name, value, globalDefault and description.",
    examples=(
        (
            "Create a priority class called high-priority",
            'kubectl create priorityclass high-priority --value=1000 --description="high priority"',
        ),
        (
            "Create a priority class that pods have which name none",
            "kubectl create priorityclass default-priority --value=1000 --global-default=true",
        ),
        (
            "Create a priority class whose pods push no others aside",
            'kubectl create priorityclass high-priority --value=1000 --preemption-policy="Never"',
        ),
    ),
    flags=(
        *CREATING,
        Flag("description", "", "What the class is for; free text."),
        Flag("global-default", False, "Whether pods that name no class have this one."),
        Flag(
            "preemption-policy", "PreemptLowerPriority", "Whether pods of this class push pods of less priority aside."
        ),
        Flag("value", 0, "The priority of this class's pods.", kind="int32"),
    ),
    aliases=("pc",),
)
def priorityclass(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    obj: Object = {
        "metadata": metadata_of(kubectl, completed(kubectl), namespaced=False),
        "value": options.number("value"),
        "preemptionPolicy": options.text("preemption-policy"),
    }
    if options.flag("global-default"):
        obj["globalDefault"] = True
    if options.text("description"):
        obj["description"] = options.text("description")
    create_one(kubectl, obj, PRIORITY_CLASSES)
    return None

"""What workloads have in common: the Pods they own, counted by phase, and their conditions.

Upstream: kubectl/pkg/describe/describe.go
"""

from simulator.kubectl.describe.page import Page
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at, controller_of
from simulator.machinery.selectors import from_labels, from_object

PHASES = {"Running": 0, "Pending": 1, "Succeeded": 2, "Failed": 3}


def pods_status(kubectl: Kubectl, owner: Object) -> str:
    """How many of the Pods that a workload owns run, wait, succeeded and failed."""
    metadata = owner["metadata"]
    selector = at(owner, "spec", "selector", default={})
    text = str(from_labels(selector) if owner["kind"] == "ReplicationController" else from_object(selector))
    counts = [0, 0, 0, 0]
    for pod in kubectl.clientset.listed(f"/api/v1/namespaces/{metadata['namespace']}/pods", {"labelSelector": text}):
        controller = controller_of(pod)
        phase = at(pod, "status", "phase", default="")
        if controller is not None and controller["uid"] == metadata["uid"] and phase in PHASES:
            counts[PHASES[phase]] += 1
    return "{} Running / {} Waiting / {} Succeeded / {} Failed".format(*counts)


def describe_conditions(page: Page, owner: Object) -> None:
    """Type, status and reason."""
    conditions = at(owner, "status", "conditions", default=[])
    if not conditions:
        return
    page.line(0, "Conditions:")
    rows = [(f"{one['type']} ", one["status"], one.get("reason", "")) for one in conditions]
    page.table(1, ("Type", "Status", "Reason"), rows)

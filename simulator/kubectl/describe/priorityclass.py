"""A PriorityClass. Upstream: kubectl/pkg/describe/describe.go"""

from simulator.kubectl.describe.page import Page, boolean, labels_text
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object


def describe(kubectl: Kubectl, page: Page, priority: Object) -> None:
    page.field(0, "Name", priority["metadata"]["name"])
    page.field(0, "Value", priority["value"])
    page.field(0, "GlobalDefault", boolean(priority.get("globalDefault")))
    page.field(0, "PreemptionPolicy", priority.get("preemptionPolicy", ""))
    page.field(0, "Description", priority.get("description", ""))
    page.field(0, "Annotations", labels_text(priority["metadata"].get("annotations")))

"""A PodDisruptionBudget. Upstream: kubectl/pkg/describe/describe.go"""

from simulator.kubectl.describe.page import Page
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at
from simulator.machinery.selectors import formatted

COUNTS = (
    ("Allowed disruptions", "disruptionsAllowed"),
    ("Current", "currentHealthy"),
    ("Desired", "desiredHealthy"),
    ("Total", "expectedPods"),
)


def describe(kubectl: Kubectl, page: Page, budget: Object) -> None:
    spec = budget["spec"]
    page.field(0, "Name", budget["metadata"]["name"])
    page.field(0, "Namespace", budget["metadata"]["namespace"])
    if spec.get("minAvailable") is not None:
        page.field(0, "Min available", spec["minAvailable"])
    elif spec.get("maxUnavailable") is not None:
        page.field(0, "Max unavailable", spec["maxUnavailable"])
    page.field(0, "Selector", "<unset>" if spec.get("selector") is None else formatted(spec["selector"]))
    page.line(0, "Status:")
    for title, field in COUNTS:
        page.field(2, title, at(budget, "status", field, default=0))

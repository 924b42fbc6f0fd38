"""A DaemonSet. Upstream: kubectl/pkg/describe/describe.go"""

from simulator.kubectl.describe.containers import describe_template
from simulator.kubectl.describe.page import Page, labels_text
from simulator.kubectl.describe.workload import pods_status
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at
from simulator.machinery.selectors import from_object

COUNTS = (
    ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
    ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
    ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
    ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
    ("Number of Nodes Misscheduled", "numberMisscheduled"),
)


def describe(kubectl: Kubectl, page: Page, daemon_set: Object) -> None:
    metadata, spec = daemon_set["metadata"], daemon_set["spec"]
    page.field(0, "Name", metadata["name"])
    page.field(0, "Namespace", metadata["namespace"])
    page.field(0, "Selector", from_object(spec.get("selector")))
    page.field(0, "Node-Selector", labels_text(at(spec, "template", "spec", "nodeSelector")))
    page.labels("Labels", metadata.get("labels"))
    page.annotations("Annotations", metadata.get("annotations"))
    for title, field in COUNTS:
        page.line(0, f"{title}: {at(daemon_set, 'status', field, default=0)}")
    page.field(0, "Pods Status", pods_status(kubectl, daemon_set))
    describe_template(page, spec["template"])

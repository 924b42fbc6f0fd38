"""ReplicaSets and ReplicationControllers. Upstream: kubectl/pkg/describe/describe.go"""

from simulator.kubectl.describe.containers import describe_template
from simulator.kubectl.describe.page import Page, labels_text
from simulator.kubectl.describe.workload import describe_conditions, pods_status
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at, controller_of
from simulator.machinery.selectors import formatted


def describe(kubectl: Kubectl, page: Page, replica_set: Object) -> None:
    _describe(kubectl, page, replica_set, formatted(replica_set["spec"].get("selector")))


def describe_controller(kubectl: Kubectl, page: Page, controller: Object) -> None:
    _describe(kubectl, page, controller, labels_text(controller["spec"].get("selector")))


def _describe(kubectl: Kubectl, page: Page, owner: Object, selector: str) -> None:
    metadata, spec = owner["metadata"], owner["spec"]
    page.field(0, "Name", metadata["name"])
    page.field(0, "Namespace", metadata["namespace"])
    page.field(0, "Selector", selector)
    page.labels("Labels", metadata.get("labels"))
    page.annotations("Annotations", metadata.get("annotations"))
    if owner["kind"] == "ReplicaSet" and (parent := controller_of(owner)) is not None:
        page.field(0, "Controlled By", f"{parent['kind']}/{parent['name']}")
    current = at(owner, "status", "replicas", default=0)
    page.field(0, "Replicas", f"{current} current / {spec.get('replicas', 1)} desired")
    page.field(0, "Pods Status", pods_status(kubectl, owner))
    describe_template(page, spec.get("template") or {})
    describe_conditions(page, owner)

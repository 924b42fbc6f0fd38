"""IPAddresses and ServiceCIDRs. Upstream: kubectl/pkg/describe/describe.go"""

from simulator.kubectl.describe.page import Page, date
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at


def describe_address(kubectl: Kubectl, page: Page, address: Object) -> None:
    page.head(address, namespaced=False)
    parent = at(address, "spec", "parentRef")
    if parent is not None:
        page.line(0, "Parent Reference:")
        for title in ("Group", "Resource", "Namespace", "Name"):
            page.field(1, title, parent.get(title.lower(), ""))


def describe_range(kubectl: Kubectl, page: Page, service_cidr: Object) -> None:
    page.head(service_cidr, namespaced=False)
    page.field(0, "CIDRs", ", ".join(at(service_cidr, "spec", "cidrs", default=())))
    conditions = at(service_cidr, "status", "conditions", default=())
    if conditions:
        page.line(0, "Status:")
        page.line(0, "Conditions:")
        rows = [
            (one["type"], one["status"], date(one["lastTransitionTime"]), one.get("reason", ""), one.get("message", ""))
            for one in conditions
        ]
        page.table(1, ("Type", "Status", "LastTransitionTime", "Reason", "Message"), rows)

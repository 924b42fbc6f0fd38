"""A Namespace with its quotas and limits. Upstream: kubectl/pkg/describe/describe.go"""

from simulator.kubectl.describe.limits import describe_limits, describe_quotas
from simulator.kubectl.describe.page import Page, date
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at

TITLES = ("Type", "Status", "LastTransitionTime", "Reason", "Message")


def describe(kubectl: Kubectl, page: Page, namespace: Object) -> None:
    page.head(namespace, namespaced=False)
    page.field(0, "Status", at(namespace, "status", "phase", default=""))
    conditions = at(namespace, "status", "conditions", default=[])
    if conditions:
        page.line(0, "Conditions:")
        rows = [
            (
                one["type"],
                one["status"],
                date(one.get("lastTransitionTime")),
                one.get("reason", ""),
                one.get("message", ""),
            )
            for one in conditions
        ]
        page.table(1, TITLES, rows)
    base = f"/api/v1/namespaces/{namespace['metadata']['name']}"
    quotas = kubectl.clientset.listed(f"{base}/resourcequotas", {})
    limits = kubectl.clientset.listed(f"{base}/limitranges", {})
    page.write("\n")
    describe_quotas(page, quotas)
    page.write("\n")
    describe_limits(page, limits)

"""A HorizontalPodAutoscaler. Upstream: kubectl/pkg/describe/describe.go"""

from simulator.kubectl.describe.page import Page, date
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at

KINDS = {
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "Pods": "pods",
    "Object": "object",
    "External": "external",
}


def describe(kubectl: Kubectl, page: Page, scaler: Object) -> None:
    spec, status = scaler["spec"], scaler.get("status") or {}
    page.head(scaler)
    page.field(0, "CreationTimestamp", date(scaler["metadata"].get("creationTimestamp")))
    target = spec["scaleTargetRef"]
    page.field(0, "Reference", f"{target['kind']}/{target['name']}")
    page.field(0, "Metrics", "( current / target )")
    current = status.get("currentMetrics") or ()
    for index, metric in enumerate(spec.get("metrics") or ()):
        describe_metric(page, metric, current[index] if index < len(current) else {})
    page.field(0, "Min replicas", spec.get("minReplicas", "<unset>"))
    page.field(0, "Max replicas", spec["maxReplicas"])
    if behavior := spec.get("behavior"):
        page.line(0, "Behavior:")
        describe_direction(page, "Scale Up", behavior.get("scaleUp"))
        describe_direction(page, "Scale Down", behavior.get("scaleDown"))
    counts = f"{status.get('currentReplicas', 0)} current / {status.get('desiredReplicas', 0)} desired"
    page.field(0, f"{target['kind']} pods", counts)
    if status.get("conditions"):
        page.line(0, "Conditions:")
        rows = [
            (one["type"], one["status"], one.get("reason", ""), one.get("message", "")) for one in status["conditions"]
        ]
        page.table(1, ("Type", "Status", "Reason", "Message"), rows)


def describe_metric(page: Page, metric: Object, seen: Object) -> None:
    kind = metric["type"]
    if kind not in KINDS:
        page.line(1, f"<unknown metric type {quoted(kind)}>")
        return
    source = metric[KINDS[kind]]
    current = at(seen, KINDS[kind], "current", default={})
    target = source["target"]
    if kind in ("Resource", "ContainerResource"):
        title = f"resource {source['name']} on pods"
        if kind == "ContainerResource":
            title = f'resource {source["name"]} of container "{source["container"]}" on pods'
        describe_resource_metric(page, title, target, current)
        return
    average = "averageValue" in target
    value = current.get("averageValue" if average else "value", "<unknown>")
    wanted = target.get("averageValue" if average else "value", "")
    title = quoted(source["metric"]["name"])
    if kind == "Pods":
        title += " on pods"
    else:
        if kind == "Object":
            title += f" on {source['describedObject']['kind']}/{source['describedObject']['name']}"
        title += " (target average value)" if average else " (target value)"
    page.field(1, title, f"{value} / {wanted}")


def describe_resource_metric(page: Page, title: str, target: Object, current: Object) -> None:
    if "averageValue" in target:
        page.field(1, title, f"{current.get('averageValue', '<unknown>')} / {target['averageValue']}")
        return
    seen = "<unknown>"
    if current.get("averageUtilization") is not None:
        seen = f"{current['averageUtilization']}% ({current.get('averageValue', '0')})"
    wanted = f"{target['averageUtilization']}%" if target.get("averageUtilization") is not None else "<auto>"
    page.field(1, f"{title}  (as a percentage of request)", f"{seen} / {wanted}")


def describe_direction(page: Page, title: str, rules: Object | None) -> None:
    if not rules:
        return
    page.line(1, f"{title}:")
    if rules.get("stabilizationWindowSeconds") is not None:
        page.line(2, f"Stabilization Window: {rules['stabilizationWindowSeconds']} seconds")
    policies = rules.get("policies") or ()
    if policies:
        page.line(2, f"Select Policy: {rules.get('selectPolicy', 'Max')}")
        page.line(2, "Policies:")
    for policy in policies:
        cells = (f"- Type: {policy['type']}", f"Value: {policy['value']}", f"Period: {policy['periodSeconds']} seconds")
        page.line(3, *cells)

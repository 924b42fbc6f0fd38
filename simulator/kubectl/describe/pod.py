"""A Pod. Upstream: kubectl/pkg/describe/describe.go"""

from simulator.kubectl.describe.containers import describe_containers, describe_resources, describe_spread, tolerations
from simulator.kubectl.describe.events import find_events
from simulator.kubectl.describe.page import Page, date
from simulator.kubectl.describe.volumes import describe_volumes
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at, controller_of
from simulator.resources.common.quality import quality_of_service

MIRROR = "kubernetes.io/config.mirror"


def events(kubectl: Kubectl, pod: Object) -> list[Object]:
    mirror = at(pod, "metadata", "annotations", default={}).get(MIRROR)
    return find_events(kubectl, pod, kind=False, uid=mirror)


def describe(kubectl: Kubectl, page: Page, pod: Object) -> None:
    metadata, spec, status = pod["metadata"], pod["spec"], pod.get("status") or {}
    page.field(0, "Name", metadata["name"])
    page.field(0, "Namespace", metadata["namespace"])
    for title, field in (
        ("Priority", "priority"),
        ("Priority Class Name", "priorityClassName"),
        ("Runtime Class Name", "runtimeClassName"),
        ("Service Account", "serviceAccountName"),
    ):
        if spec.get(field) not in (None, ""):
            page.field(0, title, spec[field])
    page.field(0, "Node", f"{spec['nodeName']}/{status.get('hostIP', '')}" if spec.get("nodeName") else "<none>")
    if status.get("startTime"):
        page.field(0, "Start Time", date(status["startTime"]))
    page.labels("Labels", metadata.get("labels"))
    page.annotations("Annotations", metadata.get("annotations"))
    describe_status(page, pod)
    if (controller := controller_of(pod)) is not None:
        page.field(0, "Controlled By", f"{controller['kind']}/{controller['name']}")
    if status.get("nominatedNodeName"):
        page.field(0, "NominatedNodeName", status["nominatedNodeName"])
    if "resources" in spec:
        page.line(0, "Resources:")
        describe_resources(page, spec["resources"], 1)
    describe_all_containers(page, pod)
    describe_conditions(page, pod)
    describe_volumes(page, spec.get("volumes") or ())
    page.field(0, "QoS Class", status.get("qosClass") or quality_of_service(spec))
    page.labels("Node-Selectors", spec.get("nodeSelector"))
    page.several("Tolerations", tolerations(spec))
    describe_spread(page, spec, "")


def describe_status(page: Page, pod: Object) -> None:
    metadata, status = pod["metadata"], pod.get("status") or {}
    phase = status.get("phase", "")
    if metadata.get("deletionTimestamp") and phase not in ("Failed", "Succeeded"):
        page.field(0, "Status", f"Terminating (lasts {page.since(metadata['deletionTimestamp'])})")
        page.field(0, "Termination Grace Period", f"{metadata.get('deletionGracePeriodSeconds', 0)}s")
    else:
        page.field(0, "Status", phase)
    for title, field in (("Reason", "reason"), ("Message", "message")):
        if status.get(field):
            page.field(0, title, status[field])
    profile = at(pod, "spec", "securityContext", "seccompProfile")
    if profile:
        page.field(0, "SeccompProfile", profile["type"])
        if profile["type"] == "Localhost":
            page.field(0, "LocalhostProfile", profile.get("localhostProfile", ""))
    page.field(0, "IP", status.get("podIP", ""))
    addresses = status.get("podIPs") or ()
    page.line(0, "IPs:", *(() if addresses else ("<none>",)))
    for address in addresses:
        page.field(1, "IP", address["ip"])


def describe_all_containers(page: Page, pod: Object) -> None:
    spec, status = pod["spec"], pod.get("status") or {}
    for title, field, statuses in (
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses"),
    ):
        if spec.get(field) or field == "containers":
            describe_containers(page, title, spec.get(field) or (), status.get(statuses) or (), pod)


def describe_conditions(page: Page, pod: Object) -> None:
    conditions = at(pod, "status", "conditions", default=[])
    gates = pod["spec"].get("readinessGates") or ()
    if gates:
        page.line(0, "Readiness Gates:")
        page.line(1, "Type", "Status")
        known = {condition["type"]: condition["status"] for condition in conditions}
        for gate in gates:
            page.line(1, f"{gate['conditionType']} ", f"{known.get(gate['conditionType'], '<none>')} ")
    if conditions:
        page.line(0, "Conditions:")
        page.line(1, "Type", "Status")
        for condition in conditions:
            page.line(1, f"{condition['type']} ", f"{condition['status']} ")

"""A Service and its endpoints. Upstream: kubectl/pkg/describe/describe.go"""

from collections.abc import Sequence

from simulator.kubectl.describe.page import Page, labels_text
from simulator.kubectl.errors import ServerError
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at

SHOWN = 3
"""How many endpoints are named before the rest is only counted."""


def describe(kubectl: Kubectl, page: Page, service: Object) -> None:
    spec = service["spec"]
    page.head(service)
    page.field(0, "Selector", labels_text(spec.get("selector")))
    page.field(0, "Type", spec.get("type", ""))
    if spec.get("ipFamilyPolicy"):
        page.field(0, "IP Family Policy", spec["ipFamilyPolicy"])
    page.field(0, "IP Families", ",".join(spec.get("ipFamilies") or ()) or "<none>")
    page.field(0, "IP", spec.get("clusterIP", ""))
    page.field(0, "IPs", ",".join(spec.get("clusterIPs") or ()) or "<none>")
    if spec.get("externalIPs"):
        page.field(0, "External IPs", ",".join(spec["externalIPs"]))
    for title, field in (("Desired LoadBalancer IP", "loadBalancerIP"), ("External Name", "externalName")):
        if spec.get(field):
            page.field(0, title, spec[field])
    if ingress := at(service, "status", "loadBalancer", "ingress"):
        page.field(0, "LoadBalancer Ingress", ", ".join(map(ingress_text, ingress)))
    slices = endpoint_slices(kubectl, service["metadata"]["namespace"], service["metadata"]["name"])
    for port in spec.get("ports") or ():
        describe_port(page, port, slices)
    page.field(0, "Session Affinity", spec.get("sessionAffinity", ""))
    for title, field in (
        ("External Traffic Policy", "externalTrafficPolicy"),
        ("Internal Traffic Policy", "internalTrafficPolicy"),
        ("HealthCheck NodePort", "healthCheckNodePort"),
    ):
        if spec.get(field):
            page.field(0, title, spec[field])
    if spec.get("loadBalancerSourceRanges"):
        page.field(0, "LoadBalancer Source Ranges", ",".join(spec["loadBalancerSourceRanges"]))
    if spec.get("trafficDistribution"):
        page.field(0, "Traffic Distribution", spec["trafficDistribution"])


def describe_port(page: Page, port: Object, slices: Sequence[Object]) -> None:
    name, protocol = port.get("name") or "<unset>", port.get("protocol", "TCP")
    page.line(0, "Port:", name, f"{port['port']}/{protocol}")
    page.field(0, "TargetPort", f"{port.get('targetPort', port['port'])}/{protocol}")
    if port.get("appProtocol"):
        page.field(0, "AppProtocol", port["appProtocol"])
    if port.get("nodePort"):
        page.line(0, "NodePort:", name, f"{port['nodePort']}/{protocol}")
    page.field(0, "Endpoints", endpoints_text(slices, port.get("name", "")))


def ingress_text(ingress: Object) -> str:
    if ingress.get("ip"):
        mode = f" ({ingress['ipMode']})" if ingress.get("ipMode") else ""
        return f"{ingress['ip']}{mode}"
    return str(ingress.get("hostname", ""))


def endpoint_slices(kubectl: Kubectl, namespace: str, service: str) -> list[Object]:
    path = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
    try:
        listed = kubectl.clientset.collection(path, {"labelSelector": f"kubernetes.io/service-name={service}"})
    except ServerError:
        return []
    return list(listed.get("items", ()))


def endpoints_text(slices: Sequence[Object], port_name: str) -> str:
    """The ready endpoints of one port: the first few by address, and how many more."""
    if not slices:
        return "<none>"
    found: list[str] = []
    for piece in slices:
        ready = [
            endpoint["addresses"][0]
            for endpoint in piece.get("endpoints") or ()
            if at(endpoint, "conditions", "ready", default=True)
        ]
        ports = piece.get("ports") or ()
        if not ports:
            found += ready
        for port in ports:
            if (port.get("name") or "") == port_name:
                found += [f"{address}:{port['port']}" for address in ready]
    text = ",".join(found[:SHOWN])
    return f"{text} + {len(found) - SHOWN} more..." if len(found) > SHOWN else text

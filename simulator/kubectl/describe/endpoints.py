"""Endpoints and EndpointSlices. Upstream: kubectl/pkg/describe/describe.go"""

from typing import Any

from simulator.kubectl.describe.page import Page, boolean
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at

TITLES = ("Name", "Port", "Protocol")


def describe(kubectl: Kubectl, page: Page, endpoints: Object) -> None:
    page.head(endpoints)
    page.line(0, "Subsets:")
    for subset in endpoints.get("subsets") or ():
        for title, field in (("Addresses", "addresses"), ("NotReadyAddresses", "notReadyAddresses")):
            page.field(1, title, ",".join(one["ip"] for one in subset.get(field) or ()) or "<none>")
        if subset.get("ports"):
            page.line(1, "Ports:")
            rows = [
                (port.get("name") or "<unset>", port["port"], port.get("protocol", "TCP")) for port in subset["ports"]
            ]
            page.table(2, TITLES, rows)
        page.write("\n")


def describe_slice(kubectl: Kubectl, page: Page, piece: Object) -> None:
    page.head(piece)
    page.field(0, "AddressType", piece.get("addressType", ""))
    ports = piece.get("ports") or ()
    if ports:
        page.line(0, "Ports:")
        rows = [
            (port.get("name") or "<unset>", or_unset(port.get("port")), port.get("protocol", "TCP")) for port in ports
        ]
        page.table(1, TITLES, rows)
    else:
        page.line(0, "Ports: <unset>")
    endpoints = piece.get("endpoints") or ()
    page.line(0, "Endpoints:" if endpoints else "Endpoints: <none>")
    for endpoint in endpoints:
        describe_endpoint(page, endpoint)


def describe_endpoint(page: Page, endpoint: Object) -> None:
    page.field(1, "- Addresses", ", ".join(endpoint.get("addresses") or ()) or "<none>")
    page.line(2, "Conditions:")
    ready = at(endpoint, "conditions", "ready")
    page.field(3, "Ready", "<unset>" if ready is None else boolean(ready))
    page.field(2, "Hostname", or_unset(endpoint.get("hostname")))
    if target := endpoint.get("targetRef"):
        page.field(2, "TargetRef", f"{target.get('kind', '')}/{target.get('name', '')}")
    page.field(2, "NodeName", or_unset(endpoint.get("nodeName")))
    page.field(2, "Zone", or_unset(endpoint.get("zone")))


def or_unset(value: Any) -> Any:
    return "<unset>" if value is None else value

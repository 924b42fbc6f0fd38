"""Defaults of an EndpointSlice. Upstream: pkg/apis/discovery/v1/defaults.go"""

from simulator.machinery.objects import Object


def default(obj: Object) -> None:
    for port in obj.get("ports") or ():
        if port.get("name") is None:
            port["name"] = ""
        if port.get("protocol") is None:
            port["protocol"] = "TCP"

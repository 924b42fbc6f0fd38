"""The table of EndpointSlices. Upstream: printEndpointSlice"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age, some

SLICE = "discovery.v1.EndpointSlice"


def row(endpoint_slice: Object, now: int) -> Cells:
    endpoints = endpoint_slice.get("endpoints") or ()
    return [
        endpoint_slice["metadata"]["name"],
        endpoint_slice.get("addressType", ""),
        some(port_text(port) for port in endpoint_slice.get("ports") or ()),
        some(address for endpoint in endpoints for address in endpoint.get("addresses") or ()),
        age(endpoint_slice, now),
    ]


def port_text(port: Object) -> str:
    if port.get("port") is not None:
        return str(port["port"])
    name: str | None = port.get("name")
    return "*" if name is None else name


PRINTER = Printer(
    (
        NAME,
        Column("AddressType", Field(SLICE, "addressType")),
        Column("Ports", Field(SLICE, "ports")),
        Column("Endpoints", Field(SLICE, "endpoints")),
        AGE,
    ),
    row,
)

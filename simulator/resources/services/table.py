"""The table of Services. Upstream: printService"""

from simulator.machinery.objects import Object
from simulator.resources.columns import (
    AGE,
    NAME,
    NONE,
    UNKNOWN,
    Cells,
    Column,
    Field,
    Printer,
    age,
    labels,
    spec_of,
    status_of,
    wide,
)

SPEC = "core.v1.ServiceSpec"


def row(service: Object, now: int) -> Cells:
    spec = spec_of(service)
    addresses = spec.get("clusterIPs")
    return [
        service["metadata"]["name"],
        spec.get("type", ""),
        addresses[0] if addresses else NONE,
        external_address(service),
        ports(spec) or NONE,
        age(service, now),
        labels(spec.get("selector")),
    ]


def external_address(service: Object) -> str:
    spec = spec_of(service)
    external = list(spec.get("externalIPs") or ())
    match spec.get("type"):
        case "ClusterIP" | "NodePort":
            return ",".join(external) or NONE
        case "LoadBalancer":
            return ",".join(ingress_points(service) + external) or "<pending>"
        case "ExternalName":
            name: str = spec.get("externalName", "")
            return name
    return UNKNOWN


def ingress_points(obj: Object) -> list[str]:
    """Addresses or names of the load balancer before a Service or an Ingress."""
    points = (status_of(obj).get("loadBalancer") or {}).get("ingress") or ()
    return sorted({point.get("ip") or point.get("hostname") or "" for point in points} - {""})


def ports(spec: Object) -> str:
    return ",".join(
        f"{port['port']}:{port['nodePort']}/{port.get('protocol', 'TCP')}"
        if port.get("nodePort")
        else f"{port['port']}/{port.get('protocol', 'TCP')}"
        for port in spec.get("ports") or ()
    )


PRINTER = Printer(
    (
        NAME,
        Column("Type", Field(SPEC, "type")),
        Column("Cluster-IP", Field(SPEC, "clusterIP")),
        Column("External-IP", Field(SPEC, "externalIPs")),
        Column("Port(s)", Field(SPEC, "ports")),
        AGE,
        wide("Selector", Field(SPEC, "selector")),
    ),
    row,
)

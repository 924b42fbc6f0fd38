"""Where a proxy that reads the API itself sends requests: the ready addresses behind a Service's port."""

from typing import NamedTuple

from simulator.api.client import Client
from simulator.machinery.objects import at
from simulator.network.ingress.rules import Backend
from simulator.network.services import SERVICE_NAME, SLICES, ports_of


class Upstream(NamedTuple):
    """One address to send to."""

    host: str
    port: int


def upstreams(reader: Client, namespace: str, backend: Backend) -> list[Upstream]:
    """The addresses behind a backend; none where the Service or its port is not there, or nobody is ready."""
    service = reader.get("services", namespace, backend.service)
    if service is None:
        return []
    entry = next(
        (one for one in ports_of(service) if backend.port in (one["port"], one.get("name")) and backend.port), None
    )
    if service["spec"].get("type") == "ExternalName":
        number = entry["port"] if entry is not None else backend.port if isinstance(backend.port, int) else 0
        return [Upstream(service["spec"]["externalName"], number)] if number else []
    if entry is None:
        return []
    found: dict[Upstream, None] = {}
    for piece in reader.list(SLICES, namespace):
        if at(piece, "metadata", "labels", SERVICE_NAME) != backend.service:
            continue
        for port in piece.get("ports") or ():
            if (port.get("name") or "") == entry.get("name", "") and port.get("port"):
                for endpoint in piece.get("endpoints") or ():
                    if at(endpoint, "conditions", "ready", default=True):
                        found.update({Upstream(ip, port["port"]): None for ip in endpoint["addresses"][:1]})
    return list(found)

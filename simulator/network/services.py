"""Services as a node's proxy knows them: which address is whose, and which endpoints stand behind a port.

Upstream: pkg/proxy/serviceport.go, pkg/proxy/endpoints.go, pkg/proxy/topology.go
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, key_of

SERVICE_NAME = "kubernetes.io/service-name"
SLICES = "endpointslices.discovery.k8s.io"

type Rows = Callable[[], Mapping[Key, Object]]
type PortKey = tuple[int, str]
"""Number and protocol."""


class Backend(NamedTuple):
    """One endpoint of a Service's port."""

    ip: str
    port: int
    node: str
    zones: tuple[str, ...] | None
    """The zones that its hints name; None without hints."""
    nodes: tuple[str, ...] | None


class Backends(NamedTuple):
    """The endpoints of a Service's port: the ready ones, and those that still serve while they end."""

    ready: tuple[Backend, ...]
    ending: tuple[Backend, ...]


class ServiceRules:
    """Everything a proxy works out from Services and EndpointSlices; a cache that follows their changes."""

    def __init__(self, services: Rows, slices: Rows) -> None:
        self._services = services
        self._slices = slices
        self._by_address: dict[str, Key] | None = None
        self._by_node_port: dict[PortKey, tuple[Key, str]] = {}
        self._pieces: dict[Key, dict[Key, None]] | None = None
        self._backends: dict[Key, dict[str, Backends]] = {}

    def observe(self, change: Change) -> None:
        """Keep up with one change."""
        if change.resource == SLICES:
            self._slice_changed(change)
        elif self._by_address is not None:
            if change.old is not None:
                self._forget(change.old)
            if change.type != "DELETED":
                self._learn(change.object)
        if change.resource != SLICES:
            self._backends.pop(key_of(change.object), None)

    def _slice_changed(self, change: Change) -> None:
        key = key_of(change.object)
        for obj in (change.old, change.object):
            service = service_of(obj) if obj is not None else None
            if service is None:
                continue
            self._backends.pop(service, None)
            if self._pieces is not None:
                self._pieces.get(service, {}).pop(key, None)
        service = service_of(change.object)
        if self._pieces is not None and service is not None and change.type != "DELETED":
            self._pieces.setdefault(service, {})[key] = None

    # Addresses.

    def service_at(self, address: str) -> Object | None:
        """The Service that has an address: its own, an external one, or a load balancer's."""
        key = self._addresses().get(address)
        return None if key is None else self._services().get(key)

    def node_port(self, port: int, protocol: str) -> tuple[Object, Object] | None:
        """The Service and the entry of its ports behind a node port."""
        self._addresses()
        found = self._by_node_port.get((port, protocol))
        service = None if found is None else self._services().get(found[0])
        if service is None or found is None:
            return None
        entry = next((one for one in ports_of(service) if one.get("name", "") == found[1]), None)
        return None if entry is None else (service, entry)

    def _addresses(self) -> dict[str, Key]:
        if self._by_address is None:
            self._by_address = {}
            for service in self._services().values():
                self._learn(service)
        return self._by_address

    def _learn(self, service: Object) -> None:
        key, known = key_of(service), self._by_address
        for address in addresses_of(service):
            known[address] = key  # type: ignore[index]  # asked for only once it is there
        for number, name in node_ports(service):
            self._by_node_port[number] = key, name

    def _forget(self, service: Object) -> None:
        key, known = key_of(service), self._by_address or {}
        for address in addresses_of(service):
            if known.get(address) == key:
                del known[address]
        for number, _ in node_ports(service):
            if self._by_node_port.get(number, ("", ""))[0] == key:
                del self._by_node_port[number]

    def services(self) -> list[Object]:
        """Every Service, in order of namespace and name."""
        rows = self._services()
        return [rows[key] for key in sorted(rows)]

    # Endpoints.

    def slices(self, service: Key) -> Iterator[Object]:
        """The EndpointSlices of a Service, in order of name."""
        if self._pieces is None:
            self._pieces = {}
            for key, piece in self._slices().items():
                owner = service_of(piece)
                if owner is not None:
                    self._pieces.setdefault(owner, {})[key] = None
        rows = self._slices()
        return (rows[key] for key in sorted(self._pieces.get(service, ())))

    def backends(self, service: Key, port_name: str) -> Backends:
        """What stands behind a port of a Service."""
        known = self._backends.setdefault(service, {})
        found = known.get(port_name)
        if found is None:
            found = known[port_name] = self._find(service, port_name)
        return found

    def _find(self, service: Key, port_name: str) -> Backends:
        ready: dict[tuple[str, int], Backend] = {}
        ending: dict[tuple[str, int], Backend] = {}
        for piece in self.slices(service):
            for number in (p.get("port") for p in piece.get("ports") or () if (p.get("name") or "") == port_name):
                for endpoint in piece.get("endpoints") or ():
                    conditions = endpoint.get("conditions") or {}
                    if conditions.get("ready", True):
                        chosen = ready
                    elif conditions.get("serving") and conditions.get("terminating"):
                        chosen = ending
                    else:
                        continue
                    for backend in backends_of(endpoint, number):
                        chosen[backend.ip, backend.port] = backend
        return Backends(tuple(ready.values()), tuple(ending.values()))


def backends_of(endpoint: Object, number: int | None) -> Iterator[Backend]:
    hints = endpoint.get("hints")
    zones = None if not hints else tuple(one["name"] for one in hints.get("forZones") or ())
    nodes = None if not hints else tuple(one["name"] for one in hints.get("forNodes") or ())
    if number:
        for ip in endpoint["addresses"][:1]:  # further addresses of an endpoint are never used
            yield Backend(ip, number, endpoint.get("nodeName") or "", zones or None, nodes or None)


def service_of(piece: Object) -> Key | None:
    """The Service that an EndpointSlice belongs to."""
    metadata = piece["metadata"]
    name = (metadata.get("labels") or {}).get(SERVICE_NAME)
    return None if name is None else (metadata["namespace"], name)


def ports_of(service: Object) -> list[Object]:
    return service["spec"].get("ports") or []


def cluster_addresses(service: Object) -> list[str]:
    spec = service["spec"]
    found = spec.get("clusterIPs") or [spec.get("clusterIP")]
    return [address for address in found if address and address != "None"]


def balancer_addresses(service: Object) -> list[str]:
    """Where load balancers stand that leave the destination of packets as it is."""
    entries = at(service, "status", "loadBalancer", "ingress", default=())
    return [entry["ip"] for entry in entries if entry.get("ip") and entry.get("ipMode", "VIP") == "VIP"]


def addresses_of(service: Object) -> list[str]:
    """Every address that leads to a Service."""
    return [*cluster_addresses(service), *(service["spec"].get("externalIPs") or ()), *balancer_addresses(service)]


def node_ports(service: Object) -> Iterator[tuple[PortKey, str]]:
    for entry in ports_of(service):
        if entry.get("nodePort"):
            yield (entry["nodePort"], entry.get("protocol", "TCP")), entry.get("name", "")

"""One cluster's network: addresses of Pods, virtual addresses of Services, node ports.

Upstream: pkg/proxy/iptables, CNI host-local
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from simulator.api.client import Client
from simulator.kernel.component import Component, Kernel
from simulator.kernel.state import Table
from simulator.machinery.objects import Object, at
from simulator.network.dns import ClusterDNS
from simulator.runtime.machines import Machines
from simulator.runtime.network import HttpRequest, HttpResponse, Refused, TimedOut, Unreachable

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

FIRST_HOST = 2
LAST_HOST = 254
HOP = 250
"""Microseconds that a packet takes between two machines, there and back."""
SERVICE_NAME = "kubernetes.io/service-name"
SLICES = "endpointslices.discovery.k8s.io"


@dataclass(frozen=True, slots=True)
class Source:
    """Who calls: a Pod, a node, or somebody outside the cluster."""

    ip: str
    node: str = ""
    pod: Object | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a connection arrives in the end."""

    ip: str
    port: int
    source_ip: str


class ClusterNetwork(Component):
    """Who has which address, and where a connection to an address ends."""

    name = "network"

    def __init__(self, kernel: Kernel, client: Client, machines: Machines) -> None:
        super().__init__(kernel)
        self.client = client
        self._machines = machines
        self._owners: Table[str, str] = self.table("addresses")
        """Pod IP → Pod uid."""
        self._next: Table[str, int] = self.table("next-address")
        self.dns = ClusterDNS(client)
        self.kubelet: Kubelet | None = None

    # Addresses.

    def join(self, pod: Object) -> str:
        """Give a Pod an address of its node's range."""
        node = pod["spec"]["nodeName"]
        number = self.kubelet.nodes.number(node) if self.kubelet is not None else 0
        host = self._next.get(node) or FIRST_HOST
        for _ in range(LAST_HOST):
            address = f"10.244.{number}.{host}"
            host = host + 1 if host < LAST_HOST else FIRST_HOST
            if address not in self._owners:
                break
        self._next.put(node, host)
        self._owners.put(address, pod["metadata"]["uid"])
        return address

    def leave(self, ip: str, uid: str) -> None:
        """A Pod is gone; its address may be given again."""
        if self._owners.get(ip) == uid:
            self._owners.delete(ip)

    def owner(self, ip: str) -> str | None:
        """The uid of the Pod that has an address."""
        return self._owners.get(ip)

    def resolver_file(self, pod: Object) -> str:
        """`/etc/resolv.conf` of a Pod. Upstream: pkg/kubelet/network/dns"""
        return self.dns.resolver_file(pod)

    # Connections.

    def request(self, source: Source, request: HttpRequest, address: str, port: int) -> HttpResponse:
        """Send an HTTP request to an address; raises `NetworkFailure`."""
        target = self.route(source, address, port)
        network = self._network_at(source, target, request.timeout)
        sent = replace(request, source=target.source_ip)
        try:
            response = self._machines.serve(network, target.port, sent)
        except Refused:
            raise Refused(after=HOP, address=target.ip, port=target.port) from None
        if request.timeout and response.latency + HOP > request.timeout:
            raise TimedOut(after=request.timeout, address=target.ip, port=target.port)
        return replace(response, latency=response.latency + HOP, address=address, server=network)

    def connect(self, source: Source, address: str, port: int, timeout: int = 0) -> tuple[str, int]:
        """Open a TCP connection and close it again: who answered and how long it took."""
        target = self.route(source, address, port)
        network = self._network_at(source, target, timeout)
        if self._machines.listener(network, target.port) is None:
            raise Refused(after=HOP, address=target.ip, port=target.port)
        return target.ip, HOP

    def route(self, source: Source, address: str, port: int) -> Target:
        """Follow a Service's rules to a Pod; any other address stays as it is."""
        service = self._service_at(address)
        if service is not None:
            entry = next((p for p in service["spec"].get("ports") or () if p["port"] == port), None)
            if entry is None:
                raise TimedOut(address=address, port=port)
            return self._balance(source, service, entry)
        if self._is_node(address):
            found = self._node_port(port)
            if found is not None:
                return self._balance(source, *found, via=address)
        return Target(address, port, source.ip)

    def _balance(self, source: Source, service: Object, port: Object, via: str = "") -> Target:
        endpoints = self.endpoints(service, port)
        if via and service["spec"].get("externalTrafficPolicy") == "Local":
            endpoints = [e for e in endpoints if self._node_ip(e[2]) == via]
            if not endpoints:
                raise TimedOut(address=via, port=port.get("nodePort", 0))
        elif service["spec"].get("internalTrafficPolicy") == "Local" and not via:
            endpoints = [e for e in endpoints if e[2] == source.node]
        if not endpoints:
            raise Refused(after=HOP, address=service["spec"]["clusterIP"], port=port["port"])
        if service["spec"].get("sessionAffinity") == "ClientIP":
            choice = sum(source.ip.encode()) % len(endpoints)
        else:
            choice = self.random.below("kube-proxy", len(endpoints))
        ip, number, _ = endpoints[choice]
        masqueraded = via and service["spec"].get("externalTrafficPolicy") != "Local"
        return Target(ip, number, via if masqueraded else source.ip)

    def endpoints(self, service: Object, port: Object) -> list[tuple[str, int, str]]:
        """The ready addresses behind a Service's port: (ip, port, node)."""
        metadata = service["metadata"]
        serving: list[tuple[str, int, str]] = []
        terminating: list[tuple[str, int, str]] = []
        for piece in self.client.list(SLICES, metadata["namespace"]):
            if (piece["metadata"].get("labels") or {}).get(SERVICE_NAME) != metadata["name"]:
                continue
            number = next(
                (p["port"] for p in piece.get("ports") or () if p.get("name", "") == port.get("name", "")), None
            )
            if number is None:
                continue
            for endpoint in piece.get("endpoints") or ():
                conditions = endpoint.get("conditions") or {}
                rows = [(ip, number, endpoint.get("nodeName", "")) for ip in endpoint["addresses"]]
                if conditions.get("ready", True):
                    serving += rows
                elif conditions.get("serving") and conditions.get("terminating"):
                    terminating += rows
        return serving or terminating

    def _service_at(self, address: str) -> Object | None:
        for service in self.client.rows("services").values():
            if service["spec"].get("clusterIP") == address:
                return service
            for entry in at(service, "status", "loadBalancer", "ingress", default=()):
                if entry.get("ip") == address:
                    return service
            if address in (service["spec"].get("externalIPs") or ()):
                return service
        return None

    def _node_port(self, port: int) -> tuple[Object, Object] | None:
        for service in self.client.list("services"):
            for entry in service["spec"].get("ports") or ():
                if entry.get("nodePort") == port:
                    return service, entry
        return None

    def _network_at(self, source: Source, target: Target, timeout: int) -> str:
        """The port space behind an address; raises where packets get lost."""
        uid = self.owner(target.ip)
        if uid is None:
            if self._is_node(target.ip):
                return f"{self.kernel.scope}node/{target.ip}"
            if target.ip.startswith("10.244."):
                raise Unreachable(after=3_000_000, address=target.ip, port=target.port)
            raise TimedOut(after=timeout, address=target.ip, port=target.port)
        if self.kubelet is not None:
            row = self.kubelet.pods.get(uid)
            if row is not None and not self.kubelet.nodes.is_running(row["node"]):
                raise TimedOut(after=timeout, address=target.ip, port=target.port)
        return f"{self.kernel.scope}pod/{uid}"

    def _is_node(self, address: str) -> bool:
        return self.kubelet is not None and any(
            self.kubelet.nodes.address(name) == address for name in self.kubelet.nodes.names()
        )

    def _node_ip(self, name: str) -> str:
        return self.kubelet.nodes.address(name) if self.kubelet is not None else ""

    # The kubelet's own calls.

    def probe_http(self, node: str, request: HttpRequest) -> HttpResponse:
        """An HTTP request of a node's kubelet."""
        parts = urlsplit(request.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return self.request(Source(self._node_ip(node), node), request, parts.hostname or "", port)

    def probe_connect(self, node: str, host: str, port: int, timeout: int) -> None:
        self.connect(Source(self._node_ip(node), node), host, port, timeout)

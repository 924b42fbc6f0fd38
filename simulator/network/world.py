"""What the programs of any machine may ask of the world: names, connections, API servers."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.api.client import Client
from simulator.api.requests import ANONYMOUS, CERTIFICATE, HELD, Polled, Request, Response, Stream
from simulator.api.texts import encoded
from simulator.kubelet.daemons import SSH
from simulator.kubelet.hardware import hardware_of
from simulator.machinery.releases import Release
from simulator.network import hosts, outside, resolver
from simulator.network.cluster import API_PORT
from simulator.network.iptables import saved
from simulator.network.parties import INTERNET, INTERNET_IP, WORKSTATION_IP, Source
from simulator.network.paths import gateway
from simulator.network.proxies import HOP
from simulator.network.resolver import LOOKUP_TIME, is_address
from simulator.network.routing import ECHO
from simulator.nodeshell.host import Host
from simulator.runtime.hardware import SMALL, Hardware
from simulator.runtime.machines import Machines
from simulator.runtime.network import (
    BadCertificate,
    HttpRequest,
    HttpResponse,
    NameNotFound,
    NetworkFailure,
    NoAnswer,
    Record,
    Refused,
    Reset,
    TimedOut,
    Unreachable,
)

if TYPE_CHECKING:
    from simulator.cluster import Cluster
    from simulator.kubelet.kubelet import Kubelet
    from simulator.network.cluster import ClusterNetwork

LOOPBACK = ("localhost", "127.0.0.1")
LOOPBACK_TIME = 100
OWN_RANGES = ("10.", "203.0.113.", "192.168.", "172.16.", hosts.RANGE)
"""Addresses of clusters and of machines around them, rather than of the internet."""


class WorldNetwork:
    """Finds out from which cluster and Pod a machine calls, and carries the call there.

    A machine is a container, a node, the workstation, or `internet`, which is nobody's machine but may ask.
    """

    def __init__(self) -> None:
        self._clusters: list[Cluster] = []
        self._machines: Machines
        self.faults: Any = None
        """The world's board of faults (`simulator.faults.Board`)."""

    def connect_clusters(self, clusters: "list[Cluster]", machines: Machines) -> None:
        """Wire up what came to be after this."""
        self._clusters = clusters
        self._machines = machines
        for cluster in clusters:
            cluster.network.public = self.public

    # Who calls.

    def _caller(self, machine: str) -> "tuple[Cluster | None, Source]":
        """The cluster of a machine (None for one outside) and where it calls from."""
        for cluster in self._clusters:
            scope = cluster.kernel.scope
            if machine.startswith(f"{scope}pod/"):
                source = cluster.network.source_of(machine)
                if source.ip:
                    return cluster, source
            elif machine.startswith(f"{scope}node/") and cluster.kubelet is not None:
                node = machine.removeprefix(f"{scope}node/").split("/")[0]
                return cluster, Source(cluster.kubelet.nodes.address(node), node)
        if machine.startswith(hosts.PREFIX):
            return None, Source(machine.removeprefix(hosts.PREFIX))
        return None, Source(INTERNET_IP if machine == INTERNET else WORKSTATION_IP)

    def addresses(self, machine: str) -> list[str]:
        return [self._caller(machine)[1].ip, "127.0.0.1"]

    def reader(self, machine: str) -> Client | None:
        """What a controller's program on a machine may read of its cluster."""
        cluster, _ = self._caller(machine)
        return None if cluster is None else cluster.network.client

    def proxy_rules(self, machine: str, table: str) -> list[str]:
        """The rules that kube-proxy wrote on the node of a machine that shares the node's network."""
        cluster, source = self._caller(machine)
        if cluster is None or not source.node or source.ip != cluster.network.address_of(source.node):
            return []
        return saved(cluster.network.proxies.rules(source.node), table, cluster.network.ranges.pods)

    def proxy_synced(self, machine: str) -> None:
        """The kube-proxy on a machine has written its node's rules, and keeps them up to date while it runs."""
        cluster, source = self._caller(machine)
        if cluster is not None and source.node:
            cluster.network.proxies.synced(source.node)

    def routes_written(self, machine: str) -> None:
        """The network plugin on a machine has written its node's routes to the Pods of other nodes."""
        cluster, source = self._caller(machine)
        if cluster is not None and source.node:
            cluster.network.paths.written(source.node)

    def host(self, machine: str) -> Host | None:
        """The node that a machine is, or on which a container's machine runs."""
        cluster, source = self._caller(machine)
        known = cluster is not None and cluster.nodes is not None and cluster.nodes.knows(source.node)
        return Host(cluster, source.node) if cluster is not None and known else None

    def hardware(self, machine: str) -> Hardware:
        """What a machine stands on: that of its node, or a workstation of its own."""
        host = self.host(machine)
        if host is None:
            row = self._machines.rows.get(machine)
            return SMALL._replace(booted=row["created"] if row is not None else 0)
        return hardware_of(host.kubelet, host.name)

    def door(self, machine: str, name: str) -> Host:
        """The node that a name or an address leads to from a machine; raises `NetworkFailure`."""
        address = self._address(machine, name)
        for cluster in self._clusters:
            node = cluster.nodes.named(address) if cluster.nodes is not None else ""
            if node:
                network, source = self._way_to(machine, address)
                (network or cluster.network).connect(source, address, SSH)
                return Host(cluster, node)
        raise TimedOut(address=address, port=SSH)

    # Names.

    def resolve(self, machine: str, name: str, kind: str = "A") -> list[Record]:
        """Look a name up as the machine's resolver does: hosts file, search list, name servers."""
        if machine == INTERNET:
            return resolver.with_aliases("", name, kind, lambda _, one, what: self.public(one, what))
        files = self._machines.files(machine)
        known = resolver.settings(files)
        if is_address(name):
            if kind == "PTR":
                return resolver.ask_servers(resolver.reversed_name(name), kind, known, self._asking(machine))
            return [Record(name, "A", name, 0)]
        found = resolver.from_hosts(files, name) if kind == "A" else []
        return found or resolver.look_up(name, kind, known, self._asking(machine))

    def query(self, machine: str, server: str, name: str, kind: str) -> list[Record]:
        """Ask one name server for one full name, as `dig` does."""
        return resolver.with_aliases(server, name, kind, self._asking(machine))

    def _asking(self, machine: str) -> resolver.Ask:
        cluster, source = self._caller(machine)
        if cluster is None:
            return lambda server, name, kind: outside.ask(server, name, kind, self.public)
        network = cluster.network
        return lambda server, name, kind: network.names.ask(source, server, name, kind)

    def public(self, name: str, kind: str) -> list[Record]:
        """What public DNS says: the lab's few sites, and hosts that an Ingress or a Gateway with an address serves."""
        for cluster in self._clusters:
            address = cluster.network.names.published(name)
            if address:
                return [Record(name, "A", address, outside.TTL)] if kind == "A" else []
        return outside.answer(name, kind)

    # Connections.

    def request(self, machine: str, request: HttpRequest) -> HttpResponse:
        """Send an HTTP request from a machine; raises `NetworkFailure`."""
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if host in LOOPBACK:
            return self._loopback(machine, request, port)
        address = request.address or self._address(machine, host)
        cluster = self._api_server_at(machine, address, port)
        if cluster is not None:
            return self._api_over_http(cluster, request, address, self._caller(machine)[1].ip)
        network, source = self._way_to(machine, address)
        if network is not None:
            response = network.request(source, request, address, port, named=host)
            if response.stream is None or "cluster" in response.stream:
                return response
            return replace(response, stream={**response.stream, "cluster": self._name_of(network)})
        delay = self._leave(machine, address, port)
        response = outside.request(request, address, port)
        return replace(response, latency=response.latency + delay)

    def _address(self, machine: str, host: str) -> str:
        if is_address(host):
            return host
        addresses = [record.value for record in self.resolve(machine, host) if record.kind == "A"]
        if not addresses:
            raise NameNotFound(host, after=LOOKUP_TIME)
        return addresses[0]

    def _way_to(self, machine: str, address: str) -> "tuple[ClusterNetwork | None, Source]":
        """The network that carries a call to an address; None where it leads to the internet."""
        home, source = self._caller(machine)
        if not address.startswith(OWN_RANGES) and not any(one.network.ranges.is_own(address) for one in self._clusters):
            return None, source
        if home is not None:
            return home.network, source
        known = [cluster.network for cluster in self._clusters if cluster.network.knows(address)]
        first = [cluster.network for cluster in self._clusters[:1]]
        return next(iter([*known, *first]), None), source

    def _leave(self, machine: str, address: str, port: int) -> int:
        """A call that leaves for the internet: whether it may, and what its links add."""
        home, source = self._caller(machine)
        return home.network.leave_cluster(source, address, port) if home is not None else 0

    def _loopback(self, machine: str, request: HttpRequest, port: int) -> HttpResponse:
        space = self._space(machine)
        try:
            response = self._answered_within(space, port, replace(request, source="127.0.0.1", port=port))
        except Refused:
            kind = Reset if request.connection else Refused
            raise kind(after=LOOPBACK_TIME, address="127.0.0.1", port=port) from None
        if request.timeout and response.latency > request.timeout:
            raise NoAnswer(after=request.timeout, address="127.0.0.1", port=port)
        return replace(response, address="127.0.0.1", connection="127.0.0.1")

    def _answered_within(self, space: str, port: int, request: HttpRequest) -> HttpResponse:
        try:
            return self._machines.serve(space, port, request)
        except Refused:
            kubelet, node = self._node_of(space)
            if kubelet is None:
                raise
            return kubelet.daemons.answer(node, port, request, within=True)

    def _node_of(self, space: str) -> "tuple[Kubelet | None, str]":
        """The node whose own a port space is, by its kubelet."""
        for cluster in self._clusters:
            prefix = cluster.network.space_of_node("")
            if space.startswith(prefix) and cluster.kubelet is not None:
                return cluster.kubelet, space.removeprefix(prefix)
        return None, ""

    def _space(self, machine: str) -> str:
        row = self._machines.rows.get(machine)
        return row["network"] if row is not None else machine

    def exchange(
        self, machine: str, host: str, port: int, connection: bytes, payload: bytes, protocol: str = "TCP"
    ) -> tuple[bytes, bytes | None, int]:
        """Speak another protocol than HTTP with a program that listens somewhere; raises `NetworkFailure`."""
        if host in LOOPBACK:
            space = self._space(machine)
            return *self._machines.exchange(space, port, connection, payload, protocol), LOOPBACK_TIME
        address = self._address(machine, host)
        network, source = self._way_to(machine, address)
        if network is None:
            raise TimedOut(address=address, port=port)
        return network.exchange(source, address, port, connection, payload, protocol=protocol, named=host)

    def connect(self, machine: str, host: str, port: int, protocol: str = "TCP") -> tuple[str, int]:
        """Open and close a connection (port 0: an ICMP echo); raises `NetworkFailure`."""
        if host in LOOPBACK:
            if port != ECHO and not self._listens_within(self._space(machine), port, protocol):
                raise Refused(after=LOOPBACK_TIME, address="127.0.0.1", port=port)
            return "127.0.0.1", LOOPBACK_TIME
        address = self._address(machine, host)
        cluster = self._api_server_at(machine, address, port)
        if cluster is not None:
            self._answering(cluster, address, port)
            return address, HOP
        network, source = self._way_to(machine, address)
        if network is not None:
            return network.connect(source, address, port, protocol=protocol, named=host)
        delay = self._leave(machine, address, port)
        address, took = outside.connect(address, port)
        return address, took + delay

    def _listens_within(self, space: str, port: int, protocol: str) -> bool:
        if self._machines.listener(space, port, protocol) is not None:
            return True
        kubelet, node = self._node_of(space)
        return kubelet is not None and protocol == "TCP" and kubelet.daemons.listens(node, port, within=True)

    def hops(self, machine: str, address: str) -> list[str]:
        """The machines that packets to an address pass, the target last."""
        network, source = self._way_to(machine, address)
        if network is None:
            home, _ = self._caller(machine)
            inside = [gateway(source.ip)] if home is not None and home.network.ranges.is_pod(source.ip) else []
            return [*inside, "10.0.0.1", "", "", address]
        return network.paths.hops(source, address)

    def routes(self, machine: str) -> list[tuple[str, str, str]]:
        """The routing table: (network or `default`, gateway or "", device)."""
        cluster, source = self._caller(machine)
        first = gateway(source.ip)
        if cluster is None or not source.node or source.ip != cluster.network.address_of(source.node):
            return [("default", first, "eth0"), (f"{first.rpartition('.')[0]}.0/24", "", "eth0")]
        return [("default", first, "eth0"), (f"{first.rpartition('.')[0]}.0/24", "", "eth0"),
                *cluster.network.paths.pod_routes(source.node)]  # fmt: skip

    # API servers.

    def _api_server_at(self, machine: str, address: str, port: int) -> "Cluster | None":
        """The cluster whose API server is at an address, as the machine reaches it."""
        home, source = self._caller(machine)
        if home is not None and (port == 443 or port == API_PORT) and home.network.leads_to_api(source, address, port):
            return home
        for cluster in self._clusters:
            if cluster is not home and port == API_PORT and address in cluster.network.api:
                return cluster
        return None

    @staticmethod
    def _answering(cluster: "Cluster", address: str, port: int) -> Release:
        """Of which release the API server is that answers at an address; raises `Refused` where none does."""
        control_plane = cluster.control_plane
        node = control_plane.answering(address) if control_plane is not None else ""
        if node is None or not cluster.is_serving:
            raise Refused(after=HOP, address=address, port=port)
        at = control_plane.releases.at(node) if control_plane is not None and node else None
        return cluster.release if at is None else at

    def _api_over_http(self, cluster: "Cluster", request: HttpRequest, address: str, source: str) -> HttpResponse:
        """Plain HTTP clients such as curl, speaking to the API server."""
        release = self._answering(cluster, address, API_PORT)
        parts = urlsplit(request.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {name: value for name, value in request.headers.items() if name not in (CERTIFICATE, HELD)}
        if request.certificate:
            headers[CERTIFICATE] = request.certificate
        if request.held is not None and request.method not in ("GET", "HEAD"):
            headers[HELD] = request.held
        asked = Request.to(request.method, path, headers=headers, body=request.body, source=source)
        answer = cluster.server.handle_as(release, cluster.authenticate(asked, otherwise=ANONYMOUS))
        if request.timeout and answer.latency > request.timeout:
            raise NoAnswer(after=request.timeout, address=address, port=API_PORT)
        if answer.status == 102:
            return HttpResponse(102, latency=answer.latency, address=address, held=answer.headers[HELD])
        body, took = encoded(answer), HOP + answer.latency
        headers = {**answer.headers, "content-type": answer.content_type}
        if answer.stream is not None and request.follows:
            more = {**answer.stream, "cluster": cluster.spec.name}
            return HttpResponse(answer.status, headers, body, latency=took, address=address, stream=more)
        headers["content-length"] = str(len(body))
        return HttpResponse(answer.status, headers, body, latency=took, address=address)

    def call_api(self, machine: str, url: str, request: Request) -> Response:
        """A request of kubectl or another API client to the server at a URL; raises `NetworkFailure`."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if host in LOOPBACK:
            raise Refused(address="127.0.0.1", port=port)
        address = self._address(machine, host)
        cluster = self._api_server_at(machine, address, port)
        if cluster is None:
            self._not_there(machine, address, port)
            raise Refused(address=address, port=port)
        trouble = cluster.control_plane.certificate_trouble(address, host) if cluster.control_plane is not None else ""
        if trouble:
            raise BadCertificate(trouble, address=address, port=port)
        release = self._answering(cluster, address, port)
        if parts.path not in ("", "/"):
            request = replace(request, path=parts.path.rstrip("/") + request.path)
        request = replace(request, source=self._caller(machine)[1].ip)
        answer = cluster.server.handle_as(release, cluster.authenticate(request, otherwise=ANONYMOUS))
        if answer.stream is not None:
            answer = replace(answer, stream={**answer.stream, "cluster": cluster.spec.name})
        return answer

    def _not_there(self, machine: str, address: str, port: int) -> None:
        """Say what becomes of a connection to an address where no API server is, or to another port of one."""
        if any(address == cluster.api_address for cluster in self._clusters):
            raise Refused(address=address, port=port)
        network, source = self._way_to(machine, address)
        if network is None:
            raise TimedOut(address=address, port=port)
        try:
            network.connect(source, address, port)
        except NetworkFailure as failure:
            raise type(failure)(address=address, port=port, after=failure.after) from None

    def poll(self, machine: str, stream: Stream) -> Polled:
        polled = self._cluster_of(stream).server.poll(stream)
        if polled.stream is not None and "cluster" not in polled.stream:
            return Polled(polled.chunks, {**polled.stream, "cluster": stream["cluster"]})
        return polled

    def hang_up(self, machine: str, stream: Stream) -> None:
        self._cluster_of(stream).server.hang_up(stream)

    def send(self, machine: str, stream: Stream, channel: int, payload: bytes) -> Stream:
        sent = self._cluster_of(stream).server.send(stream, channel, payload)
        return {**sent, "cluster": stream["cluster"]}

    def _name_of(self, network: "ClusterNetwork") -> str:
        return next(cluster.spec.name for cluster in self._clusters if cluster.network is network)

    def _cluster_of(self, stream: Stream) -> "Cluster":
        for cluster in self._clusters:
            if cluster.spec.name == stream["cluster"]:
                return cluster
        raise Unreachable(stream["cluster"])

"""One cluster's network: the way of a connection from whoever calls to whoever listens.

Upstream: pkg/proxy/iptables, CNI host-local, k8s.io/api/networking/v1
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from simulator.api.client import Client
from simulator.api.requests import Polled, Stream
from simulator.kernel.clock import SECOND
from simulator.kernel.component import Change, Component, Kernel
from simulator.machinery.objects import Object, key_of
from simulator.network import hosts, outside
from simulator.network.addresses import Addresses
from simulator.network.binding import takes
from simulator.network.certificates import trouble
from simulator.network.dns import ADDRESS, DOMAIN, ClusterDNS, resolver_file
from simulator.network.links import OUTSIDE, Links
from simulator.network.names import Names
from simulator.network.parties import Source, Target, Way
from simulator.network.paths import Paths
from simulator.network.policies import POLICIES, Policies
from simulator.network.proxies import HOP, Proxies
from simulator.network.ranges import Ranges
from simulator.network.routing import ECHO, Router
from simulator.network.services import SLICES, ServiceRules
from simulator.network.trace import Trace
from simulator.runtime.machines import Machines
from simulator.runtime.network import (
    BadCertificate,
    Certificate,
    HttpRequest,
    HttpResponse,
    NetworkFailure,
    NoAnswer,
    NotEncrypted,
    Record,
    Refused,
    Reset,
    TimedOut,
    Unreachable,
)

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

NO_NEIGHBOUR = 3 * SECOND
"""How long a host looks for a neighbour that does not answer before it says that there is no route to it."""
API_PORT = 6443
API_SERVICE = ("default", "kubernetes")
LOOPBACK = ("127.0.0.1", "localhost")


class ClusterNetwork(Component):
    """Where a connection to an address ends, and what decides on the way.

    Tables: those of `Addresses`, `Proxies`, `Links` and `Trace`.
    """

    name = "network"
    watches = ("services", SLICES, POLICIES)

    def __init__(self, kernel: Kernel, client: Client, machines: Machines, *, enforces: bool = True) -> None:
        super().__init__(kernel)
        self.client = client
        self.machines = machines
        self.addresses = Addresses(self)
        self.ranges = Ranges(self)
        self.rules = ServiceRules(lambda: client.rows("services"), lambda: client.rows(SLICES))
        self.proxies = Proxies(self, self.rules)
        self.policies = Policies(client)
        self.router = Router(self, enforces=enforces)
        self.links = Links(kernel, self.table("links"))
        self.trace = Trace(self)
        self.names = Names(self)
        self.paths = Paths(self)
        self.dns = ClusterDNS(client, self.rules)
        self.kubelet: Kubelet | None = None
        self.api: tuple[str, ...] = ()
        """Where API servers listen: their own addresses, and that of a load balancer in front of them."""
        self.public: Callable[[str, str], list[Record]] = outside.answer
        """What public DNS says; the world knows more than one cluster does."""
        self._nodes: dict[str, str] = {}

    def observe(self, change: Change) -> None:
        """What was worked out from these objects no longer holds."""
        if change.resource == POLICIES:
            self.policies.observe(change)
            return
        self.proxies.observe(change)
        self.rules.observe(change)
        if change.type == "DELETED" and change.resource == "services":
            self.proxies.forget(change.object)

    # Addresses.

    def join(self, pod: Object) -> str:
        """Give a Pod an address of its node's range."""
        node = pod["spec"]["nodeName"]
        return self.addresses.join(pod, self.block(node))

    def block(self, node: str) -> str:
        """The piece of the network that a node has for its Pods, as its Node says."""
        known = self.client.get("nodes", "", node)
        found: str = known["spec"].get("podCIDR", "") if known is not None else ""
        return found or self.ranges.block(self.kubelet.nodes.number(node) if self.kubelet is not None else 0)

    def leave(self, ip: str, uid: str) -> None:
        """A Pod is gone; its address may be given again."""
        self.addresses.leave(ip, uid)

    def pod_at(self, ip: str) -> Object | None:
        """The Pod that has an address of its own."""
        uid = self.addresses.owners.rows.get(ip)
        row = self.kubelet.pods.rows.get(uid) if uid is not None and self.kubelet is not None else None
        return None if row is None else self.client.get("pods", row["namespace"], row["name"])

    def node_at(self, ip: str) -> str:
        """The node that has an address; "" when none has."""
        if self.kubelet is None:
            return ""
        nodes = self.kubelet.nodes
        if len(self._nodes) != nodes.count:  # a node keeps its address as long as it is there
            self._nodes = {nodes.address(name): name for name in nodes.names()}
        return self._nodes.get(ip, "")

    def space_of_node(self, node: str) -> str:
        """The port space of a node, which Pods on the host network share."""
        return f"{self.kernel.scope}node/{node}"

    def resolver_file(self, pod: Object) -> str:
        """`/etc/resolv.conf` of a Pod. Upstream: pkg/kubelet/network/dns"""
        return resolver_file(pod, *self.naming(pod["spec"].get("nodeName", "")))

    def naming(self, node: str) -> tuple[list[str], str]:
        """Where Pods of a node find their DNS servers, and the cluster's domain, as the kubelet there is configured."""
        known = self.kubelet is not None and self.kubelet.nodes.knows(node)
        settings = self.kubelet.nodes.settings(node) if known and self.kubelet is not None else {}
        if "apiVersion" not in settings:
            return [ADDRESS], DOMAIN  # nobody has changed what kubeadm wrote
        return list(settings.get("clusterDNS") or ()), str(settings.get("clusterDomain") or "")

    # Connections.

    def request(self, source: Source, request: HttpRequest, address: str, port: int, named: str = "") -> HttpResponse:
        """Send an HTTP request to an address (which a name led to); raises `NetworkFailure`."""
        way = Way.begin(source, address, port, "TCP", named)
        try:
            target, space, delay = self.arrive(way, request.connection)
            response = self._deliver(space, target, request)
            took = response.latency + HOP + delay
            if request.timeout and took > request.timeout:
                raise NoAnswer(after=request.timeout, address=address, port=target.port)
        except NetworkFailure as failure:
            self.trace.failed(way, failure)
            raise
        asked = request.url.partition("://")[2].partition("/")[2]
        self.trace.add(way, str(response.status), took, asked=f"{request.method} /{asked}")
        connection = f"{target.ip} {target.port} {target.source_ip}"
        server = response.server or space
        stream = response.stream
        if stream is not None and "through" not in stream:
            stream = (
                {"type": "answer", "space": space, "port": target.port, "then": stream} if request.follows else None
            )
        return replace(response, latency=took, address=address, server=server, connection=connection, stream=stream)

    def more(self, stream: Stream) -> Polled:
        """What is new in an answer that goes on; a server that is gone has closed the connection."""
        try:
            polled = self.machines.more(stream["space"], stream["port"], stream["then"])
        except (Refused, Reset):
            return Polled([], None)
        return polled if polled.stream is None else Polled(polled.chunks, {**stream, "then": polled.stream})

    def _deliver(self, space: str, target: Target, request: HttpRequest) -> HttpResponse:
        """Hand a request to whoever listens behind an address."""
        try:
            shown = self._handshake(space, target, request) if request.url.startswith("https:") else None
            arrived = replace(request, source=target.source_ip, port=target.port)
            response = self.machines.serve(space, target.port, arrived)
            return replace(response, certificate=shown) if shown is not None else response
        except Refused:
            node = self.node_at(target.ip)
            health = self.proxies.health(node, target.port) if node else None
            if health is not None:
                return health
            if node and self.kubelet is not None and self.kubelet.daemons.listens(node, target.port):
                return self.kubelet.daemons.answer(node, target.port, request)
            if request.connection:
                raise Reset(after=HOP, address=target.ip, port=target.port) from None
            raise Refused(after=HOP, address=target.ip, port=target.port) from None

    def _handshake(self, space: str, target: Target, request: HttpRequest) -> Certificate:
        """Begin TLS: the server's certificate; raises `NotEncrypted`, or `BadCertificate` with what is wrong."""
        host = urlsplit(request.url).hostname or ""
        shown = self.machines.certificate(space, target.port, host)
        if shown is None:
            raise NotEncrypted(after=HOP, address=target.ip, port=target.port)
        problem = "" if request.insecure else trouble(shown, host, request.trusts, self.clock.now)
        if problem:
            failure = BadCertificate(problem, after=2 * HOP, address=target.ip, port=target.port)
            failure.certificate = shown
            raise failure
        return shown

    def connect(
        self,
        source: Source,
        address: str,
        port: int,
        timeout: int = 0,
        *,
        protocol: str = "TCP",
        named: str = "",
        traced: bool = True,
    ) -> tuple[str, int]:
        """Open a connection and close it again: who answered and how long it took."""
        way = Way.begin(source, address, port, protocol if port != ECHO else "ICMP", named)
        try:
            target, space, delay = self.arrive(way, "")
            if port != ECHO and not self._listens(space, target, protocol):
                raise Refused(after=HOP, address=address, port=target.port)
            if timeout and delay > timeout:
                raise TimedOut(after=timeout, address=address, port=port)
        except NetworkFailure as failure:
            if traced:
                self.trace.failed(way, failure)
            raise
        took = HOP + delay if port != ECHO else HOP // 4 + delay
        if traced:
            self.trace.add(way, "connected" if port != ECHO else "echo", took)
        return address, took

    def _listens(self, space: str, target: Target, protocol: str) -> bool:
        if self.machines.listener(space, target.port, protocol) is not None:
            return True
        node = self.node_at(target.ip) if protocol == "TCP" else ""
        if not node or self.kubelet is None:
            return False
        daemons = self.kubelet.daemons
        return daemons.listens(node, target.port) or self.proxies.health(node, target.port) is not None

    def exchange(
        self,
        source: Source,
        address: str,
        port: int,
        connection: bytes,
        payload: bytes,
        *,
        protocol: str = "TCP",
        named: str = "",
    ) -> tuple[bytes, bytes | None, int]:
        """Speak another protocol than HTTP with whoever listens there.

        What is remembered of a connection begins with where it leads: it stays with its backend.
        """
        way = Way.begin(source, address, port, protocol, named)
        kept, _, inner = connection.partition(b"\n")
        try:
            target, space, delay = self.arrive(way, kept.decode())
            reply, left = self.machines.exchange(space, target.port, inner, payload, protocol, target.source_ip)
        except Refused:
            failure = (Reset if kept else Refused)(after=HOP, address=address, port=port)
            self.trace.failed(way, failure)
            raise failure from None
        except NetworkFailure as failure:
            self.trace.failed(way, failure)
            raise
        if not kept:
            self.trace.add(way, "connected", HOP + delay)
        head = f"{target.ip} {target.port} {target.source_ip}\n".encode()
        return reply, None if left is None else head + left, HOP + delay

    def arrive(self, way: Way, connection: str) -> tuple[Target, str, int]:
        """Where a connection ends (one that stands stays where it was), its port space, and the delay of its links."""
        if connection:
            ip, port, seen = connection.split(" ")
            target = Target(ip, int(port), seen)
        else:
            target = self.router.route(way)
        space = self._space(target)
        self._check_binding(space, target.ip, target.port, way.protocol)
        home = self.home_of(target.ip)
        name = way.source.node or self.node_at(way.source.ip) or OUTSIDE
        cross = self.links.cross if way.port != ECHO else self._echo
        delay = cross(name, home or OUTSIDE, way.address, way.port)
        way.hops.append(("arrived", self.trace.who(target.ip)))
        return target, space, delay

    def _check_binding(self, space: str, address: str, port: int, protocol: str = "TCP") -> None:
        """Raises `Refused` where whoever listens on the port does so at another address of the machine."""
        holder = self.machines.listener(space, port, protocol)
        row = self.machines.processes.get(holder) if holder is not None else None
        if row is not None and not takes(row, address, port):
            raise Refused(after=HOP, address=address, port=port)

    def _echo(self, one: str, other: str, address: str, port: int) -> int:
        return self.links.echo(one, other, address)

    def home_of(self, ip: str) -> str:
        """The node on which an address is."""
        uid = self.addresses.owners.rows.get(ip)
        if uid is None:
            return self.node_at(ip)
        row = self.kubelet.pods.rows.get(uid) if self.kubelet is not None else None
        return row["node"] if row is not None else ""

    def leave_cluster(self, source: Source, address: str, port: int, protocol: str = "TCP") -> int:
        """Whether a Pod may call somebody outside, and what its links add; raises `TimedOut`."""
        way = Way(source, address, port, protocol if port != ECHO else "ICMP")
        try:
            target = Target(address, port, source.ip)
            self.paths.carry(way, target)
            self.router.enforce(way, target)
            node = source.node or self.node_at(source.ip)
            return self.links.cross(node, OUTSIDE, address, port) if node else 0
        except NetworkFailure as failure:
            self.trace.failed(way, failure)
            raise

    def _space(self, target: Target) -> str:
        """The port space behind an address; raises where packets get lost."""
        uid = self.addresses.owners.rows.get(target.ip)
        node = self.home_of(target.ip)
        if node and not self.is_up(node):
            raise TimedOut(address=target.ip, port=target.port)
        if uid is not None:
            return f"{self.kernel.scope}pod/{uid}"
        if node:
            return self.space_of_node(node)
        if hosts.machine_of(target.ip) in self.machines.rows:
            return hosts.machine_of(target.ip)
        if self.ranges.is_pod(target.ip):
            raise Unreachable(after=NO_NEIGHBOUR, address=target.ip, port=target.port)
        raise TimedOut(address=target.ip, port=target.port)

    def is_up(self, node: str) -> bool:
        """Whether a node is switched on."""
        return self.kubelet is None or bool(self.kubelet.nodes.row(node)["power"])

    def address_of(self, node: str) -> str:
        return self.kubelet.nodes.address(node) if node and self.kubelet is not None else ""

    def lost(self, node: str) -> None:
        """A node has lost power, and its kernel whatever rules and routes somebody had written."""
        self.proxies.lost(node)
        self.paths.lost(node)

    def knows(self, address: str) -> bool:
        """Whether an address is this cluster's, as somebody outside sees it."""
        return bool(self.node_at(address)) or self.rules.service_at(address) is not None

    def leads_to_api(self, source: Source, address: str, port: int) -> bool:
        """Whether a connection from within the cluster ends at the API server; raises `NetworkFailure`."""
        service = self.rules.service_at(address)
        if (service is None or key_of(service) != API_SERVICE) and not self._is_api(address, port):
            return False
        way = Way(source, address, port, "TCP")
        try:
            target = self.router.route(way)
        except NetworkFailure as failure:
            self.trace.failed(way, failure)
            raise
        return self._is_api(target.ip, target.port)

    def _is_api(self, address: str, port: int) -> bool:
        return port == API_PORT and address in self.api

    def source_of(self, machine: str) -> Source:
        """Where a container of this cluster calls from."""
        uid = machine.removeprefix(f"{self.kernel.scope}pod/").split("/")[0]
        row = self.kubelet.pods.get(uid) if self.kubelet is not None else None
        return Source(row["ip"], row["node"]) if row is not None else Source("")

    # The kubelet's own calls.

    def probe_http(self, node: str, uid: str, host: str, port: int, request: HttpRequest) -> HttpResponse:
        """An HTTP request of a node's kubelet: straight into the Pod, unless the probe names another host."""
        if host in LOOPBACK or host == self.address_of(node):
            self._check_binding(self.space_of_node(node), "127.0.0.1" if host in LOOPBACK else host, port)
            return self.machines.serve(self.space_of_node(node), port, request)
        if self.addresses.owners.rows.get(host) != uid:
            return self.request(Source(self.address_of(node), node), request, host, port)
        response = self.machines.serve(f"{self.kernel.scope}pod/{uid}", port, request)
        if response.latency + HOP > request.timeout:
            raise NoAnswer(after=request.timeout, address=host, port=port)
        return response

    def probe_connect(self, node: str, host: str, port: int, timeout: int) -> None:
        """A TCP connection of a node's kubelet."""
        if host in LOOPBACK and self.machines.listener(self.space_of_node(node), port) is None:
            raise Refused(address=host, port=port)
        if host in LOOPBACK:
            return
        self.connect(Source(self.address_of(node), node), host, port, timeout, traced=False)

    def probe_health(self, node: str, host: str, port: int, timeout: int, service: str) -> str | None:
        """What a server answers to the gRPC health check of a node's kubelet; None where it speaks no gRPC."""
        self.probe_connect(node, host, port, timeout)
        if host in LOOPBACK:
            return self.machines.grpc_health(self.space_of_node(node), port, service)
        target, space, _ = self.arrive(Way.begin(Source(self.address_of(node), node), host, port, "TCP", ""), "")
        return self.machines.grpc_health(space, target.port, service)

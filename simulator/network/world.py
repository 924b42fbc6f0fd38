"""What the programs of any machine may ask of the world: names, connections, API servers. Upstream: resolv.conf(5)"""

from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from simulator.api.requests import ANONYMOUS, Polled, Request, Response, Stream
from simulator.network import outside
from simulator.network.cluster import ECHO, HOP, Source
from simulator.runtime.machines import Machines
from simulator.runtime.network import (
    HttpRequest,
    HttpResponse,
    NameNotFound,
    Record,
    Refused,
    TimedOut,
    Unreachable,
)

if TYPE_CHECKING:
    from simulator.cluster import Cluster

WORKSTATION_IP = "10.0.0.5"
API_PORT = 6443
LOOKUP_TIME = 800


class WorldNetwork:
    """Finds out from which cluster and Pod a machine calls, and carries the call there."""

    def __init__(self) -> None:
        self._clusters: list[Cluster] = []
        self._machines: Machines

    def connect_clusters(self, clusters: "list[Cluster]", machines: Machines) -> None:
        """Wire up what came to be after this."""
        self._clusters = clusters
        self._machines = machines

    # Who calls.

    def _home(self, machine: str) -> "tuple[Cluster | None, str]":
        """The cluster and Pod uid of a container's machine; (None, "") for the workstation."""
        for cluster in self._clusters:
            prefix = f"{cluster.kernel.scope}pod/"
            if machine.startswith(prefix):
                return cluster, machine.removeprefix(prefix).split("/")[0]
        return None, ""

    def _source(self, machine: str) -> Source:
        cluster, uid = self._home(machine)
        if cluster is None or cluster.kubelet is None:
            return Source(WORKSTATION_IP)
        row = cluster.kubelet.pods.get(uid)
        if row is None:
            return Source(WORKSTATION_IP)
        return Source(row["ip"], row["node"])

    def addresses(self, machine: str) -> list[str]:
        return [self._source(machine).ip, "127.0.0.1"]

    # Names.

    def resolve(self, machine: str, name: str, kind: str = "A") -> list[Record]:
        """Look a name up as the machine's resolver does: hosts file, search list, name servers."""
        if is_address(name):
            if kind == "PTR":
                return self._ask(machine, name, kind)
            return [Record(name, "A", name, 0)]
        found = self._from_hosts(machine, name)
        if found:
            return found
        for candidate in self._candidates(machine, name):
            try:
                records = self._ask(machine, candidate, kind)
            except NameNotFound:
                continue
            return self._follow(machine, records, kind)
        raise NameNotFound(name, after=LOOKUP_TIME)

    def _follow(self, machine: str, records: list[Record], kind: str) -> list[Record]:
        if kind == "A" and records and records[-1].kind == "CNAME":
            try:
                return records + self._ask(machine, records[-1].value, kind)
            except NameNotFound:
                return records
        return records

    def _from_hosts(self, machine: str, name: str) -> list[Record]:
        node = self._machines.files(machine).find("/etc/hosts")
        if node is None:
            return []
        found = []
        for line in node["content"].decode("utf-8", "replace").splitlines():
            words = line.split("#")[0].split()
            if name in words[1:] and "." in words[0]:
                found.append(Record(name, "A", words[0], 0))
        return found

    def _candidates(self, machine: str, name: str) -> list[str]:
        if name.endswith("."):
            return [name.rstrip(".")]
        searches: list[str] = []
        ndots = 1
        for words in self._resolver_lines(machine):
            if words[0] == "search":
                searches = words[1:]
            elif words[0] == "options":
                ndots = next((int(word[6:]) for word in words if word.startswith("ndots:")), ndots)
        listed = [f"{name}.{domain}" for domain in searches]
        return [name, *listed] if name.count(".") >= ndots else [*listed, name]

    def _resolver_lines(self, machine: str) -> list[list[str]]:
        node = self._machines.files(machine).find("/etc/resolv.conf")
        text = node["content"].decode("utf-8", "replace") if node is not None else ""
        return [words for line in text.splitlines() if len(words := line.split()) > 1]

    def _ask(self, machine: str, name: str, kind: str) -> list[Record]:
        """Ask the first name server of the machine."""
        cluster, _ = self._home(machine)
        if cluster is None:
            return outside.answer(name, kind)
        server = next((words[1] for words in self._resolver_lines(machine) if words[0] == "nameserver"), "")
        return cluster.network.ask(self._source(machine), server, name, kind)

    # Connections.

    def request(self, machine: str, request: HttpRequest) -> HttpResponse:
        """Send an HTTP request from a machine; raises `NetworkFailure`."""
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if host in ("localhost", "127.0.0.1"):
            return self._loopback(machine, request, port)
        address = host if is_address(host) else self._address(machine, host)
        cluster = self._api_server_at(machine, address, port)
        if cluster is not None:
            return self._api_over_http(cluster, request, address)
        home, _ = self._home(machine)
        for candidate in [home] if home is not None else self._clusters:
            if candidate is not None and is_inside(address):
                return candidate.network.request(self._source(machine), request, address, port)
        return outside.request(request, address, port)

    def _address(self, machine: str, host: str) -> str:
        records = self.resolve(machine, host)
        addresses = [record.value for record in records if record.kind == "A"]
        if not addresses:
            raise NameNotFound(host, after=LOOKUP_TIME)
        return addresses[0]

    def _loopback(self, machine: str, request: HttpRequest, port: int) -> HttpResponse:
        network = self._machines.machine(machine)["network"]
        try:
            response = self._machines.serve(network, port, replace(request, source="127.0.0.1"))
        except Refused:
            raise Refused(after=100, address="127.0.0.1", port=port) from None
        return replace(response, address="127.0.0.1")

    def exchange(
        self, machine: str, host: str, port: int, connection: bytes, payload: bytes
    ) -> tuple[bytes, bytes | None, int]:
        """Speak another protocol than HTTP with a program that listens somewhere; raises `NetworkFailure`."""
        if host in ("localhost", "127.0.0.1"):
            network = self._machines.machine(machine)["network"]
            return *self._machines.exchange(network, port, connection, payload), 100
        address = host if is_address(host) else self._address(machine, host)
        home, _ = self._home(machine)
        for candidate in [home] if home is not None else self._clusters:
            if candidate is not None and is_inside(address):
                return candidate.network.exchange(self._source(machine), address, port, connection, payload)
        raise TimedOut(address=address, port=port)

    def connect(self, machine: str, host: str, port: int) -> tuple[str, int]:
        """Open and close a TCP connection (port 0: an ICMP echo); raises `NetworkFailure`."""
        if host in ("localhost", "127.0.0.1"):
            network = self._machines.machine(machine)["network"]
            if port != ECHO and self._machines.listener(network, port) is None:
                raise Refused(after=100, address="127.0.0.1", port=port)
            return "127.0.0.1", 100
        address = host if is_address(host) else self._address(machine, host)
        if self._api_server_at(machine, address, port) is not None:
            return address, HOP
        home, _ = self._home(machine)
        for candidate in [home] if home is not None else self._clusters:
            if candidate is not None and is_inside(address):
                return address, candidate.network.connect(self._source(machine), address, port)[1]
        return outside.connect(address, port)

    # API servers.

    def _api_server_at(self, machine: str, address: str, port: int) -> "Cluster | None":
        home, _ = self._home(machine)
        for cluster in self._clusters:
            if address == cluster.api_address and port == API_PORT:
                return cluster
        if home is not None:
            service = home.store.get("services", ("default", "kubernetes"))
            if service is not None and address == service["spec"].get("clusterIP") and port == 443:
                return home
        return None

    def _api_over_http(self, cluster: "Cluster", request: HttpRequest, address: str) -> HttpResponse:
        """Plain HTTP clients such as curl, speaking to the API server."""
        parts = urlsplit(request.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        asked = Request.to(request.method, path, headers=dict(request.headers), body=request.body)
        answer = cluster.server.handle(cluster.authenticate(asked, otherwise=ANONYMOUS))
        body = encoded(answer)
        headers = {**answer.headers, "content-type": answer.content_type, "content-length": str(len(body))}
        return HttpResponse(answer.status, headers, body, latency=HOP, address=address)

    def call_api(self, machine: str, url: str, request: Request) -> Response:
        """A request of kubectl or another API client to the server at a URL; raises `NetworkFailure`."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = host if is_address(host) else self._address(machine, host)
        cluster = self._api_server_at(machine, address, port)
        if cluster is None:
            if host in ("localhost", "127.0.0.1") or is_inside(address):
                raise Refused(address=address, port=port)
            raise TimedOut(address=address, port=port)
        if not cluster.is_serving:
            raise Refused(address=address, port=port)
        if parts.path not in ("", "/"):
            request = replace(request, path=parts.path.rstrip("/") + request.path)
        answer = cluster.server.handle(cluster.authenticate(request, otherwise=ANONYMOUS))
        if answer.stream is not None:
            answer = replace(answer, stream={**answer.stream, "cluster": cluster.spec.name})
        return answer

    def poll(self, machine: str, stream: Stream) -> Polled:
        polled = self._cluster_of(stream).server.poll(stream)
        if polled.stream is not None and "cluster" not in polled.stream:
            return Polled(polled.chunks, {**polled.stream, "cluster": stream["cluster"]})
        return polled

    def send(self, machine: str, stream: Stream, channel: int, payload: bytes) -> Stream:
        sent = self._cluster_of(stream).server.send(stream, channel, payload)
        return {**sent, "cluster": stream["cluster"]}

    def _cluster_of(self, stream: Stream) -> "Cluster":
        for cluster in self._clusters:
            if cluster.spec.name == stream["cluster"]:
                return cluster
        raise Unreachable(stream["cluster"])


def is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_inside(address: str) -> bool:
    """Whether an address belongs to a cluster or its machines rather than to the internet."""
    return address.startswith(("10.", "203.0.113.", "192.168.", "172.16.", "192.0.2."))


def encoded(response: Response) -> bytes:
    """A response's body as bytes on the wire."""
    if isinstance(response.body, dict):
        return orjson.dumps(response.body) + b"\n"
    return response.body.encode() if isinstance(response.body, str) else response.body

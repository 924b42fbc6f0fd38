"""What the components of a cluster read from its API server, told to the audit log where its policy wants that.

Upstream: client-go/tools/{cache/reflector.go,leaderelection}, pkg/kubelet/kubelet_node_status.go,
component-helpers/apimachinery/lease

Whoever holds a lease renews it without looking; those look that wait for it, take it over, or have lost sight of it.

Components here look at what is stored without asking anybody. Where nobody wants to be told, nothing of this happens.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from simulator.api.requests import User
from simulator.apiserver.audit.identities import COMMIT, ELECTION, user_of
from simulator.apiserver.audit.policy import decide
from simulator.apiserver.routes import Route
from simulator.kernel.clock import MINUTE, SECOND
from simulator.kernel.component import Component
from simulator.resources.resource import Resource

if TYPE_CHECKING:
    from simulator.cluster import Cluster

SHORTEST: Final = 5 * MINUTE
"""How long a watch lasts at the least; at the most it is twice as long."""
LOOK: Final = 30 * SECOND
NODE_STATUS: Final = 10 * SECOND
NODES: Final = "system:nodes"
RETRY: Final = 2 * SECOND
JITTER: Final = 12 * RETRY // 10
"""How often an instance that waits looks at the lease, and by how much later it may be."""
LEASES: Final = "leases.coordination.k8s.io"
NODE_LEASES: Final = "kube-node-lease"
STREAMING: Final = 35
"""Since this minor release a watch begins with what there is, and no list is asked for before it."""
PROGRAMS: Final = {
    "kube-controller-manager": ("system:kube-controller-manager", "shared-informers"),
    "kube-scheduler": ("system:kube-scheduler", "scheduler"),
}
OF_KUBELETS: Final = (("pods", "spec.nodeName"), ("nodes", "metadata.name"), ("services", ""))
OF_PROXIES: Final = ("services", "endpointslices.discovery.k8s.io", "nodes")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who watches a resource."""

    user: User
    agent: str
    source: str
    resource: str
    fields: str = ""
    namespace: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.user.name, self.source, self.resource


class Reads(Component):
    """Tables: `watches`, reader → (number and moment of the entry that told of its beginning, when it ends); `round`,
    how often an API server has begun."""

    name = "audit-reads"
    process = ""

    def __init__(self, cluster: "Cluster") -> None:
        super().__init__(cluster.kernel)
        self._cluster = cluster
        self._watches = self.table("watches")
        self._round = self.table("round")

    def begin(self) -> None:
        """An API server has begun: all have to open their watches anew."""
        number = (self._round.get("number") or 0) + 1
        self._watches.clear()
        if self._cluster.server.audit.policy() is None:
            return
        self._round.put("number", number)
        if any(self._wants("watch", reader) or self._wants("list", reader) for reader in self._readers()):
            self.later(SECOND, "look", number)
        if any(self._wants("get", reader) for reader in self._readers() if reader.fields.startswith("metadata.name")):
            self.later(NODE_STATUS, "ask", number)
        for reader in self._readers():
            if reader.resource == "nodes" and reader.user.groups[0] == NODES:
                self._note("get", replace(reader, resource=LEASES, namespace=NODE_LEASES), {"timeout": "10s"})
        if any(self._wants("get", reader) for program in PROGRAMS for reader in self._waiting(program)):
            self.later(RETRY, "stand_by", number)

    def stand_by(self, number: int) -> None:
        """Each instance that waits to act looks whether the lease of its program has run out."""
        if number != self._round.get("number"):
            return
        for program in PROGRAMS if self._cluster.is_serving else ():
            for reader in self._waiting(program):
                self._note("get", reader, {"timeout": "5s"})
        self.later(RETRY + self.random.below("stand by", JITTER), "stand_by", number)

    def tells_of_renewals(self, program: str, node: str) -> bool:
        """Whether the log wants to know of each time that a program's lease is renewed."""
        return self._cluster.server.audit.policy() is not None and self._wants("update", self._candidate(program, node))

    def take_over(self, program: str, node: str, *, there: bool) -> None:
        """An instance looks at the lease before it takes it."""
        if self._cluster.server.audit.policy() is not None:
            reader = self._candidate(program, node)
            self._note("get", reader, {"timeout": "5s"}, 200 if there else 404)

    def _waiting(self, program: str) -> Iterator[Reader]:
        """The instances of a program that work and do not act."""
        plane = self._cluster.control_plane
        for node in plane.instances(program) if plane is not None else ():
            if plane is not None and node != plane.active.get(program):
                yield self._candidate(program, node)

    def _candidate(self, program: str, node: str) -> Reader:
        user, agent = user_of(program, node), f"{self._agent(program)}/{ELECTION}"
        nodes = self._cluster.nodes
        source = nodes.address(node) if nodes is not None else ""
        return Reader(user, agent, source, LEASES, f"metadata.name={program}", "kube-system")

    def _wants(self, verb: str, reader: Reader) -> bool:
        policy = self._cluster.server.audit.policy()
        return policy is not None and decide(policy, reader.user, self._route(verb, reader), "").level != "None"

    def look(self, number: int) -> None:
        """Open the watches that are not open, and those anew whose time is over."""
        if number != self._round.get("number"):
            return
        readers = {reader.key: reader for reader in self._readers() if self._cluster.is_serving}
        for key, (begun, until) in sorted(self._watches.rows.items()):
            if key not in readers or until <= self.clock.now:
                self._cluster.server.audit.ended(begun)
                self._watches.delete(key)
        for key, reader in readers.items():
            if key not in self._watches:
                self._open(reader)
        self.later(LOOK, "look", number)

    def _open(self, reader: Reader) -> None:
        seconds = SHORTEST // SECOND + self.random.below("watches", SHORTEST // SECOND)
        minor, revision = self._cluster.release.minor, self._cluster.store.revision
        first = {"allowWatchBookmarks": "true", **({"fieldSelector": reader.fields} if reader.fields else {})}
        if minor >= STREAMING:
            first |= {"resourceVersionMatch": "NotOlderThan", "sendInitialEvents": "true"}
        else:
            self._note("list", reader, {"limit": "500", "resourceVersion": "0"})
            first["resourceVersion"] = str(revision)
        span = f"{seconds // 60}m{seconds % 60}s"
        begun = self._note("watch", reader, {**first, "timeout": span, "timeoutSeconds": str(seconds), "watch": "true"})
        self._watches.put(reader.key, (begun, self.clock.now + seconds * SECOND))

    def ask(self, number: int) -> None:
        """Each kubelet looks at its node before it tells of its state."""
        if number != self._round.get("number"):
            return
        for reader in self._readers() if self._cluster.is_serving else ():
            if reader.resource == "nodes" and reader.fields and reader.user.groups[0] == NODES:
                self._note("get", reader, {"resourceVersion": "0", "timeout": "10s"})
        self.later(NODE_STATUS, "ask", number)

    def _note(self, verb: str, reader: Reader, query: dict[str, str], code: int = 200) -> tuple[int, int]:
        route = self._route(verb, reader)
        head = f"/apis/{route.group_version}" if route.group else f"/api/{route.version}"
        head += f"/namespaces/{route.namespace}" if route.namespace else ""
        url = f"{head}/{route.resource}" + (f"/{route.name}" if verb == "get" else "") + f"?{urlencode(query)}"
        audit, user = self._cluster.server.audit, reader.user
        return audit.read(route, user, agent=reader.agent, source=reader.source, url=url, code=code)

    def _route(self, verb: str, reader: Reader) -> Route:
        found: Resource = self._cluster.server.resource(reader.resource)
        name = reader.fields.partition("=")[2] if reader.fields.startswith("metadata.name=") else ""
        return Route(verb, found.group, found.versions[0], found.plural, reader.namespace, name)

    # Who reads.

    def _readers(self) -> Iterator[Reader]:
        """Everybody who runs now."""
        cluster = self._cluster
        if cluster.kubelet is None:
            return
        known = {resource.key for resource in cluster.server.resources() if "watch" in resource.verbs}
        source = cluster.api_addresses[0]
        for program, (name, rest) in PROGRAMS.items():
            user, agent = User(name, ("system:authenticated",)), f"{self._agent(program)}/{rest}"
            for resource in sorted(cluster.watched_by(program) & known):
                yield Reader(user, agent, source, resource)
        for node in cluster.kubelet.nodes.names():
            row = cluster.kubelet.nodes.row(node)
            if row["power"] and cluster.kubelet.nodes.is_reachable(node):
                yield from self._on_node(node, cluster.kubelet.nodes.address(node))

    def _on_node(self, node: str, address: str) -> Iterator[Reader]:
        kubelet, proxy = user_of("kubelet", node), user_of("kube-proxy", node)
        for resource, field in OF_KUBELETS:
            yield Reader(kubelet, self._agent("kubelet"), address, resource, f"{field}={node}" if field else "")
        for resource in OF_PROXIES:
            fields = f"metadata.name={node}" if resource == "nodes" else ""
            yield Reader(proxy, self._agent("kube-proxy"), address, resource, fields)

    def _agent(self, program: str) -> str:
        return f"{program}/v{self._cluster.release} (linux/amd64) kubernetes/{COMMIT}"

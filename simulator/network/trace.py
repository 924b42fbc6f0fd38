"""The trace that traffic leaves: who called whom, and each thing on the way that decided. The last few hundred calls.

Hops, in the order in which packets meet them (the first word is the kind):

- `("name", NAME, ADDRESS)`: a name was looked up;
- `("balancer", ADDRESS, NODE)`: a load balancer chose a node;
- `("service", NAMESPACE/NAME, NODE, ADDRESS:PORT, OF)`: the rules of a node chose one of so many endpoints;
- `("rejected", NAMESPACE/NAME, NODE)`: the Service has no endpoint;
- `("dropped", NAMESPACE/NAME, NODE, FIELD)`: none on this node, and the traffic policy wants one;
- `("host-port", NODE, ADDRESS:PORT)`: a port of the node is a Pod's;
- `("masqueraded", ADDRESS)`: from here on packets carry the node's address;
- `("allowed" | "refused", DIRECTION, NAMESPACE/POD, POLICIES)`: a NetworkPolicy decided;
- `("arrived", WHO)`: the other end.
"""

from typing import TYPE_CHECKING

from simulator.kernel.state import Table
from simulator.machinery.objects import Object
from simulator.network.parties import INTERNET_IP, WORKSTATION_IP, Way
from simulator.runtime.network import NetworkFailure, NoAnswer, Refused, Reset, TimedOut, Unreachable

if TYPE_CHECKING:
    from simulator.network.cluster import ClusterNetwork

KEPT = 256
OUTSIDERS = {INTERNET_IP: "internet", WORKSTATION_IP: "workstation"}
OUTCOMES: tuple[tuple[type[NetworkFailure], str], ...] = (
    (Refused, "refused"),
    (NoAnswer, "no answer"),
    (TimedOut, "timed out"),
    (Unreachable, "no route"),
    (Reset, "reset"),
)


class Trace:
    """Table `trace`: number → one call. The kubelets' probes are not in it."""

    def __init__(self, network: "ClusterNetwork") -> None:
        self._network = network
        self._rows: Table[int, Object] = network.table("trace")

    def add(self, way: Way, outcome: str, took: int, **more: str | int) -> None:
        """Note a call that has ended."""
        rows = self._rows.rows
        last = next(reversed(rows), 0)
        self._rows.put(last + 1, {
            "at": self._network.clock.now, "from": self.who(way.source.ip), "source": way.source.ip,
            "to": f"{way.address}:{way.port}", "protocol": way.protocol, "hops": tuple(way.hops),
            "outcome": outcome, "took": took, **more,
        })  # fmt: skip
        if last >= KEPT:
            self._rows.delete(last + 1 - KEPT)

    def failed(self, way: Way, failure: NetworkFailure) -> None:
        outcome = next((name for kind, name in OUTCOMES if isinstance(failure, kind)), "failed")
        self.add(way, outcome, failure.after)

    def who(self, ip: str) -> str:
        """Who has an address: `Pod/NAMESPACE/NAME`, `Node/NAME`, `internet`, `workstation`, or the address itself."""
        pod = self._network.pod_at(ip)
        if pod is not None:
            return f"Pod/{pod['metadata']['namespace']}/{pod['metadata']['name']}"
        node = self._network.node_at(ip)
        return f"Node/{node}" if node else OUTSIDERS.get(ip, ip)

    def calls(self, since: int = 0) -> list[tuple[int, Object]]:
        """The calls after a number, oldest first."""
        return [(number, call) for number, call in self._rows.rows.items() if number > since]

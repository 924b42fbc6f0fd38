"""NetworkPolicies: which connections they let through. Upstream: staging/src/k8s.io/api/networking/v1/types.go

Without a policy that selects a Pod for a direction, everything may pass in that direction; the first one closes it, and
rules only add. A policy concerns the Pods of its own namespace alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_address, ip_network
from typing import NamedTuple

from simulator.api.client import Client
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, key_of
from simulator.machinery.selectors import NOTHING, Selector, from_object

POLICIES = "networkpolicies.networking.k8s.io"
REMEMBERED = 4096


class Party(NamedTuple):
    """One end of a connection: an address, and the Pod that has it, if a Pod has."""

    ip: str
    pod: Object | None = None


class Verdict(NamedTuple):
    """What policies say of a connection."""

    allowed: bool
    direction: str
    """Ingress or Egress: the side that was refused, or that was asked last."""
    pod: Key
    """The Pod whose policies decided."""
    policy: str
    """The policy that lets it in; where none does, those that close the direction."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One item of `from` or `to`: selectors that must both hold, or a block of addresses."""

    pods: Selector | None
    namespaces: Selector | None
    block: IPv4Network | None = None
    holes: tuple[IPv4Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Port:
    """One item of `ports`; `port` None is every port of the protocol."""

    protocol: str
    port: int | str | None
    last: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One item of `ingress` or `egress`; no peers and no ports mean all of them."""

    peers: tuple[Peer, ...]
    ports: tuple[Port, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A NetworkPolicy, read once."""

    name: str
    selector: Selector
    rules: dict[str, tuple[Rule, ...]]
    """By direction, only those that the policy is about."""


class Policies:
    """Answers for a connection, reading no more than the policies of the two namespaces it concerns.

    What was worked out is kept (a cache): each policy until it changes, and which select a Pod until a policy of its
    namespace or its labels change.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._by_namespace: dict[str, dict[str, Policy]] | None = None
        self._in_order: dict[str, tuple[Policy, ...]] = {}
        self._of_pods: dict[str, tuple[object, tuple[Policy, ...], tuple[Policy, ...]]] = {}

    def observe(self, change: Change) -> None:
        """Read the one policy that has changed."""
        if self._by_namespace is None:
            return
        namespace, name = key_of(change.object)
        self._in_order.pop(namespace, None)
        known = self._by_namespace.setdefault(namespace, {})
        if change.type != "DELETED":
            known[name] = read(change.object)
        else:
            known.pop(name, None)
            if not known:
                del self._by_namespace[namespace]

    @property
    def are_none(self) -> bool:
        return not self._namespaces()

    def verdict(
        self, leaving: Party, arriving: Party, seen: Party, port: int, protocol: str, *, inbound: bool = True
    ) -> Verdict | None:
        """Whether a connection to a port (0: ICMP) may come about; None where no policy has a say.

        `seen` is the caller as the receiving end sees it; `inbound` is false where nobody asks the receiving end's
        policies, as for a node that calls its own Pods.
        """
        known, said = self._namespaces(), None
        if leaving.pod is not None and leaving.pod["metadata"]["namespace"] in known:
            said = self._judge("Egress", leaving.pod, arriving, arriving, port, protocol)
            if said is not None and not said.allowed:
                return said
        if inbound and arriving.pod is not None and arriving.pod["metadata"]["namespace"] in known:
            said = self._judge("Ingress", arriving.pod, seen, arriving, port, protocol) or said
        return said

    def _judge(
        self, direction: str, pod: Object, other: Party, target: Party, port: int, protocol: str
    ) -> Verdict | None:
        policies = self._selecting(pod, direction)
        if not policies:
            return None
        metadata = pod["metadata"]
        namespace, key = metadata["namespace"], (metadata["namespace"], metadata["name"])
        for policy in policies:
            for rule in policy.rules[direction]:
                if self._admits(rule, namespace, other) and opens(rule, target.pod, port, protocol):
                    return Verdict(True, direction, key, policy.name)
        return Verdict(False, direction, key, ", ".join(policy.name for policy in policies))

    def _admits(self, rule: Rule, namespace: str, other: Party) -> bool:
        return not rule.peers or any(self._is(peer, namespace, other) for peer in rule.peers)

    def _is(self, peer: Peer, namespace: str, other: Party) -> bool:
        """Whether a party is one of those that an item of a policy in a namespace means."""
        if peer.block is not None:
            address = ip_address(other.ip)
            return address in peer.block and not any(address in hole for hole in peer.holes)
        if other.pod is None:
            return False
        metadata = other.pod["metadata"]
        if peer.namespaces is None:
            if metadata["namespace"] != namespace:
                return False
        else:
            home = self._client.get("namespaces", "", metadata["namespace"])
            if home is None or not peer.namespaces.matches(home["metadata"].get("labels")):
                return False
        return peer.pods is None or peer.pods.matches(metadata.get("labels"))

    def _selecting(self, pod: Object, direction: str) -> tuple[Policy, ...]:
        """The policies that select a Pod for a direction."""
        metadata = pod["metadata"]
        labels = metadata.get("labels")
        policies = self._of_namespace(metadata["namespace"])
        kept = self._of_pods.get(metadata["uid"])
        if kept is None or kept[0] is not labels or kept[1] is not policies:
            if len(self._of_pods) >= REMEMBERED:
                self._of_pods.clear()
            chosen = tuple(policy for policy in policies if policy.selector.matches(labels))
            kept = self._of_pods[metadata["uid"]] = (labels, policies, chosen)
        return tuple(policy for policy in kept[2] if direction in policy.rules)

    def _of_namespace(self, namespace: str) -> tuple[Policy, ...]:
        """The policies of a namespace, in order of name; the same tuple until one of them changes."""
        found = self._in_order.get(namespace)
        if found is None:
            known = self._namespaces().get(namespace, {})
            found = self._in_order[namespace] = tuple(known[name] for name in sorted(known))
        return found

    def _namespaces(self) -> dict[str, dict[str, Policy]]:
        if self._by_namespace is None:
            self._by_namespace = {}
            for (namespace, name), policy in sorted(self._client.rows(POLICIES).items()):
                self._by_namespace.setdefault(namespace, {})[name] = read(policy)
        return self._by_namespace


def is_in(ip: str, blocks: Iterable[str]) -> bool:
    """Whether an address lies in one of some blocks."""
    return any(ip_address(ip) in ip_network(block, strict=False) for block in blocks)


def read(policy: Object) -> Policy:
    """A NetworkPolicy as something that can be asked."""
    spec = policy["spec"]
    types = spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else ())]
    rules = {
        direction: tuple(read_rule(rule, side) for rule in spec.get(field) or ())
        for direction, field, side in (("Ingress", "ingress", "from"), ("Egress", "egress", "to"))
        if direction in types
    }
    return Policy(policy["metadata"]["name"], from_object(spec.get("podSelector") or {}), rules)


def read_rule(rule: Object, side: str) -> Rule:
    peers = tuple(map(read_peer, rule.get(side) or ()))
    ports = tuple(
        Port(port.get("protocol") or "TCP", port.get("port"), port.get("endPort") or 0)
        for port in rule.get("ports") or ()
    )
    return Rule(peers, ports)


def read_peer(peer: Object) -> Peer:
    block = peer.get("ipBlock")
    if block is not None:
        first, *holes = [ip_network(one) for one in (block["cidr"], *(block.get("except") or ()))]
        if not isinstance(first, IPv4Network):
            return Peer(NOTHING, None)  # nobody here has an address of that family
        return Peer(None, None, first, tuple(hole for hole in holes if isinstance(hole, IPv4Network)))
    pods, namespaces = peer.get("podSelector"), peer.get("namespaceSelector")
    return Peer(None if pods is None else from_object(pods), None if namespaces is None else from_object(namespaces))


def opens(rule: Rule, target: Object | None, port: int, protocol: str) -> bool:
    """Whether a rule is about a port; a port by name is the target's own."""
    return not rule.ports or any(wanted.protocol == protocol and is_port(wanted, target, port) for wanted in rule.ports)


def is_port(wanted: Port, target: Object | None, port: int) -> bool:
    if wanted.port is None:
        return True
    if isinstance(wanted.port, int):
        return wanted.port <= port <= wanted.last if wanted.last else port == wanted.port
    return any(
        declared.get("name") == wanted.port
        and declared["containerPort"] == port
        and declared.get("protocol", "TCP") == wanted.protocol
        for declared in declared_ports(target)
    )


def declared_ports(pod: Object | None) -> Iterator[Object]:
    """The ports that a Pod's containers, sidecars among them, declare."""
    spec = pod["spec"] if pod is not None else {}
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        yield from container.get("ports") or ()

"""The way of a connection: the rules of the nodes it passes, then the policies of both ends.

Upstream: pkg/proxy/iptables, k8s.io/api/networking/v1
"""

from typing import TYPE_CHECKING

from simulator.machinery.objects import Object, at, key_of
from simulator.network import hosts
from simulator.network.parties import WORKSTATION_IP, Source, Target, Way
from simulator.network.policies import Party, is_in
from simulator.network.proxies import is_behind
from simulator.network.services import Backend, ServiceRules, balancer_addresses, cluster_addresses, ports_of
from simulator.runtime.network import TimedOut

if TYPE_CHECKING:
    from simulator.network.cluster import ClusterNetwork

ECHO = 0
"""As a port: an ICMP echo request."""
NOT_BALANCED = "node.kubernetes.io/exclude-from-external-load-balancers"


class Router:
    """Finds where a connection ends; `Way.hops` tells afterwards what decided on it."""

    def __init__(self, network: "ClusterNetwork", *, enforces: bool) -> None:
        self._network = network
        self._enforces = enforces
        """Whether the CNI plugin cares for NetworkPolicies; some do not, and the objects are then without effect."""

    def route(self, way: Way) -> Target:
        """Follow the rules of the nodes on the way, then the policies of both ends; raises `NetworkFailure`."""
        source = way.source
        node = source.node or self._network.node_at(source.ip)
        if node and not source.node:
            way.source = source = Source(source.ip, node)
        if way.port == ECHO:
            target = Target(way.address, ECHO, source.ip)
        else:
            target = self._inside(way, node) if node else self._from_outside(way)
        self._network.paths.carry(way, target)
        self.enforce(way, target)
        return target

    def _inside(self, way: Way, node: str) -> Target:
        """A caller on a node: its own node's rules come first, then those of the node it calls."""
        rules = self._network.proxies.rules(node)
        if rules is not None:
            service = rules.service_at(way.address)
            if service is not None:
                return self._by_service(way, rules, service, node)
        return self._by_node(way, self._network.node_at(way.address))

    def _from_outside(self, way: Way) -> Target:
        """A caller from elsewhere reaches nodes and balancers; one in the nodes' own network Pods and servers too."""
        node = self._network.node_at(way.address)
        rules = self._network.proxies.rules(node) if node else None
        if rules is not None:
            service = rules.service_at(way.address)
            if service is not None and port_entry(service, way) is not None:
                return self._by_service(way, rules, service, node)
        if node:
            return self._by_node(way, node)
        if way.source.ip == WORKSTATION_IP and (
            way.address.startswith(hosts.RANGE) or self._network.ranges.is_pod(way.address)
        ):
            return Target(way.address, way.port, way.source.ip)
        service = self._network.rules.service_at(way.address)
        if service is None or way.address not in balancer_addresses(service):
            raise TimedOut(address=way.address, port=way.port)
        return self._over_balancer(way, service)

    def _over_balancer(self, way: Way, service: Object) -> Target:
        """A load balancer picks a node that is up, with policy Local one with an endpoint."""
        entry, key = port_entry(service, way), key_of(service)
        if entry is None or self._network.kubelet is None:
            raise TimedOut(address=way.address, port=way.port)
        nodes = [name for name in self._network.kubelet.nodes.names() if self._takes_load(name)]
        if service["spec"].get("externalTrafficPolicy") == "Local":
            nodes = [name for name in nodes if is_behind(self._network.rules, key, entry.get("name", ""), name)]
        while nodes:
            name = nodes.pop(self._network.random.below("load-balancer", len(nodes)))
            rules = self._network.proxies.rules(name)
            known = rules.service_at(way.address) if rules is not None else None
            if rules is not None and known is not None:
                way.hops.append(("balancer", way.address, name))
                return self._by_service(way, rules, known, name)
        raise TimedOut(address=way.address, port=way.port)

    def _takes_load(self, name: str) -> bool:
        node = self._network.client.get("nodes", "", name)
        labels = at(node, "metadata", "labels", default={})
        return node is not None and NOT_BALANCED not in labels and self._network.is_up(name)

    def _by_service(self, way: Way, rules: ServiceRules, service: Object, node: str) -> Target:
        """An address that is a Service's, at a node that has rules for it."""
        entry = port_entry(service, way)
        if entry is None:
            raise TimedOut(address=way.address, port=way.port)
        external = way.address not in cluster_addresses(service)
        if external and not way.source.node and not self._may_come(service, way.source.ip):
            way.hops.append(("dropped", "/".join(key_of(service)), node, "loadBalancerSourceRanges"))
            raise TimedOut(address=way.address, port=way.port)
        backend = self._network.proxies.choose(way, rules, service, entry, node=node, external=external)
        return self._sent(way, service, backend, node, external=external)

    @staticmethod
    def _may_come(service: Object, ip: str) -> bool:
        ranges = service["spec"].get("loadBalancerSourceRanges")
        return not ranges or is_in(ip, ranges)

    def _by_node(self, way: Way, node: str) -> Target:
        """A node's own address: a node port, a Pod's host port, or whoever listens on the node itself."""
        if not node:
            return Target(way.address, way.port, way.source.ip)
        rules = self._network.proxies.rules(node)
        found = rules.node_port(way.port, way.protocol) if rules is not None else None
        if found is not None and rules is not None and self._network.is_up(node):
            service, entry = found
            backend = self._network.proxies.choose(way, rules, service, entry, node=node, external=True)
            return self._sent(way, service, backend, node, external=True)
        forward = self._network.addresses.forward(node, way.address, way.port, way.protocol)
        if forward is not None and self._network.is_up(node):
            way.hops.append(("host-port", node, f"{forward.ip}:{forward.port}"))
            return Target(forward.ip, forward.port, way.source.ip)
        return Target(way.address, way.port, way.source.ip)

    def _sent(self, way: Way, service: Object, backend: Backend, node: str, *, external: bool) -> Target:
        """On to a backend, with the node's address for the caller's where the answer must come back this way."""
        local = service["spec"].get("externalTrafficPolicy") == "Local"
        hairpin = backend.ip == way.source.ip
        if not (external and not local) and not hairpin:
            return Target(backend.ip, backend.port, way.source.ip)
        address = self._network.kubelet.nodes.address(node) if self._network.kubelet is not None else way.source.ip
        way.hops.append(("masqueraded", address))
        return Target(backend.ip, backend.port, address)

    def enforce(self, way: Way, target: Target) -> None:
        """Let NetworkPolicies decide. A node always reaches its own Pods, and a Pod itself."""
        ip = way.source.ip
        if not self._enforces or target.ip == ip or self._network.policies.are_none:
            return
        home = self._network.address_of(self._network.home_of(target.ip))
        leaving, arriving = Party(ip, self._network.pod_at(ip)), Party(target.ip, self._network.pod_at(target.ip))
        seen = leaving if target.source_ip in (ip, home) else Party(target.source_ip)
        verdict = self._network.policies.verdict(
            leaving, arriving, seen, target.port, way.protocol, inbound=seen.ip != home
        )
        if verdict is None:
            return
        where = "/".join(verdict.pod)
        way.hops.append(("allowed" if verdict.allowed else "refused", verdict.direction, where, verdict.policy))
        if not verdict.allowed:
            raise TimedOut(address=way.address, port=way.port)


def port_entry(service: Object, way: Way) -> Object | None:
    """The entry of a Service's ports that a connection asks for."""
    return next(
        (one for one in ports_of(service) if one["port"] == way.port and one.get("protocol", "TCP") == way.protocol),
        None,
    )

"""Asking for names from within a cluster: which server answers, and what it is allowed to."""

from typing import TYPE_CHECKING

from simulator.kernel.state import Table
from simulator.machinery.objects import at
from simulator.network import outside
from simulator.network.dnsserver import DNSServer
from simulator.network.gateway.definitions import GATEWAYS
from simulator.network.gateway.routes import attachments, within
from simulator.network.ingress.controller import INGRESSES
from simulator.network.ingress.rules import host_matches
from simulator.network.parties import Source, Way
from simulator.runtime.network import NetworkFailure, Record, ResolverTimedOut, ServerFailed

if TYPE_CHECKING:
    from simulator.network.cluster import ClusterNetwork

DNS_PORT = 53


class Names:
    """The name servers that a cluster's Pods and nodes reach. Table `faults`: `dns` → servfail or timeout."""

    def __init__(self, network: "ClusterNetwork") -> None:
        self._network = network
        self.faults: Table[str, str] = network.table("faults")

    def ask(self, source: Source, server: str, name: str, kind: str, depth: int = 0) -> list[Record]:
        """Ask a name server; raises `NameNotFound`, `ServerFailed`, and `ResolverTimedOut` when nobody answers there.

        `depth` counts the servers that have passed the question on.
        """
        if server in outside.RESOLVERS:
            self._reach_resolver(source, server, name)
            return self._network.public(name, kind)
        try:
            target, space, _ = self._network.arrive(Way(source, server, DNS_PORT, "UDP"), "")
        except NetworkFailure:
            raise ResolverTimedOut(name, after=outside.PATIENCE) from None
        fault = self.faults.rows.get("dns")
        if fault == "servfail":
            raise ServerFailed("SERVFAIL")
        holder = None if fault else self._network.machines.listener(space, target.port, "UDP")
        row = self._network.machines.processes.rows.get(holder) if holder is not None else None
        state = row["state"] if row is not None else None
        if holder is None or not isinstance(state, dict) or "corefile" not in state:
            raise ResolverTimedOut(name, after=outside.PATIENCE)
        return DNSServer(self._network, holder[0], state["corefile"], source.ip, depth).answer(name, kind)

    def _reach_resolver(self, source: Source, server: str, name: str) -> None:
        try:
            self._network.leave_cluster(source, server, DNS_PORT, "UDP")
        except NetworkFailure:
            raise ResolverTimedOut(name, after=outside.PATIENCE) from None

    def published(self, name: str) -> str:
        """The address under which the outside finds a host that this cluster serves; "" when it serves none."""
        for ingress in self._network.client.rows(INGRESSES).values():
            for rule in ingress["spec"].get("rules") or ():
                if rule.get("host") and host_matches(rule["host"], name):
                    for entry in at(ingress, "status", "loadBalancer", "ingress", default=()):
                        return str(entry.get("ip", ""))
        for attachment in attachments(self._network.client) if len(self._network.client.rows(GATEWAYS)) else ():
            if any(host and (host == name or within(name, host)) for host in attachment.hosts):
                for address in at(attachment.gateway, "status", "addresses", default=()):
                    return str(address["value"])
        return ""

    def break_dns(self, how: str) -> None:
        """Have every DNS server of the cluster fail (`servfail`) or say nothing (`timeout`); "" mends them."""
        if how:
            self.faults.put("dns", how)
        else:
            self.faults.delete("dns")

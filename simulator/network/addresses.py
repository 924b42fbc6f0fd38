"""Addresses of Pods: each from its node's range. Upstream: CNI host-local, portmap"""

from typing import NamedTuple

from simulator.kernel.component import Component
from simulator.kernel.state import Table
from simulator.machinery.objects import Object
from simulator.network.ranges import network_of, nth

FIRST_HOST = 2
"""Of a node's piece; the one before is the node's own end of its bridge."""
ANYWHERE = ("", "0.0.0.0")


class Forward(NamedTuple):
    """A port of a node that leads to a Pod."""

    uid: str
    host_ip: str
    ip: str
    port: int


class Addresses:
    """Who has which address.

    Tables: `addresses` (Pod IP → uid), `next-address` by node, `host-ports` ((node, port, protocol) → forwards).
    """

    def __init__(self, network: Component) -> None:
        self.owners: Table[str, str] = network.table("addresses")
        self._next: Table[str, int] = network.table("next-address")
        self._forwards: Table[tuple[str, int, str], tuple[tuple[str, str, str, int], ...]] = network.table("host-ports")

    def join(self, pod: Object, block: str) -> str:
        """Give a Pod an address of its node's piece of the network."""
        node, uid = pod["spec"]["nodeName"], pod["metadata"]["uid"]
        last = network_of(block).num_addresses - 2
        host = min(self._next.get(node) or FIRST_HOST, last)
        for _ in range(last):
            address = nth(block, host)
            host = host + 1 if host < last else FIRST_HOST
            if address not in self.owners:
                break
        self._next.put(node, host)
        self.owners.put(address, uid)
        for container in pod["spec"]["containers"]:
            for port in container.get("ports") or ():
                if port.get("hostPort"):
                    key = node, port["hostPort"], port.get("protocol", "TCP")
                    forward = Forward(uid, port.get("hostIP") or "", address, port["containerPort"])
                    self._forwards.put(key, (*(self._forwards.get(key) or ()), forward[:]))
        return address

    def leave(self, ip: str, uid: str) -> None:
        """A Pod is gone; its address may be given again."""
        if self.owners.get(ip) != uid:
            return
        self.owners.delete(ip)
        for key, forwards in [(key, rows) for key, rows in self._forwards.rows.items() if rows]:
            left = tuple(one for one in forwards if one[0] != uid)
            if not left:
                self._forwards.delete(key)
            elif left != forwards:
                self._forwards.put(key, left)

    def forward(self, node: str, address: str, port: int, protocol: str) -> Forward | None:
        """The Pod behind a port of a node's address."""
        for row in self._forwards.rows.get((node, port, protocol), ()):
            found = Forward(*row)
            if found.host_ip in ANYWHERE or found.host_ip == address:
                return found
        return None

"""Addresses of Pods: each from its node's range. Upstream: CNI host-local, portmap"""

from typing import NamedTuple

from simulator.kernel.component import Component
from simulator.kernel.state import Table
from simulator.machinery.objects import Object

POD_RANGE = "10.244."
FIRST_HOST = 2
LAST_HOST = 254
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

    def join(self, pod: Object, number: int) -> str:
        """Give a Pod an address of its node's range, the `number`th of the cluster."""
        node, uid = pod["spec"]["nodeName"], pod["metadata"]["uid"]
        host = self._next.get(node) or FIRST_HOST
        for _ in range(LAST_HOST):
            address = f"{POD_RANGE}{number}.{host}"
            host = host + 1 if host < LAST_HOST else FIRST_HOST
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

"""The networks that a cluster takes its addresses from: one for Pods, in a piece for each node, and one for Services.

Upstream: pkg/controller/nodeipam/ipam/cidrset, pkg/registry/core/service/ipallocator
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from simulator.kernel.component import Component
from simulator.kernel.state import Table

PODS, SERVICES, MASK = "10.244.0.0/16", "10.96.0.0/12", 24
LEAST_SERVICES: Final = 8
"""How many addresses Services have at the least. Upstream: pkg/controlplane ServiceIPRange"""
FLAGS: Final = {
    ("kube-apiserver", "service-cluster-ip-range"): "services",
    ("kube-controller-manager", "cluster-cidr"): "pods",
    ("kube-controller-manager", "node-cidr-mask-size-ipv4"): "mask",
}
"""Program and flag → what the flag says of the networks."""


class Ranges:
    """Table `ranges`: `pods`, `services` and `mask` (the size of a node's piece), where they are not kubeadm's own."""

    def __init__(self, network: Component) -> None:
        self._rows: Table[str, str] = network.table("ranges")

    @property
    def pods(self) -> str:
        return self._rows.get("pods") or PODS

    @property
    def services(self) -> str:
        return self._rows.get("services") or SERVICES

    def heed(self, program: str, flags: dict[str, str]) -> None:
        """A program of the control plane has begun with these flags."""
        defaults = {"pods": PODS, "services": SERVICES, "mask": str(MASK)}
        for (owner, flag), name in FLAGS.items():
            wanted = flags.get(flag) or defaults[name]
            if owner != program or wanted == (self._rows.get(name) or defaults[name]) or not is_sound(name, wanted):
                continue
            if wanted == defaults[name]:
                self._rows.delete(name)
            else:
                self._rows.put(name, wanted)

    def block(self, number: int) -> str:
        """The piece that the `number`th node gets for its Pods; "" once all are given away."""
        return piece(number, self.pods, int(self._rows.get("mask") or MASK))

    def is_pod(self, address: str) -> bool:
        """Whether an address lies in the network of Pods."""
        return holds(self.pods, address)

    def is_own(self, address: str) -> bool:
        """Whether an address lies in a network that this cluster was given by name."""
        return any(holds(self._rows[name], address) for name in ("pods", "services") if name in self._rows)


def piece(number: int, pods: str = PODS, mask: int = MASK) -> str:
    """One of the equal pieces of a network; "" past its end."""
    whole = network_of(pods)
    first = int(whole.network_address) + (number << (32 - mask))
    return f"{IPv4Address(first)}/{mask}" if first <= int(whole.broadcast_address) else ""


def is_sound(name: str, value: str) -> bool:
    """Whether a value can be used at all."""
    if name == "mask":
        return len(value) < 3 and value.isdecimal() and int(value) <= 30
    try:
        return network_of(value).num_addresses >= (LEAST_SERVICES if name == "services" else 1)
    except ValueError:
        return False


def nth(range_: str, number: int) -> str:
    """An address of a network, counted from its first one. Upstream: k8s.io/utils/net GetIndexedIP"""
    return str(network_of(range_).network_address + number)


def holds(range_: str, address: str) -> bool:
    try:
        return IPv4Address(address) in network_of(range_)
    except ValueError:
        return False


@lru_cache(maxsize=64)
def network_of(range_: str) -> IPv4Network:
    return IPv4Network(range_, strict=False)

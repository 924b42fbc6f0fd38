"""What a fault is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.kubelet.kubelet import Kubelet

if TYPE_CHECKING:
    from simulator.cluster import Cluster

type Arguments = Mapping[str, Any]
type Do = Callable[["Cluster", Arguments], None]


class UnknownFault(ValueError):
    """No fault of that name, or arguments that it does not take."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that can be wrong."""

    summary: str
    """What it does to the world, in a sentence."""
    do: Do
    mend: Do
    repaired: str
    """How a learner repairs it."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Name → what it means; one that is not there has a default that its meaning tells."""


def nothing(cluster: "Cluster", arguments: Arguments) -> None:
    """How a fault is mended that is over by itself."""


def kubelet_of(cluster: "Cluster") -> Kubelet:
    if cluster.kubelet is None:
        raise UnknownFault("this cluster has no nodes")
    return cluster.kubelet


def node_of(cluster: "Cluster", arguments: Arguments) -> str:
    """The node that is meant. Raises `UnknownFault`."""
    name = str(arguments.get("node", ""))
    if not kubelet_of(cluster).nodes.knows(name):
        raise UnknownFault(f"there is no node {name!r}")
    return name

"""What a fault is, and what is wrong with one that cannot be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.kubelet.kubelet import Kubelet

if TYPE_CHECKING:
    from simulator.cluster import Cluster
    from simulator.faults.parameters import Parameter

type Arguments = Mapping[str, Any]
type Texts = Mapping[str, str]
"""What people read, by language: `en` and `ko`."""
type Do = Callable[["Cluster", Arguments], None]
type Ask = Callable[["Cluster", Arguments], bool]


class UnknownFault(ValueError):
    """No fault of that name, or arguments that it does not take; `parameter` is the one that is wrong, if it is one."""

    def __init__(self, en: str, ko: str, parameter: str = "") -> None:
        super().__init__(en)
        self.told: Texts = {"en": en, "ko": ko}
        self.parameter = parameter


def over_at_once(cluster: "Cluster", arguments: Arguments) -> None:
    """How a fault is mended that is over by itself."""


def never(cluster: "Cluster", arguments: Arguments) -> bool:
    return False


def has_nodes(cluster: "Cluster") -> bool:
    return cluster.kubelet is not None


def has_own_control_plane(cluster: "Cluster") -> bool:
    return cluster.control_plane is not None and bool(cluster.control_plane.nodes)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that can be wrong."""

    title: Texts
    summary: Texts
    """What it does to the world, in a sentence."""
    do: Do
    repaired: Texts
    """How a learner repairs it."""
    parameters: "tuple[Parameter, ...]" = ()
    mend: Do = over_at_once
    holds: Ask = never
    """Whether what was done is still so: a learner may have repaired it."""
    possible: Callable[["Cluster"], bool] = has_nodes

    @property
    def lasts(self) -> bool:
        """Whether it goes on until somebody mends it."""
        return self.mend is not over_at_once


def kubelet_of(cluster: "Cluster") -> Kubelet:
    if cluster.kubelet is None:
        raise UnknownFault("this cluster has no nodes", "이 클러스터에는 노드가 없습니다")
    return cluster.kubelet

"""What a world is made of when it boots: plain values that a scene or a command line gives."""

from dataclasses import dataclass, field, replace

from simulator.machinery.objects import Object
from simulator.machinery.releases import Release, release

VERSION = "1.37"
DEFAULT_START = 1_793_610_000_000_000
"""Monday, 2 November 2026, 09:00 UTC, in microseconds: when a world begins unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """One machine of a cluster."""

    name: str
    cpu: str = "4"
    memory: str = "8Gi"
    pods: int = 110
    allocatable_cpu: str = "3900m"
    allocatable_memory: str = "7Gi"
    labels: dict[str, str] = field(default_factory=dict)
    taints: tuple[Object, ...] = ()
    control_plane: bool = False


@dataclass(frozen=True, slots=True)
class ClusterSpec:
    """One cluster: its version, its nodes, and the components it does without."""

    name: str = "lab"
    kubernetes: str = VERSION
    """The release that it begins with: `1.36.2`, or `1.36` for the newest of those."""
    nodes: tuple[NodeSpec, ...] = ()
    without: tuple[str, ...] = ()
    """Names of components that are not started, such as `scheduler`, `kubelet` or `metrics-server`."""
    snapshots: bool = False
    """Whether the kinds for snapshots of volumes are installed."""
    network_policies: bool = True
    """Whether the CNI plugin enforces NetworkPolicies."""

    @property
    def release(self) -> Release:
        return release(self.kubernetes)


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """One world: its clusters (the workstation's kubeconfig starts with the first), and when it begins."""

    clusters: tuple[ClusterSpec, ...]
    start: int = DEFAULT_START


CONTROL_PLANE_TAINT: Object = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
ZONES = "abc"
FIRST_ADDRESS = 10


def node_address(cluster: int, number: int) -> str:
    """The address of the node of that number in the world's cluster of that number."""
    return f"10.0.{cluster}.{FIRST_ADDRESS + number}"


def control_plane(number: int = 1) -> NodeSpec:
    return NodeSpec(
        f"cp-{number}",
        taints=(CONTROL_PLANE_TAINT,),
        control_plane=True,
        labels={"node-role.kubernetes.io/control-plane": "", "topology.kubernetes.io/zone": zone_of(number)},
    )


def zone_of(number: int) -> str:
    return ZONES[(number - 1) % len(ZONES)]


def worker(number: int) -> NodeSpec:
    return NodeSpec(f"node-{number}", labels={"topology.kubernetes.io/zone": zone_of(number)})


def lab(
    workers: int = 3,
    *,
    kubernetes: str = VERSION,
    with_control_plane: bool = True,
    control_planes: int = 1,
    without: tuple[str, ...] = (),
    network_policies: bool = True,
    snapshots: bool = False,
    start: int = DEFAULT_START,
) -> WorldSpec:
    """The ordinary world: one cluster with a tainted control-plane node (or several, each with a member of etcd) and
    some workers, one zone after another."""
    nodes = tuple(worker(number) for number in range(1, workers + 1))
    if with_control_plane:
        nodes = (*(control_plane(number) for number in range(1, control_planes + 1)), *nodes)
    cluster = ClusterSpec(kubernetes=kubernetes, nodes=nodes, without=without, network_policies=network_policies)
    cluster = replace(cluster, snapshots=snapshots)
    return WorldSpec((cluster,), start)

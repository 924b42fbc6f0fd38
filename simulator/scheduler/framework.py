"""What plugins are and what they answer. Upstream: pkg/scheduler/framework/interface.go"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from simulator.kernel.state import EMPTY
from simulator.machinery.objects import Object
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo
from simulator.scheduler.snapshot import Snapshot

MAX_NODE_SCORE = 100
MAX_TOTAL_PRIORITY = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Status:
    """A plugin's answer. `code` is upstream's name of it; `reasons` are what a person reads, one each."""

    code: str
    reasons: tuple[str, ...] = ()
    plugin: str = ""

    @property
    def message(self) -> str:
        return ", ".join(self.reasons)

    @property
    def is_error(self) -> bool:
        return self.code == "Error"

    def by(self, plugin: str) -> "Status":
        return Status(self.code, self.reasons, plugin)


SUCCESS = Status("Success")
SKIP = Status("Skip")
"""The plugin has nothing to say about this Pod: its filter, or its score, is not asked."""


def unschedulable(*reasons: str) -> Status:
    """Not on this node now; removing Pods from it might help."""
    return Status("Unschedulable", reasons)


def unresolvable(*reasons: str) -> Status:
    """Not on this node, whichever Pods left it."""
    return Status("UnschedulableAndUnresolvable", reasons)


def failure(reason: str) -> Status:
    """Something broke; the Pod is tried again later."""
    return Status("Error", (reason,))


class Reader(Protocol):
    """How plugins look objects up; resources are named with their group, such as `replicasets.apps`."""

    def get(self, resource: str, namespace: str, name: str) -> Object | None: ...

    def list(self, resource: str, namespace: str | None = None) -> Sequence[Object]: ...


@dataclass(frozen=True, slots=True)
class Handle:
    """What a plugin is made with: how to read objects, the version of Kubernetes it acts as, its arguments, and the
    environment of its scheduler's process."""

    reader: Reader
    minor: int = 37
    """The y of the Kubernetes version 1.y: some wordings and timings changed between versions."""
    arguments: Mapping[str, Any] | None = None
    environment: Mapping[str, str] = EMPTY


class Plugin:
    """One opinion about where a Pod may, or should, run. Between cycles a plugin keeps nothing but what it can work
    out again.

    What `pre_filter` and `pre_score` return is handed back to `filter` and to `score`; SKIP means that the Pod gives
    the plugin nothing to do, a rejection that no node will do.
    """

    name: ClassVar[str]
    __slots__ = ("arguments", "handle", "reader")

    local: ClassVar[bool] = True
    """What it says of a node depends on that node and the Pod alone, so it holds until the node changes."""

    def __init__(self, handle: Handle) -> None:
        self.handle = handle
        self.reader = handle.reader
        self.arguments: Mapping[str, Any] = handle.arguments or EMPTY

    def pre_enqueue(self, pod: Object) -> Status:
        """Whether the Pod may be considered at all."""
        return SUCCESS

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        """Facts for `filter` (any value), or SKIP, or a rejection."""
        return None

    def filter(self, facts: Any, pod: PodInfo, node: NodeInfo) -> Status:
        return SUCCESS

    def add_pod(self, facts: Any, pod: PodInfo, added: PodInfo, node: NodeInfo) -> Status:
        """Keep the facts of `filter` true when a Pod is imagined on a node (preemption), or say why that fails."""
        return SUCCESS

    def remove_pod(self, facts: Any, pod: PodInfo, removed: PodInfo, node: NodeInfo) -> Status:
        """Keep the facts of `filter` true when a Pod is imagined gone from a node, or say why that fails."""
        return SUCCESS

    def copy_facts(self, facts: Any) -> Any:
        """A copy that `add_pod` and `remove_pod` may change."""
        return facts

    def pre_score(self, pod: PodInfo, snapshot: Snapshot, feasible: Sequence[NodeInfo]) -> Any:
        return None

    def score(self, facts: Any, pod: PodInfo, node: NodeInfo) -> int:
        return 0

    def score_all(self, facts: Any, pod: PodInfo, nodes: Sequence[NodeInfo]) -> dict[str, int]:
        """What `score` says of each node, by name."""
        return {node.name: self.score(facts, pod, node) for node in nodes}

    def normalize(self, facts: Any, scores: Mapping[str, int]) -> dict[str, int]:
        """Scores between 0 and MAX_NODE_SCORE."""
        return dict(scores)


def has(plugin: Plugin | type[Plugin], step: str) -> bool:
    """Whether a plugin takes part in a step of the cycle, such as `score`."""
    kind = plugin if isinstance(plugin, type) else type(plugin)
    return getattr(kind, step) is not getattr(Plugin, step)


def default_normalize(scores: Mapping[str, int], *, reverse: bool = False) -> dict[str, int]:
    """Scores stretched to 0 … 100 by their maximum. Upstream: plugins/helper/normalize_score.go"""
    highest = max(scores.values(), default=0)
    if highest == 0:
        return dict.fromkeys(scores, MAX_NODE_SCORE) if reverse else dict(scores)
    stretched = {name: MAX_NODE_SCORE * score // highest for name, score in scores.items()}
    if reverse:
        return {name: MAX_NODE_SCORE - score for name, score in stretched.items()}
    return stretched

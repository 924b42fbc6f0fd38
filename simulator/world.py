"""One learner's world: clusters, machines and a clock, as one value that can be forked, saved and restored."""

from collections.abc import Callable
from dataclasses import asdict
from functools import cache, lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any

import simulator.programs  # noqa: F401 - registers what machines run
from simulator.api.requests import Polled, Request, Response, Stream
from simulator.cluster import Cluster
from simulator.faults import Board
from simulator.kernel.clock import SECOND, Clock, Plan
from simulator.kernel.component import Component, Kernel
from simulator.kernel.random import Random
from simulator.kernel.state import State, decode, encode
from simulator.network.world import WorldNetwork
from simulator.runtime.machines import Machines
from simulator.spec import ClusterSpec, NodeSpec, WorldSpec, lab
from simulator.workstation import furnish

FORMAT = 2
BOOT_TIME = 90 * SECOND
"""How long a new cluster gets to come up before somebody sees it."""


class World:
    """Everything one learner has. Time moves only by `advance`; the same inputs at the same moments give the same
    world, to the byte."""

    def __init__(self, spec: WorldSpec, seed: str, state: State, plan: Plan | None = None) -> None:
        self.spec = spec
        self.seed = seed
        self.state = state
        now, order, queue = plan or (spec.start, 0, [])
        self.clock = Clock(now, self._perform, queue, order)
        self.random = Random(seed, state)
        self._components: dict[str, Component] = {}
        self.network = WorldNetwork()
        self.machines = Machines(Kernel(state, self.clock, self.random), self.network)
        self._components[self.machines.address] = self.machines
        self.clusters: dict[str, Cluster] = {}
        for number, cluster_spec in enumerate(spec.clusters):
            kernel = Kernel(state, self.clock, self.random, scope=f"{cluster_spec.name}:" if number else "")
            cluster = Cluster(kernel, cluster_spec, self.machines, number)
            self.clusters[cluster_spec.name] = cluster
            cluster.adopt = self._adopt
            self._components.update(cluster.components)
            cluster.store.subscribe(("*",), self._changed)
        self.network.connect_clusters(list(self.clusters.values()), self.machines)
        self.faults = Board(state, self.clock, self.clusters)
        self.network.faults = self.faults

    # Coming to be.

    @classmethod
    def boot(cls, spec: WorldSpec | None = None, *, seed: str = "0") -> "World":
        """A world whose clusters are up. The first of its kind takes a while; the next ones are forks of it."""
        return _template(_SpecKey(spec or lab())).fork(seed=seed)

    @classmethod
    def _boot_from_nothing(cls, spec: WorldSpec, seed: str) -> "World":
        world = cls(spec, seed, State())
        furnish(world.machines, [(cluster.spec, cluster.url) for cluster in world.clusters.values()])
        for cluster in world.clusters.values():
            cluster.boot()
        world.clock.advance(BOOT_TIME)
        for cluster in world.clusters.values():
            cluster.store.compact_to(cluster.store.revision)
            cluster.server.audit.forget()
        return world

    def fork(self, *, seed: str | None = None) -> "World":
        """A world of its own that is equal to this one now; with another seed, chance goes another way from here."""
        return World(self.spec, self.seed if seed is None else seed, self.state.fork(), self.clock.copy())

    def save(self) -> bytes:
        """The whole world as bytes, for `restore` in any process."""
        return encode((FORMAT, asdict(self.spec), self.seed, self.clock.dump(), self.state.dump()))

    @classmethod
    def restore(cls, data: bytes) -> "World":
        """The world that was saved. Raises ValueError for bytes of another format."""
        form, spec, seed, plan, tables = decode(data)
        if form != FORMAT:
            raise ValueError(f"this is a world of format {form}; this program reads format {FORMAT}")
        return cls(spec_from(spec), seed, State.load(tables), plan)

    def digest(self) -> str:
        """A fingerprint: equal worlds have equal ones, in every process."""
        value = (asdict(self.spec), self.seed, self.clock.dump(), self.state.dump())
        return blake2b(canonical(value).encode(), digest_size=16).hexdigest()

    # What happens in it.

    def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.clock.advance(round(seconds * SECOND))

    @property
    def cluster(self) -> Cluster:
        """The first cluster, which for most worlds is the only one."""
        return next(iter(self.clusters.values()))

    def request(self, request: Request, cluster: str = "") -> Response:
        """Send a request to an API server."""
        return (self.clusters[cluster] if cluster else self.cluster).server.handle(request)

    def may_change(self, request: Request) -> bool:
        """Whether answering a request can leave the world other than it was."""
        return self.cluster.server.may_change(request)

    def poll(self, stream: Stream, cluster: str = "") -> Polled:
        """What is new on a stream that a response opened."""
        return (self.clusters[cluster] if cluster else self.cluster).server.poll(stream)

    def send(self, stream: Stream, channel: int, payload: bytes, cluster: str = "") -> Stream:
        """Feed an exec, attach or port-forward stream."""
        return (self.clusters[cluster] if cluster else self.cluster).server.send(stream, channel, payload)

    def _perform(self, component: str, step: str, arguments: tuple[Any, ...]) -> None:
        target = self._components.get(component)
        if target is not None:  # a component that is left out takes no step
            find_step(step)(target)(*arguments)

    def _adopt(self, component: Component) -> None:
        self._components[component.address] = component

    def _changed(self, change: Any) -> None:
        self.machines.poke()


@cache
def find_step(step: str) -> Callable[[Component], Callable[..., None]]:
    """How a step is found: a component's method, or one of a part of it (`probes.run`)."""
    return attrgetter(step)


class _SpecKey:
    """A spec as a cache key: specs hold dictionaries, so they cannot be hashed as they are."""

    def __init__(self, spec: WorldSpec) -> None:
        self.spec = spec
        self.text = canonical(asdict(spec))

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SpecKey) and other.text == self.text


@lru_cache(maxsize=32)
def _template(key: _SpecKey) -> World:
    return World._boot_from_nothing(key.spec, "template")


def spec_from(value: dict[str, Any]) -> WorldSpec:
    """The spec that `asdict` took apart."""
    clusters = tuple(
        ClusterSpec(**{**cluster, "nodes": tuple(NodeSpec(**node) for node in cluster["nodes"])})
        for cluster in value["clusters"]
    )
    return WorldSpec(clusters, value["start"])


def canonical(value: Any) -> str:
    """A plain value as text that depends on nothing but the value; the order of keys does not count."""
    if isinstance(value, dict):
        rows = sorted((canonical(key), canonical(item)) for key, item in value.items())
        return "{" + ",".join(f"{key}:{item}" for key, item in rows) + "}"
    if isinstance(value, list | tuple):
        opening, closing = "[]" if isinstance(value, list) else "()"
        return opening + ",".join(map(canonical, value)) + closing
    return repr(value)

"""What every component of a world has: a name, tables of its own, the clock, chance; and what it may observe."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulator.kernel.clock import Clock
from simulator.kernel.random import Random
from simulator.kernel.state import State, Table


class Change(NamedTuple):
    """One write to the store, as watchers see it."""

    type: str
    """ADDED, MODIFIED or DELETED."""
    resource: str
    """The resource's name, with its group unless that is the core group: `pods`, `deployments.apps`."""
    object: dict[str, Any]
    old: dict[str, Any] | None
    """What stood there before."""


class Kernel:
    """What one world gives to its components: state, time and chance.

    `scope` sets the components of one cluster apart from those of another in the same world: it stands before the
    names of their tables and before their names in the clock's queue.
    """

    __slots__ = ("clock", "random", "scope", "state")

    def __init__(self, state: State, clock: Clock, random: Random, scope: str = "") -> None:
        self.state = state
        self.clock = clock
        self.random = random
        self.scope = scope


class Component:
    """A part of the cluster that acts by itself. It is made anew for every fork: what it must remember is in tables."""

    name = ""
    process = "kube-apiserver"
    """The program of the control plane that it is part of: it acts while that runs; "" for what always does."""
    kept: tuple[str, ...] = ()
    """The tables that outlast its program: what it has written somewhere, rather than remembers."""
    watches: tuple[str, ...] = ()
    """The resources whose changes `observe` is told of."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.clock = kernel.clock
        self.random = kernel.random

    @property
    def address(self) -> str:
        """Its name in the clock's queue."""
        return self.kernel.scope + self.name

    def table(self, name: str) -> Table[Any, Any]:
        """A table that belongs to this component."""
        return self.kernel.state.table(f"{self.kernel.scope}{self.name}/{name}")

    def start(self) -> None:
        """Called when a world is booted and when its program is started anew, never for a fork: the place for the
        first `call_later`."""

    def heed(self, flags: Mapping[str, str]) -> None:
        """Told of the command line of its program when an instance of it begins to act."""

    def observe(self, change: Change) -> None:
        """Told of a change at once; notes what to do and asks the clock for a step, never acts by itself."""

    def later(self, delay: int, step: str, *arguments: Any) -> None:
        """Have this component take a step `delay` microseconds from now: a method, or one of a part (`probes.run`)."""
        self.clock.call_later(delay, self.address, step, *arguments)

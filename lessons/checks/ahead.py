"""What becomes of a world that nobody touches, worked out once for all the tasks that ask."""

from typing import Any
from weakref import WeakKeyDictionary

from simulator.world import World


class Ahead:
    """The futures of one world as it is now, by how many seconds they are ahead.

    Time may be cut anywhere, so that a later future goes on from an earlier one. A fork shares its tables with the
    world, and whoever writes copies first: tables that are still the same objects tell that nothing has happened since.
    """

    def __init__(self, world: World) -> None:
        self._known = {0.0: world.fork()}
        self._was = Glance(world)
        self._spare: dict[float, tuple[World, Glance]] = {}
        """A copy that was handed out, which serves again if it was only looked at."""

    def is_of(self, world: World) -> bool:
        """Whether the world is still as it was."""
        return self._was.is_of(world)

    def at(self, seconds: float) -> World:
        """A copy of the world so many seconds ahead, to be spent."""
        spare = self._spare.get(seconds)
        if spare is not None and spare[1].is_of(spare[0]):
            return spare[0]
        copy = self._world_at(seconds).fork()
        self._spare[seconds] = copy, Glance(copy)
        return copy

    def _world_at(self, seconds: float) -> World:
        if seconds not in self._known:
            before = max(known for known in self._known if known < seconds)
            self._known[seconds] = self._known[before].fork()
            self._known[seconds].advance(seconds - before)
        return self._known[seconds]


class Glance:
    """A world at one moment, by which it is known again as long as nothing happens in it."""

    def __init__(self, world: World) -> None:
        self._tables = tables(world)
        self._clock = world.clock.reading

    def is_of(self, world: World) -> bool:
        now = tables(world)
        same = now.keys() == self._tables.keys() and all(now[name] is rows for name, rows in self._tables.items())
        return same and world.clock.reading == self._clock


_ahead: "WeakKeyDictionary[World, Ahead]" = WeakKeyDictionary()


def later(world: World, seconds: float) -> World:
    """A copy of a world after some seconds in which nobody touches it."""
    ahead = _ahead.get(world)
    if ahead is None or not ahead.is_of(world):
        ahead = _ahead[world] = Ahead(world)
    return ahead.at(float(seconds))


def tables(world: World) -> dict[str, dict[Any, Any]]:
    return {name: world.state.table(name).rows for name in world.state.names()}

"""Whether a world has changed in a way that a check could see."""

from collections.abc import Iterator
from typing import Any

OBJECTS, FILES = "etcd/", "runtime/files"
NOISE = (f"{OBJECTS}events", f"{OBJECTS}leases.coordination.k8s.io")
"""What changes all the time and says nothing about a task."""
HISTORY = ".bash_history"


class Seen:
    """A world's tables as a copy of it found them.

    A fork shares its rows with the origin until one of them writes, and a write copies them first: rows that are still
    the same object are unchanged, which costs nothing to find out.
    """

    def __init__(self, copy: Any) -> None:
        self._rows = dict(tables(copy))

    def differs(self, world: Any) -> bool:
        now = dict(tables(world))
        if now.keys() != self._rows.keys():
            return True
        return any(rows is not self._rows[name] and self._tells(name, rows) for name, rows in now.items())

    def _tells(self, name: str, rows: dict[Any, Any]) -> bool:
        if name != FILES:
            return True
        before = self._rows[name]
        keys = before.keys() | rows.keys()
        return any(before.get(key) is not rows.get(key) and HISTORY not in str(key) for key in keys)


def tables(world: Any) -> Iterator[tuple[str, dict[Any, Any]]]:
    for name in world.state.names():
        if (name.startswith(OBJECTS) and name not in NOISE) or name == FILES:
            yield name, world.state.table(name).rows

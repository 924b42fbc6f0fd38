"""Values of jq by their paths: looking, putting, taking away. Upstream: jq(1)"""

from __future__ import annotations

from typing import Any

from simulator.shell.programs.jq_values import (
    Mistake,
    kind,
    rank,
)

type Path = tuple[Any, ...]


type Found = tuple[Path | None, Any]
"""A result, and where it lies in the input (None: it was made)."""


GONE = object()


def item_of(held: Any, key: Any) -> Any:
    if held is None and (isinstance(key, str) or kind(key) == "number"):
        return None
    if isinstance(held, dict) and isinstance(key, str):
        return held.get(key)
    if isinstance(held, list) and kind(key) == "number":
        place = int(key)
        return held[place] if -len(held) <= place < len(held) else None
    quoted = f'"{key}"' if isinstance(key, str) else kind(key)
    raise Mistake(f"Cannot index {kind(held)} with {quoted}")


def look(value: Any, path: Path) -> Any:
    for key in path:
        value = item_of(value, key)
    return value


def placed(value: Any, path: Path, made: Any) -> Any:
    if not path:
        return made
    key, rest = path[0], path[1:]
    inner = placed(item_of(value, key), rest, made)
    if isinstance(key, str):
        return {**(value or {}), key: inner}
    place = int(key)
    grown = list(value or [])
    if place < 0:
        place += len(grown)
    if not 0 <= place < 100_000:
        raise Mistake("Out of bounds negative array index" if place < 0 else "Array index too large")
    grown += [None] * (place + 1 - len(grown))
    grown[place] = inner
    return grown


def without(value: Any, paths: list[Path]) -> Any:
    for path in sorted(paths, key=lambda path: rank(list(path)), reverse=True):
        holder = look(value, path[:-1])
        key = path[-1]
        if isinstance(holder, dict):
            value = placed(value, path[:-1], {name: item for name, item in holder.items() if name != key})
        elif isinstance(holder, list):
            place = key + len(holder) if key < 0 else key
            value = placed(value, path[:-1], [item for number, item in enumerate(holder) if number != place])
    return value

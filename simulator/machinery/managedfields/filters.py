"""The fields that an endpoint does not write, whatever a request says. Upstream: structured-merge-diff/fieldpath"""

from functools import lru_cache

from simulator.machinery.managedfields.comparing import Comparison
from simulator.machinery.managedfields.fieldsets import FieldSet, build, is_member

type Paths = tuple[tuple[str, ...], ...]
type Tree = dict[str, "Tree"]

ANY = "*"
"""In a path, whatever stands there: each item of a list."""


class Filter:
    """Takes the fields out of a set that an endpoint resets; where it writes `only` some, all others."""

    def __init__(self, resets: Paths = (), only: Paths = ()) -> None:
        self._resets = tree(resets)
        self._only = tree(only)

    def of(self, fields: FieldSet) -> FieldSet:
        if self._only:
            return kept(fields, self._only)
        return left(fields, self._resets) if self._resets else fields

    def compared(self, found: Comparison) -> Comparison:
        return Comparison(self.of(found.changed), self.of(found.removed))


def tree(paths: Paths) -> Tree:
    top: Tree = {}
    for path in paths:
        node = top
        for name in path:
            node = node.setdefault(ANY if name == ANY else f"f:{name}", {})
    return top


def left(fields: FieldSet, resets: Tree) -> FieldSet:
    """The fields but for those at these paths and below."""
    result: FieldSet = {}
    for element, node in fields.items():
        below = resets.get(element)
        if below is None:
            result[element] = node
        elif below:
            found = build(is_member(node), left(bare(node), below))
            if found is not None:
                result[element] = found
    return result


def kept(fields: FieldSet, only: Tree) -> FieldSet:
    """The fields at these paths, below and on the way to them."""
    result: FieldSet = {}
    for element, node in fields.items():
        below = only.get(element, only.get(ANY))
        if below is None:
            continue
        found = build(is_member(node), kept(bare(node), below)) if below else node
        if found is not None:
            result[element] = found
    return result


def bare(node: FieldSet) -> FieldSet:
    return {element: child for element, child in node.items() if element != "."}


EVERYTHING = Filter()
"""The filter of an endpoint that writes all fields."""


@lru_cache(maxsize=256)
def filter_of(resets: Paths, only: Paths = ()) -> Filter:
    return Filter(resets, only)

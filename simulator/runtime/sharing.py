"""How machines share the CPU of their node, once they want more than there is. Upstream: sched(7), cgroup-v2.rst"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

LEAST = 2
"""The weight of whoever requests nothing."""


class Wish(NamedTuple):
    """What a machine would use, in thousandths of a CPU, and what it weighs beside others."""

    machine: str
    wanted: int
    weight: int


def divided(wishes: Sequence[Wish], cores: int) -> dict[str, int]:
    """What each gets: as much as it wants where its share is that large, and else its share of what they leave."""
    grants: dict[str, int] = {}
    left, waiting = cores, list(wishes)
    while waiting:
        total = sum(wish.weight for wish in waiting)
        content = [wish for wish in waiting if wish.wanted * total <= left * wish.weight]
        if not content:
            return grants | {wish.machine: max(left * wish.weight // total, 1) for wish in waiting}
        for wish in content:
            grants[wish.machine] = wish.wanted
            left -= wish.wanted
        waiting = [wish for wish in waiting if wish.machine not in grants]
    return grants

"""Why an object is as it is: the chain of who asked, decided and did what, a refusal or a dead end included.

The steps are facts; the page puts them into words (`why-…`), and walks along them in the picture.
"""

from typing import Any

from lab.sandboxes.deeds import Memory
from lab.sandboxes.why.now import NOW
from lab.sandboxes.why.origins import ancestors, origins
from lab.sandboxes.why.steps import Step
from lab.sandboxes.why.stories import STORIES, untold

__all__ = ["FIRST", "LAST", "Step", "why"]

FIRST, LAST = 4, 12
"""How many steps are told of a long chain, from its beginning and from its end."""


def why(cluster: Any, resource: str, namespace: str, name: str) -> list[Step]:
    """The chain behind an object; empty where there is none of that name."""
    obj = cluster.store.get(resource, (namespace, name))
    if obj is None:
        return []
    family = [*reversed(list(ancestors(cluster, obj))), (resource, obj)]
    memory = Memory(cluster, family)
    steps = sorted([*origins(memory, family), *STORIES.get(resource, untold)(memory, obj)], key=lambda step: step.at)
    is_known = any(step.did in ("status", "condition") for step in steps)
    now = list(NOW[resource](memory, obj, is_known)) if resource in NOW else []
    steps += [step._replace(at=0) for step in now]  # at no moment: it is so now
    return steps if len(steps) <= FIRST + LAST else [*steps[:FIRST], *steps[-LAST:]]

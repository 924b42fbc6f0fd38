"""An object that the picture does not draw, in plain facts: what `kubectl get` shows of it, and where it is found."""

from itertools import islice
from typing import Any

from lab.sandboxes.events import events
from simulator.machinery.objects import Object
from simulator.resources.resource import Resource
from simulator.resources.tables import table

MOST = 12
"""How many facts are told."""
LONGEST = 300
"""Letters of a fact that are shown."""


def located(cluster: Any, namespace: str, kind_and_name: str) -> tuple[Resource, Object] | None:
    """The object that `Deployment/web` in a namespace means; where kinds share a name, the first that has it."""
    kind, _, name = kind_and_name.partition("/")
    for resource in cluster.server.resources():
        if resource.kind.lower() == kind.lower():
            obj = cluster.store.get(resource.key, (namespace if resource.namespaced else "", name))
            if obj is not None:
                return resource, obj
    return None


def plainly(cluster: Any, now: int, namespace: str, kind_and_name: str) -> dict[str, Any]:
    """Its facts and its Events; no facts where there is no such object."""
    found = located(cluster, namespace, kind_and_name)
    if found is None:
        return {"plain": None, "events": []}
    resource, obj = found
    shown = table(resource, [obj], now=now, include_object="None")
    cells = zip(shown["columnDefinitions"], shown["rows"][0]["cells"], strict=False)
    facts = [(column["name"], shortened(cell)) for column, cell in cells if column.get("format") != "name"]
    space, uid = obj["metadata"].get("namespace", "default"), obj["metadata"]["uid"]
    return {"plain": list(islice(facts, MOST)), "events": events(cluster.store, space, uid)}


def shortened(cell: Any) -> str:
    text = "–" if cell in (None, "") else str(cell)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

"""What a scene made, remembered in the world itself: so a check can tell an object from another of the same name."""

from hashlib import blake2b
from typing import Any

from simulator.kernel.state import Table
from simulator.machinery.objects import Key, Object, key_of
from simulator.world import World, canonical

TABLE = "scene/origins"
PASSING = ("events", "events.events.k8s.io", "leases.coordination.k8s.io")
"""Kinds that come and go by themselves."""

type Place = tuple[str, str, str, str]
"""Cluster, resource, namespace, name."""
type Origin = dict[str, str]
"""`uid`, `spec` (a fingerprint of what the scene asked for), and of a node `boot`."""


def remember(world: World) -> None:
    """Note every object that is there now, outside the system's own namespaces."""
    noted: Table[Place, Origin] = world.state.table(TABLE)
    for name, cluster in world.clusters.items():
        for resource in cluster.store.resources():
            if resource in PASSING:
                continue
            for obj in cluster.store.list(resource):
                namespace, own = key_of(obj)
                if not namespace.startswith("kube-"):
                    made = {"uid": obj["metadata"]["uid"], "spec": wish(obj)}
                    if resource == "nodes":
                        made["boot"] = obj["status"]["nodeInfo"]["bootID"]
                    noted.put((name, resource, namespace, own), made)


def origin(world: World, cluster: str, resource: str, key: Key) -> Origin | None:
    """What the scene made under this name, if it made anything."""
    noted: Table[Place, Origin] = world.state.table(TABLE)
    return noted.get((cluster, resource, *key))


def wish(obj: Object) -> str:
    """A fingerprint of everything in an object but its metadata and status."""
    asked: dict[str, Any] = {name: value for name, value in obj.items() if name not in ("metadata", "status")}
    return blake2b(canonical(asked).encode(), digest_size=8).hexdigest()

"""Which cluster and namespace the learner's kubectl speaks to now, as the workstation's kubeconfig says."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from simulator.machinery import yaml
from simulator.workstation import HOME, NAME

LARGEST = 64 * 1024
"""A kubeconfig longer than this (characters) is not read."""


class Context(NamedTuple):
    """A cluster by its name in the world, and a namespace there."""

    cluster: str
    namespace: str = "default"


def current(world: Any) -> Context:
    """The current context; the first cluster where the kubeconfig leads nowhere that we know."""
    return contexts(world)[1]


def leading_to(world: Any, cluster: str) -> tuple[str, Context]:
    """The context that leads to a cluster, with its name; "" for the current one, and where there is none."""
    known, here = contexts(world)
    if here.cluster == cluster:
        return "", here
    return next(((name, each) for name, each in known.items() if each.cluster == cluster), ("", Context(cluster)))


def contexts(world: Any) -> tuple[Mapping[str, Context], Context]:
    """Every context that leads to a cluster of the world by its name, and the current one."""
    node = world.machines.files(NAME).find(f"{HOME}/.kube/config")
    text = (node or {}).get("content", "")
    return _read(text if len(text) <= LARGEST else "", tuple((each.url, name) for name, each in world.clusters.items()))


@lru_cache(maxsize=256)
def _read(text: str | bytes, clusters: tuple[tuple[str, str], ...]) -> tuple[Mapping[str, Context], Context]:
    first = Context(clusters[0][1])
    try:
        config = yaml.load(text)
        servers = {each["name"]: each["cluster"]["server"] for each in config["clusters"]}
        found = {}
        for each in config["contexts"]:
            about = each["context"]
            cluster = dict(clusters).get(servers.get(about["cluster"]))
            if cluster is not None:
                found[each["name"]] = Context(cluster, str(about.get("namespace") or "default"))
        return found, found.get(config["current-context"], first)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError):
        return {}, first

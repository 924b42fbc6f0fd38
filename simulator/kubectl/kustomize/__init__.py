"""Kustomizations: the objects that a folder with a kustomization.yaml stands for. What is not known is refused.

Upstream: sigs.k8s.io/kustomize/api/krusty
"""

from collections.abc import Iterator

from simulator.kubectl.kustomize.loading import begin
from simulator.kubectl.kustomize.ordering import ordered
from simulator.kubectl.kustomize.target import made
from simulator.kubectl.kustomize.unfit import check
from simulator.kubectl.terminal import Terminal
from simulator.machinery.objects import Object


def build(terminal: Terminal, folder: str, *, restricted: bool = True) -> Iterator[Object]:
    """The objects in the order in which they are to be created. Raises CommandError."""
    items, kustomization = made(begin(terminal, folder, restricted=restricted))
    objects = [item.object for item in ordered(items, kustomization.get("sortOptions"))]
    for obj in objects:
        check(obj)
    yield from ({str(key): value for key, value in obj.items()} for obj in objects)

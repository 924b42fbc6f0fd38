"""What a build tells of itself on the objects it makes, where `buildMetadata` asks for it.

Upstream: sigs.k8s.io/kustomize/api/resource/origin.go
"""

from collections.abc import Sequence
from dataclasses import replace
from textwrap import indent
from typing import Any

from simulator.kubectl.kustomize.resources import Item
from simulator.machinery.objects import Object, at, changed

ORIGIN = "config.kubernetes.io/origin"
TRANSFORMATIONS = "alpha.config.kubernetes.io/transformations"
MANAGED_BY = "app.kubernetes.io/managed-by"


def step(place: str, kind: str) -> Object:
    """The origin of what a step makes or changes that a field asks for."""
    return {"configuredIn": place, "configuredBy": {"apiVersion": "builtin", "kind": kind}}


def noted(items: Sequence[Item], origins: Sequence[Object]) -> list[Item]:
    return [replace(item, transformers=(*item.transformers, *origins)) for item in items]


def with_metadata(items: Sequence[Item], wanted: Sequence[str], release: str) -> list[Item]:
    """The items with what the build is to tell of itself."""
    found = []
    for item in items:
        obj: Any = item.object
        if "originAnnotations" in wanted and item.origin is not None:
            annotations = at(obj, "metadata", "annotations") or {}
            obj = changed(obj, ("metadata", "annotations"), {**annotations, ORIGIN: origin_text(item.origin)})
        if "transformerAnnotations" in wanted and item.transformers:
            annotations = at(obj, "metadata", "annotations") or {}
            text = "".join(f"- {indent(origin_text(one), '  ')[2:]}" for one in item.transformers)
            obj = changed(obj, ("metadata", "annotations"), {**annotations, TRANSFORMATIONS: text})
        if "managedByLabel" in wanted:
            labels = at(obj, "metadata", "labels") or {}
            obj = changed(obj, ("metadata", "labels"), {**labels, MANAGED_BY: f"kustomize-{release}"})
        found.append(replace(item, object=obj))
    return found


def origin_text(origin: Object) -> str:
    """An origin as YAML, its fields in the order of upstream's struct."""
    return "".join(
        f"{key}:\n{''.join(f'  {name}: {inner}' + chr(10) for name, inner in value.items())}"
        if isinstance(value, dict)
        else f"{key}: {value}\n"
        for key, value in origin.items()
    )

"""What a kustomization does to every object: namespace, names, labels, annotations, replicas, images.

Upstream: sigs.k8s.io/kustomize/api/internal/builtins, api/filters
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize.configuration import Configuration, with_specs
from simulator.kubectl.kustomize.defaults import OWN_LABELS
from simulator.kubectl.kustomize.fieldspecs import FieldSpec, Form, Misplaced, changed_at, kind_text, specs_in
from simulator.kubectl.kustomize.replacements import text_of
from simulator.kubectl.kustomize.resources import Item
from simulator.machinery.objects import Object, changed

UNNAMED = ("Namespace", "CustomResourceDefinition", "APIService")
"""Kinds whose names stay as they are."""


def each(items: Sequence[Item], change: Callable[[Object], Object]) -> list[Item]:
    return [item.holding(change(item.object)) for item in items]


def with_namespace(items: Sequence[Item], namespace: str, specs: Sequence[FieldSpec]) -> list[Item]:
    """The items in a namespace. Raises CommandError where two would then be the same."""
    try:
        moved = each(items, lambda obj: in_namespace(obj, namespace, specs))
    except Misplaced as error:
        problem = "field specs must target scalar nodes" if error.wrong_form else "transformation failed"
        raise CommandError(f"namespace {problem}: {error}") from None
    for place, item in enumerate(moved):
        same = [other.id for other in moved[:place] if other.id.equals(item.id)]
        if same:
            raise CommandError(f"namespace transformation produces ID conflict: [{item.id}]")
    return moved


def in_namespace(obj: Object, namespace: str, specs: Sequence[FieldSpec]) -> Object:
    item = Item(obj)
    if item.id.kind == "Namespace":
        return changed(obj, ("metadata", "name"), namespace)
    if not item.id.is_cluster_wide:
        obj = changed(obj, ("metadata", "namespace"), namespace)
    for spec in specs:
        if spec.is_for(item.id) and spec.path != "metadata/namespace":
            obj = changed_at(obj, spec, lambda _: namespace, Form.SCALAR)
    if item.id.kind in ("RoleBinding", "ClusterRoleBinding") and isinstance(obj.get("subjects"), list):
        subjects = [
            {**one, "namespace": namespace}
            if isinstance(one, dict) and (one.get("kind"), one.get("name")) == ("ServiceAccount", "default")
            else one
            for one in obj["subjects"]
        ]
        obj = {**obj, "subjects": subjects}
    return obj


def with_affixes(items: Sequence[Item], begin: str, end: str, specs: Sequence[FieldSpec]) -> list[Item]:
    """The items with something before and behind their names, or behind what other paths say."""
    return [affixed(item, begin, end, specs) for item in items] if begin or end else list(items)


def affixed(item: Item, begin: str, end: str, specs: Sequence[FieldSpec]) -> Item:
    if item.ids[0].kind in UNNAMED:
        return item
    obj, id = item.object, item.id
    for spec in specs:
        if spec.is_for(id):
            obj = changed_at(
                obj, spec, lambda value: begin + ("null" if value is None else text_of(value)) + end, Form.SCALAR
            )
    affixes = ((begin, end),) if any(spec.path == "metadata/name" for spec in specs) else ()
    return replace(item.holding(obj), affixes=(*item.affixes, *affixes))


def with_labels(items: Sequence[Item], entries: Sequence[Object], known: Configuration) -> list[Item]:
    for entry in entries:
        if entry.get("includeSelectors"):
            more: Sequence[FieldSpec] = known.common_labels
        else:
            more = (*(known.template_labels if entry.get("includeTemplates") else ()), *known.labels, OWN_LABELS)
        try:
            specs = with_specs(specs_in(entry.get("fields")), more)
        except CommandError as error:
            raise CommandError(f"failed to merge labels: {error}") from None
        items = with_pairs(items, entry.get("pairs") or {}, specs)
    return list(items)


def with_pairs(items: Sequence[Item], pairs: dict[str, str], specs: Sequence[FieldSpec]) -> list[Item]:
    """The items with pairs added to the maps at these paths."""
    if not pairs:
        return list(items)

    def added(current: Any) -> Any:
        return current if current is None else {**current, **pairs}

    def change(obj: Object) -> Object:
        id = Item(obj).id
        for spec in specs:
            if spec.is_for(id):
                obj = changed_at(obj, spec, added, Form.MAPPING)
        return obj

    return each(items, change)


def with_replicas(items: Sequence[Item], replicas: Sequence[Object], specs: Sequence[FieldSpec]) -> list[Item]:
    for entry in replicas:
        found = [counted(item, entry, specs) for item in items]
        if all(new is None for new in found):
            kinds = " ".join(kind_text(spec.group, spec.version, spec.kind) for spec in specs)
            raise CommandError(
                f"resource with name {entry.get('name', '')} does not match a config with the following GVK [{kinds}]"
            )
        items = [new or item for item, new in zip(items, found, strict=True)]
    return list(items)


def counted(item: Item, entry: Object, specs: Sequence[FieldSpec]) -> Item | None:
    """An item with its number of replicas, or None where it is not meant."""
    meant = [spec for spec in specs if any(spec.is_for(id) and id.name == entry.get("name") for id in item.ids)]
    obj = item.object
    for spec in meant:
        obj = changed_at(obj, spec, lambda _: entry.get("count", 0), Form.SCALAR)
    return item.holding(obj) if meant else None


def with_images(items: Sequence[Item], images: Sequence[Object], specs: Sequence[FieldSpec]) -> list[Item]:
    """The items with images renamed: in every list of containers there is, then where fields say so."""
    for image in images:
        items = each(items, partial(tagged, image=image, specs=specs))
    return list(items)


def tagged(obj: Object, image: Object, specs: Sequence[FieldSpec]) -> Object:
    id = Item(obj).id
    obj = imaged(obj, image)
    for spec in specs:
        if spec.is_for(id):
            there = spec._replace(create=False)  # nothing is made where there is no image
            obj = changed_at(obj, there, partial(renamed_value, image=image), Form.SCALAR)
    return obj


def imaged(value: Any, image: Object) -> Any:
    """The same value, with another name or tag of an image in every list of containers."""
    if isinstance(value, list):
        return [imaged(item, image) for item in value]
    if not isinstance(value, dict) or value.get("kind") == "CustomResourceDefinition":
        return value
    found = {field: imaged(inner, image) for field, inner in value.items()}
    for field in ("containers", "initContainers"):
        if isinstance(found.get(field), list):
            found[field] = [
                {**one, "image": renamed(one["image"], image)}
                if isinstance(one, dict) and isinstance(one.get("image"), str)
                else one
                for one in found[field]
            ]
    return found


def renamed_value(value: Any, image: Object) -> Any:
    return renamed(value, image) if isinstance(value, str) else value


def renamed(text: str, image: Object) -> str:
    """An image's text after a rule. Upstream: api/image/image.go"""
    wanted = str(image.get("name") or "")
    if not re.fullmatch(re.escape(wanted) + r"(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?", text):
        return text
    bare, _, digest = text.partition("@")
    name, tag = bare, ""
    if bare.rfind(":") > bare.rfind("/"):
        name, _, tag = bare.rpartition(":")
    if image.get("newName"):
        name = str(image["newName"])
    if image.get("newTag") or image.get("digest"):
        tag, digest = str(image.get("newTag") or ""), str(image.get("digest") or "")
    if image.get("tagSuffix") and tag:
        tag, digest = tag + str(image["tagSuffix"]), ""
    return name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")

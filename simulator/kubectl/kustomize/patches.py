"""Patches of a kustomization: strategic or JSON, for one object or for all that a target picks.

Upstream: sigs.k8s.io/kustomize/api/internal/builtins (PatchTransformer, PatchStrategicMergeTransformer,
PatchJson6902Transformer)
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize.definitions import Definitions
from simulator.kubectl.kustomize.kustomization import Misconfigured
from simulator.kubectl.kustomize.loading import Loader
from simulator.kubectl.kustomize.merging import merged
from simulator.kubectl.kustomize.resources import Id, Item
from simulator.machinery import yaml
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, changed
from simulator.machinery.patches import PatchError, json_patch
from simulator.machinery.patterns import PatternError, compiled
from simulator.machinery.selectors import parse
from simulator.machinery.yaml.scalars import resolve_v3


class Patch(NamedTuple):
    """A patch as it was read: objects to merge or one list of operations, and how it was given."""

    objects: tuple[Object, ...]
    operations: list[Any]
    shown: str


def strategic_patches(loader: Loader, kustomization: Object, items: list[Item]) -> list[Item]:
    """The items after `patchesStrategicMerge`."""
    sources = kustomization.get("patchesStrategicMerge") or ()
    for source in sources:
        try:
            text = source if "\n" in source else loader.load(source).decode(errors="replace")
        except CommandError as error:
            raise Misconfigured("PatchStrategicMergeTransformer", {"paths": list(sources)}, str(error)) from None
        for obj in understood(text, source).objects:
            items = merged_one(loader.definitions, items, obj)
    return items


def patches(loader: Loader, kustomization: Object, items: list[Item]) -> list[Item]:
    """The items after `patches`."""
    for entry in kustomization.get("patches") or ():
        patch = loaded(loader, entry)
        if patch.operations:
            items = with_operations(items, patch, entry.get("target"))
        for obj in patch.objects:
            items = with_object(loader.definitions, items, obj, entry)
    return items


def json_patches(loader: Loader, kustomization: Object, items: list[Item]) -> list[Item]:
    """The items after `patchesJson6902`."""
    for entry in kustomization.get("patchesJson6902") or ():
        try:
            text = entry.get("patch") or loader.load(entry.get("path") or "").decode(errors="replace")
        except CommandError as error:
            raise Misconfigured("PatchJson6902Transformer", entry, str(error)) from None
        items = with_operations(items, understood(text, text), entry.get("target") or {})
    return items


def loaded(loader: Loader, entry: Object) -> Patch:
    """Read the patch of an entry. Raises CommandError."""
    text, path = (entry.get("patch") or "").strip(), entry.get("path") or ""
    config = yaml.dump(entry)
    if not text and not path:
        raise Misconfigured("PatchTransformer", entry, f"must specify one of patch and path in\n{config}")
    if text and path:
        raise Misconfigured("PatchTransformer", entry, f"patch and path can't be set at the same time\n{config}")
    if not path:
        return understood(text, f"patch: {quoted(text)}", entry)
    try:
        text = loader.load(path).decode(errors="replace")
    except CommandError as error:
        problem = f"failed to get the patch file from path({path}): {error}"
        raise Misconfigured("PatchTransformer", entry, problem) from None
    return understood(text, f"path: {quoted(path)}", entry)


def understood(text: str, shown: str, entry: Object | None = None) -> Patch:
    """A patch is strategic if it is made of objects, and JSON if it is a list of operations."""
    try:
        read = (orjson.loads(text),) if text.startswith("[") else yaml.load_all(text, plain=resolve_v3, typed=True)
        documents = [document for document in read if document is not None]
    except (yaml.YAMLError, orjson.JSONDecodeError):
        documents = []
    if documents and all(is_object(document) for document in documents):
        return Patch(tuple(documents), [], shown)
    if len(documents) == 1 and isinstance(documents[0], list) and all(isinstance(one, dict) for one in documents[0]):
        return Patch((), yaml.load(text), shown)
    raise Misconfigured("PatchTransformer", entry or {}, f"unable to parse SM or JSON patch from [{shown}]")


def is_object(document: Any) -> bool:
    return isinstance(document, dict) and bool(document.get("kind")) and isinstance(document.get("metadata"), dict)


def with_operations(items: Sequence[Item], patch: Patch, target: Object | None) -> list[Item]:
    if target is None:
        raise CommandError(f"must specify a target for JSON patch [{patch.shown}]")
    try:
        return [
            item.holding(json_patch.apply(item.object, patch.operations)) if is_meant(item, target) else item
            for item in items
        ]
    except PatchError as error:
        raise CommandError(str(error)) from None


def with_object(known: Definitions, items: list[Item], patch: Object, entry: Object) -> list[Item]:
    target = entry.get("target")
    if target is None:
        id = Id.of(patch)
        try:
            return merged_one(known, items, patch)
        except CommandError as error:
            raise CommandError(f"no resource matches strategic merge patch {quoted(str(id))}: {error}") from None
    options = entry.get("options") or {}
    found = []
    for item in items:
        new: Item | None = item
        if is_meant(item, target):
            rename, rekind = bool(options.get("allowNameChange")), bool(options.get("allowKindChange"))
            new = merged_item(known, item, patch, rename=rename, rekind=rekind)
        if new is not None:
            found.append(new)
    return found


def merged_one(known: Definitions, items: Sequence[Item], patch: Object) -> list[Item]:
    """The items with the one that the patch names changed by it. Raises CommandError."""
    id = Id.of(patch)
    matches = [at for at, item in enumerate(items) if any(id.equals(one) for one in item.ids)]
    if len(matches) != 1:
        how = "multiple" if matches else "no"
        raise CommandError(f"{how} matches for Id {id}; failed to find unique target for patch {id}")
    place = matches[0]
    new = merged_item(known, items[place], patch)
    return [*items[:place], *([] if new is None else [new]), *items[place + 1 :]]


def merged_item(
    known: Definitions, item: Item, patch: Object, *, rename: bool = False, rekind: bool = False
) -> Item | None:
    """An item with a patch merged into it; name, namespace and kind stay, unless they may change."""
    id = item.id
    new = merged(item.object, patch, known.type_of(id))
    if new is None:
        return None
    if not rename:
        new = changed(new, ("metadata", "name"), id.name)
    if not rekind:
        new = {**new, "kind": id.kind, "apiVersion": item.object.get("apiVersion")}
    metadata = {key: value for key, value in new["metadata"].items() if key != "namespace"}
    if id.namespace:
        metadata["namespace"] = id.namespace
    return item.holding({**new, "metadata": metadata})


def is_meant(item: Item, target: Object) -> bool:
    """Whether a target picks this item: by patterns of its ids, and by selectors."""
    if not any(fits(id, target) for id in item.ids):
        return False
    metadata = item.object.get("metadata") or {}
    return all(
        parse(target[f"{field}Selector"]).matches(metadata.get(f"{field}s"))
        for field in ("label", "annotation")
        if target.get(f"{field}Selector")
    )


def fits(id: Id, target: Object) -> bool:
    for field, value in id._asdict().items():
        wanted = target.get(field)
        if wanted and not matches(str(wanted), id.place if field == "namespace" else value):
            return False
    return True


def matches(pattern: str, value: str) -> bool:
    whole = f"^(?:{pattern})$"
    try:
        return compiled(whole).fullmatch(value) is not None
    except PatternError as error:
        raise CommandError(f"error parsing regexp: {error}") from None

"""What a folder stands for: what it names, what it generates, its components, and what it does to all of them.

Upstream: sigs.k8s.io/kustomize/api/internal/target/kusttarget.go
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from posixpath import normpath
from typing import Any

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize import kustomization as file
from simulator.kubectl.kustomize.generators import generated, with_hash
from simulator.kubectl.kustomize.loading import REMOTE, Loader
from simulator.kubectl.kustomize.patches import json_patches, patches, strategic_patches
from simulator.kubectl.kustomize.references import followed
from simulator.kubectl.kustomize.releases import kustomize_of
from simulator.kubectl.kustomize.replacements import replaced
from simulator.kubectl.kustomize.resources import Item, absorbed, appended
from simulator.kubectl.kustomize.transformers import (
    with_affixes,
    with_annotations,
    with_images,
    with_labels,
    with_namespace,
    with_replicas,
)
from simulator.machinery import yaml
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at, changed
from simulator.machinery.patches.values import go_text

LOCAL = "config.kubernetes.io/local-config"
ORIGIN = "config.kubernetes.io/origin"
MANAGED_BY = "app.kubernetes.io/managed-by"

type Transformer = Callable[[Loader, Object, list[Item]], list[Item]]

TRANSFORMERS: tuple[Transformer, ...] = (
    strategic_patches,
    patches,
    lambda _, said, items: with_namespace(items, said["namespace"]) if said.get("namespace") else items,
    lambda _, said, items: with_affixes(items, said.get("namePrefix") or "", said.get("nameSuffix") or ""),
    lambda _, said, items: with_labels(items, said),
    lambda _, said, items: with_annotations(items, said),
    json_patches,
    lambda _, said, items: with_replicas(items, said.get("replicas") or ()),
    lambda _, said, items: with_images(items, said.get("images") or ()),
    replaced,
)
"""What is done to the objects, in this order whatever the order in the file."""


def made(loader: Loader) -> tuple[list[Item], Object]:
    """The objects of a folder, and what its kustomization says. Raises CommandError."""
    said = file.read(loader)
    items = followed([with_hash(item) for item in accumulated(loader, said, [], ".")])
    kept = [item for item in items if at(item.object, "metadata", "annotations", LOCAL) != "true"]
    release = kustomize_of(int(loader.terminal.version.split(".")[1]))
    return with_metadata(kept, said.get("buildMetadata") or (), release), said


def accumulated(loader: Loader, said: Object, items: list[Item], folder: str) -> list[Item]:
    """The items so far with those of one kustomization, and with everything it says done to them."""
    for path in said.get("resources") or ():
        try:
            items = with_resource(loader, items, path, folder)
        except CommandError as error:
            raise CommandError(f"accumulating resources: {error}") from None
    for item in generated(loader, said):
        configured = {"apiVersion": "builtin", "kind": f"{item.id.kind}Generator"}
        origin = {"configuredIn": normpath(f"{folder}/{file.file_name(loader)}"), "configuredBy": configured}
        try:
            items = absorbed(items, replace(item, origin=origin))
        except CommandError as error:
            raise CommandError(f"merging from generator &{{{address(item)} <nil>}}: {error}") from None
    for path in said.get("components") or ():
        items = with_component(loader, items, path, folder)
    for transform in TRANSFORMERS:
        items = transform(loader, said, items)
    return items


def address(item: Item) -> str:
    """Where Go has a generator in memory, which it tells in an error."""
    return f"0xc{sum(item.name.encode()) * 0x1130 % 0xFFFFFFFF:09x}"


def with_resource(loader: Loader, items: list[Item], path: str, folder: str) -> list[Item]:
    """The items and those of a file, or of a folder if it is none. Raises CommandError."""
    try:
        found = [Item(obj, origin={"path": normpath(f"{folder}/{path}")}) for obj in objects_of(loader, path)]
        return appended(items, found)
    except yaml.YAMLError as error:
        words = str(error).removeprefix("error converting YAML to JSON: ")
        raise CommandError(
            f"accumulating resources from '{path}': MalformedYAMLError: {words} in File: {path}"
        ) from None
    except CommandError as error:
        as_file = f"accumulating resources from '{path}': {error}"
    try:
        if REMOTE.match(path) and not path.startswith(("http://", "https://")):
            raise CommandError(f"'{path}' is remote, and nothing here runs git")
        inner = loader.below(path)
        return with_folder(inner, items, normpath(f"{folder}/{path}"))
    except CommandError as error:
        raise CommandError(f"accumulation err='{as_file}': {error}") from None


def objects_of(loader: Loader, path: str) -> list[Object]:
    """The objects in a file, lists taken apart. Raises CommandError or YAMLError."""
    found = []
    for document in yaml.load_all(loader.load(path)):
        if document is None:
            continue
        if not isinstance(document, dict):
            raise yaml.YAMLError(f"yaml: unmarshal errors:\n  line 1: cannot unmarshal {document!r} into map")
        kind = document.get("kind")
        if isinstance(kind, str) and kind.endswith("List") and isinstance(document.get("items"), list):
            found += [item for item in document["items"] if isinstance(item, dict)]
        else:
            found.append(document)
    for obj in found:
        check(obj)
    return found


def check(obj: Object) -> None:
    metadata = obj.get("metadata")
    described = metadata if isinstance(metadata, dict) else {}
    shown = (
        f"{{{{{obj.get('apiVersion', '')} {obj.get('kind', '')}}} {{{{{described.get('name') or ''} "
        f"{described.get('namespace') or ''}}} {go_text(described.get('labels') or {})} "
        f"{go_text(described.get('annotations') or {})}}}}}"
    )
    if not obj.get("kind"):
        raise CommandError(f"missing Resource metadata: {shown}")
    if not described.get("name") and not described.get("generateName"):
        raise CommandError(f"missing metadata.name in object {shown}")


def with_folder(loader: Loader, items: list[Item], folder: str) -> list[Item]:
    """The items and those of another kustomization."""
    said = below(loader)
    if said["kind"] == "Component":
        raise CommandError(f"expected kind != 'Component' for path '{loader.root}'")
    try:
        found = accumulated(loader, said, [], folder)
    except CommandError as error:
        raise CommandError(f"recursed accumulation of path '{loader.root}': {error}") from None
    try:
        return appended(items, found)
    except CommandError as error:
        raise CommandError(f"recursed merging from path '{loader.root}': {error}") from None


def with_component(loader: Loader, items: list[Item], path: str, folder: str) -> list[Item]:
    """The items after a component, which adds to them and changes them."""
    try:
        inner = loader.below(path)
    except CommandError as error:
        raise CommandError(f"accumulating components: loader.New {quoted(str(error))}") from None
    try:
        said = below(inner)
        if said["kind"] != "Component":
            raise CommandError(f"expected kind 'Component' for path '{inner.root}' but got '{said['kind']}'")
        try:
            return accumulated(inner, said, items, normpath(f"{folder}/{path}"))
        except CommandError as error:
            raise CommandError(f"recursed accumulation of path '{inner.root}': {error}") from None
    except CommandError as error:
        raise CommandError(f"accumulating components: accumulateDirectory: {quoted(str(error))}") from None


def below(loader: Loader) -> Object:
    try:
        return file.read(loader)
    except CommandError as error:
        raise CommandError(f"couldn't make target for path '{loader.root}': {error}") from None


def with_metadata(items: Sequence[Item], wanted: Sequence[str], release: str) -> list[Item]:
    """The items with what the build is to tell of itself."""
    if "transformerAnnotations" in wanted:
        raise CommandError('build metadata "transformerAnnotations" is not simulated')
    found = []
    for item in items:
        obj: Any = item.object
        if "originAnnotations" in wanted and item.origin is not None:
            annotations = at(obj, "metadata", "annotations") or {}
            obj = changed(obj, ("metadata", "annotations"), {**annotations, ORIGIN: origin_text(item.origin)})
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

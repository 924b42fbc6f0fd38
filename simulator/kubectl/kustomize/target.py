"""What a folder stands for: what it names, what it generates, its components, and what it does to all of them.

Upstream: sigs.k8s.io/kustomize/api/internal/target/kusttarget.go
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from posixpath import normpath
from textwrap import indent
from typing import Any

from simulator.kubectl.client import log_head
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize import kustomization as file
from simulator.kubectl.kustomize.generators import generated, with_hash
from simulator.kubectl.kustomize.loading import REMOTE, Loader
from simulator.kubectl.kustomize.patches import json_patches, patches, strategic_patches
from simulator.kubectl.kustomize.plugins import Plugin, plugin
from simulator.kubectl.kustomize.references import followed
from simulator.kubectl.kustomize.releases import kustomize_of
from simulator.kubectl.kustomize.replacements import replaced
from simulator.kubectl.kustomize.resources import Item, absorbed, appended
from simulator.kubectl.kustomize.transformers import (
    with_affixes,
    with_annotations,
    with_common_labels,
    with_images,
    with_labels,
    with_namespace,
    with_replicas,
)
from simulator.kubectl.kustomize.variables import merge, named, resolved
from simulator.kubectl.lastapplied import sorted_keys
from simulator.machinery import yaml
from simulator.machinery.golang import json_text, quoted
from simulator.machinery.objects import Object, at, changed
from simulator.machinery.patches.values import go_text

LOCAL = "config.kubernetes.io/local-config"
ORIGIN = "config.kubernetes.io/origin"
TRANSFORMATIONS = "alpha.config.kubernetes.io/transformations"
MANAGED_BY = "app.kubernetes.io/managed-by"

type Transformer = Callable[[Loader, Object, list[Item]], list[Item]]

TRANSFORMERS: tuple[tuple[str, str, Transformer], ...] = (
    ("PatchStrategicMergeTransformer", "patchesStrategicMerge", strategic_patches),
    ("PatchTransformer", "patches", patches),
    ("NamespaceTransformer", "namespace", lambda _, said, items: with_namespace(items, said["namespace"])),
    ("PrefixTransformer", "namePrefix", lambda _, said, items: with_affixes(items, said["namePrefix"], "")),
    ("SuffixTransformer", "nameSuffix", lambda _, said, items: with_affixes(items, "", said["nameSuffix"])),
    ("LabelTransformer", "labels", lambda _, said, items: with_labels(items, said["labels"])),
    ("LabelTransformer", "commonLabels", lambda _, said, items: with_common_labels(items, said["commonLabels"])),
    ("AnnotationsTransformer", "commonAnnotations", lambda _, said, items: with_annotations(items, said)),
    ("PatchJson6902Transformer", "patchesJson6902", json_patches),
    ("ReplicaCountTransformer", "replicas", lambda _, said, items: with_replicas(items, said["replicas"])),
    ("ImageTagTransformer", "images", lambda _, said, items: with_images(items, said["images"])),
    ("ReplacementTransformer", "replacements", replaced),
)
"""What is done to the objects where a field asks for it, in this order whatever the order in the file."""
ONCE = ("PatchStrategicMergeTransformer", "ReplacementTransformer")
"""Steps of which there is one, however many entries their field has."""

type Known = dict[str, Object]
"""The variables of a build, by their names."""


def made(loader: Loader) -> tuple[list[Item], Object]:
    """The objects of a folder, and what its kustomization says. Raises CommandError."""
    said = file.read(loader)
    known: Known = {}
    items = followed([with_hash(item) for item in accumulated(loader, said, [], ".", known)])
    items = resolved(items, known, partial(log, loader))
    kept = [item for item in items if at(item.object, "metadata", "annotations", LOCAL) != "true"]
    release = kustomize_of(int(loader.terminal.version.split(".")[1]))
    return with_metadata(kept, said.get("buildMetadata") or (), release), said


def log(loader: Loader, line: str) -> None:
    loader.terminal.write_error(f"{log_head('I', loader.terminal.now)} log.go:244] {line}\n")


def accumulated(loader: Loader, said: Object, items: list[Item], folder: str, known: Known) -> list[Item]:
    """The items so far with those of one kustomization, and with everything it says done to them."""
    for path in said.get("resources") or ():
        try:
            items = with_resource(loader, items, path, folder, known)
        except CommandError as error:
            raise CommandError(f"accumulating resources: {error}") from None
    for item in all_generated(loader, said, folder):
        try:
            items = absorbed(items, item)
        except CommandError as error:
            raise CommandError(f"merging from generator &{{{address(item)} <nil>}}: {error}") from None
    for path in said.get("components") or ():
        items = with_component(loader, items, path, folder, known)
    return named(said, transformed(loader, said, items, folder), known)


def all_generated(loader: Loader, said: Object, folder: str) -> list[Item]:
    """What the fields of a kustomization generate, then what its plugins do."""
    place = normpath(f"{folder}/{file.file_name(loader)}")
    try:
        plugins = configured(loader, said, "generators", folder)
    except CommandError as error:
        raise CommandError(f"loading generator plugins: {error}") from None
    found = [replace(item, origin=step(place, f"{item.id.kind}Generator")) for item in generated(loader, said)]
    return [*found, *(replace(one.generated(loader), origin=one.origin) for one in plugins)]


def transformed(loader: Loader, said: Object, items: list[Item], folder: str) -> list[Item]:
    """The items after every step that the kustomization asks for, validators last. Raises CommandError."""
    place = normpath(f"{folder}/{file.file_name(loader)}")
    plugins = configured(loader, said, "transformers", folder)
    for kind, field, transform in TRANSFORMERS:
        if asked := said.get(field):
            times = len(asked) if isinstance(asked, list) and kind not in ONCE else 1
            if field == "labels" and not said.get("commonLabels"):
                times += 1  # the step of commonLabels, which does nothing
            items = noted(transform(loader, said, items), [step(place, kind)] * times)
    for one in plugins:
        items = noted(one.transformed(loader, items), [one.origin])
    for one in configured(loader, said, "validators", folder):
        after = one.transformed(loader, items)
        for before, item in zip(items, after, strict=False):
            if before.object != item.object:
                pair = "".join(f"\n -- {json_text(sorted_keys(each.object))}," for each in (before, item))[:-1]
                raise CommandError(f"validator shouldn't modify the resource map: nodes unequal: {pair}")
    return items


def step(place: str, kind: str) -> Object:
    """The origin of what a step makes or changes that a field asks for."""
    return {"configuredIn": place, "configuredBy": {"apiVersion": "builtin", "kind": kind}}


def noted(items: Sequence[Item], origins: Sequence[Object]) -> list[Item]:
    return [replace(item, transformers=(*item.transformers, *origins)) for item in items]


def configured(loader: Loader, said: Object, field: str, folder: str) -> list[Plugin]:
    """The plugins that a field names, inline ones first. Raises CommandError."""
    items: list[Item] = []
    paths = []
    inline = {"path": normpath(f"{folder}/{file.file_name(loader)}")}
    for text in said.get(field) or ():
        try:
            found = objects_in(text.encode())
        except (CommandError, yaml.YAMLError):
            paths.append(text)
        else:
            items = appended(items, [Item(obj, origin=inline) for obj in found])
    for path in paths:
        items = with_resource(loader, items, path, folder, {})
    generates = field == "generators"
    try:
        return [plugin(item, generates=generates) for item in items]
    except CommandError as error:
        raise CommandError(f"failed to load generator: {error}") if generates else error from None


def address(item: Item) -> str:
    """Where Go has a generator in memory, which it tells in an error."""
    return f"0xc{sum(item.name.encode()) * 0x1130 % 0xFFFFFFFF:09x}"


def with_resource(loader: Loader, items: list[Item], path: str, folder: str, known: Known) -> list[Item]:
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
        return with_folder(inner, items, normpath(f"{folder}/{path}"), known)
    except CommandError as error:
        raise CommandError(f"accumulation err='{as_file}': {error}") from None


def objects_of(loader: Loader, path: str) -> list[Object]:
    """The objects in a file. Raises CommandError or YAMLError."""
    return objects_in(loader.load(path))


def objects_in(content: bytes) -> list[Object]:
    """The objects of documents, lists taken apart. Raises CommandError or YAMLError."""
    found = []
    for document in yaml.load_all(content, words=False):
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


def with_folder(loader: Loader, items: list[Item], folder: str, known: Known) -> list[Item]:
    """The items and those of another kustomization."""
    said = below(loader)
    if said["kind"] == "Component":
        raise CommandError(f"expected kind != 'Component' for path '{loader.root}'")
    inner: Known = {}
    try:
        found = accumulated(loader, said, [], folder, inner)
    except CommandError as error:
        raise CommandError(f"recursed accumulation of path '{loader.root}': {error}") from None
    try:
        items = appended(items, found)
        merge(known, inner)
        return items
    except CommandError as error:
        raise CommandError(f"recursed merging from path '{loader.root}': {error}") from None


def with_component(loader: Loader, items: list[Item], path: str, folder: str, known: Known) -> list[Item]:
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
            return accumulated(inner, said, items, normpath(f"{folder}/{path}"), known)
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

"""What a folder stands for: what it names, what it generates, its components, and what it does to all of them.

Upstream: sigs.k8s.io/kustomize/api/internal/target/kusttarget.go
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from posixpath import normpath

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize import configuration, crds
from simulator.kubectl.kustomize import kustomization as file
from simulator.kubectl.kustomize.configuration import EMPTY, Configuration, joined
from simulator.kubectl.kustomize.generators import generated, with_hash
from simulator.kubectl.kustomize.loading import REMOTE, Loader
from simulator.kubectl.kustomize.origins import noted, step, with_metadata
from simulator.kubectl.kustomize.plugins import Plugin, plugin
from simulator.kubectl.kustomize.references import followed
from simulator.kubectl.kustomize.releases import kustomize_of
from simulator.kubectl.kustomize.resources import Item, absorbed, appended
from simulator.kubectl.kustomize.steps import done
from simulator.kubectl.kustomize.variables import merge, named, resolved
from simulator.kubectl.lastapplied import sorted_keys
from simulator.kubectl.tracing import log_head
from simulator.machinery import yaml
from simulator.machinery.golang import json_text, quoted
from simulator.machinery.objects import Object, at, changed
from simulator.machinery.patches.values import go_text
from simulator.machinery.yaml.scalars import resolve_v3

LOCAL = "config.kubernetes.io/local-config"


@dataclass
class Known:
    """What a build knows besides its objects."""

    variables: dict[str, Object] = field(default_factory=dict)
    """By their names."""
    configuration: Configuration = EMPTY

    def learn(self, more: Configuration) -> None:
        self.configuration = joined(self.configuration, more)


def made(loader: Loader) -> tuple[list[Item], Object]:
    """The objects of a folder, and what its kustomization says. Raises CommandError."""
    said = file.read(loader)
    choose_definitions(loader, said)
    known = Known()
    items = [with_hash(item) for item in accumulated(loader, said, [], ".", known)]
    items = followed(items, known.configuration.name_reference)
    items = resolved(items, known.variables, known.configuration.var_reference, partial(log, loader))
    kept = [item for item in items if at(item.object, "metadata", "annotations", LOCAL) != "true"]
    release = kustomize_of(int(loader.terminal.version.split(".")[1]))
    return with_metadata(kept, said.get("buildMetadata") or (), release), said


def choose_definitions(loader: Loader, said: Object) -> None:
    wanted: Mapping[str, str] = said.get("openapi") or {}
    path = wanted.get("path")
    loader.definitions.choose(wanted, None if path is None else loader.load(path))


def log(loader: Loader, line: str) -> None:
    loader.terminal.write_error(f"{log_head('I', loader.terminal.now)} log.go:244] {line}\n")


def accumulated(loader: Loader, said: Object, items: list[Item], folder: str, known: Known) -> list[Item]:
    """The items so far with those of one kustomization, and with everything it says done to them."""
    for path in said.get("resources") or ():
        try:
            items = with_resource(loader, items, path, folder, known)
        except CommandError as error:
            raise CommandError(f"accumulating resources: {error}") from None
    learn(loader, said, known)
    for item in all_generated(loader, said, folder):
        try:
            items = absorbed(items, item)
        except CommandError as error:
            raise CommandError(f"merging from generator &{{{address(item)} <nil>}}: {error}") from None
    for path in said.get("components") or ():
        items = with_component(loader, items, path, folder, known)
    return named(said, transformed(loader, said, items, folder, known.configuration), known.variables)


def learn(loader: Loader, said: Object, known: Known) -> None:
    """Take up what a kustomization says of fields. Raises CommandError."""
    paths = said.get("crds") or ()
    steps = (
        ("merging config", "", partial(configuration.configured, loader, said.get("configurations") or ())),
        ("merging CRDs", f"loading CRDs [{' '.join(paths)}]: ", partial(crds.described, loader, paths)),
    )
    for doing, reading, load in steps:
        try:
            more = load()
        except CommandError as error:
            raise CommandError(f"{reading}{error}") from None
        try:
            known.learn(more)
        except CommandError as error:
            raise CommandError(f"{doing} {more}: {error}") from None


def all_generated(loader: Loader, said: Object, folder: str) -> list[Item]:
    """What the fields of a kustomization generate, then what its plugins do."""
    place = normpath(f"{folder}/{file.file_name(loader)}")
    try:
        plugins = configured(loader, said, "generators", folder)
    except CommandError as error:
        raise CommandError(f"loading generator plugins: {error}") from None
    found = [replace(item, origin=step(place, f"{item.id.kind}Generator")) for item in generated(loader, said)]
    return [*found, *(replace(one.generated(loader), origin=one.origin) for one in plugins)]


def transformed(loader: Loader, said: Object, items: list[Item], folder: str, known: Configuration) -> list[Item]:
    """The items after every step that the kustomization asks for, validators last. Raises CommandError."""
    place = normpath(f"{folder}/{file.file_name(loader)}")
    plugins = configured(loader, said, "transformers", folder)
    items = done(loader, said, known, items, place)
    for one in plugins:
        items = noted(one.transformed(loader, items), [one.origin])
    for one in configured(loader, said, "validators", folder):
        try:
            unchanged(items, one.transformed(loader, items))
        except CommandError as error:
            raise CommandError(f"validator shouldn't modify the resource map: {error}") from None
    return items


def unchanged(items: list[Item], after: list[Item]) -> None:
    """Raises CommandError for the first item that a validator has changed, taken away or renamed."""
    for item in items:
        other = next((one for one in after if one.id.equals(item.id)), None)
        if other is None:
            raise CommandError(f"id in self missing from other; id: {item.id}")
        if other.object != item.object:
            texts = (json_text(sorted_keys(one.object)) for one in (item, other))
            pair = ",".join(f"\n -- {text}" for text in texts)
            raise CommandError(f"nodes unequal: {pair}\n\n--\n{in_memory(item)}\n------\n{in_memory(other)}\n")


def in_memory(item: Item) -> str:
    """An item as Go writes the struct that holds it."""
    return (
        f"&resource.Resource{{RNode:yaml.RNode{{fieldPath:[]string(nil), value:(*yaml.Node)({address(item)}), "
        "ShouldKeep:false, Match:[]string(nil)}, refVarNames:[]string(nil)}"
    )


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
        items = with_resource(loader, items, path, folder, Known())
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
        for item in found:
            loader.definitions.see(item.id)
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
    text = content.decode(errors="replace")
    for document, written in zip(
        yaml.load_all(text, plain=resolve_v3, typed=True), yaml.load_all(text, plain=str), strict=True
    ):
        if document is None:
            continue
        if not isinstance(document, dict):
            raise yaml.YAMLError(f"yaml: unmarshal errors:\n  line 1: cannot unmarshal {document!r} into map")
        kind = document.get("kind")
        if isinstance(kind, str) and kind.endswith("List") and isinstance(document.get("items"), list):
            pairs = zip(document["items"], written["items"], strict=True)
            found += [annotated(item, raw) for item, raw in pairs if isinstance(item, dict)]
        else:
            found.append(annotated(document, written))
    for obj in found:
        check(obj)
    return found


def annotated(obj: Object, written: Object) -> Object:
    """An object whose annotations are texts, as they are written; what are no annotations is left out."""
    annotations = at(obj, "metadata", "annotations")
    if annotations is None:
        return obj
    if not isinstance(annotations, dict):
        return {**obj, "metadata": {key: value for key, value in obj["metadata"].items() if key != "annotations"}}
    texts = written["metadata"]["annotations"]
    return changed(
        obj,
        ("metadata", "annotations"),
        {
            key: texts.get(key, value) if isinstance(value, str | int | float) else value
            for key, value in annotations.items()
        },
    )


def check(obj: Object) -> None:
    metadata = obj.get("metadata")
    described = dict(metadata) if isinstance(metadata, dict) else {}
    if isinstance(described.get("name"), dict | list):
        del described["name"]
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
    inner = Known()
    try:
        found = accumulated(loader, said, [], folder, inner)
    except CommandError as error:
        raise CommandError(f"recursed accumulation of path '{loader.root}': {error}") from None
    try:
        items = appended(items, found)
        known.learn(inner.configuration)
        merge(known.variables, inner.variables)
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
        said = file.read(loader)
    except CommandError as error:
        raise CommandError(f"couldn't make target for path '{loader.root}': {error}") from None
    choose_definitions(loader, said)
    return said

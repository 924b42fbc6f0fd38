"""What the steps of a build know of fields: the built-in kinds', and what `configurations` and `crds` add to them.

Upstream: sigs.k8s.io/kustomize/api/internal/plugins/builtinconfig
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize import defaults
from simulator.kubectl.kustomize.decoding import decoded, problems, texts
from simulator.kubectl.kustomize.defaults import Reference
from simulator.kubectl.kustomize.fieldspecs import FieldSpec, specs_in
from simulator.kubectl.kustomize.loading import Loader
from simulator.kubectl.kustomize.ordering import by_kind
from simulator.machinery import yaml
from simulator.machinery.gosort import go_sorted
from simulator.machinery.objects import Object

type Specs = tuple[FieldSpec, ...]

FIELDS = {
    "namePrefix": "NamePrefix",
    "nameSuffix": "NameSuffix",
    "namespace": "NameSpace",
    "commonLabels": "CommonLabels",
    "labels": "Labels",
    "templateLabels": "TemplateLabels",
    "commonAnnotations": "CommonAnnotations",
    "nameReference": "NameReference",
    "varReference": "VarReference",
    "images": "Images",
    "replicas": "Replicas",
}
"""What a file calls the fields of a configuration, and what upstream's errors call them."""


class Configuration(NamedTuple):
    """Fields of objects, by what is done to them."""

    name_prefix: Specs = ()
    name_suffix: Specs = ()
    namespace: Specs = ()
    common_labels: Specs = ()
    labels: Specs = ()
    template_labels: Specs = ()
    common_annotations: Specs = ()
    name_reference: tuple[Reference, ...] = ()
    var_reference: Specs = ()
    images: Specs = ()
    replicas: Specs = ()

    def __str__(self) -> str:
        return "&{" + " ".join(f"[{' '.join(map(str, field))}]" for field in self) + "}"


EMPTY = Configuration()


def joined(first: Configuration, second: Configuration) -> Configuration:
    """Both as one. Raises CommandError where they contradict each other."""
    if second is first or second == EMPTY:
        return first
    found: list[Any] = []
    both: Sequence[tuple[Any, Any]] = list(zip(first, second, strict=True))
    for (mine, more), name in zip(both, FIELDS.values(), strict=True):
        try:
            merged: list[Any] = (with_references if name == "NameReference" else with_specs)(mine, more)
        except CommandError as error:
            raise CommandError(f"failed to merge {name} fieldSpec: {error}") from None
        found.append(tuple(go_sorted(merged, is_before)))
    return Configuration._make(found)


def is_before(one: FieldSpec | Reference, other: FieldSpec | Reference) -> bool:
    return by_kind(one.group, one.version, one.kind) < by_kind(other.group, other.version, other.kind)


def with_specs(specs: Sequence[FieldSpec], more: Sequence[FieldSpec]) -> list[FieldSpec]:
    """Specs with those that say something new. Raises CommandError if one is there that is made where this is not."""
    found = list(specs)
    by_path: dict[str, list[FieldSpec]] = {}
    for spec in specs:
        by_path.setdefault(spec.path, []).append(spec)
    for spec in more:
        there = next((other for other in by_path.get(spec.path, ()) if other.includes(spec)), None)
        if there is None:
            found.append(spec)
            by_path.setdefault(spec.path, []).append(spec)
        elif there.create != spec.create:
            raise CommandError("conflicting fieldspecs")
    return found


def with_references(references: Sequence[Reference], more: Sequence[Reference]) -> list[Reference]:
    found = list(references)
    for reference in more:
        place = next((at for at, other in enumerate(found) if other[1:] == reference[1:]), None)
        if place is None:
            found.append(reference)
        else:
            specs = with_specs(found[place].specs, reference.specs)
            found[place] = found[place]._replace(specs=tuple(specs))
    return found


DEFAULT = joined(
    EMPTY,
    Configuration(
        name_prefix=defaults.NAME,
        name_suffix=defaults.NAME,
        namespace=defaults.NAMESPACES,
        common_labels=defaults.COMMON_LABELS,
        template_labels=defaults.TEMPLATE_LABELS,
        common_annotations=defaults.ANNOTATIONS,
        name_reference=defaults.REFERENCES,
        var_reference=defaults.VARIABLES,
        images=defaults.IMAGES,
        replicas=defaults.REPLICAS,
    ),
)


def configured(loader: Loader, paths: Sequence[str]) -> Configuration:
    """What is known of the built-in kinds, with what the files of a kustomization add. Raises CommandError."""
    found = EMPTY
    for path in paths:
        found = joined(found, read(loader.load(path)))
    return joined(DEFAULT, found)


def read(content: bytes) -> Configuration:
    """The configuration in a file. Raises CommandError."""
    try:
        said = yaml.load(content)
    except yaml.YAMLError as error:
        raise CommandError(str(error)) from None
    said = texts(said, "builtinconfig.TransformerConfig")
    for problem in problems(said, "builtinconfig.TransformerConfig"):
        raise CommandError(f"error unmarshaling JSON: while decoding JSON: {problem}")
    known: Object = decoded(said, "builtinconfig.TransformerConfig") or {}
    found: list[Any] = [
        tuple(map(reference, known.get(field) or ())) if field == "nameReference" else specs_in(known.get(field))
        for field in FIELDS
    ]
    return Configuration._make(found)


def reference(entry: Object) -> Reference:
    kind, group, version = (entry.get(field, "") for field in ("kind", "group", "version"))
    return Reference(specs_in(entry.get("fieldSpecs")), kind, group, version)

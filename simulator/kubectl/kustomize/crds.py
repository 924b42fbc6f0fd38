"""What definitions of custom kinds say of their fields: which hold labels, annotations, names, or names of others.

Upstream: sigs.k8s.io/kustomize/api/internal/accumulator/loadconfigfromcrds.go
"""

from collections.abc import Iterator, Sequence
from itertools import islice

import orjson

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize.configuration import EMPTY, Configuration, joined
from simulator.kubectl.kustomize.decoding import go_kind
from simulator.kubectl.kustomize.defaults import Reference
from simulator.kubectl.kustomize.fieldspecs import FieldSpec
from simulator.kubectl.kustomize.loading import Loader
from simulator.machinery import yaml
from simulator.machinery.objects import Object

ANNOTATION = "x-kubernetes-annotation"
LABEL_SELECTOR = "x-kubernetes-label-selector"
IDENTITY = "x-kubernetes-identity"
REFERENCE_VERSION = "x-kubernetes-object-ref-api-version"
REFERENCE_KIND = "x-kubernetes-object-ref-kind"
REFERENCE_NAME = "x-kubernetes-object-ref-name-key"
MOST_FIELDS = 5000
"""How many fields of a file are looked at: definitions may lead to each other over and over."""

type Field = tuple[str, tuple[str, ...], Object]
"""A kind, the way to one of its fields, and what is said of that."""


def described(loader: Loader, paths: Sequence[str]) -> Configuration:
    """What the files of definitions add to the fields that are known. Raises CommandError."""
    found = EMPTY
    for path in paths:
        content = loader.load(path)
        try:
            definitions = read(content)
        except CommandError as error:
            raise CommandError(f"unable to parse open API definition from '{path}': {error}") from None
        found = joined(found, configuration_of(list(islice(fields_of(definitions), MOST_FIELDS))))
    return found


def read(content: bytes) -> dict[str, Object]:
    """The properties of each definition, by its name. Raises CommandError."""
    begin = ""
    try:
        if content.startswith(b"{"):
            said = orjson.loads(content)
        else:
            begin = "error unmarshaling JSON: while decoding JSON: "
            said = yaml.load(content)
    except orjson.JSONDecodeError:
        raise CommandError("unexpected end of JSON input") from None
    except yaml.YAMLError as error:
        raise CommandError(str(error)) from None
    if not isinstance(said, dict | None):
        raise CommandError(
            f"{begin}json: cannot unmarshal {go_kind(said)} into Go value of type accumulator.nameToApiMap"
        )
    found = {}
    for name, definition in (said or {}).items():
        if not isinstance(definition, dict | None):
            wanted = "Go value of type accumulator.OpenAPIDefinition"
            raise CommandError(f"{begin}json: cannot unmarshal {go_kind(definition)} into {wanted}")
        schema = (definition or {}).get("Schema") or (definition or {}).get("schema")
        properties = schema.get("properties") if isinstance(schema, dict) else None
        found[name] = properties if isinstance(properties, dict) else {}
    return found


def fields_of(definitions: dict[str, Object]) -> Iterator[Field]:
    """The fields of every definition that looks like a kind, down to those of the definitions that they name."""
    for name, properties in definitions.items():
        if {"kind", "apiVersion", "metadata"} <= properties.keys():
            waiting: list[Field] = [(name.rpartition(".")[2], (), properties)]
            while waiting:
                kind, way, inner = waiting.pop()
                for field, said in inner.items():
                    if isinstance(said, dict):
                        yield kind, (*way, field), said
                        if (target := definitions.get(str(said.get("$ref") or ""))) is not None:
                            waiting.append((kind, (*way, field), target))


def configuration_of(fields: Sequence[Field]) -> Configuration:
    def saying(extension: str) -> tuple[FieldSpec, ...]:
        return tuple(FieldSpec("/".join(way), kind) for kind, way, said in fields if text(said, extension) is not None)

    return Configuration(
        common_annotations=saying(ANNOTATION),
        common_labels=saying(LABEL_SELECTOR),
        name_prefix=saying(IDENTITY),
        name_reference=tuple(references(fields)),
    )


def references(fields: Sequence[Field]) -> Iterator[Reference]:
    """The fields that hold the name of another object."""
    for kind, way, said in fields:
        version, target, name = (text(said, of) for of in (REFERENCE_VERSION, REFERENCE_KIND, REFERENCE_NAME))
        if version is not None and target is not None:
            path = "/".join((*way, "name" if name is None else name))
            yield Reference((FieldSpec(path, kind),), target, version=version)


def text(said: Object, extension: str) -> str | None:
    """What an extension says if it is a text; names of extensions are read whatever their case."""
    value = next((value for key, value in said.items() if key.lower() == extension), None)
    return value if isinstance(value, str) else None

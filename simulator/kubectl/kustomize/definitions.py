"""What strategic patches know of kinds: the built-in ones, or what `openapi` of a kustomization says instead.

Upstream: sigs.k8s.io/kustomize/kyaml/openapi
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize.decoding import go_kind
from simulator.kubectl.kustomize.resources import Id
from simulator.kubectl.patching import VERSION
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.machinery.schemas import SCALARS, Schemas, Type, schemas

BUILT_IN = ("v1.21.2", "v1212")
"""What may be asked for by its version: the kinds that are built in."""
KINDS = "x-kubernetes-group-version-kind"
TEXTS = ("$ref", "format", "x-kubernetes-patch-merge-key", "x-kubernetes-patch-strategy", "x-kubernetes-list-type")
KEYS = "x-kubernetes-list-map-keys"
DEEPEST = 100


@dataclass
class Definitions:
    """The definitions of one build: the first that are said count, and the built-in ones if they were needed before."""

    said: Mapping[str, Object] | None = None
    has_built_in: bool = False
    known: Schemas | None = None
    is_chosen: bool = False

    def choose(self, field: Mapping[str, str], content: bytes | None) -> None:
        """Take what a kustomization says, unless another has before. Raises CommandError."""
        if self.is_chosen:
            return
        version = field.get("version")
        if content is not None:
            if version is not None:
                raise CommandError("builtin version and custom schema provided, cannot use both")
            self.said = read(content)
            self.known, self.is_chosen = None, True
        elif version:
            if version not in BUILT_IN:
                raise CommandError("the specified OpenAPI version is not built in")
            self.is_chosen = True

    def see(self, id: Id) -> None:
        """An object has been read: for a kind that is not built in, definitions are looked through."""
        if self.said is None and schemas(VERSION).for_kind(id.group, id.version, id.kind) is None:
            self.has_built_in = True

    def type_of(self, id: Id) -> Type | None:
        if self.said is None:
            self.has_built_in = True
            return schemas(VERSION).type_of_kind(id.group, id.version, id.kind)
        if self.known is None:
            built_in = schemas(VERSION).definitions if self.has_built_in else {}
            self.known = Schemas({**built_in, **self.said})
        return self.known.type_of_kind(id.group, id.version, id.kind)


def read(content: bytes) -> dict[str, Object]:
    """The definitions in a file. Raises CommandError."""
    try:
        said = yaml.load(content)
    except yaml.YAMLError as error:
        words = str(error).removeprefix("error converting YAML to JSON: ")
        raise CommandError(f"invalid schema file: {words}") from None
    found = mapping(mapping(said, "/").get("definitions") or {}, "/definitions")
    return {name: checked(schema, f"/definitions/{name}") for name, schema in found.items()}


def mapping(value: Any, place: str) -> Object:
    if not isinstance(value, dict):
        raise CommandError(f'invalid schema file: json: cannot unmarshal JSON {go_kind(value)} within "{place}"')
    return value


def checked(schema: Any, place: str, depth: int = 0) -> Object:
    """A schema with what is used of it, each part of the type that it is to have. Raises CommandError."""
    mapping(schema, place)
    if depth > DEEPEST:
        raise CommandError("invalid schema file: exceeded max depth")
    found = {name: schema[name] for name in TEXTS if isinstance(schema.get(name), str)}
    if schema.get("type") in (*SCALARS, "object", "array"):
        found["type"] = schema["type"]
    if isinstance(keys := schema.get(KEYS), list) and all(isinstance(key, str) for key in keys):
        found[KEYS] = keys
    if isinstance(kinds := schema.get(KINDS), list) and len(kinds) == 1 and isinstance(kinds[0], dict):
        found[KINDS] = [{part: str(kinds[0].get(part) or "") for part in ("group", "version", "kind")}]
    if (properties := schema.get("properties")) is not None:
        inside = f"{place}/properties"
        fields = mapping(properties, inside).items()
        found["properties"] = {name: checked(inner, f"{inside}/{name}", depth + 1) for name, inner in fields}
    for name in ("items", "additionalProperties"):
        if isinstance(inner := schema.get(name), dict):
            found[name] = checked(inner, f"{place}/{name}", depth + 1)
    return found

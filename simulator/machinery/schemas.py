"""What is known of every kind's fields: types, how lists and maps merge, descriptions; read from published schemas.

Upstream: the OpenAPI definitions of each release, as the package `kubernetes-validate` carries them.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import orjson

type Definition = dict[str, Any]
type GroupVersionKind = tuple[str, str, str]

META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1."


class Form(StrEnum):
    """The structure of a value: what its parts are and how they are named."""

    STRUCT = "struct"
    MAP = "map"
    LIST = "list"
    SCALAR = "scalar"
    ANY = "any"


SCALAR_DEFINITIONS: Final = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
    META + "Time": "time",
    META + "MicroTime": "micro-time",
}
ANY_DEFINITIONS: Final = frozenset({"io.k8s.apimachinery.pkg.runtime.RawExtension", META + "FieldsV1", META + "Patch"})
FORMATS: Final = {"int32": "int32", "int64": "int64", "byte": "bytes", "double": "number"}
SCALARS: Final = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}


class Type:
    """The type of one place in an object: what stands there, and what the field that leads there says of merging it.

    `scalar` names a scalar: string, boolean, integer, int32, int64, number, bytes, quantity, int-or-string, time,
    micro-time. Structs have `fields`, maps and lists an `element`. Everything behind a `$ref` is looked up when asked
    for, so recursive types are no trouble.
    """

    def __init__(self, schemas: "Schemas", schema: Definition, name: str = "") -> None:
        target = schema
        reference = schema.get("$ref")
        if reference is not None:
            name = reference.rsplit("/", 1)[-1]
            target = schemas.definitions.get(name, {})
        self.schemas: Final = schemas
        self.schema: Final = schema
        """The schema at the referring place."""
        self.target: Final = target
        """The schema that describes the value: the definition where the place refers to one."""
        self.name: Final = name
        """The definition's full name, empty for what is described in place."""
        self.form: Final = form_of(target, name)
        self.scalar: Final = scalar_of(target, name) if self.form is Form.SCALAR else ""
        strategies = schema.get("x-kubernetes-patch-strategy", "")
        self.strategies: Final = tuple(strategies.split(",")) if strategies else ()
        self.merge_key: Final[str] = schema.get("x-kubernetes-patch-merge-key", "")
        self.list_type: Final[str] = schema.get("x-kubernetes-list-type") or target.get("x-kubernetes-list-type", "")
        self.list_keys: Final = tuple(schema.get("x-kubernetes-list-map-keys") or ())
        self.map_type: Final[str] = schema.get("x-kubernetes-map-type") or target.get("x-kubernetes-map-type", "")
        self.preserves_unknown: Final = bool(target.get("x-kubernetes-preserve-unknown-fields"))

    def __repr__(self) -> str:
        return f"<{self.form} {self.name or self.scalar}>"

    @property
    def description(self) -> str:
        """What the field says of itself, else what its type says."""
        return str(self.schema.get("description") or self.target.get("description", ""))

    @cached_property
    def short_name(self) -> str:
        """The type's name without its package, as Go shows it in error messages."""
        return self.name.rsplit(".", 1)[-1]

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(self.target.get("required") or ())

    @cached_property
    def fields(self) -> dict[str, "Type"]:
        """The fields of a struct in published order; empty for every other form."""
        if self.form is not Form.STRUCT:
            return {}
        if self.name and self.schema is not self.target:
            return self.schemas.type(self.name).fields
        return {name: Type(self.schemas, schema) for name, schema in self.target.get("properties", {}).items()}

    @cached_property
    def element(self) -> "Type | None":
        """The type of a list's items or a map's values."""
        if self.form is Form.LIST:
            return Type(self.schemas, self.target.get("items") or {})
        if self.form is Form.MAP:
            values = self.target.get("additionalProperties")
            return Type(self.schemas, values if isinstance(values, dict) else {})
        return None


class Schemas:
    """The definitions of one release, or of any other set of schemas that refer to each other by name."""

    def __init__(self, definitions: Mapping[str, Definition], version: str = "") -> None:
        self.definitions: Final = definitions
        self.version: Final = version
        self._types: Final[dict[str, Type]] = {}

    def definition(self, name: str) -> Definition:
        return self.definitions[name]

    def type(self, name: str) -> Type:
        """The type of a definition, such as `io.k8s.api.core.v1.Pod`."""
        known = self._types.get(name)
        if known is None:
            known = self._types[name] = Type(self, self.definitions[name], name)
        return known

    def for_kind(self, group: str, version: str, kind: str) -> str | None:
        """The name of the definition of a kind."""
        return self._kinds.get((group, version, kind))

    def type_of_kind(self, group: str, version: str, kind: str) -> Type | None:
        name = self._kinds.get((group, version, kind))
        return None if name is None else self.type(name)

    def kinds(self) -> list[GroupVersionKind]:
        """Every kind, lists included, in the order of publication."""
        return list(self._kinds)

    def field(self, name: str, path: tuple[str, ...]) -> Type | None:
        """The type at a path below a definition; lists are stepped through without an index (`containers`, `image`)."""
        place: Type | None = self.type(name)
        for step in path:
            while place is not None and place.form is Form.LIST:
                place = place.element
            if place is None:
                return None
            place = place.element if place.form is Form.MAP else place.fields.get(step)
        return place

    @cached_property
    def _kinds(self) -> dict[GroupVersionKind, str]:
        return dict(kinds_of(self.definitions))


def kinds_of(definitions: Mapping[str, Definition]) -> Iterator[tuple[GroupVersionKind, str]]:
    for name, definition in definitions.items():
        kinds: list[dict[str, str]] = definition.get("x-kubernetes-group-version-kind") or []
        if len(kinds) == 1:  # DeleteOptions and WatchEvent claim every group; they are no kind of any
            yield (kinds[0]["group"], kinds[0]["version"], kinds[0]["kind"]), name


def form_of(schema: Definition, name: str) -> Form:
    if name in SCALAR_DEFINITIONS or schema.get("x-kubernetes-int-or-string"):
        return Form.SCALAR
    if name in ANY_DEFINITIONS:
        return Form.ANY
    if "properties" in schema:
        return Form.STRUCT
    match plain_type(schema):
        case "object":
            if "additionalProperties" in schema:
                return Form.MAP
            # A definition without fields is an empty struct; a field of no known structure holds anything.
            return Form.STRUCT if name and not schema.get("x-kubernetes-preserve-unknown-fields") else Form.ANY
        case "array":
            return Form.LIST
        case "":
            return Form.ANY
        case _:
            return Form.SCALAR


def scalar_of(schema: Definition, name: str) -> str:
    if name in SCALAR_DEFINITIONS:
        return SCALAR_DEFINITIONS[name]
    if schema.get("x-kubernetes-int-or-string"):
        return "int-or-string"
    return FORMATS.get(schema.get("format", ""), SCALARS[plain_type(schema)])


def plain_type(schema: Definition) -> str:
    """The JSON type without its `null`, empty where any is allowed."""
    declared = schema.get("type", "")
    if isinstance(declared, list):
        return next((str(name) for name in declared if name != "null"), "")
    return str(declared)


@cache
def schemas(version: str) -> Schemas:
    """The schemas of a release such as `1.37`; read once for the process. Raises `KeyError` for an unknown one."""
    folder = published() / f"v{version}.0-local"
    if not folder.is_dir():
        raise KeyError(f"no schemas for Kubernetes {version}; known: {', '.join(versions())}")
    definitions = orjson.loads((folder / "_definitions.json").read_bytes())["$defs"]
    return Schemas(definitions, version)


def published() -> Path:
    """Where the schemas are. The package itself is not imported: it would cost more than reading them."""
    spec = find_spec("kubernetes_validate")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "kubernetes-json-schema"


@cache
def versions() -> tuple[str, ...]:
    """The releases that have schemas, oldest first."""
    names = [folder.name for folder in published().iterdir()]
    found = [name.removeprefix("v").removesuffix(".0-local") for name in names if name.endswith(".0-local")]
    return tuple(sorted(found, key=lambda version: int(version.split(".")[1])))

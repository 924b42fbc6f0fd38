"""Definitions of custom kinds, made from the schemas their CustomResourceDefinitions carry.

Upstream: k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder
"""

from typing import Any, Final

import orjson

from simulator.machinery.openapi.paths import Resource
from simulator.machinery.schemas import META, Definition, Schemas, schemas

REFERENCE: Final = "#/definitions/"
WORDS: Final = {
    "apiVersion": "The version of the schema that this object follows.",
    "kind": "The kind of this object, in CamelCase.",
}


def schemas_for(version: str, resources: tuple[Resource, ...]) -> Schemas:
    """The schemas of a release, together with those that the resources bring themselves."""
    known = schemas(version)
    own: dict[str, Definition] = {}
    for resource in resources:
        if resource.schema:
            own |= definitions_of(resource)
    return Schemas({**known.definitions, **own}, version) if own else known


def definitions_of(resource: Resource) -> dict[str, Definition]:
    """The definitions of a custom kind and of its list."""
    schema: Definition = orjson.loads(resource.schema)
    name = definition_name(resource)
    kind = {**schema, "properties": {**schema.get("properties", {}), **head("ObjectMeta")}, "type": "object"}
    items = {"description": f"List of {resource.plural}.", "items": {"$ref": REFERENCE + name}, "type": "array"}
    listed = {
        "description": f"{resource.kind}List is a list of {resource.kind}",
        "properties": {**head("ListMeta"), "items": items},
        "required": ["items"],
        "type": "object",
    }
    return {
        name: {**kind, "x-kubernetes-group-version-kind": [identity(resource, resource.kind)]},
        name + "List": {**listed, "x-kubernetes-group-version-kind": [identity(resource, resource.kind + "List")]},
    }


def definition_name(resource: Resource) -> str:
    """Such as `io.example.v1.Widget` for Widgets of `example.io`."""
    return ".".join([*reversed(resource.group.split(".")), resource.version, resource.kind])


def head(metadata: str) -> dict[str, Any]:
    """The fields that every object has."""
    texts = {field: {"description": words, "type": "string"} for field, words in WORDS.items()}
    return {**texts, "metadata": {"$ref": REFERENCE + META + metadata, "description": "Standard object's metadata."}}


def identity(resource: Resource, kind: str) -> dict[str, str]:
    return {"group": resource.group, "kind": kind, "version": resource.version}

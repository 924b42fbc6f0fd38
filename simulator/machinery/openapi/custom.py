"""Definitions of custom kinds, made from the schemas their CustomResourceDefinitions carry.

Upstream: k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder
"""

from typing import Any, Final

import orjson

from simulator.machinery.openapi.paths import Resource
from simulator.machinery.schemas import META, Definition, Schemas, schemas

REFERENCE: Final = "#/definitions/"
CONVENTIONS: Final = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
POD: Final = "io.k8s.api.core.v1.Pod"
"""Whose head is described as those of custom kinds are."""


def schemas_for(version: str, resources: tuple[Resource, ...]) -> Schemas:
    """The schemas of a release, together with those that the resources bring themselves."""
    known = schemas(version)
    own: dict[str, Definition] = {}
    for resource in resources:
        if resource.schema:
            own |= definitions_of(resource, known)
    return Schemas({**known.definitions, **own}, version) if own else known


def definitions_of(resource: Resource, known: Schemas) -> dict[str, Definition]:
    """The definitions of a custom kind and of its list."""
    schema: Definition = orjson.loads(resource.schema)
    name = definition_name(resource)
    kind = {
        **schema,
        "properties": {**schema.get("properties", {}), **head(known, POD, "ObjectMeta")},
        "type": "object",
    }
    items = {
        "description": f"List of {resource.plural}. More info: {CONVENTIONS}",
        "items": {"$ref": REFERENCE + name},
        "type": "array",
    }
    listed = {
        "description": f"{resource.kind}List is a list of {resource.kind}",
        "properties": {**head(known, f"{POD}List", "ListMeta"), "items": items},
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


def head(known: Schemas, like: str, metadata: str) -> dict[str, Any]:
    """The fields that every object has, in the words of the release."""
    fields = known.definitions[like]["properties"]
    texts = {field: {"description": fields[field]["description"], "type": "string"} for field in ("apiVersion", "kind")}
    described = fields["metadata"]["description"]
    return {**texts, "metadata": {"$ref": REFERENCE + META + metadata, "description": described}}


def identity(resource: Resource, kind: str) -> dict[str, str]:
    return {"group": resource.group, "kind": kind, "version": resource.version}

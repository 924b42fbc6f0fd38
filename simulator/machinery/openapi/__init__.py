"""The OpenAPI documents that the API server publishes, made from the schemas and a list of resources.

Upstream: k8s.io/kube-openapi/pkg/handler, k8s.io/kube-openapi/pkg/handler3, api/openapi-spec
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha512
from typing import Any, Final

import orjson

from simulator.machinery.openapi.custom import schemas_for
from simulator.machinery.openapi.definitions import reachable, v2_definition, v3_definition
from simulator.machinery.openapi.paths import Resource, Subresource, paths_of
from simulator.machinery.openapi.protobuf import encode
from simulator.machinery.schemas import META, Schemas

__all__ = [
    "Document",
    "Resource",
    "Subresource",
    "document",
    "group_versions",
    "hash_of",
    "index",
    "swagger",
    "swagger_document",
    "swagger_protobuf",
]

LAYOUT: Final = "3"
"""To be raised when the same resources come out as different documents, so that clients fetch them again."""
SHARED: Final = ("APIResourceList", "DeleteOptions", "Patch", "Status", "WatchEvent")
TOKEN: Final = {
    "BearerToken": {
        "description": "Bearer Token authentication",
        "in": "header",
        "name": "authorization",
        "type": "apiKey",
    }
}


@dataclass(frozen=True, slots=True)
class Document:
    """A published document and the hash that its URL and its ETag carry."""

    body: bytes
    hash: str


def index(version: str, resources: tuple[Resource, ...]) -> bytes:
    """What `/openapi/v3` answers: where the document of each group and version is."""
    paths = {
        path: {"serverRelativeURL": f"/openapi/v3/{path}?hash={hash_of(version, below)}"}
        for path, below in group_versions(resources).items()
    }
    return orjson.dumps({"paths": paths})


def document(version: str, resources: tuple[Resource, ...], path: str) -> Document | None:
    """The v3 document of a group and version, such as `apis/apps/v1` or `api/v1`; None where nothing is served."""
    below = group_versions(resources).get(path)
    return None if below is None else built(version, below)


@lru_cache(maxsize=256)
def swagger_document(version: str, resources: tuple[Resource, ...]) -> Document:
    """What `/openapi/v2` answers, as JSON."""
    return Document(orjson.dumps(swagger(version, resources)), hash_of(version, resources))


@lru_cache(maxsize=64)
def swagger_protobuf(version: str, resources: tuple[Resource, ...]) -> Document:
    """What `/openapi/v2` answers to those who ask for protobuf, as kubectl does."""
    return Document(encode(swagger(version, resources)), hash_of(version, resources))


def swagger(version: str, resources: tuple[Resource, ...]) -> dict[str, Any]:
    """The v2 document, which covers everything that is served."""
    known = schemas_for(version, resources)
    names = definitions_for(known, resources)
    return {
        "swagger": "2.0",
        "info": {"title": "Kubernetes", "version": f"v{version}.0"},
        "paths": paths_of(resources, known, v3=False),
        "definitions": {name: v2_definition(known.definition(name), name) for name in names},
        "securityDefinitions": TOKEN,
        "security": [{"BearerToken": []}],
    }


def group_versions(resources: tuple[Resource, ...]) -> dict[str, tuple[Resource, ...]]:
    """The resources by the path of their group and version."""
    found: dict[str, list[Resource]] = {}
    for resource in resources:
        found.setdefault(resource.root, []).append(resource)
    return {path: tuple(below) for path, below in found.items()}


@lru_cache(maxsize=1024)
def hash_of(version: str, resources: tuple[Resource, ...]) -> str:
    return sha512(f"{LAYOUT} {version} {resources!r}".encode()).hexdigest().upper()


@lru_cache(maxsize=256)
def built(version: str, resources: tuple[Resource, ...]) -> Document:
    known = schemas_for(version, resources)
    names = definitions_for(known, resources)
    body = {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": f"v{version}.0"},
        "paths": paths_of(resources, known, v3=True),
        "components": {
            "schemas": {name: v3_definition(known.definition(name), name, version) for name in names},
            "securitySchemes": TOKEN,
        },
    }
    return Document(orjson.dumps(body), hash_of(version, resources))


def definitions_for(known: Schemas, resources: tuple[Resource, ...]) -> list[str]:
    """The names of all definitions that the resources need, sorted."""
    roots = [META + name for name in SHARED if META + name in known.definitions]
    for resource in resources:
        for kind in (resource.kind, resource.kind + "List"):
            roots.append(known.for_kind(resource.group, resource.version, kind) or "")
        for below in resource.subresources:
            roots.append(known.for_kind(below.group, below.version, below.kind) or "")
    return reachable(known.definitions, [root for root in roots if root])

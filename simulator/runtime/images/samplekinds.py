"""The kinds of the sample API server, and what it publishes of them. Upstream: sample-apiserver/pkg/apis/wardle"""

from functools import cache
from typing import Any, Final

import orjson

type Object = dict[str, Any]

GROUP: Final = "wardle.example.com"
VERSION: Final = "v1alpha1"
KINDS: Final = {"flunders": ("Flunder", True), "fischers": ("Fischer", False)}
VERBS: Final = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
SCHEMAS: Final = "1.31"
"""The release whose API machinery the server is built from, as far as its OpenAPI documents show it."""
REFERENCE: Final = {
    "fischerReference": {"type": "string", "description": "The name of a fischer."},
    "flunderReference": {"type": "string", "description": "The name of a flunder."},
    "referenceType": {"type": "string", "description": "Which of the two references is meant: Flunder or Fischer."},
}
BODIES: Final[dict[str, Object]] = {
    "flunders": {"spec": {"type": "object", "properties": REFERENCE}, "status": {"type": "object"}},
    "fischers": {
        "disallowedFlunders": {
            "type": "array",
            "items": {"type": "string"},
            "description": "The names of flunders that may not be.",
        }
    },
}


def head_of(resource: str) -> Object:
    return {"kind": KINDS[resource][0], "apiVersion": f"{GROUP}/{VERSION}"}


def resources() -> Object:
    """The answer of `/apis/wardle.example.com/v1alpha1`."""
    listed = [
        {"name": plural, "singularName": kind.lower(), "namespaced": namespaced, "kind": kind, "verbs": VERBS}
        for plural, (kind, namespaced) in sorted(KINDS.items())
    ]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": f"{GROUP}/{VERSION}", "resources": listed}


@cache
def described(path: str) -> Object | None:
    """What it says below `/openapi/` of the fields of its kinds; None where there is no such document."""
    from simulator.machinery import openapi

    known = tuple(
        openapi.Resource(GROUP, VERSION, kind, plural, namespaced, tuple(VERBS), (), schema(BODIES[plural]))
        for plural, (kind, namespaced) in sorted(KINDS.items())
    )
    if path == "v2":
        return openapi.swagger(SCHEMAS, known)
    document = openapi.document(SCHEMAS, known, path.removeprefix("v3/")) if path.startswith("v3/") else None
    body = openapi.index(SCHEMAS, known) if path == "v3" else b"" if document is None else document.body
    found: Object | None = orjson.loads(body) if body else None
    return found


def schema(body: Object) -> bytes:
    head = {name: {"type": "string"} for name in ("apiVersion", "kind")}
    return orjson.dumps({"type": "object", "properties": {**head, "metadata": {"type": "object"}, **body}})

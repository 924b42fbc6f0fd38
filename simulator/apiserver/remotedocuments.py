"""The OpenAPI documents of servers behind APIServices, among our own.

Upstream: kube-aggregator/pkg/controllers/openapi{,v3}/aggregator
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from simulator.api.errors import ServiceUnavailable
from simulator.api.requests import Response
from simulator.apiserver import remote
from simulator.apiserver.aggregation import is_available
from simulator.machinery import openapi
from simulator.machinery.objects import Object
from simulator.machinery.openapi.protobuf import encode

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer

LARGEST: Final = 512 * 1024
"""Bytes of a document that are read."""


def available(server: "APIServer") -> Iterator[Object]:
    return (found for found in remote.services(server) if is_available(found))


def path_of(found: Object) -> str:
    return f"apis/{found['spec']['group']}/{found['spec']['version']}"


def asked(server: "APIServer", found: Object, path: str) -> bytes:
    """A document of one server; empty where it has none."""
    try:
        said = remote.call(server, found, "GET", path, remote.AGGREGATOR)
    except ServiceUnavailable:
        return b""
    body = said.body if isinstance(said.body, bytes) else str(said.body).encode()
    return body if said.status == 200 and len(body) <= LARGEST else b""


def read(body: bytes) -> Object:
    try:
        document = orjson.loads(body) if body else {}
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}


def index(server: "APIServer", own: bytes) -> bytes:
    """`/openapi/v3` with the paths of the others."""
    paths: dict[str, Object] = {}
    for found in available(server):
        path = path_of(found)
        listed = read(asked(server, found, "/openapi/v3")).get("paths")
        entry = listed.get(path) if isinstance(listed, dict) else None
        if isinstance(entry, dict):
            told = remote.text(entry.get("serverRelativeURL"))
            standing = f"/openapi/v3/{path}"
            paths[path] = {"serverRelativeURL": told if told.startswith(standing) else standing}
    if not paths:
        return own
    whole = read(own)
    return orjson.dumps({"paths": {**whole["paths"], **paths}})


def document(server: "APIServer", path: str) -> Response | None:
    """The v3 document of a group and version that another server has; None for one of our own."""
    for found in available(server):
        if path_of(found) == path:
            body = asked(server, found, f"/openapi/v3/{path}")
            return Response(200, body, {"content-type": "application/json", "vary": "Accept"}) if read(body) else None
    return None


def swaggers(server: "APIServer") -> tuple[bytes, ...]:
    """The v2 documents of the others."""
    found = (asked(server, each, "/openapi/v2") for each in available(server))
    return tuple(body for body in found if body)


@lru_cache(maxsize=8)
def merged(version: str, described: tuple[openapi.Resource, ...], others: tuple[bytes, ...], *, packed: bool) -> bytes:
    """Our v2 document with the paths and definitions of the others; what cannot be read is left out."""
    whole: dict[str, Any] = openapi.swagger(version, described)
    for body in others:
        other = read(body)
        added: dict[str, Any] = {name: other.get(name) for name in ("paths", "definitions")}
        if all(isinstance(part, dict) for part in added.values()) and fits(added):
            for name, part in added.items():
                whole[name] = {**part, **whole[name]}
    return encode(whole) if packed else orjson.dumps(whole)


def fits(part: Object) -> bool:
    """Whether a part of a document is of its form."""
    try:
        encode(part)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return False
    return True

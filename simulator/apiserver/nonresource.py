"""Paths that name no resource: discovery, OpenAPI, version, health. Upstream: apiserver/pkg/server/routes"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import orjson

from simulator.api.errors import MethodNotAllowed, PageNotFound, PathNotFound
from simulator.api.requests import Request, Response, accept_parameters
from simulator.apiserver import health, metrics, openapi, remote
from simulator.apiserver.releases import version_info
from simulator.apiserver.tokens import ALGORITHM, ISSUER
from simulator.machinery.objects import Object, at
from simulator.resources import discovery

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
READ_ONLY = frozenset((".well-known", "api", "apis", "openid", "version"))
"""What the server has handlers of one method for; the others answer to any."""
CACHED = {"cache-control": "public, max-age=3600"}


def answer(server: "APIServer", request: Request) -> Response:
    """Answer a request for anything but a resource."""
    parts = [part for part in request.path.split("/") if part]
    head = parts[0] if parts else ""
    if head in health.ENDPOINTS:
        return health.answer(server, request, parts)
    handler = PATHS.get(head)
    if handler is None:
        raise PageNotFound()
    if head in READ_ONLY and request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed()
    return handler(server, request, parts[1:])


def version(server: "APIServer", request: Request, parts: list[str]) -> Response:
    text = orjson.dumps(version_info(server.release), option=orjson.OPT_INDENT_2)
    return Response(200, text, {"content-type": "application/json"})


def api(server: "APIServer", request: Request, parts: list[str]) -> Response:
    if not parts:
        if wants_aggregated(request):
            return aggregated(discovery.aggregated(server.resources(), core=True))
        return Response(200, discovery.api_versions())
    found = discovery.resource_list(server.resources(), "", "v1") if parts == ["v1"] else None
    if found is None:
        raise PathNotFound()
    return Response(200, found)


def apis(server: "APIServer", request: Request, parts: list[str]) -> Response:
    if not parts:
        if wants_aggregated(request):
            return aggregated(remote.aggregated(server, discovery.aggregated(server.resources(), core=False)))
        listed = discovery.group_list(server.resources())
        return Response(200, {**listed, "groups": [*listed["groups"], *remote.group_entries(server)]})
    if len(parts) == 1:
        others = {entry["name"]: entry for entry in remote.group_entries(server)}
        found = discovery.group(server.resources(), parts[0])
        if found is None and parts[0] in others:
            found = {"kind": "APIGroup", "apiVersion": "v1", **others[parts[0]]}
    elif len(parts) == 2:
        found = discovery.resource_list(server.resources(), parts[0], parts[1])
    else:
        found = None
    if found is None:
        raise PageNotFound()
    return Response(200, found)


def wants_aggregated(request: Request) -> bool:
    return any(
        media.get("as") == "APIGroupDiscoveryList" and media.get("v") == "v2" for media in accept_parameters(request)
    )


def aggregated(document: Object) -> Response:
    return Response(200, document, {"content-type": AGGREGATED})


def root(server: "APIServer", request: Request, parts: list[str]) -> Response:
    groups = [f"/apis/{name}" for name in dict.fromkeys(r.group for r in server.resources() if r.group)]
    groups_and_versions = [
        f"/apis/{group}/{version}"
        for group, version in dict.fromkeys(
            (r.group, version) for r in server.resources() if r.group for version in r.versions
        )
    ]
    paths = [
        "/api",
        "/api/v1",
        "/apis",
        *groups,
        *groups_and_versions,
        *health.paths(),
        "/.well-known/openid-configuration",
        "/metrics",
        "/metrics/slis",
        "/openapi/v2",
        "/openapi/v3",
        "/openapi/v3/",
        "/openid/v1/jwks",
        "/version",
    ]
    return Response(200, {"paths": sorted(paths)})


def well_known(server: "APIServer", request: Request, parts: list[str]) -> Response:
    """What OpenID Connect clients need to verify ServiceAccount tokens. Upstream: pkg/routes/openidmetadata.go"""
    if parts != ["openid-configuration"]:
        raise PageNotFound()
    published = server.read("endpoints", ("default", "kubernetes")) or {}
    address = at(published, "subsets", 0, "addresses", 0, "ip", default="kubernetes.default.svc")
    found = {
        "issuer": ISSUER,
        "jwks_uri": f"https://{address}:6443/openid/v1/jwks",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
    }
    return Response(200, orjson.dumps(found), {"content-type": "application/json", **CACHED})


def openid(server: "APIServer", request: Request, parts: list[str]) -> Response:
    if parts != ["v1", "jwks"]:
        raise PageNotFound()
    return Response(200, orjson.dumps(server.tokens.keys()), {"content-type": "application/jwk-set+json", **CACHED})


PATHS: dict[str, Callable[["APIServer", Request, list[str]], Response]] = {
    "": root,
    ".well-known": well_known,
    "api": api,
    "apis": apis,
    "openapi": openapi.answer,
    "metrics": metrics.answer,
    "openid": openid,
    "version": version,
}

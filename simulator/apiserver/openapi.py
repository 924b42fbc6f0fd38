"""`/openapi/v2` and `/openapi/v3`: the schemas of what a server serves. Upstream: kube-openapi/pkg/handler3"""

from typing import TYPE_CHECKING

from simulator.api.errors import NotAcceptable, PageNotFound
from simulator.api.requests import Request, Response, accept_parameters
from simulator.apiserver import remotedocuments
from simulator.apiserver.custom.kinds import described_as
from simulator.apiserver.custom.resource import CustomResource
from simulator.machinery import openapi
from simulator.machinery.openapi.paths import Resource as Described
from simulator.machinery.openapi.paths import Subresource as DescribedPart
from simulator.machinery.openapi.protobuf import DEPRECATED_MEDIA_TYPE
from simulator.machinery.openapi.protobuf import MEDIA_TYPE as PROTOBUF
from simulator.resources.resource import Resource

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer

JSON = "application/json"
FAR = "Fri, 31 Dec 2049 23:59:59 GMT"


def answer(server: "APIServer", request: Request, parts: list[str]) -> Response:
    """Answer a request below `/openapi`."""
    derived = server.kinds.derived
    described = derived("described", lambda: tuple(one for each in server.resources() for one in describe(each)))
    if parts == ["v2"]:
        tag = f'"{derived("hash", lambda: openapi.hash_of(server.version, described))}"'
        if is_known(request, tag):
            return Response(304, b"", {"etag": tag, "vary": "Accept"})
        return swagger(server.version, described, request, remotedocuments.swaggers(server))
    if parts == ["v3"]:
        index = derived("index", lambda: openapi.index(server.version, described))
        return Response(200, remotedocuments.index(server, index), {"content-type": JSON})
    if len(parts) > 1 and parts[0] == "v3":
        elsewhere = remotedocuments.document(server, "/".join(parts[1:]))
        if elsewhere is not None:
            return elsewhere
        document = openapi.document(server.version, described, "/".join(parts[1:]))
        if document is not None:
            headers = {"content-type": JSON, "etag": f'"{document.hash}"', "vary": "Accept"}
            if request.parameter("hash") == document.hash:
                headers |= {"cache-control": "public, immutable", "expires": FAR}
            known = is_known(request, headers["etag"])
            return Response(304, b"", headers) if known else Response(200, document.body, headers)
    raise PageNotFound()


def is_known(request: Request, tag: str) -> bool:
    """Whether the client has a document already, or only asks whether there is one."""
    tags = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    return "*" in tags or tag in tags


def swagger(
    version: str, described: tuple[Described, ...], request: Request, others: tuple[bytes, ...] = ()
) -> Response:
    """The v2 document: JSON, or protobuf for those who take that first."""
    if others:
        packed = any(media[""] in (PROTOBUF, DEPRECATED_MEDIA_TYPE) for media in accept_parameters(request)[:1])
        body = remotedocuments.merged(version, described, others, packed=packed)
        return Response(200, body, {"content-type": PROTOBUF if packed else JSON, "vary": "Accept"})
    for media in accept_parameters(request):
        if media[""] in (JSON, "application/*", "*/*"):
            document = openapi.swagger_document(version, described)
            return Response(200, document.body, {"content-type": JSON, "etag": f'"{document.hash}"', "vary": "Accept"})
        if media[""] in (PROTOBUF, DEPRECATED_MEDIA_TYPE):
            document = openapi.swagger_protobuf(version, described)
            headers = {"content-type": PROTOBUF, "etag": f'"{document.hash}"', "vary": "Accept"}
            return Response(200, document.body, headers)
    raise NotAcceptable([JSON, PROTOBUF])


def describe(resource: Resource) -> list[Described]:
    """A resource as the documents tell of it, once for each version."""
    if isinstance(resource, CustomResource):
        return [described_as(resource, version) for version in resource.versions]
    return [
        Described(
            resource.group,
            version,
            resource.kind,
            resource.plural,
            resource.namespaced,
            resource.verbs,
            tuple(
                DescribedPart(part.name, part.group or resource.group, part.version or version, part.kind, part.verbs)
                for part in resource.subresources.values()
            ),
        )
        for version in resource.versions
    ]

"""Bodies of requests as objects, and answers in the form the client asked for.

Upstream: apiserver/pkg/endpoints/handlers/{create,response,rest}.go, apimachinery/pkg/runtime/serializer
"""

from typing import Any

import orjson

from simulator.api.errors import APIError, BadRequest, NotAcceptable, RequestEntityTooLarge, UnsupportedMediaType
from simulator.api.requests import Request, Response, accept_parameters
from simulator.machinery import protobuf, yaml
from simulator.machinery.gojson import syntax_error
from simulator.machinery.objects import Object
from simulator.resources.resource import Resource
from simulator.resources.tables import table

BODY_LIMIT = 3 * 1024 * 1024
JSON = "application/json"
MEDIA_TYPES = (JSON, "application/yaml", protobuf.CONTENT_TYPE)
SUMMARY = 30
META_GROUP = "meta.k8s.io"
FORMS = ("Table", "PartialObjectMetadata", "PartialObjectMetadataList")
"""What an object may be asked for instead of itself."""


def parse_body(request: Request) -> Any:
    """The JSON-shaped value a request carries; raises where it cannot be read."""
    if len(request.body) > BODY_LIMIT:
        raise RequestEntityTooLarge()
    media_type = request.header("content-type").split(";")[0].strip() or JSON
    if media_type == protobuf.CONTENT_TYPE:
        try:
            return protobuf.decode(request.body)
        except protobuf.ProtobufError as error:
            raise BadRequest(str(error)) from None
    if media_type in (JSON, "*/*"):
        return parse_json(request.body)
    if media_type == "application/yaml":
        try:
            return yaml.load(request.body)
        except yaml.YAMLError as error:
            raise BadRequest(f"error converting YAML to JSON: {error}") from None
    raise UnsupportedMediaType(media_type, MEDIA_TYPES)


class NoJSON(BadRequest):
    """A body that is no JSON, with the reason in Go's words."""

    def __init__(self, why: str) -> None:
        super().__init__(f"couldn't get version/kind; json parse error: {why}")
        self.why = why


def parse_json(body: bytes) -> Any:
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NoJSON(syntax_error(body) or str(error)) from None


def in_short(body: bytes) -> str:
    """The beginning of a body, as it is told of one that cannot be read. Upstream: summarizeData"""
    if not body:
        return "<empty>"
    begin = body[:SUMMARY].decode(errors="replace") if body[:1] == b"{" else body[:SUMMARY].hex()
    return f"{begin} ..." if len(body) > SUMMARY else begin


def object_answer(request: Request, resource: Resource, obj: Object, now: int, *, status: int = 200) -> Response:
    """One object, as itself, as a table, or as its metadata."""
    form = wanted_form(request)
    if form == "Table":
        return Response(status, table(resource, [obj], now=now, include_object=included(request)))
    if form == "PartialObjectMetadata":
        return Response(status, metadata_only(obj))
    if form:
        raise Unobtainable(f"you requested {form}, but the requested object is not a list (*v1.{resource.kind})")
    return Response(status, obj)


def list_answer(request: Request, resource: Resource, items: list[Object], metadata: Object, now: int) -> Response:
    """A list of objects, as itself, as a table, or as their metadata."""
    form = wanted_form(request)
    if form == "Table":
        return Response(200, table(resource, items, now=now, list_metadata=metadata, include_object=included(request)))
    if form == "PartialObjectMetadataList":
        body = {"kind": form, "apiVersion": f"{META_GROUP}/v1", "metadata": metadata}
        return Response(200, {**body, "items": [metadata_only(item) for item in items]})
    if form:
        raise Unobtainable(f"you requested {form}, but the requested object is a list (*v1.{resource.list_kind})")
    return Response(200, {"metadata": metadata, "items": items})


def wanted_form(request: Request) -> str:
    """The kind a client asked to see instead of the object: Table, PartialObjectMetadata, or empty."""
    for media in accept_parameters(request):
        if media[""] in (JSON, "*/*", "application/*", "application/yaml"):
            kind = media.get("as", "")
            if not kind:
                return ""
            if kind in FORMS and media.get("g") == META_GROUP and media.get("v") in ("v1", "v1beta1"):
                return kind
        elif media[""] == protobuf.CONTENT_TYPE and not media.get("as"):
            continue
    types = [media[""] for media in accept_parameters(request) if not media.get("as")]
    if not any(known in (*MEDIA_TYPES, "*/*", "application/*") for known in types):
        raise NotAcceptable((*MEDIA_TYPES, "application/cbor"))
    return ""


class Unobtainable(NotAcceptable):
    """A form that an answer cannot take."""

    def __init__(self, message: str) -> None:
        APIError.__init__(self, message)


def included(request: Request) -> str:
    """What rides in each row of a table. Upstream: metav1.TableOptions"""
    value = request.parameter("includeObject", "Metadata") or "Metadata"
    if value not in ("None", "Metadata", "Object"):
        raise BadRequest(f'unrecognized includeObject value: "{value}"')
    return value


def metadata_only(obj: Object) -> Object:
    return {"kind": "PartialObjectMetadata", "apiVersion": f"{META_GROUP}/v1", "metadata": obj["metadata"]}

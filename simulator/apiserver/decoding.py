"""A request's body as an object of its kind. Upstream: apiserver/pkg/endpoints/handlers/{create,rest}.go"""

from typing import Any

from simulator.api.errors import BadRequest
from simulator.machinery.decoding import DecodeError, cannot_be_handled, decode, strict_error
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object
from simulator.machinery.schemas import Schemas
from simulator.resources.resource import Resource


def decode_object(
    schemas: Schemas,
    resource: Resource,
    version: str,
    body: Any,
    validation: str,
    warnings: list[str],
    text: bytes | None = None,
) -> Object:
    """The object in the version asked for, free of unknown fields; what was unknown is refused, warned of or ignored.

    Raises `BadRequest` in the API server's words.
    """
    obj = identified(resource, version, body)
    type = schemas.type_of_kind(resource.group, version, resource.kind)
    if type is None:
        return obj
    try:
        decoded = decode(obj, type, text if validation != "Ignore" else None)
    except DecodeError as error:
        raise BadRequest(cannot_be_handled(resource.kind, version, str(error))) from None
    if decoded.objections:
        if validation == "Strict":
            raise BadRequest(cannot_be_handled(resource.kind, version, strict_error(decoded.objections)))
        if validation == "Warn":
            warnings.extend(decoded.objections)
    found = decoded.object
    found.setdefault("metadata", {})
    return found


def identified(resource: Resource, version: str, body: Any) -> Object:
    """The body with its kind and version, which must be those of the request's path."""
    wanted = resource.api_version(version)
    if not isinstance(body, dict):
        raise BadRequest(
            f"the object provided is unrecognized (must be of type {resource.kind}): couldn't get version/kind; "
            "json parse error: unexpected end of JSON input"
        )
    kind, api_version = body.get("kind"), body.get("apiVersion")
    if api_version and api_version != wanted:
        raise BadRequest(
            f"the API version in the data ({api_version}) does not match the expected API version ({wanted})"
        )
    if kind and kind != resource.kind:
        raise BadRequest(
            f"{kind} in version {quoted(version)} cannot be handled as a {resource.kind}: converting ({kind}) to "
            f"({resource.kind}): unknown conversion"
        )
    return {**body, "kind": resource.kind, "apiVersion": wanted}

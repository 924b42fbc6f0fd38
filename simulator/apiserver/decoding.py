"""A request's body as an object of its kind. Upstream: apiserver/pkg/endpoints/handlers/{create,rest}.go"""

from typing import Any

from simulator.api.errors import BadRequest, Invalid
from simulator.apiserver.custom.embedded import coerce
from simulator.apiserver.custom.resource import CustomResource
from simulator.apiserver.encoding import in_short
from simulator.kernel.state import thaw
from simulator.machinery.decoding import Decoded, DecodeError, cannot_be_handled, decode, repeated_fields, strict_error
from simulator.machinery.field import invalid
from simulator.machinery.gojson import END, sort_of
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at
from simulator.machinery.schemas import META, Schemas, Type
from simulator.resources.resource import Resource

HEAD = (
    'Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; '
    'Kind string "json:\\"kind,omitempty\\"" }'
)


class Unreadable(BadRequest):
    """A body that cannot be read as its kind; `cause` is what the decoder says of it."""

    def __init__(self, kind: str, version: str, cause: str) -> None:
        super().__init__(cannot_be_handled(kind, version, cause))
        self.cause = cause


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
    obj = identified(resource, version, body, text or b"")
    if isinstance(resource, CustomResource):
        return decode_custom(schemas, resource, version, obj, validation, warnings, text)
    type = schemas.type_of_kind(resource.group, version, resource.kind)
    if type is None:
        return obj
    decoded = read(resource.kind, version, obj, type, text if validation != "Ignore" else None)
    object_to(decoded.objections, resource.kind, version, validation, warnings)
    found = decoded.object
    metadata = found.setdefault("metadata", {})
    if (obj.get("metadata") or {}).get("managedFields") == []:
        metadata["managedFields"] = []  # to send none is to want none; to say nothing of them is not
    return found


def object_to(objections: tuple[str, ...], kind: str, version: str, validation: str, warnings: list[str]) -> None:
    """Refuse what a strict reader objects to, or warn of it."""
    if objections and validation == "Strict":
        raise Unreadable(kind, version, strict_error(objections))
    if validation == "Warn":
        warnings.extend(objections)


def decode_custom(
    schemas: Schemas,
    resource: CustomResource,
    version: str,
    obj: Object,
    validation: str,
    warnings: list[str],
    text: bytes | None,
) -> Object:
    """A custom object as its definition's schema has it; its metadata is read as everybody's is."""
    found, unknown = resource.pruned(obj, version)
    try:
        coerce(found, resource.schema(version), lambda: schemas.type(META + "ObjectMeta"))
    except DecodeError as error:
        raise Unreadable(resource.kind, version, str(error)) from None
    metadata = read(resource.kind, version, found.get("metadata") or {}, schemas.type(META + "ObjectMeta"))
    repeated = repeated_fields(text) if text is not None and validation != "Ignore" else ()
    object_to((*repeated, *unknown, *metadata.objections), resource.kind, version, validation, warnings)
    return {**found, "metadata": thaw(metadata.object)}


def read(kind: str, version: str, obj: Object, type: Type, text: bytes | None = None) -> Decoded:
    try:
        return decode(obj, type, text)
    except DecodeError as error:
        raise Unreadable(kind, version, str(error)) from None


def decode_named(schemas: Schemas, group: str, version: str, kind: str, body: Any) -> Object:
    """A body that is not of the resource's own kind, such as the Scale or TokenRequest of a subresource."""
    api_version = f"{group}/{version}" if group else version
    if not isinstance(body, dict) or body.get("kind", kind) != kind:
        raise BadRequest(f"the object provided is unrecognized (must be of type {kind})")
    type = schemas.type_of_kind(group, version, kind)
    obj = {**body, "kind": kind, "apiVersion": api_version}
    return read(kind, version, obj, type).object if type is not None else obj


def unrecognized(resource: Resource, why: str, text: bytes) -> BadRequest:
    """Nobody knows what a body is. Upstream: apiserver/pkg/endpoints/handlers/rest.go transformDecodeError"""
    told = f"the object provided is unrecognized (must be of type {resource.kind}): couldn't get version/kind"
    return BadRequest(f"{told}; json parse error: {why} ({in_short(text)})")


def identified(resource: Resource, version: str, body: Any, text: bytes = b"") -> Object:
    """The body with its kind and version, which must be those of the request's path."""
    wanted = resource.api_version(version)
    body = {} if body is None and text else body  # null is an object of which nothing is said
    if not isinstance(body, dict):
        why = f"json: cannot unmarshal {sort_of(body)} into {HEAD}" if text else END
        raise unrecognized(resource, why, text)
    kind, api_version = body.get("kind"), body.get("apiVersion")
    if api_version and api_version != wanted:
        raise BadRequest(
            f"the API version in the data ({api_version}) does not match the expected API version ({wanted})"
        )
    if kind and kind != resource.kind and isinstance(resource, CustomResource):
        wrong = invalid("kind", kind, f"must be {resource.kind}")
        raise Invalid(str(kind), str(at(body, "metadata", "name", default="")), [wrong], group=resource.group)
    if kind and kind != resource.kind:
        raise BadRequest(
            f"{kind} in version {quoted(version)} cannot be handled as a {resource.kind}: converting ({kind}) to "
            f"({resource.kind}): unknown conversion"
        )
    return {**body, "kind": resource.kind, "apiVersion": wanted}

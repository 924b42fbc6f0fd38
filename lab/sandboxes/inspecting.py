"""What the cluster would say to a file before it is applied, and what may stand in it."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from lab.sandboxes.context import current
from simulator.api.requests import ADMINISTRATOR, Request
from simulator.machinery.openapi.enums import ENUMS
from simulator.machinery.schemas import Form, Type
from simulator.machinery.yaml.places import Document, Path, Place, documents, steps

LONGEST = 256 * 1024
"""The largest file (bytes) that is looked at."""
MOST = 50
"""How many problems are told, and how many documents of a file are tried."""
STRICT = re.compile(r'(unknown|duplicate) field "([^"]+)"')
SUMMARY = 400


class Problem(NamedTuple):
    """Something that would be refused, at its place; lines and columns count from nought."""

    line: int
    column: int
    end: int
    message: str


def problems(twin: Any, text: str) -> list[Problem]:
    """What applying a text would be refused for, tried in a copy of the world that is thrown away afterwards."""
    found: list[Problem] = []
    for number, document in enumerate(documents(text)):
        if number >= MOST or len(found) >= MOST:
            break
        found += _of_document(twin, document)
    return found[:MOST]


def _of_document(twin: Any, document: Document) -> Iterator[Problem]:
    if document.error:
        yield Problem(document.error_line, 0, 0, document.error)
        return
    value = document.value
    if value is None:
        return
    if not isinstance(value, dict):
        yield _at(document, (), "cannot unmarshal this document into an object: it needs apiVersion and kind")
        return
    for name in ("apiVersion", "kind"):
        if not isinstance(value.get(name), str) or not value[name]:
            yield _at(document, (name,), f"{name} not set")
            return
    url = _address(twin, value)
    if url is None:
        yield _at(document, ("kind",), f'no matches for kind "{value["kind"]}" in version "{value["apiVersion"]}"')
        return
    if not isinstance(value.get("metadata"), dict) or not isinstance(value["metadata"].get("name"), str):
        if not (isinstance(value.get("metadata"), dict) and value["metadata"].get("generateName")):
            yield _at(document, ("metadata", "name"), "resource name may not be empty")
        return
    yield from _refusals(document, _tried(twin, url, value))


def _address(twin: Any, value: dict[str, Any]) -> str | None:
    """Where the object would be written, if the cluster knows its kind."""
    group, _, version = value["apiVersion"].rpartition("/")
    server = twin.clusters[current(twin).cluster].server
    for resource in server.resources():
        if resource.group == group and resource.kind == value["kind"] and version in resource.versions:
            break
    else:
        return None
    metadata = value.get("metadata") if isinstance(value.get("metadata"), dict) else {}
    inside = f"/namespaces/{metadata.get('namespace') or current(twin).namespace}" if resource.namespaced else ""
    return f"/{'apis' if group else 'api'}/{value['apiVersion']}{inside}/{resource.plural}"


def _tried(twin: Any, url: str, value: dict[str, Any]) -> dict[str, Any]:
    """The server's answer to a dry run: a patch of what is there, or else a new object."""
    name = value["metadata"]["name"]
    query = "dryRun=All&fieldManager=kubectl&fieldValidation=Strict"
    cluster = current(twin).cluster
    there = twin.request(Request.to("GET", f"{url}/{name}", user=ADMINISTRATOR), cluster).status == 200
    method, address, kind = (
        ("PATCH", f"{url}/{name}?force=true&{query}", "apply-patch+yaml")
        if there
        else ("POST", f"{url}?{query}", "json")
    )
    headers = {"content-type": f"application/{kind}"}
    answer = twin.request(
        Request.to(method, address, headers=headers, body=orjson.dumps(value), user=ADMINISTRATOR), cluster
    )
    return answer.body if answer.status >= 400 and isinstance(answer.body, dict) else {}


def _refusals(document: Document, status: dict[str, Any]) -> Iterator[Problem]:
    message = str(status.get("message", ""))
    if not message:
        return
    unknown = STRICT.findall(message)
    if unknown:
        for what, path in unknown:
            yield _at(document, steps(path), f'{what} field "{path}"')
        return
    causes = (status.get("details") or {}).get("causes") or ()
    told = False
    for cause in causes:
        if cause.get("field"):
            told = True
            yield _at(document, steps(cause["field"]), f"{cause['field']}: {cause['message']}")
    if not told:
        yield _at(document, (), message)


def _at(document: Document, path: Path, message: str) -> Problem:
    place: Place = document.place(path)
    return Problem(*place, message)


# What may stand in a file.


def fields(world: Any, api_version: str, kind: str, path: tuple[str, ...]) -> list[dict[str, Any]]:
    """The fields below a path of a kind, each with its type and the first sentences of what it is for."""
    group, _, version = api_version.rpartition("/")
    place = world.clusters[current(world).cluster].server.schemas.type_of_kind(group, version, kind)
    for step in path:
        place = _inner(place)
        if place is None:
            return []
        place = place.element if place.form is Form.MAP else place.fields.get(step)
    place = _inner(place)
    if place is None:
        return []
    known = ENUMS.get(place.name, {})
    return [_field(name, each, name in place.required, known.get(name, ())) for name, each in place.fields.items()]


def _inner(place: Type | None) -> Type | None:
    """What the items of a list are, and of a list of lists."""
    while place is not None and place.form is Form.LIST:
        place = place.element
    return place


def _field(name: str, type: Type, required: bool, values: tuple[str, ...]) -> dict[str, Any]:
    told = " ".join(type.description.split())
    return {
        "name": name,
        "type": _named(type),
        "about": told if len(told) <= SUMMARY else told[:SUMMARY].rpartition(" ")[0] + " …",
        "required": required,
        "values": list(values or map(str, type.target.get("enum") or ())),
        "opens": _opening(type),
    }


def _named(type: Type) -> str:
    match type.form:
        case Form.LIST:
            return f"[]{_named(type.element)}" if type.element else "[]"
        case Form.MAP:
            return f"map[string]{_named(type.element)}" if type.element else "map"
        case Form.STRUCT:
            return type.short_name or "Object"
        case Form.SCALAR:
            return type.scalar
        case _:
            return "any"


def _opening(type: Type) -> str:
    """What follows the name of a field when it is filled in: a value, a block or a list."""
    return {Form.LIST: "list", Form.STRUCT: "block", Form.MAP: "block"}.get(type.form, "value")


def kinds(world: Any) -> list[dict[str, str]]:
    """Every kind that can be written, with its version that the cluster prefers."""
    return [
        {"apiVersion": resource.api_version(), "kind": resource.kind}
        for resource in world.clusters[current(world).cluster].server.resources()
        if "create" in resource.verbs
    ]

"""The sample API server: an API of somebody's own (`wardle.example.com`) to be put behind an APIService.

Upstream: staging/src/k8s.io/sample-apiserver

It keeps its objects in memory; of the API machinery it has what kubectl needs to make, show, change and delete them.
"""

from base64 import b32encode
from hashlib import blake2b
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import orjson

from simulator.kernel.clock import HOUR, timestamp
from simulator.machinery.patches import PatchError, json_patch, merge_patch
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.network import Certificate, HttpRequest, HttpResponse
from simulator.runtime.nodes import executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Server, Wait, program
from simulator.runtime.signals import TERM

type Object = dict[str, Any]

GROUP: Final = "wardle.example.com"
VERSION: Final = "v1alpha1"
KINDS: Final = {"flunders": ("Flunder", True), "fischers": ("Fischer", False)}
VERBS: Final = ["create", "delete", "deletecollection", "get", "list", "patch", "update"]
MOST: Final = 256
LARGEST: Final = 16 * 1024
REASONS: Final = {
    400: "BadRequest", 404: "NotFound", 405: "MethodNotAllowed", 409: "AlreadyExists", 413: "RequestEntityTooLarge",
    415: "UnsupportedMediaType", 501: "NotImplemented", 507: "InsufficientStorage",
}  # fmt: skip


class Refused(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@program("sample-apiserver")
class SampleAPIServer(Server):
    """`state`: flags, a revision, and the objects by (resource, namespace, name)."""

    resident = 24 << 20

    def start(self, process: Process) -> Outcome:
        flags = dict(word.lstrip("-").partition("=")[::2] for word in process.argv[1:])
        port = flags.get("secure-port", "443")
        if not port.isdecimal() or not 0 < int(port) < 65536:
            process.error(f'Error: invalid argument "{port}" for "--secure-port" flag: must be a port')
            return Exit(1)
        for name in ("tls-cert-file", "tls-private-key-file"):
            path = flags.get(name, "")
            if path and process.files.find(path) is None:
                process.error(f"Error: error creating self-signed certificates: open {path}: no such file or directory")
                return Exit(1)
        process.state = {"certificate": flags.get("tls-cert-file", ""), "revision": 1, "objects": {}}
        process.listen(int(port))
        process.handle(TERM)
        process.error(f"Serving securely on [::]:{port}")
        return Wait("start")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return Exit(0)

    def certificate(self, process: Process, port: int, host: str) -> Certificate | None:
        from simulator.network.certificates import read  # the network's programs know it; images are loaded before

        node = process.files.find(process.state["certificate"]) if process.state["certificate"] else None
        if node is not None:
            return read(node["content"].decode(errors="replace"))
        return Certificate("CN = localhost", "CN = localhost-ca", ("localhost",), 0, process.now + 24 * HOUR)

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        try:
            return JSON(200, answer(process, request))
        except Refused as why:
            status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": str(why)}
            return JSON(why.code, {**status, "reason": REASONS[why.code], "code": why.code})
        except Created as made:
            return JSON(201, made.object)


class Created(Exception):
    """What a POST made: 201 rather than 200."""

    def __init__(self, made: Object) -> None:
        super().__init__()
        self.object = made


def JSON(status: int, body: Object) -> HttpResponse:  # noqa: N802 - named after the form
    return HttpResponse(status, {"content-type": "application/json"}, orjson.dumps(body) + b"\n")


def answer(process: Process, request: HttpRequest) -> Object:
    parts = [part for part in urlsplit(request.url).path.split("/") if part]
    query = dict(parse_qsl(urlsplit(request.url).query))
    if parts in (["healthz"], ["livez"], ["readyz"]):
        return {}
    if parts == ["apis", GROUP, VERSION]:
        return {
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": f"{GROUP}/{VERSION}",
            "resources": resources(),
        }
    if parts[:3] != ["apis", GROUP, VERSION]:
        raise Refused(404, "the server could not find the requested resource")
    parts, namespace = parts[3:], ""
    if parts[0] == "namespaces" and len(parts) > 2:
        namespace, parts = parts[1], parts[2:]
    resource, name = parts[0], parts[1] if len(parts) > 1 else ""
    if resource not in KINDS or len(parts) > 2:
        raise Refused(404, "the server could not find the requested resource")
    if query.get("watch") in ("1", "true"):
        raise Refused(501, "watches of aggregated APIs are not simulated")
    handler = {"GET": shown, "POST": made, "PUT": replaced, "PATCH": patched, "DELETE": deleted}.get(request.method)
    if handler is None:
        raise Refused(405, "the server does not allow this method on the requested resource")
    return handler(process, request, (resource, namespace, name))


def resources() -> list[Object]:
    return [
        {"name": plural, "singularName": kind.lower(), "namespaced": namespaced, "kind": kind, "verbs": VERBS}
        for plural, (kind, namespaced) in sorted(KINDS.items())
    ]


type Place = tuple[str, str, str]


def stored(process: Process) -> dict[Place, Object]:
    found: dict[Place, Object] = process.state["objects"]
    return found


def find(process: Process, place: Place) -> Object:
    found = stored(process).get(place)
    if found is None:
        raise Refused(404, f'{place[0]}.{GROUP} "{place[2]}" not found')
    return found


def shown(process: Process, request: HttpRequest, place: Place) -> Object:
    resource, namespace, name = place
    if name:
        found = find(process, place)
        return table([found]) if "as=Table" in request.headers.get("accept", "") else found
    items = [one for key, one in sorted(stored(process).items()) if key[0] == resource and namespace in ("", key[1])]
    if "as=Table" in request.headers.get("accept", ""):
        return table(items)
    head = {"kind": f"{KINDS[resource][0]}List", "apiVersion": f"{GROUP}/{VERSION}"}
    return {**head, "metadata": {"resourceVersion": str(process.state["revision"])}, "items": items}


def table(items: list[Object]) -> Object:
    """What a server without columns of its own shows. Upstream: apiserver/pkg/registry/rest/table.go"""
    columns = [
        {"name": "Name", "type": "string", "format": "name", "description": "", "priority": 0},
        {"name": "Created At", "type": "date", "format": "", "description": "", "priority": 0},
    ]
    rows = [
        {
            "cells": [one["metadata"]["name"], one["metadata"]["creationTimestamp"]],
            "object": {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": one["metadata"]},
        }
        for one in items
    ]
    return {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {}, "columnDefinitions": columns, "rows": rows}


def made(process: Process, request: HttpRequest, place: Place) -> Object:
    resource, namespace, _ = place
    obj = parsed(request.body)
    metadata = obj.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if not isinstance(metadata, dict) or not isinstance(name, str) or not name:
        raise Refused(400, "metadata.name: Required value: name or generateName is required")
    if (resource, namespace, name) in stored(process):
        raise Refused(409, f'{resource}.{GROUP} "{name}" already exists')
    if len(stored(process)) >= MOST:
        raise Refused(507, f"no more than {MOST} objects fit into the sample server")
    identity = b32encode(blake2b(f"{process.pid}/{process.state['revision']}/{name}".encode(), digest_size=20).digest())
    uid = identity.decode().lower()
    fields = {"name": name, "uid": f"{uid[:8]}-{uid[8:12]}-{uid[12:16]}-{uid[16:20]}-{uid[20:32]}"}
    fields["creationTimestamp"] = timestamp(process.now)
    if namespace:
        fields["namespace"] = namespace
    raise Created(put(process, (resource, namespace, name), {**obj, "metadata": {**metadata, **fields}}))


def replaced(process: Process, request: HttpRequest, place: Place) -> Object:
    return changed(process, place, parsed(request.body))


def patched(process: Process, request: HttpRequest, place: Place) -> Object:
    kind = request.headers.get("content-type", "").partition(";")[0]
    old = find(process, place)
    try:
        patch = orjson.loads(request.body)
        if kind == "application/json-patch+json":
            return changed(process, place, json_patch.apply(old, patch))
        if kind in ("application/merge-patch+json", "application/strategic-merge-patch+json"):
            return changed(process, place, merge_patch.apply(old, patch))
    except (PatchError, orjson.JSONDecodeError) as error:
        raise Refused(400, str(error)) from None
    raise Refused(415, f"the sample server takes no patch of type {kind}")


def changed(process: Process, place: Place, obj: Object) -> Object:
    old = find(process, place)
    metadata = obj.get("metadata")
    given: Object = metadata if isinstance(metadata, dict) else {}
    kept = {
        name: old["metadata"][name]
        for name in ("name", "namespace", "uid", "creationTimestamp")
        if name in old["metadata"]
    }
    return put(process, place, {**obj, "metadata": {**given, **kept}})


def deleted(process: Process, request: HttpRequest, place: Place) -> Object:
    resource, _, name = place
    if name:
        gone = find(process, place)
        keep(process, {key: one for key, one in stored(process).items() if key != place})
        details = {"name": name, "group": GROUP, "kind": resource, "uid": gone["metadata"]["uid"]}
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
    listed = shown(process, HttpRequest("GET", request.url), place)
    gone_keys = {(resource, one["metadata"].get("namespace", ""), one["metadata"]["name"]) for one in listed["items"]}
    keep(process, {key: one for key, one in stored(process).items() if key not in gone_keys})
    return listed


def parsed(body: bytes) -> Object:
    if len(body) > LARGEST:
        raise Refused(413, f"Request entity too large: limit is {LARGEST}")
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused(400, f"couldn't get version/kind; json parse error: {error}") from None
    if not isinstance(found, dict):
        raise Refused(400, "couldn't get version/kind; json parse error: not an object")
    return found


def put(process: Process, place: Place, obj: Object) -> Object:
    revision = process.state["revision"] + 1
    kind = {"kind": KINDS[place[0]][0], "apiVersion": f"{GROUP}/{VERSION}"}
    new = {**obj, **kind, "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}
    if len(orjson.dumps(new)) > 2 * LARGEST:
        raise Refused(413, f"Request entity too large: limit is {LARGEST}")
    keep(process, {**stored(process), place: new})
    return new


def keep(process: Process, objects: dict[Place, Object]) -> None:
    process.state = {**process.state, "revision": process.state["revision"] + 1, "objects": objects}


repository(
    "registry.k8s.io/e2e-test-images/sample-apiserver",
    {"1.17.7": "1.17.7", "1.29.2": "1.29.2"},
    24_000_000,
    (layer("sample-apiserver", {"/usr/local/bin/sample-apiserver": executable("sample-apiserver")}),),
    entrypoint=("/usr/local/bin/sample-apiserver",),
)

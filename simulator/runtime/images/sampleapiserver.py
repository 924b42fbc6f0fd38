"""The sample API server: an API of somebody's own (`wardle.example.com`) to be put behind an APIService.

Upstream: staging/src/k8s.io/sample-apiserver

It keeps its objects in memory; of the API machinery it has what kubectl needs to make, show, change and delete them.
"""

from hashlib import blake2b
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import orjson

from simulator.api.requests import Polled, Stream
from simulator.kernel.clock import HOUR, timestamp
from simulator.machinery.patches import PatchError, json_patch, merge_patch
from simulator.runtime.images import samplewatch
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.images.samplekinds import GROUP, KINDS, VERSION, described, head_of, resources
from simulator.runtime.images.samplewatch import Place, Unselectable, table
from simulator.runtime.network import Certificate, HttpRequest, HttpResponse
from simulator.runtime.nodes import executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Server, Wait, program
from simulator.runtime.signals import TERM

type Object = dict[str, Any]

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
        process.state = {"certificate": flags.get("tls-cert-file", ""), "revision": 1, "objects": {}, "log": ()}
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
            parts = [part for part in urlsplit(request.url).path.split("/") if part]
            if asks_to_watch(request, parts):
                return opened(process, request, parts)
            return JSON(200, answer(process, request, parts))
        except Refused as why:
            status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": str(why)}
            return JSON(why.code, {**status, "reason": REASONS[why.code], "code": why.code})
        except Created as made:
            return JSON(201, made.object)

    def more(self, process: Process, stream: Stream) -> Polled:
        return samplewatch.more(process, stream)


class Created(Exception):
    """What a POST made: 201 rather than 200."""

    def __init__(self, made: Object) -> None:
        super().__init__()
        self.object = made


def JSON(status: int, body: Object) -> HttpResponse:  # noqa: N802 - named after the form
    return HttpResponse(status, {"content-type": "application/json"}, orjson.dumps(body) + b"\n")


def query_of(request: HttpRequest) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query))


def asks_to_watch(request: HttpRequest, parts: list[str]) -> bool:
    return request.method == "GET" and len(parts) > 3 and query_of(request).get("watch") in ("1", "true")


def opened(process: Process, request: HttpRequest, parts: list[str]) -> HttpResponse:
    """An answer that goes on with what happens."""
    place, accept = place_of(parts), request.headers.get("accept", "")
    try:
        stream = samplewatch.begin(process, place, query_of(request), accept)
    except Unselectable as error:
        raise Refused(400, str(error)) from None
    except samplewatch.Unsupported as error:
        return JSON(422, error.status())
    return HttpResponse(200, {"content-type": "application/json"}, stream=stream)


def answer(process: Process, request: HttpRequest, parts: list[str]) -> Object:
    if parts in (["healthz"], ["livez"], ["readyz"]):
        return {}
    if parts == ["apis", GROUP, VERSION]:
        return resources()
    if parts[:1] == ["openapi"]:
        document = described("/".join(parts[1:]))
        if document is None:
            raise Refused(404, "the server could not find the requested resource")
        return document
    place = place_of(parts)
    handler = {"GET": shown, "POST": made, "PUT": replaced, "PATCH": patched, "DELETE": deleted}.get(request.method)
    if handler is None:
        raise Refused(405, "the server does not allow this method on the requested resource")
    try:
        return handler(process, request, place)
    except Unselectable as error:
        raise Refused(400, str(error)) from None


def place_of(parts: list[str]) -> Place:
    """What a path names."""
    if parts[:3] != ["apis", GROUP, VERSION] or len(parts) < 4:
        raise Refused(404, "the server could not find the requested resource")
    parts, namespace = parts[3:], ""
    if parts[0] == "namespaces" and len(parts) > 2:
        namespace, parts = parts[1], parts[2:]
    resource, name = parts[0], parts[1] if len(parts) > 1 else ""
    if resource not in KINDS or len(parts) > 2:
        raise Refused(404, "the server could not find the requested resource")
    return resource, namespace, name


def stored(process: Process) -> dict[Place, Object]:
    found: dict[Place, Object] = process.state["objects"]
    return found


def find(process: Process, place: Place) -> Object:
    found = stored(process).get(place)
    if found is None:
        raise Refused(404, f'{place[0]}.{GROUP} "{place[2]}" not found')
    return found


def shown(process: Process, request: HttpRequest, place: Place) -> Object:
    resource, _, name = place
    if name:
        found = find(process, place)
        return table([found]) if "as=Table" in request.headers.get("accept", "") else found
    items, revision = chosen(process, request, place), str(process.state["revision"])
    if "as=Table" in request.headers.get("accept", ""):
        return table(items, revision)
    head = {"kind": f"{KINDS[resource][0]}List", "apiVersion": f"{GROUP}/{VERSION}"}
    return {**head, "metadata": {"resourceVersion": revision}, "items": items}


def chosen(process: Process, request: HttpRequest, place: Place) -> list[Object]:
    """The objects of a resource that a request means."""
    resource, namespace, _ = place
    query, found = query_of(request), sorted(stored(process).items())
    items = [one for key, one in found if key[0] == resource and namespace in ("", key[1])]
    labels, fields = query.get("labelSelector", ""), query.get("fieldSelector", "")
    return [one for one in items if samplewatch.selects(labels, fields, one)]


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
    uid = blake2b(f"{process.pid}/{process.state['revision']}/{name}".encode(), digest_size=16).hexdigest()
    fields = {"name": name, "uid": f"{uid[:8]}-{uid[8:12]}-4{uid[13:16]}-8{uid[17:20]}-{uid[20:]}"}
    fields["creationTimestamp"] = timestamp(process.now)
    if namespace:
        fields["namespace"] = namespace
    whole = {**obj, "metadata": {**metadata, **fields}}
    raise Created(put(process, request, (resource, namespace, name), whole))


def replaced(process: Process, request: HttpRequest, place: Place) -> Object:
    return changed(process, request, place, parsed(request.body))


def patched(process: Process, request: HttpRequest, place: Place) -> Object:
    kind = request.headers.get("content-type", "").partition(";")[0]
    old = find(process, place)
    try:
        patch = orjson.loads(request.body)
        if kind == "application/json-patch+json":
            return changed(process, request, place, json_patch.apply(old, patch))
        if kind in ("application/merge-patch+json", "application/strategic-merge-patch+json"):
            return changed(process, request, place, merge_patch.apply(old, patch))
    except (PatchError, orjson.JSONDecodeError) as error:
        raise Refused(400, str(error)) from None
    raise Refused(415, f"the sample server takes no patch of type {kind}")


def changed(process: Process, request: HttpRequest, place: Place, obj: Object) -> Object:
    old = find(process, place)
    metadata = obj.get("metadata")
    given: Object = metadata if isinstance(metadata, dict) else {}
    kept = {
        name: old["metadata"][name]
        for name in ("name", "namespace", "uid", "creationTimestamp", "resourceVersion")
        if name in old["metadata"]
    }
    new = {**obj, "metadata": {**given, **kept}}
    return old if new == old else put(process, request, place, new)


def deleted(process: Process, request: HttpRequest, place: Place) -> Object:
    resource, _, name = place
    if name:
        gone = find(process, place)
        remove(process, request, [place])
        details = {"name": name, "group": GROUP, "kind": resource, "uid": gone["metadata"]["uid"]}
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
    listed = shown(process, HttpRequest("GET", request.url), place)
    heads = [one["metadata"] for one in listed["items"]]
    remove(process, request, [(resource, head.get("namespace", ""), head["name"]) for head in heads])
    return listed


def remove(process: Process, request: HttpRequest, places: list[Place]) -> None:
    for place in [] if is_rehearsal(request) else places:
        left = {key: one for key, one in stored(process).items() if key != place}
        keep(process, left, place, None)


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


def put(process: Process, request: HttpRequest, place: Place, obj: Object) -> Object:
    revision = process.state["revision"] + 1
    new = {**obj, **head_of(place[0]), "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}
    if len(orjson.dumps(new)) > 2 * LARGEST:
        raise Refused(413, f"Request entity too large: limit is {LARGEST}")
    if is_rehearsal(request):
        return {**new, "metadata": obj["metadata"]}
    keep(process, {**stored(process), place: new}, place, new)
    return new


def is_rehearsal(request: HttpRequest) -> bool:
    """Whether nothing is to be kept of a write."""
    return query_of(request).get("dryRun") == "All"


def keep(process: Process, objects: dict[Place, Object], place: Place, new: Object | None) -> None:
    """Remember all objects, and the change that made them so."""
    state, old = process.state, stored(process).get(place)
    revision = state["revision"] + 1
    log = samplewatch.noted(state["log"], revision, place, new, old)
    process.state = {**state, "revision": revision, "objects": objects, "log": log}
    process.announce()


repository(
    "registry.k8s.io/e2e-test-images/sample-apiserver",
    {"1.17.7": "1.17.7", "1.29.2": "1.29.2"},
    24_000_000,
    (layer("sample-apiserver", {"/usr/local/bin/sample-apiserver": executable("sample-apiserver")}),),
    entrypoint=("/usr/local/bin/sample-apiserver",),
)

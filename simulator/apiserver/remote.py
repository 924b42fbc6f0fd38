"""Groups and versions that somebody else's server answers for, in a Pod behind the Service of an APIService.

Upstream: kube-aggregator/pkg/apiserver/{handler_proxy,handler_discovery,resolvers}.go

What such a server says of its kinds is asked for whenever somebody asks; nothing of it is kept.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import orjson

from simulator.api.client import RemoteKind
from simulator.api.errors import ServiceUnavailable
from simulator.api.requests import Request, Response, User
from simulator.apiserver.admission.webhookcalls import trusted
from simulator.apiserver.aggregation import API_SERVICES, is_available
from simulator.kernel.clock import SECOND
from simulator.machinery.objects import Object, at
from simulator.resources import metrics

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer

TIMEOUT: Final = 6 * SECOND
MOST: Final = 200
"""How many resources of one version are shown."""
LONGEST: Final = 253
AGGREGATOR: Final = User("system:kube-aggregator", ("system:masters",))
HANDED_ON: Final = frozenset({"content-type", "location", "retry-after", "warning"})
"""The headers of such a server's answers that reach who asked."""
PER_CONNECTION: Final = frozenset({"authorization", "connection", "content-length", "transfer-encoding", "host"})


def api_service(server: "APIServer", path: str) -> Object | None:
    """The APIService that hands a path to somebody else; None for what this server answers itself."""
    parts = path.split("/", 4)
    if len(parts) < 4 or parts[1] != "apis":
        return None
    found = server.read(API_SERVICES, ("", f"{parts[3]}.{parts[2]}"))
    return found if found is not None and is_remote(found) else None


def is_remote(found: Object) -> bool:
    """Whether a Pod answers; the metrics server's answers are worked out by the lab."""
    return at(found, "spec", "service") is not None and found["metadata"]["name"] != metrics.API_SERVICE


def may_ask(server: "APIServer", path: str) -> bool:
    """Whether a Pod may be asked before a path is answered: one of a group that it keeps, or of what is told of all."""
    if api_service(server, path) is not None:
        return True
    of_all = path.rstrip("/") == "/apis" or path.startswith("/openapi/")
    return of_all and any(is_remote(one) for one in server.items(API_SERVICES, None))


def answer(server: "APIServer", request: Request, user: User, found: Object) -> Response:
    """Hand a request on, with the name of who asks."""
    if not is_available(found):
        return refused("service unavailable")
    try:
        return call(server, found, request.method, request.url, user, request)
    except ServiceUnavailable as error:
        return refused(error.message)


def refused(why: str) -> Response:
    return Response(503, f"{why}\n", {"x-content-type-options": "nosniff"})


def call(
    server: "APIServer", found: Object, method: str, url: str, user: User, request: Request | None = None
) -> Response:
    """Ask the server of an APIService. Raises `ServiceUnavailable` in Go's words."""
    spec = found["spec"]
    address, port = endpoint(server, spec["service"])
    headers = {} if request is None else {k: v for k, v in request.headers.items() if k not in PER_CONNECTION}
    headers |= {"x-remote-user": user.name, "x-remote-group": ",".join(user.groups)}
    asked = Request.to(method, url, headers=headers, body=b"" if request is None else request.body)
    host = f"{spec['service']['name']}.{spec['service']['namespace']}.svc"
    insecure, trusts = bool(spec.get("insecureSkipTLSVerify")), trusted(spec.get("caBundle") or "")
    follows = request is not None and request.flag("watch")
    said = server.waiting.call(
        host, address, port, asked, trusts=trusts, timeout=TIMEOUT, insecure=insecure, follows=follows
    )
    kept = {name: value for name, value in said.headers.items() if name in HANDED_ON and value.isprintable()}
    return Response(said.status, said.body, kept, said.stream)


def endpoint(server: "APIServer", service: Object) -> tuple[str, int]:
    """Address and port of a Service. Upstream: ResolveCluster"""
    found, port = server.read("services", (service["namespace"], service["name"])), service.get("port", 443)
    address = at(found, "spec", "clusterIP", default="") if found is not None else ""
    known = found is not None and any(one["port"] == port for one in found["spec"].get("ports") or ())
    if not known or address in ("", "None"):
        raise ServiceUnavailable("service unavailable")
    return address, port


def trouble(server: "APIServer", found: Object) -> str:
    """Why the server of an APIService does not tell its kinds; "" when it does."""
    if not is_remote(found):
        return ""
    spec = found["spec"]
    path = f"/apis/{spec['group']}/{spec['version']}"
    try:
        address, port = endpoint(server, spec["service"])
        url = f"https://{address}:{port}{path}"
        status = call(server, found, "GET", path, AGGREGATOR).status
    except ServiceUnavailable as error:
        return f'failing or missing response from {url}: Get "{url}": {error.message}'
    wrong = "" if 200 <= status < 300 else f"bad status from {url}: {status}"
    return f"failing or missing response from {url}: {wrong}" if wrong else ""


# What components ask for.


def kinds(server: "APIServer") -> Iterator[RemoteKind]:
    """The kinds of the servers that answer now."""
    for found in services(server):
        spec = found["spec"]
        try:
            entries = list(resource_entries(server, found)) if is_available(found) else []
        except ServiceUnavailable:
            continue
        for entry in entries:
            kind, verbs = entry["responseKind"]["kind"], tuple(entry.get("verbs") or ())
            yield RemoteKind(
                spec["group"], spec["version"], entry["resource"], kind, entry["scope"] == "Namespaced", verbs
            )


def ask(server: "APIServer", method: str, path: str, user: User) -> Object | None:
    """Ask such a server something; None where there is no such thing. Raises `ServiceUnavailable`."""
    found = api_service(server, path)
    if found is None or not is_available(found):
        raise ServiceUnavailable("service unavailable")
    said = call(server, found, method, path, user)
    if said.status == 404:
        return None
    try:
        document = orjson.loads(said.body if isinstance(said.body, bytes) else str(said.body))
    except orjson.JSONDecodeError:
        raise ServiceUnavailable("no JSON") from None
    if not 200 <= said.status < 300 or not isinstance(document, dict):
        words = document.get("message") if isinstance(document, dict) else ""
        raise ServiceUnavailable(text(words) or f"the server answered {said.status}")
    return document


# Discovery.


def services(server: "APIServer") -> list[Object]:
    return [found for found in server.items(API_SERVICES, None) if is_remote(found)]


def aggregated(server: "APIServer", document: Object) -> Object:
    """The document of all groups, with those of others at its end, and what cannot be had now marked as stale."""
    items = [stale(item) if is_stale(server, item) else item for item in document["items"]]
    groups: dict[str, list[Object]] = {}
    for found in services(server):
        groups.setdefault(found["spec"]["group"], []).append(version_entry(server, found))
    known = {item["metadata"].get("name", "") for item in items}
    items += [{"metadata": {"name": name}, "versions": groups[name]} for name in groups if name not in known]
    return {**document, "items": items}


def is_stale(server: "APIServer", item: Object) -> bool:
    """Whether it is the metrics server's group, and that is not there."""
    if item["metadata"].get("name") != metrics.GROUP:
        return False
    return not is_available(server.read(API_SERVICES, ("", metrics.API_SERVICE)))


def stale(item: Object) -> Object:
    return {**item, "versions": [{**version, "freshness": "Stale"} for version in item["versions"]]}


def group_entries(server: "APIServer") -> Iterator[Object]:
    """The groups of others as older clients are told of them."""
    versions: dict[str, list[Object]] = {}
    for found in services(server):
        group, version = found["spec"]["group"], found["spec"]["version"]
        versions.setdefault(group, []).append({"groupVersion": f"{group}/{version}", "version": version})
    for group, served in versions.items():
        yield {"name": group, "versions": served, "preferredVersion": served[0]}


def version_entry(server: "APIServer", found: Object) -> Object:
    spec = found["spec"]
    try:
        resources = list(resource_entries(server, found)) if is_available(found) else None
    except ServiceUnavailable:
        resources = None
    if resources is None:
        return {"version": spec["version"], "freshness": "Stale"}
    return {"version": spec["version"], "resources": resources, "freshness": "Current"}


def resource_entries(server: "APIServer", found: Object) -> Iterator[Object]:
    """What a server says of its kinds, as one document of all says it; what makes no sense is left out."""
    spec = found["spec"]
    said = call(server, found, "GET", f"/apis/{spec['group']}/{spec['version']}", AGGREGATOR)
    listed = [one for one in resources_in(said) if is_resource(one)][:MOST]
    for one in listed:
        if "/" in one["name"]:
            continue
        below = [each for each in listed if each["name"].startswith(f"{one['name']}/")]
        entry: Object = {
            "resource": one["name"],
            "responseKind": kind_of(one, spec),
            "scope": "Namespaced" if one.get("namespaced") is True else "Cluster",
            "singularResource": text(one.get("singularName")),
            "verbs": texts(one.get("verbs")),
            "shortNames": texts(one.get("shortNames")),
            "categories": texts(one.get("categories")),
            "subresources": [
                {
                    "subresource": each["name"].partition("/")[2],
                    "responseKind": kind_of(each, spec),
                    "verbs": texts(each.get("verbs")),
                }
                for each in below
            ],
        }
        yield {name: value for name, value in entry.items() if value != []}


def resources_in(said: Response) -> list[Any]:
    try:
        document = orjson.loads(said.body if isinstance(said.body, bytes) else str(said.body))
    except orjson.JSONDecodeError:
        raise ServiceUnavailable("no JSON") from None
    found = document.get("resources") if said.status == 200 and isinstance(document, dict) else None
    if not isinstance(found, list):
        raise ServiceUnavailable("no list of resources")
    return found


def is_resource(one: Any) -> bool:
    return isinstance(one, dict) and 0 < len(text(one.get("name"))) <= LONGEST and bool(text(one.get("kind")))


def kind_of(one: Object, spec: Object) -> Object:
    group, version = text(one.get("group")) or spec["group"], text(one.get("version")) or spec["version"]
    return {"group": group, "version": version, "kind": text(one["kind"])}


def text(value: Any) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def texts(value: Any) -> list[str]:
    return [text(each) for each in value if text(each)][:MOST] if isinstance(value, list) else []

"""The Gateway API's half of the controller's Pods: the rule of an HTTPRoute for a request, its filters and backends.

Upstream: apis/v1/httproute_types.go
"""

from re import compile as pattern
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from simulator.api.client import Client
from simulator.kernel.clock import SECOND
from simulator.machinery.objects import Object
from simulator.network.gateway.definitions import CLASSES, GATEWAYS, GRANTS, ROUTES
from simulator.network.gateway.routes import Attachment, Hit, attachments, backend_trouble, find
from simulator.network.ingress.rules import Backend
from simulator.network.servers.upstreams import Upstream, upstreams
from simulator.runtime.network import HttpRequest
from simulator.runtime.process import Process

DURATION = pattern(r"(\d{1,5})(h|ms|m|s)")
SEEN = (CLASSES, GATEWAYS, ROUTES, GRANTS, "secrets")


class Choice(NamedTuple):
    """What is to be done with a request."""

    status: int
    """0: pass it on; else the answer is a page."""
    upstream: Upstream | None
    path: str
    request_headers: tuple[Object, ...]
    response_headers: tuple[Object, ...]
    host: str
    location: str
    label: str
    patience: int = 0
    """How long the rule lets a request take; 0: as long as any."""


def known(process: Process, reader: Client) -> list[Attachment]:
    """Every route at its listeners; worked out anew only when one of the Gateway API's objects changes."""
    if not len(reader.rows(GATEWAYS)):
        return []
    seen = tuple(one["metadata"]["resourceVersion"] for name in SEEN for one in reader.rows(name).values())
    key: Any = "gateway-controller", process.machine
    kept = process.machines.remembered.get(key)
    if kept is None or kept[0] != seen:
        kept = process.machines.remembered[key] = seen, list(attachments(reader))
    found: list[Attachment] = kept[1]
    return found


def choose(process: Process, reader: Client, request: HttpRequest, host: str, port: int) -> Choice | None:
    """What the routes say of a request; None where no route is about it."""
    parts = urlsplit(request.url)
    path = parts.path or "/"
    query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    hit = find(known(process, reader), host, port, request.method, path, request.headers, query)
    if hit is None:
        return None
    metadata = hit.route["metadata"]
    label = f"httproute/{metadata['namespace']}/{metadata['name']}"
    backend = weighted(process, hit.rule.get("backendRefs") or [])
    filters = [*(hit.rule.get("filters") or ()), *((backend or {}).get("filters") or ())]
    redirect = next((one["requestRedirect"] for one in filters if one["type"] == "RequestRedirect"), None)
    if redirect is not None:
        return Choice(redirect.get("statusCode", 302), None, path, (), (), host,
                      location_of(redirect, hit, parts.scheme, host, path), label)  # fmt: skip
    rewrite = next((one.get("urlRewrite") or {} for one in filters if one["type"] == "URLRewrite"), {})
    changed = changed_path(rewrite.get("path"), hit, path)
    asked = tuple(one["requestHeaderModifier"] for one in filters if one["type"] == "RequestHeaderModifier")
    told = tuple(one["responseHeaderModifier"] for one in filters if one["type"] == "ResponseHeaderModifier")
    status, upstream = behind(process, reader, hit, backend)
    limits = hit.rule.get("timeouts") or {}
    patience = microseconds(limits.get("backendRequest") or limits.get("request") or "")
    return Choice(status, upstream, changed, asked, told, rewrite.get("hostname") or "", "", label, patience)


def microseconds(duration: str) -> int:
    """A duration such as `500ms` or `1m30s`; 0 for what is none."""
    units = {"h": 3600 * SECOND, "m": 60 * SECOND, "s": SECOND, "ms": SECOND // 1000}
    return sum(int(number) * units[unit] for number, unit in DURATION.findall(duration))


def behind(process: Process, reader: Client, hit: Hit, backend: Object | None) -> tuple[int, Upstream | None]:
    """One address of a backend, or the status that says why there is none."""
    if backend is None or backend_trouble(reader, hit.route, backend) is not None:
        return 500, None
    namespace = backend.get("namespace") or hit.route["metadata"]["namespace"]
    found = upstreams(reader, namespace, Backend(backend["name"], backend.get("port") or 0))
    return (0, found[process.random(len(found))]) if found else (503, None)


def weighted(process: Process, backends: list[Object]) -> Object | None:
    """One of the backends, by their weights."""
    total = sum(one.get("weight", 1) for one in backends)
    if not total:
        return None
    drawn = process.random(total)
    for one in backends:
        drawn -= one.get("weight", 1)
        if drawn < 0:
            return one
    return None


def changed_path(change: Object | None, hit: Hit, path: str) -> str:
    if not change:
        return path
    if change["type"] == "ReplaceFullPath":
        return str(change.get("replaceFullPath") or "/")
    rest = path.removeprefix(hit.prefix.rstrip("/"))
    return (str(change.get("replacePrefixMatch") or "/").rstrip("/") + rest) or "/"


def location_of(redirect: Object, hit: Hit, scheme: str, host: str, path: str) -> str:
    """Where a redirect leads."""
    to = redirect.get("scheme") or scheme
    port = redirect.get("port")
    standing = {"http": 80, "https": 443}[to]
    where = redirect.get("hostname") or host
    suffix = f":{port}" if port and port != standing else ""
    return f"{to}://{where}{suffix}{changed_path(redirect.get('path'), hit, path)}"


def modified(headers: dict[str, str], changes: tuple[Object, ...]) -> dict[str, str]:
    """Headers after what filters set, add and remove."""
    found = dict(headers)
    for change in changes:
        for one in change.get("set") or ():
            found[one["name"].lower()] = one["value"]
        for one in change.get("add") or ():
            name = one["name"].lower()
            found[name] = f"{found[name]},{one['value']}" if name in found else one["value"]
        for name in change.get("remove") or ():
            found.pop(name.lower(), None)
    return found

"""What Gateways and HTTPRoutes make of a request. Upstream: apis/v1/httproute_types.go

Which rule wins is the specification's: an exact path before the longest prefix, then a method, then the most headers,
then the most query parameters, then the oldest route.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import re2

from simulator.api.client import Client
from simulator.machinery.objects import Key, Object, at, key_of
from simulator.machinery.selectors import from_object
from simulator.network.gateway.definitions import CLASSES, GATEWAYS, GRANTS, GROUP, ROUTES
from simulator.network.ingress.objects import HTTP, HTTPS

CONTROLLER = "kubelab.io/gateway-controller"
MOST_GATEWAYS = 100
"""How many Gateways the controller looks after; what there is beyond them never gets a status."""
PORTS = {HTTP: "HTTP", HTTPS: "HTTPS"}
NOT_SIMULATED = ("RequestMirror", "ExtensionRef")
RANK = {"Exact": 0, "RegularExpression": 1, "PathPrefix": 2}


class Attachment(NamedTuple):
    """A route at a listener: the hosts under which it is served there."""

    hosts: tuple[str, ...]
    """Empty strings and `*.` as they are written; "" is every host."""
    port: int
    route: Object
    gateway: Object


class Hit(NamedTuple):
    """The rule that a request meets, and what of the path its match was about."""

    route: Object
    rule: Object
    prefix: str


def serves(classes: Iterable[Object]) -> set[str]:
    return {one["metadata"]["name"] for one in classes if at(one, "spec", "controllerName") == CONTROLLER}


def own_gateways(reader: Client) -> list[Object]:
    """The Gateways of this controller's classes, in order of namespace and name; no more than it looks after."""
    classes = serves(reader.rows(CLASSES).values())
    rows = reader.rows(GATEWAYS)
    own = (rows[key] for key in sorted(rows) if rows[key]["spec"].get("gatewayClassName") in classes)
    return list(islice(own, MOST_GATEWAYS))


def listener_trouble(reader: Client, gateway: Object, listener: Object) -> tuple[str, str, str] | None:
    """Why a listener cannot be served: the condition that is false, its reason and its message."""
    port, protocol = listener["port"], listener["protocol"]
    if protocol not in PORTS.values():
        return "Accepted", "UnsupportedProtocol", f"protocol {protocol} is not simulated; HTTP and HTTPS are"
    if PORTS.get(port) != protocol:
        return "Accepted", "PortUnavailable", "the lab's controller serves HTTP on port 80 and HTTPS on port 443"
    if protocol == "HTTPS":
        for reference in at(listener, "tls", "certificateRefs", default=()) or [{}]:
            namespace = reference.get("namespace") or gateway["metadata"]["namespace"]
            if not reference or reader.get("secrets", namespace, reference["name"]) is None:
                name = f"{namespace}/{reference.get('name', '')}" if reference else "none"
                return "ResolvedRefs", "InvalidCertificateRef", f"certificate reference {name} leads to no Secret"
    return None


def lets_in(reader: Client, gateway: Object, listener: Object, route: Object) -> bool:
    """Whether a listener takes routes of a route's namespace."""
    allowed = at(listener, "allowedRoutes", "namespaces", default={})
    home, own = route["metadata"]["namespace"], gateway["metadata"]["namespace"]
    match allowed.get("from", "Same"):
        case "All":
            return True
        case "Same":
            return bool(home == own)
        case "Selector":
            namespace = reader.get("namespaces", "", home)
            return namespace is not None and from_object(allowed.get("selector")).matches(
                namespace["metadata"].get("labels")
            )
    return False


def shared_hosts(listener: Object, route: Object) -> tuple[str, ...]:
    """The hosts that both a listener and a route are about; none where they have none in common."""
    own = listener.get("hostname") or ""
    wanted = route["spec"].get("hostnames") or [""]
    found = []
    for host in wanted:
        if not own or own == host or within(host, own):
            found.append(host or own)
        elif not host or within(own, host):
            found.append(own)
    return tuple(dict.fromkeys(found))


def within(host: str, wildcard: str) -> bool:
    """Whether a host is below a wildcard; there `*.` stands for one label or more."""
    return wildcard.startswith("*.") and host.endswith(wildcard[1:]) and len(host) > len(wildcard[1:])


def attachments(reader: Client) -> Iterator[Attachment]:
    """Every route at every listener that takes it."""
    children = by_parent(reader)
    for gateway in own_gateways(reader):
        for listener in gateway["spec"]["listeners"]:
            if listener_trouble(reader, gateway, listener) is not None:
                continue
            for route, reference in children.get(key_of(gateway), ()):
                if attaches(reader, route, reference, gateway, listener):
                    yield Attachment(shared_hosts(listener, route), listener["port"], route, gateway)


def by_parent(reader: Client) -> dict[Key, list[tuple[Object, Object]]]:
    """Routes by the Gateway that they name as a parent, each with the reference; in order of namespace and name."""
    rows = reader.rows(ROUTES)
    found: dict[Key, list[tuple[Object, Object]]] = {}
    for key in sorted(rows):
        for reference in rows[key]["spec"].get("parentRefs") or ():
            parent = parent_of(rows[key], reference)
            if parent is not None:
                found.setdefault(parent, []).append((rows[key], reference))
    return found


def parent_of(route: Object, reference: Object) -> Key | None:
    """The Gateway that a parent reference means; None where it means something else."""
    if (reference.get("group", GROUP), reference.get("kind", "Gateway")) != (GROUP, "Gateway"):
        return None
    return reference.get("namespace") or route["metadata"]["namespace"], reference["name"]


def attaches(reader: Client, route: Object, reference: Object, gateway: Object, listener: Object) -> bool:
    """Whether a listener takes a route that names its Gateway as a parent."""
    return (
        reference.get("sectionName", listener["name"]) == listener["name"]
        and reference.get("port", listener["port"]) == listener["port"]
        and lets_in(reader, gateway, listener, route)
        and bool(shared_hosts(listener, route))
    )


def certificate_secret(reader: Client, host: str) -> tuple[str, str] | None:
    """The Secret with the certificate for a host: of the listener with the most exact name."""
    best: tuple[int, tuple[str, str]] | None = None
    for gateway in own_gateways(reader):
        for listener in gateway["spec"]["listeners"]:
            own = listener.get("hostname") or ""
            if listener["protocol"] != "HTTPS" or (own and own != host and not within(host, own)):
                continue
            for reference in at(listener, "tls", "certificateRefs", default=())[:1]:
                where = reference.get("namespace") or gateway["metadata"]["namespace"], reference["name"]
                if best is None or len(own) > best[0]:
                    best = len(own), where
    return best[1] if best is not None else None


def find(
    known: Iterable[Attachment], host: str, port: int, method: str, path: str, headers: Mapping[str, str],
    query: Mapping[str, str],
) -> Hit | None:  # fmt: skip
    """The rule for a request among the routes that are served."""
    best: tuple[tuple[object, ...], Hit] | None = None
    for attachment in known:
        named = [one for one in attachment.hosts if one in ("", host) or within(host, one)]
        if attachment.port != port or not named:
            continue
        closeness = max((one == host, len(one)) for one in named)
        created = attachment.route["metadata"].get("creationTimestamp", "")
        for index, rule in enumerate(attachment.route["spec"].get("rules") or ()):
            for match in rule.get("matches") or [{}]:
                wanted = match.get("path") or {}
                kind, value = wanted.get("type", "PathPrefix"), wanted.get("value", "/")
                if not holds(match, kind, value, method, path, headers, query):
                    continue
                rank = (
                    (not closeness[0], -closeness[1]), RANK[kind], -len(value), "method" not in match,
                    -len(match.get("headers") or ()), -len(match.get("queryParams") or ()), created, index,
                )  # fmt: skip
                if best is None or rank < best[0]:
                    best = rank, Hit(attachment.route, rule, value if kind == "PathPrefix" else path)
    return best[1] if best is not None else None


def holds(
    match: Object, kind: str, value: str, method: str, path: str, headers: Mapping[str, str], query: Mapping[str, str]
) -> bool:
    return (
        path_holds(kind, value, path)
        and match.get("method", method) == method
        and all(value_holds(one, headers.get(one["name"].lower())) for one in match.get("headers") or ())
        and all(value_holds(one, query.get(one["name"])) for one in match.get("queryParams") or ())
    )


def path_holds(kind: str, value: str, path: str) -> bool:
    if kind == "Exact":
        return path == value
    if kind == "RegularExpression":
        return pattern_holds(value, path)
    bare = value.rstrip("/")
    return not bare or path == bare or path.startswith(f"{bare}/")


def value_holds(wanted: Object, seen: str | None) -> bool:
    if seen is None:
        return False
    return (
        pattern_holds(wanted["value"], seen) if wanted.get("type") == "RegularExpression" else seen == wanted["value"]
    )


def pattern_holds(pattern: str, text: str) -> bool:
    try:
        return re2.fullmatch(pattern, text) is not None
    except re2.error:
        return False


def backend_trouble(reader: Client, route: Object, reference: Object) -> tuple[str, str] | None:
    """Why a backend reference leads nowhere: reason and message."""
    home = route["metadata"]["namespace"]
    namespace = reference.get("namespace") or home
    if (reference.get("group", ""), reference.get("kind", "Service")) != ("", "Service"):
        return "InvalidKind", f"{reference.get('kind')} is no kind of backend that is simulated"
    if namespace != home and not granted(reader, home, namespace, reference["name"]):
        return "RefNotPermitted", f"no ReferenceGrant in {namespace} lets HTTPRoutes of {home} refer to Services"
    service = reader.get("services", namespace, reference["name"])
    if service is None:
        return "BackendNotFound", f'service "{namespace}/{reference["name"]}" not found'
    if not any(port["port"] == reference.get("port") for port in service["spec"].get("ports") or ()):
        return "BackendNotFound", f'service "{namespace}/{reference["name"]}" has no port {reference.get("port")}'
    return None


def granted(reader: Client, home: str, namespace: str, name: str) -> bool:
    for (where, _), grant in reader.rows(GRANTS).items():
        if where != namespace:
            continue
        source = any(
            (one["group"], one["kind"], one["namespace"]) == (GROUP, "HTTPRoute", home) for one in grant["spec"]["from"]
        )
        target = any(
            (one["group"], one["kind"]) == ("", "Service") and one.get("name", name) == name
            for one in grant["spec"]["to"]
        )
        if source and target:
            return True
    return False


def unsupported_filters(route: Object) -> list[str]:
    """The kinds of filters in a route that are not simulated."""
    found = [
        one["type"]
        for rule in route["spec"].get("rules") or ()
        for one in (
            *(rule.get("filters") or ()),
            *(f for b in rule.get("backendRefs") or () for f in b.get("filters") or ()),
        )
        if one["type"] in NOT_SIMULATED
    ]
    return list(dict.fromkeys(found))

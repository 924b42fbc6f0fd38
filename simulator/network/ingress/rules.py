"""Ingresses as rules: host and path to a Service's port. Upstream: networking/v1 Ingress, ingress-nginx template"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from simulator.machinery.objects import Object, at

CONTROLLER = "kubelab.io/ingress-controller"
CLASS_ANNOTATION = "kubernetes.io/ingress.class"
PREFIX = "nginx.ingress.kubernetes.io/"
KNOWN = (
    "rewrite-target", "use-regex", "ssl-redirect", "force-ssl-redirect", "permanent-redirect", "temporal-redirect",
    "app-root", "whitelist-source-range", "allowlist-source-range", "proxy-read-timeout", "upstream-vhost",
    "backend-protocol", "canary", "canary-weight", "canary-by-header", "canary-by-header-value",
)  # fmt: skip
"""The annotations that have an effect here."""
ORDER = {"Exact": 0, "Regex": 1, "Prefix": 1, "ImplementationSpecific": 1}


class Backend(NamedTuple):
    """A Service's port, by number or name."""

    service: str
    port: int | str


class Rule(NamedTuple):
    """One path of one host of one Ingress."""

    host: str
    path: str
    kind: str
    """Exact, Prefix, ImplementationSpecific, or Regex where the annotations ask for that."""
    namespace: str
    ingress: str
    backend: Backend | None
    annotations: Mapping[str, str]
    """Those of the controller, without their prefix."""


def serves(classes: Iterable[Object]) -> set[str]:
    """The names of the IngressClasses that this controller answers for."""
    return {one["metadata"]["name"] for one in classes if at(one, "spec", "controller") == CONTROLLER}


def class_of(ingress: Object) -> str:
    """The class that an Ingress names, the old way or the new one."""
    annotations = ingress["metadata"].get("annotations") or {}
    return str(annotations.get(CLASS_ANNOTATION) or ingress["spec"].get("ingressClassName") or "")


def annotations_of(ingress: Object) -> dict[str, str]:
    annotations = ingress["metadata"].get("annotations") or {}
    return {name.removeprefix(PREFIX): value for name, value in annotations.items() if name.startswith(PREFIX)}


def rules_of(ingress: Object) -> Iterator[Rule]:
    """The rules that one Ingress adds; its default backend is a rule for every host and path."""
    metadata, spec, annotations = ingress["metadata"], ingress["spec"], annotations_of(ingress)
    where = metadata["namespace"], metadata["name"]
    regex = annotations.get("use-regex") == "true" or "$" in annotations.get("rewrite-target", "")
    for entry in spec.get("rules") or ():
        for path in at(entry, "http", "paths", default=()):
            kind = path.get("pathType", "ImplementationSpecific")
            kind = "Regex" if regex and kind != "Exact" else kind
            backend = backend_of(path.get("backend"))
            yield Rule(entry.get("host", ""), path.get("path") or "/", kind, *where, backend, annotations)
        if "http" not in entry and spec.get("defaultBackend"):
            yield Rule(entry.get("host", ""), "/", "Prefix", *where, backend_of(spec["defaultBackend"]), annotations)
    if spec.get("defaultBackend") and not spec.get("rules"):
        yield Rule("", "/", "Prefix", *where, backend_of(spec["defaultBackend"]), annotations)


def backend_of(backend: Object | None) -> Backend | None:
    """The Service behind a backend; None for a resource, which this controller does not know."""
    service = at(backend, "service")
    if service is None:
        return None
    port = service.get("port") or {}
    return Backend(service["name"], port.get("name") or port.get("number") or 0)


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """The order in which rules of a host are tried: exact paths first, then the longest."""
    return sorted(rules, key=lambda rule: (ORDER[rule.kind], -len(rule.path)))


def host_matches(rule_host: str, host: str) -> bool:
    """Whether a rule's host is meant; `*.` stands for exactly one label."""
    if rule_host.startswith("*."):
        head, _, rest = host.partition(".")
        return bool(head) and rest == rule_host[2:]
    return rule_host == host


def path_matches(rule: Rule, path: str) -> bool:
    """Exact, by elements between slashes, or by what the path begins with. Regular expressions are the server's."""
    wanted = rule.path
    if rule.kind == "Exact":
        return path == wanted
    if rule.kind == "Prefix":
        bare = wanted.rstrip("/")
        return not bare or path == bare or path.startswith(f"{bare}/")
    return path.startswith(wanted)

"""What a request's path and method ask for. Upstream: apiserver/pkg/endpoints/request/requestinfo.go"""

from dataclasses import dataclass

from simulator.api.requests import Request

VERBS = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
NAMESPACE_SUBRESOURCES = frozenset({"status", "finalize"})


@dataclass(frozen=True, slots=True)
class Route:
    """The verb and the thing it is for, as authorization and the handlers see it."""

    verb: str
    """get, list, watch, create, update, patch, delete, deletecollection; for other paths the method in lower case."""
    group: str = ""
    version: str = ""
    resource: str = ""
    """Empty for a path that names no resource."""
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    rest: str = ""
    """What follows the subresource (`proxy/some/path`)."""

    @property
    def group_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    def leads_to(self, *, namespaced: bool) -> bool:
        """Whether a resource has such a path: below a namespace, or not, as its objects are."""
        if self.resource == "namespaces":
            return True
        return not self.namespace if not namespaced else bool(self.namespace or not self.name)


def route(request: Request) -> Route:
    """Read a request's path; a path outside `/api/…` and `/apis/…` gives a route without resource."""
    parts = [part for part in request.path.split("/") if part]
    plain = Route(request.method.lower())
    if len(parts) >= 3 and parts[0] == "api":
        group, version, parts = "", parts[1], parts[2:]
    elif len(parts) >= 4 and parts[0] == "apis":
        group, version, parts = parts[1], parts[2], parts[3:]
    else:
        return plain
    watching = parts[0] == "watch" and len(parts) > 1
    if watching:
        parts = parts[1:]
    namespace = ""
    if parts[0] == "namespaces" and len(parts) > 1:
        namespace = parts[1]
        if len(parts) > 2 and parts[2] not in NAMESPACE_SUBRESOURCES:
            parts = parts[2:]
    resource, name, subresource = (*parts[:3], "", "")[:3]
    verb = VERBS.get(request.method, request.method.lower())
    if verb == "get" and (watching or (not name and request.flag("watch"))):
        verb = "watch"
    elif verb == "get" and not name:
        verb = "list"
    elif verb == "delete" and not name:
        verb = "deletecollection"
    elif verb == "get" and request.flag("watch") and not subresource:
        verb = "watch"
    return Route(verb, group, version, resource, namespace, name, subresource, "/".join(parts[3:]))

"""Which FlowSchema and priority level a request belongs to, as the headers of its answer tell.

Upstream: apiserver/pkg/util/flowcontrol

Requests are sorted, and that is all: nothing waits in a queue and nothing is turned away, as a world answers one
request at a time.
"""

from typing import Any

from simulator.api.client import Backend
from simulator.api.requests import User
from simulator.apiserver.routes import Route
from simulator.machinery.objects import Object
from simulator.machinery.policyrules import covers_path
from simulator.resources.flowschemas.initial import LEVELS, SCHEMAS

ACCOUNT = "system:serviceaccount:"
UNSORTED = frozenset({"attach", "exec", "log", "portforward", "proxy"})
"""What may go on for long is not sorted."""


def headers(backend: Backend, user: User, route: Route, path: str) -> dict[str, str]:
    """The headers by which an answer says to which schema and level its request belonged."""
    found = schema_of(backend, user, route, path)
    if found is None:
        return {}
    level = backend.read(LEVELS, ("", found["spec"]["priorityLevelConfiguration"]["name"]))
    return {
        "x-kubernetes-pf-flowschema-uid": found["metadata"]["uid"],
        "x-kubernetes-pf-prioritylevel-uid": "" if level is None else level["metadata"]["uid"],
    }


def schema_of(backend: Backend, user: User, route: Route, path: str) -> Object | None:
    """The schema that comes first of those that cover a request and name a level that is there."""
    found: Object | None = None
    for schema in backend.rows(SCHEMAS).values():
        spec = schema["spec"]
        if found is not None and precedence(found) < precedence(schema):
            continue
        if backend.read(LEVELS, ("", spec["priorityLevelConfiguration"]["name"])) is None:
            continue
        if any(covers(rule, user, route, path) for rule in spec.get("rules") or ()):
            found = schema
    return found


def precedence(schema: Object) -> tuple[int, str]:
    return schema["spec"]["matchingPrecedence"], schema["metadata"]["name"]


def covers(rule: Object, user: User, route: Route, path: str) -> bool:
    """Whether one rule of a schema is about a request. Upstream: util/flowcontrol/rule.go"""
    if not any(means(each, user) for each in rule.get("subjects") or ()):
        return False
    if not route.resource:
        return any(
            fits(each["verbs"], route.verb) and any(covers_path(url, path) for url in each["nonResourceURLs"])
            for each in rule.get("nonResourceRules") or ()
        )
    return any(covers_resource(each, route) for each in rule.get("resourceRules") or ())


def covers_resource(rule: Object, route: Route) -> bool:
    resource = f"{route.resource}/{route.subresource}" if route.subresource else route.resource
    if not (
        fits(rule["verbs"], route.verb) and fits(rule["apiGroups"], route.group) and fits(rule["resources"], resource)
    ):
        return False
    return fits(rule.get("namespaces") or (), route.namespace) if route.namespace else bool(rule.get("clusterScope"))


def fits(patterns: Any, text: str) -> bool:
    return "*" in patterns or text in patterns


def means(subject: Object, user: User) -> bool:
    """Whether a schema's subject is this user, or a group of theirs."""
    match subject["kind"]:
        case "User":
            return subject["user"]["name"] in ("*", user.name)
        case "Group":
            name = subject["group"]["name"]
            return name == "*" or name in user.groups
    account = subject["serviceAccount"]
    name, whole = account["name"], f"{ACCOUNT}{account['namespace']}:"
    return user.name.startswith(whole) if name == "*" else user.name == f"{whole}{name}"

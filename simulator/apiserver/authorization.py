"""Lets a request pass if its user may do that.

Upstream: apiserver/pkg/endpoints/filters/authorization.go, apiserver/pkg/endpoints/request/requestinfo.go
"""

from simulator.api.requests import Request, User
from simulator.apiserver.authentication import forbidden
from simulator.apiserver.rbac.authorizer import Action, Authorizer
from simulator.apiserver.routes import Route
from simulator.machinery import fieldselectors
from simulator.machinery.requirements import SelectorError

SELECTING = ("list", "watch", "deletecollection")


def action_of(request: Request, route: Route) -> Action:
    """What a request asks for, as roles speak of it."""
    if not route.resource:
        return Action(route.verb, path=request.path)
    fields = wanted_fields(request.parameter("fieldSelector")) if route.verb in SELECTING else ()
    name = route.name
    if fields and not name and route.verb != "deletecollection":
        name = next((value for field, value in fields if field == "metadata.name"), "")
        name = "" if name in (".", "..") or "/" in name or "%" in name else name
    return Action(route.verb, route.group, route.resource, route.subresource, route.namespace, name, fields=fields)


def wanted_fields(selector: str) -> tuple[tuple[str, str], ...]:
    """The fields that a selector wants one value of; none of one that nobody understands."""
    if not selector:
        return ()
    try:
        terms = fieldselectors.parse(selector).terms
    except SelectorError:
        return ()
    return tuple((term.field, term.value) for term in terms if term.equal)


def check(authorizer: Authorizer, user: User, request: Request, route: Route) -> str:
    """Why the user may do this. Raises `Forbidden` unless they may."""
    action = action_of(request, route)
    decision = authorizer.authorize(user, action)
    if not decision.allowed:
        raise forbidden(user, action, decision.reason)
    return decision.reason

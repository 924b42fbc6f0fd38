"""Lets a request pass if its user may do that. Upstream: apiserver/pkg/endpoints/filters/authorization.go"""

from simulator.api.requests import Request, User
from simulator.apiserver.authentication import forbidden
from simulator.apiserver.rbac.authorizer import Action, Authorizer
from simulator.apiserver.routes import Route


def action_of(request: Request, route: Route) -> Action:
    """What a request asks for, as roles speak of it."""
    if not route.resource:
        return Action(route.verb, path=request.path)
    return Action(route.verb, route.group, route.resource, route.subresource, route.namespace, route.name)


def check(authorizer: Authorizer, user: User, request: Request, route: Route) -> str:
    """Why the user may do this. Raises `Forbidden` unless they may."""
    action = action_of(request, route)
    decision = authorizer.authorize(user, action)
    if not decision.allowed:
        raise forbidden(user, action, decision.reason)
    return decision.reason

"""Who asks: the holder of a certificate or of a token, whoever the connection speaks for, or nobody known; and for
whom they ask.

Upstream: apiserver/pkg/authentication, apiserver/pkg/endpoints/filters/impersonation.go
"""

from urllib.parse import unquote

from simulator.api.errors import Forbidden, InternalError, Unauthorized
from simulator.api.requests import ANONYMOUS, CERTIFICATE, REPEATED, Request, User
from simulator.apiserver.rbac.authorizer import Action, Authorizer
from simulator.apiserver.tokens import Tokens, account_groups
from simulator.pki import user_of

AUTHENTICATED = "system:authenticated"
ACCOUNT = "system:serviceaccount:"
EXTRA = "impersonate-extra-"
AUTHENTICATION = "authentication.k8s.io"


def has_credentials(request: Request) -> bool:
    """Whether a request says who sends it, or came over a connection on which one has to."""
    return CERTIFICATE in request.headers or bearer(request) != ""


def bearer(request: Request) -> str:
    scheme, _, token = request.header("authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def authenticate(tokens: Tokens, request: Request, now: int, otherwise: User) -> User:
    """Who sent a request: the holder of its certificate or token, else whom the connection speaks for.

    Raises `Unauthorized` for credentials that nobody knows.
    """
    if request.user is not None:
        return request.user
    certificate, token = request.header(CERTIFICATE), bearer(request)
    found = user_of(certificate, now) if certificate else None
    if found is None and token:
        found = tokens.user(token, now)
    if found is not None:
        return found
    if certificate or token:
        raise Unauthorized()
    return ANONYMOUS if CERTIFICATE in request.headers else otherwise


def impersonated(authorizer: Authorizer, request: Request, user: User) -> User:
    """For whom a request is made: the user themselves unless its headers name another whom they may act for."""
    name = request.header("impersonate-user")
    groups = tuple(filter(None, request.header("impersonate-group").split(REPEATED)))
    uid = request.header("impersonate-uid")
    extra = {
        unquote(header.removeprefix(EXTRA)): tuple(values.split(REPEATED))
        for header, values in request.headers.items()
        if header.startswith(EXTRA)
    }
    if not name:
        if groups or uid or extra:
            raise InternalError(f"requested {[*groups, uid, *extra]} without impersonating a user")
        return user
    for action in asked(name, groups, uid, extra):
        decision = authorizer.authorize(user, action)
        if not decision.allowed:
            raise forbidden(user, action, decision.reason)
    if not groups and name.startswith(ACCOUNT):
        groups = account_groups(name.removeprefix(ACCOUNT).partition(":")[0])
    if name == ANONYMOUS.name:
        groups = groups or ANONYMOUS.groups
    elif AUTHENTICATED not in groups and "system:unauthenticated" not in groups:
        groups = (*groups, AUTHENTICATED)
    return User(name, groups, uid, tuple(sorted(extra.items())))


def asked(name: str, groups: tuple[str, ...], uid: str, extra: dict[str, tuple[str, ...]]) -> list[Action]:
    """What one must be allowed to do to act for somebody."""
    if name.startswith(ACCOUNT) and name.count(":") == 3:
        _, _, namespace, account = name.split(":")
        actions = [Action("impersonate", "", "serviceaccounts", "", namespace, account)]
    else:
        actions = [Action("impersonate", "", "users", name=name)]
    actions += [Action("impersonate", "", "groups", name=group) for group in groups]
    if uid:
        actions.append(Action("impersonate", AUTHENTICATION, "uids", name=uid))
    actions += [
        Action("impersonate", AUTHENTICATION, "userextras", key, name=value)
        for key, values in extra.items()
        for value in values
    ]
    return actions


def forbidden(user: User, action: Action, reason: str) -> Forbidden:
    """The refusal of authorization. Upstream: responsewriters.ForbiddenStatusError"""
    message = f'User "{user.name}" cannot '
    if action.path:
        message += f'{action.verb} path "{action.path}"'
    else:
        message += f'{action.verb} resource "{action.full_resource}" in API group "{action.group}" '
        message += f'in the namespace "{action.namespace}"' if action.namespace else "at the cluster scope"
    if reason:
        message += f": {reason}"
    return Forbidden(action.resource, action.name, message, group=action.group)

"""Questions about who one is and what somebody may do, answered on the spot.

Upstream: pkg/registry/{authentication,authorization}
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.api.errors import BadRequest, Invalid, NoTable
from simulator.api.requests import Response, User
from simulator.apiserver.authorization import wanted_fields
from simulator.apiserver.encoding import wanted_form
from simulator.apiserver.identity import check_namespace
from simulator.apiserver.nodeauthorizer import node_of
from simulator.apiserver.rbac.authorizer import Action
from simulator.apiserver.subresources.reviewvalidation import review_errors
from simulator.kernel.clock import timestamp
from simulator.machinery.objects import Object

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write


def answered(write: "Write", review: Object, status: Object) -> Response:
    if wanted_form(write.request) == "Table":
        raise NoTable(write.resource.plural, group=write.resource.group)
    return Response(201, {**review, "metadata": review.get("metadata") or {}, "status": status})


def asked(server: "APIServer", write: "Write") -> Object:
    review = server.writer.decode(write, server.body(write))
    if not write.resource.namespaced:
        check_namespace(write.resource, review, "")
    return review


def self_access(server: "APIServer", write: "Write") -> Response:
    """SelfSubjectAccessReview: may I?"""
    review = asked(server, write)
    refuse_unclear(write, review)
    return answered(write, review, verdict(server, write.user, review["spec"]))


def access(server: "APIServer", write: "Write") -> Response:
    """SubjectAccessReview: may they?"""
    review = asked(server, write)
    refuse_unclear(write, review, whose=True)
    return answered(write, review, verdict(server, subject(review["spec"]), review["spec"]))


def local_access(server: "APIServer", write: "Write") -> Response:
    """LocalSubjectAccessReview: may they, in this namespace?"""
    review = asked(server, write)
    refuse_unclear(write, review, whose=True)
    return answered(write, review, verdict(server, subject(review["spec"]), review["spec"]))


def refuse_unclear(write: "Write", review: Object, *, whose: bool = False) -> None:
    """Raises `Invalid`."""
    namespace = write.route.namespace if write.resource.namespaced else None
    errors = list(review_errors(review, namespace, whose=whose))
    if errors:
        raise Invalid(write.resource.kind, "", errors, group=write.resource.group)


def subject(spec: Object) -> User:
    extra = tuple((key, tuple(values)) for key, values in sorted((spec.get("extra") or {}).items()))
    return User(spec.get("user", ""), tuple(spec.get("groups") or ()), spec.get("uid", ""), extra)


def verdict(server: "APIServer", user: User, spec: Object) -> Object:
    decision = server.authorizer.authorize(user, action_of(spec))
    status: Object = {"allowed": decision.allowed}
    return {**status, "reason": decision.reason} if decision.reason else status


def action_of(spec: Object) -> Action:
    """The action a review asks about."""
    attributes = spec.get("resourceAttributes")
    if attributes is None:
        other = spec["nonResourceAttributes"]
        return Action(other.get("verb", ""), path=other.get("path", ""))
    fields = ("verb", "group", "resource", "subresource", "namespace", "name")
    action = Action(*(attributes.get(field, "") for field in fields))
    selector = attributes.get("fieldSelector")
    return replace(action, fields=selected(selector)) if selector else action


def selected(selector: Object) -> tuple[tuple[str, str], ...]:
    """The fields of which a review's selector wants one value, and that value."""
    if selector.get("rawSelector"):
        return wanted_fields(selector["rawSelector"])
    return tuple(
        (each["key"], each["values"][0])
        for each in selector.get("requirements") or ()
        if each.get("operator") == "In" and len(each.get("values") or ()) == 1
    )


def self_rules(server: "APIServer", write: "Write") -> Response:
    """SelfSubjectRulesReview: what may I do in a namespace?"""
    review = asked(server, write)
    namespace = (review.get("spec") or {}).get("namespace", "")
    if not namespace:
        raise BadRequest("no namespace on request")
    rules = server.authorizer.rules(write.user, namespace)
    status: Object = {
        "resourceRules": [rule for rule in rules if rule.get("resources")],
        "nonResourceRules": [rule for rule in rules if rule.get("nonResourceURLs")],
        "incomplete": False,
    }
    if node_of(write.user) is not None:
        status |= {"incomplete": True, "evaluationError": "node authorizer does not support user rule resolution"}
    return answered(write, review, status)


def self_review(server: "APIServer", write: "Write") -> Response:
    """SelfSubjectReview: who am I?"""
    review = asked(server, write)
    review["metadata"] = {**review["metadata"], "creationTimestamp": timestamp(server.clock.now)}
    return answered(write, review, {"userInfo": user_info(write.user)})


def token_review(server: "APIServer", write: "Write") -> Response:
    """TokenReview: whose token is this?"""
    review = asked(server, write)
    spec = review.get("spec") or {}
    if not spec.get("token"):
        raise BadRequest("token is required for TokenReview in authentication")
    audiences = tuple(spec.get("audiences") or ())
    user = server.tokens.user(spec["token"], server.clock.now, audiences)
    if user is None:
        return answered(write, review, {"user": {}, "error": "invalid bearer token"})
    claims = server.tokens.claims(spec["token"]) or {}
    heard = [audience for audience in claims["aud"] if not audiences or audience in audiences]
    return answered(write, review, {"authenticated": True, "user": user_info(user), "audiences": heard})


def user_info(user: User) -> Object:
    info: Object = {"username": user.name}
    if user.uid:
        info["uid"] = user.uid
    if user.groups:
        info["groups"] = list(user.groups)
    if user.extra:
        info["extra"] = {key: list(values) for key, values in user.extra}
    return info

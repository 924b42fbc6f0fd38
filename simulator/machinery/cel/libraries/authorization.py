"""What the one who asks may do otherwise. Upstream: apiserver/pkg/cel/library/authz.go"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.machinery import names
from simulator.machinery.cel.functions import function
from simulator.machinery.cel.values import NAMES, CELError, Spend

PACKAGE = "kubernetes.authorization"
CHECK_COST = 35_000
"""So much of what one evaluation may cost that it can ask twice; a tenth of upstream's, as all limits are."""

type Ask = Callable[[str, "Check"], tuple[bool, str]]
"""Answers whether a user (empty: who sent the request) may do something, and why."""


@dataclass(frozen=True, slots=True)
class Authorizer:
    ask: Ask = field(compare=False, repr=False)
    user: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """Something to be allowed or not: a path, or a verb on a resource."""

    authorizer: Authorizer
    path: str = ""
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    verb: str = ""


class PathCheck(Check):
    """A check of a path that names no resource."""


class GroupCheck(Check):
    """A check that has no resource yet."""


class ResourceCheck(Check):
    """A check of a resource."""


@dataclass(frozen=True, slots=True)
class Decision:
    allowed: bool
    reason: str


NAMES.update(
    {
        Authorizer: f"{PACKAGE}.Authorizer",
        PathCheck: f"{PACKAGE}.PathCheck",
        GroupCheck: f"{PACKAGE}.GroupCheck",
        ResourceCheck: f"{PACKAGE}.ResourceCheck",
        Decision: f"{PACKAGE}.Decision",
    }
)


def described(value: Any, what: str) -> str:
    if not value.strip():
        raise CELError(f"{what} must not be empty")
    return str(value)


@function(f"{PACKAGE}.Authorizer#path(string) -> {PACKAGE}.PathCheck")
def path(authorizer: Authorizer, text: str) -> PathCheck:
    return PathCheck(authorizer, path=described(text, "path"))


@function(f"{PACKAGE}.Authorizer#group(string) -> {PACKAGE}.GroupCheck")
def group(authorizer: Authorizer, name: str) -> GroupCheck:
    return GroupCheck(authorizer, group=name)


@function(f"{PACKAGE}.Authorizer#serviceAccount(string, string) -> {PACKAGE}.Authorizer")
def service_account(authorizer: Authorizer, namespace: str, name: str) -> Authorizer:
    if names.dns_subdomain(name):
        raise CELError("Invalid service account name")
    if names.dns_label(namespace):
        raise CELError("Invalid service account namespace")
    return Authorizer(authorizer.ask, f"system:serviceaccount:{namespace}:{name}")


@function(f"{PACKAGE}.GroupCheck#resource(string) -> {PACKAGE}.ResourceCheck")
def resource(check: GroupCheck, name: str) -> ResourceCheck:
    return ResourceCheck(check.authorizer, group=check.group, resource=described(name, "resource"))


@function(f"{PACKAGE}.ResourceCheck#subresource(string) -> {PACKAGE}.ResourceCheck")
def subresource(check: ResourceCheck, name: str) -> ResourceCheck:
    return replace(check, subresource=name)


@function(f"{PACKAGE}.ResourceCheck#namespace(string) -> {PACKAGE}.ResourceCheck")
def namespace(check: ResourceCheck, name: str) -> ResourceCheck:
    return replace(check, namespace=name)


@function(f"{PACKAGE}.ResourceCheck#name(string) -> {PACKAGE}.ResourceCheck")
def name_of(check: ResourceCheck, name: str) -> ResourceCheck:
    return replace(check, name=name)


@function(f"{PACKAGE}.ResourceCheck#fieldSelector(string) -> {PACKAGE}.ResourceCheck", since=31)
@function(f"{PACKAGE}.ResourceCheck#labelSelector(string) -> {PACKAGE}.ResourceCheck", since=31)
def selecting(check: ResourceCheck, selector: str) -> ResourceCheck:
    """RBAC knows no selectors: they make no difference."""
    return check


@function(f"{PACKAGE}.PathCheck#check(string) -> {PACKAGE}.Decision", spends=True)
@function(f"{PACKAGE}.ResourceCheck#check(string) -> {PACKAGE}.Decision", spends=True)
def decide(spend: Spend, check: Check, verb: str) -> Decision:
    spend(CHECK_COST)
    return Decision(*check.authorizer.ask(check.authorizer.user, replace(check, verb=verb)))


@function(f"{PACKAGE}.Decision#allowed() -> bool")
def allowed(decision: Decision) -> bool:
    return decision.allowed


@function(f"{PACKAGE}.Decision#reason() -> string")
def reason(decision: Decision) -> str:
    return decision.reason


@function(f"{PACKAGE}.Decision#errored() -> bool")
def errored(decision: Decision) -> bool:
    return False


@function(f"{PACKAGE}.Decision#error() -> string")
def error(decision: Decision) -> str:
    return ""

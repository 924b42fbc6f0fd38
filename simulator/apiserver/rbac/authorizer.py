"""Decides who may do what: nodes by what they are for, and all by roles and their bindings.

Upstream: plugin/pkg/auth/authorizer/rbac, pkg/registry/rbac/validation, apiserver/pkg/authorization/union
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simulator.api.client import Backend
from simulator.api.requests import User
from simulator.kernel.component import Change
from simulator.machinery.objects import Object
from simulator.machinery.policyrules import covers_path

SUPERUSERS = "system:masters"
ROLES, BINDINGS = "roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io"
CLUSTER_ROLES = "clusterroles.rbac.authorization.k8s.io"
CLUSTER_BINDINGS = "clusterrolebindings.rbac.authorization.k8s.io"
WATCHED = (ROLES, BINDINGS, CLUSTER_ROLES, CLUSTER_BINDINGS)
ACCOUNT = "system:serviceaccount:"
USERS_KEPT = 256
NODE = "system:node:"


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody wants to do: something to a resource, or a request for a `path` that names none."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    """Fields of which the request wants one value, and that value."""

    @property
    def full_resource(self) -> str:
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


@dataclass(frozen=True, slots=True)
class Decision:
    allowed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """Rules that somebody has through one binding: in one namespace, or everywhere (an empty one)."""

    namespace: str
    rules: tuple[Object, ...]
    source: str


class Authorizer:
    """Reads roles and bindings from the store; what each user has is remembered until one of them changes."""

    def __init__(self, backend: Backend, of_node: Callable[[User, Action], Decision]) -> None:
        self._backend = backend
        self._of_node = of_node
        self._known: dict[User, tuple[list[Grant], list[str]]] = {}

    def observe(self, change: Change) -> None:
        """Told of changes to `WATCHED`: what was remembered may be wrong."""
        self._known.clear()

    def authorize(self, user: User, action: Action) -> Decision:
        """Whether a user may do that, and through which binding, or what was wrong with those that do not help."""
        if SUPERUSERS in user.groups:
            return Decision(True)
        reasons: list[str] = []
        if user.name.startswith(NODE):
            decision = self._of_node(user, action)
            if decision.allowed:
                return decision
            reasons = [decision.reason] if decision.reason else []
        grants, problems = self._of(user)
        for grant in grants:
            here = not grant.namespace or (grant.namespace == action.namespace and not action.path)
            if here and any(allows(rule, action) for rule in grant.rules):
                return Decision(True, f"RBAC: allowed by {grant.source}")
        if problems:
            reasons.append(f"RBAC: {listed(problems)}")
        return Decision(False, "\n".join(reasons))

    def rules(self, user: User, namespace: str) -> list[Object]:
        """Every rule that a user has in a namespace."""
        if SUPERUSERS in user.groups:
            return [
                {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
                {"verbs": ["*"], "nonResourceURLs": ["*"]},
            ]
        grants, _ = self._of(user)
        return [rule for grant in grants if grant.namespace in ("", namespace) for rule in grant.rules]

    def role_rules(self, reference: Object, namespace: str) -> tuple[Object, ...]:
        """The rules of the role that a binding names. Raises LookupError with upstream's words where there is none."""
        name = reference["name"]
        if reference["kind"] == "ClusterRole":
            role = self._backend.read(CLUSTER_ROLES, ("", name))
            kind = "clusterrole"
        else:
            role = self._backend.read(ROLES, (namespace, name))
            kind = "role"
        if role is None:
            raise LookupError(f'{kind}.rbac.authorization.k8s.io "{name}" not found')
        return tuple(role.get("rules") or ())

    def _of(self, user: User) -> tuple[list[Grant], list[str]]:
        found = self._known.get(user)
        if found is None:
            if len(self._known) >= USERS_KEPT:
                self._known.clear()
            problems: list[str] = []
            found = self._known[user] = list(self._grants(user, problems)), problems
        return found

    def _grants(self, user: User, problems: list[str]) -> Iterator[Grant]:
        for resource in (CLUSTER_BINDINGS, BINDINGS):
            for binding in self._backend.items(resource, None):
                namespace = binding["metadata"].get("namespace", "")
                subject = next((s for s in binding.get("subjects") or () if means(s, user, namespace)), None)
                if subject is None:
                    continue
                try:
                    rules = self.role_rules(binding["roleRef"], namespace)
                except LookupError as error:
                    problems.append(str(error.args[0]))
                    continue
                yield Grant(namespace, rules, describe(binding, subject, namespace))


def means(subject: Object, user: User, namespace: str) -> bool:
    """Whether a binding's subject is this user, or a group of theirs."""
    match subject["kind"]:
        case "User":
            return bool(subject["name"] == user.name)
        case "Group":
            return subject["name"] in user.groups
        case "ServiceAccount":
            return user.name == f"{ACCOUNT}{subject.get('namespace') or namespace}:{subject['name']}"
    return False


def describe(binding: Object, subject: Object, namespace: str) -> str:
    name, reference = binding["metadata"]["name"], binding["roleRef"]
    kind = "RoleBinding" if namespace else "ClusterRoleBinding"
    whom = subject["name"]
    if subject["kind"] == "ServiceAccount":
        whom = f"{whom}/{subject.get('namespace') or namespace}"
    where = f"{name}/{namespace}" if namespace else name
    return f'{kind} "{where}" of {reference["kind"]} "{reference["name"]}" to {subject["kind"]} "{whom}"'


def listed(problems: list[str]) -> str:
    """Several errors as Go's aggregate writes them."""
    different = list(dict.fromkeys(problems))
    return different[0] if len(different) == 1 else f"[{', '.join(different)}]"


def allows(rule: Object, action: Action) -> bool:
    """Whether one rule permits an action. Upstream: rbac.RuleAllows, pkg/apis/rbac/v1/evaluation_helpers.go"""
    verbs = rule["verbs"]
    if "*" not in verbs and action.verb not in verbs:
        return False
    if action.path:
        return any(covers_path(url, action.path) for url in rule.get("nonResourceURLs") or ())
    groups = rule.get("apiGroups") or ()
    if "*" not in groups and action.group not in groups:
        return False
    resources = rule.get("resources") or ()
    below = action.subresource and f"*/{action.subresource}" in resources
    if not ("*" in resources or action.full_resource in resources or below):
        return False
    names = rule.get("resourceNames")
    return not names or action.name in names

"""Nobody hands out what they do not have: roles and bindings may only grant what their writer holds.

Upstream: pkg/registry/rbac/{escalation_check.go,*/policybased}, k8s.io/component-helpers/auth/rbac/validation
"""

from collections.abc import Iterable

from simulator.api.errors import Forbidden
from simulator.api.requests import User
from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.rbac.authorizer import (
    BINDINGS,
    CLUSTER_BINDINGS,
    CLUSTER_ROLES,
    ROLES,
    SUPERUSERS,
    WATCHED,
    Action,
    Authorizer,
)
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object
from simulator.machinery.policyrules import uncovered

GROUP = "rbac.authorization.k8s.io"


class Escalation:
    """Refuses a role or binding that would grant more than its writer has, unless the verbs `escalate` or `bind`
    allow that."""

    name = "Escalation"
    on = WATCHED
    operations = ("CREATE", "UPDATE")

    def __init__(self, authorizer: Authorizer) -> None:
        self._authorizer = authorizer

    def validate(self, attributes: Attributes) -> None:
        user = attributes.user
        if SUPERUSERS in user.groups:
            return
        granted = self._granted(attributes)
        if not granted:
            return
        missing = uncovered(self._authorizer.rules(user, attributes.namespace), granted)
        if missing:
            groups = " ".join(map(quoted, user.groups))
            shown = "\n".join(sorted(map(compact, merged(missing))))
            message = (
                f"user {quoted(user.name)} (groups=[{groups}]) is attempting to grant RBAC permissions not "
                f"currently held:\n{shown}"
            )
            raise Forbidden(attributes.resource.plural, attributes.name, message, group=GROUP)

    def _granted(self, attributes: Attributes) -> Iterable[Object]:
        """The rules that this write would hand out and that the writer must hold."""
        obj, old = attributes.object, attributes.old
        if attributes.resource.key in (ROLES, CLUSTER_ROLES):
            same = old is not None and all(old.get(f) == obj.get(f) for f in ("rules", "aggregationRule"))
            if same or self._may(attributes, "escalate", attributes.resource.plural, attributes.name):
                return ()
            if obj.get("aggregationRule"):
                return (
                    {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]},
                    {"nonResourceURLs": ["*"], "verbs": ["*"]},
                )
            return obj.get("rules") or ()
        assert attributes.resource.key in (BINDINGS, CLUSTER_BINDINGS)
        reference = obj["roleRef"]
        if old is not None and all(old.get(f) == obj.get(f) for f in ("roleRef", "subjects")):
            return ()
        plural = "clusterroles" if reference["kind"] == "ClusterRole" else "roles"
        if self._may(attributes, "bind", plural, reference["name"]):
            return ()
        try:
            return self._authorizer.role_rules(reference, attributes.namespace)
        except LookupError as error:
            raise Forbidden(attributes.resource.plural, attributes.name, str(error.args[0]), group=GROUP) from None

    def _may(self, attributes: Attributes, verb: str, plural: str, name: str) -> bool:
        action = Action(verb, GROUP, plural, "", attributes.namespace, name)
        return self._authorizer.authorize(attributes.user, action).allowed


def merged(parts: list[Object]) -> list[Object]:
    """Rules that differ in their verb alone, as one. Upstream: CompactRules"""
    found: dict[tuple[str, str, str], Object] = {}
    others = []
    for part in parts:
        if "nonResourceURLs" in part:
            others.append(part)
            continue
        key = (part["apiGroups"][0], part["resources"][0], (part.get("resourceNames") or [""])[0])
        known = found.setdefault(key, {**part, "verbs": []})
        known["verbs"] = [*known["verbs"], *part["verbs"]]
    return [*found.values(), *others]


def compact(rule: Object) -> str:
    """Upstream: rbacv1helpers.CompactString"""
    fields = (
        ("APIGroups", "apiGroups"),
        ("Resources", "resources"),
        ("NonResourceURLs", "nonResourceURLs"),
        ("ResourceNames", "resourceNames"),
        ("Verbs", "verbs"),
    )
    shown = [f"{title}:[{' '.join(map(quoted, rule[field]))}]" for title, field in fields if rule.get(field)]
    return "{" + ", ".join(shown) + "}"


def holder(name: str) -> User:
    """Who a trusted component is to these checks: nobody to be refused."""
    return User(name, (SUPERUSERS,))

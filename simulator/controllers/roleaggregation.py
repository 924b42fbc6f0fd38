"""Gathers the rules of ClusterRoles into those that ask for them. Upstream: pkg/controller/clusterroleaggregation"""

from collections.abc import Iterator

from simulator.controllers.base import Controller
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, changed
from simulator.machinery.selectors import from_object

CLUSTER_ROLES = "clusterroles.rbac.authorization.k8s.io"


class RoleAggregationController(Controller):
    """A ClusterRole with an `aggregationRule` has the rules of all that its selectors choose, and no others."""

    name = "clusterrole-aggregation-controller"
    resource = CLUSTER_ROLES
    kind = "ClusterRole"
    watches = (CLUSTER_ROLES,)

    def keys(self, change: Change) -> Iterator[Key]:
        """One look at all of them, whichever changed: what is gathered may be gathered again."""
        yield "", ""

    def reconcile(self, key: Key) -> None:
        roles = self.client.list(CLUSTER_ROLES)
        for role in roles:
            if role.get("aggregationRule") is not None:
                rules = gathered(role, roles)
                if rules != (role.get("rules") or []):
                    self.client.update(CLUSTER_ROLES, changed(role, ("rules",), rules))


def gathered(role: Object, roles: list[Object]) -> list[Object]:
    """The rules of the chosen roles, in order of their names, each once."""
    rules: list[Object] = []
    for selector in map(from_object, at(role, "aggregationRule", "clusterRoleSelectors", default=()) or ()):
        for other in sorted(roles, key=lambda one: str(one["metadata"]["name"])):
            if other is not role and selector.matches(other["metadata"].get("labels") or {}):
                rules += [rule for rule in other.get("rules") or () if rule not in rules]
    return rules

"""Validation of a ClusterRole. Upstream: ValidateClusterRole in pkg/apis/rbac/validation"""

from simulator.machinery.field import FieldError, required
from simulator.machinery.objects import Object
from simulator.resources.common.rbac import validate_role
from simulator.resources.common.selectors import validate_selector


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    errors = list(validate_role(obj, old, namespaced=False))
    selectors = (obj.get("aggregationRule") or {}).get("clusterRoleSelectors")
    if obj.get("aggregationRule") is not None and not selectors:
        errors.append(
            required(
                "aggregationRule.clusterRoleSelectors",
                "at least one clusterRoleSelector required if aggregationRule is non-nil",
            )
        )
    for index, selector in enumerate(selectors or ()):
        errors.extend(validate_selector(selector, f"aggregationRule.clusterRoleSelectors[{index}]"))
    return errors

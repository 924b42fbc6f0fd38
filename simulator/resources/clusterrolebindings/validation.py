"""Validation of a ClusterRoleBinding. Upstream: ValidateClusterRoleBinding in pkg/apis/rbac/validation"""

from simulator.machinery.field import FieldError
from simulator.machinery.objects import Object
from simulator.resources.common.rbac import validate_binding


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(validate_binding(obj, old, namespaced=False))

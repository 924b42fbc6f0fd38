"""Defaults of a RoleBinding. Upstream: pkg/apis/rbac/v1/defaults.go"""

from simulator.machinery.objects import Object
from simulator.resources.common.rbac import default_binding


def default(obj: Object) -> None:
    default_binding(obj)

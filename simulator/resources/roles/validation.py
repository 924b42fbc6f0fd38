"""Validation of a Role. Upstream: ValidateRole in pkg/apis/rbac/validation"""

from simulator.machinery.field import FieldError
from simulator.machinery.objects import Object
from simulator.resources.common.rbac import validate_role


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(validate_role(obj, old, namespaced=True))

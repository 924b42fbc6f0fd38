"""Validation of label selectors. Upstream: k8s.io/apimachinery/pkg/apis/meta/v1/validation"""

from simulator.machinery import names
from simulator.machinery.field import forbidden, invalid, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors, validate_label_name, validate_labels

WITH_VALUES = ("In", "NotIn")
WITHOUT_VALUES = ("Exists", "DoesNotExist")


def validate_selector(selector: Object | None, path: str) -> Errors:
    if not selector:
        return
    if selector.get("matchLabels"):
        yield from validate_labels(selector["matchLabels"], f"{path}.matchLabels")
    for index, requirement in enumerate(selector.get("matchExpressions") or ()):
        yield from validate_requirement(requirement, f"{path}.matchExpressions[{index}]")


def validate_requirement(requirement: Object, path: str, *, of_newer: bool = False) -> Errors:
    """One requirement; an operator that nobody knows may be one `of_newer` clients."""
    operator, values = requirement.get("operator", ""), requirement.get("values") or []
    if operator in WITH_VALUES:
        if not values:
            yield required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in WITHOUT_VALUES:
        if values:
            yield forbidden(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    elif not of_newer:
        yield invalid(f"{path}.operator", operator, "not a valid selector operator")
    yield from validate_label_name(requirement.get("key", ""), f"{path}.key")
    for index, value in enumerate(values):
        for message in names.label_value(value):
            yield invalid(f"{path}.values[{index}]", value, message)


def is_empty(selector: Object | None) -> bool:
    return not selector or not (selector.get("matchLabels") or selector.get("matchExpressions"))

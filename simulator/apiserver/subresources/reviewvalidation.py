"""What a review may not ask. Upstream: pkg/apis/authorization/validation"""

from simulator.machinery.field import forbidden, invalid, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors
from simulator.resources.common.selectors import WITH_VALUES, WITHOUT_VALUES, validate_requirement

BOTH = "cannot be specified in combination with resourceAttributes"
NEITHER = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
NOBODY = "at least one of user or group must be specified"


def review_errors(review: Object, namespace: str | None, *, whose: bool) -> Errors:
    """What is wrong with a review: of somebody (`whose`), and where it is one, in a namespace."""
    spec, metadata = review.get("spec") or {}, review.get("metadata") or {}
    resource, other = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and other is not None:
        yield invalid("spec.nonResourceAttributes", other, BOTH)
    if resource is None and other is None:
        yield invalid("spec.resourceAttributes", None, NEITHER)
    if whose and not spec.get("user") and not spec.get("groups"):
        yield invalid("spec.user", "", NOBODY)
    for field in ("fieldSelector", "labelSelector"):
        selector = (resource or {}).get(field)
        if selector is not None:
            yield from selector_errors(selector, f"spec.resourceAttributes.{field}", labels=field == "labelSelector")
    own = {"managedFields", "creationTimestamp", *(() if namespace is None else ("namespace",))}
    if any(value for name, value in metadata.items() if name not in own):
        yield invalid(
            "metadata", metadata, "must be empty" if namespace is None else "must be empty except for namespace"
        )
    if namespace is None:
        return
    if resource is not None and resource.get("namespace", "") != namespace:
        yield invalid(
            "spec.resourceAttributes.namespace", resource.get("namespace", ""), "must match metadata.namespace"
        )
    if other is not None:
        yield invalid("spec.nonResourceAttributes", other, "disallowed on this kind of request")


def selector_errors(selector: Object, path: str, *, labels: bool) -> Errors:
    """A selector is a text or a list of requirements."""
    raw, requirements = selector.get("rawSelector") or "", selector.get("requirements") or []
    if raw and requirements:
        yield invalid(f"{path}.rawSelector", raw, "may not specified at the same time as requirements")
    if not raw and not requirements:
        yield required(f"{path}.requirements", f"when {path} is specified, requirements or rawSelector is required")
    for index, requirement in enumerate(requirements):
        place = f"{path}.requirements[{index}]"
        if labels:
            yield from validate_requirement(requirement, place, of_newer=True)
        else:
            yield from field_errors(requirement, place)


def field_errors(requirement: Object, path: str) -> Errors:
    """A requirement of a field: its key is a path."""
    operator, values = requirement.get("operator"), requirement.get("values") or []
    if not requirement.get("key"):
        yield required(f"{path}.key", "must be specified")
    if operator in WITH_VALUES and not values:
        yield required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    if operator in WITHOUT_VALUES and values:
        yield forbidden(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")

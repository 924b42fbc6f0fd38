"""Validation of resource names and quantities. Upstream: pkg/apis/core/validation, pkg/apis/core/helper"""

from collections.abc import Mapping
from typing import Any

from simulator.machinery import names
from simulator.machinery.field import ErrorType, FieldError, duplicate, forbidden, invalid, required
from simulator.machinery.objects import Object
from simulator.machinery.quantities import Quantity, parse
from simulator.resources.common.metadata import NEGATIVE, Errors

CONTAINER_RESOURCES = frozenset({"cpu", "memory", "ephemeral-storage"})
COUNTED = frozenset(
    {
        "pods",
        "services",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
        "services.nodeports",
        "services.loadbalancers",
    }
)
"""Resources of which there are whole numbers only."""
QUOTA_RESOURCES = (
    COUNTED
    | CONTAINER_RESOURCES
    | {
        "requests.cpu",
        "requests.memory",
        "requests.storage",
        "requests.ephemeral-storage",
        "limits.cpu",
        "limits.memory",
        "limits.ephemeral-storage",
    }
)
STANDARD = QUOTA_RESOURCES | {"storage"}
HUGE_PAGES = "hugepages-"
NATIVE = "kubernetes.io/"


def is_native(name: str) -> bool:
    return "/" not in name or NATIVE in name


def is_extended(name: str) -> bool:
    """A resource that a vendor brings: with a domain of its own, and short enough to be asked for in a quota."""
    if is_native(name) or name.startswith("requests."):
        return False
    return not names.qualified_name(f"requests.{name}")


def is_whole(name: str) -> bool:
    return name in COUNTED or is_extended(name)


def is_overcommittable(name: str) -> bool:
    return is_native(name) and not name.startswith(HUGE_PAGES)


def validate_resource_name(name: str, path: str) -> Errors:
    wrong = names.qualified_name(name)
    for message in wrong:
        yield invalid(path, name, message)
    if (
        not wrong
        and "/" not in name
        and not (name in STANDARD or name.startswith((HUGE_PAGES, "requests." + HUGE_PAGES)))
    ):
        yield invalid(path, name, "must be a standard resource type or fully qualified")


def validate_container_resource_name(name: str, path: str) -> Errors:
    if name in CONTAINER_RESOURCES:
        return
    yield from validate_resource_name(name, path)
    if "/" not in name:
        if not name.startswith(HUGE_PAGES):
            yield invalid(path, name, "must be a standard resource for containers")
    elif not is_native(name) and not is_extended(name):
        yield invalid(path, name, "doesn't follow extended resource name standard")


def validate_quantity(name: str, quantity: Quantity, path: str) -> Errors:
    if quantity.nanos < 0:
        yield invalid(path, str(quantity), NEGATIVE)
    if name not in CONTAINER_RESOURCES and is_whole(name) and quantity.milli() % 1000:
        yield invalid(path, str(quantity), "must be an integer")


def validate_positive(quantity: Quantity, path: str) -> Errors:
    if quantity.nanos <= 0:
        yield invalid(path, str(quantity), "must be greater than zero")


def validate_requirements(resources: Object, path: str, claims: Mapping[str, Any]) -> Errors:
    """What a container asks for and may use at most; `claims` are the Pod's resource claims by name."""
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    asked = {name: parse(text) for name, text in requests.items()}
    allowed = {name: parse(text) for name, text in limits.items()}
    for name, quantity in sorted(allowed.items()):
        yield from validate_container_resource_name(name, f"{path}.limits[{name}]")
        yield from validate_quantity(name, quantity, f"{path}.limits[{name}]")
    for name, quantity in sorted(asked.items()):
        yield from validate_container_resource_name(name, f"{path}.requests[{name}]")
        yield from validate_quantity(name, quantity, f"{path}.requests[{name}]")
        limit = allowed.get(name)
        if limit is None:
            if not is_overcommittable(name):
                yield required(f"{path}.limits", "Limit must be set for non overcommitable resources")
        elif quantity != limit and not is_overcommittable(name):
            yield invalid(f"{path}.requests", str(quantity), f"must be equal to {name} limit of {limit}")
        elif limit < quantity:
            yield invalid(f"{path}.requests", str(quantity), f"must be less than or equal to {name} limit of {limit}")
    huge = any(name.startswith(HUGE_PAGES) for name in (*asked, *allowed))
    if huge and not any(name in (*asked, *allowed) for name in ("cpu", "memory")):
        yield forbidden(path, "HugePages require cpu or memory")
    yield from validate_claims(resources.get("claims") or (), f"{path}.claims", claims)


def validate_claims(wanted: Any, path: str, claims: Mapping[str, Any]) -> Errors:
    taken: list[str] = []
    for index, claim in enumerate(wanted):
        name, request = claim.get("name", ""), claim.get("request")
        place, key = f"{path}[{index}]", f"{name}/{request}" if request else name
        if not name:
            yield required(place)
            continue
        if name in taken:
            yield duplicate(place, name)
        elif key in taken:
            yield duplicate(place, key)
        taken.append(key)
        if name not in claims:
            known = ": " + ", ".join(sorted(claims)) if claims else " which is empty"
            rule = f"must be one of the names in pod.spec.resourceClaims{known}"
            yield FieldError(ErrorType.NOT_FOUND, place, name, rule)

"""Validation of a ResourceQuota. Upstream: ValidateResourceQuota in pkg/apis/core/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, invalid, required
from simulator.machinery.objects import Object
from simulator.machinery.quantities import parse
from simulator.resources.common.amounts import HUGE_PAGES, QUOTA_RESOURCES, validate_quantity, validate_resource_name
from simulator.resources.common.metadata import IMMUTABLE, Errors, validate_metadata, validate_metadata_update

SCOPES = (
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "CrossNamespacePodAffinity",
    "VolumeAttributesClass",
)
OPPOSITES = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
POD_COMPUTE = (
    "cpu",
    "memory",
    "limits.cpu",
    "limits.memory",
    "requests.cpu",
    "requests.memory",
    "ephemeral-storage",
    "requests.ephemeral-storage",
    "limits.ephemeral-storage",
)
EXISTS_ONLY = (*SCOPES[:4], "CrossNamespacePodAffinity")
EXISTS_RULE = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    for name, text in sorted((spec.get("hard") or {}).items()):
        yield from validate_quota_name(name, f"spec.hard[{name}]")
        yield from validate_quantity(name, parse(text), f"spec.hard[{name}]")
    yield from validate_scopes(spec)
    yield from validate_scope_selector(spec)
    if old is not None and sorted(spec.get("scopes") or ()) != sorted((old.get("spec") or {}).get("scopes") or ()):
        yield invalid("spec.scopes", spec.get("scopes"), IMMUTABLE)


def validate_quota_name(name: str, path: str) -> Errors:
    wrong = list(validate_resource_name(name, path)) if name not in QUOTA_RESOURCES else []
    yield from wrong
    huge = name.startswith((HUGE_PAGES, "requests." + HUGE_PAGES))
    if "/" not in name and name not in QUOTA_RESOURCES and not huge:
        yield invalid(path, name, "must be a standard resource for quota")


def is_scope_valid(scope: str, resource: str) -> bool:
    if scope == "BestEffort":
        return resource == "pods"
    if scope == "VolumeAttributesClass":
        return resource in ("persistentvolumeclaims", "requests.storage")
    return resource == "pods" or resource in POD_COMPUTE


def validate_scopes(spec: Object) -> Errors:
    scopes = spec.get("scopes") or []
    for scope in scopes:
        if scope not in SCOPES:
            yield invalid("spec.scopes", scopes, "unsupported scope")
        for name in sorted(spec.get("hard") or ()):
            if name in QUOTA_RESOURCES and not is_scope_valid(scope, name):
                yield invalid("spec.scopes", scopes, "unsupported scope applied to resource")
    for pair in OPPOSITES:
        if all(scope in scopes for scope in pair):
            yield invalid("spec.scopes", scopes, "conflicting scopes")


def validate_scope_selector(spec: Object) -> Errors:
    path = "spec.scopeSelector.matchExpressions"
    for requirement in (spec.get("scopeSelector") or {}).get("matchExpressions") or ():
        scope, operator = requirement.get("scopeName", ""), requirement.get("operator", "")
        values = requirement.get("values") or []
        if scope not in SCOPES:
            yield invalid(f"{path}.scopeName", scope, "unsupported scope")
        for name in sorted(spec.get("hard") or ()):
            if name in QUOTA_RESOURCES and not is_scope_valid(scope, name):
                yield invalid(path, shown_scopes(spec["scopeSelector"]), "unsupported scope applied to resource")
        if scope in EXISTS_ONLY and operator != "Exists":
            yield invalid(f"{path}.operator", operator, EXISTS_RULE)
        if operator in ("In", "NotIn"):
            if not values:
                rule = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
                yield required(f"{path}.values", rule)
        elif operator in ("Exists", "DoesNotExist"):
            if values:
                rule = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
                yield invalid(f"{path}.values", values, rule)
        else:
            yield invalid(f"{path}.operator", operator, "not a valid selector operator")


def shown_scopes(selector: Object) -> Object:
    """A scope selector as it is held inside."""
    return {
        "MatchExpressions": [
            {"ScopeName": item.get("scopeName", ""), "Operator": item.get("operator", ""), "Values": item.get("values")}
            for item in selector.get("matchExpressions") or ()
        ]
    }

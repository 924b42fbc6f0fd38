"""Audit policies: which requests the log tells of, and how much. Upstream: apiserver/pkg/audit/policy"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.api.requests import User
from simulator.apiserver.rbac.authorizer import listed
from simulator.apiserver.routes import Route
from simulator.machinery import yaml
from simulator.machinery.field import FieldError, invalid, not_supported, required
from simulator.machinery.policyrules import covers_path

LEVELS: Final = ("None", "Metadata", "Request", "RequestResponse")
STAGES: Final = ("RequestReceived", "ResponseStarted", "ResponseComplete", "Panic")
TEXTS: Final = frozenset({"users", "userGroups", "verbs", "namespaces", "nonResourceURLs", "omitStages"})
FIELDS: Final = TEXTS | {"level", "resources", "omitManagedFields"}
RESOURCE_FIELDS: Final = frozenset({"group", "resources", "resourceNames"})
TOP: Final = frozenset({"apiVersion", "kind", "metadata", "rules", "omitStages", "omitManagedFields"})
LARGEST: Final = 256 * 1024
MOST_RULES: Final = 500

type Policy = Mapping[str, Any]
"""A policy as its file has it, checked: plain data."""


class PolicyError(ValueError):
    """Why a file is no policy, in upstream's words."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much is told of a request, and at which stages nothing is."""

    level: str
    omitted: tuple[str, ...] = ()
    omits_managed_fields: bool = False


NOTHING: Final = Verdict("None")
DEFAULT: Final = Verdict("Metadata", ("RequestReceived",))
"""What holds where nobody has given a policy."""


def load(content: bytes) -> tuple[Policy, list[str]]:
    """The policy of a file, and the fields in it that no policy has. Raises `PolicyError`."""
    if len(content) > LARGEST:
        raise PolicyError(f"the lab takes no policy larger than {LARGEST} bytes")
    try:
        found = yaml.load(content)
    except yaml.YAMLError as error:
        raise PolicyError(f"failed decoding: {error}") from None
    if not isinstance(found, dict):
        found = {}
    group, _, version = str(found.get("apiVersion") or "").rpartition("/")
    if group != "audit.k8s.io" or version != "v1" or found.get("kind") != "Policy":
        kind = f"{group}/{version}, Kind={found.get('kind') or ''}"
        raise PolicyError(f"unknown group version field {kind} in policy")
    rules = found.get("rules")
    check_types(found)
    errors = [*validate(found)]
    if errors:
        raise PolicyError(listed([str(error) for error in errors]))
    if not rules:
        raise PolicyError("loaded illegal policy with 0 rules")
    if len(rules) > MOST_RULES:
        raise PolicyError(f"the lab takes no policy with more than {MOST_RULES} rules")
    return found, [*unknown(found)]


def check_types(found: Mapping[str, Any]) -> None:
    """Raises `PolicyError` where a value is not of its field's type."""
    rules = found.get("rules")
    if rules is not None and not isinstance(rules, list):
        raise misplaced(rules, "Policy.rules", "[]v1.PolicyRule")
    check_texts(found, "Policy", ("omitStages",))
    for rule in rules or ():
        if not isinstance(rule, dict):
            raise misplaced(rule, "Policy.rules", "v1.PolicyRule")
        check_texts(rule, "PolicyRule.rules", sorted(TEXTS))
        if not isinstance(rule.get("level") or "", str):
            raise misplaced(rule["level"], "PolicyRule.rules.level", "v1.Level")
        resources = rule.get("resources")
        if resources is not None and not isinstance(resources, list):
            raise misplaced(resources, "PolicyRule.rules.resources", "[]v1.GroupResources")
        for each in resources or ():
            if not isinstance(each, dict):
                raise misplaced(each, "PolicyRule.rules.resources", "v1.GroupResources")
            check_texts(each, "GroupResources.rules.resources", ("resources", "resourceNames"))


def check_texts(found: Mapping[str, Any], path: str, fields: Any) -> None:
    for name in fields:
        value = found.get(name)
        if value is not None and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            raise misplaced(value, f"{path}.{name}", "[]string")


def misplaced(value: Any, path: str, kind: str) -> PolicyError:
    given = {dict: "object", list: "array", str: "string", bool: "bool"}.get(type(value), "number")
    return PolicyError(f"failed decoding: json: cannot unmarshal {given} into Go struct field {path} of type {kind}")


def unknown(found: Mapping[str, Any]) -> Iterator[str]:
    yield from (name for name in found if name not in TOP)
    for index, rule in enumerate(found["rules"]):
        yield from (f"rules[{index}].{name}" for name in rule if name not in FIELDS)
        for place, each in enumerate(rule.get("resources") or ()):
            yield from (f"rules[{index}].resources[{place}].{name}" for name in each if name not in RESOURCE_FIELDS)


def validate(found: Mapping[str, Any]) -> Iterator[FieldError]:
    """Upstream: apiserver/pkg/apis/audit/validation"""
    yield from stages(found, "omitStages")
    for index, rule in enumerate(found.get("rules") or ()):
        path = f"rules[{index}]"
        if not rule.get("level"):
            yield required(f"{path}.level", "")
        elif rule["level"] not in LEVELS:
            yield not_supported(f"{path}.level", rule["level"], LEVELS)
        urls = rule.get("nonResourceURLs")
        if urls and (rule.get("resources") or rule.get("namespaces")):
            words = "rules cannot apply to both regular resources and non-resource URLs"
            yield invalid(f"{path}.nonResourceURLs", urls, words)
        yield from stages(rule, f"{path}.omitStages")


def stages(holder: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    for index, stage in enumerate(holder.get("omitStages") or ()):
        if stage not in STAGES:
            yield invalid(f"{path}[{index}]", stage, f"allowed stages are {','.join(STAGES)}")


def decide(policy: Policy | None, user: User, route: Route, path: str) -> Verdict:
    """What the first rule that matches says. Upstream: checker.go"""
    if policy is None:
        return DEFAULT
    for rule in policy["rules"]:
        if matches(rule, user, route, path):
            omitted = (*(policy.get("omitStages") or ()), *(rule.get("omitStages") or ()))
            managed = rule.get("omitManagedFields")
            omits = policy.get("omitManagedFields") if managed is None else managed
            return Verdict(rule["level"], tuple(dict.fromkeys(omitted)), omits is True)
    return NOTHING


def matches(rule: Mapping[str, Any], user: User, route: Route, path: str) -> bool:
    if rule.get("users") and user.name not in rule["users"]:
        return False
    if rule.get("userGroups") and not any(group in rule["userGroups"] for group in user.groups):
        return False
    if rule.get("verbs") and route.verb not in rule["verbs"]:
        return False
    if rule.get("namespaces") or rule.get("resources"):
        return bool(route.resource) and matches_resource(rule, route)
    if rule.get("nonResourceURLs"):
        return not route.resource and any(covers_path(url, path) for url in rule["nonResourceURLs"])
    return True


def matches_resource(rule: Mapping[str, Any], route: Route) -> bool:
    if rule.get("namespaces") and route.namespace not in rule["namespaces"]:
        return False
    if not rule.get("resources"):
        return True
    whole = f"{route.resource}/{route.subresource}" if route.subresource else route.resource
    fitting = {whole, "*", f"{route.resource}/*"}
    if route.subresource:
        fitting.add(f"*/{route.subresource}")
    for each in rule["resources"]:
        if (each.get("group") or "") != route.group:
            continue
        if not each.get("resources"):
            return True
        names = each.get("resourceNames")
        if (not names or route.name in names) and any(one in fitting for one in each["resources"]):
            return True
    return False

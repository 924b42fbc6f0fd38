"""Validation of where Pods may run: affinity, tolerations, spreading. Upstream: pkg/apis/core/validation"""

from simulator.machinery import names
from simulator.machinery.field import duplicate, forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors, validate_label_name, validate_name
from simulator.resources.common.selectors import validate_selector

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def validate_affinity(affinity: Object, path: str) -> Errors:
    node = affinity.get("nodeAffinity")
    if node:
        place = f"{path}.nodeAffinity"
        if node.get(REQUIRED) is not None:
            yield from validate_node_selector(node[REQUIRED], f"{place}.{REQUIRED}")
        for index, term in enumerate(node.get(PREFERRED) or ()):
            yield from validate_weight(term, f"{place}.{PREFERRED}[{index}]")
            preference = f"{place}.{PREFERRED}[{index}].preference"
            yield from validate_node_term(term.get("preference") or {}, preference, lenient=True)
    for kind in ("podAffinity", "podAntiAffinity"):
        if affinity.get(kind):
            yield from validate_pod_affinity(affinity[kind], f"{path}.{kind}")


def validate_weight(term: Object, path: str) -> Errors:
    if not 1 <= term.get("weight", 0) <= 100:
        yield invalid(f"{path}.weight", term.get("weight", 0), "must be in the range 1-100")


def validate_node_selector(selector: Object, path: str) -> Errors:
    terms = selector.get("nodeSelectorTerms") or []
    if not terms:
        yield required(f"{path}.nodeSelectorTerms", "must have at least one node selector term")
    for index, term in enumerate(terms):
        yield from validate_node_term(term, f"{path}.nodeSelectorTerms[{index}]")


def validate_node_term(term: Object, path: str, *, lenient: bool = False) -> Errors:
    for index, requirement in enumerate(term.get("matchExpressions") or ()):
        yield from validate_node_requirement(requirement, f"{path}.matchExpressions[{index}]", lenient=lenient)
    for index, requirement in enumerate(term.get("matchFields") or ()):
        yield from validate_node_field(requirement, f"{path}.matchFields[{index}]")


def validate_node_requirement(requirement: Object, path: str, *, lenient: bool) -> Errors:
    operator, values = requirement.get("operator", ""), requirement.get("values") or []
    if operator in ("In", "NotIn"):
        if not values:
            yield required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            yield forbidden(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    elif operator in ("Gt", "Lt"):
        if len(values) != 1:
            yield required(f"{path}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'")
    else:
        yield invalid(f"{path}.operator", operator, "not a valid selector operator")
    yield from validate_label_name(requirement.get("key", ""), f"{path}.key")
    if not lenient:
        for index, value in enumerate(values):
            yield from validate_name(value, f"{path}.values[{index}]", names.label_value)


def validate_node_field(requirement: Object, path: str) -> Errors:
    operator, values = requirement.get("operator", ""), requirement.get("values") or []
    if operator not in ("In", "NotIn"):
        yield invalid(f"{path}.operator", operator, "not a valid selector operator")
    elif len(values) != 1:
        rule = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        yield required(f"{path}.values", rule)
    if requirement.get("key") != "metadata.name":
        yield invalid(f"{path}.key", requirement.get("key", ""), "not a valid field selector key")
    else:
        for index, value in enumerate(values):
            yield from validate_name(value, f"{path}.values[{index}]", names.dns_subdomain)


def validate_pod_affinity(affinity: Object, path: str) -> Errors:
    for index, term in enumerate(affinity.get(REQUIRED) or ()):
        yield from validate_pod_term(term, f"{path}.{REQUIRED}[{index}]")
    for index, weighted in enumerate(affinity.get(PREFERRED) or ()):
        place = f"{path}.{PREFERRED}[{index}]"
        yield from validate_weight(weighted, place)
        yield from validate_pod_term(weighted.get("podAffinityTerm") or {}, f"{place}.podAffinityTerm")


def validate_pod_term(term: Object, path: str) -> Errors:
    for selector in ("labelSelector", "namespaceSelector"):
        yield from validate_selector(term.get(selector), f"{path}.{selector}")
    for name in term.get("namespaces") or ():
        yield from validate_name(name, f"{path}.namespace", names.dns_label)
    matched, mismatched = term.get("matchLabelKeys") or [], term.get("mismatchLabelKeys") or []
    yield from validate_keys(matched, f"{path}.matchLabelKeys", term.get("labelSelector"))
    yield from validate_keys(mismatched, f"{path}.mismatchLabelKeys", term.get("labelSelector"))
    for index, key in enumerate(matched):
        if key in mismatched:
            place = f"{path}.matchLabelKeys[{index}]"
            yield invalid(place, key, "exists in both matchLabelKeys and mismatchLabelKeys")
    if not term.get("topologyKey"):
        yield required(f"{path}.topologyKey", "can not be empty")
    yield from validate_label_name(term.get("topologyKey", ""), f"{path}.topologyKey")


def validate_keys(keys: list[str], path: str, selector: Object | None) -> Errors:
    if keys and selector is None:
        yield forbidden(path, "must not be specified when labelSelector is not set")
    for index, key in enumerate(keys):
        yield from validate_label_name(key, f"{path}[{index}]")


def validate_tolerations(tolerations: list[Object], path: str) -> Errors:
    for index, toleration in enumerate(tolerations):
        yield from validate_toleration(toleration, f"{path}[{index}]")


def validate_toleration(toleration: Object, path: str) -> Errors:
    key, operator = toleration.get("key", ""), toleration.get("operator", "")
    value, effect = toleration.get("value", ""), toleration.get("effect", "")
    if key:
        yield from validate_label_name(key, f"{path}.key")
    elif operator != "Exists":
        rule = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        yield invalid(f"{path}.operator", operator, rule)
    if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
        yield invalid(f"{path}.effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
    if operator in ("Equal", ""):
        wrong = names.label_value(value)
        if wrong:
            yield invalid(f"{path}.operator", value, ";".join(wrong))
    elif operator == "Exists":
        if value:
            yield invalid(f"{path}.operator", value, "value must be empty when `operator` is 'Exists'")
    elif operator in ("Lt", "Gt"):
        if not is_integer(value):
            yield invalid(f"{path}.value", value, "value must be a valid integer")
    else:
        yield not_supported(f"{path}.operator", operator, ("Equal", "Exists", "Lt", "Gt"))
    if effect:
        yield from validate_effect(effect, f"{path}.effect")


def is_integer(text: str) -> bool:
    """Whether a text is a whole number of 64 bits, written without detours."""
    digits = text.removeprefix("-")
    plain = digits.isascii() and digits.isdigit() and (digits == text == "0" or not digits.startswith("0"))
    return plain and -(2**63) <= int(text) < 2**63


def validate_effect(effect: str, path: str) -> Errors:
    if effect not in EFFECTS:
        yield not_supported(path, effect, EFFECTS)


def validate_spreading(constraints: list[Object], path: str) -> Errors:
    for index, constraint in enumerate(constraints):
        place = f"{path}[{index}]"
        yield from validate_constraint(constraint, place)
        pair = (constraint.get("topologyKey"), constraint.get("whenUnsatisfiable"))
        if any(
            pair == (other.get("topologyKey"), other.get("whenUnsatisfiable")) for other in constraints[index + 1 :]
        ):
            yield duplicate(f"{place}.{{topologyKey, whenUnsatisfiable}}", f"{{{pair[0]}, {pair[1]}}}")


def validate_constraint(constraint: Object, path: str) -> Errors:
    skew, action = constraint.get("maxSkew", 0), constraint.get("whenUnsatisfiable", "")
    if skew <= 0:
        yield invalid(f"{path}.maxSkew", skew, "must be greater than zero")
    if not constraint.get("topologyKey"):
        yield required(f"{path}.topologyKey", "can not be empty")
    if action not in ("DoNotSchedule", "ScheduleAnyway"):
        yield not_supported(f"{path}.whenUnsatisfiable", action, ("DoNotSchedule", "ScheduleAnyway"))
    domains = constraint.get("minDomains")
    if domains is not None:
        if domains <= 0:
            yield invalid(f"{path}.minDomains", domains, "must be greater than zero")
        if action != "DoNotSchedule":
            rule = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
            yield invalid(f"{path}.minDomains", domains, rule)
    for field in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        if constraint.get(field) is not None and constraint[field] not in ("Honor", "Ignore"):
            yield not_supported(f"{path}.{field}", constraint[field], ("Honor", "Ignore"))
    yield from validate_keys(
        constraint.get("matchLabelKeys") or [], f"{path}.matchLabelKeys", constraint.get("labelSelector")
    )
    yield from validate_selector(constraint.get("labelSelector"), f"{path}.labelSelector")

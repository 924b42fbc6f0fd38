"""Validation of when a Job counts as failed or done. Upstream: validatePodFailurePolicy in pkg/apis/batch/validation"""

from simulator.machinery import names
from simulator.machinery.field import duplicate, invalid, not_supported, required, too_many
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors

ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
MOST_RULES, MOST_CODES, MOST_PATTERNS = 20, 255, 20


def validate_failure_policy(spec: Object, path: str) -> Errors:
    rules = spec["podFailurePolicy"].get("rules") or []
    if len(rules) > MOST_RULES:
        yield too_many(f"{path}.rules", len(rules), MOST_RULES)
    pod = (spec.get("template") or {}).get("spec") or {}
    containers = [item.get("name") for kind in ("containers", "initContainers") for item in pod.get(kind) or ()]
    for index, rule in enumerate(rules):
        yield from validate_rule(rule, spec, containers, f"{path}.rules[{index}]")


def validate_rule(rule: Object, spec: Object, containers: list[str | None], path: str) -> Errors:
    action = rule.get("action", "")
    if not action:
        yield required(f"{path}.action", "valid values: " + ", ".join(f'"{name}"' for name in ACTIONS))
    elif action == "FailIndex" and spec.get("backoffLimitPerIndex") is None:
        yield invalid(f"{path}.action", action, "requires the backoffLimitPerIndex to be set")
    elif action not in ACTIONS:
        yield not_supported(f"{path}.action", action, ACTIONS)
    codes, patterns = rule.get("onExitCodes"), rule.get("onPodConditions") or []
    if codes is not None:
        yield from validate_codes(codes, containers, f"{path}.onExitCodes")
    if len(patterns) > MOST_PATTERNS:
        yield too_many(f"{path}.onPodConditions", len(patterns), MOST_PATTERNS)
    for index, pattern in enumerate(patterns):
        place = f"{path}.onPodConditions[{index}]"
        for message in names.qualified_name(pattern.get("type", "")):
            yield invalid(f"{place}.type", pattern.get("type", ""), message)
        if pattern.get("status") not in ("True", "False", "Unknown"):
            yield not_supported(f"{place}.status", pattern.get("status", ""), ("False", "True", "Unknown"))
    if codes is not None and patterns:
        yield invalid(path, "", "specifying both OnExitCodes and OnPodConditions is not supported")
    elif codes is None and not patterns:
        yield invalid(path, "", "specifying one of OnExitCodes and OnPodConditions is required")


def validate_codes(codes: Object, containers: list[str | None], path: str) -> Errors:
    operator, values, container = codes.get("operator", ""), codes.get("values") or [], codes.get("containerName")
    if not operator:
        yield required(f"{path}.operator", 'valid values: "In", "NotIn"')
    elif operator not in ("In", "NotIn"):
        yield not_supported(f"{path}.operator", operator, ("In", "NotIn"))
    if container is not None and container not in containers:
        rule = "must be one of the container or initContainer names in the pod template"
        yield invalid(f"{path}.containerName", container, rule)
    if not values:
        yield invalid(f"{path}.values", values, "at least one value is required")
    elif len(values) > MOST_CODES:
        yield too_many(f"{path}.values", len(values), MOST_CODES)
    for index, value in enumerate(values):
        if operator == "In" and value == 0:
            yield invalid(f"{path}.values[{index}]", value, "must not be 0 for the In operator")
        if value in values[:index]:
            yield duplicate(f"{path}.values[{index}]", value)
    if values != sorted(values):
        yield invalid(f"{path}.values", values, "must be ordered")


def validate_success_policy(spec: Object, path: str) -> Errors:
    if spec.get("completionMode") != "Indexed":
        yield invalid(path, spec["successPolicy"], "requires indexed completion mode")
        return
    rules = spec["successPolicy"].get("rules") or []
    if not rules:
        yield required(f"{path}.rules", "at least one rules must be specified when the successPolicy is specified")
    if len(rules) > MOST_RULES:
        yield too_many(f"{path}.rules", len(rules), MOST_RULES)
    for index, rule in enumerate(rules):
        if rule.get("succeededCount") is None and rule.get("succeededIndexes") is None:
            yield required(
                f"{path}.rules[{index}]", "at least one of succeededCount or succeededIndexes must be specified"
            )
        count = rule.get("succeededCount")
        if count is not None and count > (spec.get("completions") or 0):
            limit = spec.get("completions") or 0
            rule_text = f"must be less than or equal to {limit} (the number of specified completions)"
            yield invalid(f"{path}.rules[{index}].succeededCount", count, rule_text)

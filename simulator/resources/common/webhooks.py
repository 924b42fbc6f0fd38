"""Validation of webhooks and of the rules that choose requests. Upstream: pkg/apis/admissionregistration/validation"""

from simulator.machinery import names
from simulator.machinery.cel.admission import Environment
from simulator.machinery.cel.language import Language
from simulator.machinery.field import duplicate, forbidden, invalid, not_supported, required, too_many
from simulator.machinery.objects import Object
from simulator.resources.common.expressions import condition_errors
from simulator.resources.common.metadata import Errors, validate_name
from simulator.resources.common.selectors import validate_selector

REVIEW_VERSIONS = ("v1", "v1beta1")
OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
MUTABLE = ("*", "CONNECT", "CREATE", "UPDATE")
"""The operations of which a policy can change what is written."""
SCOPES = ("*", "Cluster", "Namespaced")
SIDE_EFFECTS = ("None", "NoneOnDryRun")
LONGEST_TIMEOUT = 30
MOST_CONDITIONS = 64
OUTSIDE = "this cluster's API server reaches nothing outside of it; name a service of the cluster instead of a url"
FAILURE_POLICIES = ("Fail", "Ignore")
MATCH_POLICIES = ("Equivalent", "Exact")


def validate_webhook(webhook: Object, path: str, language: Language) -> Errors:
    yield from validate_qualified(webhook.get("name", ""), f"{path}.name")
    for index, rule in enumerate(webhook.get("rules") or ()):
        yield from validate_rule(rule, f"{path}.rules[{index}]")
    for field, values in (("failurePolicy", FAILURE_POLICIES), ("matchPolicy", MATCH_POLICIES)):
        if webhook.get(field) is not None and webhook[field] not in values:
            yield not_supported(f"{path}.{field}", webhook[field], values)
    effects, timeout = webhook.get("sideEffects"), webhook.get("timeoutSeconds")
    if effects is None:
        yield required(f"{path}.sideEffects", f"must specify one of {', '.join(SIDE_EFFECTS)}")
    elif effects not in SIDE_EFFECTS:
        yield not_supported(f"{path}.sideEffects", effects, SIDE_EFFECTS)
    if timeout is not None and not 1 <= timeout <= LONGEST_TIMEOUT:
        rule_text = "the timeout value must be between 1 and 30 seconds"
        yield invalid(f"{path}.timeoutSeconds", timeout, rule_text)
    for selector in ("namespaceSelector", "objectSelector"):
        yield from validate_selector(webhook.get(selector), f"{path}.{selector}")
    yield from validate_client(webhook.get("clientConfig") or {}, f"{path}.clientConfig")
    yield from validate_conditions(webhook.get("matchConditions") or [], f"{path}.matchConditions", language)


def validate_qualified(name: str, path: str) -> Errors:
    """A name with at least three parts."""
    if not name:
        yield required(path)
        return
    wrong = names.dns_subdomain(name)
    if wrong:
        yield invalid(path, name, ",".join(wrong))
    elif name.count(".") < 2:
        yield invalid(path, name, "should be a domain with at least three segments separated by dots")


def validate_client(config: Object, path: str) -> Errors:
    url, service = config.get("url"), config.get("service")
    if (url is None) == (service is None):
        yield required(path, "exactly one of url or service is required")
    if url is not None:
        yield from validate_url(url, f"{path}.url")
        yield forbidden(f"{path}.url", OUTSIDE)
    if service is not None:
        for field in ("name", "namespace"):
            if not service.get(field):
                yield required(f"{path}.service.{field}", f"service {field} is required")
        where, port = service.get("path"), service.get("port", 443)
        if where is not None and not where.startswith("/"):
            yield invalid(f"{path}.service.path", where, "must start with a '/'")
        if not 1 <= port <= 65535:
            yield invalid(f"{path}.service.port", port, "port is not valid: " + names.outside(1, 65535))


def validate_url(url: str, path: str) -> Errors:
    example = "; desired format: https://host[/path]"
    scheme, separator, rest = url.partition("://")
    if not separator or scheme != "https":
        shown = scheme if separator else ""
        yield invalid(path, shown, f"'https' is the only allowed URL scheme{example}")
    if not rest.partition("/")[0]:
        yield invalid(path, "", f"host must be specified{example}")
    if "@" in rest.partition("/")[0]:
        yield invalid(path, rest.partition("@")[0], "user information is not permitted in the URL")
    if "#" in rest:
        yield invalid(path, rest.partition("#")[2], "fragments are not permitted in the URL")
    if "?" in rest:
        yield invalid(path, rest.partition("?")[2], "query parameters are not permitted in the URL")


def validate_review_versions(versions: list[str], path: str) -> Errors:
    if not versions:
        yield required(path, f"must specify one of {', '.join(REVIEW_VERSIONS)}")
        return
    for index, version in enumerate(versions):
        if version in versions[:index]:
            yield invalid(f"{path}[{index}]", version, "duplicate version")
            continue
        yield from validate_name(version, f"{path}[{index}]", names.dns_1035_label)
    if not any(version in REVIEW_VERSIONS for version in versions):
        yield invalid(path, versions, f"must include at least one of {', '.join(REVIEW_VERSIONS)}")


def validate_rule(rule: Object, path: str) -> Errors:
    """Which operations on which resources are meant."""
    operations = rule.get("operations") or []
    if not operations:
        yield required(f"{path}.operations")
    if len(operations) > 1 and "*" in operations:
        yield invalid(f"{path}.operations", operations, "if '*' is present, must not specify other operations")
    for index, operation in enumerate(operations):
        if operation not in OPERATIONS:
            yield not_supported(f"{path}.operations[{index}]", operation, OPERATIONS)
    for field, noun in (("apiGroups", "API groups"), ("apiVersions", "API versions")):
        values = rule.get(field) or []
        if not values:
            yield required(f"{path}.{field}")
        if len(values) > 1 and "*" in values:
            yield invalid(f"{path}.{field}", values, f"if '*' is present, must not specify other {noun}")
    for index, version in enumerate(rule.get("apiVersions") or ()):
        if not version:
            yield required(f"{path}.apiVersions[{index}]")
    yield from validate_resources(rule.get("resources") or [], f"{path}.resources")
    if rule.get("scope") is not None and rule["scope"] not in SCOPES:
        yield not_supported(f"{path}.scope", rule["scope"], SCOPES)


def validate_resources(resources: list[str], path: str) -> Errors:
    if not resources:
        yield required(path)
    for index, name in enumerate(resources):
        if not name:
            yield required(f"{path}[{index}]")
            continue
        resource, slash, below = name.partition("/")
        if not slash:
            continue
        before = resources[:index]
        if f"{resource}/*" in before:
            yield invalid(f"{path}[{index}]", name, f"if '{resource}/*' is present, must not specify {name}")
        if f"*/{below}" in before:
            yield invalid(f"{path}[{index}]", name, f"if '*/{below}' is present, must not specify {name}")
    if len(resources) > 1 and "*/*" in resources:
        yield invalid(path, resources, "if '*/*' is present, must not specify other resources")
    if "*" in resources and any("/" not in name and name != "*" for name in resources):
        rule = "if '*' is present, must not specify other resources without subresources"
        yield invalid(path, resources, rule)


def validate_conditions(conditions: list[Object], path: str, language: Language, *, has_params: bool = False) -> Errors:
    """Expressions that a request has to meet."""
    taken: list[str] = []
    if len(conditions) > MOST_CONDITIONS:
        yield too_many(path, len(conditions), MOST_CONDITIONS)
    yield from condition_errors(Environment(has_params, language), conditions, path)
    for index, condition in enumerate(conditions):
        place, name = f"{path}[{index}]", condition.get("name", "")
        if not condition.get("expression", "").strip():
            yield required(f"{place}.expression")
        if not name:
            yield required(f"{place}.name")
        else:
            yield from validate_name(name, f"{place}.name", names.qualified_name)
            if name in taken:
                yield duplicate(f"{place}.name", name)
        taken.append(name)


def validate_match(match: Object, path: str, operations: tuple[str, ...] = OPERATIONS) -> Errors:
    """What an admission policy or its binding applies to, of the operations that it can."""
    policy = match.get("matchPolicy")
    if policy is None:
        yield required(f"{path}.matchPolicy")
    elif policy not in MATCH_POLICIES:
        yield not_supported(f"{path}.matchPolicy", policy, MATCH_POLICIES)
    for selector in ("namespaceSelector", "objectSelector"):
        if match.get(selector) is None:
            yield required(f"{path}.{selector}")
        yield from validate_selector(match.get(selector), f"{path}.{selector}")
    for kind in ("resourceRules", "excludeResourceRules"):
        for index, rule in enumerate(match.get(kind) or ()):
            yield from validate_rule(rule, f"{path}.{kind}[{index}]")
    for rule in match.get("resourceRules") or () if operations != OPERATIONS else ():
        for operation in rule.get("operations") or ():
            if operation not in operations:
                yield not_supported(f"{path}.resourceRules.operations", operation, operations)

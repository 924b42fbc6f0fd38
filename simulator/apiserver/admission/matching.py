"""Which writes a policy or a webhook is asked about.

Upstream: apiserver/pkg/admission/plugin/{policy/matching,webhook/predicates}
"""

from typing import Final

from simulator.apiserver.admission.chain import Attributes
from simulator.machinery import selectors
from simulator.machinery.objects import Object

GROUP: Final = "admissionregistration.k8s.io"
EXEMPT: Final = frozenset(
    f"{plural}.{GROUP}"
    for plural in (
        "mutatingadmissionpolicies",
        "mutatingadmissionpolicybindings",
        "mutatingwebhookconfigurations",
        "validatingadmissionpolicies",
        "validatingadmissionpolicybindings",
        "validatingwebhookconfigurations",
    )
)
"""Kinds that nobody may be asked about, so that what stands in the way can always be taken away."""


def matched_version(match: Object, rules: str, attributes: Attributes) -> str | None:
    """The version in which something sees the object of a write; None where it does not look at it.

    `match` holds selectors and, under the name in `rules`, what it looks at; with the match policy Equivalent, rules
    that name another version count as well.
    """
    if attributes.resource.key in EXEMPT:
        return None
    if not selects_namespace(match.get("namespaceSelector"), attributes):
        return None
    if not selects_object(match.get("objectSelector"), attributes):
        return None
    own = attributes.version or attributes.resource.storage_version
    if any(rule_matches(rule, attributes, own) for rule in match.get("excludeResourceRules") or ()):
        return None
    asked = match.get(rules)
    if asked is None and rules == "resourceRules":
        return own  # a binding that names no resources holds for all
    if any(rule_matches(rule, attributes, own) for rule in asked or ()):
        return own
    if match.get("matchPolicy") == "Exact":
        return None
    for rule in asked or ():
        for version in attributes.resource.versions:
            if rule_matches(rule, attributes, version):
                return version
    return None


def rule_matches(rule: Object, attributes: Attributes, version: str) -> bool:
    resource = attributes.resource
    names = rule.get("resourceNames") or ()
    if names and attributes.name not in names:
        return False
    return (
        scope_matches(rule.get("scope") or "*", attributes)
        and named(rule.get("operations"), attributes.operation)
        and named(rule.get("apiGroups"), resource.group)
        and named(rule.get("apiVersions"), version)
        and any(path_matches(path, resource.plural, attributes.subresource) for path in rule.get("resources") or ())
    )


def named(listed: list[str] | None, wanted: str) -> bool:
    return any(each in ("*", wanted) for each in listed or ())


def path_matches(path: str, plural: str, subresource: str) -> bool:
    resource, _, below = path.partition("/")
    return resource in ("*", plural) and below in ("*", subresource)


def scope_matches(scope: str, attributes: Attributes) -> bool:
    if scope == "*":
        return True
    is_namespaced = attributes.resource.plural != "namespaces" and bool(attributes.namespace)
    return is_namespaced is (scope == "Namespaced")


def selects_namespace(selector: Object | None, attributes: Attributes) -> bool:
    if not selector:
        return True
    if attributes.resource.key == "namespaces":
        found = attributes.object or attributes.old
    elif attributes.namespace:
        found = attributes.backend.read("namespaces", ("", attributes.namespace))
    else:
        return True
    labels = (found or {}).get("metadata", {}).get("labels")
    return selectors.from_object(selector).matches(labels)


def selects_object(selector: Object | None, attributes: Attributes) -> bool:
    if not selector:
        return True
    wanted = selectors.from_object(selector)
    return any(
        wanted.matches((obj.get("metadata") or {}).get("labels")) for obj in (attributes.object, attributes.old) if obj
    )

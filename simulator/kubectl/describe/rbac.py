"""Roles and bindings. Upstream: kubectl/pkg/describe/describe.go, kubectl/pkg/util/rbac"""

from collections.abc import Iterable

from simulator.kubectl.describe.page import Page, values
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

TITLES = ("Resources", "Non-Resource URLs", "Resource Names", "Verbs")
RULES = ("---------", "-----------------", "--------------", "-----")

type Right = tuple[str, str, str, str]
"""Group, resource, resource name and URL that one verb is allowed on."""


def describe_role(kubectl: Kubectl, page: Page, role: Object) -> None:
    page.head(role, namespaced=False)
    page.line(0, "PolicyRule:")
    rows = [
        (combined(resource, group), bracketed(url), bracketed(name), values(verbs))
        for (group, resource, name, url), verbs in compacted(role.get("rules") or ())
    ]
    page.table(1, TITLES, rows, RULES)


def compacted(rules: Iterable[Object]) -> list[tuple[Right, list[str]]]:
    """The rules taken apart to single resources, with all verbs of each together."""
    verbs: dict[Right, list[str]] = {}
    for rule in rules:
        for right in rights(rule):
            known = verbs.setdefault(right, [])
            known += [verb for verb in rule.get("verbs") or () if verb not in known]
    return sorted(verbs.items(), key=lambda item: sort_key(item[0], item[1]))


def rights(rule: Object) -> Iterable[Right]:
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for name in rule.get("resourceNames") or ("",):
                yield group, resource, name, ""
    for url in rule.get("nonResourceURLs") or ():
        yield "", "", "", url


def sort_key(right: Right, verbs: list[str]) -> str:
    """A rule as Go prints it, by which rules are sorted. Upstream: rbac.SortableRuleSlice"""
    group, resource, name, url = right
    groups = group if resource else ""
    where = f"APIGroups:[{groups}],Resources:[{resource}],ResourceNames:[{name}],NonResourceURLs:[{url}]"
    return f"Verbs:{values(verbs)},{where}"


def combined(resource: str, group: str) -> str:
    """`deployments.apps/scale`."""
    name, slash, subresource = resource.partition("/")
    return (f"{name}.{group}" if group and resource else name) + slash + subresource


def bracketed(value: str) -> str:
    return f"[{value}]"


def describe_binding(kubectl: Kubectl, page: Page, binding: Object) -> None:
    page.head(binding, namespaced=False)
    page.line(0, "Role:")
    page.field(1, "Kind", binding["roleRef"]["kind"])
    page.field(1, "Name", binding["roleRef"]["name"])
    page.line(0, "Subjects:")
    rows = [(one["kind"], one["name"], one.get("namespace", "")) for one in binding.get("subjects") or ()]
    page.table(1, ("Kind", "Name", "Namespace"), rows)

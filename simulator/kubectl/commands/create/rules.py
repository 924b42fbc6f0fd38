"""Policy rules from flags, for create role and create clusterrole. Upstream: kubectl/pkg/cmd/create/create_role.go"""

from dataclasses import dataclass

from simulator.kubectl.discovery import BY_NAME
from simulator.kubectl.errors import CommandError, NoResource, Plain
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

RESOURCE_VERBS = (
    "*", "get", "delete", "list", "create", "update", "patch", "watch", "proxy", "deletecollection", "use", "bind",
    "escalate", "impersonate",
)  # fmt: skip
SPECIAL_VERBS = {
    "use": (("policy", "podsecuritypolicies"), ("extensions", "podsecuritypolicies")),
    "bind": (("rbac.authorization.k8s.io", "roles"), ("rbac.authorization.k8s.io", "clusterroles")),
    "escalate": (("rbac.authorization.k8s.io", "roles"), ("rbac.authorization.k8s.io", "clusterroles")),
    "impersonate": (
        ("", "users"),
        ("", "serviceaccounts"),
        ("", "groups"),
        ("authentication.k8s.io", "userextras"),
    ),
}
"""Verbs of few resources, by group and resource."""

VERB = Flag("verb", (), "A verb that is allowed on the resources", kind="slice")
RESOURCE = Flag("resource", (), "A resource that the rule is about", kind="slice")
RESOURCE_NAME = Flag("resource-name", (), "The name of an object that the rule is limited to; may be repeated")


@dataclass(frozen=True, slots=True)
class Target:
    """A resource that a rule names."""

    group: str
    resource: str
    subresource: str

    @property
    def name(self) -> str:
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


def verbs(kubectl: Kubectl) -> list[str]:
    """The verbs, each once; `*` stands for all."""
    found = list(dict.fromkeys(kubectl.options.texts("verb")))
    return ["*"] if "*" in found else found


def targets(kubectl: Kubectl) -> list[Target]:
    """The resources as typed, each once; `*` stands for all."""
    typed = [parsed(text) for text in kubectl.options.texts("resource")]
    if any(one.resource == "*" and not one.group and not one.subresource for one in typed):
        return [Target("", "*", "")]
    return list(dict.fromkeys(typed))


def parsed(text: str) -> Target:
    """`deployments.apps/scale` taken apart."""
    whole, _, subresource = text.partition("/")
    resource, _, group = whole.partition(".")
    return Target(group, resource, subresource)


def check(kubectl: Kubectl, wanted: list[str], found: list[Target], names: list[str]) -> None:
    """Refuse what cannot be a rule about resources."""
    if not wanted:
        raise CommandError("at least one verb must be specified")
    check_verbs(kubectl, wanted)
    if not found:
        raise CommandError("at least one resource must be specified")
    for target in found:
        if not target.resource:
            raise CommandError("resource must be specified if apiGroup/subresource specified")


def check_verbs(kubectl: Kubectl, wanted: list[str]) -> None:
    for verb in wanted:
        if verb not in RESOURCE_VERBS:
            kubectl.warn(f"'{verb}' is not a standard resource verb")


def check_special(wanted: list[str], found: list[Target]) -> None:
    """Refuse verbs that the resources do not know."""
    for verb in wanted:
        for target in found if verb in SPECIAL_VERBS else ():
            if (target.group, target.resource) not in SPECIAL_VERBS[verb]:
                raise CommandError(f"can not perform '{verb}' on '{target.name}' in group '{target.group}'")


def mapped(kubectl: Kubectl, found: list[Target]) -> list[Target]:
    """The resources as the server calls them."""
    result = []
    for target in found:
        if target.resource in ("*", ""):
            result.append(target)
            continue
        resource = kubectl.mapper.lookup(
            f"{target.resource}.{target.group}" if target.group else target.resource, BY_NAME
        )
        if resource is None:
            raise Plain(str(NoResource(target.resource, target.group)))
        result.append(Target(resource.group, resource.name, target.subresource))
    return result


def resource_rules(wanted: list[str], found: list[Target], names: list[str]) -> list[Object]:
    """One rule a group, in the order in which the groups were named."""
    groups: dict[str, list[str]] = {}
    for target in found:
        groups.setdefault(target.group, []).append(target.name)
    rules = []
    for group in sorted(groups):
        rule: Object = {"verbs": wanted, "apiGroups": [group], "resources": groups[group]}
        if names:
            rule["resourceNames"] = list(dict.fromkeys(names))
        rules.append(rule)
    return rules

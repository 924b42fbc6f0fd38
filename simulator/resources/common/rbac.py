"""What bindings and roles of RBAC share. Upstream: pkg/apis/rbac"""

from simulator.machinery import names
from simulator.machinery.field import invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors, validate_metadata, validate_metadata_update, validate_name

GROUP = "rbac.authorization.k8s.io"


def default_binding(binding: Object) -> None:
    """Subjects and roles are of RBAC's group unless they say otherwise; ServiceAccounts are of the core."""
    reference = binding.setdefault("roleRef", {})
    reference["apiGroup"] = reference.get("apiGroup") or GROUP
    for subject in binding.get("subjects") or ():
        if not subject.get("apiGroup") and subject.get("kind") in ("User", "Group"):
            subject["apiGroup"] = GROUP


def validate_rule(rule: Object, path: str, *, namespaced: bool) -> Errors:
    urls = rule.get("nonResourceURLs") or []
    if not rule.get("verbs"):
        yield required(f"{path}.verbs", "verbs must contain at least one value")
    if urls:
        if namespaced:
            yield invalid(f"{path}.nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs")
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            yield invalid(
                f"{path}.nonResourceURLs", urls, "rules cannot apply to both regular resources and non-resource URLs"
            )
        return
    if not rule.get("apiGroups"):
        yield required(f"{path}.apiGroups", "resource rules must supply at least one api group")
    if not rule.get("resources"):
        yield required(f"{path}.resources", "resource rules must supply at least one resource")


def validate_role(role: Object, old: Object | None, *, namespaced: bool) -> Errors:
    yield from validate_metadata(role, names.path_segment, namespaced=namespaced)
    for index, rule in enumerate(role.get("rules") or ()):
        yield from validate_rule(rule, f"rules[{index}]", namespaced=namespaced)
    if old is not None:
        yield from validate_metadata_update(role, old)


def validate_binding(binding: Object, old: Object | None, *, namespaced: bool) -> Errors:
    yield from validate_metadata(binding, names.path_segment, namespaced=namespaced)
    reference = binding.get("roleRef") or {}
    if reference.get("apiGroup") != GROUP:
        yield not_supported("roleRef.apiGroup", reference.get("apiGroup", ""), (GROUP,))
    kinds = ("Role", "ClusterRole") if namespaced else ("ClusterRole",)
    if reference.get("kind") not in kinds:
        yield not_supported("roleRef.kind", reference.get("kind", ""), kinds)
    if not reference.get("name"):
        yield required("roleRef.name")
    else:
        yield from validate_name(reference["name"], "roleRef.name", names.path_segment)
    for index, subject in enumerate(binding.get("subjects") or ()):
        yield from validate_subject(subject, f"subjects[{index}]", namespaced=namespaced)
    if old is not None:
        yield from validate_metadata_update(binding, old)
        if reference != (old.get("roleRef") or {}):
            shown = {
                "APIGroup": reference.get("apiGroup", ""),
                "Kind": reference.get("kind", ""),
                "Name": reference.get("name", ""),
            }
            yield invalid("roleRef", shown, "cannot change roleRef")


def validate_subject(subject: Object, path: str, *, namespaced: bool) -> Errors:
    name, kind, group = subject.get("name", ""), subject.get("kind", ""), subject.get("apiGroup", "")
    if not name:
        yield required(f"{path}.name")
    if kind == "ServiceAccount":
        if name:
            yield from validate_name(name, f"{path}.name", names.dns_subdomain)
        if group:
            yield not_supported(f"{path}.apiGroup", group, ("",))
        if not subject.get("namespace") and not namespaced:
            yield required(f"{path}.namespace")
    elif kind in ("User", "Group"):
        if group != GROUP:
            yield not_supported(f"{path}.apiGroup", group, (GROUP,))
    else:
        yield not_supported(f"{path}.kind", kind, ("ServiceAccount", "User", "Group"))

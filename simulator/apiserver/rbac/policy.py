"""The RBAC objects of a new cluster. Upstream: plugin/pkg/auth/authorizer/rbac/bootstrappolicy"""

from collections.abc import Iterator

from simulator.api.client import Step, Steps
from simulator.apiserver.rbac import roles
from simulator.machinery.objects import Object

API_VERSION = "rbac.authorization.k8s.io/v1"
GROUP = "rbac.authorization.k8s.io"
DEFAULTS: Object = {
    "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
    "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"},
}
AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"


def default_objects() -> Iterator[tuple[str, Object]]:
    """Each resource and object, roles before their bindings."""
    for name, rules in roles.CLUSTER_ROLES.items():
        yield CLUSTER_ROLES, cluster_role(name, [rule_of(line) for line in rules])
    for name, rules in roles.CONTROLLERS.items():
        yield CLUSTER_ROLES, cluster_role(f"system:controller:{name}", [rule_of(line) for line in rules])
    for name, label in roles.AGGREGATED.items():
        yield CLUSTER_ROLES, aggregated(name, label)
    for name, rules in roles.KUBEADM_ROLES.items():
        yield CLUSTER_ROLES, of_kind("ClusterRole", {"name": name}, rules=[rule_of(line) for line in rules])
    for name, (role, subjects) in roles.CLUSTER_BINDINGS.items():
        yield CLUSTER_BINDINGS, binding("ClusterRole", role, subjects, {**DEFAULTS, "name": name})
    for name in roles.CONTROLLERS:
        role, account = f"system:controller:{name}", f"ServiceAccount kube-system/{name}"
        yield CLUSTER_BINDINGS, binding("ClusterRole", role, account, {**DEFAULTS, "name": role})
    for name, (role, subjects) in roles.KUBEADM_BINDINGS.items():
        yield CLUSTER_BINDINGS, binding("ClusterRole", role, subjects, {"name": name})
    for path, rules in roles.ROLES.items():
        yield ROLES, of_kind("Role", placed(path), rules=[rule_of(line) for line in rules])
    for path, (role, subjects) in roles.BINDINGS.items():
        yield BINDINGS, binding("Role", role, subjects, placed(path))


CLUSTER_ROLES, CLUSTER_BINDINGS = f"clusterroles.{GROUP}", f"clusterrolebindings.{GROUP}"
ROLES, BINDINGS = f"roles.{GROUP}", f"rolebindings.{GROUP}"


def node_rules() -> list[Object]:
    """What every node may do, so far as it does not hang on the object. Upstream: bootstrappolicy.NodeRules"""
    return [rule_of(line) for line in roles.CLUSTER_ROLES["system:node"]]


def placed(path: str) -> Object:
    namespace, _, name = path.partition("/")
    return {**DEFAULTS, "name": name, "namespace": namespace}


def of_kind(kind: str, metadata: Object, **fields: object) -> Object:
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, **fields}


def cluster_role(name: str, rules: list[Object]) -> Object:
    return of_kind("ClusterRole", role_metadata(name), rules=rules)


def role_metadata(name: str) -> Object:
    into = roles.AGGREGATED_INTO.get(name)
    labels = {**DEFAULTS["labels"], **({AGGREGATE + into: "true"} if into else {})}
    return {**DEFAULTS, "name": name, "labels": labels}


def aggregated(name: str, label: str) -> Object:
    """A role that gathers others', with the rules that they have by now."""
    rule = {"clusterRoleSelectors": [{"matchLabels": {AGGREGATE + label: "true"}}]}
    return of_kind("ClusterRole", role_metadata(name), aggregationRule=rule, rules=gathered(label))


def is_default(obj: Object) -> bool:
    """Whether it is the API server itself that makes and mends an object."""
    metadata = obj["metadata"]
    return "annotations" in metadata and not metadata["name"].startswith("kubeadm:")


def gathering(obj: Object) -> Steps:
    """A role that gathers others' comes without rules; a controller applies them. Upstream: clusterroleaggregation"""
    if "aggregationRule" not in obj:
        return ()
    own = {name: value for name, value in obj.items() if name != "rules"}
    return Step("kube-apiserver", own), Step("clusterrole-aggregation-controller", obj, is_apply=True)


def gathered(label: str) -> list[Object]:
    """The rules of everything that aggregates into a label, in order of the roles' names."""
    rules: list[Object] = []
    for name, into in sorted(roles.AGGREGATED_INTO.items()):
        if into == label:
            found = gathered(name) if name in roles.AGGREGATED else map(rule_of, roles.CLUSTER_ROLES[name])
            rules += [rule for rule in found if rule not in rules]
    return rules


def rule_of(line: str) -> Object:
    """A rule from its line."""
    verbs, where, *rest = (part.split() for part in line.split("|"))
    if not rest:
        return {"nonResourceURLs": sorted(where), "verbs": sorted(verbs)}
    groups = ["" if group == "-" else group for group in where]
    rule: Object = {"apiGroups": groups}
    if len(rest) > 1:
        rule["resourceNames"] = rest[1]
    return {**rule, "resources": sorted(rest[0]), "verbs": sorted(verbs)}


def binding(role_kind: str, role: str, subjects: str, metadata: Object) -> Object:
    kind = "RoleBinding" if "namespace" in metadata else "ClusterRoleBinding"
    found = [subject(each) for each in subjects.split(", ") if each]
    reference = {"apiGroup": GROUP, "kind": role_kind, "name": role}
    return of_kind(kind, metadata, roleRef=reference, **({"subjects": found} if found else {}))


def subject(text: str) -> Object:
    kind, _, name = text.partition(" ")
    if kind == "ServiceAccount":
        namespace, _, account = name.partition("/")
        return {"kind": kind, "name": account, "namespace": namespace}
    return {"apiGroup": GROUP, "kind": kind, "name": name}

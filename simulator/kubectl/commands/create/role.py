"""kubectl create role and clusterrole. Upstream: kubectl/pkg/cmd/create/create_role.go, create_clusterrole.go"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.commands.create import rules
from simulator.kubectl.creating import CREATING, Collection, completed, create_one, metadata_of
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

RBAC = "rbac.authorization.k8s.io/v1"
ROLES = Collection(RBAC, "Role", "roles")
CLUSTER_ROLES = Collection(RBAC, "ClusterRole", "clusterroles", namespaced=False)
URL_VERBS = ("*", "get", "post", "put", "delete", "patch", "head", "options")


@command(
    "role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] "
    "[--dry-run=server|client|none]",
    summary="Create a role with single rule",
    examples=(
        (
            "Let its subjects get, watch and list pods",
            "kubectl create role pod-reader --verb=get --verb=list --verb=watch --resource=pods",
        ),
        (
            "Let them get two pods alone",
            "kubectl create role pod-reader --verb=get --resource=pods --resource-name=readablepod "
            "--resource-name=anotherpod",
        ),
        ("Name a resource with its group", "kubectl create role foo --verb=get,list,watch --resource=rs.apps"),
        ("Name a subresource", "kubectl create role foo --verb=get,list,watch --resource=pods,pods/status"),
    ),
    flags=(*CREATING, rules.VERB, rules.RESOURCE, rules.RESOURCE_NAME),
)
def role(kubectl: Kubectl) -> Outcome:
    name = completed(kubectl)
    wanted, found = rules.verbs(kubectl), rules.targets(kubectl)
    names = kubectl.options.texts("resource-name")
    rules.check(kubectl, wanted, found, names)
    found = rules.mapped(kubectl, found)
    rules.check_special(wanted, found)
    obj = {"metadata": metadata_of(kubectl, name), "rules": rules.resource_rules(wanted, found, names)}
    create_one(kubectl, obj, ROLES)
    return None


@command(
    "clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename] "
    "[--dry-run=server|client|none]",
    summary="Create a cluster role",
    examples=(
        (
            "Let its subjects get, watch and list pods",
            "kubectl create clusterrole pod-reader --verb=get,list,watch --resource=pods",
        ),
        ("Name a resource with its group", "kubectl create clusterrole foo --verb=get,list,watch --resource=rs.apps"),
        ("Allow a URL", 'kubectl create clusterrole "foo" --verb=get --non-resource-url=/logs/*'),
        (
            "Gather the rules of labelled cluster roles",
            'kubectl create clusterrole monitoring --aggregation-rule="rbac.example.com/aggregate-to-monitoring=true"',
        ),
    ),
    flags=(
        *CREATING,
        Flag("aggregation-rule", (), "Labels of the cluster roles to gather, as key=value.", kind="labels"),
        Flag("non-resource-url", (), "A URL that the rule is about.", kind="slice"),
        rules.RESOURCE,
        rules.RESOURCE_NAME,
        rules.VERB,
    ),
)
def clusterrole(kubectl: Kubectl) -> Outcome:
    name = completed(kubectl)
    obj: Object = {"metadata": metadata_of(kubectl, name, namespaced=False)}
    if labels := aggregated(kubectl):
        obj["aggregationRule"] = {"clusterRoleSelectors": [{"matchLabels": labels}]}
    else:
        obj["rules"] = cluster_rules(kubectl)
    create_one(kubectl, obj, CLUSTER_ROLES)
    return None


def aggregated(kubectl: Kubectl) -> dict[str, str]:
    """The labels of --aggregation-rule, which stands alone."""
    options = kubectl.options
    pairs = str(options.values["aggregation-rule"] or "").split(",")
    labels = dict(pair.partition("=")[::2] for pair in pairs if pair)
    if labels and any(options.texts(flag) for flag in ("verb", "resource", "non-resource-url", "resource-name")):
        raise CommandError(
            "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames"
        )
    return dict(sorted(labels.items()))


def cluster_rules(kubectl: Kubectl) -> list[Object]:
    options = kubectl.options
    wanted, found, urls = rules.verbs(kubectl), rules.targets(kubectl), options.texts("non-resource-url")
    names = options.texts("resource-name")
    if not wanted:
        raise CommandError("at least one verb must be specified")
    if not found and not urls:
        raise CommandError("one of resource or nonResourceURL must be specified")
    made: list[Object] = []
    if found:
        rules.check(kubectl, wanted, found, names)
        found = rules.mapped(kubectl, found)
        rules.check_special(wanted, found)
        made = rules.resource_rules(wanted, found, names)
    if urls:
        check_urls(wanted, urls)
        made.append({"verbs": wanted, "nonResourceURLs": list(dict.fromkeys(urls))})
    return made


def check_urls(wanted: list[str], urls: list[str]) -> None:
    for verb in wanted:
        if verb not in URL_VERBS:
            raise CommandError(f"invalid verb: '{verb}' for nonResourceURL")
    for url in urls:
        if url != "*" and not url.startswith("/"):
            raise CommandError("nonResourceURL should start with /")

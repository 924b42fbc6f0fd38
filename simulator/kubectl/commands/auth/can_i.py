"""kubectl auth can-i. Upstream: kubectl/pkg/cmd/auth/cani.go"""

from simulator.kubectl.client import NoConnection
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.describe.rbac import combined
from simulator.kubectl.dialects import RESOURCES
from simulator.kubectl.discovery import BY_NAME, Resource
from simulator.kubectl.errors import CommandError, Silent
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import ALL_NAMESPACES
from simulator.kubectl.rows import table
from simulator.machinery.objects import Object

REVIEWS = "/apis/authorization.k8s.io/v1"
RESOURCE_VERBS = (
    "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "impersonate",
    "*", "approve", "sign", "escalate", "attest",
)  # fmt: skip
URL_VERBS = ("get", "put", "post", "head", "options", "delete", "patch", "*")


@command(
    "can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
    summary="Check whether an action is allowed",
    description="Check whether an action is allowed.\n\n"
    " VERB is a verb of the Kubernetes API, such as 'get' or 'watch'. TYPE is a resource, short names and groups are"
    ' understood. NONRESOURCEURL is a path that begins with "/". NAME is the name of an object.\n\n'
    " Answers yes, or no with exit code 1.",
    examples=(
        ("May I create pods in any namespace", "kubectl auth can-i create pods --all-namespaces"),
        ("May I list deployments in the current namespace", "kubectl auth can-i list deployments.apps"),
        (
            'May the service account "foo" of the namespace "dev" list pods there',
            "kubectl auth can-i list pods --as=system:serviceaccount:dev:foo -n dev",
        ),
        ("May I do everything in the current namespace", "kubectl auth can-i '*' '*'"),
        ('May I get the job "bar" in the namespace "foo"', "kubectl auth can-i list jobs.batch/bar -n foo"),
        ("May I read the logs of pods", "kubectl auth can-i get pods --subresource=log"),
        ("May I fetch the URL /logs/", "kubectl auth can-i get /logs/"),
        ('List what is allowed in the namespace "foo"', "kubectl auth can-i --list --namespace=foo"),
    ),
    flags=(
        ALL_NAMESPACES,
        Flag("list", False, "Show everything that is allowed."),
        Flag("no-headers", False, "Show no headers of columns"),
        Flag("quiet", False, "Show nothing, answer by the exit code alone.", short="q"),
        Flag("subresource", "", "A subresource, such as pod/log or deployment/scale"),
    ),
)
def can_i(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    args = options.args
    if options.flag("list"):
        if args:
            raise CommandError("list option must be specified with no arguments")
        return show_rules(kubectl)
    if len(args) != 2:
        raise CommandError(
            "you must specify two arguments: verb resource or verb resource/resourceName.\n"
            "See 'kubectl auth can-i -h' for help and examples."
        )
    kubectl.connect(before_namespace=True)
    if options.flag("no-headers"):
        raise CommandError("--no-headers cannot be set without --list specified")
    spec = asked(kubectl, args[0], args[1])
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "metadata": {}, "spec": spec}
    status = kubectl.clientset.post(f"{REVIEWS}/selfsubjectaccessreviews", body).get("status", {})
    answer(kubectl, status)
    return None


def answer(kubectl: Kubectl, status: Object) -> None:
    allowed = bool(status.get("allowed"))
    words = "yes" if allowed else "no"
    if status.get("reason") and not allowed:
        words += f" - {status['reason']}"
    if status.get("evaluationError") and not allowed:
        words += f" - {status['evaluationError']}"
    if not kubectl.options.flag("quiet"):
        kubectl.print(words)
    if not allowed:
        raise Silent


def asked(kubectl: Kubectl, verb: str, what: str) -> Object:
    """The question in the API's terms; strange verbs and resources are warned about."""
    options = kubectl.options
    if what.startswith("/"):
        if options.text("subresource"):
            raise CommandError("--subresource can not be used with NonResourceURL")
        if verb not in URL_VERBS:
            kubectl.warn(f"verb '{verb}' is not a known verb\n")
        return {"nonResourceAttributes": {"path": what, "verb": verb}}
    word, _, name = what.partition("/")
    group, resource, found = resolved(kubectl, word)
    if verb not in RESOURCE_VERBS and not options.flag("all-namespaces"):
        kubectl.warn(f"verb '{verb}' is not a known verb\n")
    namespace = "" if options.flag("all-namespaces") else kubectl.namespace
    if found is not None and not found.namespaced and not options.flag("all-namespaces"):
        scope = f"'{resource}' is not namespace scoped"
        kubectl.warn(f"resource {scope}" + (f" in group '{group}'" if group else "") + "\n")
    attributes: Object = {"namespace": namespace, "verb": verb, "group": group, "resource": resource}
    attributes |= {"subresource": options.text("subresource"), "name": name}
    return {"resourceAttributes": {key: value for key, value in attributes.items() if value}}


def resolved(kubectl: Kubectl, word: str) -> tuple[str, str, Resource | None]:
    """Group and name of a resource; what the server does not have is taken as it was typed."""
    if word == "*":
        return "*", "*", None
    try:
        found = kubectl.mapper.lookup(word, BY_NAME)
    except NoConnection:
        found = None
    if found is not None:
        if not kubectl.options.flag("all-namespaces"):  # whose kinds have namespaces is asked without the cache
            kubectl.client.speaking(RESOURCES).get(found.version_path)
        return found.group, found.name, found
    name, _, group = word.partition(".")
    kubectl.warn(f"the server doesn't have a resource type '{name}'" + (f" in group '{group}'" if group else "") + "\n")
    return group, name, None


def show_rules(kubectl: Kubectl) -> Outcome:
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "metadata": {},
        "spec": {"namespace": kubectl.namespace},
    }
    status = kubectl.clientset.post(f"{REVIEWS}/selfsubjectrulesreviews", body).get("status", {})
    if status.get("incomplete"):
        kubectl.warn(f"the list may be incomplete: {status.get('evaluationError', '')}")
    rows = [] if kubectl.options.flag("no-headers") else [("Resources", "Non-Resource URLs", "Resource Names", "Verbs")]
    kubectl.write(table([*rows, *rule_rows(status)]))
    return None


def rule_rows(status: Object) -> list[tuple[str, str, str, str]]:
    """A row for each resource, with all verbs that any rule allows on it, and one for each URL of each rule."""
    verbs: dict[tuple[str, str, str], list[str]] = {}
    for rule in status.get("resourceRules") or ():
        names = " ".join(rule.get("resourceNames") or ())
        for group in rule.get("apiGroups") or ("",):
            for resource in rule.get("resources") or ():
                verbs.setdefault((group, resource, names), []).extend(rule["verbs"])
    rows: list[tuple[tuple[str, ...], tuple[str, str, str, str]]] = []
    for (group, resource, names), found in sorted(verbs.items()):
        label = combined(resource, group)
        allowed = f"[{' '.join(dict.fromkeys(found))}]"
        rows.append(((allowed, "resources", group, resource), (label, "[]", f"[{names}]", allowed)))
    for rule in status.get("nonResourceRules") or ():
        allowed = f"[{' '.join(rule['verbs'])}]"
        for url in rule.get("nonResourceURLs") or ():
            rows.append(((allowed, "urls", f"[{url}]"), ("", f"[{url}]", "[]", allowed)))
    return [row for _, row in sorted(rows)]

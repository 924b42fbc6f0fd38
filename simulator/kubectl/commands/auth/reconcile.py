"""kubectl auth reconcile. Upstream: kubectl/pkg/cmd/auth, k8s.io/component-helpers/auth/rbac/reconciliation"""

from dataclasses import dataclass

from simulator.kubectl.changes import Reporter, dry_run
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.errors import CommandError, Failure, ServerError, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.manifests import Manifest, check_header, check_metadata, manifests
from simulator.kubectl.options import DRY_RUN, FILENAMES, PRINTING
from simulator.kubectl.scheme import SCHEME, unregistered
from simulator.kubectl.typed import TypedReporter
from simulator.machinery.objects import Object, at, changed, without
from simulator.machinery.policyrules import uncovered

GROUP = "rbac.authorization.k8s.io"
PLURALS = {
    "Role": "roles",
    "ClusterRole": "clusterroles",
    "RoleBinding": "rolebindings",
    "ClusterRoleBinding": "clusterrolebindings",
}
PROTECTED = "rbac.authorization.kubernetes.io/autoupdate"
CAVEAT = f", but object opted out ({PROTECTED}: false)"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What an object is to become, what it takes to get there, and what was missing or too much."""

    object: Object
    operation: str = ""
    """`create`, `update`, `recreate`, or nothing."""
    missing: tuple[Object, ...] = ()
    extra: tuple[Object, ...] = ()
    protected: bool = False


@command(
    "reconcile -f FILENAME",
    summary="Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
    description="Make roles and bindings what files say: what is missing is created, rules and subjects are added.\n\n"
    " The namespace of what is missing is made as well where there is none. Rules and subjects that the file does not"
    " have stay, unless a flag says otherwise.",
    examples=(("Make RBAC objects what a file says", "kubectl auth reconcile -f my-rbac-rules.yaml"),),
    flags=(
        *PRINTING,
        DRY_RUN,
        *FILENAMES,
        Flag("remove-extra-permissions", False, "Take away rules that the file does not have"),
        Flag("remove-extra-subjects", False, "Take away subjects that the file does not have"),
    ),
)
def reconcile(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    if not options.texts("filename") and not options.text("kustomize"):
        raise CommandError("must specify one of -f and -k")
    if options.texts("filename") and options.text("kustomize"):
        raise CommandError("only one of -f or -k can be specified")
    if options.args:
        raise CommandError("no arguments are allowed")
    if dry_run(kubectl) == "server":
        raise CommandError("--dry-run=server for command reconcile is not supported yet")
    kubectl.connect()
    reporter = TypedReporter(kubectl)
    errors: list[Failure] = []
    for manifest in manifests(kubectl):
        try:
            take(kubectl, reporter, manifest)
        except Failure as failure:
            errors.append(failure)
    raise_all(errors)
    return None


def take(kubectl: Kubectl, reporter: Reporter, manifest: Manifest | Failure) -> None:
    """See to one object of a file; kinds other than those of RBAC are passed over."""
    if isinstance(manifest, Failure):
        raise manifest
    said = manifest.object
    wrong = (
        check_header(manifest, validate=False, typed=True)
        or unregistered(said["apiVersion"], said["kind"], SCHEME, source=manifest.source)
        or check_metadata(manifest)
    )
    if wrong is not None:
        raise wrong
    group, _, version = said["apiVersion"].rpartition("/")
    if group != GROUP or said["kind"] not in PLURALS:
        return
    if version != "v1":
        raise CommandError(f"only {GROUP}/v1 is supported: not *{version}.{said['kind']}")
    result = settled(kubectl, said)
    reporter.report({"apiVersion": said["apiVersion"], "kind": said["kind"], **result.object}, "reconciled")
    tell(kubectl, result)


def settled(kubectl: Kubectl, expected: Object) -> Reconciled:
    """What came of an object."""
    client, path = kubectl.clientset, collection(expected)
    name = at(expected, "metadata", "name", default="")
    existing = client.find(f"{path}/{name}")
    result = compared(kubectl, existing, expected)
    if result.protected or dry_run(kubectl) == "client":
        return result
    match result.operation:
        case "update":
            return with_object(result, client.put(f"{path}/{name}", result.object))
        case "recreate":
            client.delete(f"{path}/{name}", {"preconditions": {"uid": at(existing or {}, "metadata", "uid")}})
    if result.operation:
        if not expected["kind"].startswith("Cluster"):
            ensure_namespace(kubectl, at(expected, "metadata", "namespace", default=""))
        return with_object(result, client.post(path, result.object))
    return result


def with_object(result: Reconciled, obj: Object) -> Reconciled:
    return Reconciled(obj, result.operation, result.missing, result.extra, result.protected)


def collection(obj: Object) -> str:
    namespace = at(obj, "metadata", "namespace", default="")
    scope = f"namespaces/{namespace}/" if namespace and not obj["kind"].startswith("Cluster") else ""
    return f"/apis/{GROUP}/v1/{scope}{PLURALS[obj['kind']]}"


def ensure_namespace(kubectl: Kubectl, name: str) -> None:
    """Make a namespace where it is missing, as far as one may."""
    if not name:
        raise CommandError("resource name may not be empty")
    try:
        if kubectl.clientset.find(f"/api/v1/namespaces/{name}") is not None:
            return
    except ServerError as error:
        if error.reason != "Forbidden":
            raise
    try:
        made = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        kubectl.clientset.post("/api/v1/namespaces", made)
    except ServerError as error:
        if error.reason not in ("AlreadyExists", "Forbidden"):
            raise


def compared(kubectl: Kubectl, existing: Object | None, expected: Object) -> Reconciled:
    is_role = expected["kind"].endswith("Role")
    field = "rules" if is_role else "subjects"
    wanted = tuple(expected.get(field) or ())
    if existing is None:
        return Reconciled(expected, "create", wanted)
    protected = (existing["metadata"].get("annotations") or {}).get(PROTECTED) == "false"
    if not is_role and expected.get("roleRef") != existing.get("roleRef"):
        return Reconciled(expected, "recreate", protected=protected)
    present = tuple(existing.get(field) or ())
    removing = kubectl.options.flag("remove-extra-permissions" if is_role else "remove-extra-subjects")
    obj = with_metadata(existing, expected)
    lacking = uncovered if is_role else absent
    missing, extra = lacking(present, wanted), lacking(wanted, present)
    if is_role and expected.get("aggregationRule") and existing.get("aggregationRule"):
        missing = extra = []
    obj = merged(obj, (field,), (present, wanted), (missing, extra), removing=removing)
    if is_role:
        obj = aggregated(obj, existing, expected, removing=removing)
    return Reconciled(
        obj, "update" if obj != existing else "", tuple(missing), tuple(extra) if removing else (), protected
    )


def absent(held: tuple[Object, ...], wanted: tuple[Object, ...]) -> list[Object]:
    return [one for one in wanted if one not in held]


def merged(
    obj: Object,
    path: tuple[str, ...],
    lists: tuple[tuple[Object, ...], tuple[Object, ...]],
    difference: tuple[list[Object], list[Object]],
    *,
    removing: bool,
) -> Object:
    """An object whose list at a path has what was missing, or only what is expected."""
    (present, wanted), (missing, extra) = lists, difference
    if removing and (missing or extra):
        return changed(obj, path, list(wanted))
    return changed(obj, path, [*present, *missing]) if missing and not removing else obj


def with_metadata(existing: Object, expected: Object) -> Object:
    """The stored object with the labels and annotations of the file beside its own."""
    obj = existing
    for field in ("annotations", "labels"):
        said = at(expected, "metadata", field) or {}
        own = existing["metadata"].get(field) or {}
        if {**own, **said} != own:
            obj = changed(obj, ("metadata", field), {**own, **said})
    return obj


def aggregated(obj: Object, existing: Object, expected: Object, *, removing: bool) -> Object:
    """A role that gathers the rules of others as the file says, or no more."""
    if "aggregationRule" not in expected:
        return without(obj, ("aggregationRule",)) if existing.get("aggregationRule") else obj
    present, wanted = (
        tuple(at(each, "aggregationRule", "clusterRoleSelectors", default=[])) for each in (existing, expected)
    )
    difference = (absent(present, wanted), absent(wanted, present))
    return merged(obj, ("aggregationRule", "clusterRoleSelectors"), (present, wanted), difference, removing=removing)


def tell(kubectl: Kubectl, result: Reconciled) -> None:
    """Say what had to be done, on standard error."""
    if not result.operation:
        return
    is_role = result.object.get("roleRef") is None
    what, shown = ("rules", rule) if is_role else ("subjects", subject)
    kubectl.complain(f"\treconciliation required {result.operation}{CAVEAT if result.protected else ''}")
    for words, those in ((f"missing {what} added", result.missing), (f"extra {what} removed", result.extra)):
        if those:
            kubectl.complain("\n".join([f"\t{words}:", *(f"\t\t{shown(one)}" for one in those)]))


def rule(one: Object) -> str:
    """A rule as Go's `%+v` writes it."""
    fields = (("Verbs", "verbs"), ("APIGroups", "apiGroups"), ("Resources", "resources"),
              ("ResourceNames", "resourceNames"), ("NonResourceURLs", "nonResourceURLs"))  # fmt: skip
    return "{" + " ".join(f"{name}:[{' '.join(one.get(key) or ())}]" for name, key in fields) + "}"


def subject(one: Object) -> str:
    fields = (("Kind", "kind"), ("APIGroup", "apiGroup"), ("Name", "name"), ("Namespace", "namespace"))
    return "{" + " ".join(f"{name}:{one.get(key, '')}" for name, key in fields) + "}"

"""kubectl auth reconcile. Upstream: k8s.io/component-helpers/auth/rbac/reconciliation"""

from simulator.kubectl.builder import Info
from simulator.kubectl.changes import Reporter, write_query
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.errors import CommandError, Failure
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.manifests import Manifest, check_header, manifests
from simulator.kubectl.options import DRY_RUN, FILENAMES, PRINTING
from simulator.kubectl.scheme import SCHEME, unregistered
from simulator.machinery.objects import Object

ROLES = ("Role", "ClusterRole")
BINDINGS = ("RoleBinding", "ClusterRoleBinding")


@command(
    "reconcile -f FILENAME",
    summary="Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
    description="Make roles and bindings what files say: what is missing is created, rules and subjects are added.\n\n"
    " Rules and subjects that the file does not have stay, unless a flag says otherwise.",
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
    if options.args:
        raise CommandError("no arguments are allowed")
    if not options.texts("filename") and not options.text("kustomize"):
        raise CommandError("must specify one of -f and -k")
    reporter = Reporter(kubectl)
    for manifest in manifests(kubectl):
        if isinstance(manifest, Failure):
            raise manifest
        said = manifest.object
        wrong = check_header(manifest, validate=False) or unregistered(
            said["apiVersion"], said["kind"], SCHEME, source=manifest.source
        )
        if wrong is not None:
            raise wrong
        place = place_of(kubectl, manifest)
        if place.resource.kind in (*ROLES, *BINDINGS):
            current = kubectl.clientset.find(place.path)
            reporter.report(reconciled(kubectl, place, current, reporter.strategy), "reconciled")
            tell(kubectl, place, current)
    return None


def tell(kubectl: Kubectl, place: Info, current: Object | None) -> None:
    """Say what had to be done, on standard error."""
    is_role = place.resource.kind in ROLES
    field, what = ("rules", "rules") if is_role else ("subjects", "subjects")
    present, expected = list((current or {}).get(field) or ()), list(place.object.get(field) or ())
    missing = [one for one in expected if one not in present]
    flag = "remove-extra-permissions" if is_role else "remove-extra-subjects"
    extra = [one for one in present if one not in expected] if kubectl.options.flag(flag) else []
    if current is not None and not missing and not extra:
        return
    kubectl.complain(f"\treconciliation required {'create' if current is None else 'update'}")
    shown = rule if is_role else subject
    for words, those in ((f"missing {what} added", missing), (f"extra {what} removed", extra)):
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


def place_of(kubectl: Kubectl, manifest: Manifest) -> Info:
    """Where the object is; unlike elsewhere, a namespace that the file leaves out is not filled in."""
    obj = manifest.object
    metadata = obj.get("metadata") or {}
    resource = kubectl.mapper.of(obj, manifest.source)
    return Info(resource, metadata.get("namespace", ""), metadata.get("name", ""), obj, manifest.source)


def reconciled(kubectl: Kubectl, place: Info, current: Object | None, strategy: str) -> Object:
    """The object afterwards."""
    query = write_query(kubectl, strategy)
    if current is None:
        return place.object if strategy == "client" else kubectl.clientset.post(place.collection, place.object, query)
    wanted = merged(kubectl, current, place)
    if wanted == current or strategy == "client":
        return wanted
    return kubectl.clientset.put(place.path, wanted, query)


def merged(kubectl: Kubectl, current: Object, place: Info) -> Object:
    is_role = place.resource.kind in ROLES
    field = "rules" if is_role else "subjects"
    flag = "remove-extra-permissions" if is_role else "remove-extra-subjects"
    present, expected = list(current.get(field) or ()), list(place.object.get(field) or ())
    missing = [one for one in expected if one not in present]
    kept = [one for one in present if one in expected] if kubectl.options.flag(flag) else present
    return {**current, field: [*kept, *missing]} if missing or kept != present else current

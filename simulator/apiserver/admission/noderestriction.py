"""Nodes write their own objects only, and give themselves neither labels nor Pods that would draw work to them.

Upstream: plugin/pkg/admission/noderestriction/admission.go, k8s.io/kubelet/pkg/apis/well_known_labels.go
"""

from collections.abc import Callable
from typing import Final, NoReturn

from simulator.api.errors import Forbidden, NotFound
from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.nodeauthorizer import node_of
from simulator.apiserver.nodeauthorizer.relations import MIRROR, pod_config_maps, pod_secrets
from simulator.apiserver.rbac.authorizer import Action, Authorizer
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at
from simulator.pki import common_names
from simulator.resources.certificatesigningrequests.validation import read

REQUESTS: Final = "certificatesigningrequests.certificates.k8s.io"
LEASES, CSI_NODES = "leases.coordination.k8s.io", "csinodes.storage.k8s.io"
SLICES: Final = "resourceslices.resource.k8s.io"
PODS: Final = ("pods", *(f"pods/{part}" for part in ("status", "eviction", "binding", "ephemeralcontainers", "resize")))
CLAIMS, CLAIM_STATUS = "persistentvolumeclaims", "persistentvolumeclaims/status"
LEASE_NAMESPACE: Final = "kube-node-lease"
KUBELET_SIGNERS: Final = ("kubernetes.io/kubelet-serving", "kubernetes.io/kube-apiserver-client-kubelet")
RESTRICTED: Final = "node-restriction.kubernetes.io"
OWN_NAMESPACES: Final = ("kubelet.kubernetes.io", "node.kubernetes.io")
OWN_LABELS: Final = frozenset(
    (
        "kubernetes.io/hostname", "topology.kubernetes.io/zone", "topology.kubernetes.io/region",
        "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region",
        "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type", "kubernetes.io/os",
        "kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/arch",
    )
)  # fmt: skip
"""The labels that a kubelet may give its Node."""
AUDIENCES: Final = 33
"""Since this minor release a node gets tokens only for the audiences that its Pod names."""
ASK_AUDIENCE: Final = "request-serviceaccounts-token-audience"


class NodeRestriction:
    """Looks at what nodes write; of others it knows nothing."""

    name = "NodeRestriction"
    on = (
        *PODS,
        *("nodes", "nodes/status", CLAIMS, CLAIM_STATUS, "serviceaccounts/token"),
        *(LEASES, CSI_NODES, SLICES, REQUESTS),
    )
    operations = ("CREATE", "UPDATE", "DELETE")

    def __init__(self, authorizer: Authorizer, minor: Callable[[], int]) -> None:
        self._authorizer = authorizer
        self._minor = minor

    def admit(self, attributes: Attributes) -> None:
        node = node_of(attributes.user)
        if node is None:
            return
        if not node:
            refuse(attributes, f"could not determine node from user {quoted(attributes.user.name)}")
        subject = attributes.resource.key
        subject = f"{subject}/{attributes.subresource}" if attributes.subresource else subject
        if subject == "serviceaccounts/token":
            self.token(node, attributes)
        else:
            CHECKS[subject](node, attributes)

    def token(self, node: str, attributes: Attributes) -> None:
        spec = attributes.object.get("spec") or {}
        bound = spec.get("boundObjectRef") or {}
        if (bound.get("apiVersion"), bound.get("kind")) != ("v1", "Pod") or not bound.get("name"):
            refuse(attributes, "node requested token not bound to a pod")
        uid = bound.get("uid")
        if not uid:
            refuse(attributes, "node requested token with a pod binding without a uid")
        pod = existing(attributes, "pods", attributes.namespace, bound["name"])
        if pod["metadata"]["uid"] != uid:
            refuse(
                attributes,
                f"the UID in the bound object reference ({uid}) does not match the UID in record. "
                "The object might have been deleted and then recreated",
            )
        if pod["spec"].get("nodeName") != node:
            refuse(attributes, "node requested token bound to a pod scheduled on a different node")
        if self._minor() >= AUDIENCES:
            self.audience(attributes, spec.get("audiences") or [], pod)

    def audience(self, attributes: Attributes, audiences: list[str], pod: Object) -> None:
        if len(audiences) > 1:
            refuse(attributes, "node may only request 0 or 1 audiences")
        wanted = audiences[0] if audiences else ""
        if not wanted or wanted in audiences_of(attributes, pod):
            return
        action = Action(ASK_AUDIENCE, "", wanted, "", attributes.namespace, attributes.name)
        if not self._authorizer.authorize(attributes.user, action).allowed:
            whom = f"{attributes.user.name} is not authorized to request tokens for this audience"
            refuse(attributes, f"audience {quoted(wanted)} not found in pod spec volume, {whom}")


def refuse(attributes: Attributes, message: str) -> NoReturn:
    raise Forbidden(attributes.resource.plural, attributes.name, message, group=attributes.resource.group)


def existing(attributes: Attributes, resource: str, namespace: str, name: str) -> Object:
    """Raises `NotFound`, as it is without a refusal."""
    found = attributes.backend.read(resource, (namespace, name))
    if found is None:
        raise NotFound(resource.rstrip("s"), name)
    return found


def audiences_of(attributes: Attributes, pod: Object) -> list[str]:
    """For whom the tokens are that a Pod's volumes and their drivers ask for."""
    found, drivers = [], []
    for volume in pod["spec"].get("volumes") or ():
        found += [
            at(each, "serviceAccountToken", "audience") for each in at(volume, "projected", "sources", default=())
        ]
        claim = at(volume, "persistentVolumeClaim", "claimName", default="")
        if "ephemeral" in volume:
            claim = f"{pod['metadata']['name']}-{volume['name']}"
        if claim:
            bound = attributes.backend.read(CLAIMS, (attributes.namespace, claim))
            volume = attributes.backend.read(
                "persistentvolumes", ("", at(bound or {}, "spec", "volumeName", default=""))
            )
            drivers.append(at(volume or {}, "spec", "csi", "driver", default=""))
        drivers.append(at(volume or {}, "csi", "driver", default=""))
    for name in filter(None, drivers):
        driver = attributes.backend.read("csidrivers.storage.k8s.io", ("", name)) or {}
        found += [each.get("audience") for each in at(driver, "spec", "tokenRequests", default=())]
    return [each for each in found if each]


def pod(node: str, attributes: Attributes) -> None:
    match attributes.operation:
        case "CREATE":
            mirror(node, attributes)
        case "DELETE":
            found = existing(attributes, "pods", attributes.namespace, attributes.name)
            if found["spec"].get("nodeName") != node:
                refuse(attributes, f"node {quoted(node)} can only delete pods with spec.nodeName set to itself")
        case _:
            whom = f"node {quoted(node)} can only create and delete mirror pods"
            refuse(attributes, f"unexpected operation {quoted(attributes.operation)}, {whom}")


def mirror(node: str, attributes: Attributes) -> None:
    """A node makes only the mirrors of its static Pods, which refer to nothing."""
    made, who = attributes.object, f"node {quoted(node)}"
    if MIRROR not in (made["metadata"].get("annotations") or {}):
        refuse(attributes, f"pod does not have {quoted(MIRROR)} annotation, {who} can only create mirror pods")
    spec = made["spec"]
    if spec.get("nodeName") != node:
        refuse(attributes, f"{who} can only create pods with spec.nodeName set to itself")
    owned(node, attributes, made["metadata"].get("ownerReferences") or [])
    volumes = spec.get("volumes") or ()
    sources = [source for volume in volumes for source in at(volume, "projected", "sources", default=())]
    referring = {
        "a service account": bool(spec.get("serviceAccountName")),
        "secrets": any(pod_secrets(made)),
        "configmaps": any(pod_config_maps(made)),
        "clustertrustbundles": any("clusterTrustBundle" in source for source in sources),
        "persistentvolumeclaims": any("persistentVolumeClaim" in volume for volume in volumes),
    }
    for what, refers in referring.items():
        if refers:
            refuse(attributes, f"{who} can not create pods that reference {what}")


def owned(node: str, attributes: Attributes, references: list[Object]) -> None:
    who = f"node {quoted(node)}"
    if len(references) > 1:
        refuse(attributes, f"{who} can only create pods with a single owner reference set to itself")
    owner = references[0] if references else {}
    if (owner.get("apiVersion"), owner.get("kind"), owner.get("name")) != ("v1", "Node", node):
        refuse(attributes, f"{who} can only create pods with an owner reference set to itself")
    if not owner.get("controller"):
        refuse(attributes, f"{who} can only create pods with a controller owner reference set to itself")
    if owner.get("blockOwnerDeletion"):
        refuse(attributes, f"{who} must not set blockOwnerDeletion on an owner reference")
    uid = existing(attributes, "nodes", "", node)["metadata"]["uid"]
    if owner.get("uid") != uid:
        refuse(attributes, f"node {node} UID mismatch: expected {owner.get('uid', '')} got {uid}")


def pod_status(node: str, attributes: Attributes) -> None:
    old, new = attributes.old or {}, attributes.object
    if at(old, "spec", "nodeName") != node:
        refuse(attributes, f"node {quoted(node)} can only update pod status for pods with spec.nodeName set to itself")
    if (at(old, "metadata", "labels") or {}) != (at(new, "metadata", "labels") or {}):
        refuse(attributes, f"node {quoted(node)} cannot update labels through pod status")
    claims = ("status", "resourceClaimStatuses")
    if (at(old, *claims) or []) != (at(new, *claims) or []):
        refuse(attributes, f"node {quoted(node)} cannot update resource claim statues")


def eviction(node: str, attributes: Attributes) -> None:
    found = existing(attributes, "pods", attributes.namespace, attributes.name)
    if found["spec"].get("nodeName") != node:
        refuse(attributes, f"node {node} can only evict pods with spec.nodeName set to itself")


def other_part(node: str, attributes: Attributes) -> None:
    part = quoted(attributes.subresource)
    refuse(attributes, f"unexpected pod subresource {part}, only 'status' and 'eviction' are allowed")


def own_node(node: str, attributes: Attributes) -> None:
    if attributes.name != node:
        refuse(attributes, f"node {quoted(node)} is not allowed to modify node {quoted(attributes.name)}")
    if attributes.operation == "DELETE":
        return
    old, new = attributes.old, attributes.object
    source = at(new, "spec", "configSource")
    labels = forbidden_labels(at(new, "metadata", "labels") or {}, at(old or {}, "metadata", "labels") or {})
    if old is None:
        if source is not None:
            refuse(attributes, f"node {quoted(node)} is not allowed to create pods with a non-nil configSource")
        if labels:
            refuse(attributes, f"node {quoted(node)} is not allowed to set the following labels: {', '.join(labels)}")
        return
    if source is not None and source != at(old, "spec", "configSource"):
        refuse(attributes, f"node {quoted(node)} is not allowed to update configSource to a new non-nil configSource")
    if (at(new, "spec", "taints") or []) != (at(old, "spec", "taints") or []):
        refuse(attributes, f"node {quoted(node)} is not allowed to modify taints")
    if labels:
        refuse(attributes, f"is not allowed to modify labels: {', '.join(labels)}")


def forbidden_labels(new: dict[str, str], old: dict[str, str]) -> list[str]:
    """Those that differ and are not a node's own to set."""
    changed = [key for key in sorted({*new, *old}) if new.get(key) != old.get(key)]
    return [key for key in changed if not may_set(key)]


def may_set(label: str) -> bool:
    domain = label.partition("/")[0] if "/" in label else ""
    if within(domain, RESTRICTED):
        return False
    is_known = label in OWN_LABELS or any(within(domain, own) for own in OWN_NAMESPACES)
    return is_known or not (within(domain, "kubernetes.io") or within(domain, "k8s.io"))


def within(domain: str, parent: str) -> bool:
    return domain == parent or domain.endswith(f".{parent}")


def claim(node: str, attributes: Attributes) -> None:
    refuse(attributes, "may only update PVC status")


def claim_status(node: str, attributes: Attributes) -> None:
    if bare(attributes.old or {}) != bare(attributes.object):
        fields = "status.quantity and status.conditions"
        refuse(attributes, f"node {quoted(node)} is not allowed to update fields other than {fields}")


def bare(claim: Object) -> Object:
    """A claim without what its node tells of it."""
    own = ("capacity", "conditions", "allocatedResourceStatuses", "allocatedResources")
    metadata = {k: v for k, v in claim["metadata"].items() if k not in ("resourceVersion", "managedFields")}
    status = {field: value for field, value in (claim.get("status") or {}).items() if field not in own}
    return {**claim, "metadata": metadata, "status": status}


def lease(node: str, attributes: Attributes) -> None:
    if attributes.namespace != LEASE_NAMESPACE:
        refuse(attributes, f"can only access leases in the {quoted(LEASE_NAMESPACE)} system namespace")
    if attributes.name != node:
        refuse(attributes, "can only access node lease with the same name as the requesting node")


def csi_node(node: str, attributes: Attributes) -> None:
    if attributes.name != node:
        refuse(attributes, "can only access CSINode with the same name as the requesting node")


def resource_slice(node: str, attributes: Attributes) -> None:
    judged = attributes.old if attributes.operation == "DELETE" else attributes.object
    if attributes.operation != "UPDATE" and at(judged or {}, "spec", "nodeName") != node:
        verb = attributes.operation.lower()
        refuse(attributes, f"can only {verb} ResourceSlice with the same NodeName as the requesting node")


def certificate(node: str, attributes: Attributes) -> None:
    spec = attributes.object.get("spec") or {}
    if attributes.operation != "CREATE" or spec.get("signerName") not in KUBELET_SIGNERS:
        return
    try:
        names = common_names(read(spec.get("request", "")).subject)
    except ValueError as error:
        refuse(attributes, f"unable to parse csr: {error}")
    if names[-1:] != [f"system:node:{node}"]:
        refuse(attributes, f"can only create a node CSR with CN=system:node:{node}")


CHECKS: Final[dict[str, Callable[[str, Attributes], None]]] = {
    **dict.fromkeys(PODS, other_part),
    "pods": pod,
    "pods/status": pod_status,
    "pods/eviction": eviction,
    "nodes": own_node,
    "nodes/status": own_node,
    CLAIMS: claim,
    CLAIM_STATUS: claim_status,
    LEASES: lease,
    CSI_NODES: csi_node,
    SLICES: resource_slice,
    REQUESTS: certificate,
}

"""What a node writes that is its own, and what of it it may not say.

Upstream: k8s.io/kubelet/pkg/apis/well_known_labels.go
"""

from typing import Final

from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.admission.noderestriction.refusing import refuse
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at
from simulator.pki import common_names
from simulator.resources.certificatesigningrequests.validation import read

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

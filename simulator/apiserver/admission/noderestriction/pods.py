"""What a node does to Pods: it makes mirrors of its static ones, tells of those on it, and ends them."""

from typing import Final

from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.admission.noderestriction.refusing import existing, refuse
from simulator.apiserver.nodeauthorizer.relations import MIRROR, pod_config_maps, pod_secrets
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at

PARTS: Final = ("status", "eviction", "binding", "ephemeralcontainers", "resize")


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

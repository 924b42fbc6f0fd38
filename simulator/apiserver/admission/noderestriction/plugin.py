"""The plugin: who judges what a node writes. Upstream: plugin/pkg/admission/noderestriction/admission.go"""

from collections.abc import Callable
from typing import Final

from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.admission.noderestriction import own, pods, tokens
from simulator.apiserver.admission.noderestriction.refusing import refuse
from simulator.apiserver.nodeauthorizer import node_of
from simulator.apiserver.rbac.authorizer import Authorizer
from simulator.machinery.golang import quoted

TOKENS: Final = "serviceaccounts/token"
CHECKS: Final[dict[str, Callable[[str, Attributes], None]]] = {
    "pods": pods.pod,
    **{f"pods/{part}": pods.other_part for part in pods.PARTS},
    "pods/status": pods.pod_status,
    "pods/eviction": pods.eviction,
    "nodes": own.own_node,
    "nodes/status": own.own_node,
    "persistentvolumeclaims": own.claim,
    "persistentvolumeclaims/status": own.claim_status,
    "leases.coordination.k8s.io": own.lease,
    "csinodes.storage.k8s.io": own.csi_node,
    "resourceslices.resource.k8s.io": own.resource_slice,
    "certificatesigningrequests.certificates.k8s.io": own.certificate,
}
"""What is written, by resource and subresource → who looks at it."""


class NodeRestriction:
    """Looks at what nodes write; of others it knows nothing."""

    name = "NodeRestriction"
    on = (*CHECKS, TOKENS)
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
        if subject == TOKENS:
            tokens.token(node, attributes, self._authorizer, self._minor())
        else:
            CHECKS[subject](node, attributes)

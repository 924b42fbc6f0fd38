"""Decides what a node may do. Upstream: plugin/pkg/auth/authorizer/node/node_authorizer.go"""

from collections.abc import Callable
from typing import Final

from simulator.api.client import Backend
from simulator.api.requests import User
from simulator.apiserver.nodeauthorizer.identity import node_of
from simulator.apiserver.nodeauthorizer.relations import is_related
from simulator.apiserver.rbac.authorizer import Action, Decision, allows
from simulator.apiserver.rbac.policy import node_rules
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object

ALLOWED: Final = Decision(True)
REFUSED: Final = Decision(False)
LEASES: Final = "kube-node-lease"
SELECTING: Final = 32
"""Since this minor release nodes see none but their own Node and the Pods on it."""
OWN_VERBS: Final = ("get", "create", "update", "patch", "delete")
SLICE_VERBS: Final = "get, watch, list, create, update, patch, delete, deletecollection"


def because(reason: str) -> Decision:
    return Decision(False, reason)


class NodeAuthorizer:
    """Reads from the store what a node has to do with; nothing of it is kept."""

    def __init__(self, backend: Backend, minor: Callable[[], int]) -> None:
        self._backend = backend
        self._minor = minor
        self._rules: list[Object] = []

    def authorize(self, user: User, action: Action) -> Decision:
        """Whether a node may do that. Of who is no node it knows nothing."""
        node = node_of(user)
        if node is None:
            return REFUSED
        if not node:
            return because(f"unknown node for user {quoted(user.name)}")
        judge = JUDGES.get(f"{action.resource}.{action.group}" if action.group else action.resource)
        if judge is not None and not action.path:
            decision = judge(self, node, action)
            if decision is not None:
                return decision
        if not self._rules:
            self._rules = node_rules()
        return ALLOWED if any(allows(rule, action) for rule in self._rules) else REFUSED

    def related(self, node: str, action: Action) -> Decision:
        resource = f"{action.resource}.{action.group}" if action.group else action.resource
        if not action.name:
            return because("No Object name found")
        if is_related(self._backend, node, resource, action.namespace, action.name):
            return ALLOWED
        return because(f"no relationship found between node '{node}' and this object")

    def one(self, node: str, action: Action) -> Decision:
        """Reading a single object."""
        if action.verb != "get":
            return because("can only get individual resources of this type")
        if action.subresource:
            return because("cannot get subresource")
        return self.related(node, action)

    def readable(self, node: str, action: Action) -> Decision:
        """Secrets and ConfigMaps: reading and watching one by its name."""
        if action.verb not in ("get", "list", "watch"):
            return because("can only read resources of this type")
        if action.subresource:
            return because("cannot read subresource")
        if not action.namespace:
            return because("can only read namespaced object of this type")
        return self.related(node, action)

    def claim(self, node: str, action: Action) -> Decision:
        if action.subresource != "status":
            return self.one(node, action)
        if action.verb not in ("update", "patch"):
            return because("can only get/update/patch this type")
        return self.related(node, action)

    def account(self, node: str, action: Action) -> Decision:
        if action.verb != "create" or not action.name:
            return because("can only create tokens for individual service accounts")
        if action.subresource != "token":
            return because("can only create token subresource of serviceaccount")
        return self.related(node, action)

    def lease(self, node: str, action: Action) -> Decision:
        if action.verb not in OWN_VERBS:
            return because("can only get, create, update, patch, or delete a node lease")
        if action.namespace != LEASES:
            return because(f"can only access leases in the {quoted(LEASES)} system namespace")
        if action.verb != "create" and action.name != node:
            return because("can only access node lease with the same name as the requesting node")
        return ALLOWED

    def csi_node(self, node: str, action: Action) -> Decision:
        if action.verb not in OWN_VERBS:
            return because("can only get, create, update, patch, or delete a CSINode")
        if action.subresource:
            return because("cannot authorize CSINode subresources")
        if action.verb != "create" and action.name != node:
            return because("can only access CSINode with the same name as the requesting node")
        return ALLOWED

    def slice(self, node: str, action: Action) -> Decision:
        if action.subresource:
            return because("cannot authorize ResourceSlice subresources")
        match action.verb:
            case "create":
                return ALLOWED
            case "get" | "update" | "patch" | "delete":
                return self.related(node, action)
            case "watch" | "list" | "deletecollection":
                if self._minor() < SELECTING or ("nodeName", node) in action.fields:
                    return ALLOWED
                return because("can only list/watch/deletecollection resourceslices with nodeName field selector")
        return because(f"only the following verbs are allowed for a ResourceSlice: {SLICE_VERBS}")

    def node(self, node: str, action: Action) -> Decision | None:
        if self._minor() < SELECTING:
            return None
        match action.subresource, action.verb:
            case ("", "create" | "update" | "patch") | ("status", "update" | "patch"):
                return ALLOWED
            case "", "get" | "list" | "watch":
                if action.name == node:
                    return ALLOWED
                whom = f"'{action.name}'" if action.name else "all nodes"
                return because(f"node '{node}' cannot read {whom}, only its own Node object")
        return REFUSED

    def pod(self, node: str, action: Action) -> Decision | None:
        if self._minor() < SELECTING:
            return None
        match action.subresource, action.verb:
            case "", "get":
                return self.one(node, action)
            case "", "list" | "watch":
                if ("spec.nodeName", node) in action.fields:
                    return ALLOWED
                if action.name:
                    return self.related(node, action)
                return because("can only list/watch pods with spec.nodeName field selector")
            case ("", "create" | "delete") | ("status", "update" | "patch") | ("eviction", "create"):
                return ALLOWED
        return REFUSED


JUDGES: Final[dict[str, Callable[[NodeAuthorizer, str, Action], Decision | None]]] = {
    "secrets": NodeAuthorizer.readable,
    "configmaps": NodeAuthorizer.readable,
    "persistentvolumeclaims": NodeAuthorizer.claim,
    "persistentvolumes": NodeAuthorizer.one,
    "resourceclaims.resource.k8s.io": NodeAuthorizer.one,
    "volumeattachments.storage.k8s.io": NodeAuthorizer.one,
    "serviceaccounts": NodeAuthorizer.account,
    "leases.coordination.k8s.io": NodeAuthorizer.lease,
    "csinodes.storage.k8s.io": NodeAuthorizer.csi_node,
    "resourceslices.resource.k8s.io": NodeAuthorizer.slice,
    "nodes": NodeAuthorizer.node,
    "pods": NodeAuthorizer.pod,
}
"""Resource → who decides; None from there, and all others: by the rules that are the same for every node."""

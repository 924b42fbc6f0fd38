"""RoleBindings: who holds a role in a namespace."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "rbac.authorization.k8s.io",
    "RoleBinding",
    "rolebindings",
    package=__name__,
)

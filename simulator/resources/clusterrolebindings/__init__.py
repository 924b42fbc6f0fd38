"""ClusterRoleBindings: who holds a role everywhere."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "rbac.authorization.k8s.io",
    "ClusterRoleBinding",
    "clusterrolebindings",
    namespaced=False,
    package=__name__,
)

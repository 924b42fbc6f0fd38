"""ClusterRoles: what may be done in a whole cluster."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "rbac.authorization.k8s.io",
    "ClusterRole",
    "clusterroles",
    namespaced=False,
    package=__name__,
)

"""Roles: what may be done in a namespace."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "rbac.authorization.k8s.io",
    "Role",
    "roles",
    package=__name__,
)

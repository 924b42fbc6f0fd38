"""What the client itself knows of kinds, to make strategic merge patches. Upstream: kubectl/pkg/scheme"""

from simulator.kubectl.discovery import Resource
from simulator.machinery.schemas import Type, schemas

VERSION = "1.37"


SERVED_ONLY = ("apiextensions.k8s.io", "apiregistration.k8s.io")
"""Groups whose kinds kubectl is not built with."""


def client_schema(resource: Resource) -> Type | None:
    """The type of a built-in kind; None for kinds that only the server knows."""
    return None if resource.group in SERVED_ONLY else served_schema(resource)


def served_schema(resource: Resource) -> Type | None:
    """The type of a kind that is patched strategically, as the server's documents tell; None for custom kinds."""
    return schemas(VERSION).type_of_kind(resource.group, resource.version, resource.kind)

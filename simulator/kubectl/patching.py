"""What the client itself knows of kinds, to make strategic merge patches. Upstream: kubectl/pkg/scheme"""

from simulator.kubectl.discovery import Resource
from simulator.machinery.schemas import Type, schemas

VERSION = "1.37"


def client_schema(resource: Resource) -> Type | None:
    """The type of a built-in kind; None for kinds that only the server knows."""
    return schemas(VERSION).type_of_kind(resource.group, resource.version, resource.kind)

"""How a node is refused, and what it is judged by that lies elsewhere in the store."""

from typing import NoReturn

from simulator.api.errors import Forbidden, NotFound
from simulator.apiserver.admission.chain import Attributes
from simulator.machinery.objects import Object


def refuse(attributes: Attributes, message: str) -> NoReturn:
    raise Forbidden(attributes.resource.plural, attributes.name, message, group=attributes.resource.group)


def existing(attributes: Attributes, resource: str, namespace: str, name: str) -> Object:
    """Raises `NotFound`, as it is without a refusal."""
    found = attributes.backend.read(resource, (namespace, name))
    if found is None:
        raise NotFound(resource.rstrip("s"), name)
    return found

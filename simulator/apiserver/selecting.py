"""Which objects a list or watch is about: label and field selectors of a request."""

from collections.abc import Callable

from simulator.api.errors import BadRequest
from simulator.machinery import fieldselectors, selectors
from simulator.machinery.objects import Object
from simulator.machinery.selectors import SelectorError
from simulator.resources.resource import Resource

type Predicate = Callable[[Object], bool]


def everything(obj: Object) -> bool:
    return True


def predicate(resource: Resource, labels: str, fields: str) -> Predicate:
    """A test for objects of a resource. Raises `BadRequest` in the API server's words."""
    if not labels and not fields:
        return everything
    try:
        by_label = selectors.parse(labels)
        terms = fieldselectors.parse(fields).terms
    except SelectorError as error:
        raise BadRequest(str(error)) from None
    for term in terms:
        if not is_selectable(resource, term.field):
            raise BadRequest(resource.unselectable(term.field))

    def matches(obj: Object) -> bool:
        if labels and not by_label.matches(obj["metadata"].get("labels")):
            return False
        return all((resource.field(obj, term.field) == term.value) is term.equal for term in terms)

    return matches


def is_selectable(resource: Resource, label: str) -> bool:
    return label in ("metadata.name", "metadata.namespace") or label in resource.selectable

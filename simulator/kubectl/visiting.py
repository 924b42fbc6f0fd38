"""Objects that are visited one after the other, each looked up when its turn comes, however long one takes.

Upstream: k8s.io/cli-runtime/pkg/resource/visitor.go
"""

from simulator.api.errors import NotFound
from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.errors import CommandError, Failure, ServerError, Unread
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

type Place = tuple[str, str, str]
"""Resource (`pods`, or `deployments.v1.apps`), namespace and name of an object."""
type Visit = tuple[Place, Object]
"""Where an object is, and what is known of it; nothing while it has not been looked up."""


def place_of(info: Info) -> Place:
    resource = info.resource
    word = f"{resource.name}.{resource.version}.{resource.group}" if resource.group else resource.name
    return word, info.namespace, info.name


def info_at(kubectl: Kubectl, place: Place, obj: Object | None = None) -> Info:
    word, namespace, name = place
    return Info(kubectl.mapper.resolve(word), namespace, name, obj or {})


def visits(kubectl: Kubectl, builder: Builder) -> tuple[Visit, ...]:
    """What there is to visit; what cannot be is noted."""
    found: list[Visit] = []
    for one in builder.unvisited():
        if isinstance(one, Info):
            found.append((place_of(one), one.object))
        else:
            note(kubectl, one)
    return tuple(found)


def visited(kubectl: Kubectl, builder: Builder, visit: Visit) -> Info:
    """The object to visit, looked up where that has not been done. Raises Failure."""
    place, obj = visit
    info = info_at(kubectl, place, obj)
    item = info if obj else builder.fetched(info)
    if isinstance(item, Failure):
        raise Unread(item) if builder.from_files else item
    return item


def not_found(info: Info) -> ServerError:
    """What a server says of an object that is not there."""
    resource = info.resource
    return ServerError(NotFound(resource.name, info.name, group=resource.group).status())


def note(kubectl: Kubectl, failure: Failure) -> None:
    """Keep in mind what went wrong, to be told at the end."""
    inner = failure.failure if isinstance(failure, Unread) else failure
    status = inner.status if isinstance(inner, ServerError) else {}
    plain = (status, str(inner), isinstance(failure, Unread))
    kubectl.memory["failures"] = (*kubectl.memory.get("failures", ()), plain)


def noted(kubectl: Kubectl) -> list[Failure]:
    """All that went wrong."""
    failures: list[Failure] = []
    for status, text, unread in kubectl.memory.get("failures", ()):
        inner = ServerError({**status, "message": text}) if status else CommandError(text)
        failures.append(Unread(inner) if unread else inner)
    return failures

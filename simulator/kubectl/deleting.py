"""Waiting until deleted objects are gone. Upstream: kubectl/pkg/cmd/wait"""

from simulator.api.requests import Stream
from simulator.kubectl.builder import Info
from simulator.kubectl.command import Outcome, step
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.watching import news, watch_object
from simulator.machinery.objects import at

type Doomed = tuple[str, str, str, str]
"""Resource (`pods`, or `deployments.v1.apps`), namespace, name and uid of a deleted object."""


def doomed(info: Info, uid: str) -> Doomed:
    resource = info.resource
    word = f"{resource.name}.{resource.version}.{resource.group}" if resource.group else resource.name
    return word, info.namespace, info.name, uid


def place(kubectl: Kubectl, one: Doomed) -> Info:
    word, namespace, name, _ = one
    return Info(kubectl.mapper.resolve(word), namespace, name)


@step
def await_gone(kubectl: Kubectl, left: tuple[Doomed, ...], deadline: int, stream: Stream | None = None) -> Outcome:
    """Wait for one object after the other."""
    while left:
        info, uid = place(kubectl, left[0]), left[0][3]
        if stream is None:
            current = kubectl.client.find(info.path)
            if current is None or (uid and at(current, "metadata", "uid") != uid):
                left = left[1:]
                continue
            stream = watch_object(kubectl, info)
        events, stream = news(kubectl, stream)
        if any(kind == "DELETED" and (not uid or at(obj, "metadata", "uid") == uid) for kind, obj in events):
            left, stream = left[1:], None
            continue
        if kubectl.now >= deadline:
            raise CommandError(f"timed out waiting for the condition on {info.resource.name}/{info.name}")
        if stream is not None:
            return kubectl.wait(await_gone, left, deadline, stream, until=deadline, stream=True)
    return None

"""Which Pod and which container a command means.

Upstream: kubectl/pkg/polymorphichelpers, kubectl/pkg/cmd/util/podcmd
"""

from collections.abc import Callable
from typing import Any

from simulator.api.requests import Stream
from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.client import Query
from simulator.kubectl.command import STEPS, Outcome, step, step_name
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.scheme import SCHEME
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at, condition
from simulator.machinery.selectors import from_labels, from_object

DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
WITH_SELECTOR = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job")


def the_object(kubectl: Kubectl, word: str, scheme: str = SCHEME) -> Info:
    """The one object that `POD` or `TYPE/NAME` names, whose Pod may be waited for."""
    if kubectl.options.duration("pod-running-timeout") <= 0:
        said = "--pod-running-timeout must be higher than zero"
        raise CommandError(said) if kubectl.command.name == "logs" else kubectl.usage_error(said)
    return Builder(kubectl, [word if "/" in word else f"pods/{word}"], selector="", scheme=scheme).infos()[0]


def selector_of(info: Info, doing: str = "attach to") -> str:
    obj = info.object
    if obj["kind"] in WITH_SELECTOR:
        return str(from_object(obj["spec"].get("selector")))
    if obj["kind"] == "ReplicationController":
        return str(from_labels(obj["spec"].get("selector")))
    if obj["kind"] == "Service":
        if not obj["spec"].get("selector"):
            why = f"invalid service '{info.name}': Service is defined without a selector"
            raise CommandError(f"cannot {doing} *v1.Service: {why}")
        return str(from_labels(obj["spec"]["selector"]))
    kind = f"*v1.{obj['kind']}"
    raise CommandError(f"cannot {doing} {kind}: selector for {kind} not implemented")


def most_active(pods: list[Object]) -> list[Object]:
    """Pods in the order in which one is taken for all: scheduled, running, ready, ready longest, fewest restarts."""
    return sorted(pods, key=activity)


def activity(pod: Object) -> tuple[bool, int, bool, str, int, str]:
    phases = {"Running": 0, "Unknown": 1, "Pending": 2}
    ready = condition(pod, "Ready")
    is_ready = ready is not None and ready.get("status") == "True"
    since = str(ready.get("lastTransitionTime", "")) if ready is not None and is_ready else ""
    restarts = sum(one.get("restartCount", 0) for one in at(pod, "status", "containerStatuses", default=[]))
    return (
        not at(pod, "spec", "nodeName"),
        phases.get(at(pod, "status", "phase", default=""), 3),
        not is_ready,
        since,
        restarts,
        str(pod["metadata"].get("creationTimestamp", "")),
    )


def with_pods(
    kubectl: Kubectl, info: Info, then: Callable[..., Outcome], *arguments: Any, doing: str = "attach to"
) -> Outcome:
    """Go on with the Pods behind an object, the most active one first; if there are none, with the first that comes."""
    if info.object["kind"] == "Pod":
        return then(kubectl, (info.object,), *arguments)
    path, selector = f"/api/v1/namespaces/{info.namespace}/pods", {"labelSelector": selector_of(info, doing)}
    listed = kubectl.clientset.collection(path, selector)
    pods = [{"apiVersion": "v1", "kind": "Pod", **item} for item in listed.get("items") or ()]
    if pods:
        return then(kubectl, tuple(most_active(pods)), *arguments)
    since: Query = {**selector, "resourceVersion": listed["metadata"]["resourceVersion"], "watch": True}
    stream = kubectl.clientset.open("GET", path, since, doing="watch")
    deadline = kubectl.now + kubectl.options.duration("pod-running-timeout")
    return await_pod(kubectl, stream, deadline, step_name(then), arguments)


@step
def await_pod(kubectl: Kubectl, stream: Stream, deadline: int, then: str, arguments: tuple[Any, ...]) -> Outcome:
    """Wait for the first Pod."""
    polled = kubectl.client.poll(stream)
    for _, event in polled.chunks:
        if isinstance(event, dict) and event["type"] in ("ADDED", "MODIFIED"):
            return STEPS[then](kubectl, (event["object"],), *arguments)
    if kubectl.now >= deadline or polled.stream is None:
        raise CommandError("timed out waiting for the condition")
    return kubectl.wait(await_pod, polled.stream, deadline, then, arguments, until=deadline, stream=True)


def containers(pod: Object) -> list[Object]:
    spec = pod["spec"]
    return [
        *(spec.get("initContainers") or ()),
        *(spec.get("containers") or ()),
        *(spec.get("ephemeralContainers") or ()),
    ]


def container_labels(pod: Object) -> list[str]:
    """The containers of a Pod as messages list them, each with what it is."""
    spec = pod["spec"]
    return [
        *(one["name"] for one in spec.get("containers") or ()),
        *(f"{one['name']} (ephem)" for one in spec.get("ephemeralContainers") or ()),
        *(f"{one['name']} (init)" for one in spec.get("initContainers") or ()),
    ]


def check_container(pod: Object, name: str) -> None:
    """Refuse a container that the Pod does not have."""
    if not any(one["name"] == name for one in containers(pod)):
        present = ", ".join(container_labels(pod))
        raise CommandError(f"container {name} is not valid for pod {pod['metadata']['name']} out of: {present}")


def default_container(
    kubectl: Kubectl, pod: Object, *, quiet: bool = False, tell: Callable[[str], None] | None = None
) -> str:
    """The container that is meant when none is named; says so (on standard error) where there are several."""
    if wanted := annotated(pod):
        kubectl.client.log(4, "podcmd.go:67", f"Attempting default container name from annotation {wanted}")
        check_container(pod, wanted)
        return wanted
    name = first_container(pod, (tell or kubectl.complain) if not quiet else None)
    kubectl.client.log(4, "podcmd.go:84", f"Using the first container in a pod: {name}")
    return name


def logged_container(kubectl: Kubectl, pod: Object) -> str:
    """The same where logs are wanted, which are shown of another if the Pod does not have it."""
    wanted = annotated(pod)
    if any(one["name"] == wanted for one in containers(pod)):
        return wanted
    if wanted:
        kubectl.complain(f"Default container name {quoted(wanted)} not found in pod {pod['metadata']['name']}")
    return first_container(pod, kubectl.complain)


def annotated(pod: Object) -> str:
    return str(at(pod, "metadata", "annotations", default={}).get(DEFAULT_CONTAINER, ""))


def first_container(pod: Object, tell: Callable[[str], None] | None) -> str:
    name, marked = str(pod["spec"]["containers"][0]["name"]), container_labels(pod)
    if len(marked) > 1 and tell is not None:
        tell(f"Defaulted container {quoted(name)} out of: {', '.join(marked)}")
    return name

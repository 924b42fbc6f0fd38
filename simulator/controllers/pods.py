"""What controllers ask about Pods, and how they make them. Upstream: pkg/controller/controller_utils.go"""

from collections.abc import Iterable, Mapping
from copy import deepcopy

from simulator.api.client import Client
from simulator.api.errors import APIError, Forbidden, NotFound
from simulator.controllers.events import Recorder
from simulator.kernel.clock import SECOND, moment
from simulator.machinery.objects import Object, at, owner_reference
from simulator.resources.common.pod_defaults import default_pod
from simulator.resources.pods.strategy import prepare_create

FINISHED = ("Succeeded", "Failed")
DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
COUNTED = ("deletionTimestamp", "labels", "ownerReferences")
PHASE_ORDER = {"Pending": 0, "Unknown": 1, "Running": 2}


def phase(pod: Object) -> str:
    return str((pod.get("status") or {}).get("phase") or "Pending")


def is_finished(pod: Object) -> bool:
    return phase(pod) in FINISHED


def is_deleted(obj: Object) -> bool:
    return "deletionTimestamp" in obj["metadata"]


def is_active(pod: Object) -> bool:
    """Neither over nor on its way out."""
    return phase(pod) not in FINISHED and "deletionTimestamp" not in pod["metadata"]


def condition(obj: Object, kind: str) -> Object | None:
    """A condition of the status, as stored."""
    for entry in (obj.get("status") or {}).get("conditions") or ():
        if entry["type"] == kind:
            found: Object = entry
            return found
    return None


def is_ready(obj: Object) -> bool:
    """Whether a Pod, or a Node, is ready."""
    for entry in (obj.get("status") or {}).get("conditions") or ():
        if entry["type"] == "Ready":
            return bool(entry["status"] == "True")
    return False


def ready_since(pod: Object) -> int | None:
    """The moment since which a Pod is ready."""
    found = condition(pod, "Ready")
    return moment(found["lastTransitionTime"]) if found is not None and found["status"] == "True" else None


def progressed(old: Object | None, new: Object) -> bool:
    """Whether a Pod changed in what its controller counts: phase, readiness, deletion, labels, owner."""
    if old is None:
        return True
    before, after = old["metadata"], new["metadata"]
    if old.get("status") is not new.get("status") and (phase(old) != phase(new) or is_ready(old) != is_ready(new)):
        return True
    return before is not after and any(before.get(field) != after.get(field) for field in COUNTED)


def is_available(pod: Object, minimum: int, now: int) -> bool:
    """Ready for at least so many seconds."""
    if not minimum:
        return is_ready(pod)
    since = ready_since(pod)
    return since is not None and since + minimum * SECOND <= now


def restarts(pod: Object) -> int:
    return max((one.get("restartCount", 0) for one in at(pod, "status", "containerStatuses", default=())), default=0)


def deletion_order(pod: Object, on_node: Mapping[str, int]) -> tuple[object, ...]:
    """Sort key, first to go first. `on_node`: how many Pods of the same group each node has.

    Upstream: ActivePodsWithRanks
    """
    node = pod["spec"].get("nodeName") or ""
    cost = int(at(pod, "metadata", "annotations", DELETION_COST, default="0") or 0)
    since = ready_since(pod)
    return (
        bool(node),
        PHASE_ORDER.get(phase(pod), 2),
        since is not None,
        cost,
        -on_node.get(node, 0),
        -(since or 0),
        -restarts(pod),
        -moment(pod["metadata"]["creationTimestamp"]),
        pod["metadata"]["name"],
    )


def crowding(pods: Iterable[Object]) -> dict[str, int]:
    """How many of these Pods each node has."""
    counts: dict[str, int] = {}
    for pod in pods:
        node = pod["spec"].get("nodeName") or ""
        counts[node] = counts.get(node, 0) + 1
    return counts


def pod_from_template(template: Object, owner: Object, *, name: str = "", labels: Object | None = None) -> Object:
    """A Pod as a controller creates it. Upstream: GetPodFromTemplate"""
    declared = template.get("metadata") or {}
    metadata: Object = {"name": name} if name else {"generateName": name_prefix(owner["metadata"]["name"])}
    metadata["namespace"] = owner["metadata"]["namespace"]
    for field in ("labels", "annotations", "finalizers"):
        if declared.get(field):
            metadata[field] = declared[field]
    if labels:
        metadata["labels"] = {**metadata.get("labels", {}), **labels}
    metadata["ownerReferences"] = [owner_reference(owner)]
    pod: Object = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec_of(template)}
    prepare_create(pod)
    return pod


def spec_of(template: Object) -> Object:
    """A template's spec with what a Pod gets beyond it; the template stays as it is. Upstream: SetDefaults_Pod"""
    spec: Object = template["spec"]
    containers = [*spec["containers"], *(spec.get("initContainers") or ())]
    has_limits = spec.get("resources") or any(at(container, "resources", "limits") for container in containers)
    own = deepcopy(spec) if has_limits else dict(spec)
    default_pod(own)
    return own


def name_prefix(owner: str) -> str:
    """The beginning of the names of an owner's Pods; dropped where the name would get too long for a Pod."""
    return f"{owner}-" if len(owner) < 248 else owner


class PodControl:
    """Creates and deletes Pods for a controller, with the Events people know. Upstream: RealPodControl"""

    def __init__(self, client: Client, events: Recorder) -> None:
        self._client = client
        self._events = events

    def create(self, owner: Object, pod: Object) -> Object:
        """Raises what the API server answered; people hear of it by an Event."""
        try:
            created = self._client.create("pods", pod)
        except APIError as error:
            if not (isinstance(error, Forbidden | NotFound) and namespace_is_going(self._client, owner)):
                self._events.warning(owner, "FailedCreate", f"Error creating: {error.message}")
            raise
        self._events.normal(owner, "SuccessfulCreate", f"Created pod: {created['metadata']['name']}")
        return created

    def delete(self, owner: Object, pod: Object) -> None:
        self._client.delete("pods", pod)
        self._events.normal(owner, "SuccessfulDelete", f"Deleted pod: {pod['metadata']['name']}")


def namespace_is_going(client: Client, owner: Object) -> bool:
    namespace = client.get("namespaces", "", owner["metadata"].get("namespace", ""))
    return namespace is None or is_deleted(namespace)

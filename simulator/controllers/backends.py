"""Which Pods stand behind a Service, and on which ports. Upstream: pkg/controller/util/endpoint, endpointslice/util"""

from collections.abc import Iterator, Sequence

from simulator.api.client import Client
from simulator.controllers.base import Controller
from simulator.controllers.pods import is_finished, is_ready
from simulator.kernel.clock import MILLISECOND
from simulator.kernel.component import Change, Kernel
from simulator.machinery.objects import Key, Object, at, key_of

HEADLESS = "service.kubernetes.io/headless"
NODE_ZONE = "topology.kubernetes.io/zone"

type Ports = tuple[tuple[tuple[str, object], ...], ...]
"""Endpoint ports as something that can be a key."""


def wants_endpoints(service: Object) -> bool:
    """Whether a controller is to find the Service's endpoints."""
    return bool(service["spec"].get("selector")) and service["spec"].get("type") != "ExternalName"


def is_headless(service: Object) -> bool:
    return bool(service["spec"].get("clusterIP") == "None")


def selects(service: Object, labels: Object | None) -> bool:
    selector = service["spec"].get("selector")
    if not selector or not labels:
        return False
    return all(labels.get(key) == value for key, value in selector.items())


def selected_pods(client: Client, service: Object) -> list[Object]:
    """The Pods with an address that the Service selects, in order of name."""
    namespace = service["metadata"]["namespace"]
    rows = client.rows("pods")
    found = [
        key
        for key, pod in rows.items()
        if key[0] == namespace and selects(service, pod["metadata"].get("labels")) and has_address(pod)
    ]
    return [rows[key] for key in sorted(found)]


def has_address(pod: Object) -> bool:
    return bool((pod.get("status") or {}).get("podIP")) and not is_finished(pod)


def port_of(pod: Object, port: Object) -> int | None:
    """The number that a Service's port has in a Pod; None where the Pod has no port of that name."""
    target = port.get("targetPort", port["port"])
    if isinstance(target, int):
        return target or int(port["port"])
    sidecars = [one for one in pod["spec"].get("initContainers") or () if one.get("restartPolicy") == "Always"]
    for container in [*pod["spec"]["containers"], *sidecars]:
        for declared in container.get("ports") or ():
            if declared.get("name") == target and declared.get("protocol", "TCP") == port.get("protocol", "TCP"):
                return int(declared["containerPort"])
    return None


def as_key(ports: Sequence[Object]) -> Ports:
    return tuple(tuple(port.items()) for port in ports)


def ports_of(service: Object, pod: Object) -> Ports:
    """The endpoint ports of one Pod."""
    ports = []
    for port in service["spec"].get("ports") or ():
        number = port_of(pod, port)
        if number is not None:
            entry = {"name": port.get("name", ""), "port": number, "protocol": port.get("protocol", "TCP")}
            if port.get("appProtocol"):
                entry["appProtocol"] = port["appProtocol"]
            ports.append(entry)
    return as_key(ports)


def target_reference(pod: Object) -> Object:
    metadata = pod["metadata"]
    return {"kind": "Pod", "namespace": metadata["namespace"], "name": metadata["name"], "uid": metadata["uid"]}


def host_name(service: Object, pod: Object) -> str:
    """The name that DNS gives the Pod under a headless Service."""
    spec = pod["spec"]
    return str(spec.get("hostname") or "") if spec.get("subdomain") == service["metadata"]["name"] else ""


def matters(old: Object | None, new: Object) -> bool:
    """Whether a change of a Pod may change endpoints. Upstream: endpointsliceutil.podEndpointsChanged"""
    if old is None:
        return has_address(new)
    if "deletionTimestamp" in new["metadata"] and "deletionTimestamp" not in old["metadata"]:
        return True
    if old["metadata"].get("labels") != new["metadata"].get("labels"):
        return True
    if old.get("status") is new.get("status"):
        return False
    return (
        at(old, "status", "podIP") != at(new, "status", "podIP")
        or is_finished(old) != is_finished(new)
        or is_ready(old) != is_ready(new)
    )


ANSWERS_KEPT = 4096


class ServiceWatcher(Controller):
    """A controller of Services that follows their Pods; Pods that become ready together are taken together."""

    latency = 200 * MILLISECOND

    resource = "services"
    kind = "Service"

    def __init__(self, kernel: Kernel, client: Client, *, minor: int = 37) -> None:
        super().__init__(kernel, client, minor=minor)
        self._made: dict[tuple[str, ...], tuple[Ports, Object]] = {}

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource == "pods":
            if change.type != "MODIFIED" or matters(change.old, change.object):
                yield from self._services_of(change)
        elif change.resource == "services":
            yield key_of(change.object)
        else:
            yield from self.more_keys(change)

    def _services_of(self, change: Change) -> Iterator[Key]:
        namespace = change.object["metadata"].get("namespace")
        for key, service in self.client.rows("services").items():
            if key[0] == namespace and (
                selects(service, change.object["metadata"].get("labels"))
                or (change.old is not None and selects(service, change.old["metadata"].get("labels")))
            ):
                yield key

    def answer(self, service: Object, pod: Object, zone: str) -> tuple[Ports, Object]:
        """The ports and the address of one Pod behind a Service."""
        raise NotImplementedError

    def answers(self, service: Object) -> Iterator[tuple[Ports, Object, Object]]:
        """Ports, address and Pod of all Pods behind a Service; each state of a Pod is worked out once (a cache)."""
        known, version = self._made, service["metadata"]["resourceVersion"]
        if len(known) >= ANSWERS_KEPT:
            known.clear()
        nodes = self.client.rows("nodes")
        zones = {key[1]: (node["metadata"].get("labels") or {}).get(NODE_ZONE, "") for key, node in nodes.items()}
        for pod in selected_pods(self.client, service):
            metadata = pod["metadata"]
            zone = zones.get(pod["spec"].get("nodeName", ""), "")
            key = metadata["uid"], metadata["resourceVersion"], version, zone
            answer = known.get(key)
            if answer is None:
                answer = known[key] = self.answer(service, pod, zone)
            yield *answer, pod

    def more_keys(self, change: Change) -> Iterator[Key]:
        """The Services that a change of another resource concerns."""
        yield from ()

"""Writes the Endpoints of Services, and mirrors hand-made ones into EndpointSlices.

Upstream: pkg/controller/endpoint, pkg/controller/endpointslicemirroring
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from simulator.controllers.backends import (
    HEADLESS,
    Ports,
    ServiceWatcher,
    host_name,
    is_headless,
    ports_of,
    target_reference,
    wants_endpoints,
)
from simulator.controllers.base import Controller
from simulator.controllers.endpointslice import MANAGED_BY, SERVICE_NAME, SLICES
from simulator.controllers.pods import is_deleted, is_ready
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, key_of, owner_reference

ENDPOINTS_MANAGED_BY = "endpoints.kubernetes.io/managed-by"
ENDPOINTS_MANAGER = "endpoint-controller"
OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"
MOST_ADDRESSES = 1000
SKIP_MIRROR = "endpointslice.kubernetes.io/skip-mirror"
LEADER = "control-plane.alpha.kubernetes.io/leader"
MIRROR_MANAGER = "endpointslicemirroring-controller.k8s.io"


class EndpointsController(ServiceWatcher):
    """Keeps one Endpoints object for each Service with a selector."""

    name = "endpoints-controller"
    source = "endpoint-controller"
    watches = ("services", "pods", "endpoints")

    def more_keys(self, change: Change) -> Iterator[Key]:
        if change.type == "DELETED":
            yield key_of(change.object)

    def reconcile(self, key: Key) -> None:
        service = self.client.get("services", *key)
        current = self.client.get("endpoints", *key)
        if service is None:
            if current is not None and ENDPOINTS_MANAGED_BY in (current["metadata"].get("labels") or {}):
                self.client.delete("endpoints", current)
            return
        if not wants_endpoints(service):
            return
        subsets, labels = self._subsets(service), self._labels(service)
        if current is None:
            metadata = {"name": key[1], "namespace": key[0], "labels": labels}
            created: Object = {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata}
            self.client.create("endpoints", {**created, "subsets": subsets} if subsets else created)
        elif (current.get("subsets") or []) != subsets or (current["metadata"].get("labels") or {}) != labels:
            wanted = {name: value for name, value in current.items() if name != "subsets"}
            wanted["metadata"] = {**current["metadata"], "labels": labels}
            self.client.update("endpoints", {**wanted, "subsets": subsets} if subsets else wanted)

    def _labels(self, service: Object) -> Object:
        labels = dict(service["metadata"].get("labels") or {})
        labels.pop(HEADLESS, None)
        if is_headless(service):
            labels[HEADLESS] = ""
        if self.minor >= 33:
            labels[ENDPOINTS_MANAGED_BY] = ENDPOINTS_MANAGER
        return labels

    def _subsets(self, service: Object) -> list[Object]:
        """Addresses with the same ports together, in order of address. Upstream: RepackSubsets"""
        unready = bool(service["spec"].get("publishNotReadyAddresses"))
        groups: dict[Ports, tuple[list[Object], list[Object]]] = {}
        for ports, address, pod in islice(self.answers(service), MOST_ADDRESSES):
            if is_deleted(pod) and not unready:
                continue
            if not ports and not is_headless(service):
                continue
            ready, waiting = groups.setdefault(ports, ([], []))
            (ready if unready or is_ready(pod) else waiting).append(address)
        return [_subset(*groups[ports], [dict(port) for port in ports]) for ports in sorted(groups, key=str)]

    def answer(self, service: Object, pod: Object, zone: str) -> tuple[Ports, Object]:
        address: Object = {"ip": pod["status"]["podIP"]}
        name = host_name(service, pod)
        if name:
            address["hostname"] = name
        if pod["spec"].get("nodeName"):
            address["nodeName"] = pod["spec"]["nodeName"]
        address["targetRef"] = target_reference(pod)
        return ports_of(service, pod), address


def _subset(ready: list[Object], waiting: list[Object], ports: Sequence[Object]) -> Object:
    subset: Object = {}
    if ready:
        subset["addresses"] = sorted(ready, key=_by_address)
    if waiting:
        subset["notReadyAddresses"] = sorted(waiting, key=_by_address)
    if ports:
        subset["ports"] = [{name: value for name, value in port.items() if value != ""} for port in ports]
    return subset


def _by_address(address: Object) -> tuple[str, str]:
    return address["ip"], address["targetRef"]["uid"]


class EndpointSliceMirroringController(Controller):
    """Mirrors the Endpoints that people write for Services without a selector."""

    name = "endpointslice-mirroring-controller"
    source = "endpoint-slice-mirroring-controller"
    resource = "endpoints"
    watches = ("endpoints", "services")

    def keys(self, change: Change) -> Iterator[Key]:
        labels = change.object["metadata"].get("labels") or {}
        if ENDPOINTS_MANAGED_BY not in labels:
            yield key_of(change.object)

    def reconcile(self, key: Key) -> None:
        endpoints, service = self.get(key), self.client.get("services", *key)
        mirrored = [
            one
            for one in self.client.list(SLICES, key[0])
            if at(one, "metadata", "labels", SERVICE_NAME) == key[1]
            and at(one, "metadata", "labels", MANAGED_BY) == MIRROR_MANAGER
        ]
        if endpoints is None or service is None or service["spec"].get("selector") or not _may_mirror(endpoints):
            for one in mirrored:
                self.client.delete(SLICES, one)
            return
        wanted = [_mirror(endpoints, subset) for subset in endpoints.get("subsets") or ()]
        for new, old in zip(wanted, mirrored, strict=False):
            if (new["endpoints"], new["ports"]) != (old.get("endpoints"), old.get("ports")):
                self.client.update(SLICES, {**old, "endpoints": new["endpoints"], "ports": new["ports"]})
        for new in wanted[len(mirrored) :]:
            self.client.create(SLICES, new)
        for old in mirrored[len(wanted) :]:
            self.client.delete(SLICES, old)


def _may_mirror(endpoints: Object) -> bool:
    metadata = endpoints["metadata"]
    return (metadata.get("labels") or {}).get(SKIP_MIRROR) != "true" and LEADER not in (
        metadata.get("annotations") or {}
    )


def _mirror(endpoints: Object, subset: Object) -> Object:
    metadata = endpoints["metadata"]
    ready = [_mirrored(one, ready=True) for one in subset.get("addresses") or ()]
    waiting = [_mirrored(one, ready=False) for one in subset.get("notReadyAddresses") or ()]
    ports = [{"name": "", "protocol": "TCP", **port} for port in subset.get("ports") or ()]
    labels = {**(metadata.get("labels") or {}), SERVICE_NAME: metadata["name"], MANAGED_BY: MIRROR_MANAGER}
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{metadata['name']}-",
            "namespace": metadata["namespace"],
            "labels": labels,
            "ownerReferences": [owner_reference({"apiVersion": "v1", "kind": "Endpoints", **endpoints})],
        },
        "addressType": "IPv4",
        "endpoints": [*ready, *waiting],
        "ports": ports,
    }


def _mirrored(address: Object, *, ready: bool) -> Object:
    endpoint: Object = {"addresses": [address["ip"]], "conditions": {"ready": ready}}
    for name in ("hostname", "nodeName", "targetRef"):
        if name in address:
            endpoint[name] = address[name]
    return endpoint

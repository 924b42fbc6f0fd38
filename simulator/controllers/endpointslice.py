"""Writes the EndpointSlices of Services. Upstream: pkg/controller/endpointslice, staging/src/k8s.io/endpointslice"""

from collections import Counter
from collections.abc import Iterator, Sequence

from simulator.controllers import topology
from simulator.controllers.backends import (
    HEADLESS,
    Ports,
    ServiceWatcher,
    as_key,
    host_name,
    is_headless,
    ports_of,
    target_reference,
    wants_endpoints,
)
from simulator.controllers.pods import is_deleted, is_ready
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, owner_reference

SLICES = "endpointslices.discovery.k8s.io"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
SERVICE_NAME = "kubernetes.io/service-name"
MANAGER = "endpointslice-controller.k8s.io"
MOST_PER_SLICE = 100
NOT_COPIED = (MANAGED_BY, SERVICE_NAME, HEADLESS)


class EndpointSliceController(ServiceWatcher):
    """Keeps the slices of each Service with a selector equal to its Pods, 100 endpoints a slice."""

    name = "endpointslice-controller"
    source = "endpoint-slice-controller"
    watches = ("services", "pods", "nodes", SLICES)
    _writing = False
    """Set while it writes itself: such changes need no second look."""

    def more_keys(self, change: Change) -> Iterator[Key]:
        """A slice that somebody else deleted or changed is put right; zones with too few endpoints get more."""
        if change.resource == "nodes":
            yield from self._overloaded()
            return
        metadata = change.object["metadata"]
        labels = metadata.get("labels") or {}
        own = labels.get(MANAGED_BY) == MANAGER and SERVICE_NAME in labels
        if own and not self._writing and change.type != "ADDED":
            yield metadata["namespace"], labels[SERVICE_NAME]

    def reconcile(self, key: Key) -> None:
        service = self.client.get("services", *key)
        slices = self._slices(key)
        if service is None:
            self.table("hinted").delete(key)
            return  # the garbage collector sees to its slices
        if not wants_endpoints(service):
            return
        self._writing = True
        try:
            self._bring_up_to_date(service, slices)
        finally:
            self._writing = False

    def _overloaded(self) -> Iterator[Key]:
        hinted = self.table("hinted").rows
        if hinted:
            parts = topology.ratios(self.client.rows("nodes").values())
            yield from (key for key, zones in hinted.items() if topology.is_overloaded(zones, parts))

    def _bring_up_to_date(self, service: Object, slices: list[Object]) -> None:
        wanted = self._share_out(service, self._wanted(service), slices)
        for ports in sorted({*wanted, *map(ports_key, slices)}, key=str):
            same = [one for one in slices if ports_key(one) == ports]
            self._update(service, ports, wanted.get(ports, []), same, keep_one=not wanted and ports == ())
        if not wanted and not any(ports_key(one) == () for one in slices):
            self.client.create(SLICES, self._new(service, (), []))

    def _slices(self, key: Key) -> list[Object]:
        return [
            one
            for one in self.client.list(SLICES, key[0])
            if at(one, "metadata", "labels", SERVICE_NAME) == key[1]
            and at(one, "metadata", "labels", MANAGED_BY) == MANAGER
            and not is_deleted(one)
        ]

    def _wanted(self, service: Object) -> dict[Ports, list[Object]]:
        """Endpoints by the ports they have."""
        wanted: dict[Ports, list[Object]] = {}
        for ports, endpoint, _ in self.answers(service):
            wanted.setdefault(ports, []).append(endpoint)
        return wanted

    def _share_out(
        self, service: Object, wanted: dict[Ports, list[Object]], slices: list[Object]
    ) -> dict[Ports, list[Object]]:
        """The endpoints, each with the zone it is for where the Service asks for that; what comes of it is told."""
        hinted, key = self.table("hinted"), (service["metadata"]["namespace"], service["metadata"]["name"])
        if not topology.is_wanted(service):
            if key in hinted:
                hinted.delete(key)
                self._tell_of_hints(service, topology.DISABLED)
            return wanted
        endpoints = [one for group in wanted.values() for one in group if one["conditions"]["ready"]]
        parts = topology.ratios(self.client.rows("nodes").values())
        try:
            zones = kept_hints(endpoints, slices, parts)
            zones = zones or topology.shared_out([one.get("zone", "") for one in endpoints], parts)
        except topology.CannotShareError as why:
            hinted.delete(key)
            self._tell_of_hints(service, str(why))
            return wanted
        if key not in hinted:
            self._tell_of_hints(service, topology.ENABLED)
        hinted.put(key, dict(Counter(zones)))
        given = dict(zip(map(id, endpoints), zones, strict=True))
        return {
            ports: [
                {**one, "hints": {"forZones": [{"name": given[id(one)]}]}} if id(one) in given else one for one in group
            ]
            for ports, group in wanted.items()
        }

    def _tell_of_hints(self, service: Object, message: str) -> None:
        told = f"{message}, addressType: IPv4"
        if message == topology.ENABLED:
            self.events.normal(service, "TopologyAwareHintsEnabled", told)
        else:
            self.events.warning(service, "TopologyAwareHintsDisabled", told)

    def answer(self, service: Object, pod: Object, zone: str) -> tuple[Ports, Object]:
        serving, terminating = is_ready(pod), is_deleted(pod)
        ready = bool(service["spec"].get("publishNotReadyAddresses")) or (serving and not terminating)
        endpoint: Object = {
            "addresses": [pod["status"]["podIP"]],
            "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
        }
        name = host_name(service, pod)
        if name:
            endpoint["hostname"] = name
        node_name = pod["spec"].get("nodeName")
        if node_name:
            endpoint["nodeName"] = node_name
        endpoint["targetRef"] = target_reference(pod)
        if zone:
            endpoint["zone"] = zone
        hints = hints_of(service, node_name, zone)
        if hints:
            endpoint["hints"] = hints
        return ports_of(service, pod), endpoint

    def _update(
        self, service: Object, ports: Ports, wanted: Sequence[Object], slices: list[Object], *, keep_one: bool
    ) -> None:
        """Keep endpoints where they are, drop what went, fill up what is left, then add slices."""
        missing = {one["targetRef"]["uid"]: one for one in wanted}
        filled = []
        for one in slices:
            kept = [missing.pop(uid) for uid in uids(one) if uid in missing]
            filled.append((one, kept))
        new = list(missing.values())
        for one, kept in filled:
            while new and len(kept) < MOST_PER_SLICE:
                kept.append(new.pop(0))
            if kept or (keep_one and one is slices[0]):
                self._put(service, one, ports, kept)
            else:
                self.client.delete(SLICES, one)
        while new:
            self.client.create(SLICES, self._new(service, ports, new[:MOST_PER_SLICE]))
            del new[:MOST_PER_SLICE]

    def _put(self, service: Object, current: Object, ports: Ports, endpoints: list[Object]) -> None:
        metadata = {**current["metadata"], "labels": labels_of(service)}
        wanted = {**current, "metadata": metadata, "endpoints": endpoints or None}
        if wanted != current:
            self.client.update(SLICES, wanted)

    def _new(self, service: Object, ports: Ports, endpoints: list[Object]) -> Object:
        return {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "generateName": f"{service['metadata']['name']}-",
                "namespace": service["metadata"]["namespace"],
                "labels": labels_of(service),
                "ownerReferences": [owner_reference({"apiVersion": "v1", "kind": "Service", **service})],
            },
            "addressType": "IPv4",
            "endpoints": endpoints or None,
            "ports": [dict(port) for port in ports] or None,
        }


def hints_of(service: Object, node: str | None, zone: str) -> Object | None:
    """For whom an endpoint is, where the Service prefers what is near. Upstream: endpointslice/trafficdist"""
    wanted = service["spec"].get("trafficDistribution")
    if not wanted or not zone or topology.is_wanted(service):
        return None
    hints: Object = {"forZones": [{"name": zone}]}
    if wanted == "PreferSameNode" and node:
        hints["forNodes"] = [{"name": node}]
    return hints


def kept_hints(endpoints: list[Object], slices: list[Object], parts: dict[str, float]) -> list[str] | None:
    """The zones that the same endpoints were for already, where that is still right."""
    before = {
        one["targetRef"]["uid"]: (one.get("zone", ""), one["hints"]["forZones"][0]["name"])
        for piece in slices
        for one in piece.get("endpoints") or ()
        if one["conditions"]["ready"] and at(one, "hints", "forZones")
    }
    found = [before.get(one["targetRef"]["uid"], ("", "")) for one in endpoints]
    if len(before) != len(endpoints) or [zone for zone, _ in found] != [one.get("zone", "") for one in endpoints]:
        return None
    zones = [zone for _, zone in found]
    return zones if topology.is_still_right(Counter(zones), parts) else None


def labels_of(service: Object) -> Object:
    own = service["metadata"].get("labels") or {}
    labels = {name: value for name, value in own.items() if name not in NOT_COPIED}
    labels |= {MANAGED_BY: MANAGER, SERVICE_NAME: service["metadata"]["name"]}
    return {**labels, HEADLESS: ""} if is_headless(service) else labels


def uids(endpoint_slice: Object) -> list[str]:
    return [one["targetRef"]["uid"] for one in endpoint_slice.get("endpoints") or ()]


def ports_key(endpoint_slice: Object) -> Ports:
    return as_key(endpoint_slice.get("ports") or ())

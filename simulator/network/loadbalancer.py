"""Gives Services of type LoadBalancer an address that the outside reaches.

Upstream: cloud-provider/controllers/service
"""

from simulator.controllers.base import Controller
from simulator.kernel.clock import SECOND
from simulator.machinery.objects import Key, Object, at, changed

RANGE = "203.0.113."
SHARES = (range(10, 130), range(130, 170), range(170, 210), range(210, 250))
"""The numbers that each cluster of a world may give, so that no two give the same."""
PROVISIONING = 15 * SECOND
RETRY = 60 * SECOND
FINALIZER = "service.kubernetes.io/load-balancer-cleanup"


class LoadBalancerController(Controller):
    """The cloud's side: an address from 203.0.113.0/24 about a quarter of a minute after it was asked for."""

    name = "service-lb-controller"
    process = "cloud-controller-manager"
    kept = ("asked", "given")
    source = "service-controller"
    resource = "services"
    kind = "Service"
    watches = ("services",)

    share = SHARES[0]

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]  # as every controller is made
        self._given = self.table("given")
        """Address → the Service's uid."""
        self._asked = self.table("asked")
        """Uid → when the load balancer was asked for."""

    def reconcile(self, key: Key) -> None:
        service = self.get(key)
        if service is None:
            return
        wanted = service["spec"].get("type") == "LoadBalancer" and not service["spec"].get("loadBalancerClass")
        if wanted and "deletionTimestamp" not in service["metadata"]:
            self._provide(key, service)
        elif FINALIZER in (service["metadata"].get("finalizers") or ()):
            self._take_back(service)

    def _provide(self, key: Key, service: Object) -> None:
        uid = service["metadata"]["uid"]
        if at(service, "status", "loadBalancer", "ingress"):
            return
        asked = self._asked.get(uid)
        if asked is None:
            self._asked.put(uid, self.clock.now)
            self.events.normal(service, "EnsuringLoadBalancer", "Ensuring load balancer")
            finalizers = [*(service["metadata"].get("finalizers") or ()), FINALIZER]
            self.client.change("services", service, ("metadata", "finalizers"), finalizers)
            self.look_again(key, PROVISIONING)
            return
        if self.clock.now < asked + PROVISIONING:
            self.look_again(key, asked + PROVISIONING - self.clock.now)
            return
        address = self._free_address(service)
        if not address:
            text = "Error syncing load balancer: failed to ensure load balancer: no address of 203.0.113.0/24 is free"
            self.events.warning(service, "SyncLoadBalancerFailed", text)
            self.look_again(key, RETRY)
            return
        self._given.put(address, uid)
        ingress = [{"ip": address, "ipMode": "VIP"}]
        self.client.update_status("services", service, loadBalancer={"ingress": ingress})
        self.events.normal(service, "EnsuredLoadBalancer", "Ensured load balancer")

    def _free_address(self, service: Object) -> str:
        asked = service["spec"].get("loadBalancerIP", "")
        if asked.startswith(RANGE) and asked not in self._given:
            return str(asked)
        free = (f"{RANGE}{number}" for number in self.share)
        return next((address for address in free if address not in self._given), "")

    def _take_back(self, service: Object) -> None:
        """The Service goes, or wants no load balancer any more."""
        uid = service["metadata"]["uid"]
        for address in [address for address, holder in self._given.rows.items() if holder == uid]:
            self._given.delete(address)
        self._asked.delete(uid)
        self.events.normal(service, "DeletingLoadBalancer", "Deleting load balancer")
        left = [name for name in service["metadata"]["finalizers"] if name != FINALIZER]
        gone = changed(service, ("metadata", "finalizers"), left)
        if "deletionTimestamp" not in service["metadata"]:
            gone = changed(gone, ("status",), {"loadBalancer": {}})
        updated = self.client.update("services", gone)
        self.events.normal(updated, "DeletedLoadBalancer", "Deleted load balancer")

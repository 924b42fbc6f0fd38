"""Tells on Ingresses what the lab's controller makes of them: where they are reached, and what has no effect.

Upstream: ingress-nginx internal/ingress/status, internal/ingress/controller/store
"""

from collections.abc import Iterator

from simulator.controllers.base import Controller
from simulator.kernel.clock import SECOND
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, key_of
from simulator.network.ingress.objects import NAME, NAMESPACE
from simulator.network.ingress.rules import KNOWN, annotations_of, class_of, serves
from simulator.network.services import SERVICE_NAME, SLICES

INGRESSES = "ingresses.networking.k8s.io"
CLASSES = "ingressclasses.networking.k8s.io"
PATIENCE = 10 * SECOND


class IngressController(Controller):
    """The controller's writing half; its Pods answer requests (`simulator.network.servers.ingress`).

    Nothing is written while no Pod of it is ready. State: table `synced` (uid → generation told of).
    """

    name = "ingress-lab-controller"
    source = "ingress-lab-controller"
    resource = INGRESSES
    kind = "Ingress"
    watches = (INGRESSES, CLASSES, "services")
    latency = SECOND

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource == INGRESSES:
            yield key_of(change.object)
        elif change.resource == CLASSES or key_of(change.object) == (NAMESPACE, NAME):
            yield from sorted(self.client.rows(INGRESSES))

    def reconcile(self, key: Key) -> None:
        ingress = self.get(key)
        if ingress is None or "deletionTimestamp" in ingress["metadata"]:
            return
        if class_of(ingress) not in serves(self.client.rows(CLASSES).values()):
            return
        if not is_running(self):
            self.look_again(key, PATIENCE)
            return
        self._tell(ingress)
        wanted = published_addresses(self)
        if wanted and at(ingress, "status", "loadBalancer", "ingress", default=[]) != wanted:
            self.client.update_status(INGRESSES, ingress, loadBalancer={"ingress": wanted})

    def _tell(self, ingress: Object) -> None:
        """Say once for each generation that it is being looked at, and what has no effect here."""
        metadata = ingress["metadata"]
        synced, generation = self.table("synced"), metadata.get("generation", 1)
        if synced.get(metadata["uid"]) == generation:
            return
        synced.put(metadata["uid"], generation)
        self.events.normal(ingress, "Sync", "Scheduled for sync")
        for name in sorted(set(annotations_of(ingress)) - set(KNOWN)):
            text = f"the lab's controller does not simulate the annotation {name}: it has no effect"
            self.events.warning(ingress, "NotSimulated", text)


def is_running(controller: Controller) -> bool:
    """Whether a Pod of the controller is ready to serve."""
    for piece in controller.client.list(SLICES, NAMESPACE):
        if at(piece, "metadata", "labels", SERVICE_NAME) == NAME:
            for endpoint in piece.get("endpoints") or ():
                if at(endpoint, "conditions", "ready", default=True):
                    return True
    return False


def published_addresses(controller: Controller) -> list[Object]:
    """Where the world reaches the controller: what its Service's load balancer has."""
    service = controller.client.get("services", NAMESPACE, NAME)
    entries = at(service, "status", "loadBalancer", "ingress", default=())
    return [{name: entry[name] for name in ("ip", "hostname") if name in entry} for entry in entries]

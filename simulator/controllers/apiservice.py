"""Says of every APIService whether somebody answers for it. Upstream: kube-aggregator/pkg/controllers/status"""

from collections.abc import Iterator

from simulator.controllers.base import Controller
from simulator.kernel.clock import SECOND, timestamp
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, condition, key_of
from simulator.resources.metrics import API_SERVICE

SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"
METRICS = ("", API_SERVICE)
"""Not asked again and again, as every cluster has it: the lab itself works out its answers."""
RESYNC = 30 * SECOND


class AvailabilityController(Controller):
    """An APIService of a Service is available while that has ready endpoints."""

    name = "apiservice-status-available-controller"
    resource = "apiservices.apiregistration.k8s.io"
    kind = "APIService"
    watches = ("apiservices.apiregistration.k8s.io", "services", SLICES)

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource == self.resource:
            if at(change.object, "spec", "service") is not None:
                yield key_of(change.object)
            return
        metadata = change.object["metadata"]
        name = metadata["name"] if change.resource == "services" else (metadata.get("labels") or {}).get(SERVICE_NAME)
        for key, api_service in self._remote():
            service = api_service["spec"]["service"]
            if (service["namespace"], service["name"]) == (metadata["namespace"], name):
                yield key

    def _remote(self) -> list[tuple[Key, Object]]:
        rows = self.client.rows(self.resource)
        return [(key, rows[key]) for key in sorted(rows) if at(rows[key], "spec", "service") is not None]

    def reconcile(self, key: Key) -> None:
        api_service = self.get(key)
        if api_service is None:
            return
        if at(api_service, "spec", "service") is None:
            return
        status, reason, message = self._verdict(api_service["spec"]["service"])
        trouble = self.client.api_service_trouble(api_service) if status == "True" else ""
        if trouble:
            status, reason, message = "False", "FailedDiscoveryCheck", trouble
        if key != METRICS:
            self.look_again(key, RESYNC)
        old = condition(api_service, "Available")
        moved = timestamp(self.clock.now)
        if old is not None and old["status"] == status:
            moved = old["lastTransitionTime"]
        entry = {"type": "Available", "status": status, "lastTransitionTime": moved}
        entry |= {"reason": reason, "message": message}
        if entry != old:
            self.client.update_status(self.resource, api_service, conditions=[entry])

    def _verdict(self, service: Object) -> tuple[str, str, str]:
        """Upstream: remote/remote_available_controller.go sync"""
        namespace, name = service["namespace"], service["name"]
        found = self.client.get("services", namespace, name)
        if found is None:
            return "False", "ServiceNotFound", f'service/{name} in "{namespace}" is not present'
        number = service.get("port", 443)
        port = next((one for one in found["spec"].get("ports") or () if one["port"] == number), None)
        if port is None:
            text = f'service/{name} in "{namespace}" is not listening on port {number}'
            return "False", "ServicePortError", text
        slices = [
            piece for piece in self.client.list(SLICES, namespace)
            if (piece["metadata"].get("labels") or {}).get(SERVICE_NAME) == name
        ]  # fmt: skip
        if not slices:
            text = f'cannot find endpointslices for service/{name} in "{namespace}"'
            return "False", "EndpointsNotFound", text
        if not any(answers(piece, port.get("name", "")) for piece in slices):
            where = f'endpoints for service/{name} in "{namespace}"'
            return "False", "MissingEndpoints", f'{where} have no addresses with port name "{port.get("name", "")}"'
        return "True", "Passed", "all checks passed"


def answers(piece: Object, port: str) -> bool:
    named = any((one.get("name") or "") == port for one in piece.get("ports") or ())
    return named and any(at(one, "conditions", "ready") for one in piece.get("endpoints") or ())

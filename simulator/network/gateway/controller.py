"""Tells on GatewayClasses, Gateways and HTTPRoutes what the lab's controller makes of them.

Upstream: gateway-api.sigs.k8s.io/guides/implementers, apis/v1 condition types and reasons
"""

from collections.abc import Iterator

from simulator.controllers.base import Controller
from simulator.kernel.clock import SECOND, timestamp
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, key_of
from simulator.network.gateway.definitions import CLASSES, GATEWAYS, GRANTS, GROUP, ROUTES
from simulator.network.gateway.routes import (
    CONTROLLER,
    attaches,
    backend_trouble,
    by_parent,
    lets_in,
    listener_trouble,
    own_gateways,
    parent_of,
    serves,
    unsupported_filters,
)
from simulator.network.ingress.controller import is_running, published_addresses
from simulator.network.ingress.objects import NAME, NAMESPACE

CLASS_NAME = "lab"
DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
PATIENCE = 10 * SECOND
GRANTED = ("services", "secrets", GRANTS)
type Verdict = tuple[str, str, str, str]
"""Type, status, reason and message of a condition."""


class GatewayController(Controller):
    """Looks at all of the Gateway API together whenever a part of it changes; there is never much of it."""

    name = "gateway-lab-controller"
    source = "gateway-lab-controller"
    resource = GATEWAYS
    watches = (CLASSES, GATEWAYS, ROUTES, *GRANTED, DEFINITIONS)
    latency = SECOND

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource == DEFINITIONS:
            if change.object["spec"]["group"] == GROUP:
                yield "", "all"
        elif change.resource in GRANTED and change.resource != GRANTS:
            if len(self.client.rows(GATEWAYS)) and (change.type != "MODIFIED" or self._leads(change)):
                yield "", "all"
        else:
            yield "", "all"

    @staticmethod
    def _leads(change: Change) -> bool:
        """Whether a change of a Service may change where a route leads."""
        before: Object = change.old or {}
        published = key_of(change.object) == (NAMESPACE, NAME)
        return published or at(before, "spec", "ports") != at(change.object, "spec", "ports")

    def reconcile(self, key: Key) -> None:
        known = {resource.key for resource in self.client.resources()}
        if CLASSES not in known or GATEWAYS not in known or ROUTES not in known:
            return
        self._provide_class()
        if not is_running(self):
            self.look_again(key, PATIENCE)
            return
        classes = self.client.rows(CLASSES)
        for name in sorted(serves(classes.values())):
            verdicts = [("Accepted", "True", "Accepted", "GatewayClass is accepted by the lab's controller")]
            self._tell(CLASSES, classes["", name], verdicts)
        children, own = by_parent(self.client), {}
        for gateway in own_gateways(self.client):
            own[key_of(gateway)] = gateway
            self._tell_gateway(gateway, children.get(key_of(gateway), []))
        for route_key in sorted(self.client.rows(ROUTES)):
            self._tell_route(self.client.rows(ROUTES)[route_key], own)

    def _provide_class(self) -> None:
        """The class comes with the controller as soon as there is such a kind."""
        if self.client.get(CLASSES, "", CLASS_NAME) is None:
            self.client.create(CLASSES, {
                "apiVersion": f"{GROUP}/v1", "kind": "GatewayClass", "metadata": {"name": CLASS_NAME},
                "spec": {"controllerName": CONTROLLER},
            })  # fmt: skip

    # Conditions.

    def _tell(self, resource: str, obj: Object, verdicts: list[Verdict], **status: object) -> None:
        """Write conditions and whatever else belongs to a status, where something has changed."""
        conditions = self._conditions(at(obj, "status", "conditions", default=[]), verdicts, obj)
        wanted = {**(obj.get("status") or {}), **status, "conditions": conditions}
        if wanted != obj.get("status"):
            self.client.update_status(resource, obj, **wanted)

    def _conditions(self, before: list[Object], verdicts: list[Verdict], obj: Object) -> list[Object]:
        now, found = timestamp(self.clock.now), []
        for kind, status, reason, message in verdicts:
            old = next((one for one in before if one["type"] == kind), None)
            since = old["lastTransitionTime"] if old is not None and old["status"] == status else now
            generation = obj["metadata"].get("generation", 1)
            found.append({
                "lastTransitionTime": since, "message": message, "observedGeneration": generation, "reason": reason,
                "status": status, "type": kind,
            })  # fmt: skip
        return found

    def _tell_gateway(self, gateway: Object, children: list[tuple[Object, Object]]) -> None:
        listeners, bad = [], 0
        before = {one["name"]: one for one in at(gateway, "status", "listeners", default=())}
        for listener in gateway["spec"]["listeners"]:
            trouble = listener_trouble(self.client, gateway, listener)
            bad += trouble is not None
            old = at(before.get(listener["name"]), "conditions", default=[])
            listeners.append({
                "attachedRoutes": self._attached(gateway, listener, children),
                "conditions": self._conditions(old, listener_verdicts(trouble), gateway),
                "name": listener["name"],
                "supportedKinds": [{"group": GROUP, "kind": "HTTPRoute"}],
            })  # fmt: skip
        addresses = [{"type": "IPAddress", "value": one["ip"]} for one in published_addresses(self) if "ip" in one]
        verdicts: list[Verdict] = [("Accepted", "True", "Accepted", "Gateway is accepted")]
        if bad:
            verdicts = [
                ("Accepted", str(bad < len(listeners)), "ListenersNotValid", "at least one listener is not valid")
            ]
        if gateway["spec"].get("addresses"):
            text = "addresses of one's own choice are not simulated"
            verdicts = [("Accepted", "False", "UnsupportedAddress", text)]
        if bad == len(listeners):
            verdicts.append(("Programmed", "False", "Invalid", "no listener is valid"))
        elif not addresses:
            verdicts.append(("Programmed", "False", "AddressNotAssigned", "no address has been assigned yet"))
        else:
            verdicts.append(("Programmed", "True", "Programmed", "Gateway is programmed"))
        self._tell(GATEWAYS, gateway, verdicts, addresses=addresses, listeners=listeners)

    def _attached(self, gateway: Object, listener: Object, children: list[tuple[Object, Object]]) -> int:
        found = {
            route["metadata"]["uid"]
            for route, reference in children
            if attaches(self.client, route, reference, gateway, listener)
        }
        return len(found)

    def _tell_route(self, route: Object, own: dict[Key, Object]) -> None:
        """One entry for each parent that is a Gateway of ours; those of other controllers stay."""
        parents = [one for one in at(route, "status", "parents", default=()) if one["controllerName"] != CONTROLLER]
        before = [one for one in at(route, "status", "parents", default=()) if one["controllerName"] == CONTROLLER]
        for reference in route["spec"].get("parentRefs") or ():
            gateway = own.get(parent_of(route, reference) or ("", ""))
            if gateway is not None:
                verdicts = [self._accepted(route, reference, gateway), self._resolved(route)]
                old: list[Object] = next((one["conditions"] for one in before if one["parentRef"] == reference), [])
                conditions = self._conditions(old, verdicts, route)
                parents.append({"conditions": conditions, "controllerName": CONTROLLER, "parentRef": reference})
        wanted = {**(route.get("status") or {}), "parents": parents}
        if wanted != (route.get("status") or {"parents": []}):
            self.client.update_status(ROUTES, route, **wanted)

    def _accepted(self, route: Object, reference: Object, gateway: Object) -> Verdict:
        listeners = [
            one
            for one in gateway["spec"]["listeners"]
            if reference.get("sectionName", one["name"]) == one["name"]
            and reference.get("port", one["port"]) == one["port"]
        ]
        unsupported = unsupported_filters(route)
        if unsupported:
            text = f"filters that are not simulated: {', '.join(unsupported)}"
            return "Accepted", "False", "UnsupportedValue", text
        if not listeners:
            return "Accepted", "False", "NoMatchingParent", "no listener of the Gateway matches the parent reference"
        allowed = [one for one in listeners if lets_in(self.client, gateway, one, route)]
        if not allowed:
            return (
                "Accepted",
                "False",
                "NotAllowedByListeners",
                "no listener of the Gateway allows routes of this namespace",
            )
        if not any(attaches(self.client, route, reference, gateway, one) for one in allowed):
            text = "no hostname of the route is one of a listener's"
            return "Accepted", "False", "NoMatchingListenerHostname", text
        return "Accepted", "True", "Accepted", "Route is accepted"

    def _resolved(self, route: Object) -> Verdict:
        for rule in route["spec"].get("rules") or ():
            for reference in rule.get("backendRefs") or ():
                trouble = backend_trouble(self.client, route, reference)
                if trouble is not None:
                    return "ResolvedRefs", "False", *trouble
        return "ResolvedRefs", "True", "ResolvedRefs", "All references are resolved"


def listener_verdicts(trouble: tuple[str, str, str] | None) -> list[Verdict]:
    """The conditions of a listener."""
    found: dict[str, Verdict] = {
        "Accepted": ("Accepted", "True", "Accepted", "Listener is accepted"),
        "Programmed": ("Programmed", "True", "Programmed", "Listener is programmed"),
        "ResolvedRefs": ("ResolvedRefs", "True", "ResolvedRefs", "All references are resolved"),
        "Conflicted": ("Conflicted", "False", "NoConflicts", "No conflicts"),
    }
    if trouble is not None:
        kind, reason, message = trouble
        found[kind] = kind, "False", reason, message
        found["Programmed"] = "Programmed", "False", "Invalid", message
    return list(found.values())

"""Who wrote which field: what a write leaves in `metadata.managedFields`.

A component writes in one go what its program sends in several requests, so that one write may leave two entries.
Upstream: apiserver/pkg/endpoints/handlers (where requests meet the field manager), pkg/registry (GetResetFields)
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from simulator.api.client import Step, Steps
from simulator.api.errors import Unexplained
from simulator.apiserver.audit.identities import program_of
from simulator.apiserver.custom.kinds import Kinds
from simulator.apiserver.custom.resource import CustomResource
from simulator.apiserver.storage import Note
from simulator.apiserver.waiting import Waiting
from simulator.kernel.clock import Clock, timestamp
from simulator.kernel.state import thaw
from simulator.machinery import managedfields
from simulator.machinery.objects import Object, without
from simulator.machinery.protobuf import zero
from simulator.machinery.schemas import Schemas, Type
from simulator.resources.resource import Resource

if TYPE_CHECKING:
    from simulator.apiserver.writing import Write

MANAGERS: Final[Mapping[str, str]] = {
    "api-priority-and-fairness-config-consumer-v1": "api-priority-and-fairness-config-consumer-v1",
    "clusterrole-aggregation-controller": "clusterrole-aggregation-controller",
    "validatingadmissionpolicy-status-controller": "validatingadmissionpolicy-status",
}
"""Components that name themselves a field manager, where the others are known by their program."""
APPLIERS: Final[Mapping[str, str]] = {
    "api-priority-and-fairness-config-consumer-v1": "status",
    "clusterrole-aggregation-controller": "",
    "validatingadmissionpolicy-status": "status",
}
"""Managers of which each write is an apply, and to which subresource."""
WITH_STATUS: Final = frozenset({("deployment-controller", "deployments.apps")})
"""Writers whose changes of other fields than the status go with it: a Deployment's revision."""
OF_NEW_KIND: Final = frozenset({("kube-scheduler", "events")})
"""Managers who write Events in the shape of `events.k8s.io`."""
PAST: Final = frozenset({"binding", "eviction", "delete"})
"""Ways to write that do not pass by the field manager."""
FIRST_STATUS: Final[Mapping[str, Object]] = {
    "pods": {"phase": "Pending"},
    "namespaces": {"phase": "Active"},
    "persistentvolumes": {"phase": "Pending"},
    "persistentvolumeclaims": {"phase": "Pending"},
}
"""The status that most new objects get from their kind, whoever makes them."""
FROM_SPEC: Final = frozenset({"qosClass"})
"""What of a status its kind works out."""
FROM_KIND: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "namespaces": (("spec",),),
    "persistentvolumeclaims": (("metadata", "finalizers"),),
    "persistentvolumes": (("metadata", "finalizers"),),
    "services": (("spec", "clusterIPs"), ("spec", "ipFamilies"), ("spec", "ipFamilyPolicy")),
}
"""What components fill in of what the server would: nobody's, as all that is added after a request was read."""


MOST_SHAPES: Final = 256
GIVES_ADDRESSES: Final = frozenset({"kubeadm"})
"""Managers whose Services ask for the address that they have."""


class Tracking:
    """Notes managers on what is written, from outside and by components."""

    def __init__(self, kinds: Kinds, clock: Clock, waiting: Waiting) -> None:
        self._kinds = kinds
        self._clock = clock
        self._waiting = waiting
        self._schemas: Schemas | None = None
        self._types: dict[tuple[str, str], Type | None] = {}
        self._events: dict[tuple[str, ...], tuple[str, list[Object]]] = {}
        """What was noted last of an Event of a shape, and when."""

    def outside(self, write: "Write", old: Object | None, obj: Object) -> Object:
        """What a request writes, before admission has seen it. An entry speaks of the version of its request."""
        resource, version = write.resource, write.route.version
        live = resource.convert(old, version) if old is not None else None
        new = resource.convert(obj, version)
        if not write.route.subresource:
            new = with_status_of(resource, new, live or {})
        try:
            noted = managedfields.update(
                live,
                new,
                type=self._type(new),
                manager=write.manager,
                now=self._waiting.began,
                subresource=write.route.subresource,
                reset=reset_at(resource, write.route.subresource),
                shaped=self.shaped_in(resource),
            )
        except Unexplained:  # a write does not fail for want of tracking: nobody is tracked any more
            noted = {}
        return with_entries(obj, noted)

    def shaped_in(self, resource: Resource) -> managedfields.Shaped | None:
        """What shows an object in another version of its kind; nothing in one that is not served. What a custom kind
        does not even name, it refuses."""
        if resource.key == "events":
            return None  # of two groups, and never applied

        def shaped(obj: Object, api_version: str) -> tuple[Object, Type | None] | None:
            group, _, version = api_version.rpartition("/")
            if isinstance(resource, CustomResource) and version not in resource.named_versions:
                raise Unexplained(f"request to convert CR to an invalid group/version: {api_version}")
            if version not in resource.versions or group != resource.group:
                return None
            found = resource.convert(obj, version)
            return found, self._type(found)

        return shaped

    def created(self, resource: Resource, obj: Object, manager: str, steps: Steps) -> Object:
        """What a component makes."""
        if resource.key == "events" and not steps:
            return self._event(resource, obj, manager)
        return self._made(resource, obj, manager, steps)

    def _event(self, resource: Resource, event: Object, manager: str) -> Object:
        """Events are most of what is made, and of few shapes: their fields are whole, so that it hangs on their names
        alone what is noted."""
        names = (manager, *(name for name, value in event.items() if value), *(event.get("source") or ()))
        time = timestamp(self._clock.now)
        known = self._events.get(names)
        if known is None or known[0] != time:
            if known is None:
                entries = self._made(resource, event, manager, ())["metadata"]["managedFields"]
            else:
                entries = [{**known[1][0], "time": time}]
            if len(self._events) >= MOST_SHAPES:
                self._events.clear()
            known = self._events[names] = (time, entries)
        return {**event, "metadata": {**event["metadata"], "managedFields": known[1]}}

    def _made(self, resource: Resource, obj: Object, manager: str, steps: Steps) -> Object:
        noted: Object | None = None
        for step in steps or requests(resource, obj, manager):
            shown = shaped(resource, step.object, step.manager)
            noted = self._took(noted, shown, step) if step.manager else with_entries(shown, noted or {})
        return with_entries(obj, noted or {})

    def of(self, resource: Resource, writer: str, subresource: str | None, manager: str) -> Note:
        """How a component's changes of an object are noted."""
        if subresource in PAST:
            return unnoted
        if subresource is None and (writer, resource.key) in WITH_STATUS:
            subresource = "status"
        elif subresource is None and not resource.has_status:
            subresource = ""

        def note(old: Object, new: Object) -> Object:
            if manager not in APPLIERS and "managedFields" not in old["metadata"]:
                return new
            live, shown = shaped(resource, old, manager), shaped(resource, new, manager)
            if manager in APPLIERS:
                noted = self._took(live, shown, Step(manager, shown, APPLIERS[manager], is_apply=True))
            else:
                kind, now = self._type(shown), self._clock.now
                noted = managedfields.note(live, shown, type=kind, manager=manager, now=now, subresource=subresource)
            return noted if shown is new else with_entries(new, noted)

        return note

    def _took(self, live: Object | None, shown: Object, step: Step) -> Object:
        """The object after one request."""
        kind, now = self._type(shown), self._clock.now
        if not step.is_apply:
            return managedfields.note(
                live, shown, type=kind, manager=step.manager, now=now, subresource=step.subresource
            )
        before = live or {}
        applied = {name: value for name, value in shown.items() if name != "metadata" and value != before.get(name)}
        return managedfields.note_apply(
            live,
            shown,
            managedfields.field_set(applied, kind),
            type=kind,
            manager=step.manager,
            now=now,
            subresource=step.subresource,
        )

    def _type(self, obj: Object) -> Type | None:
        schemas, name = self._kinds.schemas(), (obj["apiVersion"], obj["kind"])
        if schemas is not self._schemas:
            self._schemas, self._types = schemas, {}
        if name not in self._types:
            group, _, version = name[0].rpartition("/")
            self._types[name] = schemas.type_of_kind(group, version, name[1])
        return self._types[name]


def reset_at(resource: Resource, subresource: str) -> managedfields.Filter:
    """The fields that writes to an endpoint do not reach."""
    return managedfields.filter_of(resource.resets_at(subresource), resource.writes_only.get(subresource, ()))


def manager_of(writer: str) -> str:
    """The manager that a component is."""
    return MANAGERS.get(writer) or program_of(writer)


def requests(resource: Resource, obj: Object, manager: str) -> Steps:
    """A new object comes from one request for all but its status, and one for that where there is more to say of it
    than its kind does. What no manager did has none."""
    first = without_status(resource, obj)
    for path in FROM_KIND.get(resource.key, ()):
        first = without(first, path)
    if resource.key == "services" and manager not in GIVES_ADDRESSES:
        first = without(first, ("spec", "clusterIP"))
    if not resource.has_status or "status" not in obj:
        return (Step(manager, first),)
    begins = {**(zero(obj["apiVersion"], obj["kind"]).get("status") or {}), **FIRST_STATUS.get(resource.key, {})}
    begins |= {name: value for name, value in obj["status"].items() if name in FROM_SPEC}
    if obj["status"] != begins and hasattr(resource.strategy, "prepare_create"):
        begins = begun(resource, obj)
    if obj["status"] == begins:
        return (Step(manager, first),)
    return Step(manager, first), Step("", {**obj, "status": begins}), Step(manager, obj, "status")


def begun(resource: Resource, obj: Object) -> Any:
    """The status that its kind gives a new object."""
    assert resource.strategy is not None
    made = thaw(obj)
    resource.strategy.prepare_create(made)
    return made.get("status")


def with_status_of(resource: Resource, obj: Object, live: Object) -> Object:
    """An object with the status of another: what goes past `/status` does not touch it."""
    if not resource.has_status or obj.get("status") is live.get("status"):
        return obj
    return {**without(obj, ("status",)), **({"status": live["status"]} if "status" in live else {})}


def without_status(resource: Resource, obj: Object) -> Object:
    return without(obj, ("status",)) if resource.has_status else obj


def shaped(resource: Resource, obj: Object, manager: str) -> Object:
    """An object as its manager writes it."""
    if resource.conversion is None or (manager, resource.key) not in OF_NEW_KIND:
        return obj
    return resource.conversion(obj, "events.k8s.io/v1")


def unnoted(old: Object, new: Object) -> Object:
    return new


def with_entries(obj: Object, noted: Object) -> Object:
    """An object with the managers of another."""
    entries = (noted.get("metadata") or {}).get("managedFields")
    metadata = obj["metadata"]
    if entries is None and "managedFields" not in metadata:
        return obj
    metadata = {name: value for name, value in metadata.items() if name != "managedFields"}
    return {**obj, "metadata": {**metadata, "managedFields": entries} if entries else metadata}

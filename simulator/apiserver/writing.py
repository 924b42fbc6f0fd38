"""Writes from outside: decoding, defaulting, admission, validation, managed fields, then storage.

Upstream: apiserver/pkg/endpoints/handlers/{create,update}.go, registry/rest/{create,update}.go
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulator.api.client import Backend, Steps
from simulator.api.errors import Invalid, KindIsGoing, NotFound, Unexplained
from simulator.api.requests import Request, User
from simulator.apiserver import options
from simulator.apiserver.admission import Admission, Attributes
from simulator.apiserver.allocation import Allocation
from simulator.apiserver.custom.kinds import Kinds
from simulator.apiserver.custom.resource import CustomResource
from simulator.apiserver.decoding import decode_object
from simulator.apiserver.identity import check_identity, check_namespace
from simulator.apiserver.parts import part_of
from simulator.apiserver.routes import Route
from simulator.apiserver.storage import Storage, TooLarge
from simulator.apiserver.tracking import Tracking
from simulator.apiserver.waiting import Waiting
from simulator.kernel.clock import Clock
from simulator.kernel.state import thaw
from simulator.machinery.objects import Object, without
from simulator.resources.resource import Resource
from simulator.resources.warnings import warnings


@dataclass(slots=True)
class Write:
    """One write on its way: what it is for, who asks, and the warnings it has gathered."""

    route: Route
    resource: Resource
    request: Request
    user: User
    warnings: list[str]
    annotations: dict[str, str] = field(default_factory=dict)
    """What admission wants noted in the audit log."""

    @property
    def dry_run(self) -> bool:
        return options.dry_run(self.request, self.route.verb)

    @property
    def manager(self) -> str:
        """The field manager: named by the client, else the first word of its user agent."""
        named = self.request.parameter("fieldManager")
        agent = self.request.header("user-agent") or "unknown"
        return named or agent.split("/")[0][:128]

    @property
    def validation(self) -> str:
        return options.field_validation(self.request, self.route.verb)


class Writer:
    """Carries out create and update as the API server does, for every kind alike."""

    def __init__(
        self,
        backend: Backend,
        storage: Storage,
        admission: Admission,
        kinds: Kinds,
        clock: Clock,
        allocation: Allocation,
        waiting: Waiting,
    ) -> None:
        self._backend = backend
        self._storage = storage
        self._admission = admission
        self._kinds = kinds
        self._clock = clock
        self._allocation = allocation
        self.tracking = Tracking(kinds, clock, waiting)

    def decode(self, write: Write, body: Any, text: bytes | None = None) -> Object:
        """The object a body holds, in the version the request was sent to, freed of unknown fields."""
        version = write.route.version
        return decode_object(
            self._kinds.schemas(), write.resource, version, body, write.validation, write.warnings, text
        )

    def create(self, write: Write, obj: Object, *, applied: bool = False) -> Object:
        """Create a decoded object; returns what was stored."""
        resource, route = write.resource, write.route
        if isinstance(resource, CustomResource) and resource.is_going:
            raise KindIsGoing(resource.plural, "create", group=resource.group)
        obj = self._at_home(resource, obj)
        check_namespace(resource, obj, route.namespace)
        if not applied:
            obj = self.tracking.outside(write, None, obj)  # before admission: what that adds is nobody's
        attributes = self._attributes(write, "CREATE", obj, None)
        self._admission.mutate(attributes)
        given = (attributes.object.get("metadata") or {}).get("resourceVersion") or ""
        obj = self._storage.identify(resource, attributes.object)
        prepare(resource, obj, None)  # after admission and with its uid, as rest.BeforeCreate does
        obj = self._allocation.on_create(resource, obj)
        self._validate(write, obj, None)
        attributes.object = obj
        self._admission.validate(attributes)
        if given.isdecimal() and int(given) and not write.dry_run:
            raise Unexplained("resourceVersion should not be set on objects to be created")
        return stored(
            lambda obj: self._storage.create(resource, obj, writer=write.manager, dry_run=write.dry_run),
            kept(resource, obj),
            applied,
        )

    def update(self, write: Write, obj: Object, old: Object, *, applied: bool = False) -> Object:
        """Replace `old` by a decoded object; returns what is stored now."""
        resource, route = write.resource, write.route
        check_identity(resource, obj, old, route)
        obj = self._at_home(resource, obj)
        if route.namespace:
            obj["metadata"].setdefault("namespace", route.namespace)
        if not applied:
            obj = self.tracking.outside(write, old, obj)  # before its strategy: what that takes back is noted as well
        obj = part_of(resource, obj, old, route.subresource)
        obj["metadata"] = system_metadata(obj["metadata"], old["metadata"])
        prepare(resource, obj, old)
        obj = self._allocation.on_update(resource, obj, old)
        attributes = self._attributes(write, "UPDATE", obj, old)
        self._admission.mutate(attributes)
        obj = attributes.object
        self._validate(write, obj, old)
        self._admission.validate(attributes)
        return stored(
            lambda obj: self._storage.update(resource, obj, old, writer=write.manager, dry_run=write.dry_run),
            kept(resource, obj),
            applied,
        )

    def trusted_create(self, resource: Resource, obj: Object, user: User, manager: str, steps: Steps) -> Object:
        """Create an object that a component made: whole and right (but for what hangs on its uid), yet subject to
        admission."""
        obj = self._storage.identify(resource, self.tracking.created(resource, obj, manager, steps))
        if resource.strategy is not None and hasattr(resource.strategy, "complete"):
            obj = resource.strategy.complete(obj)
        metadata = obj["metadata"]
        attributes = Attributes(
            "CREATE",
            resource,
            metadata.get("namespace", ""),
            metadata["name"],
            obj,
            None,
            user,
            self._backend,
            self._clock.now,
        )
        self._admission.mutate(attributes)
        self._admission.validate(attributes)
        return self._storage.create(resource, self._allocation.on_create(resource, attributes.object), writer=user.name)

    def trusted_update(
        self,
        resource: Resource,
        obj: Object,
        old: Object,
        writer: str,
        subresource: str | None,
        manager: str,
    ) -> Object:
        """Replace an object by a component's changed copy."""
        note = self.tracking.of(resource, writer, subresource, manager)
        return self._storage.update(resource, obj, old, writer=writer, note=note)

    def find(self, write: Write) -> Object:
        """The stored object a route names. Raises `NotFound`."""
        resource, route = write.resource, write.route
        found = self._backend.read(resource.key, (route.namespace, route.name))
        if found is None:
            raise NotFound(resource.plural, route.name, group=resource.group)
        return found

    def admit_delete(self, write: Write, old: Object) -> None:
        attributes = self._attributes(write, "DELETE", {}, old)
        attributes.name = old["metadata"]["name"]
        self._admission.mutate(attributes)
        self._admission.validate(attributes)

    def admit_connect(self, write: Write, kind: str, options: Object) -> None:
        """Ask admission about a connection to something: an exec, a port-forward, a proxied request."""
        self.admit_part(write, "CONNECT", {"kind": kind, "apiVersion": "v1", **options})

    def admit_part(self, write: Write, operation: str, obj: Object) -> None:
        """Ask admission about what is sent to a part of an object and kept nowhere."""
        attributes = self._attributes(write, operation, obj, None)
        attributes.kind = obj["kind"]
        self._admission.mutate(attributes)
        self._admission.validate(attributes)

    def _attributes(self, write: Write, operation: str, obj: Object, old: Object | None) -> Attributes:
        route = write.route
        name = (obj.get("metadata") or {}).get("name", "") or route.name
        return Attributes(
            operation,
            write.resource,
            route.namespace,
            name,
            obj,
            old,
            write.user,
            self._backend,
            self._clock.now,
            route.subresource,
            write.dry_run,
            write.warnings,
            route.version,
            options=asked(write.request),
            annotations=write.annotations,
        )

    def _at_home(self, resource: Resource, obj: Object) -> Object:
        """The object in the shape in which it is stored, filled in and safe to change. A custom kind fills in what the
        version says in which an object was sent."""
        if isinstance(resource, CustomResource):
            resource.default(obj)
        converted = resource.stored(obj)
        obj = obj if converted is obj else thaw(converted)
        if not isinstance(resource, CustomResource):
            resource.default(obj)
        return obj

    def _validate(self, write: Write, obj: Object, old: Object | None) -> None:
        resource = write.resource
        if isinstance(resource, CustomResource):
            errors = resource.judge(obj, old, write.warnings, write.route.subresource, write.route.version)
        else:
            errors = resource.validate(obj, old, write.route.subresource, self._kinds.minor)
        if errors:
            raise Invalid(resource.kind, obj["metadata"].get("name", ""), errors, group=resource.group)
        if not write.route.subresource:
            said = warnings(resource.key, obj, old, self._kinds.minor)
            write.warnings += [text for text in said if text not in write.warnings]


def prepare(resource: Resource, obj: Object, old: Object | None) -> None:
    """What the kind's strategy does before a write: wipe what a client may not set, fill in what follows."""
    if old is None:
        if resource.has_status and not resource.keeps_status:
            obj.pop("status", None)
        if resource.strategy is not None and hasattr(resource.strategy, "prepare_create"):
            resource.strategy.prepare_create(obj)
    elif resource.strategy is not None and hasattr(resource.strategy, "prepare_update"):
        resource.strategy.prepare_update(obj, old)


def kept(resource: Resource, obj: Object) -> Object:
    return resource.kept(obj) if isinstance(resource, CustomResource) else obj


def stored(store: Callable[[Object], Object], obj: Object, applied: bool) -> Object:
    """Store an object; one that is too large for etcd without what tells of its managers, unless it was applied."""
    try:
        return store(obj)
    except TooLarge:
        if applied:
            raise
        return store(without(obj, ("metadata", "managedFields")))


def system_metadata(metadata: Object, old: Object) -> Object:
    """An update's metadata with what only the server sets taken from the stored object."""
    metadata = dict(metadata)
    for name in (
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "generation",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generateName",
        "selfLink",
    ):
        metadata.pop(name, None)
        if name in old:
            metadata[name] = old[name]
    return metadata


def asked(request: Request) -> Object:
    """What a write's query says of how it is to be done."""
    return {name: request.parameter(name) for name in ("fieldManager", "fieldValidation") if request.parameter(name)}

"""The client components use: reads what is stored, writes by the short path that trusts them.

No schema validation and no defaulting: a component writes whole, right objects. Admission still looks at what is
created, because a quota or a ServiceAccount concerns a controller's Pods as well.
"""

import builtins
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from simulator.api.requests import Request, User
from simulator.machinery.objects import Key, Object, changed

type Objects = list[Object]
type Dependents = list[tuple[str, Object]]
"""Objects, each after its resource."""


class RemoteKind(NamedTuple):
    """A kind that a server behind an APIService keeps."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool
    verbs: tuple[str, ...]

    def path(self, namespace: str = "", name: str = "") -> str:
        """Where its objects are: all of them, those of a namespace, or one."""
        within = f"/namespaces/{namespace}" if namespace and self.namespaced else ""
        return f"/apis/{self.group}/{self.version}{within}/{self.plural}" + (f"/{name}" if name else "")


class Step(NamedTuple):
    """One of the requests that an object which a component writes whole has come from."""

    manager: str
    object: Object
    """As the object was after it."""
    subresource: str = ""
    is_apply: bool = False


type Steps = tuple[Step, ...]


class Backend(Protocol):
    """What an API server offers to trusted components."""

    def resources(self) -> tuple[Any, ...]: ...
    def read(self, resource: str, key: Key) -> Object | None: ...
    def rows(self, resource: str) -> dict[Key, Object]: ...
    def items(self, resource: str, namespace: str | None) -> list[Object]: ...
    def indexed(self, resource: str, index: str, value: str) -> Iterator[Object]: ...
    def dependents(self, uid: str) -> Iterator[tuple[str, Object]]: ...
    def may(self, user: User, verb: str, resource: str, subresource: str) -> bool: ...
    def identify(self, request: Request) -> User: ...
    def pod_metrics(self, namespace: str) -> list[Object] | None: ...
    def api_service_trouble(self, api_service: Object) -> str: ...
    def remote_kinds(self) -> list[RemoteKind]: ...
    def ask_remote(self, method: str, path: str, writer: str) -> Object | None: ...
    def trusted_create(
        self, resource: str, obj: Object, writer: str, manager: str = "", steps: Steps = ()
    ) -> Object: ...
    def trusted_update(
        self, resource: str, obj: Object, writer: str, subresource: str | None = None, manager: str = ""
    ) -> Object: ...
    def trusted_delete(
        self, resource: str, key: Key, uid: str | None, propagation: str | None, grace: int | None, writer: str
    ) -> None: ...


class Client:
    """One component's way to the API server. Resources go by name: `pods`, `deployments.apps`."""

    __slots__ = ("_backend", "_manager", "agent")

    def __init__(self, backend: Backend, agent: str, manager: str = "") -> None:
        self._backend = backend
        self._manager = manager
        """As whose doing its writes are noted, where that is not its own program's."""
        self.agent = agent
        """The name that the trace shows for what this component writes."""

    def on_behalf_of(self, manager: str) -> "Client":
        """The same client for what is another program's doing, such as a driver's sidecar."""
        return Client(self._backend, self.agent, manager)

    def resources(self) -> tuple[Any, ...]:
        """Every `resources.Resource` the server knows now, custom ones among them; the same tuple until one changes."""
        return self._backend.resources()

    def api_service_trouble(self, api_service: Object) -> str:
        """Why the server behind an APIService does not answer; "" when it does."""
        return self._backend.api_service_trouble(api_service)

    def remote_kinds(self) -> builtins.list[RemoteKind]:
        """The kinds of the servers behind APIServices that answer now."""
        return self._backend.remote_kinds()

    def ask_remote(self, method: str, path: str) -> Object | None:
        """Ask such a server; None where there is no such thing. Raises `ServiceUnavailable` when it does not answer."""
        return self._backend.ask_remote(method, path, self.agent)

    def get(self, resource: str, namespace: str, name: str) -> Object | None:
        """The object as stored (never change it in place), or None."""
        return self._backend.read(resource, (namespace, name))

    def rows(self, resource: str) -> dict[Key, Object]:
        """Every object of a resource by key, in no useful order; to read only, until the next write."""
        return self._backend.rows(resource)

    def list(self, resource: str, namespace: str | None = None) -> Objects:
        """Objects in order of namespace and name."""
        return self._backend.items(resource, namespace)

    def owned(self, resource: str, owner: Object, index: str = "controller") -> Objects:
        """The objects that `owner` is the controller of, in order of name."""
        return list(self._backend.indexed(resource, index, owner["metadata"]["uid"]))

    def indexed(self, resource: str, index: str, value: str) -> Objects:
        """The objects an index of the store gives: `controller` (uid, or "") for all kinds, `node` for Pods, and
        `unfinished/controller` and `unfinished/node` for Pods that are not over."""
        return list(self._backend.indexed(resource, index, value))

    def orphans(self, resource: str, namespace: str, index: str = "controller") -> Objects:
        """The objects of a namespace that have no controller, in order of name."""
        found = self._backend.indexed(resource, index, "")
        return [one for one in found if one["metadata"].get("namespace", "") == namespace]

    def dependents(self, owner: Object) -> Dependents:
        """The objects that name `owner` among their owners, each after its resource."""
        return list(self._backend.dependents(owner["metadata"]["uid"]))

    def may(self, user: User, verb: str, resource: str, subresource: str = "") -> bool:
        """Whether somebody may do that in all of the cluster, as a SubjectAccessReview tells."""
        return self._backend.may(user, verb, resource, subresource)

    def identify(self, request: Request) -> User:
        """Whose credentials a request carries, as a TokenReview tells. Raises `Unauthorized`."""
        return self._backend.identify(request)

    def pod_metrics(self, namespace: str) -> Objects | None:
        """What the Pods of a namespace use, as `metrics.k8s.io` has it; None where nobody answers for that group."""
        return self._backend.pod_metrics(namespace)

    def create(self, resource: str, obj: Object, steps: Steps = ()) -> Object:
        """Create an object. Raises `AlreadyExists`, `Forbidden` (admission), `NotFound` (its namespace).

        `steps` tell of the requests that it stands for, where these are others than one for all but the status, and one
        for the status.
        """
        return self._backend.trusted_create(resource, obj, self.agent, self._manager, steps)

    def update(self, resource: str, obj: Object, subresource: str | None = None) -> Object:
        """Replace an object by its changed copy. Raises `NotFound` when it is gone; equal content writes nothing.

        Without a subresource named the status is taken to go through `/status`, and all else not.
        """
        return self._backend.trusted_update(resource, obj, self.agent, subresource, self._manager)

    def change(self, resource: str, obj: Object, path: tuple[str, ...], value: Any) -> Object:
        """Replace what stands at one path."""
        return self.update(resource, changed(obj, path, value))

    def update_status(self, resource: str, obj: Object, **fields: Any) -> Object:
        """Replace fields of an object's status; a field set to None is removed."""
        status = {**(obj.get("status") or {}), **fields}
        return self.update(resource, {**obj, "status": {k: v for k, v in status.items() if v is not None}})

    def delete(
        self,
        resource: str,
        obj: Object,
        *,
        propagation: str | None = "Background",
        grace: int | None = None,
    ) -> None:
        """Delete an object; one that is gone already, or is another of the same name, is no error."""
        metadata = obj["metadata"]
        key = (metadata.get("namespace", ""), metadata["name"])
        self._backend.trusted_delete(resource, key, metadata["uid"], propagation, grace, self.agent)

"""One API server: what it serves, who its parts are, and the way of a request through them.

Upstream: staging/src/k8s.io/apiserver, pkg/controlplane
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from simulator.api.client import RemoteKind, Steps
from simulator.api.errors import (
    APIError,
    MethodNotAllowed,
    MethodNotSupported,
    NotFound,
    PageNotFound,
    PathNotFound,
    ServiceUnavailable,
)
from simulator.api.requests import ADMINISTRATOR, ANONYMOUS, HELD, Polled, Request, Response, Stream, User
from simulator.apiserver import deprecation, flowcontrol, nonresource, remote
from simulator.apiserver.admission import Admission
from simulator.apiserver.admission.plugins import plugins
from simulator.apiserver.admission.webhookcalls import Caller
from simulator.apiserver.aggregation import API_SERVICES, MetricsAccess, NoMetrics, is_available
from simulator.apiserver.allocation import Allocation
from simulator.apiserver.audit import Entry, Trail
from simulator.apiserver.authentication import authenticate, impersonated
from simulator.apiserver.authorization import check
from simulator.apiserver.custom.conversion import Conversion
from simulator.apiserver.custom.establishing import with_cleanup
from simulator.apiserver.custom.kinds import DEFINITIONS, Kinds
from simulator.apiserver.custom.resource import CustomResource
from simulator.apiserver.decoding import Unreadable, unrecognized
from simulator.apiserver.deleting import delete_options, deletion_answer
from simulator.apiserver.encoding import JSON, NoJSON, list_answer, object_answer, parse_body
from simulator.apiserver.listing import page
from simulator.apiserver.nodeauthorizer import NodeAuthorizer
from simulator.apiserver.nodes import NodeAccess, NoNodes
from simulator.apiserver.options import check_patch, streams_state
from simulator.apiserver.patching import APPLY_PATCH, apply, patch_body, unfit
from simulator.apiserver.rbac.authorizer import WATCHED, Action, Authorizer
from simulator.apiserver.rbac.escalation import holder
from simulator.apiserver.routes import route
from simulator.apiserver.selecting import Predicate, everything, predicate
from simulator.apiserver.storage import DeleteOptions, Storage
from simulator.apiserver.subresources.registry import SUBRESOURCES, VIRTUAL
from simulator.apiserver.tokens import Tokens
from simulator.apiserver.tracking import manager_of
from simulator.apiserver.waiting import Draws, Held, Waiting
from simulator.apiserver.watching import open_watch, poll_watch
from simulator.apiserver.writing import Write, Writer
from simulator.etcd import Store
from simulator.etcd.store import Indexes, assigned_node, controllers, unfinished
from simulator.kernel.component import Kernel
from simulator.machinery.cel.language import Language, of_stored
from simulator.machinery.objects import Key, Object, key_of
from simulator.machinery.releases import Release, release
from simulator.machinery.schemas import Schemas
from simulator.resources.metrics import API_SERVICE
from simulator.resources.registry import served
from simulator.resources.resource import Resource

SERVICE_RANGE = "10.96.0.0/12"
PREDICATES_KEPT = 256
OF_ONE, OF_ALL = frozenset({"get", "update", "patch", "delete"}), frozenset({"create", "list", "deletecollection"})
"""What is done to an object, and to a collection."""
REACHING = frozenset(("attach", "exec", "portforward", "proxy"))
"""Words in the path of a read that reaches into a container."""


class APIServer:
    """Answers requests over one store. `handle` never raises for what a client does: it answers with a Status."""

    def __init__(self, kernel: Kernel, store: Store, *, version: str = "1.37", nodes: NodeAccess | None = None) -> None:
        self.kernel = kernel
        self.clock = kernel.clock
        self.store = store
        self.release = release(version)
        self.waiting = Waiting(kernel, lambda: self.nodes)
        random = Draws(kernel, self.waiting)
        self.caller = Caller(self, self.waiting)
        self.kinds = Kinds(store, self.version, Conversion(self.caller).convert)
        self.nodes: NodeAccess = nodes or NoNodes()
        self.metrics: MetricsAccess = NoMetrics()
        self.storage = Storage(store, kernel.clock, random, self.waiting)
        self.authorizer = Authorizer(self, NodeAuthorizer(self, self.minor).authorize)
        store.subscribe(WATCHED, self.authorizer.observe)
        self.tokens = Tokens(self, kernel.random)
        self.admission = Admission(
            plugins(store, random, self.authorizer, self.kinds.schemas, self.caller, self.language, self.minor)
        )
        self.audit = Trail(kernel)
        self.service_range: Callable[[], str] = lambda: SERVICE_RANGE
        """The network that Services get their addresses from."""
        allocation = Allocation(store, random, lambda: self.service_range())
        self.writer = Writer(self, self.storage, self.admission, self.kinds, kernel.clock, allocation, self.waiting)
        self._predicates: dict[tuple[str, str, str, str], Predicate] = {}
        self.trouble: Callable[[], str] = lambda: ""
        """Why etcd does not answer now; "" while it does."""
        self.gate: Callable[[str, bool], bool] = lambda name, default: default
        """Whether a feature is on, by its name and the default of the release."""
        self.is_down: Callable[[], bool] = lambda: False
        """Whether its program does not run: nobody inside a world reaches it then."""
        store.add_indexes(indexes(self.version))

    # What it serves.

    @property
    def version(self) -> str:
        """The minor version that it speaks: `1.37`."""
        return self.release.series

    def minor(self) -> int:
        return self.release.minor

    def language(self) -> Language:
        """How it reads the expressions of stored objects."""
        return of_stored(self.release.minor)

    def become(self, release: Release) -> None:
        """Be the program of another release: it serves other versions and kinds, of the same stored objects."""
        self.release = release
        self.kinds.become(self.version)
        self.store.add_indexes(indexes(self.version))

    def resources(self) -> tuple[Resource, ...]:
        """Every resource this server knows now."""
        return self.kinds.all()

    @property
    def schemas(self) -> Schemas:
        """The definitions of every kind it serves."""
        return self.kinds.schemas()

    def resource(self, key: str) -> Resource:
        """A resource by its name: `pods`, `deployments.apps`."""
        found = self.kinds.named(key)
        if found is None:
            raise KeyError(key)
        return found

    # The pipeline.

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        request = self.waiting.begin(request)
        try:
            response = self._handled(request)
        finally:
            took = self.waiting.end()
        return replace(response, latency=response.latency + took) if took else response

    def _handled(self, request: Request) -> Response:
        warnings: list[str] = []
        entry = self.audit.begin(request)
        try:
            if self.is_down():
                raise ServiceUnavailable("the server is currently unable to handle the request")
            response = self._answer(request, warnings, entry)
        except Held as held:
            self.audit.put_off()
            return Response(102, headers={HELD: str(held.number)})
        except PageNotFound as error:
            response = Response(error.code, error.page, {"x-content-type-options": "nosniff"})
        except APIError as error:
            status = error.status()
            after = (status.get("details") or {}).get("retryAfterSeconds")
            response = Response(error.code, status, {"retry-after": str(after)} if after else {})
        self._label(entry, response)
        noted = self.audit.end(entry, response)
        if response.stream is not None and noted[0]:
            response = replace(response, stream={**response.stream, "audit": noted})
        if warnings:
            response.headers["warning"] = ", ".join(f'299 - "{escape(text)}"' for text in warnings)
        return response

    def handle_as(self, release: Release, request: Request) -> Response:
        """Answer one request as a program of another release does that works on the same stored objects."""
        own = self.release
        if release == own:
            return self.handle(request)
        self._speak(release)
        try:
            return self.handle(request)
        finally:
            self._speak(own)

    def _speak(self, release: Release) -> None:
        if release.series != self.version:
            self.kinds.become(release.series)
        self.release = release

    def _label(self, entry: Entry, response: Response) -> None:
        """The headers that every answer has."""
        headers, where, user = response.headers, entry.route, entry.user
        headers["audit-id"] = self.audit.id(entry)
        headers.setdefault("cache-control", "no-cache, private")
        if where is not None and user is not None and where.subresource not in flowcontrol.UNSORTED:
            headers.update(flowcontrol.headers(self, user, where, entry.request.path))

    def _answer(self, request: Request, warnings: list[str], entry: Entry) -> Response:
        where = entry.route = route(request)
        user = entry.caller = entry.user = authenticate(self.tokens, request, self.clock.now, ADMINISTRATOR)
        user = entry.user = impersonated(self.authorizer, request, user)
        reason = check(self.authorizer, user, request, where)
        if reason:
            entry.annotations["authorization.k8s.io/reason"] = reason
        elsewhere = remote.api_service(self, request.path)
        if elsewhere is not None:
            return remote.answer(self, request, user, elsewhere)
        if not where.resource:
            return nonresource.answer(self, request)
        trouble = self.trouble()
        if trouble:
            return Response(500, without_reason(trouble))
        resource = self.kinds.at_path(where.group, where.version, where.resource)
        if resource is None or not where.leads_to(namespaced=resource.namespaced):
            raise PathNotFound() if (where.group, where.version) in built_in(self.version) else PageNotFound()
        if not resource.namespaced:
            where = replace(where, namespace="")  # a Namespace's own path names it as the namespace too
        deprecated = deprecation.warning(resource, where.version, self.version)
        if deprecated:
            warnings.append(deprecated)
        write = Write(where, resource, request, user, warnings, entry.annotations)
        if where.subresource:
            return self._subresource(write)
        if where.verb not in resource.verbs or where.verb in (OF_ALL if where.name else OF_ONE):
            raise MethodNotAllowed()
        virtual = VIRTUAL.get(resource.key)
        if virtual is not None:
            return virtual(self, write)
        if resource.namespaced and not where.namespace and where.verb not in ("list", "watch"):
            raise PageNotFound() if isinstance(resource, CustomResource) else MethodNotAllowed()
        return self._perform(write)

    def _perform(self, write: Write) -> Response:
        match write.route.verb:
            case "get":
                return self._shown(write, self.writer.find(write))
            case "list":
                return self._list(write)
            case "watch":
                return self._watch(write)
            case "create":
                obj = self._decoded(write)
                return self._shown(write, self.writer.create(write, obj), 201)
            case "update":
                return self._shown(write, self._update(write))
            case "patch":
                obj, created = self._patch(write)
                return self._shown(write, obj, 201 if created else 200)
            case "delete":
                return self._delete(write)
            case "deletecollection":
                return self._delete_collection(write)
        raise MethodNotSupported(write.resource.plural, write.route.verb, group=write.resource.group)

    def _subresource(self, write: Write) -> Response:
        resource, where = write.resource, write.route
        subresource = resource.subresources.get(where.subresource)
        if subresource is None:
            raise PathNotFound()
        handler = SUBRESOURCES.get((resource.key, where.subresource)) or SUBRESOURCES.get(("*", where.subresource))
        if handler is None:
            raise NotFound(resource.plural, where.name, group=resource.group)
        return handler(self, write)

    def shown(self, write: Write, obj: Object, status: int = 200) -> Response:
        """An object in the version and form the client asked for."""
        return self._shown(write, obj, status)

    def _shown(self, write: Write, obj: Object, status: int = 200) -> Response:
        obj = write.resource.convert(obj, write.route.version)
        return object_answer(write.request, write.resource, obj, self.clock.now, status=status)

    # Reading.

    def _selected(self, write: Write) -> Predicate:
        request, where = write.request, write.route
        fields = request.parameter("fieldSelector")
        if where.name:
            fields = f"metadata.name={where.name}"
        return self._predicate(write.resource, where.version, request.parameter("labelSelector"), fields)

    def _predicate(self, resource: Resource, version: str, labels: str, fields: str) -> Predicate:
        if not labels and not fields:
            return everything
        key = (resource.name, version, labels, fields)
        found = self._predicates.get(key)
        if found is None:
            if len(self._predicates) >= PREDICATES_KEPT:
                self._predicates.clear()
            found = self._predicates[key] = predicate(resource, labels, fields)
        return found

    def _list(self, write: Write) -> Response:
        resource, version = write.resource, write.route.version
        found = page(self.store, resource.key, write.route.namespace or None, self._selected(write), write.request)
        items = [resource.convert(item, version) for item in found.items]
        response = list_answer(write.request, resource, items, found.metadata, self.clock.now)
        if isinstance(response.body, dict) and "kind" not in response.body:
            head = {"kind": resource.list_kind, "apiVersion": resource.api_version(version)}
            return Response(200, {**head, **response.body})
        return response

    def _watch(self, write: Write) -> Response:
        self._selected(write)  # a selector that cannot be is refused before anything is sent
        where, request = write.route, write.request
        fields = request.parameter("fieldSelector") if not where.name else f"metadata.name={where.name}"
        about = {
            "resource": write.resource.name,
            "version": where.version,
            "namespace": where.namespace,
            "labels": request.parameter("labelSelector"),
            "fields": fields,
        }
        streams = self.gate("WatchList", streams_state(self.release.minor))
        stream = open_watch(self.store, about, request, self.clock.now, streams=streams)
        return Response(200, b"", {"content-type": "application/json"}, stream)

    def poll(self, stream: Stream) -> Polled:
        """What is new on a stream, and where it goes on."""
        if self.is_down():
            return Polled([], None)  # the connection is gone
        if stream["type"] != "watch":
            return self.nodes.poll(stream)
        resource = self.kinds.named(stream["resource"])
        if resource is None:
            return Polled([], None)
        resource = resource.in_version(stream["version"])
        matches = self._predicate(resource, stream["version"], stream["labels"], stream["fields"])
        polled = poll_watch(self.store, resource, matches, stream, self.clock.now)
        if polled.stream is None and "audit" in stream:
            self.audit.ended(stream["audit"])
        return polled

    def hang_up(self, stream: Stream) -> None:
        """Nobody follows a stream any more."""
        if stream["type"] == "watch" and "audit" in stream and not self.is_down():
            self.audit.ended(stream["audit"])

    def send(self, stream: Stream, channel: int, payload: bytes) -> Stream:
        """Feed an exec, attach or port-forward stream."""
        return self.nodes.send(stream, channel, payload)

    # Writing.

    def body(self, write: Write) -> Any:
        """The value a request carries."""
        return parse_body(write.request)

    def _decoded(self, write: Write) -> Object:
        """The object in a request's body; JSON's repeated fields are found in its text."""
        is_json = write.request.header("content-type").split(";")[0].strip() in ("", JSON)
        text = write.request.body if is_json else None
        try:
            return self.writer.decode(write, parse_body(write.request), text)
        except NoJSON as error:
            raise unrecognized(write.resource, error.why, write.request.body) from None

    def _update(self, write: Write) -> Object:
        old = self.writer.find(write)
        return self.writer.update(write, self._decoded(write), old)

    def _patch(self, write: Write) -> tuple[Object, bool]:
        """Patch the stored object; a server-side apply may create it."""
        if write.request.header("content-type").split(";")[0].strip() == APPLY_PATCH:
            return apply(self, write)
        check_patch(write.request)
        old = self.writer.find(write)
        live = write.resource.convert(old, write.route.version)
        try:
            decoded = self.writer.decode(write, self.patched(write, live))
        except Unreadable as error:
            raise unfit(self.schemas, write, live, error) from None
        return self.writer.update(write, decoded, old), False

    def patched(self, write: Write, obj: Object) -> Object:
        """An object with the request's patch applied, not yet looked at."""
        return patch_body(self.schemas, write, obj)

    def update_subresource(self, write: Write) -> Response:
        """PUT or PATCH of a part of the object itself, such as its status."""
        if write.route.verb == "get":
            return self._shown(write, self.writer.find(write))
        if write.route.verb == "patch":
            return self._shown(write, self._patch(write)[0])
        if write.route.verb == "update":
            return self._shown(write, self._update(write))
        raise no_such_method(write)

    def _delete(self, write: Write) -> Response:
        options = delete_options(self.schemas, write.resource, write.request)
        old = self.writer.find(write)
        self.writer.admit_delete(write, old)
        if write.resource.key == DEFINITIONS and not options.dry_run:
            self.trusted_update(DEFINITIONS, with_cleanup(old, self.clock.now), write.manager, "delete")
        obj, gone = self.storage.delete(write.resource, key_of(old), options, writer=write.manager)
        answer = deletion_answer(write.resource, write.resource.convert(obj, write.route.version), gone=gone)
        if answer["kind"] == "Status":
            return Response(200, answer)
        return object_answer(write.request, write.resource, answer, self.clock.now)

    def _delete_collection(self, write: Write) -> Response:
        resource = write.resource
        options = delete_options(self.schemas, resource, write.request)
        found = page(self.store, resource.key, write.route.namespace or None, self._selected(write), write.request)
        admitted, refusal = [], None
        for old in found.items:
            try:
                self.writer.admit_delete(write, old)
            except APIError as error:
                refusal = error
                break
            admitted.append(key_of(old))
        items = [self.storage.delete(resource, key, options, writer=write.manager)[0] for key in admitted]
        if refusal is not None:
            raise refusal
        head = {"kind": resource.list_kind, "apiVersion": resource.api_version(write.route.version)}
        return Response(200, {**head, "metadata": found.metadata, "items": items})

    # The short path of trusted components (simulator.api.client.Backend).

    def pod_metrics(self, namespace: str) -> list[Object] | None:
        """What the Pods of a namespace use; None where nobody measures."""
        known = self.read(API_SERVICES, ("", API_SERVICE))
        return self.metrics.pods(namespace) if is_available(known) else None

    def api_service_trouble(self, api_service: Object) -> str:
        """Why the server behind an APIService does not answer; "" when it does."""
        return remote.trouble(self, api_service)

    def remote_kinds(self) -> list[RemoteKind]:
        return list(remote.kinds(self))

    def may_change(self, request: Request) -> bool:
        """Whether answering can leave the world other than it was: a write, or a read for which a container or Pod is
        asked."""
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            return True
        if not REACHING.isdisjoint(request.path.split("/")):
            return True
        return remote.may_ask(self, request.path)

    def ask_remote(self, method: str, path: str, writer: str) -> Object | None:
        return remote.ask(self, method, path, holder(writer))

    def read(self, resource: str, key: Key) -> Object | None:
        return self.store.get(resource, key)

    def rows(self, resource: str) -> dict[Key, Object]:
        return self.store.table(resource).rows

    def items(self, resource: str, namespace: str | None) -> list[Object]:
        return self.store.list(resource, namespace)

    def indexed(self, resource: str, index: str, value: str) -> Iterator[Object]:
        return self.store.by_index(resource, index, value)

    def dependents(self, uid: str) -> Iterator[tuple[str, Object]]:
        return self.store.owned(uid)

    def may(self, user: User, verb: str, resource: str, subresource: str) -> bool:
        plural, _, group = resource.partition(".")
        return self.authorizer.authorize(user, Action(verb, group, plural, subresource)).allowed

    def identify(self, request: Request) -> User:
        return authenticate(self.tokens, request, self.clock.now, ANONYMOUS)

    def trusted_create(self, resource: str, obj: Object, writer: str, manager: str = "", steps: Steps = ()) -> Object:
        known = self.resource(resource)
        made = self.writer.trusted_create(known, obj, holder(writer), manager or manager_of(writer), steps)
        self.audit.wrote("create", known, made, writer)
        return made

    def trusted_update(
        self, resource: str, obj: Object, writer: str, subresource: str | None = None, manager: str = ""
    ) -> Object:
        old = self.store.get(resource, key_of(obj))
        if old is None:
            known = self.resource(resource)
            raise NotFound(known.plural, obj["metadata"]["name"], group=known.group)
        known = self.resource(resource)
        made = self.writer.trusted_update(known, obj, old, writer, subresource, manager or manager_of(writer))
        self.audit.changed(known, made, old, writer)
        return made

    def trusted_delete(
        self, resource: str, key: Key, uid: str | None, propagation: str | None, grace: int | None, writer: str
    ) -> None:
        old = self.store.get(resource, key)
        if old is None or (uid is not None and old["metadata"]["uid"] != uid):
            return
        options = DeleteOptions(grace, propagation)
        known = self.resource(resource)
        self.storage.delete(known, key, options, writer=writer)
        self.audit.wrote("delete", known, old, writer)


def no_such_method(write: Write) -> APIError:
    """A part of an object is not for this; those of custom kinds are handled by a server of its own."""
    if isinstance(write.resource, CustomResource):
        return MethodNotSupported(write.resource.plural, write.route.verb, group=write.resource.group)
    return MethodNotAllowed()


@lru_cache(maxsize=32)
def indexes(version: str) -> Mapping[str, Indexes]:
    """What the store finds objects by, because components ask for it all the time."""
    found: dict[str, Indexes] = {
        one.key: (("controller", controllers),) for one in served(version) if one.is_stored and one.namespaced
    }
    pods: Indexes = (("controller", controllers), ("node", assigned_node))
    return {**found, "pods": (*pods, *((f"unfinished/{name}", unfinished(values)) for name, values in pods))}


@lru_cache(maxsize=32)
def built_in(version: str) -> frozenset[tuple[str, str]]:
    """The groups and versions that the server has handlers for, whatever is installed."""
    return frozenset((resource.group, each) for resource in served(version) for each in resource.versions)


def without_reason(message: str) -> Object:
    """The Status of an error that the API machinery has no reason for: it comes from etcd."""
    head = {"kind": "Status", "apiVersion": "v1", "metadata": {}}
    return {**head, "status": "Failure", "message": message, "code": 500}


def escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')

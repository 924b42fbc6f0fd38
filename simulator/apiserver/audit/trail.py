"""What the API server notes of each request and of each write of a component.

Requests that only read are noted where they come from a machine of the world; what looks at the world from outside
leaves no trace in it. Of a component's writes those count that make, delete or change what is asked for. What it tells
of an object's state, its leases, its Events and what it reads is noted where somebody's own policy asks for that, and
apart from the rest, so that it pushes nothing else out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from simulator.api.errors import APIError
from simulator.api.requests import Request, Response, User
from simulator.apiserver.audit.identities import user_of
from simulator.apiserver.audit.policy import DEFAULT, NOTHING, Policy, Verdict, decide
from simulator.apiserver.encoding import parse_body
from simulator.apiserver.routes import Route
from simulator.kernel.component import Kernel
from simulator.kernel.state import Table
from simulator.machinery.objects import Object
from simulator.resources.resource import Resource

REQUESTS_KEPT: Final = 256
WRITES_KEPT: Final = 384
ROUTINE_KEPT: Final = 1024
BODIES_KEPT: Final = 512 * 1024
"""How many bytes of bodies are kept of requests, and as many of writes."""
LARGEST_BODY: Final = 32 * 1024
WITH_BODIES: Final = frozenset({"Request", "RequestResponse"})
LONGEST_URL: Final = 512
MOST_SORTS: Final = 256
LONGEST_WORD: Final = 63
COUNTED: Final = {"create": "POST", "update": "PUT"}
"""What counts of requests call a verb, where it is not the verb itself."""
MOST_ANNOTATIONS: Final = 32
READING: Final = frozenset({"get", "list", "watch"})
UNWATCHED: Final = frozenset({"events", "events.events.k8s.io", "leases.coordination.k8s.io"})
"""What components write all the time."""


PATCHING: Final = frozenset({"kubelet", "kube-scheduler"})
"""Components that tell of states by patches; controllers send whole objects."""
NODE_LEASES: Final = "kube-node-lease"


class Noted(NamedTuple):
    """One entry of the trail."""

    at: int
    verb: str
    group: str
    version: str
    resource: str
    subresource: str
    namespace: str
    name: str
    user: str
    """Who asked; for a component's write the component."""
    groups: tuple[str, ...] = ()
    impersonated: str = ""
    """For whom they asked."""
    agent: str = ""
    source: str = ""
    url: str = ""
    code: int = 0
    annotations: tuple[tuple[str, str], ...] = ()
    node: str = ""
    """On which node a component's object is to run, which tells one kubelet from another."""
    level: str = "Metadata"
    omitted: tuple[str, ...] = ("RequestReceived",)
    """The stages at which nothing is told."""
    request: Any = None
    response: Any = None
    """What was sent and answered, where the policy wants it."""
    size: int = 0
    """The bytes of both."""
    begun: tuple[int, int] = (0, 0)
    """Number and moment of the entry that told of the beginning of what ends with this one."""
    over: bool = False
    """Whether what began with this one has ended."""

    @property
    def is_component(self) -> bool:
        return not self.url


DEFAULTS: Final = tuple(Noted._field_defaults.values())
FEWEST: Final = len(Noted._fields) - len(DEFAULTS)


@dataclass(slots=True)
class Entry:
    """A request on its way, as far as is known of it."""

    request: Request
    route: Route | None = None
    caller: User | None = None
    user: User | None = None
    annotations: dict[str, str] = field(default_factory=dict)


class Trail:
    """Tables: `audit/requests`, `audit/writes` and `audit/routine` (what components do all the time), number → what was
    noted; numbers go through all. `audit/counts`: sort of request → how many there were."""

    def __init__(self, kernel: Kernel) -> None:
        self._clock = kernel.clock
        self._requests: Table[int, Any] = kernel.state.table(f"{kernel.scope}audit/requests")
        self._writes: Table[int, Any] = kernel.state.table(f"{kernel.scope}audit/writes")
        self._routine: Table[int, Any] = kernel.state.table(f"{kernel.scope}audit/routine")
        self._counts: Table[tuple[str, ...], int] = kernel.state.table(f"{kernel.scope}audit/counts")
        self._handling = 0
        self.policy: Callable[[], Policy | None] = no_policy
        """What is to be noted; None where nobody has said."""
        self.told: Callable[[int, Noted], None] = lambda number, noted: None
        """Told of what has been noted."""

    # Requests.

    def begin(self, request: Request) -> Entry:
        self._handling += 1
        return Entry(request)

    def put_off(self) -> None:
        """A request has to wait for others, and comes again."""
        self._handling -= 1

    def id(self, entry: Entry) -> str:
        """What a request is called in the log."""
        user = "" if entry.caller is None else entry.caller.name
        return audit_id(self._next, self._clock.now, user, entry.request.url)

    def end(self, entry: Entry, response: Response) -> tuple[int, int]:
        """Note a request that was answered: the number and the moment of the entry, zeros where it is not noted."""
        self._handling -= 1
        route, request, user = entry.route, entry.request, entry.user
        if route is None or user is None or (route.verb in READING and not request.source):
            return 0, 0
        policy = self.policy()
        if not route.resource and (policy is None or not request.source):
            return 0, 0
        if route.resource:
            self._count(route, request, response.status)
        caller = entry.caller or user
        verdict = decide(policy, caller, route, request.path)
        if verdict.level == "None":
            return 0, 0
        sent, said, size, cut = bodies(verdict, request, response)
        annotations = tuple(sorted({**entry.annotations, **cut}.items())[:MOST_ANNOTATIONS])
        noted = Noted(
            self._clock.now,
            route.verb,
            route.group,
            route.version,
            route.resource,
            route.subresource,
            route.namespace,
            route.name or name_in(response.body),
            caller.name,
            caller.groups,
            user.name if user is not caller else "",
            request.header("user-agent")[:LONGEST_URL],
            request.source,
            request.url[:LONGEST_URL],
            response.status,
            annotations,
            "",
            verdict.level,
            verdict.omitted,
            sent,
            said,
            size,
        )
        return self._put(self._requests, noted, REQUESTS_KEPT), noted.at

    def _count(self, route: Route, request: Request, code: int) -> None:
        """Add one to the requests of a sort; those of the sorts beyond the most are not told apart."""
        scope = "resource" if route.name else "namespace" if route.namespace else "cluster"
        verb = COUNTED.get(route.verb, route.verb.upper())
        dry_run = "All" if request.parameter("dryRun") else ""
        said = (str(code), dry_run, route.group, route.resource, scope, route.subresource, verb, route.version)
        key = tuple(word[:LONGEST_WORD] for word in said)
        if key not in self._counts and len(self._counts) >= MOST_SORTS:
            key = ("other",) * len(key)
        self._counts.put(key, (self._counts.get(key) or 0) + 1)

    def counted(self) -> Iterator[tuple[tuple[str, ...], int]]:
        """Sorts (code, dry run, group, resource, scope, subresource, verb, version) with the number of requests."""
        yield from self._counts.rows.items()

    # Components.

    def wrote(self, verb: str, resource: Resource, obj: Object, writer: str) -> None:
        """Note what a component made or deleted."""
        if self._handling or (resource.key in UNWATCHED and self.policy() is None):
            return
        node = (obj.get("spec") or {}).get("nodeName") or "" if resource.plural == "pods" else ""
        self._note(verb, resource, obj, writer, node)

    def changed(self, resource: Resource, obj: Object, old: Object, writer: str) -> None:
        """Note that a component changed what an object asks for: a Pod's node, a number of replicas."""
        if self._handling:
            return
        if obj.get("spec") is old.get("spec") or resource.key in UNWATCHED:
            if self.policy() is not None:
                self._reported(resource, obj, old, writer)
            return
        before, after = old.get("spec") or {}, obj.get("spec") or {}
        if before == after:
            return
        node = after.get("nodeName") or "" if resource.plural == "pods" else ""
        if node and not before.get("nodeName"):
            self._note("create", resource, obj, writer, node, "binding")
        else:
            self._note("update", resource, obj, writer, node)

    def _reported(self, resource: Resource, obj: Object, old: Object, writer: str) -> None:
        """Note what a component tells of an object's state, or of itself."""
        node = node_of(resource, obj)
        if resource.key in UNWATCHED or obj.get("status") is old.get("status"):
            self._note("update", resource, obj, writer, node)
        else:
            self._note("patch" if writer in PATCHING else "update", resource, obj, writer, node, "status")

    def read(self, route: Route, user: User, *, agent: str, source: str, url: str, code: int = 200) -> tuple[int, int]:
        """Note what a component reads: number and moment of the entry, zeros where the policy does not want it."""
        policy = self.policy()
        verdict = NOTHING if policy is None else decide(policy, user, route, "")
        if verdict.level == "None":
            return 0, 0
        noted = Noted(
            self._clock.now,
            *(route.verb, route.group, route.version, route.resource, route.subresource, route.namespace, route.name),
            user=user.name,
            groups=user.groups,
            agent=agent,
            source=source,
            url=url,
            code=code,
            level=verdict.level,
            omitted=verdict.omitted,
        )
        return self._put(self._routine, noted, ROUTINE_KEPT), noted.at

    def ended(self, begun: tuple[int, int]) -> None:
        """Note that a watch has ended whose beginning was noted, if that has not been noted yet."""
        for table, most in ((self._requests, REQUESTS_KEPT), (self._routine, ROUTINE_KEPT)):
            row = table.rows.get(begun[0])
            if row is not None and not Noted(*row).over:
                noted = Noted(*row)
                table.put(begun[0], without_defaults(noted._replace(over=True)))
                told = noted._replace(at=self._clock.now, begun=begun, request=None, response=None, size=0)
                self._put(table, told, most)

    def _note(self, verb: str, resource: Resource, obj: Object, writer: str, node: str, below: str = "") -> None:
        namespace, name = obj["metadata"].get("namespace", ""), obj["metadata"]["name"]
        policy = self.policy()
        verdict = DEFAULT
        if policy is not None:
            route = Route(verb, resource.group, resource.storage_version, resource.plural, namespace, name, below)
            verdict = decide(policy, user_of(writer, node), route, "")
            if verdict.level == "None":
                return
        sent, said, size = None, None, 0
        if verdict.level in WITH_BODIES and below != "binding":
            kept = {"apiVersion": resource.api_version(), "kind": resource.kind, **obj}
            size = len(orjson.dumps(kept))
            sent = kept if size <= LARGEST_BODY and verb != "delete" else None
            said = sent if verdict.level == "RequestResponse" else None
        noted = Noted(
            self._clock.now,
            verb,
            resource.group,
            resource.storage_version,
            resource.plural,
            below,
            namespace,
            name,
            writer,
            code=201 if verb == "create" else 200,
            node=node,
            level=verdict.level,
            omitted=verdict.omitted,
            request=sent,
            response=said,
            size=size,
        )
        if resource.key in UNWATCHED or below == "status":
            self._put(self._routine, noted, ROUTINE_KEPT)
        else:
            self._put(self._writes, noted, WRITES_KEPT)

    def forget(self) -> None:
        """Begin anew: how a cluster came to be is nobody's doing."""
        self._requests.clear()
        self._writes.clear()
        self._routine.clear()
        self._counts.clear()

    # Reading.

    def entries(self) -> Iterator[tuple[int, Noted]]:
        """Everything that is still known, oldest first."""
        rows = {**self._requests.rows, **self._writes.rows, **self._routine.rows}
        for number in sorted(rows):
            yield number, Noted(*rows[number])

    def _put(self, table: Table[int, Any], noted: Noted, most: int) -> int:
        number = self._next
        table.put(number, without_defaults(noted))
        self.told(number, noted)
        if noted.size:
            self._make_room(table)
        if len(table) > most:
            table.delete(next(iter(table.rows)))
        return number

    def _make_room(self, table: Table[int, Any]) -> None:
        """Forget the oldest while there is more of bodies than is kept."""
        held = sum(Noted(*row).size for row in table.rows.values())
        while held > BODIES_KEPT:
            oldest = next(iter(table.rows))
            held -= Noted(*table.rows[oldest]).size
            table.delete(oldest)

    @property
    def _next(self) -> int:
        return max(next(reversed(table.rows), 0) for table in (self._requests, self._writes, self._routine)) + 1


def audit_id(number: int, at: int, user: str, url: str) -> str:
    digest = blake2b(repr((number, at, user, url[:LONGEST_URL])).encode(), digest_size=16).digest()
    return str(UUID(bytes=digest, version=4))


def node_of(resource: Resource, obj: Object) -> str:
    """Whose kubelet it is that speaks of an object."""
    if resource.plural == "pods":
        return (obj.get("spec") or {}).get("nodeName") or ""
    metadata = obj["metadata"]
    return str(metadata["name"]) if resource.plural == "nodes" or metadata.get("namespace") == NODE_LEASES else ""


def no_policy() -> Policy | None:
    return None


def without_defaults(noted: Noted) -> tuple[Any, ...]:
    """A row as it is kept: what ends it and says nothing is left out."""
    length = len(noted)
    while length > FEWEST and noted[length - 1] == DEFAULTS[length - 1 - FEWEST]:
        length -= 1
    return tuple(noted[:length])


def bodies(verdict: Verdict, request: Request, response: Response) -> tuple[Any, Any, int, dict[str, str]]:
    """What was sent and said, as far as the level wants it, its size, and a note where that is too much to be kept."""
    if verdict.level not in WITH_BODIES:
        return None, None, 0, {}
    try:
        sent = sent_in(request) if request.method != "GET" and request.body else None
    except (APIError, ValueError):
        sent = None
    said = response.body if verdict.level == "RequestResponse" and isinstance(response.body, dict) else None
    kept, size, cut = [], 0, False
    for body in (sent, said):
        body = without_managed_fields(body) if verdict.omits_managed_fields else body
        length = 0 if body is None else len(orjson.dumps(body))
        cut = cut or length > LARGEST_BODY
        kept.append(body if length <= LARGEST_BODY else None)
        size += length if length <= LARGEST_BODY else 0
    return kept[0], kept[1], size, {"audit.k8s.io/truncated": "true"} if cut else {}


def sent_in(request: Request) -> Any:
    """The object or patch that a request carries."""
    kind = request.header("content-type").partition(";")[0].strip()
    return orjson.loads(request.body) if kind.endswith("patch+json") else parse_body(request)


def without_managed_fields(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    metadata = body.get("metadata")
    if isinstance(metadata, dict) and "managedFields" in metadata:
        left = {name: value for name, value in metadata.items() if name != "managedFields"}
        body = {**body, "metadata": left}
    if isinstance(body.get("items"), list):
        body = {**body, "items": [without_managed_fields(item) for item in body["items"]]}
    return body


def name_in(body: Any) -> str:
    """The name of the object that an answer is about."""
    if not isinstance(body, dict):
        return ""
    if body.get("kind") == "Status":
        return str((body.get("details") or {}).get("name") or "")
    metadata = body.get("metadata")
    return str(metadata.get("name") or "") if isinstance(metadata, dict) else ""

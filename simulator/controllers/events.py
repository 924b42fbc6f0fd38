"""Writes Events: counts repeated ones, draws similar ones together. Upstream: client-go/tools/record, tools/events"""

from functools import lru_cache
from typing import Any

from simulator.api.client import Client
from simulator.api.errors import APIError
from simulator.kernel.clock import MINUTE, SECOND, micro_timestamp, timestamp
from simulator.kernel.component import Kernel
from simulator.kernel.state import Table
from simulator.machinery.objects import Object, changed

SIMILAR = 10
"""From so many different messages on, similar Events become one."""
SIMILAR_WITHIN = 10 * MINUTE
BURST = 25
"""How many Events one object may have at once."""
REFILL = 300 * SECOND
REMEMBERED = 4096
type Events = Table[tuple[str, ...], tuple[str, str]]
IDENTITY = "kind", "namespace", "name", "uid", "resourceVersion"
"""By which a series knows its object: of an object that was changed meanwhile, a new one is begun."""
PREFIX = "(combined from similar events): "


class Recorder:
    """Tells people what a component did to an object. State: tables `events.*` of the component.

    `component` is the name in the Event's source, `host` the node of a kubelet.
    """

    __slots__ = ("_client", "_clock", "_component", "_host", "_prefix", "_state")

    def __init__(self, client: Client, kernel: Kernel, component: str, host: str = "") -> None:
        self._client = client
        self._clock = kernel.clock
        self._state = kernel.state
        self._prefix = kernel.scope + (f"{component}/{host}" if host else component)
        self._component = component
        self._host = host

    @property
    def _seen(self) -> Events:
        return self._state.table(f"{self._prefix}/events.seen")

    @property
    def _similar(self) -> Table[tuple[str, ...], tuple[list[str], int]]:
        return self._state.table(f"{self._prefix}/events.similar")

    @property
    def _budget(self) -> Table[tuple[str, ...], tuple[int, int]]:
        return self._state.table(f"{self._prefix}/events.budget")

    def normal(self, obj: Object, reason: str, message: str, *, field_path: str = "") -> None:
        self.event(obj, "Normal", reason, message, field_path=field_path)

    def warning(self, obj: Object, reason: str, message: str, *, field_path: str = "") -> None:
        self.event(obj, "Warning", reason, message, field_path=field_path)

    def event(self, obj: Object, kind: str, reason: str, message: str, *, field_path: str = "") -> None:
        """Record that something happened to an object. One that cannot be written is lost, as in a real cluster."""
        regarding = reference(obj, field_path)
        if not self._may_write(regarding):
            return
        message = message[:1024]
        about = (
            regarding["kind"],
            regarding.get("namespace", ""),
            regarding["name"],
            regarding.get("uid", ""),
            field_path,
        )
        message, key = self._combined((*about, kind, reason), message)
        try:
            if not self._count_up(key, message):
                self._write(key, regarding, kind, reason, message)
        except APIError:
            return

    def _may_write(self, regarding: Object) -> bool:
        """A token bucket per object. Upstream: EventSourceObjectSpamFilter"""
        key = regarding["kind"], regarding.get("namespace", ""), regarding["name"], regarding.get("uid", "")
        spent, since = self._budget.get(key) or (0, self._clock.now)
        refilled = (self._clock.now - since) // REFILL
        spent, since = max(spent - refilled, 0), since + refilled * REFILL
        if spent >= BURST:
            return False
        self._remember(self._budget, key, (spent + 1, since if spent else self._clock.now))
        return True

    def _combined(self, about: tuple[str, ...], message: str) -> tuple[str, tuple[str, ...]]:
        """The message to write and the key to count under. Upstream: EventAggregator.EventAggregate"""
        messages, last = self._similar.get(about) or ([], 0)
        if self._clock.now - last > SIMILAR_WITHIN:
            messages = []
        if message not in messages:
            messages = [*messages, message]
        many = len(messages) >= SIMILAR
        self._remember(self._similar, about, (messages[:-1] if many else messages, self._clock.now))
        return (PREFIX + message, about) if many else (message, (*about, message))

    def _count_up(self, key: tuple[str, ...], message: str) -> bool:
        known = self._seen.get(key)
        event = self._client.get("events", known[0], known[1]) if known else None
        if event is None:
            return False
        event = {**event, "count": event.get("count", 1) + 1, "lastTimestamp": timestamp(self._clock.now)}
        self._client.update("events", {**event, "message": message})
        return True

    def _write(self, key: tuple[str, ...], regarding: Object, kind: str, reason: str, message: str) -> None:
        now = timestamp(self._clock.now)
        event = self._frame(regarding, kind, reason)
        source = source_of(self._component, self._host)
        event |= {"message": message, "source": source, "firstTimestamp": now, "lastTimestamp": now, "count": 1}
        event |= {"eventTime": None, "reportingComponent": self._component, "reportingInstance": self._host}
        created = self._client.create("events", event)
        self._remember(self._seen, key, (created["metadata"]["namespace"], created["metadata"]["name"]))

    def _frame(self, regarding: Object, kind: str, reason: str) -> Object:
        namespace = regarding.get("namespace") or "default"
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": self._free_name(namespace, regarding["name"]), "namespace": namespace},
            "involvedObject": regarding,
            "reason": reason,
            "type": kind,
        }

    def _free_name(self, namespace: str, about: str) -> str:
        """The object's name and the nanosecond; two Events of one moment differ in the last digits."""
        nanoseconds = self._clock.now * 1000
        while self._client.get("events", namespace, f"{about}.{nanoseconds:x}") is not None:
            nanoseconds += 1
        return f"{about}.{nanoseconds:x}"

    @staticmethod
    def _remember(table: Any, key: Any, value: Any) -> None:
        if key in table:
            table.delete(key)
        elif len(table) >= REMEMBERED:
            table.delete(next(iter(table)))
        table.put(key, value)


class SeriesRecorder(Recorder):
    """Events of the newer kind, as the scheduler writes them: a repeated one becomes a series."""

    __slots__ = ("_instance",)

    def __init__(self, client: Client, kernel: Kernel, component: str, instance: str) -> None:
        super().__init__(client, kernel, component)
        self._instance = instance

    def act(
        self, obj: Object, kind: str, reason: str, action: str, message: str, *, related: Object | None = None
    ) -> None:
        """Record what was done to an object; `action` names the attempt, such as `Binding`."""
        regarding = reference(obj)
        about = tuple(regarding.get(name, "") for name in IDENTITY)
        key = (*about, kind, reason, action)
        try:
            if not self._continue_series(key):
                self._begin(key, regarding, kind, reason, action, message[:1024], related)
        except APIError:
            return

    def _continue_series(self, key: tuple[str, ...]) -> bool:
        known = self._seen.get(key)
        event = self._client.get("events", known[0], known[1]) if known else None
        if event is None:
            return False
        count = (event.get("series") or {"count": 1})["count"] + 1
        series = {"count": count, "lastObservedTime": micro_timestamp(self._clock.now)}
        self._client.update("events", changed(event, ("series",), series))
        return True

    def _begin(
        self,
        key: tuple[str, ...],
        regarding: Object,
        kind: str,
        reason: str,
        action: str,
        message: str,
        related: Object | None,
    ) -> None:
        event = self._frame(regarding, kind, reason)
        event |= {"message": message, "action": action, "eventTime": micro_timestamp(self._clock.now), "source": {}}
        event |= {"firstTimestamp": None, "lastTimestamp": None}
        event |= {"reportingComponent": self._component, "reportingInstance": self._instance}
        if related is not None:
            event["related"] = reference(related)
        created = self._client.create("events", event)
        self._remember(self._seen, key, (created["metadata"]["namespace"], created["metadata"]["name"]))


@lru_cache(maxsize=256)
def source_of(component: str, host: str) -> Object:
    """Who reports; one value for all Events of the same source."""
    return {"component": component, "host": host} if host else {"component": component}


def reference(obj: Object, field_path: str = "") -> Object:
    """An ObjectReference to an object, or to a part of it. Upstream: client-go/tools/reference"""
    metadata = obj["metadata"]
    found: Object = {"kind": obj["kind"]}
    if metadata.get("namespace"):
        found["namespace"] = metadata["namespace"]
    found["name"] = metadata["name"]
    for name in ("uid", "resourceVersion"):
        if metadata.get(name):
            found[name] = metadata[name]
    found["apiVersion"] = obj["apiVersion"]
    if field_path:
        found["fieldPath"] = field_path
    return found

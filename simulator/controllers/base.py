"""What every controller is made of: watching, one queue of keys, retries. Upstream: client-go/util/workqueue"""

from collections.abc import Iterator
from functools import cached_property

from simulator.api.client import Client
from simulator.api.errors import APIError
from simulator.controllers.events import Recorder
from simulator.kernel.clock import MILLISECOND, SECOND, moment
from simulator.kernel.component import Change, Component, Kernel
from simulator.kernel.state import Table
from simulator.machinery.objects import Key, Object, controller_of, key_of

LATENCY = 20 * MILLISECOND
"""How long after a change a controller gets to it; changes in between are dealt with together."""
FIRST_RETRY = 5 * MILLISECOND
WRITING = 8 * MILLISECOND
"""How long a worker is at the writes of one reconcile: what they ask for themselves comes after them."""
LONGEST_RETRY = 1000 * SECOND


class Controller(Component):
    """Brings objects of one kind nearer to what they ask for, key by key. Level, not edge.

    A `reconcile` that cannot go on raises the APIError it met; it is tried again after 5 ms, 10 ms, 20 ms and so on.
    State, as tables: `queue` (keys and when they are due), `alarms` (later looks), `failures` (how often in a row).
    """

    process = "kube-controller-manager"
    resource = ""
    """What it reconciles."""
    kind = ""
    """The kind of it, as owner references have it."""
    owns: tuple[str, ...] = ()
    """The resources whose changes lead back to their controller of that kind."""
    source = ""
    """Its name in the Events it writes."""
    latency = LATENCY

    def __init__(self, kernel: Kernel, client: Client, *, minor: int = 37) -> None:
        super().__init__(kernel)
        self.client = client
        self.minor = minor
        self._busy = 0

    # Most controllers of most worlds have nothing to do, so that these are made when they are first used.

    @cached_property
    def events(self) -> Recorder:
        return Recorder(self.client, self.kernel, self.source or self.name)

    @cached_property
    def _queue(self) -> Table[Key, int]:
        return self.table("queue")

    @cached_property
    def _alarms(self) -> Table[Key, int]:
        return self.table("alarms")

    @cached_property
    def _failures(self) -> Table[Key, int]:
        return self.table("failures")

    # Watching.

    def observe(self, change: Change) -> None:
        for key in self.keys(change):
            self.enqueue(key)

    def keys(self, change: Change) -> Iterator[Key]:
        """Which objects a change concerns: the object itself, or the controller of what changed, now and before."""
        if change.resource == self.resource:
            yield key_of(change.object)
        elif change.resource in self.owns:
            yield from self.owners(change)

    def owners(self, change: Change) -> Iterator[Key]:
        """The controllers, of this controller's kind, of what changed."""
        new, old = change.object, change.old
        same = old is not None and old["metadata"].get("ownerReferences") is new["metadata"].get("ownerReferences")
        for obj in (new,) if same else (new, old):
            owner = controller_of(obj) if obj is not None else None
            if owner is not None and owner["kind"] == self.kind:
                yield new["metadata"].get("namespace", ""), owner["name"]

    # The queue.

    def enqueue(self, key: Key, delay: int | None = None) -> None:
        """Have a key reconciled soon; once, however often it is asked for."""
        due = self.clock.now + (self.latency if delay is None else delay) + self._busy
        pending = self._queue.get(key)
        if pending is None or due < pending:
            self._queue.put(key, due)
            self.later(due - self.clock.now, "work", key)

    def look_again(self, key: Key, delay: int) -> None:
        """Have a key reconciled after a longer time; an earlier look that is planned already will do as well."""
        due = self.clock.now + delay
        planned = self._alarms.get(key)
        if planned is None or planned <= self.clock.now or due < planned:
            self._alarms.put(key, due)
            self.later(delay, "alarm", key)

    def alarm(self, key: Key) -> None:
        if (self._alarms.get(key) or 0) <= self.clock.now:
            self._alarms.delete(key)
            self.enqueue(key)

    def work(self, key: Key) -> None:
        """Reconcile a key whose time has come."""
        due = self._queue.get(key)
        if due is None or due > self.clock.now:
            return  # done meanwhile, or put off
        self._queue.delete(key)
        failed = False
        self._busy = WRITING
        try:
            self.reconcile(key)
        except APIError:
            failed = True
        finally:
            self._busy = 0
        if failed:
            failures = (self._failures.get(key) or 0) + 1
            self._failures.put(key, failures)
            self.enqueue(key, min(FIRST_RETRY << min(failures - 1, 30), LONGEST_RETRY))
        else:
            self._failures.delete(key)

    def reconcile(self, key: Key) -> None:
        """Compare what is with what is wanted, and take the next step."""
        raise NotImplementedError

    # What reconciling needs.

    def get(self, key: Key) -> Object | None:
        return self.client.get(self.resource, *key)

    def seconds_since(self, text: str | None) -> int:
        """Microseconds from a timestamp to now."""
        return self.clock.now - moment(text) if text else 0

"""What machines use of CPU and memory, and what happens at their limits. Upstream: cgroups(7), cgroup-v2.rst

Nothing ticks: a row says what is used as a function of time since its last change, so that an idle machine costs
nothing and any moment can be worked out later. Machines of one group share its CPU by their weights when they want more
than there is, which is worked out anew when what somebody wants changes. Tables: `runtime/cgroups` by machine,
`runtime/cpu` by group (who wants CPU all the time, and whether that is too much).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.kernel.clock import MILLISECOND, SECOND
from simulator.kernel.state import Table
from simulator.runtime import signals
from simulator.runtime.programs import PROGRAMS
from simulator.runtime.sharing import LEAST, Wish, divided

if TYPE_CHECKING:
    from simulator.runtime.machines import Machines

CORE = 1000
"""Thousandths of a CPU in a CPU."""
PERIOD = 100 * MILLISECOND
"""In each period a machine with a CPU limit may run for its share, then it stands still."""
SCRAPE = 15 * SECOND
"""Whoever measures looks at these moments; a row keeps what it was at the last two of them."""
CORES = 4000
"""What a machine may use that nobody limits."""
QUEUE = 5 * SECOND
"""How long clients of a swamped server wait before they give up."""
TURN = 3 * MILLISECOND
"""How long a machine computes before another gets its turn on the same CPU."""
IDLE = 1
"""Thousandths of a CPU that any container uses for doing nothing."""

type Row = dict[str, Any]
type Held = tuple[int, int, int, int]
"""Bytes at a moment, growth in bytes a second, that moment, and the most it grows to (0: without end)."""


class Limits(NamedTuple):
    """Bytes of memory and thousandths of a CPU; 0 is no limit. `cores` is what there is without one.

    Those of one `group` share these cores, by their `weight`.
    """

    memory: int = 0
    cpu: int = 0
    cores: int = CORES
    group: str = ""
    weight: int = LEAST

    @property
    def capacity(self) -> int:
        return self.cpu or self.cores


class Usage(NamedTuple):
    """What a machine had used by a moment: microseconds of CPU, and bytes of memory at that moment."""

    cpu: int
    memory: int


NOTHING: Row = {
    "at": 0, "used": 0, "queue": 0, "throttled": 0, "throttlings": 0, "periods": 0, "full": None, "busy": {},
    "load": {}, "held": {}, "seen": (), "grant": 0,
}  # fmt: skip


class Cgroups:
    """The accounting of every machine."""

    def __init__(self, machines: Machines) -> None:
        self._machines = machines
        self._clock = machines.clock
        self.rows = machines.kernel.state.table("runtime/cgroups")
        self._groups: Table[str, tuple[tuple[str, ...], bool]] = machines.kernel.state.table("runtime/cpu")

    def limits(self, machine: str) -> Limits:
        row = self._machines.rows.rows.get(machine)
        return Limits(*row["limits"]) if row is not None else Limits()

    def limit(self, machine: str, limits: Limits) -> None:
        """Set other limits on a machine that runs. Memory above the new limit ends it, as the kernel does."""
        self.rows.put(machine, self._settled(machine))
        self._machines.change(machine, limits=tuple(limits))
        self._share(machine)
        self._watch(machine)

    # What programs do.

    def hold(self, machine: str, pid: int, size: int, growth: int = 0, most: int = 0) -> None:
        """A process holds so many bytes beyond what its program needs, growing by so many a second."""
        row = self._settled(machine)
        held = {**row["held"], pid: (size, growth, self._clock.now, most)}
        self.rows.put(machine, {**row, "held": held})
        self._watch(machine)

    def occupy(self, machine: str, pid: int, thousandths: int) -> None:
        """A process computes without end, on so many thousandths of a CPU."""
        row = self._settled(machine)
        self.rows.put(machine, {**row, "busy": {**row["busy"], pid: thousandths}})
        self._share(machine)

    def load(self, machine: str, name: str, thousandths: int) -> None:
        """Requests from outside keep a machine busy; 0 ends that."""
        if machine not in self._machines.rows:
            return
        row = self._settled(machine)
        load = {known: amount for known, amount in row["load"].items() if known != name}
        if thousandths:
            load[name] = thousandths
        self.rows.put(machine, {**row, "load": load})
        self._share(machine)
        row = self.rows[machine]
        full = sum(load.values()) >= self._capacity(row, self.limits(machine))
        self.rows.put(machine, {**row, "full": (row["full"] or self._clock.now) if full else None})

    def work(self, machine: str, cost: int) -> int:
        """A request costs so many microseconds of CPU: how long that takes once it has its turn."""
        row = self._settled(machine)
        row["queue"] += cost
        self.rows.put(machine, row)
        return max(cost, cost * CORE // self._queue_rate(row, self._capacity(row, self.limits(machine))))

    def ended(self, machine: str, pid: int) -> None:
        """A process is gone, and with it what it used."""
        row = self.rows.get(machine)
        if row is not None and (pid in row["held"] or pid in row["busy"]):
            row = self._settled(machine)
            held = {known: one for known, one in row["held"].items() if known != pid}
            self.rows.put(
                machine, {**row, "held": held, "busy": {p: one for p, one in row["busy"].items() if p != pid}}
            )
            self._share(machine)

    def forget(self, machine: str) -> None:
        if machine in self.rows:
            self.rows.delete(machine)
            self._share(machine)

    # Sharing.

    def _share(self, machine: str) -> None:
        """What a machine wants has changed: divide its group's CPU anew where that is, or was, too little."""
        limits = self.limits(machine)
        if not limits.group:
            return
        members, was_full = self._groups.get(limits.group) or ((), False)
        others = tuple(member for member in members if member != machine)
        members = (*others, machine) if self._wish(machine).wanted else others
        wishes = [self._wish(member) for member in members]
        is_full = sum(wish.wanted for wish in wishes) > limits.cores
        if members:
            self._groups.put(limits.group, (members, is_full))
        else:
            self._groups.delete(limits.group)
        if is_full or was_full:
            grants = divided(wishes, limits.cores) if is_full else {}
            for member in dict.fromkeys((*members, machine)):
                self._grant(member, grants.get(member, 0))

    def _wish(self, machine: str) -> Wish:
        row, limits = self.rows.rows.get(machine), self.limits(machine)
        about = self._machines.rows.rows.get(machine)
        runs = row is not None and about is not None and about["exit"] is None
        return Wish(machine, min(demand(row), limits.capacity) if runs and row is not None else 0, limits.weight)

    def _grant(self, machine: str, thousandths: int) -> None:
        """From now on a machine gets so much at most; 0: as much as it may."""
        row = self.rows.rows.get(machine)
        if row is not None and row["grant"] != thousandths:
            self.rows.put(machine, {**self._settled(machine), "grant": thousandths})

    def _capacity(self, row: Row, limits: Limits) -> int:
        """What a machine may use now: what it was granted, or what a newcomer would be, or all that it may."""
        if row["grant"]:
            return min(int(row["grant"]), limits.capacity)
        members = self._crowd(limits)
        if not members:
            return limits.capacity
        weights = sum(self.limits(member).weight for member in members) + limits.weight
        return max(min(limits.cores * limits.weight // weights, limits.capacity), 1)

    def _crowd(self, limits: Limits) -> tuple[str, ...]:
        """Who wants the CPU of a group of which there is too little; nobody where there is enough."""
        members, is_full = (self._groups.rows.get(limits.group) if limits.group else None) or ((), False)
        return members if is_full else ()

    def delay(self, machine: str) -> int:
        """How much later any answer comes because others want the CPU too, those before it in the queue among them."""
        row: Row | None = self.rows.rows.get(machine)
        turns = TURN * len(self._crowd(self.limits(machine))) if len(self._groups.rows) else 0
        if row is None or not (row["load"] or row["busy"] or row["queue"]):
            return turns
        row, limits = self._settled(machine), self.limits(machine)
        load, capacity = sum(row["load"].values()), self._capacity(row, limits)
        stall = turns + int(PERIOD * self._throttled_share(row, limits)) // 2
        if load >= capacity:
            since = self._clock.now - (row["full"] or self._clock.now)
            return stall + int(min(since * (load - capacity) // capacity + PERIOD, QUEUE))
        waiting = row["queue"] * CORE // self._queue_rate(row, capacity)
        return int(stall + waiting + MILLISECOND * load // (capacity - load))

    # What those see who measure.

    def memory(self, machine: str, moment: int | None = None) -> int:
        """The bytes a machine holds now."""
        moment = self._clock.now if moment is None else moment
        machines = self._machines
        total = 0
        for pid in machines.pids.rows[machine][1] if machine in machines.pids else ():
            process = machines.processes.rows.get((machine, pid))
            if process is not None and process["exit"] is None:
                total += PROGRAMS[process["program"]].resident
        row = self.rows.rows.get(machine)
        return total + (0 if row is None else sum(grown(one, moment) for one in row["held"].values()))

    def usage(self, machine: str, moment: int) -> Usage:
        """What a machine had used by now or by one of the last two scrapes."""
        steps = self._machines.budgets.used(machine, moment) + max(moment - self._created(machine), 0) * IDLE // CORE
        row: Row | None = self.rows.rows.get(machine)
        if row is None:
            return Usage(steps, self.memory(machine, moment))
        if moment >= row["at"]:
            return Usage(steps + self._advanced(machine, row, moment)["used"], self.memory(machine, moment))
        for when, cpu, memory in row["seen"]:
            if when >= moment:
                return Usage(steps + cpu, memory)
        return Usage(steps + row["used"], self.memory(machine, moment))

    def file(self, machine: str, name: str) -> str:
        """What a file below /sys/fs/cgroup says."""
        limits, now = self.limits(machine), self._clock.now
        row = self._settled(machine) if machine in self.rows else NOTHING
        used = self.usage(machine, now)
        match name:
            case "memory.max":
                return f"{limits.memory or 'max'}\n"
            case "memory.current":
                return f"{used.memory}\n"
            case "memory.events":
                return "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n"
            case "cpu.max":
                return f"{limits.cpu * 100 if limits.cpu else 'max'} 100000\n"
            case "cpu.weight":
                return "100\n"
        user = used.cpu * 3 // 4
        lines = [f"usage_usec {used.cpu}", f"user_usec {user}", f"system_usec {used.cpu - user}"]
        if limits.cpu:
            lines += [f"nr_periods {row['periods']}", f"nr_throttled {row['throttlings']}"]
            lines += [f"throttled_usec {row['throttled']}", "nr_bursts 0", "burst_usec 0"]
        return "\n".join(lines) + "\n"

    # How it is worked out.

    def _created(self, machine: str) -> int:
        row = self._machines.rows.rows.get(machine)
        return int(row["created"]) if row is not None else self._clock.now

    def _settled(self, machine: str) -> Row:
        """The row as it is now, and what it was at the last scrapes."""
        row: Row = self.rows.get(machine) or {**NOTHING, "at": self._clock.now}
        now, before = self._clock.now, row["at"]
        seen = row["seen"]
        last = now - now % SCRAPE
        for moment in (last - SCRAPE, last):
            if before < moment <= now:
                seen = (*seen, (moment, self._advanced(machine, row, moment)["used"], self.memory(machine, moment)))
        return {**self._advanced(machine, row, now), "seen": seen[-2:]}

    def _advanced(self, machine: str, row: Row, moment: int) -> Row:
        """A row some time later: first while requests wait for their turn, then without them."""
        limits = self.limits(machine)
        row, capacity = dict(row), self._capacity(row, limits)
        if row["queue"]:
            rate = self._queue_rate(row, capacity)
            took = min(-(-row["queue"] * CORE // rate), moment - row["at"])
            done = min(took * rate // CORE, row["queue"])
            self._pass(row, limits, took, done + took * max(min(demand(row), capacity - rate), 0) // CORE)
            row["queue"] -= done
        left = moment - row["at"]
        if left > 0:
            self._pass(row, limits, left, left * min(demand(row), capacity) // CORE)
        return row

    def _pass(self, row: Row, limits: Limits, time: int, used: int) -> None:
        """Let time pass for a private copy of a row, during which so much CPU is used."""
        if limits.cpu and (row["queue"] or demand(row)):
            share = self._throttled_share(row, limits)
            row["periods"] += -(-time // PERIOD)
            row["throttlings"] += -(-time // PERIOD) if share else 0
            row["throttled"] += int(time * share)
        row["used"] += max(used, 0)
        row["at"] += time

    @staticmethod
    def _queue_rate(row: Row, capacity: int) -> int:
        """What is left for waiting requests; they get half of it at least."""
        return max(capacity - demand(row), capacity // 2, 1)

    @staticmethod
    def _throttled_share(row: Row, limits: Limits) -> float:
        """The part of each period for which a machine stands still."""
        wanted = demand(row) + (CORE if row["queue"] else 0)
        return 1 - limits.cpu / wanted if limits.cpu and wanted > limits.cpu else 0.0

    # Out of memory.

    def _watch(self, machine: str) -> None:
        """End what holds too much, note when what grows will, and tell whoever watches the whole node."""
        row = self._machines.rows.rows.get(machine)
        if row is None or row["exit"] is not None:
            return
        if row["limits"][0]:
            self.check(machine)
        if row["on_memory"] is not None:
            self._clock.call_later(0, *row["on_memory"], machine)

    def check(self, machine: str) -> None:
        """Compare what a machine holds with its limit; look again when it will have grown to it."""
        row = self._machines.rows.rows.get(machine)
        if row is None or row["exit"] is not None or not row["limits"][0]:
            return
        left = row["limits"][0] - self.memory(machine)
        if left < 0:
            self.kill(machine)
            return
        after = self.reaches(machine, left)
        if after is not None:
            self._machines.later(after, "check_memory", machine)

    def held(self, machine: str, pid: int) -> int:
        """The bytes that one process holds beyond what its program needs; what leaks is the first one's."""
        row = self.rows.rows.get(machine)
        if row is None:
            return 0
        mine = [one for known, one in row["held"].items() if known == pid or (not known and pid == 1)]
        return sum(grown(one, self._clock.now) for one in mine)

    def demand(self, machine: str) -> int:
        """Thousandths of a CPU that a machine uses all the time, as far as it may."""
        row = self.rows.rows.get(machine)
        return min(demand(row), self._capacity(row, self.limits(machine))) if row is not None else IDLE

    def growth(self, machine: str) -> int:
        """Bytes a second by which a machine grows now."""
        row, now = self.rows.rows.get(machine), self._clock.now
        held = row["held"].values() if row is not None else ()
        return sum(one[1] for one in held if not one[3] or grown(one, now) < one[3])

    def reaches(self, machine: str, more: int) -> int | None:
        """Microseconds until a machine holds so many bytes more, if it goes on as it does now."""
        growth = self.growth(machine)
        return None if growth <= 0 else max(more * SECOND // growth + MILLISECOND, MILLISECOND)

    def kill(self, machine: str) -> None:
        """The kernel ends everything in the group. Upstream: memory.oom.group, which the kubelet sets"""
        self._machines.change(machine, out_of_memory=True)
        self._machines.signal(machine, self._machines.first(machine), signals.KILL)


def demand(row: Mapping[str, Any]) -> int:
    """The thousandths of a CPU that a machine would use all the time if it could."""
    return int(sum(row["busy"].values()) + sum(row["load"].values()))


def grown(held: Held, moment: int) -> int:
    """The bytes of one process at a moment."""
    size, growth, since, most = held
    size += growth * max(moment - since, 0) // SECOND
    return min(size, most) if most else size

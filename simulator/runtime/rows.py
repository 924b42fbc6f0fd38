"""Machines as rows: what each stands on, and its files. Upstream: proc(5)"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from simulator.kernel.component import Component, Kernel
from simulator.kernel.state import Table
from simulator.runtime.budgets import Budgets
from simulator.runtime.cgroups import Cgroups, Limits
from simulator.runtime.errors import OSFailure
from simulator.runtime.files import Files, Mount, Volumes
from simulator.runtime.logs import Logs
from simulator.runtime.network import Isolated, Network
from simulator.runtime.nodes import Index, Node, file, index
from simulator.runtime.procfs import Proc

if TYPE_CHECKING:
    from simulator.runtime.descriptors import Descriptors
    from simulator.runtime.process import Process
    from simulator.runtime.sessions import Sessions
    from simulator.runtime.terminals import Terminals


DISK = "/dev/vda1", "ext4"
MEMORY = "tmpfs", "tmpfs"
CONTAINER = {
    "/": ("overlay", "overlay"), "/dev": MEMORY, "/dev/shm": ("shm", "tmpfs"), "/etc/hosts": DISK,
    "/dev/termination-log": DISK, "/etc/hostname": DISK, "/etc/resolv.conf": DISK,
}  # fmt: skip
"""What every container has mounted."""


class Rows(Component):
    """The tables of machines and their processes, and what is known of a machine without running anything on it."""

    name = "machines"
    descriptors: Descriptors
    terminals: Terminals
    sessions: Sessions
    cgroups: Cgroups

    def __init__(self, kernel: Kernel, network: Network | None = None, *, strict: bool = False) -> None:
        super().__init__(kernel)
        state = kernel.state
        self.network: Network = network or Isolated()
        self.strict = strict
        self.rows = state.table("runtime/machines")
        self.processes = state.table("runtime/processes")
        self.pids = state.table("runtime/pids")
        self.waiters = state.table("runtime/waiters")
        self.streams = state.table("runtime/streams")
        self.listeners: Table[tuple[str, int], tuple[str, int]] = state.table("runtime/listeners")
        self.datagrams: Table[tuple[str, int], tuple[str, int]] = state.table("runtime/datagrams")
        self.families: Table[str, tuple[int, tuple[str, ...]]] = state.table("runtime/families")
        """Machines that see each other's processes: the last number given, and which they are."""
        self.volumes = Volumes(state, self.clock)
        self.volumes.bases.append(self._root_of_relative)
        self.volumes.proc = Proc(self)
        self.logs = Logs(state, self.clock)
        self.budgets = Budgets(state, self.clock)
        self.working: dict[tuple[str, int], Process] = {}
        """The processes that take a step or answer just now: each other's callers, so nobody between two steps."""
        self.nested = 0
        self.remembered: dict[Any, Any] = {}
        """What programs have worked out and can work out again; a fork begins without it."""

    def create(
        self,
        machine: str,
        *,
        layers: tuple[str, ...] = (),
        files: Mapping[str, Node] | None = None,
        env: Mapping[str, str] | None = None,
        hostname: str = "",
        user: int = 0,
        groups: tuple[int, ...] = (0,),
        cwd: str = "/",
        mounts: Iterable[Mount] = (),
        network: str = "",
        log: str = "",
        on_exit: tuple[str, str] | None = None,
        read_only: bool = False,
        limits: Limits = Limits(),  # noqa: B008 - a value
        on_memory: tuple[str, str] | None = None,
        family: str = "",
    ) -> None:
        """A new machine without processes.

        `layers` name image layers (`nodes.LAYERS`), lowest first, above the devices that every machine has; `files` go
        into its writable layer. Machines with the same `network` share their ports, as the containers of a Pod do;
        those of one `family` number their processes together, and see them.
        `log` names the log that `("log", stream)` descriptors write to. `on_exit` names a component and its step, which
        the clock calls with (machine, exit code) when process 1 has ended; `on_memory` names a step that is called with
        (machine) when what it holds has changed.
        """
        self.rows.put(
            machine,
            {
                "layers": ("devices", *layers), "env": dict(env or {}), "hostname": hostname or machine, "user": user,
                "groups": groups, "cwd": cwd, "mounts": tuple(mount.plain() for mount in mounts),
                "network": network or machine, "log": log or machine, "on_exit": on_exit, "read_only": read_only,
                "created": self.clock.now, "exit": None, "limits": tuple(limits), "on_memory": on_memory,
            },
        )  # fmt: skip
        self.pids.put(machine, (0, ()))
        if family:
            self.join(machine, family)
        view = self._files(machine, "/", 0, (0,), 0o022, read_only=False)
        for path, node in (files or {}).items():
            view.place(path, node)
        if hostname and not view.exists("/etc/hostname"):
            view.place("/etc/hostname", file(hostname + "\n"))

    def machine(self, machine: str) -> Mapping[str, Any]:
        """The row of a machine; `exit` is the code of its process 1 once that has ended."""
        row: Mapping[str, Any] = self.rows[machine]
        return row

    def devices(self, machine: str) -> dict[str, tuple[str, str]]:
        """What is mounted where: by place the device and the type of its file system. A container's row has `devices`
        for its volumes."""
        row = self.rows[machine]
        if "devices" not in row:
            return dict.fromkeys(("/", *(mount[0] for mount in row["mounts"])), DISK)
        volumes = {mount[0]: row["devices"].get(mount[0], DISK) for mount in row["mounts"]}
        return {**CONTAINER, **{place: tuple(found) for place, found in volumes.items()}}

    def change(self, machine: str, **changes: Any) -> None:
        """Change settings of a machine, such as its `env` or `mounts`; processes that run keep what they have."""
        self.rows.put(machine, {**self.rows[machine], **changes})

    def files(
        self,
        machine: str,
        cwd: str = "/",
        *,
        user: int = 0,
        groups: tuple[int, ...] = (0,),
        umask: int = 0o022,
        pid: int = 0,
    ) -> Files:
        """A machine's files as a user (root unless told) sees them, or one of its processes."""
        return self._files(machine, cwd, user, groups, umask, read_only=self.rows[machine]["read_only"], pid=pid)

    def _files(
        self, machine: str, cwd: str, user: int, groups: tuple[int, ...], umask: int, *, read_only: bool, pid: int = 0
    ) -> Files:
        row = self.rows[machine]
        layers = self.volumes.base(machine) or index(row["layers"])
        mounts = row["mounts"]
        if "family" in row:
            mounts = (*mounts, *self._roots_of_relatives(machine))
        return Files(self.volumes, machine, layers, mounts, user, groups, cwd, umask, read_only=read_only, pid=pid)

    # families: machines that see each other's processes

    def join(self, machine: str, family: str) -> None:
        """Have a machine number its processes together with those of a family, which begins with its first."""
        last, members = self.families.get(family) or (self.pids[machine][0], ())
        self.families.put(family, (last, (*members, machine)))
        self.change(machine, family=family)

    def part(self, family: str) -> None:
        """End a family: what is left of its machines sees itself alone."""
        self.families.delete(family)

    def relatives(self, machine: str) -> tuple[str, ...]:
        """The machines whose processes a machine sees, itself among them."""
        family = self.rows[machine].get("family")
        known = self.families.get(family) if family is not None else None
        return known[1] if known is not None else (machine,)

    def first(self, machine: str) -> int:
        """The number of the process with which a machine ends."""
        number: int = self.rows[machine].get("first", 1)
        return number

    def visible(self, machine: str) -> list[tuple[int, str, Mapping[str, Any]]]:
        """The processes that a machine sees: number, machine and row."""
        found = [
            (pid, member, row)
            for member in self.relatives(machine)
            for pid in self.pids[member][1]
            if (row := self.processes.get((member, pid))) is not None
        ]
        return sorted(found, key=lambda one: one[0])

    def home(self, machine: str, pid: int) -> str:
        """On which machine a process runs that a machine knows by this number; "" where there is none."""
        return next((member for member in self.relatives(machine) if (member, pid) in self.processes), "")

    def _roots_of_relatives(self, machine: str) -> list[tuple[str, str, str, bool]]:
        """`/proc/N/root` of each process that is seen: the files as they are to that process."""
        found = []
        for pid, member, row in self.visible(machine):
            if row["exit"] is None:
                place = f"/proc/{pid}/root"
                found.append((place, member, "/", False))
                found += [
                    (place + at, volume, source, kept) for at, volume, source, kept in self.rows[member]["mounts"]
                ]
        return found

    def _root_of_relative(self, volume: str) -> Index | None:
        """What lies below a machine's own files, where its relatives look at them."""
        row = self.rows.rows.get(volume)
        return index(row["layers"]) if row is not None and "family" in row else None

    def _leave(self, machine: str) -> None:
        """A machine that is gone is nobody's relative."""
        family = self.rows[machine].get("family")
        if family is not None and family in self.families:
            last, members = self.families[family]
            left = tuple(member for member in members if member != machine)
            if left:
                self.families.put(family, (last, left))
            else:
                self.families.delete(family)

    # ports

    def listen(self, machine: str, pid: int, port: int, protocol: str = "TCP") -> None:
        key = (self.rows[machine]["network"], port)
        table = self._ports(protocol)
        holder = table.get(key)
        if holder is not None and holder != (machine, pid):
            raise OSFailure("EADDRINUSE")
        table.put(key, (machine, pid))

    def listen_at(self, machine: str, pid: int, place: str) -> None:
        """Take requests at a socket in a machine's file system."""
        self.listeners.put((socket_space(machine, place), 0), (machine, pid))

    def _ports(self, protocol: str) -> Table[tuple[str, int], tuple[str, int]]:
        return self.listeners if protocol == "TCP" else self.datagrams

    def stop_listening(self, machine: str, pid: int) -> None:
        """Close every port of a process, as a server does that takes no new requests."""
        for table in (self.listeners, self.datagrams):
            for key in [key for key, holder in table.rows.items() if holder == (machine, pid)]:
                table.delete(key)

    def listener(self, network: str, port: int, protocol: str = "TCP") -> tuple[str, int] | None:
        """The (machine, pid) that listens on a port of a network."""
        return self._ports(protocol).get((network, port))


def socket_space(machine: str, place: str) -> str:
    """The port space of a socket in a machine's file system; its one port is 0."""
    return f"{machine}:{place}"

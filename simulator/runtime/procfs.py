"""/proc: what a machine says of itself and of its processes. Upstream: proc(5)"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from simulator.kernel.clock import SECOND
from simulator.runtime.nodes import Node, directory, file, link

if TYPE_CHECKING:
    from simulator.runtime.rows import Rows

ROOT = "/proc"
VERSION = "Linux version 6.12.57+deb13-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian\n"
STATES = {"R": "R (running)", "S": "S (sleeping)", "T": "T (stopped)", "Z": "Z (zombie)"}

type Row = Mapping[str, Any]


class Proc:
    """Makes the nodes below /proc when somebody looks at them; nothing of it is stored."""

    def __init__(self, machines: Rows) -> None:
        self._machines = machines
        self._whole: dict[str, Callable[[str], str]] = {
            "cpuinfo": self._cpuinfo, "loadavg": lambda machine: "0.00 0.00 0.00 1/100 1\n", "mounts": self._mounts,
            "uptime": self._uptime, "version": lambda machine: VERSION,
        }  # fmt: skip
        self._each: dict[str, Callable[[str, int, Row], Node]] = {
            "cgroup": lambda machine, pid, row: file("0::/\n", mode=0o444),
            "cmdline": lambda machine, pid, row: file("".join(f"{word}\0" for word in row["argv"]), mode=0o444),
            "comm": lambda machine, pid, row: file(f"{title(row)}\n", mode=0o644),
            "cwd": lambda machine, pid, row: link(row["cwd"]),
            "environ": self._environ,
            "mounts": lambda machine, pid, row: file(self._mounts(machine), mode=0o444),
            "root": lambda machine, pid, row: link("/"),
            "status": self._status,
        }

    def node(self, machine: str, place: str, pid: int) -> Node | None:
        """What is at a path below /proc, seen by a process."""
        parts = place.split("/")[2:]
        if machine not in self._machines.rows:
            return None
        if parts[0] == "self" and len(parts) == 1 and pid:
            return link(f"{ROOT}/{pid}")
        if len(parts) == 1 and parts[0] in self._whole:
            return file(self._whole[parts[0]](machine), mode=0o444)
        row, home = self._process(machine, parts[0])
        if row is None or len(parts) > 2:
            return None
        if len(parts) == 1:
            return directory(mode=0o555, owner=row["user"], modified=row["started"])
        made = self._each.get(parts[1])
        return made(home, int(parts[0]), row) if made is not None else None

    def names(self, machine: str, place: str, pid: int) -> list[str]:
        """What is in /proc, or in the folder of a process."""
        if machine not in self._machines.rows:
            return []
        if place != ROOT:
            found = self._process(machine, place.split("/")[2])[0]
            return sorted(self._each) if found is not None and place.count("/") == 2 else []
        numbers = [str(number) for number, _, _ in self._machines.visible(machine)]
        return [*numbers, *sorted(self._whole), *(["self"] if pid else [])]

    def _process(self, machine: str, name: str) -> tuple[Row | None, str]:
        if not name.isdecimal() or not name.isascii() or len(name) > 9:
            return None, ""
        home = self._machines.home(machine, int(name))
        return self._machines.processes.get((home, int(name))), home

    def _cpuinfo(self, machine: str) -> str:
        cores = max(self._machines.cgroups.limits(machine).cores // 1000, 1)
        return "".join(
            f"processor\t: {number}\nvendor_id\t: GenuineIntel\nmodel name\t: a simulated CPU\ncpu cores\t: {cores}\n\n"
            for number in range(cores)
        )

    def _uptime(self, machine: str) -> str:
        seconds = (self._machines.clock.now - self._machines.machine(machine)["created"]) / SECOND
        return f"{seconds:.2f} {seconds:.2f}\n"

    def _mounts(self, machine: str) -> str:
        row = self._machines.machine(machine)
        lines = [
            f"overlay / overlay {'ro' if row['read_only'] else 'rw'},relatime 0 0",
            "proc /proc proc rw,nosuid 0 0",
        ]
        lines += [
            f"volume {at} ext4 {'ro' if read_only else 'rw'},relatime 0 0" for at, _, _, read_only in row["mounts"]
        ]
        return "".join(f"{line}\n" for line in lines)

    @staticmethod
    def _environ(machine: str, pid: int, row: Row) -> Node:
        content = "".join(f"{name}={value}\0" for name, value in row["env"].items())
        return file(content.encode("utf-8", "surrogateescape"), mode=0o400, owner=row["user"])

    @staticmethod
    def _status(machine: str, pid: int, row: Row) -> Node:
        state = "Z" if row["exit"] is not None else "T" if row["stopped"] else "S"
        groups = " ".join(map(str, row["groups"]))
        lines = [
            f"Name:\t{title(row)}",
            f"State:\t{STATES[state]}",
            f"Tgid:\t{pid}",
            f"Pid:\t{pid}",
            f"PPid:\t{row['parent']}",
            "Uid:" + f"\t{row['user']}" * 4,
            "Gid:" + f"\t{row['groups'][0]}" * 4,
            f"Groups:\t{groups} ",
            "Threads:\t1",
        ]
        return file("".join(f"{line}\n" for line in lines), mode=0o444)


def title(row: Row) -> str:
    """The name of its program, as long as the kernel keeps it."""
    return (row["argv"][0].rsplit("/", 1)[-1] if row["argv"] else "")[:15]

"""/proc: what a machine says of itself and of its processes. Upstream: proc(5)"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from simulator.kernel.clock import SECOND
from simulator.runtime.hardware import TICKS, Hardware, cpuinfo, load_average, meminfo, stat
from simulator.runtime.nodes import Node, directory, file, link

if TYPE_CHECKING:
    from simulator.runtime.rows import Rows

ROOT = "/proc"
VERSION = "Linux version 6.12.57+deb13-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian\n"
COMMAND_LINE = "BOOT_IMAGE=/boot/vmlinuz-6.12.57+deb13-amd64 root=/dev/vda1 ro quiet\n"
FILE_SYSTEMS = "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tcgroup2\nnodev\toverlay\nnodev\tdevpts\n\text4\n"
SWAPS = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
OPTIONS = {
    "cgroup2": "nosuid,nodev,noexec,relatime", "ext4": "relatime", "overlay": "relatime", "proc": "nosuid,nodev,noexec,"
    "relatime", "sysfs": "nosuid,nodev,noexec,relatime", "tmpfs": "nosuid",
}  # fmt: skip
SYSTEM_THREADS = 180
"""How many a node's own processes have, about."""
LIMITS = "Limit                     Soft Limit           Hard Limit           Units     \n" + "".join(
    f"{name:<25} {soft:<20} {hard:<20} {unit:<10}\n"
    for name, soft, hard, unit in (
        ("Max cpu time", "unlimited", "unlimited", "seconds"),
        ("Max file size", "unlimited", "unlimited", "bytes"),
        ("Max data size", "unlimited", "unlimited", "bytes"),
        ("Max stack size", "8388608", "unlimited", "bytes"),
        ("Max core file size", "unlimited", "unlimited", "bytes"),
        ("Max resident set", "unlimited", "unlimited", "bytes"),
        ("Max processes", "unlimited", "unlimited", "processes"),
        ("Max open files", "1048576", "1048576", "files"),
        ("Max locked memory", "8388608", "8388608", "bytes"),
        ("Max address space", "unlimited", "unlimited", "bytes"),
        ("Max nice priority", "0", "0", ""),
        ("Max realtime priority", "0", "0", ""),
    )
)
STATES = {"R": "R (running)", "S": "S (sleeping)", "T": "T (stopped)", "Z": "Z (zombie)"}

type Row = Mapping[str, Any]


class Proc:
    """Makes the nodes below /proc when somebody looks at them; nothing of it is stored."""

    def __init__(self, machines: Rows) -> None:
        self._machines = machines
        self._whole: dict[str, Callable[[str], str]] = {
            "cmdline": lambda machine: COMMAND_LINE, "cpuinfo": lambda machine: cpuinfo(self._hardware(machine)),
            "filesystems": lambda machine: FILE_SYSTEMS, "loadavg": self._loadavg,
            "meminfo": lambda machine: meminfo(self._hardware(machine)), "mounts": self._mounts, "stat": self._stat,
            "swaps": lambda machine: SWAPS, "uptime": self._uptime, "version": lambda machine: VERSION,
        }  # fmt: skip
        self._each: dict[str, Callable[[str, int, Row], Node]] = {
            "cgroup": lambda machine, pid, row: file("0::/\n", mode=0o444),
            "cmdline": lambda machine, pid, row: file("".join(f"{word}\0" for word in row["argv"]), mode=0o444),
            "comm": lambda machine, pid, row: file(f"{title(row)}\n", mode=0o644),
            "cwd": lambda machine, pid, row: link(row["cwd"]),
            "environ": self._environ,
            "limits": lambda machine, pid, row: file(LIMITS, mode=0o444),
            "mounts": lambda machine, pid, row: file(self._mounts(machine), mode=0o444),
            "oom_score_adj": self._oom_score,
            "root": lambda machine, pid, row: link("/"),
            "stat": self._short,
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

    def _hardware(self, machine: str) -> Hardware:
        return self._machines.network.hardware(machine)

    def _loadavg(self, machine: str) -> str:
        numbers = [number for number, _, _ in self._machines.visible(machine)]
        return f"{load_average(self._hardware(machine))} 1/{len(numbers) + SYSTEM_THREADS} {max(numbers, default=0)}\n"

    def _stat(self, machine: str) -> str:
        last = max((number for number, _, _ in self._machines.visible(machine)), default=0)
        return stat(self._hardware(machine), self._machines.clock.now, last)

    def _uptime(self, machine: str) -> str:
        found = self._hardware(machine)
        seconds = (self._machines.clock.now - found.booted) / SECOND
        return f"{seconds:.2f} {seconds * max(found.cores - found.busy / 1000, 0):.2f}\n"

    def _mounts(self, machine: str) -> str:
        row = self._machines.machine(machine)
        kept = {at for at, _, _, read_only in row["mounts"] if read_only} | ({"/"} if row["read_only"] else set())
        devices = self._machines.devices(machine)
        places = [(place, *found) for place, found in devices.items()]
        system = [("/proc", "proc", "proc"), ("/sys", "sysfs", "sysfs"), ("/sys/fs/cgroup", "cgroup", "cgroup2")]
        lines = [
            f"{device} {place} {kind} {'ro' if place in kept or place.startswith('/sys') else 'rw'},{OPTIONS[kind]} 0 0"
            for place, device, kind in (places[0], *system, *places[1:])
        ]
        return "".join(f"{line}\n" for line in lines)

    def _oom_score(self, machine: str, pid: int, row: Row) -> Node:
        return file(f"{self._machines.machine(machine).get('oom', 0)}\n", mode=0o644)

    def _short(self, machine: str, pid: int, row: Row) -> Node:
        state = "Z" if row["exit"] is not None else "T" if row["stopped"] else "S"
        began = max(row["started"] - self._hardware(machine).booted, 0) * TICKS // SECOND
        fields = f"{row['parent']} {row['group']} {row['group']} 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 {began}"
        return file(f"{pid} ({title(row)}) {state} {fields} 4505600 256 18446744073709551615\n", mode=0o444)

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

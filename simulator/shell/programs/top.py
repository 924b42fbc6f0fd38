"""top: what runs on this machine and what it uses. Upstream: procps top(1), busybox procps/top.c"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from simulator.kernel.clock import SECOND
from simulator.runtime.hardware import SHARED, Hardware, load_average, up_for
from simulator.runtime.process import Process
from simulator.runtime.programs import PROGRAMS, Exit, Outcome, Wait, program
from simulator.shell.programs.base import Usage, options, refuse, whole
from simulator.shell.programs.busybox import speaks
from simulator.shell.programs.pagers import Watch
from simulator.shell.programs.system import duration
from simulator.shell.programs.users import user_name

PERIOD = 3 * SECOND
VIRTUAL = 4400
"""KiB that a process has asked for, and uses none of."""


class Task(NamedTuple):
    """A process with what it uses: thousandths of a CPU, and KiB of memory."""

    pid: int
    parent: int
    user: str
    state: str
    cpu: int
    resident: int
    age: int
    words: tuple[str, ...]


@program("top")
class Top(Watch):
    """Again every three seconds, on the whole screen; with -b one after the other, -n times."""

    def start(self, process: Process) -> Outcome:
        try:
            flags, _ = options(process, "bn:d:p:o:H", {})
            times = whole(str(flags["n"]), "bad iterations argument") if "n" in flags else 0
            period = max(duration(str(flags["d"])), SECOND // 10) if "d" in flags else PERIOD
        except Usage as usage:
            return refuse(process, usage)
        if "b" in flags:
            process.state = {"left": times, "period": period}
            return self.print_once(process)
        if process.terminal is None:
            process.error("top: failed tty get")
            return Exit(1)
        is_node = process.machines.network.host(process.machine) is not None and "devices" not in (
            process.machines.machine(process.machine)
        )
        shown = "uptime; echo; ps aux" if is_node else "top -bn1"
        process.argv = ("watch", "-n", str(period // SECOND or 1), "-t", shown)
        return super().start(process)

    def print_once(self, process: Process) -> Outcome:
        shown = as_busybox if speaks(process) else as_procps
        for line in shown(process, process.machines.network.hardware(process.machine), tasks(process)):
            process.print(line)
        left = process.state["left"] - 1
        if not left:
            return Exit(0)
        process.state = {**process.state, "left": left}
        return Wait("print_once", until=process.now + process.state["period"])


def tasks(process: Process) -> list[Task]:
    """Every process, the busiest first."""
    used = process.machines.cgroups.rows.rows
    found = []
    for pid, home, row in process.machines.visible(process.machine):
        if row["argv"]:
            usage: Mapping[str, Any] = used.get(home) or {"busy": {}, "held": {}}
            held = process.machines.cgroups.held(home, pid)
            resident = (PROGRAMS[row["program"]].resident + held) >> 10
            state = "Z" if row["exit"] is not None else "T" if row["stopped"] else "R" if pid == process.pid else "S"
            name, age = user_name(process, row["user"]), process.now - row["started"]
            cpu = usage["busy"].get(pid, 0)
            found.append(Task(pid, row["parent"], name, state, cpu, resident, age, row["argv"]))
    return sorted(found, key=lambda task: (-task.cpu, task.pid))


def as_procps(process: Process, found: Hardware, rows: list[Task]) -> list[str]:
    clock = f"{datetime.fromtimestamp(process.now // SECOND, UTC):%H:%M:%S}"
    averages = load_average(found).replace(" ", ", ")
    counts = [sum(1 for row in rows if row.state == state) for state in "RSTZ"]
    busy = min(found.busy / (found.cores * 10), 100.0)
    lines = [
        f"top - {clock} up {up_for(process.now - found.booted)},  1 user,  load average: {averages}",
        f"Tasks: {len(rows):>3} total, {counts[0]:>3} running, {counts[1]:>3} sleeping, {counts[2]:>3} stopped, "
        f"{counts[3]:>3} zombie",
        f"%Cpu(s): {busy * 2 / 3:>4.1f} us, {busy / 3:>4.1f} sy,  0.0 ni, {100 - busy:>4.1f} id,  0.0 wa,  0.0 hi,  "
        "0.0 si,  0.0 st",
        f"MiB Mem : {mebi(found.memory)} total, {mebi(found.free)} free, {mebi(found.used)} used, "
        f"{mebi(found.cached)} buff/cache",
        f"MiB Swap: {mebi(0)} total, {mebi(0)} free, {mebi(0)} used. {mebi(found.available)} avail Mem",
        "",
        "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND",
    ]
    for row in rows:
        share = (row.resident << 10) * 100 / found.memory
        hundredths = row.age * row.cpu // 1000 * 100 // SECOND
        took = f"{hundredths // 6000}:{hundredths % 6000 // 100:02}.{hundredths % 100:02}"
        name = row.words[0].rpartition("/")[2]
        lines.append(
            f"{row.pid:>7} {row.user:<8}  20   0 {VIRTUAL + row.resident:>7} {row.resident:>6} {row.resident // 2:>6} "
            f"{row.state} {row.cpu / 10:>5.1f} {share:>5.1f} {took:>9} {name}"
        )
    return lines


def as_busybox(process: Process, found: Hardware, rows: list[Task]) -> list[str]:
    busy = min(found.busy // (found.cores * 10), 100)
    buffers = found.cached // 16
    lines = [
        f"Mem: {found.used >> 10}K used, {found.free >> 10}K free, {SHARED >> 10}K shrd, {buffers >> 10}K buff, "
        f"{found.cached - buffers >> 10}K cached",
        f"CPU: {busy * 2 // 3:>3}% usr {busy // 3:>3}% sys   0% nic {100 - busy:>3}% idle   0% io   0% irq   0% sirq",
        f"Load average: {load_average(found)} 1/{len(rows) + 180} {max((row.pid for row in rows), default=0)}",
        "  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND",
    ]
    for row in rows:
        size = VIRTUAL + row.resident
        share = (size << 10) * 100 // found.memory
        lines.append(
            f"{row.pid:>5} {row.parent:>5} {row.user:<8} {row.state:<4} {size:>5} {share:>3}% "
            f"{row.pid % found.cores:>3} {row.cpu // (10 * found.cores):>3}% {' '.join(row.words)}"
        )
    return lines


def mebi(size: int) -> str:
    return f"{size / (1 << 20):>8.1f}"

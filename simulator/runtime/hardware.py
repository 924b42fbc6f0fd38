"""What a machine stands on, as /proc tells it to every container of a node. Upstream: proc(5)"""

from typing import NamedTuple

from simulator.kernel.clock import SECOND

CACHE = 1 << 30
"""About how much of a machine's memory holds files."""
SHARED = 2 << 20
MODEL = "Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz"
TICKS = 100
"""Ticks of /proc/stat in a second."""


class Hardware(NamedTuple):
    """A node's processors and memory, and how much of them is in use now."""

    cores: int
    memory: int
    """Bytes."""
    used: int
    booted: int
    """A moment."""
    busy: int
    """Thousandths of a CPU."""

    @property
    def cached(self) -> int:
        return min(CACHE, max(self.memory - self.used, 0) // 2)

    @property
    def free(self) -> int:
        return max(self.memory - self.used - self.cached, 0)

    @property
    def available(self) -> int:
        return max(self.memory - self.used, 0)


SMALL = Hardware(2, 4 << 30, 600 << 20, 0, 20)
"""A machine of which nothing else is known, such as the workstation."""


def load_average(found: Hardware) -> str:
    """The three averages; the longer ones are what is used now, too."""
    return " ".join([f"{found.busy / 1000:.2f}"] * 3)


def meminfo(found: Hardware) -> str:
    """In KiB. Upstream: fs/proc/meminfo.c"""
    anonymous = found.used * 3 // 4
    amounts = {
        "MemTotal": found.memory, "MemFree": found.free, "MemAvailable": found.available, "Buffers": found.cached // 16,
        "Cached": found.cached - found.cached // 16, "SwapCached": 0, "Active": anonymous + found.cached // 2,
        "Inactive": found.cached // 2, "Active(anon)": anonymous, "Inactive(anon)": 0,
        "Active(file)": found.cached // 2, "Inactive(file)": found.cached // 2, "Unevictable": 0, "Mlocked": 0,
        "SwapTotal": 0, "SwapFree": 0, "Dirty": 0, "Writeback": 0, "AnonPages": anonymous, "Mapped": found.cached // 4,
        "Shmem": SHARED, "Slab": found.used // 8, "SReclaimable": found.used // 16, "SUnreclaim": found.used // 16,
        "KernelStack": 8 << 20, "PageTables": 12 << 20, "CommitLimit": found.memory // 2,
        "Committed_AS": found.used * 2,
    }  # fmt: skip
    lines = [f"{name + ':':<16}{amount >> 10:>8} kB\n" for name, amount in amounts.items()]
    pages = ("HugePages_Total", "HugePages_Free", "HugePages_Rsvd", "HugePages_Surp")
    return "".join([*lines, *(f"{name + ':':<16}{0:>8}\n" for name in pages), f"{'Hugepagesize:':<16}{2048:>8} kB\n"])


def stat(found: Hardware, now: int, processes: int) -> str:
    """Since the boot, in ticks: of all processors together, then of each. Upstream: fs/proc/stat.c"""
    up = max(now - found.booted, 0) * TICKS // SECOND
    working = up * min(found.busy, found.cores * 1000) // 1000
    rows = [("cpu ", working, up * found.cores - working)]
    share = working // found.cores
    rows += [(f"cpu{number}", share, up - share) for number in range(found.cores)]
    lines = [f"{name} {used * 2 // 3} 0 {used - used * 2 // 3} {idle} 0 0 0 0 0 0\n" for name, used, idle in rows]
    rest = f"intr 0\nctxt {up * 9}\nbtime {found.booted // SECOND}\nprocesses {processes}\n"
    return "".join(lines) + rest + "procs_running 1\nprocs_blocked 0\n"


def cpuinfo(found: Hardware) -> str:
    return "".join(
        f"processor\t: {number}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 106\nmodel name\t: {MODEL}\n"
        f"stepping\t: 6\ncpu MHz\t\t: 2900.000\ncache size\t: 55296 KB\nphysical id\t: 0\nsiblings\t: {found.cores}\n"
        f"core id\t\t: {number}\ncpu cores\t: {found.cores}\nbogomips\t: 5800.00\n\n"
        for number in range(found.cores)
    )


def up_for(microseconds: int, *, pretty: bool = False) -> str:
    """How `uptime` says it: `2 days,  3:07`, or with `-p` `2 days, 3 hours, 7 minutes`. Upstream: procps"""
    minutes = microseconds // SECOND // 60
    days, hours = minutes // 1440, minutes % 1440 // 60
    if pretty:
        parts = ((days // 7, "week"), (days % 7, "day"), (hours, "hour"), (minutes % 60, "minute"))
        said = [f"{number} {word}{'s' * (number != 1)}" for number, word in parts if number]
        return ", ".join(said or ["0 minutes"])
    shown = f"{days} day{'s' * (days != 1)}, " if days else ""
    return shown + (f"{hours:>2}:{minutes % 60:02}" if hours else f"{minutes} min")

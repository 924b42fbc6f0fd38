"""What a machine has and uses: free, uptime, nproc, lscpu, df, mount. Upstream: busybox, procps(1), util-linux(1)"""

from datetime import UTC, datetime

from simulator.kernel.clock import SECOND
from simulator.runtime.hardware import MODEL, SHARED, load_average, up_for
from simulator.runtime.process import Process
from simulator.runtime.programs import command
from simulator.runtime.rows import MEMORY
from simulator.shell.programs.base import checked, options
from simulator.shell.programs.busybox import speaks
from simulator.shell.programs.listing import human

UNITS = {"b": 0, "k": 10, "m": 20, "g": 30}


@command("free")
@checked
def free(process: Process) -> int:
    flags, _ = options(process, "bkmghtw", {"human": "h", "mebi": "m", "gibi": "g", "kibi": "k", "bytes": "b"})
    found = process.machines.network.hardware(process.machine)
    rows = {
        "Mem:": (found.memory, found.used, found.free, SHARED, found.cached, found.available),
        "Swap:": (0, 0, 0),
    }
    if "t" in flags:
        rows["Total:"] = (found.memory, found.used, found.free)
    shift = next((UNITS[letter] for letter in flags if letter in UNITS), 10)

    def shown(amount: int) -> str:
        if "h" not in flags:
            return str(amount >> shift)
        text = human(amount)
        return text if speaks(process) else f"{text}{'B' if text.isdecimal() else 'i'}"

    heads = ("total", "used", "free", "shared", "buff/cache", "available")
    process.print(" " * 7 + "".join(f"{head:>12}" for head in heads))
    for name, amounts in rows.items():
        process.print(f"{name:<7}" + "".join(f"{shown(amount):>12}" for amount in amounts))
    return 0


@command("uptime")
@checked
def uptime(process: Process) -> int:
    flags, _ = options(process, "s" if speaks(process) else "ps", {"pretty": "p", "since": "s"})
    found = process.machines.network.hardware(process.machine)
    up = process.now - found.booted
    if "s" in flags:
        process.print(f"{datetime.fromtimestamp(found.booted // SECOND, UTC):%Y-%m-%d %H:%M:%S}")
    elif "p" in flags:
        process.print(f"up {up_for(up, pretty=True)}")
    else:
        users = sum(1 for row in process.machines.terminals.rows.rows.values() if row["machine"] == process.machine)
        averages = load_average(found).replace(" ", ", ")
        clock = f"{datetime.fromtimestamp(process.now // SECOND, UTC):%H:%M:%S}"
        process.print(f" {clock} up {up_for(up)},  {users} user{'s' * (users != 1)},  load average: {averages}")
    return 0


@command("nproc")
def nproc(process: Process) -> int:
    process.print(str(process.machines.network.hardware(process.machine).cores))
    return 0


@command("lscpu")
def lscpu(process: Process) -> int:
    cores = process.machines.network.hardware(process.machine).cores
    for name, text in (
        ("Architecture:", "x86_64"),
        ("  CPU op-mode(s):", "32-bit, 64-bit"),
        ("  Byte Order:", "Little Endian"),
        ("CPU(s):", str(cores)),
        ("  On-line CPU(s) list:", f"0-{cores - 1}" if cores > 1 else "0"),
        ("Vendor ID:", "GenuineIntel"),
        ("  Model name:", MODEL),
        ("    CPU family:", "6"),
        ("    Thread(s) per core:", "1"),
        ("    Core(s) per socket:", str(cores)),
        ("    Socket(s):", "1"),
    ):
        process.print(f"{name:<25}{text}")
    return 0


@command("mount")
def mount(process: Process) -> int:
    if len(process.argv) > 1 and process.argv[1] not in ("-l", "-t"):
        return process.fail(
            "permission denied (are you root?)" if speaks(process) else "must be superuser to use mount."
        )
    kind = process.argv[2] if process.argv[1:2] == ("-t",) and len(process.argv) > 2 else ""
    for line in process.files.text("/proc/mounts").splitlines():
        device, place, system, rights, *_ = line.split()
        if kind in ("", system):
            process.print(f"{device} on {place} type {system} ({rights})")
    return 0


@command("df")
@checked
def df(process: Process) -> int:
    flags, paths = options(process, "hkmTiPa", {"human-readable": "h", "print-type": "T"})
    volumes, kinds = process.machines.volumes, process.machines.devices(process.machine)
    rows = [
        ("/", process.machine),
        *((mounted[0], mounted[1]) for mounted in process.files.mounts if mounted[0] in kinds),
    ]
    if paths:
        wanted = [process.files.volume_of(process.files.resolve(path)) for path in paths]
        rows = [row for row in rows if row[1] in wanted]
    memory = process.machines.cgroups.limits(process.machine).memory or (
        process.machines.network.hardware(process.machine).memory
    )
    lines = []
    for place, tree in rows:
        room = memory if kinds[place] == MEMORY else volumes.capacity(tree)
        lines.append(measured(*kinds[place], volumes.occupied(tree), room, place))
    if not paths:
        whole = lines[0]
        known = {row[0] for row in rows}
        for place, (device, system) in kinds.items():
            if place not in known:
                lines.append(
                    measured(device, system, 0, SMALL, place)
                    if system == "tmpfs"
                    else (device, system, *whole[2:5], place)
                )
    show(process, flags, lines)
    return 0


type Line = tuple[str, str, int, int, int, str]
"""Device, type, bytes it has, bytes used, bytes left, where it is mounted."""
SMALL = 64 << 20
"""Bytes of a container's /dev and /dev/shm."""


def measured(device: str, system: str, used: int, room: int, place: str) -> Line:
    return device, system, room, used, max(room - used, 0), place


def show(process: Process, flags: dict[str, str], lines: list[Line]) -> None:
    typed, unit = "T" in flags, 1 << 20 if "m" in flags else 1 << 10
    blocks = "1M-blocks" if "m" in flags else "1K-blocks"
    names = ("Size", "Avail") if "h" in flags else (blocks, "Available")
    kind = f" {'Type':<8}" if typed else ""
    process.print(f"{'Filesystem':<20}{kind} {names[0]:>10} {'Used':>9} {names[1]:>9} Use% Mounted on")
    for device, system, room, used, left, place in lines:
        cells = [human(count) if "h" in flags else str(count // unit) for count in (room, used, left)]
        kind = f" {system:<8}" if typed else ""
        share = f"{-(-used * 100 // room) if room else 0}%"
        process.print(f"{device:<20}{kind} {cells[0]:>10} {cells[1]:>9} {cells[2]:>9} {share:>4} {place}")

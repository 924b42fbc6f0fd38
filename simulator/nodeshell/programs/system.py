"""What a node says of itself: free, df, ps, nproc, uptime; and chroot and nsenter, the ways from a Pod to its node.

Upstream: procps(1), coreutils(1)
"""

from datetime import UTC, datetime

from simulator.kernel.clock import SECOND
from simulator.kubelet.disk import SYSTEM as SYSTEM_DISK
from simulator.kubelet.eviction import SYSTEM as SYSTEM_MEMORY
from simulator.machinery.quantities import value
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.asking import host_of
from simulator.nodeshell.programs.crictl.found import sandbox_of
from simulator.nodeshell.programs.sessions import begin_session, relay, session_signal
from simulator.nodeshell.programs.units import shown_command
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, command, program

DISK = 101_430_960 << 10
CACHE = 1 << 30
"""About how much of a node's memory holds files."""
UNITS = ("B", "K", "M", "G", "T")


def human(number: int) -> str:
    """As `df -h` rounds: up, with one figure behind the point below ten."""
    amount, unit = float(number), 0
    while amount >= 1024:
        amount, unit = amount / 1024, unit + 1
    return f"{amount:.1f}{UNITS[unit]}" if amount < 10 and unit else f"{-int(-amount // 1)}{UNITS[unit]}"


@command("node-free")
def free(process: Process) -> int:
    host = host_of(process)
    if host is None:
        return 1
    flags = "".join(process.argv[1:])
    total = value(host.row["spec"]["memory"])
    used = SYSTEM_MEMORY + sum(process.machines.cgroups.memory(machine) for machine in host.running())
    cached = min(CACHE, max(total - used, 0) // 2)
    numbers = (total, used, max(total - used - cached, 0), 2 << 20, cached, max(total - used, 0))
    if "h" in flags:
        cells = [human(number) + ("i" if number >= 1024 else "") for number in numbers]
    else:
        size = 1 << (30 if "g" in flags else 20 if "m" in flags else 0 if "b" in flags else 10)
        cells = [str(number // size) for number in numbers]
    heads = ("total", "used", "free", "shared", "buff/cache", "available")
    process.print(" " * 7 + "".join(f"{head:>12}" for head in heads))
    process.print("Mem:   " + "".join(f"{cell:>12}" for cell in cells))
    process.print("Swap:  " + "".join(f"{cell:>12}" for cell in ("0B" if "h" in flags else "0",) * 3))
    return 0


@command("node-df")
def df(process: Process) -> int:
    host = host_of(process)
    if host is None:
        return 1
    volumes = process.machines.volumes
    used = SYSTEM_DISK + volumes.occupied(process.machine)
    for pod in host.kubelet.client.indexed("pods", "node", host.name):
        used += host.kubelet.disk.used(pod["metadata"]["uid"], pod)
    short = any("h" in word for word in process.argv[1:] if word.startswith("-"))
    numbers = (DISK, used, max(DISK - used, 0))
    cells = [human(number) if short else str(number >> 10) for number in numbers]
    names = ("Size", "Avail") if short else ("1K-blocks", "Available")
    process.print(f"{'Filesystem':<14} {names[0]:>10} {'Used':>9} {names[1]:>10} Use% Mounted on")
    share = f"{min(-(-used * 100 // DISK), 100)}%"
    process.print(f"{'/dev/vda1':<14} {cells[0]:>10} {cells[1]:>9} {cells[2]:>10} {share:>4} /")
    return 0


@command("node-nproc")
def nproc(process: Process) -> int:
    host = host_of(process)
    process.print(str(host.row["spec"]["cpu"]) if host is not None else "1")
    return 0


@command("node-uptime")
def uptime(process: Process) -> int:
    host = host_of(process)
    since = int(host.row.get("booted", host.cluster.born)) if host is not None else process.now
    up = (process.now - since) // SECOND
    clock = f"{datetime.fromtimestamp(process.now // SECOND, UTC):%H:%M:%S}"
    shown = f"{up // 86400} days, " if up >= 86400 else ""
    shown += f"{up % 86400 // 3600:>2}:{up % 3600 // 60:02}" if up >= 3600 else f"{up // 60} min"
    process.print(f" {clock} up {shown},  1 user,  load average: 0.21, 0.17, 0.11")
    return 0


@command("node-ps")
def ps(process: Process) -> int:
    """Every process of the node: its services, its containers', and those of this login."""
    host = host_of(process)
    if host is None:
        return 1
    flags = "".join(process.argv[1:])
    every = any(letter in flags for letter in "aAex")
    rows = processes(process, host) if every else own(process)
    if "u" in flags:
        process.print(f"{'USER':<10} {'PID':>7} %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND")
        for pid, _, terminal, words in rows:
            process.print(f"{'root':<10} {pid:>7}  0.0  0.3  91200 24800 {terminal:<8} S    09:00   0:00 {words}")
    elif "f" in flags:
        process.print(f"{'UID':<10} {'PID':>7} {'PPID':>7}  C STIME TTY          TIME CMD")
        for pid, parent, terminal, words in rows:
            process.print(f"{'root':<10} {pid:>7} {parent:>7}  0 09:00 {terminal:<8} 00:00:00 {words}")
    else:
        process.print(f"{'PID':>7} TTY          TIME CMD")
        for pid, _, terminal, words in rows:
            process.print(f"{pid:>7} {terminal:<8} 00:00:00 {words.split(' ')[0].rpartition('/')[2]}")
    return 0


type Shown = tuple[int, int, str, str]
"""Number, parent's number, terminal, command line."""
LOGIN = 20_000
"""From where on the processes of logins are numbered."""


def own(process: Process) -> list[Shown]:
    found = []
    for pid in process.machines.pids[process.machine][1]:
        row = process.machines.processes.get((process.machine, pid))
        if row is not None and row["exit"] is None and pid != 1:
            terminal = "?" if row["tty"] is None else "pts/0"
            found.append((LOGIN + pid, LOGIN + row["parent"], terminal, " ".join(row["argv"])))
    return found


def processes(process: Process, host: Host) -> list[Shown]:
    found: list[Shown] = [(1, 0, "?", "/sbin/init")]
    for name, words in (("containerd", "/usr/bin/containerd"), ("kubelet", kubelet_words(host))):
        if host.kubelet.services.unit(host.name, name)["state"] == "active":
            found.append((host.nodes.pid(host.name, name), 1, "?", words))
    shim = 0
    for (machine, pid), number in host.numbers().items():
        if not pid:
            shim, sandbox = number, sandbox_of(host.kubelet.uid_of(machine))
            found.append((shim, 1, "?", f"/usr/bin/containerd-shim-runc-v2 -namespace k8s.io -id {sandbox}"))
            continue
        row = process.machines.processes.get((machine, pid))
        if row is not None:
            found.append((number, shim, "?", " ".join(row["argv"])))
    return [*sorted(found), *own(process)]


def kubelet_words(host: Host) -> str:
    return " ".join(shown_command(host, "kubelet"))


@program("nsenter")
class Nsenter(Program):
    """A command on the node itself (`nsenter -t 1 -a`), from there or from a Pod that sees its processes; or in a
    container, by the number that one of its processes has on the node."""

    def start(self, process: Process) -> Outcome:
        host, words, target, spaces = host_of(process), list(process.argv[1:]), "", ""
        while words and words[0].startswith("-"):
            word = words.pop(0)
            if word == "--":
                break
            if word in ("-t", "--target"):
                target = words.pop(0) if words else ""
            elif word.startswith(("-t", "--target=")):
                target = word.partition("=")[2] or word[2:]
            elif word.startswith("--"):
                spaces += word[2]
            else:
                spaces += word[1:].partition("=")[0]
        if not target:
            return Exit(process.fail("no target PID specified for --all", 1))
        known = {"1": ""} if host is None else {"1": "", **containers_by_number(host)}
        if host is None or target not in known:
            return Exit(process.fail(f"can't open '/proc/{target}/ns/mnt': No such file or directory", 1))
        if not may_enter(process, host):
            return Exit(process.fail(f"can't open '/proc/{target}/ns/mnt': Permission denied", 1))
        if known[target] and not {"a", "m"} & set(spaces):
            return Exit(process.fail(PARTLY, 1))
        if known[target]:
            argv = tuple(words) or ("sh", "-i")
            return begin_session(process, known[target], argv, tty=process.is_terminal(0), farewell="")
        argv = tuple(words) or ("bash", "-i")
        return begin_session(process, host.open(), argv, tty=process.is_terminal(0), farewell="")

    def relay(self, process: Process) -> Outcome:
        return relay(process)

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return session_signal(process, signal)


PARTLY = "some namespaces of a container without its files are not simulated; -a enters it with its own programs"


def containers_by_number(host: Host) -> dict[str, str]:
    """The number on the node of each process in a container → the container's machine."""
    return {str(number): machine for (machine, pid), number in host.numbers().items() if pid}


def may_enter(process: Process, host: Host) -> bool:
    """Whether the first process that a program sees is the node's, and it may enter what is its."""
    if process.machine == host.nodes.machine(host.name):
        return True
    found = host.kubelet.known(host.kubelet.uid_of(process.machine))
    if found is None or not found[0]["spec"].get("hostPID"):
        return False
    contexts = [each.get("securityContext") or {} for each in found[0]["spec"]["containers"]]
    return any(each.get("privileged") for each in contexts)


@program("chroot")
class Chroot(Program):
    """`chroot /host` in a Pod that sees its node's disk there: a shell, or a command, on the node itself."""

    def start(self, process: Process) -> Outcome:
        words = [word for word in process.argv[1:] if not word.startswith("--")]
        if not words:
            process.error("chroot: missing operand\nTry 'chroot --help' for more information.")
            return Exit(125)
        host = host_of(process)
        place = process.files.resolve(words[0]) if process.files.is_directory(words[0]) else ""
        if not place:
            process.error(f"chroot: cannot change root directory to '{words[0]}': No such file or directory")
            return Exit(125)
        mounts = {mount[0]: (mount[1], mount[2]) for mount in process.files.mounts}
        if host is None or mounts.get(place) != (host.nodes.machine(host.name), "/"):
            process.error(f"chroot: only a node's whole disk can become the root here, and '{words[0]}' is none")
            return Exit(125)
        argv = tuple(words[1:]) or ("bash", "-i")
        return begin_session(process, host.open(), argv, tty=process.is_terminal(0), farewell="")

    def relay(self, process: Process) -> Outcome:
        return relay(process)

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return session_signal(process, signal)

"""What a node's kernel and system say and are told: sysctl, lsmod, modprobe, swapon, dmesg, hostnamectl, timedatectl.

Upstream: procps(1), kmod(8), util-linux, systemd. Settings of the kernel are files below /proc/sys, as everywhere; of
what they do only `kubeadm`'s checks know. There is no swap.
"""

from datetime import UTC, datetime

from simulator.kernel.clock import SECOND
from simulator.nodeshell.files import node_id
from simulator.nodeshell.layer import MODULES, SYSCTLS
from simulator.nodeshell.programs.asking import host_of
from simulator.runtime.process import Process
from simulator.runtime.programs import command

PROC = "/proc/sys/"
KERNEL = "6.12.57+deb13-amd64"


def path_of(name: str) -> str:
    return PROC + name.replace(".", "/")


@command("node-sysctl")
def sysctl(process: Process) -> int:
    """Read settings, set them, or set all that files below /etc say."""
    words = process.argv[1:]
    names = [word for word in words if not word.startswith("-")]
    flags = {word for word in words if word.startswith("-")}
    if {"-a", "--all"} & flags:
        names = sorted(SYSCTLS)
    if {"--system"} & flags:
        return apply_all(process)
    if {"-p", "--load"} & flags:
        return apply(process, names[0] if names else "/etc/sysctl.conf")
    if not names:
        process.print("\nUsage:\n sysctl [options] [variable[=value] ...]")
        return 1
    codes = [one(process, name, quiet={"-n", "--values"} & flags) for name in names]
    return max(codes)


def one(process: Process, word: str, *, quiet: set[str]) -> int:
    name, equals, value = (part.strip() for part in word.partition("="))
    path = path_of(name)
    if not process.files.is_file(path):
        process.error(f"sysctl: cannot stat {path}: No such file or directory")
        return 1
    if equals:
        process.files.write(path, f"{value}\n")
    content = process.files.text(path).strip()
    process.print(content if quiet else f"{name} = {content}")
    return 0


def apply_all(process: Process) -> int:
    """What every file says, in the order of their names."""
    folders = ("/usr/lib/sysctl.d", "/etc/sysctl.d")
    found = {
        name: f"{folder}/{name}"
        for folder in folders
        for name in (process.files.names(folder) if process.files.is_directory(folder) else ())
        if name.endswith(".conf")
    }
    for name in sorted(found):
        process.print(f"* Applying {found[name]} ...")
    return max([apply(process, found[name]) for name in sorted(found)], default=0)


def apply(process: Process, path: str) -> int:
    if not process.files.is_file(path):
        process.error(f'sysctl: cannot open "{path}": No such file or directory')
        return 1
    code = 0
    for line in process.files.text(path).splitlines():
        if "=" in line and not line.lstrip().startswith(("#", ";")):
            code = max(code, one(process, line, quiet=set()))
    return code


@command("node-lsmod")
def lsmod(process: Process) -> int:
    process.print(f"{'Module':<24}{'Size':>8}  Used by")
    for line in process.files.text("/proc/modules").splitlines():
        name, size, used, by = line.split()[:4]
        process.print(f"{name:<24}{size:>8}  {used}{' ' + by.strip(',') if by != '-' else ''}")
    return 0


@command("node-modprobe")
def modprobe(process: Process) -> int:
    flags = [word for word in process.argv[1:] if word.startswith("-")]
    names = [word.replace("-", "_") for word in process.argv[1:] if not word.startswith("-")]
    lines = process.files.text("/proc/modules").splitlines()
    for name in names:
        if name not in MODULES:
            process.error(f"modprobe: FATAL: Module {name} not found in directory /lib/modules/{KERNEL}")
            return 1
        lines = [line for line in lines if line.split()[0] != name]
        if "-r" not in flags:
            lines.insert(0, f"{name} {MODULES[name]} 0 - Live 0x0000000000000000")
    if names:
        process.files.write("/proc/modules", "\n".join(lines) + "\n")
    return 0


@command("node-swap")
def swap(process: Process) -> int:
    """swapon and swapoff: there is none to show, and none to turn off."""
    named = [word for word in process.argv[1:] if not word.startswith("-")]
    for word in named:
        process.error(f"{process.name}: {word}: {process.name} failed: No such file or directory")
    return 255 if named else 0


@command("node-dmesg")
def dmesg(process: Process) -> int:
    for second, text in boot_lines(process):
        process.print(f"[{second:>12.6f}] {text}")
    return 0


def boot_lines(process: Process) -> list[tuple[float, str]]:
    """What the kernel has said when it came up, in seconds since then."""
    host = host_of(process)
    memory = host.row["spec"]["memory"] if host is not None else "8Gi"
    return [
        (0.0, f"Linux version {KERNEL} (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC"),
        (0.0, "Command line: BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro console=ttyS0"),
        (0.012, f"Memory: {memory} available"),
        (1.204, "EXT4-fs (vda1): mounted filesystem with ordered data mode"),
        (2.871, "systemd[1]: Detected virtualization kvm."),
        (3.402, "bridge: filtering via arp/ip/ip6tables is no longer available by default."),
    ]


@command("node-hostnamectl")
def hostnamectl(process: Process) -> int:
    host = host_of(process)
    if host is None:
        return 1
    if process.argv[1:2] == ("hostname",) and len(process.argv) == 2:
        process.print(host.name)
        return 0
    if len(process.argv) > 1 and process.argv[1] in ("set-hostname", "hostname"):
        return process.fail("a node's name is the one that it was made with", 1)
    machine = node_id(host.name)
    rows = (
        ("Static hostname", host.name), ("Icon name", "computer-vm"), ("Chassis", "vm"), ("Machine ID", machine),
        ("Boot ID", str(host.row["boot"]).replace("-", "")), ("Virtualization", "kvm"),
        ("Operating System", "Debian GNU/Linux 13 (trixie)"), ("Kernel", f"Linux {KERNEL}"), ("Architecture", "x86-64"),
    )  # fmt: skip
    for name, value in rows:
        process.print(f"{name:>16}: {value}")
    return 0


@command("node-timedatectl")
def timedatectl(process: Process) -> int:
    shown = f"{datetime.fromtimestamp(process.now // SECOND, UTC):%a %Y-%m-%d %H:%M:%S}"
    for name, value in (
        ("Local time", f"{shown} UTC"), ("Universal time", f"{shown} UTC"), ("RTC time", shown),
        ("Time zone", "Etc/UTC (UTC, +0000)"), ("System clock synchronized", "yes"), ("NTP service", "active"),
        ("RTC in local TZ", "no"),
    ):  # fmt: skip
        process.print(f"{name:>25}: {value}")
    return 0

"""systemctl: the services of a node. Upstream: systemctl(1)"""

from collections.abc import Callable
from datetime import UTC, datetime

from simulator.kernel.clock import SECOND
from simulator.kubelet.services import DESCRIPTIONS, DROP_IN, UNITS, Unit, command_line
from simulator.nodeshell.host import Host
from simulator.nodeshell.journals import journal_lines
from simulator.nodeshell.programs.asking import host_of
from simulator.runtime.process import Process
from simulator.runtime.programs import command

SHOWN = 10
"""How many lines of the journal `status` ends with."""
FOLDER = "/usr/lib/systemd/system"
BINARIES = {"kubelet": "/usr/bin/kubelet", "containerd": "/usr/bin/containerd"}
DOCS = {"kubelet": "https://kubernetes.io/docs/", "containerd": "https://containerd.io"}
TASKS = {"kubelet": 13, "containerd": 112}
NOT_BOOTED = (
    "System has not been booted with systemd as init system (PID 1). Can't operate.\n"
    "Failed to connect to bus: Host is down"
)


@command("systemctl")
def systemctl(process: Process) -> int:
    host = host_of(process)
    if host is None or process.machine != host.nodes.machine(host.name):
        process.error(NOT_BOOTED)
        return 1
    words = [word for word in process.argv[1:] if not word.startswith("-")]
    flags = {word for word in process.argv[1:] if word.startswith("-")}
    verb = words[0] if words else "list-units"
    run = VERBS.get(verb)
    if run is None:
        process.error(f"Unknown command verb '{verb}'.")
        return 1
    return run(process, host, [word.removesuffix(".service") for word in words[1:]], flags)


def known(process: Process, names: list[str], doing: str) -> list[str]:
    """The units that are there; of the others it says that they are not."""
    for name in names:
        if name not in UNITS:
            process.error(f"Failed to {doing} {name}.service: Unit {name}.service not found.")
    return [name for name in names if name in UNITS]


def too_few(process: Process) -> int:
    process.error("Too few arguments.")
    return 1


def change(doing: str) -> Callable[[Process, Host, list[str], set[str]], int]:
    def run(process: Process, host: Host, names: list[str], flags: set[str]) -> int:
        if not names:
            return too_few(process)
        found = known(process, names, doing)
        for name in found:
            getattr(host.kubelet.services, doing)(host.name, name)
        return 0 if len(found) == len(names) else 5

    return run


def enable(process: Process, host: Host, names: list[str], flags: set[str], *, enabled: bool = True) -> int:
    if not names:
        return too_few(process)
    found = known(process, names, "enable" if enabled else "disable")
    link = "/etc/systemd/system/multi-user.target.wants"
    for name in found:
        if host.kubelet.services.unit(host.name, name)["enabled"] != enabled:
            target = f" → {FOLDER}/{name}.service" if enabled else ""
            verb = f"Created symlink {link}/{name}.service" if enabled else f'Removed "{link}/{name}.service"'
            process.error(f"{verb}{target}.")
        host.kubelet.services.enable(host.name, name, enabled)
        if "--now" in flags:
            (host.kubelet.services.start if enabled else host.kubelet.services.stop)(host.name, name)
    return 0 if len(found) == len(names) else 1


def disable(process: Process, host: Host, names: list[str], flags: set[str]) -> int:
    return enable(process, host, names, flags, enabled=False)


def is_active(process: Process, host: Host, names: list[str], flags: set[str]) -> int:
    states = [host.kubelet.services.unit(host.name, name)["state"] if name in UNITS else "inactive" for name in names]
    for state in states:
        process.print(state)
    return 0 if states and all(state == "active" for state in states) else 3 if states else too_few(process)


def is_enabled(process: Process, host: Host, names: list[str], flags: set[str]) -> int:
    if not names:
        return too_few(process)
    for name in names:
        if name not in UNITS:
            process.error(f"Failed to get unit file state for {name}.service: No such file or directory")
            return 1
        process.print("enabled" if host.kubelet.services.unit(host.name, name)["enabled"] else "disabled")
    return 0 if all(host.kubelet.services.unit(host.name, name)["enabled"] for name in names) else 1


def is_failed(process: Process, host: Host, names: list[str], flags: set[str]) -> int:
    states = [host.kubelet.services.unit(host.name, name)["state"] for name in names if name in UNITS]
    for state in states:
        process.print(state)
    return 0 if "failed" in states else 1


def cat(process: Process, host: Host, names: list[str], flags: set[str]) -> int:
    for name in names:
        path = f"{FOLDER}/{name}.service"
        if not process.files.is_file(path):
            process.error(f"No files found for {name}.service.")
            return 1
        process.print(f"# {path}\n{process.files.text(path)}".rstrip("\n"))
        if name == "kubelet" and process.files.is_file(DROP_IN):
            process.print(f"\n# {DROP_IN}\n{process.files.text(DROP_IN)}".rstrip("\n"))
    return 0


def daemon_reload(process: Process, host: Host, names: list[str], flags: set[str]) -> int:
    return 0


def list_units(process: Process, host: Host, names: list[str], flags: set[str]) -> int:
    rows = []
    for name in UNITS:
        unit = host.kubelet.services.unit(host.name, name)
        if "--failed" in flags or "--state=failed" in flags:
            continue  # what ends is started again and again, so that nothing here stays failed
        sub = {"active": "running", "activating": "auto-restart", "inactive": "dead"}[unit["state"]]
        mark = "●" if unit["state"] == "activating" else " "
        rows.append(f"{mark} {name + '.service':<19} loaded {unit['state']:<10} {sub:<12} {DESCRIPTIONS[name]}")
    process.print(f"  {'UNIT':<19} LOAD   {'ACTIVE':<10} {'SUB':<12} DESCRIPTION")
    for row in rows:
        process.print(row)
    process.print(f"\n{len(rows)} loaded units listed.")
    return 0


def moment_of(when: int) -> str:
    return f"{datetime.fromtimestamp(when // SECOND, UTC):%a %Y-%m-%d %H:%M:%S} UTC"


def ago(duration: int) -> str:
    """How systemd says how long ago something was: `3s`, `1min 30s`, `2h 5min`."""
    seconds = duration // SECOND
    for size, name, small, unit in ((86400, "day", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if seconds >= size:
            whole, rest = divmod(seconds, size)
            plural = "s" if name == "day" and whole > 1 else ""
            first = f"{whole}{' ' if name == 'day' else ''}{name}{plural}"
            return f"{first} {rest // small}{unit} ago" if rest // small else f"{first} ago"
    return f"{seconds}s ago"


def active_line(unit: Unit, now: int) -> str:
    words = {
        "active": "active (running)",
        "inactive": "inactive (dead)",
        "activating": "activating (auto-restart) (Result: exit-code)",
        "failed": "failed (Result: exit-code)",
    }[unit["state"]]
    return f"{words} since {moment_of(unit['since'])}; {ago(now - unit['since'])}"


def status(process: Process, host: Host, names: list[str], flags: set[str]) -> int:
    if not names:
        process.print(f"● {host.name}\n    State: running\n    Units: {len(UNITS)} loaded\n     Jobs: 0 queued")
        return 0
    code = 0
    for number, name in enumerate(names):
        if name not in UNITS:
            process.error(f"Unit {name}.service could not be found.")
            code = 4
            continue
        if number:
            process.print()
        unit = host.kubelet.services.unit(host.name, name)
        for line in status_lines(process, host, name, unit):
            process.print(line)
        if unit["state"] != "active":
            code = code or 3
    return code


def status_lines(process: Process, host: Host, name: str, unit: Unit) -> list[str]:
    mark = {"active": "●", "activating": "●", "inactive": "○", "failed": "×"}[unit["state"]]
    enabled = "enabled" if unit["enabled"] else "disabled"
    lines = [
        f"{mark} {name}.service - {DESCRIPTIONS[name]}",
        f"     Loaded: loaded ({FOLDER}/{name}.service; {enabled}; preset: enabled)",
    ]
    if name == "kubelet" and process.files.is_file(DROP_IN):
        lines += [f"    Drop-In: {FOLDER}/kubelet.service.d", "             └─10-kubeadm.conf"]
    lines += [f"     Active: {active_line(unit, process.now)}", f"       Docs: {DOCS[name]}"]
    pid = host.nodes.pid(host.name, name)
    shown = "0/SUCCESS" if not unit["code"] else "203/EXEC" if unit["code"] == 203 else f"{unit['code']}/FAILURE"
    if unit["state"] == "active":
        words = " ".join(shown_command(process, name))
        lines += [
            f"   Main PID: {pid} ({name})",
            f"      Tasks: {TASKS[name]} (limit: 9440)",
            f"     CGroup: /system.slice/{name}.service",
            f"             └─{pid} {words}",
        ]
    else:
        variables = " ".join(f"$KUBELET_{one}_ARGS" for one in ("KUBECONFIG", "CONFIG", "KUBEADM", "EXTRA"))
        ran = f"{BINARIES[name]} {variables}" if name == "kubelet" else BINARIES[name]
        lines += [
            f"    Process: {pid} ExecStart={ran} (code=exited, status={shown})",
            f"   Main PID: {pid} (code=exited, status={shown})",
        ]
    return [*lines, "", *journal_lines(host, name)[-SHOWN:]]


def shown_command(process: Process, name: str) -> list[str]:
    if name != "kubelet":
        return [BINARIES[name]]
    flags = command_line(process.files)
    return [flags[""], *(f"--{flag}={value}" if value else f"--{flag}" for flag, value in flags.items() if flag)]


VERBS: dict[str, Callable[[Process, Host, list[str], set[str]], int]] = {
    "cat": cat,
    "daemon-reload": daemon_reload,
    "disable": disable,
    "enable": enable,
    "is-active": is_active,
    "is-enabled": is_enabled,
    "is-failed": is_failed,
    "list-units": list_units,
    "reload": change("restart"),
    "reset-failed": daemon_reload,
    "restart": change("restart"),
    "start": change("start"),
    "status": status,
    "stop": change("stop"),
}


@command("service")
def service(process: Process) -> int:
    """`service NAME VERB`, the old way round."""
    if len(process.argv) < 3:
        process.error("Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]")
        return 1
    host = host_of(process)
    run = VERBS.get(process.argv[2])
    if host is None or run is None:
        return 1
    return run(process, host, [process.argv[1]], set())

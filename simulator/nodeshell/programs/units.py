"""What systemctl tells of a unit: status, show. Upstream: systemctl(1)"""

from datetime import UTC, datetime

from simulator.kernel.clock import SECOND
from simulator.kubelet.services import DESCRIPTIONS, UNITS, Unit
from simulator.nodeshell.host import Host
from simulator.nodeshell.journals import journal_lines
from simulator.nodeshell.programs.flags import Flags
from simulator.runtime.process import Process

SHOWN = 10
"""How many lines of the journal `status` ends with."""
FOLDER = "/usr/lib/systemd/system"
BINARIES = {"kubelet": "/usr/bin/kubelet", "containerd": "/usr/bin/containerd"}
DOCS = {"kubelet": "https://kubernetes.io/docs/", "containerd": "https://containerd.io"}
TASKS = {"kubelet": 13, "containerd": 112}


def known(process: Process, names: list[str], doing: str) -> list[str]:
    """The units that are there; of the others it says that they are not."""
    for name in names:
        if name not in UNITS:
            process.error(f"Failed to {doing} {name}.service: Unit {name}.service not found.")
    return [name for name in names if name in UNITS]


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


def status(process: Process, host: Host, names: list[str], flags: Flags) -> int:
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
        warn_of_changes(process, host, name)
        for line in status_lines(process, host, name, unit, flags):
            process.print(line)
        if unit["state"] != "active":
            code = code or 3
    return code


def status_lines(process: Process, host: Host, name: str, unit: Unit, flags: Flags) -> list[str]:
    mark = {"active": "●", "activating": "●", "inactive": "○", "failed": "×"}[unit["state"]]
    enabled = "enabled" if unit["enabled"] else "disabled"
    loaded = f"loaded ({fragment(host, name)}; {enabled}; preset: enabled)"
    if unit.get("masked"):
        loaded = f"masked (Reason: Unit {name}.service is masked.)"
    lines = [f"{mark} {name}.service - {DESCRIPTIONS[name]}", f"     Loaded: {loaded}", *drop_ins(host, name)]
    lines += [f"     Active: {active_line(unit, process.now)}", f"       Docs: {DOCS[name]}"]
    pid = host.nodes.pid(host.name, name)
    shown = "0/SUCCESS" if not unit["code"] else "203/EXEC" if unit["code"] == 203 else f"{unit['code']}/FAILURE"
    if unit["state"] == "active":
        words = " ".join(shown_command(host, name))
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
    asked = flags.get("n", flags.get("lines", ""))
    number = int(asked) if asked.isdecimal() else SHOWN
    return [*lines, "", *(journal_lines(host, name)[-number:] if number else ())]


def fragment(host: Host, name: str) -> str:
    """Where the unit file lies."""
    found = host.kubelet.services.loaded(host.name, name)
    return found[0][0] if found else f"{FOLDER}/{name}.service"


def drop_ins(host: Host, name: str) -> list[str]:
    """The lines about what adds to a unit file, folder by folder."""
    folders: dict[str, list[str]] = {}
    for path, _ in host.kubelet.services.loaded(host.name, name):
        folder, _, last = path.rpartition("/")
        if folder.endswith(".d"):
            folders.setdefault(folder, []).append(last)
    lines = []
    for number, (folder, names) in enumerate(folders.items()):
        lines += [f"{'    Drop-In: ' if not number else ' ' * 13}{folder}", f"             └─{', '.join(names)}"]
    return lines


def warn_of_changes(process: Process, host: Host, name: str) -> None:
    """Say that systemd has not read what is on the disk."""
    if host.kubelet.services.is_changed(host.name, name):
        process.error(
            f"Warning: The unit file, source configuration file or drop-ins of {name}.service changed on disk. Run "
            "'systemctl daemon-reload' to reload units."
        )


def shown_command(host: Host, name: str) -> list[str]:
    flags = host.kubelet.services.command_line(host.name, name)
    return [flags[""], *(f"--{flag}={value}" if value else f"--{flag}" for flag, value in flags.items() if flag)]


def exec_start(host: Host, name: str) -> str:
    words = shown_command(host, name)
    return f"{{ path={words[0]} ; argv[]={' '.join(words)} ; ignore_errors=no }}"


def show(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    """The properties of units; `-p` chooses, `--value` leaves out their names."""
    wanted = [name for name in flags.get("p", flags.get("property", "")).split(",") if name]
    for name in known(process, names, "show"):
        unit = host.kubelet.services.unit(host.name, name)
        sub = {"active": "running", "activating": "auto-restart", "inactive": "dead"}.get(unit["state"], "failed")
        told = {
            "Id": f"{name}.service", "Description": DESCRIPTIONS[name], "ActiveState": unit["state"], "SubState": sub,
            "LoadState": "masked" if unit.get("masked") else "loaded", "NRestarts": str(unit["restarts"]),
            "MainPID": str(host.nodes.pid(host.name, name)) if unit["state"] == "active" else "0",
            "UnitFileState": "enabled" if unit["enabled"] else "disabled", "FragmentPath": fragment(host, name),
            "ExecMainStatus": str(unit["code"]), "ActiveEnterTimestamp": moment_of(unit["since"]),
            "NeedDaemonReload": "yes" if host.kubelet.services.is_changed(host.name, name) else "no",
            "ExecStart": exec_start(host, name), "Restart": "always",
            "DropInPaths": " ".join(path for path, _ in host.kubelet.services.loaded(host.name, name)[1:]),
        }  # fmt: skip
        for key in wanted or told:
            value = told.get(key, "")
            process.print(value if "value" in flags else f"{key}={value}")
    return 0

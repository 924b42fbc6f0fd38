"""systemctl: the services of a node. Upstream: systemctl(1)"""

from collections.abc import Callable

from simulator.kubelet.services import DESCRIPTIONS, UNITS
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs import editing
from simulator.nodeshell.programs.asking import host_of
from simulator.nodeshell.programs.flags import Flags, UnknownFlag, parsed
from simulator.nodeshell.programs.units import FOLDER, known, show, status, warn_of_changes
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, command, program

VALUES = (
    "drop-in", "kill-whom", "lines", "n", "o", "output", "p", "property", "s", "signal", "state", "t", "type",
)  # fmt: skip
SWITCHES = (
    "a", "all", "f", "failed", "force", "full", "l", "no-block", "no-legend", "no-pager", "no-warn", "now", "plain",
    "q", "quiet", "system", "value",
)  # fmt: skip
NOT_BOOTED = (
    "System has not been booted with systemd as init system (PID 1). Can't operate.\n"
    "Failed to connect to bus: Host is down"
)


@program("systemctl")
class Systemctl(Program):
    """Does at once what it is asked for, but for `edit`, which waits for an editor."""

    def start(self, process: Process) -> Outcome:
        host = host_of(process)
        if host is None or process.machine != host.nodes.machine(host.name):
            process.error(NOT_BOOTED)
            return Exit(1)
        try:
            given, words = parsed(process.argv[1:], VALUES, SWITCHES)
        except UnknownFlag as flag:
            process.error(f"systemctl: unrecognized option '{flag}'")
            return Exit(1)
        verb = words[0] if words else "list-units"
        names = [word.removesuffix(".service") for word in words[1:]]
        if verb == "edit":
            return editing.begin(process, host, names, given)
        run = VERBS.get(verb)
        if run is None:
            process.error(f"Unknown command verb '{verb}'.")
            return Exit(1)
        return Exit(run(process, host, names, given))

    def edited(self, process: Process) -> Outcome:
        return editing.end(process)


def too_few(process: Process) -> int:
    process.error("Too few arguments.")
    return 1


def change(doing: str) -> Callable[[Process, Host, list[str], Flags], int]:
    def run(process: Process, host: Host, names: list[str], flags: Flags) -> int:
        if not names:
            return too_few(process)
        found = known(process, names, doing)
        for name in found:
            if host.kubelet.services.unit(host.name, name).get("masked") and doing != "stop":
                process.error(f"Failed to {doing} {name}.service: Unit {name}.service is masked.")
                return 1
            if doing != "stop":
                warn_of_changes(process, host, name)
            getattr(host.kubelet.services, doing)(host.name, name)
        return 0 if len(found) == len(names) else 5

    return run


def enable(process: Process, host: Host, names: list[str], flags: Flags, *, enabled: bool = True) -> int:
    if not names:
        return too_few(process)
    found = known(process, names, "enable" if enabled else "disable")
    link = "/etc/systemd/system/multi-user.target.wants"
    for name in found:
        if enabled and host.kubelet.services.unit(host.name, name).get("masked"):
            process.error(f"Failed to enable unit: Unit /etc/systemd/system/{name}.service is masked")
            return 1
        if host.kubelet.services.unit(host.name, name)["enabled"] != enabled:
            target = f" → {FOLDER}/{name}.service" if enabled else ""
            verb = f"Created symlink {link}/{name}.service" if enabled else f'Removed "{link}/{name}.service"'
            process.error(f"{verb}{target}.")
        host.kubelet.services.enable(host.name, name, enabled)
        if "now" in flags:
            (host.kubelet.services.start if enabled else host.kubelet.services.stop)(host.name, name)
    return 0 if len(found) == len(names) else 1


def disable(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    return enable(process, host, names, flags, enabled=False)


def mask(process: Process, host: Host, names: list[str], flags: Flags, *, masked: bool = True) -> int:
    if not names:
        return too_few(process)
    found = known(process, names, "mask" if masked else "unmask")
    for name in found:
        path = f"/etc/systemd/system/{name}.service"
        if bool(host.kubelet.services.unit(host.name, name).get("masked")) != masked:
            process.error(f"Created symlink {path} → /dev/null." if masked else f'Removed "{path}".')
        host.kubelet.services.mask(host.name, name, masked)
        if masked and "now" in flags:
            host.kubelet.services.stop(host.name, name)
    return 0 if len(found) == len(names) else 1


def unmask(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    return mask(process, host, names, flags, masked=False)


def list_unit_files(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    process.print(f"{'UNIT FILE':<20} {'STATE':<8} PRESET")
    chosen = [name for name in UNITS if not names or any(name.startswith(one.rstrip("*")) for one in names)]
    for name in chosen:
        unit = host.kubelet.services.unit(host.name, name)
        state = "masked" if unit.get("masked") else "enabled" if unit["enabled"] else "disabled"
        process.print(f"{name + '.service':<20} {state:<8} enabled")
    process.print(f"\n{len(chosen)} unit files listed.")
    return 0


def is_system_running(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    process.print("running")
    return 0


def is_active(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    states = [host.kubelet.services.unit(host.name, name)["state"] if name in UNITS else "inactive" for name in names]
    for state in states if not {"q", "quiet"} & flags.keys() else ():
        process.print(state)
    return 0 if states and all(state == "active" for state in states) else 3 if states else too_few(process)


def is_enabled(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    if not names:
        return too_few(process)
    if any(host.kubelet.services.unit(host.name, name).get("masked") for name in names if name in UNITS):
        process.print("masked")
        return 1
    for name in names:
        if name not in UNITS:
            process.error(f"Failed to get unit file state for {name}.service: No such file or directory")
            return 1
        process.print("enabled" if host.kubelet.services.unit(host.name, name)["enabled"] else "disabled")
    return 0 if all(host.kubelet.services.unit(host.name, name)["enabled"] for name in names) else 1


def is_failed(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    states = [host.kubelet.services.unit(host.name, name)["state"] for name in names if name in UNITS]
    for state in states:
        process.print(state)
    return 0 if "failed" in states else 1


def cat(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    for name in names:
        texts = host.kubelet.services.loaded(host.name, name) if name in UNITS else ()
        if not texts:
            process.error(f"No files found for {name}.service.")
            return 1
        warn_of_changes(process, host, name)
        process.print("\n\n".join(f"# {path}\n{text}".rstrip("\n") for path, text in texts))
    return 0


def kill(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    """The program of a service is ended by a signal: by TERM as if nothing was wrong, and is started again."""
    for name in known(process, names, "kill unit"):
        if host.kubelet.services.unit(host.name, name)["state"] == "active":
            host.kubelet.services.end(host.name, name)
    return 0 if names else too_few(process)


def list_dependencies(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    for name in known(process, names, "list dependencies of"):
        mark = "●" if host.kubelet.services.unit(host.name, name)["state"] == "active" else "○"
        process.print(f"{name}.service\n{mark} ├─system.slice\n● └─sysinit.target")
    return 0


def reset_failed(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    return 0


def daemon_reload(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    host.kubelet.services.reload(host.name)
    return 0


def given_type(flags: Flags) -> str:
    return flags.get("type", flags.get("t", "service"))


def list_units(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    rows = []
    for name in UNITS:
        unit = host.kubelet.services.unit(host.name, name)
        sub = {"active": "running", "activating": "auto-restart", "inactive": "dead"}[unit["state"]]
        if "failed" in flags or flags.get("state", sub) not in (unit["state"], sub):
            continue  # what ends is started again and again, so that nothing here stays failed
        if not {"a", "all"} & flags.keys() and unit["state"] == "inactive" and "state" not in flags:
            continue
        mark = "●" if unit["state"] == "activating" else " "
        rows.append(f"{mark} {name + '.service':<19} loaded {unit['state']:<10} {sub:<12} {DESCRIPTIONS[name]}")
    if given_type(flags) != "service":
        rows = []  # of others nothing is told
    if "no-legend" not in flags:
        process.print(f"  {'UNIT':<19} LOAD   {'ACTIVE':<10} {'SUB':<12} DESCRIPTION")
    for row in rows:
        process.print(row)
    if "no-legend" not in flags:
        process.print(f"\n{len(rows)} loaded units listed.")
    return 0


VERBS: dict[str, Callable[[Process, Host, list[str], Flags], int]] = {
    "cat": cat,
    "daemon-reload": daemon_reload,
    "daemon-reexec": daemon_reload,
    "disable": disable,
    "enable": enable,
    "is-active": is_active,
    "is-enabled": is_enabled,
    "is-failed": is_failed,
    "is-system-running": is_system_running,
    "kill": kill,
    "list-dependencies": list_dependencies,
    "list-unit-files": list_unit_files,
    "list-units": list_units,
    "mask": mask,
    "reload": change("restart"),
    "reset-failed": reset_failed,
    "restart": change("restart"),
    "show": show,
    "start": change("start"),
    "status": status,
    "stop": change("stop"),
    "try-restart": change("restart"),
    "unmask": unmask,
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
    return run(process, host, [process.argv[1]], {})

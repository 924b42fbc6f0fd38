"""systemctl: the services of a node. Upstream: systemctl(1)"""

from collections.abc import Callable

from simulator.kubelet.services import DESCRIPTIONS, DROP_IN, UNITS
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.asking import host_of
from simulator.nodeshell.programs.flags import Flags, UnknownFlag, parsed
from simulator.nodeshell.programs.units import FOLDER, known, show, status
from simulator.runtime.process import Process
from simulator.runtime.programs import command

VALUES = ("n", "lines", "o", "output", "p", "property", "state", "t", "type")
SWITCHES = (
    "a",
    "all",
    "f",
    "failed",
    "force",
    "full",
    "l",
    "no-pager",
    "no-legend",
    "now",
    "plain",
    "q",
    "quiet",
    "value",
)
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
    try:
        given, words = parsed(process.argv[1:], VALUES, SWITCHES)
    except UnknownFlag as flag:
        process.error(f"systemctl: unrecognized option '{flag}'")
        return 1
    verb = words[0] if words else "list-units"
    run = VERBS.get(verb)
    if run is None:
        process.error(f"Unknown command verb '{verb}'.")
        return 1
    return run(process, host, [word.removesuffix(".service") for word in words[1:]], given)


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
        path = f"{FOLDER}/{name}.service"
        if not process.files.is_file(path):
            process.error(f"No files found for {name}.service.")
            return 1
        process.print(f"# {path}\n{process.files.text(path)}".rstrip("\n"))
        if name == "kubelet" and process.files.is_file(DROP_IN):
            process.print(f"\n# {DROP_IN}\n{process.files.text(DROP_IN)}".rstrip("\n"))
    return 0


def daemon_reload(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    return 0


def given_type(flags: Flags) -> str:
    return flags.get("type", flags.get("t", "service"))


def list_units(process: Process, host: Host, names: list[str], flags: Flags) -> int:
    rows = []
    for name in UNITS:
        unit = host.kubelet.services.unit(host.name, name)
        if "failed" in flags or flags.get("state", unit["state"]) != unit["state"]:
            continue  # what ends is started again and again, so that nothing here stays failed
        if not {"a", "all"} & flags.keys() and unit["state"] == "inactive":
            continue
        sub = {"active": "running", "activating": "auto-restart", "inactive": "dead"}[unit["state"]]
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
    "disable": disable,
    "enable": enable,
    "is-active": is_active,
    "is-enabled": is_enabled,
    "is-failed": is_failed,
    "is-system-running": is_system_running,
    "list-unit-files": list_unit_files,
    "list-units": list_units,
    "mask": mask,
    "reload": change("restart"),
    "reset-failed": daemon_reload,
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

"""apt-get, apt-cache, apt-mark, apt and dpkg: the packages of Kubernetes on a node. Upstream: apt-get(8), dpkg(1)

Simulated: the packages kubeadm, kubectl and kubelet. Nothing else can be installed on a node.
"""

from collections.abc import Callable, Mapping

from simulator.kubelet.nodes import PACKAGES
from simulator.machinery.releases import Release
from simulator.nodeshell.packages import SIZES, SUMMARIES, Packages, site, version
from simulator.nodeshell.programs.asking import host_of
from simulator.nodeshell.programs.flags import Flags, UnknownFlag, parsed
from simulator.runtime.process import Process
from simulator.runtime.programs import command

DOWNLOADS = "https://prod-cdn.packages.k8s.io/repositories/isv:/kubernetes:/core:/stable:/v{}/deb"
VALUES = ("o", "t", "c", "option", "target-release")
SWITCHES = (
    "y", "yes", "q", "qq", "quiet", "allow-change-held-packages", "allow-downgrades", "no-install-recommends", "f",
    "only-upgrade", "installed", "upgradable", "a", "all-versions", "l", "s", "status", "list",
)  # fmt: skip
FAILED = 100
READING = "Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done"

type Run = Callable[[Process, Packages, Flags, list[str]], int]


def update(process: Process, packages: Packages, flags: Flags, names: list[str]) -> int:
    missing = packages.refresh()
    place = 0
    for series in dict.fromkeys(each.series for each in packages.available()):
        place += 1
        process.print(f"Get:{place} {DOWNLOADS.format(series)}  InRelease [1,227 B]")
        process.print(f"Get:{place + 1} {DOWNLOADS.format(series)}  Packages [6,868 B]")
        place += 1
    for series in missing:
        place += 1
        process.print(f"Err:{place} {site(series)}  InRelease\n  403  Forbidden")
    process.print("Reading package lists... Done")
    for series in missing:
        process.error(f"E: Failed to fetch {site(series)}/InRelease  403  Forbidden")
        process.error(f"E: The repository '{site(series)}  InRelease' is not signed.")
    return FAILED if missing else 0


def install(process: Process, packages: Packages, flags: Flags, names: list[str]) -> int:
    process.print(READING)
    wanted: dict[str, Release] = {}
    for word in names:
        name, equals, pattern = word.partition("=")
        if name not in PACKAGES:
            process.error(f"E: Unable to locate package {name}")
            return FAILED
        found = packages.matching(pattern if equals else "*")
        if found is None:
            process.error(f"E: Version '{pattern}' for '{name}' was not found")
            return FAILED
        wanted[name] = found if equals else max(found, packages.installed(name))
    return carry_out(process, packages, flags, wanted)


def carry_out(process: Process, packages: Packages, flags: Flags, wanted: Mapping[str, Release]) -> int:
    """Install other releases of packages, unless they are held or older."""
    before = {name: packages.installed(name) for name in wanted}
    changing = {name: new for name, new in wanted.items() if new != before[name]}
    for name, new in wanted.items():
        if name not in changing:
            process.print(f"{name} is already the newest version ({version(new)}).")
    held = [name for name in changing if name in packages.held()]
    if held and "allow-change-held-packages" not in flags:
        process.print("The following held packages will be changed:\n  " + " ".join(held))
        process.error("E: Held packages were changed and -y was used without --allow-change-held-packages.")
        return FAILED
    older = [name for name, new in changing.items() if new < before[name]]
    if older:
        process.print("The following packages will be DOWNGRADED:\n  " + " ".join(older))
        if "allow-downgrades" not in flags:
            process.error("E: Packages were downgraded and -y was used without --allow-downgrades.")
            return FAILED
    newer = [name for name in changing if name not in older]
    if newer:
        process.print("The following packages will be upgraded:\n  " + " ".join(newer))
    down = f"{len(older)} downgraded, " if older else ""
    process.print(f"{len(newer)} upgraded, 0 newly installed, {down}0 to remove and 0 not upgraded.")
    unpack(process, packages, changing, before)
    return 0


def unpack(
    process: Process, packages: Packages, changing: Mapping[str, Release], before: Mapping[str, Release]
) -> None:
    for place, (name, new) in enumerate(changing.items(), 1):
        where = DOWNLOADS.format(new.series)
        process.print(f"Get:{place} {where}  {name} {version(new)} [{SIZES[name]}]")
    if changing:
        process.print("(Reading database ... 37844 files and directories currently installed.)")
    for name, new in changing.items():
        process.print(f"Preparing to unpack .../{name}_{version(new)}_amd64.deb ...")
        process.print(f"Unpacking {name} ({version(new)}) over ({version(before[name])}) ...")
    for name, new in changing.items():
        process.print(f"Setting up {name} ({version(new)}) ...")
        packages.install(name, new)


def upgrade(process: Process, packages: Packages, flags: Flags, names: list[str]) -> int:
    """Every package that is not held, to the newest release there is."""
    newest = packages.matching("*")
    process.print(READING)
    process.print("Calculating upgrade... Done")
    old = [name for name in PACKAGES if newest is not None and packages.installed(name) < newest]
    kept = [name for name in old if name in packages.held()]
    if kept:
        process.print("The following packages have been kept back:\n  " + " ".join(kept))
    return carry_out(process, packages, flags, {name: newest for name in old if newest and name not in kept})


def madison(process: Process, packages: Packages, flags: Flags, names: list[str]) -> int:
    for name in names:
        for each in packages.available() if name in PACKAGES else ():
            process.print(f"{name:>10} | {version(each)} | {site(each.series)}  Packages")
        if name not in PACKAGES:
            process.error(f"N: Unable to locate package {name}")
    return 0


def policy(process: Process, packages: Packages, flags: Flags, names: list[str]) -> int:
    for name in names:
        if name not in PACKAGES:
            process.error(f"N: Unable to locate package {name}")
            continue
        now, newest = packages.installed(name), packages.matching("*")
        best = now if newest is None or name in packages.held() else max(now, newest)
        process.print(f"{name}:\n  Installed: {version(now)}\n  Candidate: {version(best)}\n  Version table:")
        for each in sorted({now, *packages.available()}, reverse=True):
            process.print(f" {'***' if each == now else '   '} {version(each)} 500")
            if each in packages.available():
                process.print(f"        500 {site(each.series)}  Packages")
            if each == now:
                process.print("        100 /var/lib/dpkg/status")
    return 0


def mark(process: Process, packages: Packages, names: list[str], *, held: bool) -> int:
    for name in names:
        if name not in PACKAGES:
            process.error(f"E: Unable to locate package {name}\nE: No packages found")
            return FAILED
    for name in names:
        if (name in packages.held()) is held:
            process.print(f"{name} was already {'' if held else 'not '}{'set ' if held else ''}on hold.")
        else:
            process.print(f"{name} set on hold." if held else f"Canceled hold on {name}.")
        packages.hold(name, held=held)
    return 0


def hold(process: Process, packages: Packages, flags: Flags, names: list[str]) -> int:
    return mark(process, packages, names, held=True)


def unhold(process: Process, packages: Packages, flags: Flags, names: list[str]) -> int:
    return mark(process, packages, names, held=False)


def show_held(process: Process, packages: Packages, flags: Flags, names: list[str]) -> int:
    for name in packages.held():
        process.print(name)
    return 0


def listed(process: Process, packages: Packages, flags: Flags, names: list[str]) -> int:
    process.print("Listing... Done")
    newest = packages.matching("*")
    for name in PACKAGES:
        now = packages.installed(name)
        if (names and name not in names) or ("upgradable" in flags and (newest is None or newest <= now)):
            continue
        if "upgradable" in flags and newest is not None:
            process.print(f"{name}/unknown {version(newest)} amd64 [upgradable from: {version(now)}]")
        else:
            process.print(f"{name}/unknown,now {version(now)} amd64 [installed]")
    return 0


GET: Mapping[str, Run] = {"update": update, "install": install, "upgrade": upgrade, "dist-upgrade": upgrade}
CACHE: Mapping[str, Run] = {"madison": madison, "policy": policy}
COMMANDS: Mapping[str, Mapping[str, Run]] = {
    "apt": {**GET, "full-upgrade": upgrade, "list": listed, "policy": policy},
    "apt-cache": CACHE,
    "apt-get": GET,
    "apt-mark": {"hold": hold, "showhold": show_held, "unhold": unhold},
}


@command(*COMMANDS)
def apt(process: Process) -> int:
    host = host_of(process)
    if host is None or process.machine != host.nodes.machine(host.name):
        return process.fail("packages are those of the nodes of a cluster, not of this machine", FAILED)
    try:
        flags, words = parsed(process.argv[1:], VALUES, SWITCHES)
    except UnknownFlag as flag:
        process.error(f"E: Command line option {flag} is not understood")
        return FAILED
    run = COMMANDS[process.name].get(words[0]) if words else None
    if run is None:
        process.error(f"E: Invalid operation {words[0]}" if words else f"{process.name}: no operation is given")
        return FAILED
    return run(process, Packages(host), flags, words[1:])


@command("dpkg")
def dpkg(process: Process) -> int:
    host = host_of(process)
    if host is None or process.machine != host.nodes.machine(host.name):
        return process.fail("packages are those of the nodes of a cluster, not of this machine", 2)
    packages = Packages(host)
    words = [word for word in process.argv[1:] if not word.startswith("-")]
    how = next((word for word in process.argv[1:] if word.startswith("-")), "")
    if how in ("-l", "--list"):
        process.print("Desired=Unknown/Install/Remove/Purge/Hold\n||/ Name      Version      Architecture Description")
        for name in PACKAGES:
            if not words or name in words:
                state = "hi" if name in packages.held() else "ii"
                process.print(
                    f"{state}  {name:<9} {version(packages.installed(name)):<12} amd64        {SUMMARIES[name]}"
                )
        return 0
    if how == "--print-architecture":
        process.print("amd64")
        return 0
    return process.fail("only -l and --print-architecture are simulated", 2)

"""systemctl edit: what adds to a unit, or all of it, in an editor. Upstream: systemctl(1)"""

from simulator.kubelet.services import UNITS
from simulator.kubelet.unitfiles import ETC
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.asking import host_of
from simulator.nodeshell.programs.flags import Flags
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Wait

ABOVE = "### Anything between here and the comment below will become the contents of the drop-in file\n\n\n\n"
BELOW = "### Edits below this comment will be discarded\n\n"


def begin(process: Process, host: Host, names: list[str], flags: Flags) -> Outcome:
    """Open the editor on a copy."""
    if not names:
        process.error("Too few arguments.")
        return Exit(1)
    name = names[0]
    if name not in UNITS:
        process.error(
            f"No files found for {name}.service.\n"
            f"Run 'systemctl edit --force --full {name}.service' to create a new unit."
        )
        return Exit(1)
    whole = "full" in flags
    drop_in = flags.get("drop-in", "override.conf")
    drop_in = drop_in if drop_in.endswith(".conf") else f"{drop_in}.conf"
    target = f"{ETC}/{name}.service" if whole else f"{ETC}/{name}.service.d/{drop_in}"
    texts = host.kubelet.services.loaded(host.name, name)
    before = process.files.text(target) if process.files.is_file(target) else ""
    if whole:
        shown = before or texts[0][1]
    else:
        about = "".join(f"### {path}\n" + "".join(f"# {line}\n" for line in text.splitlines()) for path, text in texts)
        head = f"### Editing {target}\n" + (ABOVE if not before else ABOVE.replace("\n\n\n\n", f"\n\n{before}\n\n"))
        shown = head + BELOW + about
    folder = target.rpartition("/")[0]
    if not process.files.is_directory(folder):
        process.files.make_directory(folder, parents=True)
    copy = f"{folder}/.#{target.rpartition('/')[2]}{process.pid:08x}"
    process.files.write(copy, shown, mode=0o644)
    process.state = {"target": target, "copy": copy, "whole": whole}
    editor = process.env.get("SYSTEMD_EDITOR") or process.env.get("EDITOR") or "vi"
    process.spawn((*editor.split(), copy))
    return Wait("edited", children=True)


def end(process: Process) -> Outcome:
    """Keep what was written, and read it."""
    host, state = host_of(process), process.state
    ended = process.reap()
    if ended is None:
        return Wait("edited", children=True)
    text = process.files.text(state["copy"])
    process.files.remove(state["copy"])
    if not state["whole"]:
        lines = text.partition(BELOW.strip())[0].splitlines()
        text = "\n".join(line for line in lines if not line.startswith("###")).strip("\n")
    if not text.strip():
        process.error(f"{state['target']}: after editing, new contents are empty, not writing file.")
        return Exit(0)
    process.files.write(state["target"], f"{text.rstrip()}\n", mode=0o644)
    process.error(f"Successfully installed edited file '{state['target']}'.")
    if host is not None:
        host.kubelet.services.reload(host.name)
    return Exit(0)

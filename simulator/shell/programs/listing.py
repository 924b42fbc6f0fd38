"""ls: what is in a directory. Upstream: ls(1)"""

from __future__ import annotations

from datetime import UTC, datetime
from posixpath import join
from typing import Any

from simulator.kernel.clock import SECOND
from simulator.runtime.errors import OSFailure
from simulator.runtime.nodes import Node, size
from simulator.runtime.process import Process
from simulator.runtime.programs import command
from simulator.runtime.width import width
from simulator.shell.programs.base import checked, options
from simulator.shell.programs.busybox import amiss
from simulator.shell.programs.users import group_name, user_name

KINDS = {"file": "-", "directory": "d", "link": "l", "device": "c", "socket": "s"}
LONG = {
    "all": "a", "almost-all": "A", "human-readable": "h", "recursive": "R", "reverse": "r", "directory": "d",
    "classify": "F",
    "inode": "i", "color": "color", "color=": "color", "time-style=": "style", "full-time": "full",
    "numeric-uid-gid": "n",
    "group-directories-first": "first",
}  # fmt: skip


def mode_text(node: Node) -> str:
    """Kind and permissions such as `drwxr-xr-x`."""
    mode = node["mode"]
    letters = ["rwx"[2 - bit % 3] if mode >> bit & 1 else "-" for bit in range(8, -1, -1)]
    for bit, place, letter in ((0o4000, 2, "s"), (0o2000, 5, "s"), (0o1000, 8, "t")):
        if mode & bit:
            letters[place] = letter if letters[place] == "x" else letter.upper()
    return KINDS[node["kind"]] + "".join(letters)


def human(count: int) -> str:
    """A size such as `1.5K`, rounded up as coreutils does."""
    if count < 1024:
        return str(count)
    value, unit, units = float(count), "", iter("KMGT")
    while value >= 1024:
        value, unit = value / 1024, next(units)
    return f"{-(-value * 10 // 1) / 10:.1f}{unit}" if value < 10 else f"{int(-(-value // 1))}{unit}"


def moment_text(process: Process, moment: int) -> str:
    when = datetime.fromtimestamp(moment // SECOND, UTC)
    recent = 0 <= process.now - moment < 182 * 86400 * SECOND
    return when.strftime("%b %e %H:%M" if recent else "%b %e  %Y")


@command("ls", "dir", "ll")
@checked
def ls(process: Process) -> int:
    flags, paths = options(process, "1aAlhRtSrdFinogCxGpkUscmv", LONG, code=2)
    if process.name == "ll":
        flags["l"] = True
    for letter in "no":
        flags["l"] = flags.get("l") or flags.get(letter)
    files, code = process.files, 0
    plain: list[tuple[str, Node]] = []
    folders: list[tuple[str, Node]] = []
    for path in paths or ["."]:
        try:
            node = files.stat(path, follow=not flags.get("l"))
        except OSFailure as failure:
            found = files.find(path, follow=False)
            if found is None:
                code = amiss(process, "cannot access", path, failure, code=2)
                continue
            node = found
        (folders if node["kind"] == "directory" and not flags.get("d") else plain).append((path, node))
    if plain:
        show(process, flags, _sorted(flags, plain))
    for number, (path, _) in enumerate(_sorted(flags, folders)):
        code = max(code, _folder(process, flags, path, first=not number and not plain, alone=len(paths) < 2))
    return code


def _folder(process: Process, flags: dict[str, Any], path: str, *, first: bool, alone: bool) -> int:
    if not alone or flags.get("R"):
        process.print(("" if first else "\n") + f"{path}:")
    files = process.files
    try:
        names = files.names(path)
    except OSFailure as failure:
        return amiss(process, "cannot open directory", path, failure, code=2)
    if flags.get("a"):
        names = [".", "..", *names]
    elif not flags.get("A"):
        names = [name for name in names if not name.startswith(".")]
    entries = [(name, node) for name in names if (node := files.find(join(path, name), follow=False)) is not None]
    entries = _sorted(flags, entries)
    if flags.get("l") or flags.get("s"):
        process.print(f"total {sum(_blocks(node) for _, node in entries)}")
    show(process, flags, entries, path)
    code = 0
    if flags.get("R"):
        for name, node in entries:
            if node["kind"] == "directory" and name not in (".", ".."):
                code = max(code, _folder(process, flags, join(path, name), first=False, alone=False))
    return code


def _blocks(node: Node) -> int:
    return -(-size(node) // 4096) * 4 if node["kind"] in ("file", "directory") else 0


def _sorted(flags: dict[str, Any], entries: list[tuple[str, Node]]) -> list[tuple[str, Node]]:
    entries = sorted(entries, key=lambda entry: entry[0])
    if flags.get("t"):
        entries.sort(key=lambda entry: -entry[1]["modified"])
    if flags.get("S"):
        entries.sort(key=lambda entry: -size(entry[1]))
    if flags.get("r"):
        entries.reverse()
    return entries


def show(process: Process, flags: dict[str, Any], entries: list[tuple[str, Node]], folder: str = "") -> None:
    if flags.get("l"):
        _show_long(process, flags, entries, folder)
        return
    names = [_decorated(process, flags, name, node, folder) for name, node in entries]
    if not names:
        return
    if flags.get("1") or not process.is_terminal(1) or flags.get("m"):
        process.print((", " if flags.get("m") else "\n").join(names))
        return
    from simulator.shell.lineedit import in_columns

    wide = process.terminal.columns if process.terminal is not None else 80
    if process.is_terminal(1) and flags.get("color") not in (None, "never", "no"):
        names = [_coloured(name, node) for name, (_, node) in zip(names, entries, strict=True)]
        process.print("  ".join(names))
        return
    process.write(1, in_columns(names, wide))


def _coloured(name: str, node: Node) -> str:
    colour = {"directory": "01;34", "link": "01;36", "socket": "01;35"}.get(
        node["kind"], "01;32" if node["mode"] & 0o111 else ""
    )
    return f"\x1b[{colour}m{name}\x1b[0m" if colour else name


def _decorated(process: Process, flags: dict[str, Any], name: str, node: Node, folder: str) -> str:
    if node["kind"] == "directory" and (flags.get("F") or flags.get("p")):
        return name + "/"
    if not flags.get("F"):
        return name
    is_program = node["kind"] == "file" and bool(node["mode"] & 0o111)
    return name + {"link": "@", "socket": "="}.get(node["kind"], "*" if is_program else "")


def _show_long(process: Process, flags: dict[str, Any], entries: list[tuple[str, Node]], folder: str) -> None:
    rows = []
    for name, node in entries:
        links = _links(process, join(folder, name), node)
        owner = str(node["owner"]) if flags.get("n") else user_name(process, node["owner"])
        group = str(node["group"]) if flags.get("n") else group_name(process, node["group"])
        shown = human(size(node)) if flags.get("h") else str(size(node))
        when = _full(node["modified"]) if flags.get("full") else moment_text(process, node["modified"])
        label = _decorated(process, flags, name, node, folder)
        if process.is_terminal(1) and flags.get("color") not in (None, "never", "no"):
            label = _coloured(label, node)
        if node["kind"] == "link":
            label = f"{label} -> {node['target']}"
        rows.append((mode_text(node), str(links), owner, group, shown, when, label))
    wide = [max((width(row[column]) for row in rows), default=0) for column in range(6)]
    for mode, count, owner, group, shown, when, label in rows:
        owners = f"{owner:<{wide[2]}} {group:<{wide[3]}}" if not flags.get("o") else f"{owner:<{wide[2]}}"
        process.print(f"{mode} {count:>{wide[1]}} {owners} {shown:>{wide[4]}} {when} {label}")


def _links(process: Process, path: str, node: Node) -> int:
    """A directory is linked to from above, from itself and from each directory in it."""
    if node["kind"] != "directory":
        return 1
    try:
        names = process.files.names(path)
    except OSFailure:
        return 2  # one that may not be read counts as empty
    return 2 + sum(process.files.is_directory(join(path, name)) for name in names)


def _full(moment: int) -> str:
    when = datetime.fromtimestamp(moment // SECOND, UTC)
    return when.strftime("%Y-%m-%d %H:%M:%S.") + f"{moment % SECOND:06d}000 +0000"

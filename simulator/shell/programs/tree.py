"""tree: a directory and all below it, drawn. Upstream: tree(1)"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from posixpath import join
from typing import Any

from simulator.runtime.errors import OSFailure
from simulator.runtime.nodes import Node
from simulator.runtime.process import Process
from simulator.runtime.programs import command
from simulator.shell.programs.base import Usage, checked, options
from simulator.shell.programs.listing import mode_text

LONG = {"dirsfirst": "first", "noreport": "noreport", "version": "version"}
STEP = 8
"""What drawing one line costs."""


@command("tree")
@checked
def tree(process: Process) -> int:
    flags, paths = options(process, "adfFpL:I:P:nC", LONG)
    if "version" in flags:
        process.print("tree v2.2.1")
        return 0
    depth = flags.get("L")
    if depth is not None and (not str(depth).isdecimal() or int(depth) < 1):
        raise Usage("Invalid level, must be greater than 0.")
    counts, code = {"directory": 0, "file": 0}, 0
    for path in paths or ["."]:
        if not process.files.is_directory(path):
            process.print(f"{path}  [error opening dir]")
            code = 2
            continue
        process.print(path)
        lines = list(drawn(process, path, flags, "", int(depth) if depth else 1 << 30, counts))
        counts["directory"] += bool(lines)
        for line in lines:
            process.print(line)
    if "noreport" not in flags:
        folders = f"{counts['directory']} director{'y' if counts['directory'] == 1 else 'ies'}"
        files = f"{counts['file']} file{'' if counts['file'] == 1 else 's'}"
        process.print(f"\n{folders}" if "d" in flags else f"\n{folders}, {files}")
    return code


def drawn(
    process: Process, path: str, flags: dict[str, Any], before: str, depth: int, counts: dict[str, int]
) -> Iterator[str]:
    """The lines of what is below a directory, so many levels deep."""
    try:
        entries = process.files.entries(path)
    except OSFailure:
        return
    shown = chosen(entries, flags)
    for number, name in enumerate(shown, 1):
        process.spend(STEP)
        node, last = entries[name], number == len(shown)
        yield f"{before}{'└── ' if last else '├── '}{titled(path, name, node, flags)}"
        counts["directory" if node["kind"] == "directory" else "file"] += 1
        if node["kind"] == "directory" and depth > 1:
            inner = before + ("    " if last else "│   ")
            yield from drawn(process, join(path, name), flags, inner, depth - 1, counts)


def chosen(entries: Any, flags: dict[str, Any]) -> list[str]:
    """The names to show, in order."""
    names = [name for name in sorted(entries) if "a" in flags or not name.startswith(".")]
    if "I" in flags:
        names = [name for name in names if not any(fnmatchcase(name, one) for one in flags["I"].split("|"))]
    if "d" in flags:
        names = [name for name in names if entries[name]["kind"] == "directory"]
    elif "P" in flags:
        wanted = flags["P"].split("|")
        names = [
            name
            for name in names
            if entries[name]["kind"] == "directory" or any(fnmatchcase(name, one) for one in wanted)
        ]
    return sorted(names, key=lambda name: entries[name]["kind"] != "directory") if "first" in flags else names


def titled(path: str, name: str, node: Node, flags: dict[str, Any]) -> str:
    text = join(path, name) if "f" in flags else name
    if node["kind"] == "link":
        return f"{text} -> {node['target']}"
    if "F" in flags and node["kind"] == "directory":
        text += "/"
    return f"[{mode_text(node)}]  {text}" if "p" in flags else text

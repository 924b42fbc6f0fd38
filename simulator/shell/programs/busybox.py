"""busybox: what a small image has instead of coreutils, and the words in which it complains. Upstream: busybox(1)"""

from __future__ import annotations

from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import Exec, Exit, Outcome, Program, program

PATH = "/bin/busybox"
BANNER = "BusyBox v1.37.0 multi-call binary."
WORDS = {
    "cannot access": "{path}: {words}",
    "cannot create directory": "can't create directory '{path}': {words}",
    "cannot create regular file": "can't create '{path}': {words}",
    "cannot move": "can't rename '{path}': {words}",
    "cannot open directory": "can't open '{path}': {words}",
    "cannot remove": "can't remove '{path}': {words}",
    "cannot stat": "can't stat '{path}': {words}",
    "cannot statx": "can't stat '{path}': {words}",
    "cannot touch": "{path}: {words}",
    "changing ownership of": "{path}: {words}",
    "changing permissions of": "{path}: {words}",
    "failed to create symbolic link": "{path}: {words}",
    "failed to remove": "'{path}': {words}",
}
"""How busybox says what coreutils say of a path."""


WARNING = ("awk", "cat", "base64", "less", "md5sum", "more", "sha256sum", "sort", "tail", "uniq", "xxd")
"""Programs that say `can't open` of a file that they cannot open; the others only name it."""


def speaks(process: Process) -> bool:
    """Whether the programs of this machine are busybox's."""
    return process.files.find(PATH) is not None


def amiss(process: Process, doing: str, path: str, failure: OSFailure, *, code: int = 1, after: str = "") -> int:
    """Say what went wrong with a path (`cannot remove`, …), in the words of the machine's programs: the exit code."""
    if speaks(process):
        return process.fail(WORDS[doing].format(path=path, words=failure.words))
    opening, closing = ("‘", "’") if doing == "cannot create directory" else ("'", "'")
    return process.fail(f"{doing} {opening}{path}{closing}{after}: {failure.words}", code)


def unread(process: Process, path: str, failure: OSFailure, *, code: int = 1, gnu: str = "{path}") -> int:
    """Say that an input cannot be read, in the words of the machine's programs: the exit code."""
    if not speaks(process):
        return process.fail(f"{gnu.format(path=path)}: {failure.words}", code)
    if failure.name == "EISDIR" and process.program in WARNING:
        return process.fail(f"read error: {failure.words}")
    return process.fail(f"{f"can't open '{path}'" if process.program in WARNING else path}: {failure.words}")


@program("busybox")
class Busybox(Program):
    """Runs the program it is asked for, or says which there are."""

    def start(self, process: Process) -> Outcome:
        words = process.argv[1:]
        applets = [name for name in process.files.names("/bin") if name != "busybox"]
        if words[:1] == ("--list",):
            process.write(1, "".join(f"{name}\n" for name in applets))
            return Exit(0)
        if not words or words[0].startswith("-"):
            process.print(f"{BANNER}\n\nUsage: busybox [function [arguments]...]\n   or: busybox --list")
            return Exit(0)
        if words[0] not in applets:
            process.error(f"{words[0]}: applet not found")
            return Exit(127)
        return Exec(tuple(words), path=f"/bin/{words[0]}")

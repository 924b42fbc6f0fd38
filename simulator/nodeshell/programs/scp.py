"""scp: files from one machine to another, by the way that ssh takes. Upstream: scp(1)"""

from typing import NamedTuple

from simulator.nodeshell.host import Host
from simulator.nodeshell.layer import HOME
from simulator.nodeshell.programs.ssh import reason
from simulator.runtime.errors import OSFailure
from simulator.runtime.files import Files
from simulator.runtime.network import NetworkFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import command

USAGE = "usage: scp [-346ABCOpqRrsTv] [-c cipher] [-i identity_file] [-P port] source ... target"
WITH_VALUE = "cDFiJloPSX"


class Place(NamedTuple):
    """A path on a machine; `where` is the machine as it was named, "" for this one."""

    files: Files
    path: str
    where: str


@command("scp")
def scp(process: Process) -> int:
    words, whole = list(process.argv[1:]), False
    while words and words[0].startswith("-") and len(words[0]) > 1:
        word = words.pop(0)
        whole = whole or "r" in word.lower()
        if word[1] in WITH_VALUE and len(word) == 2 and words:
            words.pop(0)
    if len(words) < 2:
        process.error(USAGE)
        return 1
    try:
        *sources, target = (place(process, word) for word in words)
    except NetworkFailure as failure:
        named = next(word for word in words if ":" in word).partition(":")[0].rpartition("@")[2]
        process.error(f"{reason(named, failure)}\nscp: Connection closed")
        return 255
    if len(sources) > 1 and not target.files.is_directory(target.path):
        process.error(f"scp: {target.path}: Not a directory")
        return 1
    return max(sent(process, source, target, whole=whole) for source in sources)


def place(process: Process, word: str) -> Place:
    """What a word such as `root@cp-1:/etc/hosts` means. Raises `NetworkFailure`."""
    machine, colon, path = word.partition(":")
    if not colon or "/" in machine:
        return Place(process.files, process.files.absolute(word), "")
    node: Host = process.machines.network.door(process.machine, machine.rpartition("@")[2])
    files = process.machines.volumes.view(node.open())
    return Place(files, path if path.startswith("/") else f"{HOME}/{path.removeprefix('~/')}".rstrip("/"), machine)


def sent(process: Process, source: Place, target: Place, *, whole: bool) -> int:
    """Copy a file, or with `-r` a folder."""
    if not source.files.exists(source.path):
        process.error(f"scp: {source.path}: No such file or directory")
        return 1
    if source.files.is_directory(source.path) and not whole:
        process.error(f"scp: {source.path}: not a regular file")
        return 1
    name, end = source.path.rstrip("/").rpartition("/")[2], target.path
    if target.files.is_directory(end):
        end = f"{end.rstrip('/')}/{name}"
    try:
        if source.files.is_file(source.path):
            copy(source.files, source.path, target.files, end)
            return 0
        for path, node in list(source.files.walk(source.path)):
            if node["kind"] == "file":
                copy(source.files, path, target.files, f"{end}{path.removeprefix(source.path.rstrip('/'))}", made=True)
    except OSFailure as failure:
        process.error(f'scp: dest open "{end}": {failure.words}')
        return 1
    return 0


def copy(before: Files, path: str, after: Files, end: str, *, made: bool = False) -> None:
    folder = end.rpartition("/")[0]
    if made and not after.is_directory(folder):
        after.make_directory(folder, parents=True)
    after.write(end, before.read(path), mode=before.stat(path)["mode"] & 0o777)

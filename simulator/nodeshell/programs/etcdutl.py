"""etcdutl: snapshots of etcd as files. Upstream: etcd/etcdutl"""

from collections.abc import Callable, Mapping

import orjson

from simulator.etcd import snapshots
from simulator.nodeshell.files import DATABASE
from simulator.nodeshell.programs.etcdctl.client import VERSION, Failure, named, plain_words, show
from simulator.nodeshell.programs.flags import UnknownFlag, parsed
from simulator.runtime.errors import OSFailure
from simulator.runtime.nodes import file
from simulator.runtime.process import Process
from simulator.runtime.programs import command


def loaded(process: Process, path: str) -> snapshots.Snapshot:
    try:
        return snapshots.load(process.files.read(path))
    except OSFailure as failure:
        raise Failure(f"Error: stat {path}: {failure.words.lower()}") from None
    except snapshots.Damaged as damage:
        raise Failure(f"Error: {damage}") from None


def snapshot_status(process: Process, flags: Mapping[str, str], words: list[str]) -> int:
    if not words:
        raise Failure("Error: snapshot status requires exactly one argument")
    found = loaded(process, words[0])
    size = f"{found.size / 1e6:.1f} MB" if found.size >= 1_000_000 else f"{found.size / 1e3:.0f} kB"
    row = (f"{found.hash:x}", str(found.revision), str(len(found.objects)), size, "3.6.0")
    show(process, flags, ("HASH", "REVISION", "TOTAL KEYS", "TOTAL SIZE", "VERSION"), [row])
    return 0


def snapshot_restore(process: Process, flags: Mapping[str, str], words: list[str]) -> int:
    if not words:
        raise Failure("Error: snapshot restore requires exactly one argument")
    found = loaded(process, words[0])
    folder = flags.get("data-dir") or f"{flags.get('name', 'default')}.etcd"
    files = process.files
    if files.is_directory(folder) and files.names(folder):
        raise Failure(f'Error: data-dir "{folder}" not empty or could not be read')
    content = files.read(words[0])
    files.place(files.absolute(f"{folder}/{DATABASE}"), file(content, mode=0o600, modified=process.now))
    for message in ("restoring snapshot", "restored snapshot"):
        line = {
            "level": "info",
            "msg": message,
            "path": words[0],
            "data-dir": folder,
            "snap-dir": f"{folder}/member/snap",
        }
        process.error(orjson.dumps({**line, "revision": found.revision}).decode())
    return 0


type Run = Callable[[Process, Mapping[str, str], list[str]], int]

COMMANDS: Mapping[tuple[str, ...], tuple[Run, str, str]] = {
    ("snapshot", "restore"): (
        snapshot_restore,
        "data-dir name initial-cluster initial-advertise-peer-urls initial-cluster-token bump-revision",
        "mark-compacted skip-hash-check",
    ),
    ("snapshot", "status"): (snapshot_status, "", ""),
}
"""Each command with its own flags: those with a value, and the others. A restored member is told its name and its
peers by its manifest, whatever is said here."""


@command("etcdutl")
def etcdutl(process: Process) -> int:
    words = plain_words(process.argv[1:])
    if words[:1] == ["version"]:
        process.print(f"etcdutl version: {VERSION}\nAPI version: 3.6")
        return 0
    command_name = named(words, COMMANDS)
    if not command_name:
        process.error(f'Error: unknown command "{" ".join(words[:2])}" for "etcdutl"')
        return 1
    run, values, switches = COMMANDS[command_name]
    try:
        flags, words = parsed(process.argv[1:], ("write-out", "w", *values.split()), switches.split())
        return run(process, flags, words[len(command_name) :])
    except UnknownFlag as flag:
        process.error(f"Error: unknown flag, or one that is not simulated: {flag}")
    except Failure as failure:
        process.error(str(failure))
    return 1

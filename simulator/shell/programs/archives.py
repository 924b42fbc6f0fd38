"""tar, gzip and gunzip: what `kubectl cp` and people pack files with. Upstream: tar(1), gzip(1)"""

import gzip as deflate
import tarfile
from io import BytesIO
from posixpath import join, normpath
from typing import Any

from simulator.kernel.clock import SECOND
from simulator.runtime.errors import OSFailure
from simulator.runtime.nodes import Node
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program
from simulator.shell.programs.base import Usage, options

LONG = {
    "create": "c", "extract": "x", "get": "x", "list": "t", "file=": "f", "directory=": "C", "verbose": "v", "gzip": "z",
    "touch": "m", "no-same-owner": "o", "no-same-permissions": "o", "absolute-names": "P", "preserve-permissions": "p",
    "to-stdout": "O", "strip-components=": "s",
}  # fmt: skip


@program("tar")
class Tar(Program):
    """Makes, lists and unpacks archives; one from stdin is taken once it is there in full."""

    def start(self, process: Process) -> Outcome:
        words = list(process.argv)
        if len(words) > 1 and not words[1].startswith("-"):
            process.argv = (words[0], f"-{words[1]}", *words[2:])
        try:
            given, names = options(process, "cxtvzmpoOPhf:C:", LONG, code=2)
        except Usage as usage:
            return Exit(process.fail(str(usage), usage.code))
        process.state = {"given": given, "names": names}
        if "c" in given:
            return Exit(create(process, given, names))
        if "x" not in given and "t" not in given:
            return Exit(process.fail("You must specify one of the '-ctx' options", 2))
        return self.unpack(process)

    def unpack(self, process: Process) -> Outcome:
        given = process.state["given"]
        if given.get("f", "-") == "-":
            data = process.gather(0)
            if data is None:
                return Wait("unpack", readable=(0,))
        else:
            data = process.files.read(given["f"])
        return Exit(extract(process, given, process.state["names"], data))


def create(process: Process, given: dict[str, Any], names: list[str]) -> int:
    """Write an archive of files and folders."""
    out = BytesIO()
    code = 0
    with tarfile.open(fileobj=out, mode="w:gz" if "z" in given else "w", format=tarfile.GNU_FORMAT) as archive:
        for name in names:
            where = join(given.get("C", ""), name)
            if name.startswith("/") and "P" not in given:
                process.error("tar: removing leading '/' from member names")
            try:
                for path, node in process.files.walk(where):
                    shown = name + path.removeprefix(where)
                    if "v" in given:
                        process.error(shown)
                    pack(archive, shown.lstrip("/") or ".", node)
            except OSFailure as failure:
                code = process.fail(f"{name}: {failure.words}", 1)
    if given.get("f", "-") == "-":
        process.write(1, out.getvalue())
    else:
        process.files.write(given["f"], out.getvalue())
    return code


def pack(archive: tarfile.TarFile, name: str, node: Node) -> None:
    entry = tarfile.TarInfo(name)
    entry.mode, entry.uid, entry.gid, entry.mtime = (
        node["mode"],
        node["owner"],
        node["group"],
        node["modified"] // SECOND,
    )
    if node["kind"] == "directory":
        entry.type = tarfile.DIRTYPE
        archive.addfile(entry)
    elif node["kind"] == "link":
        entry.type, entry.linkname = tarfile.SYMTYPE, node["target"]
        archive.addfile(entry)
    elif node["kind"] == "file":
        entry.size = len(node["content"])
        archive.addfile(entry, BytesIO(node["content"]))


def extract(process: Process, given: dict[str, Any], names: list[str], data: bytes) -> int:
    """Unpack or list an archive."""
    try:
        archive = tarfile.open(fileobj=BytesIO(data))  # noqa: SIM115 - it lies in memory
    except (tarfile.TarError, EOFError):
        return process.fail("invalid tar magic" if data else "short read", 2)
    for entry in archive:
        if names and not any(entry.name == name or entry.name.startswith(name.rstrip("/") + "/") for name in names):
            continue
        if "t" in given or "v" in given:
            process.print(entry.name + ("/" if entry.isdir() else ""))
        if "x" in given:
            unpack_entry(process, given, archive, entry)
    return 0


def unpack_entry(process: Process, given: dict[str, Any], archive: tarfile.TarFile, entry: tarfile.TarInfo) -> None:
    content = archive.extractfile(entry) if entry.isfile() else None
    if "O" in given:
        process.write(1, content.read() if content is not None else b"")
        return
    folders = int(given.get("s", "0"))
    inside = normpath("/" + "/".join(entry.name.split("/")[folders:]))
    path = process.files.absolute(join(given.get("C", "."), inside.lstrip("/")))
    files, owner = process.files, process.user
    modified = process.now if "m" in given else int(entry.mtime) * SECOND
    if entry.isdir():
        if not files.exists(path):
            files.make_directory(path, parents=True)
    elif entry.issym():
        if not files.exists(path):
            files.symlink(entry.linkname, path)
    elif content is not None:
        above = path.rpartition("/")[0]
        if above and not files.exists(above):
            files.make_directory(above, parents=True)
        files.write(path, content.read())
        files.change(path, mode=entry.mode & 0o777, modified=modified, owner=owner)


@program("gzip", "gunzip", "zcat")
class Gzip(Program):
    """Packs and unpacks files in their place, or stdin to stdout."""

    def start(self, process: Process) -> Outcome:
        try:
            given, names = options(
                process, "cdfkn123456789", {"stdout": "c", "decompress": "d", "keep": "k", "force": "f"}
            )
        except Usage as usage:
            return Exit(process.fail(str(usage), usage.code))
        backwards = "d" in given or process.name in ("gunzip", "zcat")
        process.state = {"back": backwards}
        if not names or names == ["-"]:
            return self.pipe(process)
        return Exit(max(self._one(process, name, backwards, given) for name in names))

    def pipe(self, process: Process) -> Outcome:
        data = process.gather(0)
        if data is None:
            return Wait("pipe", readable=(0,))
        try:
            process.write(1, deflate.decompress(data) if process.state["back"] else deflate.compress(data, mtime=0))
        except (OSError, EOFError):
            return Exit(process.fail("stdin: not in gzip format"))
        return Exit(0)

    @staticmethod
    def _one(process: Process, name: str, backwards: bool, given: dict[str, Any]) -> int:
        if backwards and not name.endswith(".gz"):
            return process.fail(f"{name}: unknown suffix -- ignored", 2)
        data = process.files.read(name)
        try:
            done = deflate.decompress(data) if backwards else deflate.compress(data, mtime=0)
        except (OSError, EOFError):
            return process.fail(f"{name}: not in gzip format")
        if "c" in given or process.name == "zcat":
            process.write(1, done)
            return 0
        process.files.write(name.removesuffix(".gz") if backwards else f"{name}.gz", done)
        if "k" not in given:
            process.files.remove(name)
        return 0

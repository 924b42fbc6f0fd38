"""tar and gzip, with the real formats, so that `kubectl cp` works. Upstream: tar(1), gzip(1)"""

from __future__ import annotations

import gzip as compression
import io
import tarfile
import zlib
from collections.abc import Mapping
from posixpath import join, normpath
from typing import Any

from simulator.kernel.clock import SECOND
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program
from simulator.shell.patterns import matches
from simulator.shell.programs.base import Usage, Whole, options, refuse
from simulator.shell.programs.listing import mode_text, moment_text
from simulator.shell.programs.users import user_name

LARGEST = 16 << 20
LONG = {
    "create": "c", "extract": "x", "get": "x", "list": "t", "file=": "f", "directory=": "C", "gzip": "z",
    "verbose": "v",
    "no-same-owner": "o", "no-same-permissions": "P", "exclude=": "X", "strip-components=": "S", "overwrite": "W",
    "touch": "m",
    "preserve-permissions": "p",
}  # fmt: skip


@program("tar")
class Tar(Program):
    def start(self, process: Process) -> Outcome:
        words = list(process.argv)
        if len(words) > 1 and not words[1].startswith("-"):
            process.argv = tuple(_spread(words))
        try:
            flags, paths = options(process, "cxtf:C:zvopPmkhj", LONG, code=2)
            if "j" in flags:
                raise Usage("bzip2 is not simulated; use gzip (-z)", 2)
            if sum(letter in flags for letter in "cxt") != 1:
                raise Usage("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options", 2)
            process.state = {"flags": flags, "paths": tuple(paths)}
            if "C" in flags and "c" in flags:
                process.change_directory(flags["C"])
            return self.create(process) if "c" in flags else self.load(process)
        except Usage as usage:
            return refuse(process, usage)
        except OSFailure as failure:
            process.fail(f"{failure.path}: Cannot open: {failure.words}")
            process.error("tar: Error is not recoverable: exiting now")
            return Exit(2)

    def create(self, process: Process) -> Outcome:
        flags, paths = process.state["flags"], process.state["paths"]
        if not paths:
            raise Usage("Cowardly refusing to create an empty archive", 2)
        buffer, code = io.BytesIO(), 0
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
            for path in paths:
                try:
                    self.add(process, archive, path, flags)
                except OSFailure as failure:
                    process.fail(f"{failure.path or path}: Cannot stat: {failure.words}")
                    code = 2
        content = buffer.getvalue()
        if "z" in flags:
            content = compression.compress(content, mtime=0)
        if code:
            process.fail("Exiting with failure status due to previous errors")
        if flags.get("f", "-") == "-":
            process.write(1, content)
        else:
            process.files.write(flags["f"], content)
        return Exit(code)

    def add(self, process: Process, archive: tarfile.TarFile, path: str, flags: Mapping[str, Any]) -> None:
        for found, node in list(process.files.walk(path)):
            if "X" in flags and matches(flags["X"], found.rsplit("/", 1)[-1]):
                continue
            member = tarfile.TarInfo(found.lstrip("/") or ".")
            member.mode, member.uid, member.gid = node["mode"], node["owner"], node["group"]
            member.uname = user_name(process, node["owner"])
            member.mtime = node["modified"] // SECOND
            content = b""
            if node["kind"] == "directory":
                member.type = tarfile.DIRTYPE
            elif node["kind"] == "link":
                member.type, member.linkname = tarfile.SYMTYPE, node["target"]
            else:
                content = process.files.read(found)
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
            process.spend(20 + len(content) // 1000)
            if "v" in flags:
                process.error(found + "/" * (node["kind"] == "directory"))

    def load(self, process: Process) -> Outcome:
        flags = process.state["flags"]
        if flags.get("f", "-") == "-":
            content = process.gather(0)
            if content is None:
                return Wait("load", readable=(0,))
        else:
            content = process.files.read(flags["f"])
        try:
            if content[:2] == b"\x1f\x8b":
                content = inflated(content)
            with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
                return self.members(process, archive)
        except (tarfile.TarError, zlib.error, EOFError, ValueError):
            if not content:
                process.fail("This does not look like a tar archive")
            process.error("tar: Error is not recoverable: exiting now")
            return Exit(2)

    def members(self, process: Process, archive: tarfile.TarFile) -> Outcome:
        flags, wanted = process.state["flags"], [path.rstrip("/") for path in process.state["paths"]]
        if "C" in flags:
            process.change_directory(flags["C"])
        seen: set[str] = set()
        for member in archive:
            name = member.name.rstrip("/")
            chosen = [path for path in wanted if name == path or name.startswith(path + "/")]
            if wanted and not chosen:
                continue
            seen.update(chosen)
            if "t" in flags:
                process.print(_listed(process, member) if "v" in flags else member.name + "/" * member.isdir())
                continue
            if "v" in flags:
                process.print(member.name + "/" * member.isdir())
            self.extract(process, archive, member, flags)
        missing = [path for path in wanted if path not in seen]
        for path in missing:
            process.fail(f"{path}: Not found in archive")
        return Exit(2 if missing else 0)

    def extract(
        self, process: Process, archive: tarfile.TarFile, member: tarfile.TarInfo, flags: Mapping[str, Any]
    ) -> None:
        parts = [part for part in member.name.split("/") if part not in ("", ".")][int(flags.get("S", "0")) :]
        if not parts or ".." in parts:
            return
        path, files = "/".join(parts), process.files
        above = path.rpartition("/")[0]
        if above:
            files.make_directory(above, parents=True)
        if member.isdir():
            files.make_directory(path, parents=True)
        elif member.issym():
            if files.find(path, follow=False) is not None:
                files.remove(path)
            files.symlink(member.linkname, path)
            return
        elif member.isfile():
            content = archive.extractfile(member)
            files.write(path, b"" if content is None else content.read())
        else:
            return
        changes: dict[str, Any] = {
            "mode": member.mode & 0o7777,
            "modified": process.now if "m" in flags else int(member.mtime) * SECOND,
        }
        if process.user == 0 and "o" not in flags:
            changes |= {"owner": member.uid, "group": member.gid}
        files.change(path, **changes)


def _spread(words: list[str]) -> list[str]:
    """`tar cf FILE` as `tar -c -f FILE`: letters without a dash, their values in order."""
    letters, rest, made = words[1], words[2:], [words[0]]
    for letter in letters:
        made.append("-" + letter)
        if letter in "fC" and rest:
            made.append(rest.pop(0))
    return made + rest


def _listed(process: Process, member: tarfile.TarInfo) -> str:
    kind = "directory" if member.isdir() else "link" if member.issym() else "file"
    shown = mode_text({"kind": kind, "mode": member.mode})
    owner = f"{member.uname or member.uid}/{member.gname or member.gid}"
    return f"{shown} {owner} {member.size:>9} {moment_text(process, int(member.mtime) * SECOND)} {member.name}{
        '/' * member.isdir()
    }"


def inflated(content: bytes) -> bytes:
    """Decompressed gzip data; raises ValueError when there is too much of it."""
    reader = zlib.decompressobj(wbits=31)
    made = reader.decompress(content, LARGEST + 1)
    if len(made) > LARGEST:
        raise ValueError("too large")
    if not reader.eof:
        raise EOFError
    return made


@program("gzip", "gunzip", "zcat")
class Gzip(Whole):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        flags, paths = options(
            process, "dckfnv123456789", {"decompress": "d", "stdout": "c", "keep": "k", "force": "f"}
        )
        if process.name in ("gunzip", "zcat"):
            flags["d"] = True
        if process.name == "zcat":
            flags["c"] = True
        return flags, paths

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        code = 0
        for path, content in inputs:
            try:
                made = inflated(content) if "d" in settings else compression.compress(content, mtime=0)
            except (zlib.error, EOFError, ValueError):
                code = process.fail(f"{'stdin' if path == '-' else path}: not in gzip format")
                continue
            if path == "-" or "c" in settings:
                process.write(1, made)
                continue
            target = path.removesuffix(".gz") if "d" in settings else path + ".gz"
            process.files.write(normpath(join(process.cwd, target)), made)
            if "k" not in settings:
                process.files.remove(path)
        return code

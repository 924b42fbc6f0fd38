"""From a command's words to the program that runs it, as execve(2) does, `#!` lines included."""

from collections.abc import Mapping
from dataclasses import dataclass
from posixpath import join

from simulator.runtime.errors import OSFailure
from simulator.runtime.files import EXECUTE, Files
from simulator.runtime.programs import PROGRAMS

ARGUMENTS = 128 << 10
"""The most bytes that argv and env may hold together."""

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Image:
    """A program by its registered name, and the words it is called with."""

    program: str
    argv: tuple[str, ...]


def load(files: Files, argv: tuple[str, ...], env: Mapping[str, str], path: str = "") -> Image:
    """The program in the file at `path`, or in the file that `argv[0]` means. Raises `OSFailure`."""
    if sum(len(word) for word in argv) + sum(len(name) + len(value) for name, value in env.items()) > ARGUMENTS:
        raise OSFailure("E2BIG", argv[0])
    found = path or look_up(files, argv[0], env)
    return _image(files, found, argv, depth=0)


def look_up(files: Files, name: str, env: Mapping[str, str]) -> str:
    """The path of the executable that a command name means, by `PATH`. Raises `OSFailure` when there is none."""
    if "/" in name:
        node = files.stat(name)
        if node["kind"] == "directory" or not files.permits(node, EXECUTE):
            raise OSFailure("EACCES", name)
        return files.absolute(name)
    refused = False
    for folder in env.get("PATH", PATH).split(":"):
        path = join(folder or ".", name)
        found = files.find(path) if name else None
        if found is not None and found["kind"] == "file":
            if files.permits(found, EXECUTE):
                return files.absolute(path)
            refused = True
    raise OSFailure("EACCES" if refused else "ENOENT", name)


def _image(files: Files, path: str, argv: tuple[str, ...], depth: int) -> Image:
    node = files.stat(path)
    program = node.get("program")
    if program is not None:
        if program not in PROGRAMS:
            raise OSFailure("ENOENT", path)
        return Image(program, argv)
    content = node.get("content", b"")
    if not content.startswith(b"#!") or depth > 4:
        raise OSFailure("ENOEXEC", path)
    words = content[2:].split(b"\n", 1)[0].decode("utf-8", "replace").strip().split(None, 1)
    if not words:
        raise OSFailure("ENOEXEC", path)
    if not files.exists(words[0]):
        raise OSFailure("ENOENT", path)
    return _image(files, words[0], (*words, path, *argv[1:]), depth + 1)

"""Unit files and drop-ins as systemd reads them, and the command line that they make. Upstream: systemd.unit(5)"""

from collections.abc import Callable, Iterator, Mapping

from simulator.runtime.files import Files, Volumes
from simulator.runtime.nodes import Index

ETC, LIB = "/etc/systemd/system", "/usr/lib/systemd/system"
LARGEST = 64 << 10
"""The most bytes of a file that are read."""

type Texts = tuple[tuple[str, str], ...]
"""Path → content of a unit file and its drop-ins, in the order in which they count."""


def on_disk(files: Files, name: str) -> Texts:
    """What lies on a disk now. A file in /etc stands for the one of the same name in /usr/lib."""

    def text(path: str) -> str | None:
        return files.text(path)[:LARGEST] if files.is_file(path) else None

    def names(folder: str) -> list[str]:
        return files.names(folder) if files.is_directory(folder) else []

    return tuple(gathered(name, text, names))


def as_installed(volumes: Volumes, machine: str, name: str) -> Texts:
    """What the packages have left, before anybody changed it."""
    base: Index = volumes.base(machine) or {}

    def text(path: str) -> str | None:
        folder, _, last = path.rpartition("/")
        node = base.get(folder, {}).get(last)
        content = None if node is None else node.get("content", b"")
        return content.decode("utf-8", "replace") if isinstance(content, bytes) else content

    return tuple(gathered(name, text, lambda folder: list(base.get(folder, {}))))


def gathered(
    name: str, text: Callable[[str], str | None], names: Callable[[str], list[str]]
) -> Iterator[tuple[str, str]]:
    """What counts, of the files that `text` reads and `names` lists."""
    unit = f"{name}.service"
    for folder in (ETC, LIB):
        found = text(f"{folder}/{unit}")
        if found is not None:
            yield f"{folder}/{unit}", found
            break
    drop_ins: dict[str, str] = {}
    for folder in (LIB, ETC):
        drop_ins |= {each: f"{folder}/{unit}.d/{each}" for each in names(f"{folder}/{unit}.d") if each[-5:] == ".conf"}
    for each in sorted(drop_ins):
        found = text(drop_ins[each])
        if found is not None:
            yield drop_ins[each], found


def command_line(texts: Texts, files: Files, otherwise: str) -> dict[str, str]:
    """The flags of the last ExecStart, with `$VARIABLES` filled in; "" is the program."""
    variables: dict[str, str] = {}
    start = otherwise
    for key, value in settings(texts):
        if key == "Environment":
            for word in assignments(value):
                name, _, content = word.partition("=")
                variables[name] = content
        elif key == "EnvironmentFile":
            variables |= environment(files, value.lstrip("-"))
        elif key == "ExecStart" and value:
            start = value
    words: list[str] = []
    for word in start.split():
        words += variables.get(word[1:].strip("{}"), "").split() if word.startswith("$") else [word]
    return flags_in(words, otherwise)


def settings(texts: Texts) -> Iterator[tuple[str, str]]:
    """Key and value of every line of a [Service] section."""
    for _, text in texts:
        section = ""
        for line in text.replace("\\\n", " ").splitlines():
            line = line.strip()
            if line.startswith("[") and line.endswith("]"):
                section = line[1:-1]
            elif section in ("", "Service") and "=" in line and not line.startswith(("#", ";")):
                key, _, value = line.partition("=")
                yield key.strip(), value.strip()


def assignments(value: str) -> list[str]:
    """The words of an `Environment=`: each may be quoted."""
    found, rest = [], value
    while rest:
        quote = rest[0] if rest[0] in "\"'" else ""
        end = rest.find(quote, 1) if quote else rest.find(" ")
        word = rest[1:end] if quote and end > 0 else rest if end < 0 else rest[:end]
        found.append(word)
        rest = "" if end < 0 else rest[end + 1 :].lstrip()
    return found


def environment(files: Files, path: str) -> dict[str, str]:
    found = {}
    for line in files.text(path)[:LARGEST].splitlines() if files.is_file(path) else ():
        name, equals, content = line.strip().partition("=")
        if equals and not name.startswith(("#", ";")):
            found[name] = content.strip("\"'")
    return found


def flags_in(words: list[str], otherwise: str) -> dict[str, str]:
    """Flags by name: `--name=value`, `--name value`, `--name`."""
    flags = {"": words[0] if words else otherwise}
    left = words[1:]
    while left:
        word = left.pop(0)
        name, equals, content = word.lstrip("-").partition("=")
        if not equals and left and not left[0].startswith("-") and name not in SWITCHES:
            content = left.pop(0)
        flags[name] = content
    return flags


SWITCHES: Mapping[str, None] = dict.fromkeys(("version", "help", "h"))

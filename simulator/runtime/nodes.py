"""Files, directories and links as plain values, and image layers as mappings from path to such a node."""

from collections.abc import Mapping
from posixpath import dirname, split
from typing import Any

type Node = Mapping[str, Any]
"""`kind` (file, directory, link, device), `mode` (permission bits), `owner`, `group`, `modified` (moment), and by kind
`content` (bytes), `hole` (zeros that follow) and `program`, `target`, or `device`."""

type Layer = Mapping[str, Node]
"""Absolute path to node. Directories that are not named come into being as `drwxr-xr-x root`."""

BUILT = 1_767_225_600_000_000
"""When files of image layers were last modified: 2026-01-01."""

EXECUTABLE = b"\x7fELF\x02\x01\x01\x00"


def file(
    content: bytes | str = b"", *, mode: int = 0o644, owner: int = 0, group: int = 0, modified: int = BUILT
) -> Node:
    """A regular file; text is stored as UTF-8."""
    stored = content.encode() if isinstance(content, str) else content
    return {
        "kind": "file", "mode": mode, "owner": owner, "group": group, "modified": modified, "content": stored,
    }  # fmt: skip


def executable(name: str, *, mode: int = 0o755) -> Node:
    """A file that runs the program registered as `name`."""
    return {**file(EXECUTABLE + name.encode() + b"\n", mode=mode), "program": name}


def directory(*, mode: int = 0o755, owner: int = 0, group: int = 0, modified: int = BUILT) -> Node:
    return {"kind": "directory", "mode": mode, "owner": owner, "group": group, "modified": modified}


def link(target: str, *, owner: int = 0, group: int = 0, modified: int = BUILT) -> Node:
    """A symbolic link."""
    return {
        "kind": "link", "mode": 0o777, "owner": owner, "group": group, "modified": modified, "target": target,
    }  # fmt: skip


def socket(*, owner: int = 0, group: int = 0, modified: int = BUILT) -> Node:
    """The place of a socket that only its owner may use."""
    return {"kind": "socket", "mode": 0o700, "owner": owner, "group": group, "modified": modified}


def device(name: str, *, mode: int = 0o666) -> Node:
    """One of `null`, `zero`, `full`, `random`, `tty`, `fd/N` for the process's own descriptor N, `cgroup/FILE`."""
    return {"kind": "device", "mode": mode, "owner": 0, "group": 0, "modified": BUILT, "device": name}


def size(node: Node) -> int:
    """What stat(2) gives as st_size."""
    return content_size(node) + int(node.get("hole", 0))


def content_size(node: Node) -> int:
    """The same without the zeros that a file ends in and that are not kept (`hole`)."""
    kind = node["kind"]
    if kind == "file":
        return len(node["content"])
    return len(node["target"]) if kind == "link" else 4096 if kind == "directory" else 0


def programs(names: list[str], folder: str = "/bin") -> dict[str, Node]:
    """A layer with one executable for each program."""
    return {f"{folder}/{name}": executable(name) for name in names}


CGROUP_FILES = ("cpu.max", "cpu.stat", "cpu.weight", "memory.current", "memory.events", "memory.max")

DEVICES: Layer = {
    "/dev": directory(),
    "/dev/null": device("null"),
    "/dev/zero": device("zero"),
    "/dev/full": device("full"),
    "/dev/random": device("random"),
    "/dev/urandom": device("random"),
    "/dev/tty": device("tty"),
    "/dev/stdin": device("fd/0"),
    "/dev/stdout": device("fd/1"),
    "/dev/stderr": device("fd/2"),
    "/dev/fd": directory(),
    **{f"/dev/fd/{number}": device(f"fd/{number}") for number in range(10)},
    "/proc": directory(mode=0o555),
    **{f"/sys/fs/cgroup/{name}": device(f"cgroup/{name}", mode=0o444) for name in CGROUP_FILES},
    "/tmp": directory(mode=0o1777),
}
"""What every machine has below its image."""

LAYERS: dict[str, Layer] = {"devices": DEVICES}
"""Image layers by name; a machine's row names the layers it stands on, lowest first."""

type Index = dict[str, dict[str, Node]]

_indexes: dict[tuple[str, ...], Index] = {}


def index(layers: tuple[str, ...]) -> Index:
    """The merged layers as directory path → name → node; built once a process, since layers never change."""
    found = _indexes.get(layers)
    if found is None:
        found = {"/": {}}
        for name in layers:
            for path, node in LAYERS[name].items():
                _place(found, path, node)
        _indexes[layers] = found  # only now: another world may ask before this one is done
    return found


def _place(found: Index, path: str, node: Node) -> None:
    if path == "/":
        return
    parent, name = split(path)
    if parent not in found:
        _place(found, parent, directory())
    existing = found[parent].get(name)
    if existing is not None and existing["kind"] == "directory" and node["kind"] != "directory":
        _forget(found, path)
    found[parent][name] = node
    if node["kind"] == "directory":
        found.setdefault(path, {})


def _forget(found: Index, path: str) -> None:
    for below in [known for known in found if known == path or dirname(known).startswith(path)]:
        del found[below]

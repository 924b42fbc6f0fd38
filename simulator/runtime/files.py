"""The files of a machine: image layers below, a writable layer above, volumes mounted in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING, Any

from simulator.kernel.clock import Clock
from simulator.kernel.state import State
from simulator.runtime.errors import OSFailure
from simulator.runtime.nodes import Index, Node, content_size, directory, link, socket
from simulator.runtime.nodes import file as new_file

if TYPE_CHECKING:
    from simulator.runtime.procfs import Proc

READ, WRITE, EXECUTE = 4, 2, 1
LARGEST_FILE = 8 << 20
LARGEST_VOLUME = 32 << 20
ROOMY = 97 << 30
"""Bytes that fit into a volume of which nothing else is known: the disk of a node."""
MOST_NODES = 20_000
LINKS = 40
LONGEST_NAME = 255
"""Bytes of UTF-8."""
DEEPEST = 256
"""How many folders deep a path may lead."""
OPAQUE = ""
"""As a name in a folder of the writable layer: nothing shows through from the layers below."""

type Folder = Mapping[str, Node | None]
"""A directory of the writable layer by name; None hides what is below."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A volume (or a path within it) that shows at `path`."""

    path: str
    volume: str
    source: str = "/"
    read_only: bool = False

    def plain(self) -> tuple[str, str, str, bool]:
        return self.path, self.volume, self.source, self.read_only


class Volumes:
    """Every writable layer and volume of a world.

    Tables: `runtime/files`, `(volume, directory) → {name: node}`, where the node of a volume's root stands under the
    directory `""`; `runtime/usage`, the bytes, nodes and bytes of holes in a volume; `runtime/capacities`, the bytes
    that fit into those that are not as large as can be.
    """

    def __init__(self, state: State, clock: Clock) -> None:
        self.clock = clock
        self.folders = state.table("runtime/files")
        self.usage = state.table("runtime/usage")
        self.capacities = state.table("runtime/capacities")
        self.grown: dict[str, Callable[[str], None]] = {}
        """By what a volume's name begins with: who is told when it holds another mebibyte."""
        self.moved: Callable[[str, str, Node, str], None] = lambda machine, place, node, target: None
        """Told of every file of a machine that gets another path, or none."""
        self.bases: list[Callable[[str], Index | None]] = []
        """Who knows what lies below a volume that is itself the disk of a machine, wherever it is mounted."""
        self.proc: Proc | None = None
        """What machines say of their processes."""
        self.watched: dict[tuple[str, str], Callable[[], None]] = {}
        """Whom to tell of changes in a folder of a volume, as inotify(7) does."""

    def base(self, volume: str) -> Index | None:
        """What lies below a volume; None where it holds nothing but what was written to it."""
        for known in self.bases:
            found = known(volume)
            if found is not None:
                return found
        return None

    def folder(self, volume: str, path: str) -> Folder | None:
        return self.folders.get((volume, path))

    def put(self, volume: str, path: str, name: str, node: Node | None) -> None:
        folder = self.folders.get((volume, path)) or {}
        self._account(volume, folder.get(name), node)
        self.folders.put((volume, path), {**folder, name: node})
        if (volume, path) in self.watched:
            self.watched[volume, path]()

    def drop(self, volume: str, path: str, name: str) -> None:
        """Forget a name altogether (where nothing below has to be hidden)."""
        folder = self.folders.get((volume, path))
        if folder and name in folder:
            self._account(volume, folder[name], None)
            left = {**folder}
            del left[name]
            self.folders.put((volume, path), left)
            if (volume, path) in self.watched:
                self.watched[volume, path]()

    def _account(self, volume: str, before: Node | None, after: Node | None) -> None:
        taken, nodes, holes = self.usage.get(volume) or (0, 0, 0)
        was = taken + holes
        holes += (after.get("hole", 0) if after else 0) - (before.get("hole", 0) if before else 0)
        taken += (content_size(after) if after else 0) - (content_size(before) if before else 0)
        nodes += (after is not None) - (before is not None)
        if after is not None and (taken > LARGEST_VOLUME or nodes > MOST_NODES):
            raise OSFailure("ENOSPC")
        if taken + holes > was and taken + holes > self.capacity(volume):
            raise OSFailure("ENOSPC")
        self.usage.put(volume, (taken, nodes, holes))
        if (taken + holes) >> 20 > was >> 20:
            for prefix, tell in self.grown.items():
                if volume.startswith(prefix):
                    tell(volume)

    def occupied(self, volume: str) -> int:
        """The bytes that a volume's files take."""
        taken, _, holes = self.usage.rows.get(volume) or (0, 0, 0)
        return int(taken + holes)

    def capacity(self, volume: str) -> int:
        return int(self.capacities.rows.get(volume) or ROOMY)

    def root(self, volume: str) -> Node:
        """The directory that is the volume itself."""
        found = self.folders.get((volume, ""))
        return _VOLUME_ROOT if found is None else found["."] or _VOLUME_ROOT

    def put_root(self, volume: str, node: Node) -> None:
        self.folders.put((volume, ""), {".": node})

    def remove(self, volume: str, path: str = "/") -> None:
        """Forget a volume and all that is in it."""
        folder = self.folders.get((volume, path))
        if folder is not None:
            for name, node in folder.items():
                if node is not None and node["kind"] == "directory":
                    self.remove(volume, join(path, name))
            self.folders.delete((volume, path))
        if path == "/":
            self.usage.delete(volume)
            self.capacities.delete(volume)
            self.folders.delete((volume, ""))

    def view(self, volume: str) -> "Files":
        """A volume on its own, seen by root; the kubelet fills volumes this way."""
        return Files(self, volume, self.base(volume) or {"/": {}}, (), 0, (0,), "/")


class Files:
    """A machine's files as one user sees them from a working directory. Refusals are raised as `OSFailure`."""

    def __init__(
        self,
        volumes: Volumes,
        volume: str,
        layers: Index,
        mounts: tuple[tuple[str, str, str, bool], ...],
        user: int,
        groups: tuple[int, ...],
        cwd: str,
        umask: int = 0o022,
        *,
        read_only: bool = False,
        pid: int = 0,
    ) -> None:
        self.volumes = volumes
        self.volume = volume
        self.layers = layers
        self.mounts = mounts
        self.user = user
        self.groups = groups
        self.cwd = cwd
        self.umask = umask
        self.read_only = read_only
        self.pid = pid

    # looking

    def find(self, path: str, *, follow: bool = True) -> Node | None:
        """The node at a path, or None."""
        try:
            return self.stat(path, follow=follow)
        except OSFailure:
            return None

    def stat(self, path: str, *, follow: bool = True) -> Node:
        """The node at a path; a link itself when not followed."""
        return self._present(self.resolve(path, follow=follow), path)

    def exists(self, path: str) -> bool:
        return self.find(path) is not None

    def is_file(self, path: str) -> bool:
        node = self.find(path)
        return node is not None and node["kind"] == "file"

    def is_directory(self, path: str) -> bool:
        node = self.find(path)
        return node is not None and node["kind"] == "directory"

    def names(self, path: str) -> list[str]:
        """The names in a directory, sorted."""
        return sorted(self.entries(path))

    def entries(self, path: str) -> Mapping[str, Node]:
        """What is in a directory, by name."""
        place = self.resolve(path)
        node = self._present(place, path)
        if node["kind"] != "directory":
            raise OSFailure("ENOTDIR", path)
        self._demand(node, READ, path)
        return self._folder(place)

    def walk(self, path: str) -> Iterator[tuple[str, Node]]:
        """A path and everything below it, parents first, links not followed."""
        node = self.stat(path, follow=False)
        yield path, node
        if node["kind"] == "directory":
            for name in self.names(path):
                yield from self.walk(join(path, name))

    def read(self, path: str) -> bytes:
        """The content of a regular file."""
        node = self.stat(path)
        if node["kind"] == "directory":
            raise OSFailure("EISDIR", path)
        if node["kind"] == "socket":
            raise OSFailure("ENXIO", path)
        self._demand(node, READ, path)
        content: bytes = node.get("content", b"")
        return content

    def text(self, path: str) -> str:
        return self.read(path).decode("utf-8", "replace")

    def absolute(self, path: str) -> str:
        """A path from the root, `.` and `..` folded, links left alone."""
        folded = normpath(join(self.cwd, path))
        return folded[1:] if folded.startswith("//") else folded

    def allows(self, path: str, bits: int) -> bool:
        node = self.find(path)
        return node is not None and self.permits(node, bits)

    def permits(self, node: Node, bits: int) -> bool:
        """Whether a node's mode lets the user do that; for who has looked the node up already."""
        mode: int = node["mode"]
        if self.user == 0:
            return bits != EXECUTE or node["kind"] == "directory" or mode & 0o111 != 0
        if self.user == node["owner"]:
            return (mode >> 6) & bits == bits
        if node["group"] in self.groups:
            return (mode >> 3) & bits == bits
        return mode & bits == bits

    # changing

    def write(self, path: str, content: bytes | str, *, append: bool = False, mode: int = 0o666) -> None:
        """Replace (or extend) the content of a file, making it when it is not there."""
        stored = content.encode() if isinstance(content, str) else content
        place = self.resolve(path, missing=True)
        node = self._node(place)
        if node is None:
            self._demand_parent(place, path)
            node = new_file(b"", mode=mode & ~self.umask, owner=self.user, group=self.groups[0])
        elif node["kind"] == "directory":
            raise OSFailure("EISDIR", path)
        elif node["kind"] == "socket":
            raise OSFailure("ENXIO", path)
        else:
            self._demand(node, WRITE, path)
        if append and "hole" in node:
            raise OSFailure("EFBIG", path)
        if append:
            stored = node.get("content", b"") + stored
        if len(stored) > LARGEST_FILE:
            raise OSFailure("EFBIG", path)
        kept = {name: value for name, value in node.items() if name not in ("program", "hole")}
        self._put(place, {**kept, "content": stored, "modified": self.volumes.clock.now}, path)

    def reserve(self, path: str, length: int) -> None:
        """Have a file be so long, zeros behind what is in it; they take room on the disk and none of ours."""
        self.write(path, b"", append=self.exists(path) and "hole" not in self.stat(path))
        place = self.resolve(path)
        node = self._present(place, path)
        content = node.get("content", b"")[:length]
        self._put(place, {**node, "content": content, "hole": length - len(content)}, path)

    def make_directory(self, path: str, *, mode: int = 0o777, parents: bool = False) -> None:
        if parents:
            missing, above = [], dirname(self.absolute(path))
            while above != "/" and not self.exists(above):
                missing.append(above)
                above = dirname(above)
            for one in reversed(missing):
                self.make_directory(one)
            if self.is_directory(path):
                return
        place = self.resolve(path.rstrip("/") or "/", missing=True)
        if self._node(place) is not None:
            raise OSFailure("EEXIST", path)
        self._demand_parent(place, path)
        made = directory(
            mode=mode & ~self.umask, owner=self.user, group=self.groups[0], modified=self.volumes.clock.now
        )
        self._put(place, made, path)
        volume, inner, lower, _ = self._locate(place)
        if lower is not None:
            self.volumes.put(volume, inner, OPAQUE, None)
        elif self.volumes.folder(volume, inner) is None:
            self.volumes.folders.put((volume, inner), {})

    def symlink(self, target: str, path: str) -> None:
        place = self.resolve(path, follow=False, missing=True)
        if self._node(place) is not None:
            raise OSFailure("EEXIST", path)
        self._demand_parent(place, path)
        self._put(place, link(target, owner=self.user, group=self.groups[0], modified=self.volumes.clock.now), path)

    def make_socket(self, path: str) -> str:
        """Make the place of a socket, from its root."""
        place = self.resolve(path, missing=True)
        if self._node(place) is not None:
            raise OSFailure("EADDRINUSE", path)
        self._demand_parent(place, path)
        self._put(place, socket(owner=self.user, group=self.groups[0], modified=self.volumes.clock.now), path)
        return place

    def remove(self, path: str) -> None:
        """Unlink anything but a directory."""
        place = self.resolve(path, follow=False)
        node = self._present(place, path)
        if node["kind"] == "directory":
            raise OSFailure("EISDIR", path)
        self._demand_parent(place, path)
        self._erase(place, path)
        self.volumes.moved(self.volume, place, node, "")

    def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        place = self.resolve(path, follow=False)
        if self._present(place, path)["kind"] != "directory":
            raise OSFailure("ENOTDIR", path)
        if any(mount[0] == place for mount in self.mounts) or place == "/":
            raise OSFailure("EBUSY", path)
        if self._folder(place):
            raise OSFailure("ENOTEMPTY", path)
        self._demand_parent(place, path)
        self._erase(place, path)

    def remove_tree(self, path: str) -> None:
        """Remove a path and everything below it."""
        if self.stat(path, follow=False)["kind"] != "directory":
            return self.remove(path)
        for name in self.names(path):
            self.remove_tree(join(path, name))
        self.remove_directory(path)

    def rename(self, source: str, target: str) -> None:
        """Move a file or a directory with all that is in it; an existing file (or empty directory) gives way."""
        start, end = self.resolve(source, follow=False), self.resolve(target, follow=False, missing=True)
        node, there = self._present(start, source), self._node(end)
        if start == end:
            return
        if (end + "/").startswith(start + "/"):
            raise OSFailure("EINVAL", source)
        if there is not None and there["kind"] == "directory":
            if node["kind"] != "directory":
                raise OSFailure("EISDIR", target)
            self.remove_directory(target)
        elif there is not None and node["kind"] == "directory":
            raise OSFailure("ENOTDIR", target)
        self._demand_parent(start, source)
        self._demand_parent(end, target)
        if there is not None and there["kind"] == "file":
            self.volumes.moved(self.volume, end, there, "")
        self._move(start, end, node)

    def _move(self, start: str, end: str, node: Node) -> None:
        if node["kind"] == "directory":
            self.make_directory(end)
            for name, below in self._folder(start).items():
                self._move(join(start, name), join(end, name), below)
        self._put(end, node, end)
        self._erase(start, start)
        self.volumes.moved(self.volume, start, node, end)

    def change(self, path: str, *, follow: bool = True, **changes: Any) -> None:
        """Set `mode`, `owner`, `group` or `modified`; only the owner and root may."""
        place = self.resolve(path, follow=follow)
        node = self._present(place, path)
        if self.user not in (0, node["owner"]):
            raise OSFailure("EPERM", path)
        self._put(place, {**node, **changes}, path)

    def place(self, path: str, node: Node) -> None:
        """Put a node as it is, making the directories above it; for those who furnish a machine or a volume."""
        above = dirname(self.absolute(path))
        if above != "/" and not self.exists(above):
            self.make_directory(above, parents=True)
        place = self.resolve(path, follow=False, missing=True)
        self._put(place, node, path)
        if node["kind"] == "directory":
            volume, inner, _, _ = self._locate(place)
            if self.volumes.folder(volume, inner) is None:
                self.volumes.folders.put((volume, inner), {})

    # the way from a path to a row

    def resolve(self, path: str, *, follow: bool = True, missing: bool = False) -> str:
        """The path from the root with every link resolved (the last one only when followed).

        With `missing`, the last name need not exist; its directory must.
        """
        if not path:
            raise OSFailure("ENOENT", path)
        if len(path) > 4096:
            raise OSFailure("ENAMETOOLONG", path)
        left = [part for part in join(self.cwd, path).split("/") if part and part != "."]
        if len(left) > DEEPEST:
            raise OSFailure("ENAMETOOLONG", path)
        left.reverse()
        place, links = "/", 0
        while left:
            name = left.pop()
            if name == "..":
                place = dirname(place)
                continue
            if len(name) > LONGEST_NAME // 4 and len(name.encode()) > LONGEST_NAME:
                raise OSFailure("ENAMETOOLONG", path)
            here = place + name if place == "/" else f"{place}/{name}"
            node = self._node(here)
            if node is None:
                if missing and not left:
                    return here
                raise OSFailure("ENOENT", path)
            if node["kind"] == "link" and (left or follow):
                links += 1
                if links > LINKS:
                    raise OSFailure("ELOOP", path)
                if node["target"].startswith("/"):
                    place = "/"
                left.extend(part for part in reversed(node["target"].split("/")) if part and part != ".")
                continue
            if left and node["kind"] != "directory":
                raise OSFailure("ENOTDIR", path)
            if left and not self.permits(node, EXECUTE):
                raise OSFailure("EACCES", path)
            place = here
        if path.endswith("/") and (node := self._node(place)) is not None and node["kind"] != "directory":
            raise OSFailure("ENOTDIR", path)
        return place

    def volume_of(self, place: str) -> str:
        """The volume in which a resolved path lies."""
        return self._locate(place)[0]

    def _locate(self, place: str) -> tuple[str, str, Index | None, bool]:
        """Where a resolved path lives: volume, path in it, the layers that lie below, whether it is read-only."""
        best: tuple[str, str, str, bool] | None = None
        for mount in self.mounts:
            at = mount[0]
            is_above = place.startswith(at) and place[len(at) : len(at) + 1] in ("", "/")
            if is_above and (best is None or len(at) > len(best[0])):
                best = mount
        if best is None:
            return self.volume, place, self.layers, self.read_only
        at, volume, source, read_only = best
        inner = normpath(source.rstrip("/") + (place[len(at) :] or "/"))
        return volume, inner, self.volumes.base(volume), read_only

    def _node(self, place: str) -> Node | None:
        volume, inner, layers, _ = self._locate(place)
        if inner == "/":
            return self.volumes.root(volume) if layers is None else _ROOT
        above, _, name = inner.rpartition("/")
        above = above or "/"
        folder = self.volumes.folder(volume, above)
        if folder is not None:
            if name in folder:
                return folder[name]
            if OPAQUE in folder:
                return None
        if layers is None:
            return None
        below = layers.get(above)
        found = None if below is None else below.get(name)
        if found is None and place.startswith("/proc/") and self.volumes.proc is not None and volume == self.volume:
            found = self.volumes.proc.node(volume, place, self.pid)
        if found is None and self.mounts and any(mount[0].startswith(place + "/") for mount in self.mounts):
            return _ROOT
        return found

    def _folder(self, place: str) -> dict[str, Node]:
        """The nodes of a directory by name, layers merged and mount points shown."""
        volume, inner, layers, _ = self._locate(place)
        upper = self.volumes.folder(volume, inner) or {}
        merged: dict[str, Node] = {}
        if layers is not None and OPAQUE not in upper:
            merged.update(layers.get(inner, {}))
        for name, node in upper.items():
            if node is not None:
                merged[name] = node
            else:
                merged.pop(name, None)
        prefix = place.rstrip("/") + "/"
        if prefix.startswith("/proc/") and self.volumes.proc is not None and volume == self.volume:
            for name in self.volumes.proc.names(volume, place, self.pid):
                merged.setdefault(name, self._node(prefix + name) or _ROOT)
        for mount in self.mounts:
            if mount[0].startswith(prefix):
                name = mount[0][len(prefix) :].split("/")[0]
                merged.setdefault(name, self._node(prefix + name) or _ROOT)
        return merged

    def _present(self, place: str, path: str) -> Node:
        node = self._node(place)
        if node is None:
            raise OSFailure("ENOENT", path)
        return node

    def _put(self, place: str, node: Node, path: str) -> None:
        volume, inner, layers, read_only = self._locate(place)
        if read_only:
            raise OSFailure("EROFS", path)
        if inner == "/":
            if layers is None:
                self.volumes.put_root(volume, node)
            return
        if layers is not None:
            self._copy_up(volume, layers, dirname(inner))
        try:
            self.volumes.put(volume, dirname(inner), basename(inner), node)
        except OSFailure as failure:
            raise OSFailure(failure.name, path) from None

    def _copy_up(self, volume: str, layers: Index, folder: str) -> None:
        """Have the writable layer know each directory on the way, so that it can be walked from its root."""
        while folder != "/":
            above, name = dirname(folder), basename(folder)
            known = self.volumes.folder(volume, above)
            if known is not None and name in known:
                return
            node = self._node(folder) if volume == self.volume else layers.get(above, {}).get(name)
            self.volumes.put(volume, above, name, _ROOT if node is None else node)
            folder = above

    def _erase(self, place: str, path: str) -> None:
        volume, inner, layers, read_only = self._locate(place)
        if read_only:
            raise OSFailure("EROFS", path)
        above, name = dirname(inner), basename(inner)
        self.volumes.folders.delete((volume, inner))
        folder = self.volumes.folder(volume, above)
        if layers is not None and name in layers.get(above, {}) and not (folder and OPAQUE in folder):
            self._copy_up(volume, layers, above)
            self.volumes.put(volume, above, name, None)
        else:
            self.volumes.drop(volume, above, name)

    def _demand(self, node: Node, bits: int, path: str) -> None:
        if not self.permits(node, bits):
            raise OSFailure("EACCES", path)

    def _demand_parent(self, place: str, path: str) -> None:
        parent = self._present(dirname(place), path)
        if parent["kind"] != "directory":
            raise OSFailure("ENOTDIR", path)
        if self._locate(place)[3]:
            raise OSFailure("EROFS", path)
        self._demand(parent, WRITE | EXECUTE, path)
        if parent["mode"] & 0o1000 and self.user not in (0, parent["owner"]):
            node = self._node(place)
            if node is not None and node["owner"] != self.user:
                raise OSFailure("EPERM", path)


_ROOT = directory()
_VOLUME_ROOT = directory(mode=0o777)

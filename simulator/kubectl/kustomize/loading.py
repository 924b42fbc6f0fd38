"""Where a kustomization reads from: its folder, and the folders it names, never one it is inside of.

Upstream: sigs.k8s.io/kustomize/api/internal/loader, kyaml/filesys
"""

import re
from dataclasses import dataclass, field
from posixpath import isabs, normpath

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize.definitions import Definitions
from simulator.kubectl.manifests import download
from simulator.kubectl.terminal import Terminal

REMOTE = re.compile(r"git@|git::|ssh://|https?://|github\.com[/:]")
NOT_A_FOLDER = "must build at directory"


@dataclass(frozen=True, slots=True)
class Loader:
    """Reads files relative to a folder; `restricted`: none outside of it."""

    terminal: Terminal
    root: str
    restricted: bool
    referrer: "Loader | None" = None
    definitions: Definitions = field(default_factory=Definitions)
    """What the whole build knows of kinds."""

    def load(self, path: str) -> bytes:
        """The content of a file. Raises CommandError."""
        if path.startswith(("http://", "https://")):
            return download(self.terminal, path)
        whole = normpath(path if isabs(path) else f"{self.root}/{path}")
        if self.terminal.is_folder(whole):
            raise CommandError(f"'{whole}' must resolve to a file")
        if not self.terminal.is_file(whole):
            raise CommandError(missing(self.terminal, whole))
        if self.restricted and not is_within(whole, self.root):
            raise CommandError(f"security; file '{whole}' is not in or below '{self.root}'")
        return self.terminal.read_file(whole)

    def below(self, path: str) -> "Loader":
        """A loader for another folder. Raises CommandError."""
        if not path:
            raise CommandError("new root cannot be empty")
        if isabs(path):
            raise CommandError(f"new root '{path}' cannot be absolute")
        root = folder(self.terminal, f"{self.root}/{path}")
        visited: Loader | None = self
        while visited is not None:
            if is_within(visited.root, root):
                raise CommandError(f"cycle detected: candidate root '{root}' contains visited root '{visited.root}'")
            visited = visited.referrer
        return Loader(self.terminal, root, self.restricted, self, self.definitions)


def begin(terminal: Terminal, path: str, *, restricted: bool) -> Loader:
    """The loader of the folder that is to be built. Raises CommandError."""
    if REMOTE.match(path):
        raise CommandError(f"'{path}' is remote, and nothing here runs git")
    return Loader(terminal, folder(terminal, path), restricted)


def folder(terminal: Terminal, path: str) -> str:
    """The whole path of a folder. Raises CommandError."""
    whole = terminal.absolute(path)
    shown = path if path == whole or not isabs(path) else whole
    if terminal.is_folder(whole):
        return whole
    if terminal.is_file(whole):
        raise CommandError(f"{NOT_A_FOLDER}: '{shown}': file is not directory")
    raise CommandError(f"{NOT_A_FOLDER}: not a valid directory: {missing(terminal, whole, shown)}")


def missing(terminal: Terminal, whole: str, shown: str = "") -> str:
    """What is said of a path that is not there: the first part of it that is missing."""
    parts = whole.strip("/").split("/")
    first = next(
        (
            part
            for part in ("/" + "/".join(parts[: at + 1]) for at in range(len(parts)))
            if not is_there(terminal, part)
        ),
        whole,
    )
    return f"evalsymlink failure on '{shown or whole}' : lstat {first}: no such file or directory"


def is_there(terminal: Terminal, path: str) -> bool:
    return terminal.is_folder(path) or terminal.is_file(path)


def is_within(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip("/") + "/")

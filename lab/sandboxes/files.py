"""The files of a learner's home directory, for the editor beside the terminal."""

import hashlib
from dataclasses import dataclass
from itertools import islice
from posixpath import normpath
from typing import Any

from simulator.runtime.errors import OSFailure
from simulator.workstation import HOME, NAME, USER

LARGEST = 256 * 1024
"""The largest file (bytes) that the editor opens."""
MOST = 200
"""How many files are listed."""
FARTHEST = 5000
"""How many files and folders are looked at for that."""


class Refused(Exception):
    """A file that cannot be read or written; the message is for the learner, as the machine words it."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is now. `mark` tells whether it has changed since."""

    path: str
    text: str

    @property
    def mark(self) -> str:
        return mark_of(self.text)


def mark_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def home(world: Any) -> Any:
    """The files as the learner sees them from the home directory."""
    return world.machines.files(NAME, HOME, user=USER, groups=(USER,))


def listed(world: Any) -> list[str]:
    """The files of the home directory that can be edited, hidden ones left out, by path."""
    files, found = home(world), []
    for path, node in islice(files.walk(HOME), FARTHEST):
        inside = path.removeprefix(f"{HOME}/")
        hidden = any(part.startswith(".") for part in inside.split("/"))
        if node["kind"] == "file" and not hidden and len(node.get("content", b"")) <= LARGEST:
            found.append(inside)
        if len(found) >= MOST:
            break
    return sorted(found)


def read(world: Any, path: str) -> File:
    """Raises `Refused`."""
    try:
        content = home(world).read(inside_home(path))
        text: str = content.decode()
    except OSFailure as failure:
        raise Refused(str(failure)) from failure
    except UnicodeDecodeError as error:
        raise Refused(f"{path}: binary file") from error
    if len(content) > LARGEST:
        raise Refused(f"{path}: File too large")
    return File(path, text)


def write(world: Any, path: str, text: str) -> None:
    """Replace a file's text, making the folders on the way. Raises `OSFailure`."""
    files, full = home(world), inside_home(path)
    files.make_directory(full.rpartition("/")[0], parents=True)
    files.write(full, text)


def inside_home(path: str) -> str:
    """The whole path of a file below the home directory. Raises `Refused` for any other."""
    full = normpath(f"{HOME}/{path.removeprefix('~/')}")
    if not path or "\0" in path or len(path) > 200 or not full.startswith(f"{HOME}/"):
        raise Refused(f"{path}: not in your home directory")
    return full

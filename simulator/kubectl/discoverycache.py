"""What a run of kubectl remembers on disk of the kinds that a server has. Upstream: client-go/discovery/cached/disk

The real program writes a file for each group and version; here one holds them all, so that a home stays small.
"""

import re
from functools import lru_cache
from typing import Any

import orjson

from simulator.kernel.clock import HOUR
from simulator.kubectl.flags import Options
from simulator.kubectl.terminal import Terminal
from simulator.machinery.objects import Object
from simulator.runtime.errors import OSFailure

LIFETIME = 6 * HOUR
"""How long an answer is good for, unless a kind is asked for that it does not have."""
LARGEST = 256 * 1024
"""The most bytes that are remembered; a server with more kinds is asked each time."""
UNFIT = re.compile(r"[^\w/.]", re.ASCII)
"""Characters of an address that do not go into a name of a folder."""
NAME = "servergroups.json"


class DiscoveryCache:
    """The file of one server below the cache's folder; what cannot be read or written is as if it were not there."""

    def __init__(self, terminal: Terminal, server: str, options: Options) -> None:
        self._terminal = terminal
        address = server.partition("://")[2] or server
        self._path = f"{cache_folder(terminal, options)}/discovery/{UNFIT.sub('_', address.strip('/'))}/{NAME}"

    def read(self) -> bytes | None:
        """What was kept of the groups as they were told last; None when that is too long ago."""
        terminal = self._terminal
        try:
            if not terminal.is_file(self._path) or terminal.now - terminal.modified(self._path) > LIFETIME:
                return None
            content = terminal.read_file(self._path)
        except OSFailure:
            return None
        return content if len(content) <= LARGEST else None

    def write(self, groups: list[Object]) -> None:
        content = orjson.dumps({"items": groups})
        if len(content) > LARGEST:
            return
        try:
            self._terminal.write_file(self._path, shared(content), 0o660)
        except OSFailure:
            return


def cache_folder(terminal: Terminal, options: Options) -> str:
    given = options.text("cache-dir") or terminal.env.get("KUBECACHEDIR", "")
    return given or f"{terminal.env.get('HOME', '')}/.kube/cache"


@lru_cache(maxsize=32)
def shared(content: bytes) -> bytes:
    """The one value for all homes that hold the same."""
    return content


def parsed(content: bytes) -> list[Object] | None:
    """The groups that a file holds; None for what kubectl did not write."""
    try:
        found: Any = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    items = found.get("items") if isinstance(found, dict) else None
    return items if isinstance(items, list) else None

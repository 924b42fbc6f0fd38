"""What a run of kubectl needs of the machine it runs on: words, files, streams, an API to call.

The program fills it from its process; tests fill it with a dictionary of files and a server.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from simulator.api.requests import Polled, Request, Response, Stream
from simulator.runtime.network import HttpResponse


class Refused(Exception):
    """Nobody answers at the server's address."""


class Unreachable(Exception):
    """The server cannot be reached; the message is what Go's network stack says of it."""


class Terminal(Protocol):
    """The outside of one run. Paths may be relative to the working directory; failures are `OSFailure`s."""

    @property
    def env(self) -> Mapping[str, str]: ...

    @property
    def now(self) -> int:
        """Microseconds since 1970."""
        ...

    @property
    def version(self) -> str:
        """The release of kubectl that is installed: `v1.37.1`."""
        ...

    def write(self, text: str | bytes) -> None: ...

    def write_error(self, text: str | bytes) -> None: ...

    def read(self) -> bytes | None:
        """What has arrived on standard input: None when there is nothing yet, empty at its end."""
        ...

    def gather(self) -> bytes | None:
        """All of standard input once its end has come; None until then."""
        ...

    def is_terminal(self, descriptor: int) -> bool: ...

    def rest(self, duration: int) -> None:
        """Let so many microseconds pass within a step."""
        ...

    def size(self) -> tuple[int, int]:
        """Columns and rows of the terminal."""
        ...

    def raw(self, on: bool) -> None:
        """Take the keys as they come (no echo, no line editing), or go back to how it was."""
        ...

    def read_file(self, path: str) -> bytes: ...

    def fetch(self, url: str) -> HttpResponse:
        """Ask for a page; raises `NetworkFailure`."""
        ...

    def write_file(self, path: str, content: bytes, mode: int = 0o644) -> None:
        """Write a file, making the folders on the way."""
        ...

    def remove_file(self, path: str) -> None: ...

    def modified(self, path: str) -> int:
        """When a file was last written."""
        ...

    def is_file(self, path: str) -> bool: ...

    def is_folder(self, path: str) -> bool: ...

    def list_folder(self, path: str) -> list[str]:
        """The names in a folder, sorted."""
        ...

    def absolute(self, path: str) -> str: ...

    def call(self, server: str, request: Request) -> Response:
        """Send a request to the API server at a URL. Raises Refused or Unreachable."""
        ...

    def poll(self, stream: Stream) -> Polled: ...

    def send(self, stream: Stream, channel: int, payload: bytes) -> Stream | None: ...

    def listen(self, port: int) -> None:
        """Take connections on a port of this machine. Raises OSFailure when it is taken."""
        ...

    def listen_at(self, path: str) -> None:
        """Take connections at a socket in the file system; one that is there already makes room."""
        ...

    def spawn(self, words: Sequence[str]) -> None:
        """Start a program on this terminal; the run waits for its children to know the end of it."""
        ...

    def ended(self) -> int | None:
        """The exit code of the program that was started, or None while it runs."""
        ...

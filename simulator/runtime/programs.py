"""The contract between the runtime and its programs, and the table of programs by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.api.requests import Polled, Stream
    from simulator.runtime.network import Certificate, HttpRequest, HttpResponse
    from simulator.runtime.process import Process


@dataclass(frozen=True, slots=True)
class Exit:
    """The process ends with this exit code (0..255)."""

    code: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """The process goes on in the method `then` once any condition holds; with none, only a signal wakes it.

    `until` is a moment; `readable` names descriptors on which data or the end of the data has arrived; `children` holds
    when a child has ended or stopped; `stream` when the world has poked the machines because API objects, logs or
    sessions changed. Whatever was written before goes out first: a writer waits while its reader does not take it.
    """

    then: str
    until: int | None = None
    readable: tuple[int, ...] = ()
    children: bool = False
    stream: bool = False


@dataclass(frozen=True, slots=True)
class Exec:
    """The process becomes another program, keeping its number and its descriptors."""

    argv: tuple[str, ...]
    env: Mapping[str, str] | None = None
    path: str = ""
    """The program's file; empty: looked up by `argv[0]`."""


type Outcome = Exit | Wait | Exec


class Program:
    """Code that advances a process. `start` begins it; every name it waits under is another method of the same shape.

    One object serves all processes of all worlds, so it keeps nothing of its own: what a process needs between two
    steps lives in `process.state`, a plain value. An `OSFailure` that a step does not catch ends the process with
    `NAME: words` on its stderr and exit code 1.
    """

    resident = 1 << 20
    """Bytes that a process of it holds, whatever it does."""

    def start(self, process: Process) -> Outcome:
        raise NotImplementedError

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        """A signal arrived that the process handles (`process.handle`); None goes on with what it was waiting for."""
        return Exit(128 + signal)


class Server(Program):
    """A program that also answers requests on the ports it listens to, until a signal ends it."""

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        """Answer one HTTP request; the process may write to its log and change its state."""
        raise NotImplementedError

    def more(self, process: Process, stream: Stream) -> Polled:
        """What is new in an answer that goes on (`HttpResponse.stream`), and where to go on."""
        raise NotImplementedError

    def certificate(self, process: Process, port: int, host: str) -> Certificate | None:
        """The certificate it shows on a port to a client that calls it by a name; None where it speaks no TLS."""
        return None

    def grpc_health(self, process: Process, port: int, service: str) -> str | None:
        """What it answers to gRPC's health check of a service (`SERVING`, `NOT_SERVING`, or `NOT_FOUND` where it knows
        none of that name); None where it speaks no gRPC on that port."""
        return None

    def receive(self, process: Process, connection: bytes, payload: bytes) -> tuple[bytes, bytes | None]:
        """Answer bytes of another protocol: the reply, and what to remember of the connection (None: closed)."""
        return b"", None


class Command(Program):
    """A program that does all its work in one step: a function from a process to its exit code."""

    def __init__(self, run: Callable[[Process], int | None]) -> None:
        self.run = run

    def start(self, process: Process) -> Outcome:
        return Exit(self.run(process) or 0)


PROGRAMS: dict[str, Program] = {}
"""Every program that a machine can run, by the name that executable files carry."""


def program[P: Program](*names: str) -> Callable[[type[P]], type[P]]:
    """Register a program class under these names."""

    def register(kind: type[P]) -> type[P]:
        made = kind()
        for name in names:
            PROGRAMS[name] = made
        return kind

    return register


def command(*names: str) -> Callable[[Callable[[Process], int | None]], Callable[[Process], int | None]]:
    """Register a function that does its work in one step as a program."""

    def register(run: Callable[[Process], int | None]) -> Callable[[Process], int | None]:
        made = Command(run)
        for name in names:
            PROGRAMS[name] = made
        return run

    return register


type Completer = Callable[[Process, list[str], int], list[str]]
"""From a process, the words of the line and the index of the word at the cursor: the candidates for that word."""

COMPLETERS: dict[str, Completer] = {}
"""How Tab completes the arguments of a program, by the program's name."""

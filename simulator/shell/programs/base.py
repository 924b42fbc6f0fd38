"""What the programs share: options, complaints, and reading files or stdin piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait
from simulator.shell.programs import busybox

PIECE = 256 << 10
"""Bytes that a program reads in one step."""


LONGEST_LINE = 1 << 20
LARGEST_INPUT = 8 << 20
MOST_LINES = 400_000
"""Bytes and lines that a program which needs all of its input takes in."""
LINE_COST = 2
RUN = 64 << 10
"""Bytes that are worked on by one call of what cannot be interrupted."""


class Usage(Exception):
    """The command line is not understood; said after the program's name, with its exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def options(
    process: Process, short: str, long: Mapping[str, str] | None = None, *, code: int = 1, stop: bool = False
) -> tuple[dict[str, Any], list[str]]:
    """Options and operands as getopt(3) has them: `short` lists letters, a colon after those that take a value; `long`
    names the letter (or, for one without, the word itself) for each long option, with `=` at its end for a value.
    `stop`: the first operand ends the options. Raises `Usage`.
    """
    given: dict[str, Any] = {}
    operands: list[str] = []
    words = list(process.argv[1:])
    while words:
        word = words.pop(0)
        if word == "--":
            operands += words
            break
        if word.startswith("--"):
            _long(given, word[2:], words, long or {}, code)
        elif word.startswith("-") and len(word) > 1:
            _short(given, word[1:], words, short, code)
        else:
            operands.append(word)
            if stop:
                operands += words
                break
    return given, operands


def _long(given: dict[str, Any], text: str, words: list[str], long: Mapping[str, str], code: int) -> None:
    name, equals, value = text.partition("=")
    matching = [known for known in long if known.removesuffix("=").startswith(name)]
    exact = [known for known in matching if known.removesuffix("=") == name]
    exact = [known for known in exact if known.endswith("=") == bool(equals)] or exact
    if len(exact or matching) != 1:
        raise Usage(f"unrecognized option '--{name}'", code)
    known = (exact or matching)[0]
    if not known.endswith("="):
        given[long[known]] = True
    elif equals or words:
        given[long[known]] = value if equals else words.pop(0)
    else:
        raise Usage(f"option '--{known[:-1]}' requires an argument", code)


def _short(given: dict[str, Any], letters: str, words: list[str], short: str, code: int) -> None:
    for number, letter in enumerate(letters, 1):
        place = short.find(letter)
        if place < 0 or letter == ":":
            raise Usage(f"invalid option -- '{letter}'", code)
        if short[place + 1 : place + 2] != ":":
            given[letter] = True
            continue
        rest = letters[number:]
        if not rest and not words:
            raise Usage(f"option requires an argument -- '{letter}'", code)
        given[letter] = rest or words.pop(0)
        return


def whole(text: str, what: str, code: int = 1) -> int:
    """The number in an argument, with the suffixes K, M and G; raises `Usage`."""
    digits = text.rstrip("kKMGb")
    unit = {"": 1, "k": 1024, "K": 1024, "M": 1 << 20, "G": 1 << 30, "b": 512}.get(text[len(digits) :])
    if unit is None or not digits.lstrip("+-").isdecimal():
        raise Usage(f"{what}: ‘{text}’", code)
    return int(digits) * unit


def refuse(process: Process, usage: Usage) -> Outcome:
    """Complain about the command line, and end."""
    if busybox.speaks(process):
        said = str(usage).replace("invalid option -- ", "unrecognized option: ").replace("'", "")
        process.error(f"{process.name}: {said}\n{busybox.BANNER}\n\nUsage: {process.name} [OPTIONS] [FILE]...")
        return Exit(1)
    process.error(f"{process.name}: {usage}")
    if "option" in str(usage):
        process.error(f"Try '{process.name} --help' for more information.")
    return Exit(usage.code)


class Run:
    """One program's way through its inputs: `settings` stay, `memory` may change from piece to piece."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self.settings: Mapping[str, Any] = state["settings"]
        self.paths: tuple[str, ...] = state["paths"]
        self.at: int = state["at"]
        self.descriptor: int | None = state["descriptor"]
        self.rest: bytes = state["rest"]
        self.memory: dict[str, Any] = dict(state["memory"])
        self.code: int = state["code"]
        self.stopped: bool = False
        self.skipping: bool = False
        """Nothing more is wanted of this input."""

    def packed(self) -> dict[str, Any]:
        return {
            "settings": self.settings, "paths": self.paths, "at": self.at, "descriptor": self.descriptor,
            "rest": self.rest, "memory": self.memory, "code": self.code,
        }  # fmt: skip

    @property
    def path(self) -> str:
        """The input that is being read; `-` is stdin."""
        return self.paths[self.at] if self.at < len(self.paths) else "-"


class Stream(Program):
    """Reads the files it is given, or stdin, one after the other, and hands on what it reads as it comes."""

    by_lines = True
    """Hand on whole lines (with their newlines) and not just any pieces."""
    failure = 1
    """The exit code when a file cannot be read."""

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        """Settings and paths from the command line; raises `Usage`."""
        raise NotImplementedError

    def memory(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """What is remembered at the beginning."""
        return {}

    def refusal(self, process: Process, run: Run, descriptor: int) -> str:
        """Why an input that could be opened is left out after all."""
        return ""

    def opened(self, process: Process, run: Run) -> None:
        """A new input begins."""

    def take(self, process: Process, run: Run, data: bytes) -> None:
        """More of an input; setting `run.stopped` ends the program."""
        raise NotImplementedError

    def closed(self, process: Process, run: Run) -> None:
        """An input has ended."""

    def is_busy(self, process: Process, run: Run) -> bool:
        """Do a slice of the work with what has been taken; whether there is more to do before more is read."""
        return False

    def end(self, process: Process, run: Run) -> int:
        """Everything has been read: the exit code."""
        return run.code

    def start(self, process: Process) -> Outcome:
        try:
            settings, paths = self.begin(process)
        except Usage as usage:
            return refuse(process, usage)
        process.state = {
            "settings": settings, "paths": tuple(paths or ["-"]), "at": 0, "descriptor": None, "rest": b"",
            "memory": self.memory(settings), "code": 0,
        }  # fmt: skip
        return self.more(process)

    def more(self, process: Process) -> Outcome:
        run = Run(process.state)
        taken = 0
        while not run.stopped:
            if self.is_busy(process, run) or taken > PIECE or process.outbox:
                return self._pause(process, run, Wait("more", until=process.now))
            if run.stopped or run.at == len(run.paths):
                break
            if run.descriptor is None and not self._open(process, run):
                continue
            assert run.descriptor is not None
            try:
                data = process.read(run.descriptor)
            except OSFailure as failure:
                self.complain(process, run, failure)
                data = b""
            if data is None:
                return self._pause(process, run, Wait("more", readable=(run.descriptor,)))
            taken += len(data)
            process.spend(len(data) // 400)
            self._hand_on(process, run, data)
            if (not data or run.skipping) and not run.stopped:
                self._close(process, run)
        return Exit(self.end(process, run))

    def complain(self, process: Process, run: Run, failure: OSFailure) -> None:
        run.code = busybox.unread(process, run.path, failure, code=self.failure)

    def _open(self, process: Process, run: Run) -> bool:
        try:
            run.descriptor = 0 if run.path == "-" else process.open(run.path)
        except OSFailure as failure:
            self.complain(process, run, failure)
            run.at += 1
            return False
        refusal = self.refusal(process, run, run.descriptor)
        if refusal:
            process.error(f"{process.name}: {refusal}")
            run.code = self.failure
            self._leave(process, run)
            return False
        self.opened(process, run)
        return True

    def _hand_on(self, process: Process, run: Run, data: bytes) -> None:
        if self.by_lines and data:
            whole_lines, newline, run.rest = (run.rest + data).rpartition(b"\n")
            data = whole_lines + newline
            process.spend(LINE_COST * data.count(b"\n"))
            if len(run.rest) > LONGEST_LINE:
                raise OSFailure("ENOMEM")
        elif self.by_lines:
            data, run.rest = run.rest, b""
        if data:
            self.take(process, run, data)

    def _close(self, process: Process, run: Run) -> None:
        self.closed(process, run)
        self._leave(process, run)

    def _leave(self, process: Process, run: Run) -> None:
        if run.descriptor:
            process.close(run.descriptor)
        run.descriptor, run.skipping = None, False
        run.at += 1

    def _pause(self, process: Process, run: Run, outcome: Outcome) -> Outcome:
        process.state = run.packed()
        return outcome


class Whole(Stream):
    """Reads all its inputs first, and then works on them at once."""

    by_lines = False

    def memory(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"inputs": (), "pieces": (), "size": 0, "lines": 0}

    def take(self, process: Process, run: Run, data: bytes) -> None:
        run.memory["pieces"] = (*run.memory["pieces"], data)
        run.memory["size"] += len(data)
        run.memory["lines"] += data.count(b"\n")
        if run.memory["size"] > LARGEST_INPUT or run.memory["lines"] > MOST_LINES:
            raise OSFailure("ENOMEM")

    def closed(self, process: Process, run: Run) -> None:
        run.memory["inputs"] = (*run.memory["inputs"], (run.path, b"".join(run.memory["pieces"])))
        run.memory["pieces"] = ()

    def end(self, process: Process, run: Run) -> int:
        return self.work(process, run.settings, list(run.memory["inputs"])) or run.code

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        """Do the work on (path, content) pairs: the exit code."""
        raise NotImplementedError


def pieces(data: bytes) -> Iterator[bytes]:
    """The lines of some bytes, many at a time."""
    start = 0
    while start < len(data):
        end = data.rfind(b"\n", start, start + RUN) + 1 or data.find(b"\n", start) + 1 or len(data)
        yield data[start:end]
        start = end


def lines(data: bytes) -> list[str]:
    """The lines of some bytes, without their newlines."""
    found: list[str] = []
    for piece in pieces(data):
        found += piece.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n")
    return found


def checked(kind: Any) -> Any:
    """For one-step programs: complain when the function raises `Usage`."""

    def run(process: Process) -> int:
        try:
            return int(kind(process) or 0)
        except Usage as usage:
            refuse(process, usage)
            return usage.code

    return run

"""The shell as a machine: a stack of frames of plain data, one small step at a time. Upstream: bash(1), ash(1)

A frame is a dictionary with its operation under `op`. Each operation is a function that looks at the top frame and
pushes, pops or replaces frames; it gives an outcome only when the process has to wait. `$?` is `status`. What the
operations of the language do stands in `compounds` and `commands`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.kernel.clock import SECOND
from simulator.runtime import signals
from simulator.runtime.budgets import LONGEST_STEP
from simulator.runtime.errors import WORDS, OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Wait
from simulator.shell.expansion import Abandon, Expander, NeedsCommand, seconds
from simulator.shell.nodes import Incomplete, Node, SyntaxMistake
from simulator.shell.redirection import restore
from simulator.shell.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Callable

    type Operation = Callable[["Shell", "Frame"], Outcome | None]

type Frame = dict[str, Any]

SLICE, SLICE_UNITS = 400, 20_000
"""Steps of the machine in one step of the process, and what they may spend together."""
STEP_COST = 6
READ_COST = 3
"""What it costs to understand a character of a script."""
DEEPEST = 600
"""Frames; a function that calls itself for ever ends here."""
NO_ROOM = f"fork: {WORDS['EAGAIN']}"
LONGEST_PAUSE = 16
"""Seconds; a shell that cannot start a process tries again after 1, 2, 4 and 8. Upstream: bash, jobs.c, make_child"""
LOOPS = frozenset({"while", "for", "loop", "select"})
BUILTINS: dict[str, Callable[[Shell, list[str]], int | None]] = {}
OPERATIONS: dict[str, Operation] = {}


def operation(name: str) -> Callable[[Operation], Operation]:
    """Register how frames of this name go on."""

    def register(method: Operation) -> Operation:
        OPERATIONS[name] = method
        return method

    return register


class Shell(Variables):
    """A shell during one step of its process; `packed` is what lasts."""

    def __init__(self, process: Process, state: dict[str, Any]) -> None:
        super().__init__(process, state)
        self.frames: list[Frame] = [dict(frame) for frame in state["frames"]]
        self.flavour: str = state["flavour"]
        self.interactive: bool = state["interactive"]
        self.source: str = state["source"]
        self.functions: dict[str, Node] = dict(state["functions"])
        self.aliases: dict[str, str] = dict(state["aliases"])
        self.traps: dict[str, str] = dict(state["traps"])
        self.pending: list[int] = list(state["pending"])
        self.jobs: dict[int, Any] = dict(state["jobs"])
        self.finished: dict[int, tuple[int, int]] = dict(state["finished"])
        self.substituted: int | None = state["substituted"]
        self.reader: Any = state["reader"]
        self.history: tuple[str, ...] = state["history"]
        self.folders: tuple[str, ...] = state["folders"]
        self.marks: bool = state["marks"]
        self.line: int = state["line"]
        self.subshell: bool = state["subshell"]

    def packed(self) -> dict[str, Any]:
        """The shell as a plain value."""
        return {
            **super().packed(), "frames": tuple(self.frames), "flavour": self.flavour, "interactive": self.interactive,
            "source": self.source, "functions": self.functions, "aliases": self.aliases, "traps": self.traps,
            "pending": tuple(self.pending), "jobs": self.jobs, "finished": self.finished,
            "substituted": self.substituted, "reader": self.reader, "history": self.history,
            "folders": self.folders, "marks": self.marks, "line": self.line, "subshell": self.subshell,
        }  # fmt: skip

    # the machine

    def run(self) -> Outcome:
        """Take steps until the shell has to wait, ends, or has used up its slice."""
        outcome: Outcome | None
        for _ in range(SLICE):
            if self.pending and (not self.frames or self.frames[-1]["op"] != "foreground"):
                self._take_signal()
            if not self.frames:
                outcome = self._finish()
            else:
                outcome = self._go_on(self.frames[-1])
            self.process.spend(STEP_COST)
            if outcome is not None:
                return outcome
            if self.process.spent > SLICE_UNITS:
                break
        return Wait("resume", until=self.process.now)

    def has_read(self, characters: int) -> None:
        """Account for understanding a script; one that is very long does not end the shell."""
        self.process.spend(min(READ_COST * characters, LONGEST_STEP // 4))

    def _go_on(self, frame: Frame) -> Outcome | None:
        """The next small step of the top frame."""
        try:
            try:
                return OPERATIONS[frame["op"]](self, frame)
            except NeedsCommand as need:
                self._capture(need.node)
                return None
        except Abandon as abandon:
            return self.abandon(str(abandon), abandon.status)
        except OSFailure as failure:
            if str(failure) == NO_ROOM and self.flavour == "bash":
                return self._fork_again(frame)
            self.complain(f"can't {failure}" if str(failure) == NO_ROOM else str(failure))
            self.fail_frame(frame)
            return None

    def _fork_again(self, frame: Frame) -> Outcome | None:
        """There are too many processes: wait a little and try again, or give up the command line."""
        self.collect()
        pause = frame.get("pause", 1)
        name = self.name if self.source not in ("-c", "-i") and not self.interactive else self.flavour
        if pause >= LONGEST_PAUSE:
            self.process.error(f"{name}: {NO_ROOM}")
            return self.abandon("", 126)
        self.process.error(f"{name}: {NO_ROOM.replace(': ', ': retry: ')}")
        frame["pause"] = 2 * pause
        return Wait("resume", until=self.process.now + pause * SECOND)

    def push(self, op: str, **rest: Any) -> None:
        if len(self.frames) >= DEEPEST:
            raise Abandon("maximum nesting level exceeded")
        self.frames.append({"op": op, **rest})

    def pop(self) -> None:
        self._clean(self.frames.pop())

    def _clean(self, frame: Frame) -> None:
        """Undo what lasted only as long as a frame: redirections, local variables, arguments."""
        if frame.get("saved"):
            restore(self.process, frame["saved"])
        for name, before in reversed(frame.get("locals", {}).items()):
            self.restore_variable(name, before)
        if "arguments" in frame:
            self.arguments = frame["arguments"]
        if "hidden" in frame:
            name, body = frame["hidden"]
            self.functions[name] = body

    def unwind(self, depth: int) -> None:
        while len(self.frames) > depth:
            self.pop()

    def fail_frame(self, frame: Frame) -> None:
        """A command could not be carried out: drop it with status 1."""
        while self.frames and self.frames[-1] is not frame:
            self.pop()
        if self.frames:
            self.pop()
        self.end_command(1, frame)

    def abandon(self, message: str, status: int) -> Outcome | None:
        """Give up the whole command line."""
        if message:
            self.complain(message)
        self.status = status
        if self.interactive:
            self.unwind(1)
            return None
        self.unwind(0)
        return None

    def refuse(self, mistake: SyntaxMistake, text: str) -> Outcome | None:
        """The text is no command: say why, and where."""
        if self.flavour != "bash" or self.interactive:
            return self.abandon(str(mistake), 2)
        prefix = f"{self.flavour}: -c: line {self.line}: " if self.source == "-c" else self.prefix()
        self.process.error(prefix + str(mistake))
        if "unexpected token" in str(mistake):
            lines = text.split("\n")
            self.process.error(f"{prefix}`{lines[min(self.line, len(lines)) - 1]}'")
        self.unwind(0)
        self.status = 2
        return None

    def end_document(self, frame: Frame, mistake: Incomplete) -> None:
        """The text of a frame ends within a here-document, which ends there as well; bash warns of it."""
        text: str = frame["text"] if frame["text"].endswith("\n") else frame["text"] + "\n"
        if mistake.closing and self.flavour == "bash":
            place = self.prefix() if self.source != "-c" and frame["op"] == "source" else f"{self.flavour}: "
            words = str(mistake).partition(" ")[2]
            self.process.error(f"{place}warning: here-document at line {mistake.line} {words}")
        frame["text"] = f"{text}{mistake.closing}\n"

    def _finish(self) -> Outcome:
        trap = self.traps.pop("EXIT", None)
        if trap and not (self.subshell and "EXIT" not in self.traps and trap == ""):
            self.push("trapped", status=self.status)
            self.push("source", text=trap, at=0, line=1)
            return Wait("resume", until=self.process.now)
        return Exit(self.status & 255)

    def complain(self, message: str) -> None:
        """An error message with the shell's name, and the line where that is shown."""
        self.process.error(self.prefix() + message)

    def prefix(self) -> str:
        if self.interactive:
            return f"{self.flavour}: "
        if self.source == "-c" and self.flavour == "sh":
            return "sh: "
        name = self.flavour if self.source == "-c" else self.name
        return f"{name}: line {self.line}: "

    def end_command(self, status: int, ended: Frame | None = None) -> None:
        """A command has ended with this status; `set -e` may end the shell, unless the status is a question."""
        self.status = status
        if not status or "e" not in self.options or (ended is not None and ended.get("quiet")):
            return
        if not any(frame.get("quiet") for frame in self.frames):
            self.unwind(1 if self.interactive else 0)

    # signals

    def _take_signal(self) -> None:
        number = self.pending.pop(0)
        text = self.traps.get(signals.NAMES.get(number, ""))
        if self.frames and self.frames[-1]["op"] == "wait":
            self.pop()
            self.status = 128 + number
        if text:
            self.push("trapped", status=self.status)
            self.push("source", text=text, at=0, line=1)
        elif self.interactive and number == signals.INT:
            self.interrupt()
        elif number == signals.HUP:
            self.unwind(0)
            self.status = 129

    def interrupt(self) -> None:
        """Ctrl-C at the prompt or in a command of the shell itself."""
        if len(self.frames) > 1:
            self.unwind(1)
            self.process.write(2, "\n")
        self.status = 130

    # going into a node

    def begin(self, node: Node, *, tail: bool = False, quiet: bool = False) -> None:
        """Push what carries a node out. `tail`: nothing follows in this process; `quiet`: its status is a question."""
        kind = node[0]
        marks: dict[str, Any] = {"quiet": True} if quiet else {}
        if kind == "simple":
            self.push("simple", node=node, journal=(), tail=tail, **marks)
        elif kind in REDIRECTED and node[-1]:
            self.push("redirected", node=node, journal=(), **marks)
        else:
            self.push(kind, node=node, at=0, journal=(), tail=tail, **marks)

    # commands in commands

    def fork(self, node: Node, fds: dict[int, int] | None = None, *, group: int | None = None) -> int:
        """A child shell that carries out a node; its pid."""
        state = {
            **self.packed(), "frames": ({"op": "node", "node": node},), "interactive": False, "pending": (), "jobs": {},
            "finished": {}, "reader": None, "marks": False, "subshell": True,
            "traps": {name: text for name, text in self.traps.items() if text == ""},
        }  # fmt: skip
        if self.interactive:
            state["source"] = "-c" if self.flavour == "sh" else "-i"
        kept = {fd: fd for fd in self.process.fds if fd < 10}
        return self.process.spawn(
            self.process.argv, env=self.process.env, program=self.process.program, state=state, then="resume",
            fds={**kept, **(fds or {})}, group=group, handlers=self.ignored(),
        )  # fmt: skip

    def ignored(self) -> dict[int, str]:
        return {
            signals.NUMBERS[name]: "ignore"
            for name, text in self.traps.items()
            if text == "" and name in signals.NUMBERS
        }

    def _capture(self, node: Node) -> None:
        self.process.make_room()
        reader, writer = self.process.pipe()
        pid = self.fork(node, {1: writer})
        self.process.close(writer)
        self.push("capture", reader=reader, pid=pid, output=b"")

    def collect(self) -> None:
        """Note what became of children."""
        while (ended := self.process.reap()) is not None:
            self.finished[ended.pid] = (ended.status, ended.signal)

    def owns_terminal(self) -> bool:
        return self.interactive and self.process.terminal is not None

    # parameters that are no variables

    def parameter(self, name: str) -> str | None:
        if name.isdecimal():
            number = int(name)
            if number == 0:
                return self.name
            return self.arguments[number - 1] if number <= len(self.arguments) else None
        special = SPECIAL.get(name)
        return special(self) if special is not None else self.get(name)


SPECIAL: dict[str, Callable[[Shell], str | None]] = {
    "?": lambda shell: str(shell.status),
    "#": lambda shell: str(len(shell.arguments)),
    "$": lambda shell: shell.shell_pid,
    "!": lambda shell: shell.last_background,
    "-": lambda shell: (
        "".join(letter for letter in sorted(shell.options) if len(letter) == 1) + "i" * shell.interactive
    ),
    "SECONDS": seconds,
    "LINENO": lambda shell: str(shell.line),
    "EPOCHSECONDS": lambda shell: str(shell.process.now // SECOND),
    "PPID": lambda shell: str(shell.process.parent),
    "UID": lambda shell: str(shell.process.user),
    "EUID": lambda shell: str(shell.process.user),
    "HOSTNAME": lambda shell: shell.get("HOSTNAME") or shell.process.hostname,
}

REDIRECTED = frozenset({
    "if", "while", "for", "loop", "select", "case", "group", "subshell", "test", "arithmetic",
})  # fmt: skip


class Journaled:
    """Runs expansions of a frame and keeps their journal, even when they have to stop half-way."""

    def __init__(self, shell: Shell, frame: Frame) -> None:
        self.expander = Expander(shell, frame["journal"])
        self.frame = frame

    def __enter__(self) -> Expander:
        return self.expander

    def __exit__(self, *_: object) -> None:
        self.frame["journal"] = tuple(self.expander.journal)

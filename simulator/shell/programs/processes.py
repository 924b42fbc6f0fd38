"""ps, kill and those that find processes by name. Upstream: procps(1), busybox(1)"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from simulator.kernel.clock import SECOND
from simulator.runtime import signals
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import command
from simulator.shell.programs.base import Usage, checked, options
from simulator.shell.programs.busybox import speaks
from simulator.shell.programs.users import user_name


class Seen(NamedTuple):
    """A process as `ps` knows it."""

    pid: int
    parent: int
    user: str
    terminal: str
    state: str
    begun: int
    words: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.words[0].rsplit("/", 1)[-1] if self.words else ""

    @property
    def line(self) -> str:
        return " ".join(self.words)

    @property
    def clock(self) -> str:
        return datetime.fromtimestamp(self.begun // SECOND, UTC).strftime("%H:%M")


type Column = tuple[str, int, Callable[[Seen, int], str]]
"""Its title, its width (negative: to the left), and what it shows at a moment."""

COLUMNS: dict[str, Column] = {
    "pid": ("PID", 7, lambda one, now: str(one.pid)),
    "ppid": ("PPID", 7, lambda one, now: str(one.parent)),
    "user": ("USER", -8, lambda one, now: one.user),
    "tty": ("TT", -8, lambda one, now: one.terminal),
    "stat": ("STAT", -4, lambda one, now: one.state),
    "comm": ("COMMAND", -15, lambda one, now: one.name),
    "args": ("COMMAND", -27, lambda one, now: one.line),
    "time": ("TIME", 8, lambda one, now: "00:00:00"),
    "etime": ("ELAPSED", 11, lambda one, now: elapsed(now - one.begun)),
    "start": ("STARTED", 8, lambda one, now: one.clock),
}
ALIASES = {
    "cmd": "args",
    "command": "args",
    "ucmd": "comm",
    "s": "stat",
    "state": "stat",
    "tname": "tty",
    "uname": "user",
}
ALIASES |= {"euser": "user", "stime": "start", "cputime": "time"}


def elapsed(microseconds: int) -> str:
    minutes, seconds = divmod(microseconds // SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    return (f"{hours:02}:" if hours else "") + f"{minutes:02}:{seconds:02}"


class Wish(NamedTuple):
    """What a command line of `ps` asks for."""

    every: bool = False
    style: str = ""
    """`u` (who uses what), `f` (with parents), `x` (as BSD has it), `o` (columns of one's choice), or plain."""
    columns: tuple[tuple[str, str], ...] = ()
    """Names, and titles where they are given."""
    numbers: frozenset[int] | None = None


class Unknown(Exception):
    """A column or an option that `ps` does not have."""


def wish(words: list[str]) -> Wish:
    """The command line; raises `Unknown`."""
    asked, left = Wish(), list(words)
    while left:
        word = left.pop(0)
        dashed, letters = word.startswith("-"), word.lstrip("-")
        if letters.isdecimal():
            asked = asked._replace(numbers=(asked.numbers or frozenset()) | {int(letters)})
            continue
        for index, letter in enumerate(letters):
            rest = letters[index + 1 :]
            if letter in "op":
                text = rest or (left.pop(0) if left else "")
                asked = with_columns(asked, text) if letter == "o" else with_numbers(asked, text)
                break
            if letter not in "aAdefluxwwTHr":
                raise Unknown(
                    "error: unsupported option (BSD syntax)" if not dashed else "error: unsupported SysV option"
                )
            if letter in "aAdex":
                asked = asked._replace(every=True)
            style = {"u": "u", "f": "f" if dashed else "", "l": "f", "x": "x", "a": "" if dashed else "x"}.get(
                letter, ""
            )
            if style and asked.style not in ("u", "o"):
                asked = asked._replace(style=style)
    return asked


def with_columns(asked: Wish, text: str) -> Wish:
    columns = []
    for word in text.replace(" ", ",").split(","):
        name, equals, title = word.partition("=")
        if ALIASES.get(name, name) not in COLUMNS:
            raise Unknown(f'error: unknown user-defined format specifier "{name}"')
        columns.append((ALIASES.get(name, name), title if equals else COLUMNS[ALIASES.get(name, name)][0]))
    return asked._replace(style="o", columns=asked.columns + tuple(columns))


def with_numbers(asked: Wish, text: str) -> Wish:
    if not all(word.isdecimal() for word in text.split(",")):
        raise Unknown("error: process ID list syntax error")
    return asked._replace(numbers=(asked.numbers or frozenset()) | {int(word) for word in text.split(",")})


@command("ps")
def ps(process: Process) -> int:
    try:
        asked = wish(list(process.argv[1:]))
    except Unknown as unknown:
        process.error(str(unknown) if not speaks(process) else f"ps: {str(unknown).removeprefix('error: ')}")
        return 1
    every = asked.every or speaks(process) or asked.numbers is not None
    rows = [
        seen(process, pid, row)
        for pid, _, row in process.machines.visible(process.machine)
        if (every or row["tty"] == process.tty) and (asked.numbers is None or pid in asked.numbers)
    ]
    shown = in_columns if asked.columns else as_busybox if speaks(process) else STYLES.get(asked.style, briefly)
    for line in shown(rows, asked, process.now):
        process.print(line)
    return 0 if rows else 1


def seen(process: Process, pid: int, row: Mapping[str, Any]) -> Seen:
    terminal = "?" if row["tty"] is None else "pts/0"
    state = "Z" if row["exit"] is not None else "T" if row["stopped"] else "R" if pid == process.pid else "S"
    state += "s" if row["parent"] == 0 and state in "SR" else ""
    return Seen(pid, row["parent"], user_name(process, row["user"]), terminal, state, row["started"], row["argv"])


def as_busybox(rows: list[Seen], asked: Wish, now: int) -> list[str]:
    return ["PID   USER     TIME  COMMAND", *(f"{one.pid:>5} {one.user:<8}  0:00 {one.line}" for one in rows)]


def briefly(rows: list[Seen], asked: Wish, now: int) -> list[str]:
    return ["    PID TTY          TIME CMD", *(f"{one.pid:>7} {one.terminal:<8} 00:00:00 {one.name}" for one in rows)]


def as_bsd(rows: list[Seen], asked: Wish, now: int) -> list[str]:
    lines = [f"{one.pid:>7} {one.terminal:<8} {one.state:<6} 0:00 {one.line}" for one in rows]
    return ["    PID TTY      STAT   TIME COMMAND", *lines]


def with_parents(rows: list[Seen], asked: Wish, now: int) -> list[str]:
    lines = [
        f"{one.user:<8} {one.pid:>7} {one.parent:>7}  0 {one.clock} {one.terminal:<8} 00:00:00 {one.line}"
        for one in rows
    ]
    return ["UID          PID    PPID  C STIME TTY          TIME CMD", *lines]


def with_users(rows: list[Seen], asked: Wish, now: int) -> list[str]:
    lines = [
        f"{one.user:<8} {one.pid:>7}  0.0  0.0   4096  2048 {one.terminal:<8} "
        f"{one.state:<4} {one.clock}   0:00 {one.line}"
        for one in rows
    ]
    return ["USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND", *lines]


STYLES = {"u": with_users, "f": with_parents, "x": as_bsd}


def in_columns(rows: list[Seen], asked: Wish, now: int) -> list[str]:
    """Columns of one's choice; no head where no title is left."""
    table = [[COLUMNS[name][2](one, now) for name, _ in asked.columns] for one in rows]
    titles = [title for _, title in asked.columns]
    lines = [titles, *table] if any(titles) else table
    widths = [COLUMNS[name][1] for name, _ in asked.columns]
    return [" ".join(map(laid, line, widths)).rstrip() for line in lines]


def laid(text: str, width: int) -> str:
    return text.ljust(-width) if width < 0 else text.rjust(width)


@command("pgrep", "pidof")
@checked
def pgrep(process: Process) -> int:
    """The numbers of the processes with a name, with `-l` and `-a` what they are called."""
    if process.name == "pidof":
        flags, words = options(process, "sx", {})
        flags["x"] = True
    else:
        flags, words = options(process, "aflxvonu:P:", {"list-name": "l", "list-full": "a", "full": "f", "exact": "x"})
    if not words:
        raise Usage("no matching criteria specified" if process.name == "pgrep" else "missing operand", 2)
    found = []
    for pid, _, row in process.machines.visible(process.machine):
        if pid == process.pid or not row["argv"] or row["exit"] is not None:
            continue
        name = row["argv"][0].rsplit("/", 1)[-1]
        tried = " ".join(row["argv"]) if "f" in flags else name
        if any(word == tried if "x" in flags else word in tried for word in words) != ("v" in flags):
            shown = f" {' '.join(row['argv'])}" if "a" in flags else f" {name}" if "l" in flags else ""
            found.append(f"{pid}{shown}")
    kept = found[:1] if "o" in flags else found[-1:] if "n" in flags or "s" in flags else found
    if kept:
        process.print((" " if process.name == "pidof" else "\n").join(kept))
    return int(not kept)


@command("kill", "pkill", "killall")
def kill(process: Process) -> int:
    words, number = list(process.argv[1:]), signals.TERM
    if words and words[0].startswith("-"):
        text = words.pop(0)[1:]
        text = words.pop(0) if text == "s" and words else text
        if text != "f":
            found = signals.number(text)
            if found is None:
                return process.fail(f"{text}: invalid signal specification")
            number = found
    if not words:
        return process.fail("not enough arguments")
    if process.name == "kill":
        return int(any(not _send(process, word, number) for word in words))
    hit = []
    for pid, _, row in process.machines.visible(process.machine):
        if pid != process.pid and row["argv"]:
            name = row["argv"][0].rsplit("/", 1)[-1]
            if name == words[-1] or (process.name == "pkill" and words[-1] in name):
                hit.append(pid)
    for pid in hit:
        process.kill(pid, number)
    return int(not hit)


def _send(process: Process, word: str, number: int) -> bool:
    try:
        if not word.lstrip("-").isdecimal():
            raise OSFailure("EINVAL")
        process.kill(int(word), number)
    except OSFailure as failure:
        process.error(f"kill: ({word}): {failure.words}")
        return False
    return True

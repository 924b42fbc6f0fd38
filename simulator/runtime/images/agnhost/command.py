"""The command line of agnhost: its sub-commands, their flags and their help. Upstream: agnhost.go, spf13/cobra"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from simulator.kernel.clock import HOUR, MILLISECOND, MINUTE, SECOND, timestamp
from simulator.machinery.golang import quoted
from simulator.runtime.images.web import WebServer
from simulator.runtime.process import Process
from simulator.runtime.programs import PROGRAMS, Exit, Outcome, Program, program

type Value = str | int | bool
UNITS: Final = {"ms": MILLISECOND, "us": 1, "µs": 1, "s": SECOND, "m": MINUTE, "h": HOUR}
LOGGING: Final = {"v": "int", "vmodule": "string", "logtostderr": "bool", "alsologtostderr": "bool"}
NOT_SIMULATED: Final = {
    "external-metrics-server": "no aggregated API of Pods serves external metrics here",
    "fake-metrics-server": "kubectl top and autoscalers ask the cluster's own metrics server",
    "fake-registry-server": "nodes pull from the lab's registries only, never from a Pod",
    "h2c-server": "HTTP/2 is not told apart from HTTP/1.1",
    "mtlsclient": "Pods do not prove who they are to each other with client certificates",
    "mtlsserver": "Pods do not prove who they are to each other with client certificates",
    "net": "connections are not followed closely enough to be half-closed",
    "podcertificatesigner": "PodCertificateRequests are signed by the control plane's own signers only",
}
"""Sub-commands that are refused, and why."""


class UsageError(Exception):
    """A command line that cobra refuses."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag: its default tells what it takes, unless that is a duration (microseconds)."""

    name: str
    default: Value
    usage: str = ""
    short: str = ""
    duration: bool = False

    @property
    def kind(self) -> str:
        if self.duration:
            return "duration"
        return {bool: "bool", int: "int", str: "string"}[type(self.default)]

    def parsed(self, text: str) -> Value:
        """What a text means for this flag."""
        try:
            return value_of(self.kind, text)
        except ValueError as error:
            shown = f"-{self.short}, --{self.name}" if self.short else f"--{self.name}"
            raise UsageError(f"invalid argument {quoted(text)} for {quoted(shown)} flag: {error}") from None

    def help(self) -> str:
        head = f"-{self.short}, " if self.short else "    "
        kind = "" if self.kind == "bool" else f" {self.kind}"
        default = {"string": f' (default "{self.default}")', "duration": ""}.get(
            self.kind, f" (default {self.default})"
        )
        return f"  {head}--{self.name}{kind}   {self.usage}{default if self.default else ''}"


@dataclass(frozen=True, slots=True)
class Subcommand:
    """What cobra knows of a sub-command."""

    name: str
    summary: str
    flags: tuple[Flag, ...]
    program: str
    arguments: int
    """How many words it takes besides its flags; -1: any number."""

    def parsed(self, words: Sequence[str]) -> tuple[dict[str, Value], list[str]]:
        """The value of every flag, and the other words."""
        known = {flag.name: flag for flag in self.flags}
        known |= {flag.short: flag for flag in self.flags if flag.short}
        found: dict[str, Value] = {flag.name: flag.default for flag in self.flags}
        rest, left = [], list(words)
        while left:
            word = left.pop(0)
            if word == "--":
                rest += left
                break
            if not word.startswith("-") or word == "-":
                rest.append(word)
                continue
            name, equals, text = word.lstrip("-").partition("=")
            flag = known.get(name)
            kind = flag.kind if flag is not None else LOGGING.get(name)
            if kind is None:
                raise UsageError(f"unknown flag: --{name}" if word.startswith("--") else unknown_short(word))
            if not equals:
                if kind != "bool" and not left:
                    raise UsageError(f"flag needs an argument: {word}")
                text = "true" if kind == "bool" else left.pop(0)
            if flag is not None:
                found[flag.name] = flag.parsed(text)
        if self.arguments >= 0 and len(rest) > self.arguments:
            raise UsageError(f'unknown command {quoted(rest[0])} for "app {self.name}"')
        return found, rest

    def usage(self) -> str:
        lines = ["Usage:", f"  app {self.name} [flags]", "", "Flags:", *(flag.help() for flag in self.flags)]
        return "\n".join([*lines, f"  -h, --help   help for {self.name}", ""])


def unknown_short(word: str) -> str:
    return f"unknown shorthand flag: '{word[1:2]}' in {word}"


def value_of(kind: str, text: str) -> Value:
    """A text as a flag's value. Upstream: strconv, time.ParseDuration"""
    if kind == "string":
        return text
    if kind == "bool":
        if text.lower() not in ("true", "false", "1", "0", "t", "f"):
            raise ValueError(f"strconv.ParseBool: parsing {quoted(text)}: invalid syntax")
        return text.lower() in ("true", "1", "t")
    if kind == "duration":
        return duration(text)
    if not text.removeprefix("-").isdecimal() or not text.isascii() or len(text) > 18:
        raise ValueError(f"strconv.ParseInt: parsing {quoted(text)}: invalid syntax")
    return int(text)


def duration(text: str) -> int:
    """Microseconds of a Go duration such as `1m30s`; raises `ValueError`."""
    if text == "0":
        return 0
    total, left = 0, text
    while left:
        number = left[: len(left) - len(left.lstrip("0123456789."))]
        left = left[len(number) :]
        unit = next((unit for unit in UNITS if left.startswith(unit)), None)
        if unit is None or not number or number.count(".") > 1 or len(number) > 15 or number == ".":
            raise ValueError(f"time: invalid duration {quoted(text)}")
        left = left[len(unit) :]
        total += int(float(number) * UNITS[unit])
    if not text:
        raise ValueError('time: invalid duration ""')
    return total


SUBCOMMANDS: dict[str, Subcommand] = {}
"""Every sub-command by name."""


def subcommand[P: Program](name: str, summary: str, *flags: Flag, arguments: int = 0) -> Callable[[type[P]], type[P]]:
    """Register a program class as a sub-command with these flags."""

    def register(kind: type[P]) -> type[P]:
        kind = program(f"agnhost {name}")(kind)
        SUBCOMMANDS[name] = Subcommand(name, summary, flags, f"agnhost {name}", arguments)
        return kind

    return register


@program("agnhost")
class Agnhost(Program):
    """Reads the command line, and becomes the sub-command that it names."""

    def start(self, process: Process) -> Outcome:
        words = list(process.argv[1:])
        if not words or words[0] in ("help", "-h", "--help"):
            return self._help(process, words[1:])
        name = words[0]
        if name in NOT_SIMULATED:
            process.error(f"agnhost {name} is not simulated: {NOT_SIMULATED[name]}.")
            return Exit(1)
        found = SUBCOMMANDS.get(name)
        if found is None:
            process.error(f"Error: unknown command {quoted(name)} for \"app\"\nRun 'app --help' for usage.")
            return Exit(1)
        if {"-h", "--help"} & set(words[1:]) and found.arguments >= 0:
            return self._help(process, [name])
        try:
            options, rest = found.parsed(words[1:]) if found.arguments >= 0 else ({}, words[1:])
        except UsageError as error:
            process.error(f"{found.usage()}\nError: {error}")
            return Exit(1)
        process.program = found.program
        process.state = {"options": options, "rest": rest}
        return PROGRAMS[found.program].start(process)

    @staticmethod
    def _help(process: Process, words: Sequence[str]) -> Outcome:
        found = SUBCOMMANDS.get(words[0]) if words else None
        if found is not None:
            process.print(f"{found.summary}\n\n{found.usage()}")
            return Exit(0)
        width = max(map(len, SUBCOMMANDS)) + 1
        rows = [f"  {each.name:<{width}}{each.summary}" for _, each in sorted(SUBCOMMANDS.items())]
        process.print("Usage:\n  app [command]\n\nAvailable Commands:\n" + "\n".join(rows))
        return Exit(0)


class AgnhostServer(WebServer):
    """A sub-command that serves; its `state` holds the command line under `options`."""

    def listening(self, process: Process) -> tuple[int, ...]:
        return (process.state["options"]["port"],)


def option(process: Process, name: str) -> Any:
    """The value of one of the sub-command's flags."""
    return process.state["options"][name]


def remember(process: Process, **fields: Any) -> None:
    """Keep something beside the command line."""
    process.state = {**process.state, **fields}


def klog(process: Process, text: str, where: str = "log.go:198", level: str = "I") -> None:
    """A line of log as klog writes it."""
    stamp = timestamp(process.now)
    when = f"{stamp[5:7]}{stamp[8:10]} {stamp[11:19]}.{process.now % SECOND:06d}"
    process.error(f"{level}{when}       1 {where}] {text}")


def go_duration(microseconds: int) -> str:
    """A duration as Go prints it: `1h2m3.5s`, `250ms`."""
    if microseconds < SECOND:
        return f"{microseconds / MILLISECOND:.6g}ms" if microseconds >= MILLISECOND else f"{microseconds}µs"
    minutes, left = divmod(microseconds, MINUTE)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{left / SECOND:.6f}".rstrip("0").rstrip(".") + "s"
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if hours or minutes else "") + seconds


def number(query: Mapping[str, str], name: str, default: int) -> int:
    """A whole number of a query; raises `ValueError` in Go's words for anything else."""
    text = query.get(name, "")
    if not text:
        return default
    try:
        return int(value_of("int", text))
    except ValueError as error:
        raise ValueError(str(error).replace("ParseInt", "Atoi")) from None

"""Flags as the command line has them: declared as data, parsed and complained about as pflag does.

Upstream: github.com/spf13/pflag, github.com/spf13/cobra
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from simulator.machinery.durations import DurationError, format_duration, parse_duration
from simulator.machinery.golang import quoted

type Kind = Literal[
    "bool", "duration", "float", "int", "int32", "int64", "string", "array", "slice", "ip", "pairs", "mapping", "labels"
]
"""How a flag reads its value. `array` may be repeated; `slice` may be repeated and takes comma separated values
too, `mapping` the same of `key=value`."""

TRUE = ("1", "t", "T", "TRUE", "true", "True")
FALSE = ("0", "f", "F", "FALSE", "false", "False")


class FlagError(Exception):
    """A flag that does not exist or a value that does not fit, in pflag's words."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: its default tells its kind, unless `kind` does; `bare` is its value when it is given without one."""

    name: str
    default: Any
    help: str
    short: str = ""
    kind: Kind | Literal[""] = ""
    bare: str = ""
    hidden: bool = False
    deprecated: str = ""
    """What is said to whoever gives it."""
    short_deprecated: str = ""
    """What is said to whoever gives its letter."""
    choices: tuple[str, ...] = ()
    """What Tab offers."""

    @property
    def reads(self) -> Kind:
        if self.kind:
            return self.kind
        if isinstance(self.default, bool):
            return "bool"
        if isinstance(self.default, int):
            return "int"
        return "array" if isinstance(self.default, tuple) else "string"

    @property
    def value_when_bare(self) -> str | None:
        return "true" if self.reads == "bool" else self.bare or None

    @property
    def initial(self) -> Any:
        return parse_duration(self.default) if self.reads == "duration" else self.default

    @property
    def label(self) -> str:
        """The flag as an error names it."""
        return f"-{self.short}, --{self.name}" if self.short else f"--{self.name}"

    @property
    def shown_default(self) -> str:
        match self.reads:
            case "string" | "ip":
                return f"'{self.default}'"
            case "array" | "slice":
                return "[" + ",".join(self.default) + "]"
            case "bool":
                return "true" if self.default else "false"
            case "duration":
                return format_duration(parse_duration(self.default))
            case "pairs" | "labels":
                return ""
            case "mapping":
                return "[]"
        return str(self.default)


@dataclass(frozen=True, slots=True)
class Options:
    """What was typed: the value of every flag of the command, which of them were given, and the arguments."""

    values: Mapping[str, Any]
    given: frozenset[str]
    args: tuple[str, ...]
    dash: int | None = None
    """How many arguments stood before `--`, if there was one."""
    order: tuple[str, ...] = field(default=())
    """The flags given, in order, by name."""
    typed: tuple[tuple[str, str], ...] = field(default=())
    """The same with the text that was given to each."""

    def changed(self, *names: str) -> bool:
        """Whether one of these flags was given."""
        return any(name in self.given for name in names)

    def text(self, name: str) -> str:
        """Empty where the command has no such flag."""
        return str(self.values.get(name, ""))

    def flag(self, name: str) -> bool:
        return bool(self.values.get(name, False))

    def number(self, name: str) -> int:
        return int(self.values[name])

    def texts(self, name: str) -> list[str]:
        """None where the command has no such flag."""
        return list(self.values.get(name, ()))

    def duration(self, name: str) -> int:
        """Microseconds."""
        return int(self.values[name])

    def has(self, name: str) -> bool:
        """Whether the command has such a flag."""
        return name in self.values


def parse_value(flag: Flag, text: str, current: Any, *, first: bool) -> Any:
    """The flag's value after `text` was given to it; lists grow, and the first value given replaces the default."""
    match flag.reads:
        case "bool":
            return parse_bool(text)
        case "int" | "int32" | "int64":
            return parse_int(text, 32 if flag.reads == "int32" else 64)
        case "float":
            return float(text)
        case "duration":
            try:
                return parse_duration(text)
            except DurationError as error:
                raise ValueError(str(error)) from None
        case "array":
            return (*(() if first else current), text)
        case "slice":
            return (*(() if first else current), *comma_separated(text))
        case "labels":
            if any("=" not in pair for pair in text.split(",") if pair):
                raise ValueError("malformed pair, expect string=string")
            return text if first else f"{current},{text}"
        case "mapping":
            parts = comma_separated(text)
            for part in parts:
                if "=" not in part:
                    raise ValueError(f"{part} must be formatted as key=value")
            return (*(() if first else current), *parts)
    return text


def parse_bool(text: str) -> bool:
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    raise ValueError(f"strconv.ParseBool: parsing {quoted(text)}: invalid syntax")


def parse_int(text: str, bits: int) -> int:
    """A whole number with Go's prefixes (`0x`, `0o`, `0b`, and a leading 0 for octal)."""
    digits = text.lstrip("+-")
    try:
        if not digits or len(text) - len(digits) > 1 or text != text.strip():
            raise ValueError
        if len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
            value = int(digits, 8)
        else:
            value = int(digits, 0)
    except ValueError:
        raise ValueError(f"strconv.ParseInt: parsing {quoted(text)}: invalid syntax") from None
    value = -value if text[0] == "-" else value
    if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
        raise ValueError(f"strconv.ParseInt: parsing {quoted(text)}: value out of range")
    return value


def comma_separated(text: str) -> list[str]:
    return next(csv.reader([text]), []) if text else []


def normalized(name: str) -> str:
    return name.replace("_", "-")


class Parser:
    """Reads one command line against the flags of a command."""

    def __init__(self, flags: Iterable[Flag]) -> None:
        flags = tuple(flags)
        self._by_name = {flag.name: flag for flag in flags}
        self._by_short = {flag.short: flag for flag in flags if flag.short}
        self._values: dict[str, Any] = {flag.name: flag.initial for flag in flags}
        self._order: list[str] = []
        self._typed: list[tuple[str, str]] = []
        self.help = False
        self.said: list[str] = []
        """What is to be said of flags that are deprecated, in the order in which they were given."""

    def parse(self, words: Sequence[str]) -> Options:
        """Everything after the command's own words. Raises FlagError."""
        rest = list(words)
        args: list[str] = []
        dash = None
        while rest:
            word = rest.pop(0)
            if word == "--":
                dash = len(args)
                args += rest
                break
            if word.startswith("--"):
                self._long(word, rest)
            elif word.startswith("-") and word != "-":
                self._short(word, rest)
            else:
                args.append(word)
        return Options(self._values, frozenset(self._order), tuple(args), dash, tuple(self._order), tuple(self._typed))

    def _long(self, word: str, rest: list[str]) -> None:
        name, equals, value = word[2:].partition("=")
        if not name or name[0] in "-=":
            raise FlagError(f"bad flag syntax: {word}")
        name = normalized(name)
        flag = self._by_name.get(name)
        if flag is None:
            if name == "help":
                self.help = not equals or value in TRUE
                return
            raise FlagError(f"unknown flag: --{name}")
        if equals:
            self._set(flag, value)
        elif (bare := flag.value_when_bare) is not None:
            self._set(flag, bare)
        elif rest:
            self._set(flag, rest.pop(0))
        else:
            raise FlagError(f"flag needs an argument: --{name}")

    def _short(self, word: str, rest: list[str]) -> None:
        letters = word[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            flag = self._by_short.get(letter)
            if flag is None:
                if letter == "h":
                    self.help = True
                    return
                raise FlagError(f"unknown shorthand flag: '{letter}' in -{letter}{letters}")
            if flag.short_deprecated:
                self.said.append(f"Flag shorthand -{letter} has been deprecated, {flag.short_deprecated}")
            if len(letters) > 1 and letters[0] == "=":
                self._set(flag, letters[1:])
                return
            if (bare := flag.value_when_bare) is not None:
                self._set(flag, bare)
                continue
            if not letters and not rest:
                raise FlagError(f"flag needs an argument: '{letter}' in -{letter}")
            self._set(flag, letters or rest.pop(0))
            return

    def _set(self, flag: Flag, text: str) -> None:
        self._read(flag, text)
        if flag.deprecated:
            self.said.append(f"Flag --{flag.name} has been deprecated, {flag.deprecated}")

    def _read(self, flag: Flag, text: str) -> None:
        try:
            value = parse_value(flag, text, self._values[flag.name], first=flag.name not in self._order)
        except ValueError as error:
            raise FlagError(f"invalid argument {quoted(text)} for {quoted(flag.label)} flag: {error}") from None
        self._values[flag.name] = value
        self._order.append(flag.name)
        self._typed.append((flag.name, text))


def takes_next(word: str, flags: Iterable[Flag]) -> bool:
    """Whether a flag that stands before a command takes the next word as its value. Upstream: cobra's stripFlags"""
    if "=" in word:
        return False
    for flag in flags:
        if word == f"--{flag.name}" or (not word.startswith("--") and word[1:2] == flag.short != ""):
            return flag.value_when_bare is None and (word.startswith("--") or len(word) == 2)
    return word.startswith("--") or len(word) == 2

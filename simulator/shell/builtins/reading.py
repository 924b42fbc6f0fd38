"""Builtins that take input apart: read, mapfile, getopts. Upstream: bash(1) SHELL BUILTIN COMMANDS"""

from __future__ import annotations

from typing import Any

from simulator.runtime.errors import OSFailure
from simulator.runtime.programs import Outcome, Wait
from simulator.shell.builtins.registry import builtin
from simulator.shell.expansion import Abandon
from simulator.shell.interpreter import Frame, Shell, operation

LONGEST_LINE = 256 << 10


@builtin("read")
def do_read(shell: Shell, argv: list[str]) -> int | None:
    names: list[str] = []
    settings: dict[str, Any] = {"raw": False, "prompt": "", "delimiter": "\n", "count": None, "fd": 0, "silent": False,
                                "array": None, "until": None}  # fmt: skip
    words = argv[1:]
    while words:
        word = words.pop(0)
        if not word.startswith("-") or len(word) < 2 or names:
            names.append(word)
            continue
        for number, letter in enumerate(word[1:], 2):
            if letter in "rse":
                settings["raw"] |= letter == "r"
                settings["silent"] |= letter == "s"
                continue
            if letter not in "pdntuaiN":
                shell.complain(f"read: -{letter}: invalid option")
                return 2
            value = word[number:] or (words.pop(0) if words else "")
            _read_setting(shell, settings, letter, value)
            break
    if settings["prompt"] and shell.process.is_terminal(settings["fd"]):
        shell.process.write(2, settings["prompt"])
    terminal = shell.process.terminal
    if settings["silent"] and terminal is not None:
        terminal.set_echo(False)
    shell.push("read", names=tuple(names), line=b"", **settings)
    return None


def _read_setting(shell: Shell, settings: dict[str, Any], letter: str, value: str) -> None:
    if letter == "p":
        settings["prompt"] = value
    elif letter == "d":
        settings["delimiter"] = value[:1] or "\0"
    elif letter in "nN":
        settings["count"] = int(value) if value.isdecimal() else 1
    elif letter == "u":
        settings["fd"] = int(value) if value.isdecimal() else 0
    elif letter == "a":
        settings["array"] = value
    elif letter == "t":
        try:
            settings["until"] = shell.process.now + round(float(value) * 1_000_000)
        except ValueError:
            raise Abandon(f"read: {value}: invalid timeout specification") from None


@operation("read")
def do_reading(shell: Shell, frame: Frame) -> Outcome | None:
    """Read up to the delimiter, leaving what comes after it for the next reader."""
    delimiter = frame["delimiter"].encode()
    while True:
        part = shell.process.read(frame["fd"], 4096)
        if part is None:
            if frame["until"] is not None and frame["until"] <= shell.process.now:
                return _end_read(shell, frame, 142)
            return Wait("resume", readable=(frame["fd"],), until=frame["until"])
        line = frame["line"] + part
        if len(line) > LONGEST_LINE:
            raise OSFailure("ENOMEM")
        end = _line_end(line, delimiter, raw=frame["raw"])
        wanted = frame["count"]
        if wanted is not None and (end is None or end > wanted) and len(line) >= wanted:
            shell.process.unread(frame["fd"], line[wanted:])
            frame["line"] = line[:wanted]
            return _end_read(shell, frame, 0)
        if end is not None:
            shell.process.unread(frame["fd"], line[end + 1 :])
            frame["line"] = line[:end]
            return _end_read(shell, frame, 0)
        frame["line"] = line
        if not part:
            return _end_read(shell, frame, 1)


def _line_end(line: bytes, delimiter: bytes, *, raw: bool) -> int | None:
    at = line.find(delimiter)
    while at > 0 and not raw:
        slashes = len(line[:at]) - len(line[:at].rstrip(b"\\"))
        if slashes % 2 == 0:
            break
        at = line.find(delimiter, at + 1)
    return None if at < 0 else at


def _end_read(shell: Shell, frame: Frame, status: int) -> Outcome | None:
    if frame["silent"] and shell.process.terminal is not None:
        shell.process.terminal.set_echo(True)
    text = frame["line"].decode("utf-8", "replace")
    letters = [(character, False) for character in text] if frame["raw"] else _unescaped(text)
    names = list(frame["names"])
    separators = shell.get("IFS")
    separators = " \t\n" if separators is None else separators
    shell.pop()
    if frame["array"] is not None:
        shell.assign(frame["array"], dict(enumerate(_split(letters, separators, 0))))
    elif not names:
        shell.assign("REPLY", "".join(character for character, _ in letters))
    else:
        fields = _split(letters, separators, len(names))
        for number, name in enumerate(names):
            shell.assign(name, fields[number] if number < len(fields) else "")
    shell.status = status
    return None


def _unescaped(text: str) -> list[tuple[str, bool]]:
    """Characters, with whether a backslash protected them."""
    made: list[tuple[str, bool]] = []
    position = 0
    while position < len(text):
        if text[position] == "\\" and position + 1 < len(text):
            position += 1
            if text[position] != "\n":
                made.append((text[position], True))
        else:
            made.append((text[position], False))
        position += 1
    return made


def _split(letters: list[tuple[str, bool]], separators: str, most: int) -> list[str]:
    """Fields by IFS; the last of `most` fields takes all the rest."""
    blanks = [character for character in separators if character in " \t\n"]
    start, end = 0, len(letters)
    while start < end and letters[start] in [(blank, False) for blank in blanks]:
        start += 1
    while end > start and letters[end - 1] in [(blank, False) for blank in blanks]:
        end -= 1
    fields: list[str] = []
    current: list[str] = []
    position, open_ = start, False
    while position < end:
        character, protected = letters[position]
        if protected or character not in separators or (most and len(fields) == most - 1):
            current.append(character)
            open_ = True
            position += 1
            continue
        fields.append("".join(current))
        current, open_ = [], False
        hard = character not in blanks
        position += 1
        while position < end and not letters[position][1] and letters[position][0] in separators:
            if letters[position][0] not in blanks:
                if hard:
                    break
                hard = True
            position += 1
    if open_ or current:
        fields.append("".join(current))
    return fields


@builtin("mapfile", "readarray")
def do_mapfile(shell: Shell, argv: list[str]) -> int | None:
    names = [word for word in argv[1:] if not word.startswith("-")]
    shell.push("mapfile", array=names[0] if names else "MAPFILE", trim=any(word.startswith("-t") for word in argv))
    return None


@operation("mapfile")
def do_mapping(shell: Shell, frame: Frame) -> Outcome | None:
    content = shell.process.gather(0)
    if content is None:
        return Wait("resume", readable=(0,))
    lines = content.decode("utf-8", "replace").splitlines(keepends=not frame["trim"])
    shell.pop()
    shell.assign(frame["array"], dict(enumerate(lines)))
    shell.status = 0
    return None


@builtin("getopts")
def do_getopts(shell: Shell, argv: list[str]) -> int:
    if len(argv) < 3:
        shell.complain("getopts: usage: getopts optstring name [arg ...]")
        return 2
    specification, name = argv[1], argv[2]
    words = argv[3:] if len(argv) > 3 else list(shell.arguments)
    index = int(shell.get("OPTIND") or 1)
    offset = int(shell.get("_OPTOFFSET") or 1)
    word = words[index - 1] if index <= len(words) else ""
    if not word.startswith("-") or word in ("-", "--"):
        shell.assign("OPTIND", str(index + (word == "--")))
        shell.assign(name, "?")
        shell.variables.pop("_OPTOFFSET", None)
        return 1
    letter, rest = word[offset], word[offset + 1 :]
    silent = specification.startswith(":")
    place = specification.find(letter, int(silent)) if letter != ":" else -1
    takes = place >= 0 and specification[place + 1 : place + 2] == ":"
    shell.variables.pop("OPTARG", None)
    if place < 0:
        if silent:
            shell.assign("OPTARG", letter)
        else:
            shell.process.error(f"{shell.name}: illegal option -- {letter}")
        letter = "?"
    elif takes:
        if rest:
            shell.assign("OPTARG", rest)
        elif index < len(words):
            index += 1
            shell.assign("OPTARG", words[index - 1])
        else:
            if silent:
                shell.assign("OPTARG", letter)
            else:
                shell.process.error(f"{shell.name}: option requires an argument -- {letter}")
            letter = ":" if silent else "?"
        rest = ""
    shell.assign(name, letter)
    shell.assign("_OPTOFFSET", str(offset + 1 if rest else 1))
    shell.assign("OPTIND", str(index if rest else index + 1))
    return 0

"""`echo` and `printf`, as builtins and as programs. Upstream: bash(1), printf(1)"""

import re
from typing import Any

from simulator.runtime.width import width
from simulator.shell.lexer import escape

DIRECTIVE = re.compile(r"%([-+ #0']*)(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z%])", re.ASCII)


def echo_text(words: list[str], *, escapes: bool = False) -> str:
    newline = "\n"
    while words and words[0][:1] == "-" and len(words[0]) > 1 and set(words[0][1:]) <= set("neE"):
        flags = words[0][1:]
        newline = "" if "n" in flags else newline
        for letter in flags:
            escapes = {"e": True, "E": False}.get(letter, escapes)
        words = words[1:]
    text = " ".join(words)
    if not escapes:
        return text + newline
    interpreted, stopped = interpret(text)
    return interpreted + ("" if stopped else newline)


def interpret(text: str) -> tuple[str, bool]:
    """Backslash escapes carried out; whether `\\c` ended the output."""
    made, position = [], 0
    while position < len(text):
        if text[position] != "\\":
            made.append(text[position])
            position += 1
        elif text.startswith("\\c", position):
            return "".join(made), True
        elif text.startswith("\\0", position):
            end = position + 2
            while end < len(text) and end < position + 5 and text[end] in "01234567":
                end += 1
            made.append(chr(int(text[position + 1 : end], 8) & 255))
            position = end
        elif text[position + 1 : position + 2] in ("'", '"', "?"):
            made.append(text[position : position + 2])
            position += 2
        else:
            character, position = escape(text, position)
            made.append(character)
    return "".join(made), False


def print_text(form: str, words: list[str]) -> tuple[str, list[str]]:
    """The output of `printf`, and what was wrong with its arguments."""
    made: list[str] = []
    mistakes: list[str] = []
    left = list(words)
    while True:
        before = len(left)
        stopped = _once(form, left, made, mistakes)
        if stopped or not left or len(left) == before:
            return "".join(made), mistakes


def _once(form: str, left: list[str], made: list[str], mistakes: list[str]) -> bool:
    position = 0
    while position < len(form):
        character = form[position]
        if character == "\\":
            if form.startswith("\\c", position):
                return True
            text, position = escape(form, position)
            made.append(text)
        elif character == "%":
            found = DIRECTIVE.match(form[position:])
            if found is None:
                mistakes.append(f"`{form[position : position + 2]}': invalid format character")
                return True
            position += found.end()
            text, stopped = _convert(found, left, mistakes)
            made.append(text)
            if stopped:
                return True
        else:
            made.append(character)
            position += 1
    return False


def _convert(found: Any, left: list[str], mistakes: list[str]) -> tuple[str, bool]:
    flags, wide, precise, letter = found.group(1), found.group(2), found.group(3), found.group(4)
    if letter == "%":
        return "%", False
    if wide == "*":
        wide = left.pop(0) if left else "0"
        flags, wide = (flags + "-", wide[1:]) if wide.startswith("-") else (flags, wide)
    if precise == "*":
        precise = left.pop(0) if left else "0"
    columns = min(int(wide or 0), 4096)
    precision = None if precise is None else min(int(precise or 0), 4096)
    word = left.pop(0) if left else ""
    if letter in "sbqc":
        stopped = False
        if letter == "b":
            word, stopped = interpret(word)
        elif letter == "q":
            word = requoted(word)
        text = word[:1] if letter == "c" else word if precision is None else word[:precision]
        padding = " " * (columns - width(text))
        return (text + padding if "-" in flags else padding + text), stopped
    if letter in "diouxX":
        return _padded(
            _whole(word, letter, flags, precision, mistakes), flags, columns, numeric=precision is None
        ), False
    if letter in "eEfFgG":
        value = _number(word, mistakes)
        sign = "+" if "+" in flags else " " if " " in flags else ""
        return _padded(
            f"{value:{sign}.{6 if precision is None else precision}{letter}}", flags, columns, numeric=True
        ), False
    mistakes.append(f"`%{letter}': invalid format character")
    return "", True


def _whole(word: str, letter: str, flags: str, precision: int | None, mistakes: list[str]) -> str:
    value = int(_number(word, mistakes, whole=True))
    if letter in "di":
        sign = "-" if value < 0 else "+" if "+" in flags else " " if " " in flags else ""
        digits = str(abs(value))
    else:
        sign = ""
        unsigned = value if value >= 0 else value + (1 << 64)
        digits = {"o": f"{unsigned:o}", "u": str(unsigned), "x": f"{unsigned:x}", "X": f"{unsigned:X}"}[letter]
        if "#" in flags and value:
            sign = {"o": "0", "x": "0x", "X": "0X"}.get(letter, "")
    return sign + digits.rjust(precision or 0, "0")


def _number(word: str, mistakes: list[str], *, whole: bool = False) -> float:
    text = word.strip()
    if not text:
        return 0
    if text[0] in "'\"":
        return ord(text[1]) if len(text) > 1 else 0
    try:
        if text.lstrip("+-").lower().startswith("0x"):
            return int(text, 16)
        if whole:
            return int(text, 8) if text.lstrip("+-").startswith("0") and text.lstrip("+-") != "0" else int(text)
        return float(text)
    except ValueError:
        mistakes.append(f"{word}: invalid number")
        leading = re.match(r"[-+]?\d+" if whole else r"[-+]?\d*\.?\d*", text)
        try:
            return float(leading.group(0)) if leading else 0
        except ValueError:
            return 0


def _padded(text: str, flags: str, columns: int, *, numeric: bool) -> str:
    if "-" in flags:
        return text.ljust(columns)
    if "0" in flags and numeric:
        sign = text[:1] if text[:1] in ("-", "+", " ") else ""
        return sign + text[len(sign) :].rjust(columns - len(sign), "0")
    return text.rjust(columns)


def requoted(word: str) -> str:
    """The word written so that a shell reads it as this word."""
    if not word:
        return "''"
    if any(character < " " for character in word):
        return (
            "$'"
            + "".join(UNPRINTABLE.get(letter, "\\" + letter if letter in "\\'" else letter) for letter in word)
            + "'"
        )
    return "".join("\\" + character if character in SPECIAL else character for character in word)


SPECIAL = frozenset(" '\"\\$`*?[]{}()<>|&;#~!,^")
UNPRINTABLE = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\x1b": "\\E"}

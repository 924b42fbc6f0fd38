"""Shell patterns (`*`, `?`, `[...]`): matching, trimming, and path names. Upstream: IEEE 1003.1 2.13"""

from __future__ import annotations

from functools import lru_cache
from posixpath import join
from typing import Any

import re2

from simulator.runtime.files import Files
from simulator.shell import regular

SPECIAL = frozenset("*?[")
CLASSES = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z",
    "space": " \\t\\n\\r\\f\\v",
    "blank": " \\t", "punct": "!-/:-@\\[-`{-~", "xdigit": "0-9A-Fa-f", "print": " -~", "graph": "!-~",
    "cntrl": "\\x00-\\x1f",
}  # fmt: skip


def is_pattern(text: str) -> bool:
    return not SPECIAL.isdisjoint(text)


def quoted(text: str) -> str:
    """A pattern that matches only this text."""
    return "".join("\\" + character if character in "*?[]\\" else character for character in text)


def unquoted(pattern: str) -> str:
    """The text that a pattern without special characters stands for."""
    made, position = [], 0
    while position < len(pattern):
        position += pattern[position] == "\\" and position + 1 < len(pattern)
        made.append(pattern[position])
        position += 1
    return "".join(made)


@lru_cache(maxsize=1024)
def expression(pattern: str, *, lazy: bool = False) -> str:
    """The pattern as an RE2 expression, unanchored."""
    made, position = [], 0
    while position < len(pattern):
        character = pattern[position]
        if character == "*":
            made.append(".*?" if lazy else ".*")
        elif character == "?":
            made.append(".")
        elif character == "\\" and position + 1 < len(pattern):
            position += 1
            made.append(re2.escape(pattern[position]))
        elif character == "[" and (end := _bracket_end(pattern, position)) is not None:
            made.append(_bracket(pattern[position + 1 : end]))
            position = end
        else:
            made.append(re2.escape(character))
        position += 1
    return "".join(made)


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> Any:
    return re2.compile("(?s)^(?:" + expression(pattern) + ")$")


def matches(pattern: str, text: str) -> bool:
    if not is_pattern(pattern):
        return unquoted(pattern) == text
    return bool(compiled(pattern).search(text))


def _bracket_end(pattern: str, start: int) -> int | None:
    position = start + 1
    if pattern[position : position + 1] in ("!", "^"):
        position += 1
    if pattern[position : position + 1] == "]":
        position += 1
    while position < len(pattern):
        if pattern.startswith("[:", position):
            end = pattern.find(":]", position)
            position = end + 2 if end > 0 else position + 1
        elif pattern[position] == "]":
            return position
        else:
            position += 1 + (pattern[position] == "\\")
    return None


def _bracket(inside: str) -> str:
    negated = inside[:1] in ("!", "^")
    inside = inside[negated:]
    made, position = [], 0
    while position < len(inside):
        if inside.startswith("[:", position) and (end := inside.find(":]", position)) > 0:
            made.append(CLASSES.get(inside[position + 2 : end], ""))
            position = end + 2
            continue
        character = inside[position]
        if character == "\\" and position + 1 < len(inside):
            position += 1
            character = "\\" + inside[position]
        made.append("\\" + character if character in "[]^" else character)
        position += 1
    return f"[{'^' if negated else ''}{''.join(made)}]"


def without_prefix(text: str, pattern: str, *, longest: bool) -> str:
    """`${v#p}` and `${v##p}`."""
    found = regular.compiled("(?s)^(?:" + expression(pattern, lazy=not longest) + ")").search(text)
    return text if found is None else text[found.end() :]


def without_suffix(text: str, pattern: str, *, longest: bool) -> str:
    """`${v%p}` and `${v%%p}`."""
    whole = regular.compiled("(?s)^(" + (".*?" if longest else ".*") + ")(?:" + expression(pattern) + ")$").search(text)
    return text if whole is None else text[: whole.end(1)]


def replaced(text: str, pattern: str, replacement: str, *, how: str) -> str:
    """`${v/p/r}`, and `//`, `/#`, `/%`."""
    if not pattern:
        return replacement + text if how == "/#" else text
    source = expression(pattern)
    if how == "/#":
        source = "^(?:" + source + ")"
    elif how == "/%":
        source = "(?:" + source + ")$"
    made, position, search = [], 0, regular.compiled("(?s)" + source)
    for found in search.finditer(text):
        if found.end() == found.start():
            continue
        made += [text[position : found.start()], replacement]
        position = found.end()
        if how != "//":
            break
    return "".join(made) + text[position:]


def paths(pattern: str, files: Files) -> list[str]:
    """The path names that match a pattern, sorted; none when nothing does."""
    found = ["/"] if pattern.startswith("/") else [""]
    parts = [part for part in pattern.split("/") if part]
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        found = [path for base in found for path in _step(base, part, files, last=last)]
        if len(found) > 20_000:
            return []
    if pattern.endswith("/"):
        return [path + "/" for path in found if files.is_directory(path)]
    return sorted(found)


def _step(base: str, part: str, files: Files, *, last: bool) -> list[str]:
    if not is_pattern(part):
        path = join(base, unquoted(part))
        return [path] if files.find(path, follow=not last) is not None else []
    node = files.find(base or ".")
    if node is None or node["kind"] != "directory" or not files.allows(base or ".", 4):
        return []
    search = compiled(part)
    hidden = part.startswith((".", "\\."))
    found = [
        join(base, name) for name in files.names(base or ".") if (hidden or name[0] != ".") and search.search(name)
    ]
    return found if last else [path for path in found if files.is_directory(path)]

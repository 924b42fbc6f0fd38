"""Regular expressions of grep and sed, basic or extended, on RE2. Upstream: regex(7)"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

from simulator.shell import regular
from simulator.shell.programs.base import Usage

SWAPPED = "(){}+?|"


def translated(pattern: str, *, extended: bool) -> str:
    """The pattern as RE2 writes it; raises `Usage` for what RE2 refuses to do (back-references)."""
    made, position = [], 0
    while position < len(pattern):
        character = pattern[position]
        if character == "[":
            end = _bracket(pattern, position)
            made.append(pattern[position:end].replace("\\", "\\\\"))
            position = end
            continue
        if character == "\\" and position + 1 < len(pattern):
            following = pattern[position + 1]
            position += 2
            if following.isdecimal() and following != "0":
                raise Usage("back-references are not supported (regular expressions run on RE2)", 2)
            if following in SWAPPED and not extended:
                made.append(following)
            elif following in "<>":
                made.append("\\b")
            elif following in ("`", "'"):
                made.append("\\A" if following == "`" else "\\z")
            else:
                made.append("\\" + following)
            continue
        if character in SWAPPED and not extended:
            made.append("\\" + character)
        elif character == "*" and not extended and (not made or made[-1] in ("^", "(", "|")):
            made.append("\\*")
        elif character == "{" and extended and not pattern[position + 1 : position + 2].isdecimal():
            made.append("\\{")
        else:
            made.append(character)
        position += 1
    return "".join(made)


def _bracket(pattern: str, start: int) -> int:
    position = start + 1
    if pattern[position : position + 1] == "^":
        position += 1
    if pattern[position : position + 1] == "]":
        position += 1
    while position < len(pattern) and pattern[position] != "]":
        if pattern.startswith("[:", position) and (end := pattern.find(":]", position)) > 0:
            position = end + 2
        else:
            position += 1
    if position >= len(pattern):
        raise Usage("Unmatched [, [^, [:, [., or [=", 2)
    return position + 1


@lru_cache(maxsize=256)
def compiled(pattern: str, *, extended: bool, fold: bool = False) -> Any:
    """A compiled expression; raises `Usage`."""
    source = translated(pattern, extended=extended)
    try:
        return regular.compiled(("(?i)" if fold else "") + source)
    except re2.error as mistake:
        raise Usage(f"{_words(str(mistake))}", 2) from None


def _words(mistake: str) -> str:
    for part, words in (("missing )", "Unmatched ( or \\("), ("unexpected )", "Unmatched ) or \\)"), ("missing ]",
                                                                                                      "Unmatched ["),
                        ("no argument for repetition", "Invalid preceding regular expression"),
                        ("repetition", "Invalid content of \\{\\}")):  # fmt: skip
        if part in mistake:
            return words
    return f"this regular expression is not understood: {mistake}"

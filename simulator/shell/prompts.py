"""What a prompt string becomes. Upstream: bash(1) PROMPTING"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from simulator.kernel.clock import SECOND
from simulator.shell.expansion import Abandon, Expander, NeedsCommand
from simulator.shell.lexer import Lexer
from simulator.shell.nodes import SyntaxMistake

if TYPE_CHECKING:
    from simulator.shell.interpreter import Shell

INVISIBLE = re.compile("\x01[^\x02]*\x02|\x1b\\[[0-9;?]*[A-Za-z]|\x1b\\][^\x07]*\x07")


def prompt(shell: Shell, text: str) -> str:
    """The prompt as it is written to the terminal."""
    expanded = _decoded(shell, text)
    if "$" in expanded or "`" in expanded:
        with suppress(NeedsCommand, Abandon, SyntaxMistake):  # one that cannot be expanded is shown as it is
            expanded = Expander(shell, ()).text(Lexer(expanded).double_parts(""))
    return expanded.replace("\x01", "").replace("\x02", "")


def visible(shown: str) -> str:
    """What of a prompt takes room, from the last line on."""
    return str(INVISIBLE.sub("", shown)).replace("\r", "")


def _decoded(shell: Shell, text: str) -> str:
    process = shell.process
    home = shell.get("HOME") or "/"
    cwd = process.cwd
    short = "~" + cwd[len(home) :] if home != "/" and (cwd == home or cwd.startswith(home + "/")) else cwd
    now = datetime.fromtimestamp(process.now // SECOND, UTC)
    known = {
        "u": shell.get("USER") or ("root" if process.user == 0 else str(process.user)),
        "h": process.hostname.split(".")[0], "H": process.hostname, "w": short, "W": short.rsplit("/", 1)[-1] or "/",
        "$": "#" if process.user == 0 else "$", "n": "\n", "r": "\r", "a": "\a", "e": "\x1b", "[": "\x01", "]": "\x02",
        "s": shell.flavour, "v": "5.2", "V": "5.2.37", "t": now.strftime("%H:%M:%S"), "A": now.strftime("%H:%M"),
        "T": now.strftime("%I:%M:%S"), "d": now.strftime("%a %b %d"), "\\": "\\", "j": str(len(shell.jobs)),
        "!": str(len(shell.history) + 1), "#": str(len(shell.history) + 1),
    }  # fmt: skip
    made, position = [], 0
    while position < len(text):
        following = text[position + 1 : position + 2]
        if text[position] == "\\" and following in known:
            made.append(known[following].replace("$", "\\$") if following in "$" else known[following])
            position += 2
        elif text.startswith("\\0", position) and text[position + 2 : position + 4].isdecimal():
            made.append(chr(int(text[position + 1 : position + 4], 8)))
            position += 4
        else:
            made.append(text[position])
            position += 1
    return "".join(made)

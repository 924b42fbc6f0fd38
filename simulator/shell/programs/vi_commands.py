"""The command line of vi: writing, leaving, substituting, searching. Upstream: vim(1)"""

from __future__ import annotations

from typing import Any

import re2

from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.shell.programs import editing
from simulator.shell.programs.base import Usage
from simulator.shell.programs.expressions import compiled
from simulator.shell.programs.sed_language import filled, replacement_of
from simulator.shell.programs.vi_edits import Edits


class Commands(Edits):
    """The command line at the bottom: `:w`, `:s`, `:d` and their like, and searching."""

    def search(self, state: dict[str, Any], forward: bool) -> None:
        if not state["searched"]:
            state["message"] = "E35: No previous regular expression"
            return
        try:
            expression = compiled(state["searched"], extended=False)
        except Usage as usage:
            state["message"] = str(usage)
            return
        if not editing.search(state, expression, backwards=not forward):
            state["message"] = f"E486: Pattern not found: {state['searched']}"

    def command_key(self, process: Process, state: dict[str, Any], key: str) -> int | None:
        if key in ("escape", "ctrl-c") or (key == "backspace" and len(state["command"]) == 1):
            state["mode"], state["command"] = "normal", ""
        elif key == "backspace":
            state["command"] = state["command"][:-1]
        elif key == "ctrl-u":
            state["command"] = state["command"][:1]
        elif key == "enter":
            text = state["command"]
            state["mode"], state["command"] = "normal", ""
            if text[0] == ":":
                return self.execute(process, state, text[1:].strip())
            state["searched"] = text[1:] or state["searched"]
            state["forward"] = text[0] == "/"
            self.search(state, state["forward"])
        elif len(key) == 1:
            state["command"] += key
        return None

    def execute(self, process: Process, state: dict[str, Any], text: str) -> int | None:
        """A command of the `:` line; an exit code ends the editor."""
        state["message"] = ""
        found = re2.match(r"^(%|'<,'>|[\d.$]+(?:,[\d.$]+)?)?\s*(.*)$", text)
        span, rest = found.group(1), found.group(2)
        name = re2.match(r"^[a-z]*", rest).group(0) if not rest.startswith(("s/", "s#", "s|")) else "s"
        forced, argument = rest[len(name) :].startswith("!"), rest[len(name) :].lstrip("!").strip()
        try:
            first, last = self.range(state, span)
            if name in ("w", "wq", "x", "write", "wa", "wqa", "xa"):
                return self.write(process, state, name, argument)
            if name in ("q", "qa", "quit", "qall", "cq"):
                if name == "cq":
                    return 1
                if state["lines"] != state["saved"] and not forced:
                    state["message"] = "E37: No write since last change (add ! to override)"
                    return None
                return 0
            self.change(process, state, name, rest, argument, first, last, bare=span is not None and not rest)
        except OSFailure as failure:
            state["message"] = f'"{failure.path}" {failure.words}'
        except (Usage, ValueError) as mistake:
            state["message"] = str(mistake)
        return None

    def write(self, process: Process, state: dict[str, Any], name: str, argument: str) -> int | None:
        path = argument or state["path"]
        if not path:
            state["message"] = "E32: No file name"
            return None
        state["message"] = editing.write(process, state, path)
        state["path"] = state["path"] or path
        return 0 if name not in ("w", "write", "wa") else None

    def range(self, state: dict[str, Any], span: str | None) -> tuple[int, int]:
        here, last = state["y"], len(state["lines"]) - 1
        if span is None:
            return here, here
        if span == "%":
            return 0, last
        if span == "'<,'>":
            low, high = sorted((state["mark"], here))
            return low, high
        ends = [last if part == "$" else here if part == "." else int(part) - 1 for part in span.split(",")]
        return max(0, min(ends[0], last)), max(0, min(ends[-1], last))

    def change(
        self,
        process: Process,
        state: dict[str, Any],
        name: str,
        rest: str,
        argument: str,
        first: int,
        last: int,
        *,
        bare: bool,
    ) -> None:
        if bare:
            editing.move(state, last, 0)
        elif name == "s":
            self.substitute(state, rest[1:], first, last)
        elif name in ("d", "delete", "y", "yank"):
            self.lines_operation(state, name[0], first, last)
        elif name in ("set", "se"):
            known = {"nu": True, "number": True, "nonu": False, "nonumber": False, "nu!": not state["number"]}
            if argument in known:
                state["number"] = known[argument]
            elif argument.split("=")[0] not in (
                "paste",
                "nopaste",
                "et",
                "expandtab",
                "ts",
                "sw",
                "ai",
                "noai",
                "sts",
                "tabstop",
                "shiftwidth",
                "hls",
                "nohls",
                "ic",
                "noic",
            ):
                state["message"] = f"E518: Unknown option: {argument}"
        elif name in ("e", "edit", "r", "read"):
            content = (
                process.files.read(argument or state["path"])
                .decode("utf-8", "surrogateescape")
                .removesuffix("\n")
                .split("\n")
            )
            editing.remember(state)
            if name[0] == "r":
                state["lines"] = (*state["lines"][: last + 1], *content, *state["lines"][last + 1 :])
            else:
                state["lines"] = state["saved"] = tuple(content)
                state["path"] = argument or state["path"]
                editing.move(state, 0, 0)
        elif name in ("noh", "nohlsearch", "syntax", "filetype", ""):
            return
        else:
            state["message"] = f"E492: Not an editor command: {rest}"

    def substitute(self, state: dict[str, Any], text: str, first: int, last: int) -> None:
        mark = text[:1]
        parts = divided(text[1:], mark)
        if not mark or (not parts[0] and not state["searched"]):
            raise Usage("E486: Pattern not found")
        pattern, replacement, flags = parts[0] or state["searched"], parts[1], parts[2]
        expression = compiled(pattern, extended=False, fold="i" in flags)
        made, count, changed = [], 0, 0
        for line in state["lines"][first : last + 1]:
            fresh, hits = substituted(line, expression, replacement_of(replacement), everywhere="g" in flags)
            made.append(fresh)
            count += hits
            changed += hits > 0
        if not count:
            raise Usage(f"E486: Pattern not found: {pattern}")
        editing.remember(state)
        state["lines"] = (*state["lines"][:first], *"\n".join(made).split("\n"), *state["lines"][last + 1 :])
        editing.move(state, last, 0)
        if count > 2:
            state["message"] = f"{count} substitutions on {changed} line{'s' * (changed != 1)}"


def divided(text: str, mark: str) -> tuple[str, str, str]:
    """Pattern, replacement and flags between delimiters."""
    parts: list[str] = []
    current, position = "", 0
    while position < len(text):
        if text[position] == "\\" and position + 1 < len(text):
            current += text[position + 1] if text[position + 1] == mark else text[position : position + 2]
            position += 2
        elif text[position] == mark and len(parts) < 2:
            parts.append(current)
            current, position = "", position + 1
        else:
            current += text[position]
            position += 1
    parts = [*parts, current, "", ""]
    return parts[0], parts[1], parts[2]


def substituted(line: str, expression: Any, replacement: Any, *, everywhere: bool) -> tuple[str, int]:
    made, position, hits = [], 0, 0
    for found in expression.finditer(line):
        made += [line[position : found.start()], filled(replacement, found)]
        position, hits = found.end(), hits + 1
        if not everywhere:
            break
    return "".join(made) + line[position:], hits

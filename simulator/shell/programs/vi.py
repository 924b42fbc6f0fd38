"""vi: normal, insert, visual-line and command-line mode, as far as editing a manifest needs. Upstream: vim(1)"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import re2

from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import program
from simulator.shell.programs import editing
from simulator.shell.programs.base import Usage
from simulator.shell.programs.expressions import compiled
from simulator.shell.programs.screen import Screen, clipped
from simulator.shell.programs.sed import _replacement, filled
from simulator.shell.programs.vi_moves import MOTIONS, target

OPERATORS = frozenset("dcy><")
INSERTING = frozenset("iIaAoOsSC")


@program("vi", "vim", "view")
class Vi(Screen):
    """`mode` is normal, insert, visual or command; `keys` are those of a normal command that is not complete yet."""

    def begin(self, process: Process) -> dict[str, Any] | int:
        words = [word for word in process.argv[1:] if not word.startswith("-")]
        line = next((word[1:] for word in words if word.startswith("+")), "")
        paths = [word for word in words if not word.startswith("+")]
        state = editing.opened(process, paths[0] if paths else "")
        state |= {
            "mode": "normal", "keys": "", "command": "", "register": ("", False), "number": False, "searched": "",
            "forward": True, "change": (), "recording": None, "mark": 0, "history": (), "paste": False,
        }  # fmt: skip
        editing.move(state, int(line) - 1 if line.isdecimal() else 0, 0)
        return state

    def press(self, process: Process, state: dict[str, Any], key: str) -> int | None:
        if state["recording"] is not None:
            state["recording"] = (*state["recording"], key)
        if state["mode"] == "insert":
            self.insert_key(state, key)
            return None
        if state["mode"] == "command":
            return self.command_key(process, state, key)
        state["message"] = ""
        return self.normal_key(process, state, key)

    # insert mode

    def insert_key(self, state: dict[str, Any], key: str) -> None:
        if key in ("escape", "ctrl-c", "ctrl-["):
            state["mode"] = "normal"
            editing.move(state, state["y"], state["x"] - 1, beyond=False)
            if state["recording"] is not None:
                state["change"], state["recording"] = state["recording"], None
            state["message"] = ""
        elif key in ("paste begins", "paste ends"):
            state["paste"] = key == "paste begins"
        elif key == "enter":
            text = editing.line(state)
            indent = "" if state["paste"] else text[: len(text) - len(text.lstrip(" "))][: state["x"]]
            editing.insert(state, "\n" + indent)
        elif key in ("backspace", "ctrl-h"):
            editing.backspace(state)
        elif key == "delete":
            editing.delete(state)
        elif key == "tab":
            editing.insert(state, "\t")
        elif key == "ctrl-w":
            text, x = editing.line(state), state["x"]
            start = len(text[:x].rstrip().rpartition(" ")[0])
            editing.put_line(state, text[:start] + text[x:])
            state["x"] = start
        elif key in MOTIONS:
            y, x, _ = target(state, key, 1, "") or (state["y"], state["x"], False)
            editing.move(state, y, x)
        elif len(key) == 1:
            editing.insert(state, key)

    def insert_mode(self, state: dict[str, Any]) -> None:
        state["mode"], state["message"] = "insert", "-- INSERT --"

    # normal mode

    def normal_key(self, process: Process, state: dict[str, Any], key: str) -> int | None:
        if key in ("escape", "ctrl-c"):
            state["keys"], state["mode"], state["recording"] = "", "normal", None
            return None
        if key in (":", "/", "?") and not state["keys"]:
            state["command"] = key if state["mode"] == "normal" or key != ":" else ":'<,'>"
            state["visual"] = state["mode"] == "visual"
            state["mode"], state["recording"] = "command", None
            return None
        keys = state["keys"] + (key if len(key) == 1 else f"\x00{key}\x00")
        state["keys"] = keys
        count, rest = _count(keys)
        if not rest:
            return None
        if state["mode"] == "visual":
            done = self.visual(state, count, rest)
            code = None
        else:
            if (
                state["recording"] is None
                and state["mode"] == "normal"
                and rest[0] in OPERATORS | INSERTING | frozenset("xXDpPJr~")
            ):
                state["recording"] = tuple(keys)
            done, code = self.command(process, state, count, rest)
        if done:
            state["keys"] = ""
            if state["mode"] == "normal" and state["recording"] is not None:
                state["change"], state["recording"] = state["recording"], None
            if state["mode"] == "normal":
                editing.move(state, state["y"], state["x"], beyond=False)
        return code

    def command(self, process: Process, state: dict[str, Any], count: int, rest: str) -> tuple[bool, int | None]:
        """A normal command: whether its keys are complete, and an exit code if it ends the editor."""
        name = rest[0]
        if name == "Z":
            if len(rest) < 2:
                return False, None
            return True, self.execute(process, state, "wq" if rest[1] == "Z" else "q!") if rest[1] in "ZQ" else None
        if name in OPERATORS:
            return self.operate(state, name, count, rest[1:]), None
        if name == "." and state["change"]:
            keys, state["keys"], state["recording"] = state["change"], "", None
            for key in keys:
                self.press(process, state, key)
            state["change"] = keys
            return True, None
        if name in ("n", "N"):
            self.search(state, state["forward"] == (name == "n"))
            return True, None
        simple = SIMPLE.get(name) or SIMPLE.get(rest.strip("\x00"))
        if simple is not None:
            simple(self, state, count)
            return True, None
        if name == "r":
            if len(rest) < 2:
                return False, None
            self.replace(state, rest[1], count)
            return True, None
        return self.go(process, state, count, rest), None

    def go(self, process: Process, state: dict[str, Any], count: int, rest: str) -> bool:
        high = (process.terminal.rows if process.terminal else 24) - 2
        key = rest.strip("\x00")
        pages = {
            "ctrl-f": high,
            "page down": high,
            "ctrl-b": -high,
            "page up": -high,
            "ctrl-d": high // 2,
            "ctrl-u": -(high // 2),
        }
        if key in pages:
            editing.move(state, state["y"] + pages[key], state["x"])
            return True
        if key == "ctrl-g":
            state["message"] = f'"{state["path"]}" line {state["y"] + 1} of {len(state["lines"])}'
            return True
        found = target(state, rest, count, "")
        if found is None:
            return rest not in ("g", "f", "F", "t", "T", "z", "]", "[")
        editing.move(state, found[0], found[1])
        return True

    def operate(self, state: dict[str, Any], name: str, count: int, rest: str) -> bool:
        """`d`, `c`, `y`, `>`, `<` with a motion, or doubled for whole lines."""
        more, motion = _count(rest)
        if not motion:
            return False
        y, x = state["y"], state["x"]
        if motion[0] == name:
            self.lines_operation(state, name, y, y + max(count, 1) * max(more, 1) - 1)
            return True
        if motion in ("i", "a"):
            return False
        if motion[:1] in ("i", "a") and motion[1:] in ("w", '"', "'"):
            first, last = _object(editing.line(state), x, motion)
            self.span(state, name, (y, first), (y, last))
            return True
        if name == "c" and motion in ("w", "W"):
            motion = "e" if motion == "w" else "E"
        found = target(state, motion, max(count, 1) * max(more, 1) if count or more else 0, name)
        if found is None:
            return motion not in ("g", "f", "F", "t", "T")
        if found[2]:
            self.lines_operation(state, name, min(y, found[0]), max(y, found[0]))
            return True
        end: tuple[int, int] = (found[0], found[1] + (motion[0] in "eEft$" or motion.strip("\x00") == "end"))
        if motion == "w" and found[0] > y:
            end = (y, len(editing.line(state)))
        self.span(state, name, min((y, x), end), max((y, x), end))
        return True

    def span(self, state: dict[str, Any], name: str, start: tuple[int, int], end: tuple[int, int]) -> None:
        lines = state["lines"]
        if start[0] == end[0]:
            text = lines[start[0]][start[1] : end[1]]
        else:
            text = "\n".join((lines[start[0]][start[1] :], *lines[start[0] + 1 : end[0]], lines[end[0]][: end[1]]))
        state["register"] = (text, False)
        state["y"], state["x"] = start
        if name == "y":
            return
        editing.remember(state)
        joined = lines[start[0]][: start[1]] + lines[end[0]][end[1] :]
        state["lines"] = (*lines[: start[0]], joined, *lines[end[0] + 1 :])
        if name == "c":
            self.insert_mode(state)

    def lines_operation(self, state: dict[str, Any], name: str, first: int, last: int) -> None:
        lines = state["lines"]
        last = min(last, len(lines) - 1)
        chosen = lines[first : last + 1]
        if name in "><":
            editing.remember(state)
            shifted = tuple(
                ("  " + text if text else text) if name == ">" else text[min(2, len(text) - len(text.lstrip(" "))) :]
                for text in chosen
            )
            state["lines"] = (*lines[:first], *shifted, *lines[last + 1 :])
            state["y"] = first
            self.first(state, 0)
            return
        state["register"] = ("\n".join(chosen), True)
        if name == "y":
            state["y"] = first
            state["message"] = f"{len(chosen)} lines yanked" if len(chosen) > 2 else ""
            return
        editing.remember(state)
        if name == "c":
            indent = chosen[0][: len(chosen[0]) - len(chosen[0].lstrip(" "))]
            state["lines"] = (*lines[:first], indent, *lines[last + 1 :])
            state["y"], state["x"] = first, len(indent)
            self.insert_mode(state)
            return
        state["lines"] = (*lines[:first], *lines[last + 1 :]) or ("",)
        state["message"] = f"{len(chosen)} fewer lines" if len(chosen) > 2 else ""
        editing.move(state, first, 0)
        self.first(state, 0)

    def visual(self, state: dict[str, Any], count: int, rest: str) -> bool:
        """Whole lines are chosen from `mark` to the cursor."""
        first, last = sorted((state["mark"], state["y"]))
        if rest[0] in "dxycX><":
            state["mode"] = "normal"
            self.lines_operation(state, {"x": "d", "X": "d"}.get(rest[0], rest[0]), first, last)
            return True
        if rest[0] in "vV":
            state["mode"] = "normal"
            return True
        found = target(state, rest, count, "")
        if found is not None:
            editing.move(state, found[0], found[1])
        return found is not None or rest not in ("g",)

    def replace(self, state: dict[str, Any], key: str, count: int) -> None:
        text, x, times = editing.line(state), state["x"], max(count, 1)
        if x + times <= len(text):
            editing.remember(state)
            editing.put_line(state, text[:x] + key * times + text[x + times :])
            state["x"] = x + times - 1

    def first(self, state: dict[str, Any], count: int) -> None:
        text = editing.line(state)
        state["x"] = len(text) - len(text.lstrip()) if text.strip() else 0

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

    # the command line

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
        parts = _parts(text[1:], mark)
        if not mark or (not parts[0] and not state["searched"]):
            raise Usage("E486: Pattern not found")
        pattern, replacement, flags = parts[0] or state["searched"], parts[1], parts[2]
        expression = compiled(pattern, extended=False, fold="i" in flags)
        made, count, changed = [], 0, 0
        for line in state["lines"][first : last + 1]:
            fresh, hits = _substituted(line, expression, _replacement(replacement), everywhere="g" in flags)
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

    # showing

    def draw(self, process: Process, state: dict[str, Any], wide: int, high: int) -> list[str]:
        body = max(high - 1, 1)
        margin = max(len(str(len(state["lines"]))) + 1, 4) if state["number"] else 0
        editing.scroll(state, wide - margin, body)
        state["column"] += margin
        low, last = sorted((state["mark"], state["y"]))
        rows = []
        for number in range(state["top"], state["top"] + body):
            if number >= len(state["lines"]):
                rows.append("\x1b[34m~\x1b[m")
                continue
            text = clipped(state["lines"][number], state["left"], wide - margin)
            if state["mode"] == "visual" and low <= number <= last:
                text = f"\x1b[7m{text or ' '}\x1b[m"
            rows.append(f"{number + 1:>{margin - 1}} {text}" if margin else text)
        if state["mode"] == "command":
            rows.append(clipped(state["command"], 0, wide))
            state["row"], state["column"] = body, min(len(state["command"]), wide - 1)
        else:
            message = "-- VISUAL LINE --" if state["mode"] == "visual" else state["message"]
            place = f"{state['y'] + 1},{state['x'] + 1}"
            rows.append(f"{clipped(message, 0, wide - 18):<{max(wide - 18, 0)}}{place}")
        return rows

    # simple commands

    def insert_here(self, state: dict[str, Any], count: int) -> None:
        editing.remember(state)
        self.insert_mode(state)

    def insert_first(self, state: dict[str, Any], count: int) -> None:
        self.first(state, 0)
        self.insert_here(state, count)

    def append(self, state: dict[str, Any], count: int) -> None:
        editing.move(state, state["y"], state["x"] + 1)
        self.insert_here(state, count)

    def append_last(self, state: dict[str, Any], count: int) -> None:
        editing.move(state, state["y"], 1 << 30)
        self.insert_here(state, count)

    def open_below(self, state: dict[str, Any], count: int) -> None:
        text = editing.line(state)
        indent = text[: len(text) - len(text.lstrip(" "))]
        self.append_last(state, count)
        editing.insert(state, "\n" + indent)

    def open_above(self, state: dict[str, Any], count: int) -> None:
        text = editing.line(state)
        indent = text[: len(text) - len(text.lstrip(" "))]
        self.insert_here(state, count)
        lines = state["lines"]
        state["lines"] = (*lines[: state["y"]], indent, *lines[state["y"] :])
        state["x"] = len(indent)

    def delete_here(self, state: dict[str, Any], count: int) -> None:
        y, x = state["y"], state["x"]
        if editing.line(state):
            self.span(state, "d", (y, x), (y, min(x + max(count, 1), len(editing.line(state)))))

    def delete_before(self, state: dict[str, Any], count: int) -> None:
        y, x = state["y"], state["x"]
        self.span(state, "d", (y, max(x - max(count, 1), 0)), (y, x))

    def delete_rest(self, state: dict[str, Any], count: int) -> None:
        self.span(state, "d", (state["y"], state["x"]), (state["y"], len(editing.line(state))))

    def change_rest(self, state: dict[str, Any], count: int) -> None:
        self.span(state, "c", (state["y"], state["x"]), (state["y"], len(editing.line(state))))

    def substitute_here(self, state: dict[str, Any], count: int) -> None:
        self.delete_here(state, count)
        self.insert_here(state, 0)

    def change_line(self, state: dict[str, Any], count: int) -> None:
        self.lines_operation(state, "c", state["y"], state["y"] + max(count, 1) - 1)

    def yank_line(self, state: dict[str, Any], count: int) -> None:
        self.lines_operation(state, "y", state["y"], state["y"] + max(count, 1) - 1)

    def put(self, state: dict[str, Any], count: int, *, after: bool = True) -> None:
        text, whole_lines = state["register"]
        editing.remember(state)
        for _ in range(max(count, 1)):
            if whole_lines:
                at = state["y"] + after
                state["lines"] = (*state["lines"][:at], *text.split("\n"), *state["lines"][at:])
                state["y"] = at
                self.first(state, 0)
            elif text:
                editing.move(state, state["y"], state["x"] + after)
                editing.insert(state, text)
                state["x"] -= 1

    def put_before(self, state: dict[str, Any], count: int) -> None:
        self.put(state, count, after=False)

    def undo(self, state: dict[str, Any], count: int) -> None:
        if not editing.step_back(state, "undo", "redo"):
            state["message"] = "Already at oldest change"

    def redo(self, state: dict[str, Any], count: int) -> None:
        if not editing.step_back(state, "redo", "undo"):
            state["message"] = "Already at newest change"

    def join(self, state: dict[str, Any], count: int) -> None:
        for _ in range(max(count - 1, 1)):
            if state["y"] + 1 < len(state["lines"]):
                editing.remember(state)
                lines, y = state["lines"], state["y"]
                state["x"] = len(lines[y])
                joined = lines[y] + " " * bool(lines[y + 1].strip()) + lines[y + 1].lstrip()
                state["lines"] = (*lines[:y], joined, *lines[y + 2 :])

    def swap_case(self, state: dict[str, Any], count: int) -> None:
        text, x = editing.line(state), state["x"]
        editing.remember(state)
        editing.put_line(state, text[:x] + text[x : x + 1].swapcase() + text[x + 1 :])
        editing.move(state, state["y"], x + 1)

    def choose_lines(self, state: dict[str, Any], count: int) -> None:
        state["mode"], state["mark"] = "visual", state["y"]


SIMPLE: dict[str, Callable[[Vi, dict[str, Any], int], None]] = {
    "i": Vi.insert_here, "I": Vi.insert_first, "a": Vi.append, "A": Vi.append_last, "o": Vi.open_below,
    "O": Vi.open_above,
    "x": Vi.delete_here, "delete": Vi.delete_here, "X": Vi.delete_before, "D": Vi.delete_rest, "C": Vi.change_rest,
    "s": Vi.substitute_here, "S": Vi.change_line, "Y": Vi.yank_line, "p": Vi.put, "P": Vi.put_before, "u": Vi.undo,
    "ctrl-r": Vi.redo, "J": Vi.join, "~": Vi.swap_case, "V": Vi.choose_lines, "v": Vi.choose_lines,
    "insert": Vi.insert_here,
}  # fmt: skip


def _count(keys: str) -> tuple[int, str]:
    """The number that keys begin with (0: none), and the rest."""
    digits = len(keys) - len(keys.lstrip("0123456789")) if keys[:1] != "0" else 0
    return int(keys[:digits] or 0), keys[digits:]


def _object(text: str, x: int, motion: str) -> tuple[int, int]:
    """Where `iw`, `i"` and their like begin and end."""
    if motion[1] == "w":
        start = end = x
        kind = text[x : x + 1].isalnum() or text[x : x + 1] == "_"
        while start and (text[start - 1].isalnum() or text[start - 1] == "_") == kind and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and (text[end].isalnum() or text[end] == "_") == kind and not text[end].isspace():
            end += 1
        while motion[0] == "a" and end < len(text) and text[end] == " ":
            end += 1
        return start, end
    mark = motion[1]
    start = text.rfind(mark, 0, x + 1)
    end = text.find(mark, max(x, start + 1))
    if start < 0 or end < 0:
        return x, x
    return (start + 1, end) if motion[0] == "i" else (start, end + 1)


def _parts(text: str, mark: str) -> tuple[str, str, str]:
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


def _substituted(line: str, expression: Any, replacement: Any, *, everywhere: bool) -> tuple[str, int]:
    made, position, hits = [], 0, 0
    for found in expression.finditer(line):
        made += [line[position : found.start()], filled(replacement, found)]
        position, hits = found.end(), hits + 1
        if not everywhere:
            break
    return "".join(made) + line[position:], hits

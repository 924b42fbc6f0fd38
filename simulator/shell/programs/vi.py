"""vi: normal, insert, visual-line and command-line mode, as far as editing a manifest needs. Upstream: vim(1)"""

from __future__ import annotations

from typing import Any

from simulator.runtime.process import Process
from simulator.runtime.programs import program
from simulator.shell.programs import editing
from simulator.shell.programs.screen import clipped
from simulator.shell.programs.vi_commands import Commands
from simulator.shell.programs.vi_edits import SIMPLE
from simulator.shell.programs.vi_moves import MOTIONS, target

MOST_RECORDED = 1_000
"""Keys of a change that `.` can repeat."""
OPERATORS = frozenset("dcy><")
INSERTING = frozenset("iIaAoOsSC")


@program("vi", "vim", "view")
class Vi(Commands):
    """`mode` is normal, insert, visual or command; `keys` are those of a normal command that is not complete yet."""

    version = "VIM - Vi IMproved 9.1 (2024 Jan 02)\nThe lab's own: what is used most of it is there."

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
            longer = (*state["recording"], key)
            state["recording"] = longer if len(longer) <= MOST_RECORDED else None
        if state["mode"] == "insert":
            self.insert_key(state, key)
            return None
        if state["mode"] == "command":
            return self.command_key(process, state, key)
        state["message"] = ""
        return self.normal_key(process, state, key)

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
            if max(count, more) < 2 and _is_alone(editing.line(state), x):
                self.span(state, name, (y, x), (y, x + 1))
                return True
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


def _is_alone(text: str, x: int) -> bool:
    """Whether the word at the cursor ends with this very character."""

    def kind(place: int) -> int:
        letter = text[place : place + 1]
        return 0 if not letter.strip() else 1 if letter.isalnum() or letter == "_" else 2

    return kind(x) != 0 and kind(x) != kind(x + 1)

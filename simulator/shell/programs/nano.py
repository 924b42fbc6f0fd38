"""nano: the editor that shows its keys. Upstream: nano(1)"""

from __future__ import annotations

from typing import Any

import re2

from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import program
from simulator.shell.programs import editing
from simulator.shell.programs.screen import Screen, clipped, filled

HELP = (
    (("^G", "Help"), ("^O", "Write Out"), ("^W", "Where Is"), ("^K", "Cut"), ("^U", "Paste"), ("M-U", "Undo")),
    (("^X", "Exit"), ("^C", "Location"), ("^\\", "Replace"), ("^A", "Home"), ("^E", "End"), ("^_", "Go To Line")),
)


@program("nano", "pico")
class Nano(Screen):
    """`ask` is the question at the bottom: (what for, prompt, text so far) or None."""

    version = " GNU nano, version 8.4\n The lab's own: what is used most of it is there."

    def begin(self, process: Process) -> dict[str, Any] | int:
        paths = [word for word in process.argv[1:] if not word.startswith(("-", "+"))]
        path = paths[0] if paths else ""
        if path and process.files.is_directory(path):
            process.error(f'nano: "{path}" is a directory')
            return 1
        state = editing.opened(process, path)
        new = state["message"].endswith("[New]")
        count = len(state["lines"]) if state["lines"] != ("",) else 0
        message = "[ New File ]" if new or not path else f"[ Read {count} line{'s' * (count != 1)} ]"
        return {**state, "message": message, "ask": None, "cut": (), "cutting": False, "searched": "", "paste": False}

    # keys

    def press(self, process: Process, state: dict[str, Any], key: str) -> int | None:
        if state["ask"] is not None:
            return self.answer(process, state, key)
        state["message"] = ""
        if key != "ctrl-k":
            state["cutting"] = False
        if key == "ctrl-x":
            if state["lines"] == state["saved"]:
                return 0
            state["ask"] = ("exit", "Save modified buffer? (Y/N, ^C cancels)", "")
        elif key == "ctrl-o":
            state["ask"] = ("write", "File Name to Write: ", state["path"])
        elif key == "ctrl-w":
            state["ask"] = ("search", "Search: ", state["searched"])
        elif key == "ctrl-_":
            state["ask"] = ("line", "Enter line number: ", "")
        elif key == "ctrl-\\":
            state["ask"] = ("replace", "Search (to replace): ", "")
        elif not self.move(process, state, key):
            self.edit(state, key)
        return None

    def move(self, process: Process, state: dict[str, Any], key: str) -> bool:
        y, x = state["y"], state["x"]
        high = (process.terminal.rows if process.terminal else 24) - 5
        if key in ("left", "ctrl-b"):
            editing.move(state, y, x - 1) if x else editing.move(state, y - 1, 1 << 30) if y else None
        elif key in ("right", "ctrl-f"):
            editing.move(state, y, x + 1) if x < len(editing.line(state)) else editing.move(
                state, y + 1, 0
            ) if y + 1 < len(state["lines"]) else None
        else:
            places = {
                "up": (y - 1, x), "ctrl-p": (y - 1, x), "down": (y + 1, x), "ctrl-n": (y + 1, x), "home": (y, 0),
                "ctrl-a": (y, 0), "end": (y, 1 << 30), "ctrl-e": (y, 1 << 30), "page up": (y - high, x),
                "ctrl-y": (y - high, x), "page down": (y + high, x), "ctrl-v": (y + high, x),
            }  # fmt: skip
            if key not in places:
                return False
            editing.move(state, *places[key])
        return True

    def edit(self, state: dict[str, Any], key: str) -> None:
        if key in ("paste begins", "paste ends"):
            state["paste"] = key == "paste begins"
        elif key == "ctrl-k":
            self.cut(state)
        elif key == "ctrl-u" and state["cut"]:
            editing.remember(state)
            state["x"] = 0
            editing.insert(state, "\n".join(state["cut"]) + "\n")
        elif key == "escape":
            state["message"] = "[ M-U undoes: press Escape, then u ]"
            state["ask"] = ("meta", "", "")
        elif key == "ctrl-c":
            state["message"] = (
                f"[ line {state['y'] + 1}/{len(state['lines'])}, col {state['x'] + 1}/{len(editing.line(state)) + 1} ]"
            )
        elif key == "enter":
            editing.remember(state)
            text = editing.line(state)
            indent = "" if state["paste"] else text[: len(text) - len(text.lstrip(" "))][: state["x"]]
            editing.insert(state, "\n" + indent)
        elif key in ("backspace", "ctrl-h"):
            editing.remember(state)
            editing.backspace(state)
        elif key in ("delete", "ctrl-d"):
            editing.remember(state)
            editing.delete(state)
        elif key == "tab" or len(key) == 1:
            if key in (" ", "tab") or not state["undo"]:
                editing.remember(state)
            editing.insert(state, "\t" if key == "tab" else key)
        elif key == "ctrl-g":
            state["message"] = "[ ^O writes, ^X exits, ^W searches, ^K cuts a line, ^U pastes it ]"

    def cut(self, state: dict[str, Any]) -> None:
        editing.remember(state)
        text = editing.line(state)
        state["cut"] = (*state["cut"], text) if state["cutting"] else (text,)
        state["cutting"] = True
        if len(state["lines"]) > 1:
            lines = state["lines"]
            state["lines"] = (*lines[: state["y"]], *lines[state["y"] + 1 :])
        else:
            state["lines"] = ("",)
        editing.move(state, state["y"], 0)

    def answer(self, process: Process, state: dict[str, Any], key: str) -> int | None:
        """A key while a question is open."""
        kind, prompt, text = state["ask"]
        if kind == "meta":
            state["ask"], state["message"] = None, ""
            if key in ("u", "U") and not editing.step_back(state, "undo", "redo"):
                state["message"] = "[ Nothing to undo ]"
            if key in ("e", "E"):
                editing.step_back(state, "redo", "undo")
            return None
        if key in ("ctrl-c", "escape"):
            state["ask"], state["message"] = None, "[ Cancelled ]"
        elif kind == "exit":
            return self.leaving(process, state, key)
        elif key == "enter":
            state["ask"] = None
            return self.answered(process, state, kind, text)
        elif key in ("backspace", "ctrl-h"):
            state["ask"] = (kind, prompt, text[:-1])
        elif key == "ctrl-u":
            state["ask"] = (kind, prompt, "")
        elif len(key) == 1:
            state["ask"] = (kind, prompt, text + key)
        return None

    def leaving(self, process: Process, state: dict[str, Any], key: str) -> int | None:
        if key in ("n", "N"):
            return 0
        if key in ("y", "Y"):
            state["ask"] = ("save", "File Name to Write: ", state["path"])
        return None

    def answered(self, process: Process, state: dict[str, Any], kind: str, text: str) -> int | None:
        if kind in ("write", "save"):
            if not text:
                state["message"] = "[ Cancelled ]"
                return None
            try:
                editing.write(process, state, text)
            except OSFailure as failure:
                state["message"] = f"[ Error writing {text}: {failure.words} ]"
                return None
            state["path"] = text
            count = len(state["lines"])
            state["message"] = f"[ Wrote {count} line{'s' * (count != 1)} ]"
            return 0 if kind == "save" else None
        if kind == "line":
            if text.isdecimal():
                editing.move(state, int(text) - 1, 0)
        elif kind == "search" and text:
            state["searched"] = text
            if not editing.search(state, re2.compile("(?i)" + re2.escape(text))):
                state["message"] = f'[ "{text}" not found ]'
        elif kind == "replace" and text:
            state["ask"] = ("with:" + text, "Replace with: ", "")
        elif kind.startswith("with:"):
            editing.remember(state)
            count = sum(one.count(kind[5:]) for one in state["lines"])
            state["lines"] = tuple(one.replace(kind[5:], text) for one in state["lines"])
            editing.move(state, state["y"], state["x"])
            state["message"] = f"[ Replaced {count} occurrence{'s' * (count != 1)} ]"
        return None

    # showing

    def draw(self, process: Process, state: dict[str, Any], wide: int, high: int) -> list[str]:
        body = max(high - 4, 1)
        editing.scroll(state, wide, body)
        name = state["path"] or "New Buffer"
        changed = "Modified" if state["lines"] != state["saved"] else ""
        title = f"  GNU nano 7.2{name:^{max(wide - 30, 10)}}{changed}"
        rows = [filled(title, wide)]
        shown = state["lines"][state["top"] : state["top"] + body]
        rows += [clipped(text, state["left"], wide) for text in shown] + [""] * (body - len(shown))
        if state["ask"] is not None and state["ask"][0] != "meta":
            _, prompt, text = state["ask"]
            rows.append(filled(prompt + text, wide))
            state["row"], state["column"] = body + 1, min(len(prompt + text), wide - 1)
        else:
            rows.append(f"{state['message']:^{wide}}".rstrip())
            state["row"] += 1
        for line in HELP:
            rows.append(
                "".join(
                    f"\x1b[7m{key}\x1b[m {words:<{max(wide // 6 - len(key) - 1, 1)}}"
                    for key, words in line[: max(wide // 13, 1)]
                )
            )
        return rows

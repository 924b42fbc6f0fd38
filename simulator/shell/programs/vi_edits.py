"""What the keys of vi do to the text. Upstream: vim(1)"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.shell.programs import editing
from simulator.shell.programs.screen import Screen


class Edits(Screen):
    """What changes the text and nothing else: the commands of one letter, and operators on what they span."""

    def insert_mode(self, state: dict[str, Any]) -> None:
        state["mode"], state["message"] = "insert", "-- INSERT --"

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

    def replace(self, state: dict[str, Any], key: str, count: int) -> None:
        text, x, times = editing.line(state), state["x"], max(count, 1)
        if x + times <= len(text):
            editing.remember(state)
            editing.put_line(state, text[:x] + key * times + text[x + times :])
            state["x"] = x + times - 1

    def first(self, state: dict[str, Any], count: int) -> None:
        text = editing.line(state)
        state["x"] = len(text) - len(text.lstrip()) if text.strip() else 0

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


SIMPLE: dict[str, Callable[[Edits, dict[str, Any], int], None]] = {
    "i": Edits.insert_here, "I": Edits.insert_first, "a": Edits.append, "A": Edits.append_last, "o": Edits.open_below,
    "O": Edits.open_above,
    "x": Edits.delete_here, "delete": Edits.delete_here, "X": Edits.delete_before, "D": Edits.delete_rest,
    "C": Edits.change_rest,
    "s": Edits.substitute_here, "S": Edits.change_line, "Y": Edits.yank_line, "p": Edits.put, "P": Edits.put_before,
    "u": Edits.undo,
    "ctrl-r": Edits.redo, "J": Edits.join, "~": Edits.swap_case, "V": Edits.choose_lines, "v": Edits.choose_lines,
    "insert": Edits.insert_here,
}  # fmt: skip

"""A text being edited: lines, a cursor, undo. Shared by vi and nano; all of it plain values in the editor's state."""

from __future__ import annotations

from typing import Any

from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.shell.programs.screen import column_of

MOST_UNDO = 100


def opened(process: Process, path: str) -> dict[str, Any]:
    """The state of an editor that begins with a file."""
    message = ""
    text = ""
    if path:
        try:
            text = process.files.read(path).decode("utf-8", "surrogateescape")
            count = text.count("\n") + (not text.endswith("\n") and bool(text))
            message = f'"{path}" {count}L, {len(text.encode("utf-8", "surrogateescape"))}B'
        except OSFailure as failure:
            message = f'"{path}" [New]' if failure.name == "ENOENT" else f'"{path}" [{failure.words}]'
    lines = tuple(text.removesuffix("\n").split("\n"))
    return {
        "path": path, "lines": lines, "y": 0, "x": 0, "top": 0, "left": 0, "saved": lines, "message": message,
        "undo": (), "redo": (), "row": 0, "column": 0,
    }  # fmt: skip


def remember(state: dict[str, Any]) -> None:
    """Note the text as it is, for undo."""
    if not state["undo"] or state["undo"][-1][0] != state["lines"]:
        state["undo"] = (*state["undo"], (state["lines"], state["y"], state["x"]))[-MOST_UNDO:]
        state["redo"] = ()


def step_back(state: dict[str, Any], source: str, target: str) -> bool:
    """Undo (`undo` to `redo`) or redo (`redo` to `undo`); whether there was anything."""
    while state[source] and state[source][-1][0] == state["lines"]:
        state[source] = state[source][:-1]
    if not state[source]:
        return False
    state[target] = (*state[target], (state["lines"], state["y"], state["x"]))
    state["lines"], state["y"], state["x"] = state[source][-1]
    state[source] = state[source][:-1]
    return True


def line(state: dict[str, Any]) -> str:
    text: str = state["lines"][state["y"]]
    return text


def put_line(state: dict[str, Any], *texts: str) -> None:
    """Replace the cursor's line by others."""
    lines = state["lines"]
    state["lines"] = (*lines[: state["y"]], *texts, *lines[state["y"] + 1 :])


def insert(state: dict[str, Any], text: str) -> None:
    """Insert text (which may hold newlines) at the cursor and go behind it."""
    before, after = line(state)[: state["x"]], line(state)[state["x"] :]
    parts = text.split("\n")
    if len(parts) == 1:
        put_line(state, before + text + after)
        state["x"] += len(text)
        return
    put_line(state, before + parts[0], *parts[1:-1], parts[-1] + after)
    state["y"] += len(parts) - 1
    state["x"] = len(parts[-1])


def backspace(state: dict[str, Any]) -> None:
    """Delete the character before the cursor, or join with the line above."""
    text, x = line(state), state["x"]
    if x:
        put_line(state, text[: x - 1] + text[x:])
        state["x"] -= 1
    elif state["y"]:
        above = state["lines"][state["y"] - 1]
        state["lines"] = (*state["lines"][: state["y"] - 1], above + text, *state["lines"][state["y"] + 1 :])
        state["y"] -= 1
        state["x"] = len(above)


def delete(state: dict[str, Any]) -> None:
    """Delete the character under the cursor, or join with the line below."""
    text, x = line(state), state["x"]
    if x < len(text):
        put_line(state, text[:x] + text[x + 1 :])
    elif state["y"] + 1 < len(state["lines"]):
        state["lines"] = (
            *state["lines"][: state["y"]],
            text + state["lines"][state["y"] + 1],
            *state["lines"][state["y"] + 2 :],
        )


def move(state: dict[str, Any], y: int, x: int, *, beyond: bool = True) -> None:
    """Go to a line and character, as far as they exist; `beyond` allows the place after the last character."""
    state["y"] = max(0, min(y, len(state["lines"]) - 1))
    state["x"] = max(0, min(x, len(line(state)) - (0 if beyond else 1)))


def search(state: dict[str, Any], expression: Any, *, backwards: bool = False) -> bool:
    """Go to the next (or previous) place that matches; whether there is one."""
    lines, count = state["lines"], len(state["lines"])
    for step in range(count + 1):
        number = (state["y"] + (-step if backwards else step)) % count
        places = [found.start() for found in expression.finditer(lines[number])]
        if step == 0:
            places = [place for place in places if (place < state["x"] if backwards else place > state["x"])]
        if places:
            state["y"], state["x"] = number, places[-1 if backwards else 0]
            return True
    return False


def write(process: Process, state: dict[str, Any], path: str) -> str:
    """Write the text to a file: what to say about it. Raises `OSFailure`."""
    content = ("\n".join(state["lines"]) + "\n").encode("utf-8", "surrogateescape")
    if state["lines"] == ("",):
        content = b""
    new = not process.files.exists(path)
    process.files.write(path, content)
    state["saved"] = state["lines"]
    return f'"{path}" {"[New] " if new else ""}{len(state["lines"])}L, {len(content)}B written'


def scroll(state: dict[str, Any], wide: int, high: int, *, margin: int = 0) -> None:
    """Keep the cursor on the screen: sets the first line and column shown, and where the cursor is."""
    if state["y"] < state["top"]:
        state["top"] = state["y"]
    elif state["y"] >= state["top"] + high:
        state["top"] = state["y"] - high + 1
    column = column_of(line(state), state["x"])
    if column < state["left"]:
        state["left"] = max(column - wide // 2, 0)
    elif column >= state["left"] + wide - margin:
        state["left"] = column - wide // 2
    state["row"], state["column"] = state["y"] - state["top"], column - state["left"] + margin

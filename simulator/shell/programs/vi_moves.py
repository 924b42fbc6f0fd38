"""Where the motions of vi lead. Upstream: vim(1) motion.txt"""

from __future__ import annotations

from typing import Any

MOTIONS = frozenset({"up", "down", "left", "right", "home", "end"})
ALIKE = {
    "left": "h", "backspace": "h", "right": "l", " ": "l", "down": "j", "ctrl-j": "j", "ctrl-n": "j", "up": "k",
    "ctrl-p": "k",
    "home": "0", "end": "$", "enter": "+",
}  # fmt: skip


def target(state: dict[str, Any], keys: str, count: int, operator: str) -> tuple[int, int, bool] | None:
    """Line, character, and whether the motion is by whole lines; None for keys that are no motion (yet)."""
    key = keys.strip("\x00")
    key = ALIKE.get(key, key)
    y, x, times = state["y"], state["x"], max(count, 1)
    lines = state["lines"]
    if key in ("j", "k", "+", "-"):
        to = y + times if key in "j+" else y - times
        to = max(0, min(to, len(lines) - 1))
        return to, x if key in "jk" else _indent(lines[to]), True
    if key in ("G", "gg"):
        to = min(count, len(lines)) - 1 if count else (len(lines) - 1 if key == "G" else 0)
        return to, _indent(lines[to]), True
    if key in ("{", "}"):
        return (*_paragraph(lines, y, 1 if key == "}" else -1), False)
    if key in ("w", "W", "b", "B", "e", "E"):
        for _ in range(times):
            y, x = _word(lines, y, x, key)
        return y, x, False
    if len(key) == 2 and key[0] in "fFtT":
        return _character(lines[y], y, x, key, times)
    if key == "%":
        return _pair(lines, y, x)
    places = {"h": max(x - times, 0), "l": min(x + times, len(lines[y])), "0": 0, "^": _indent(lines[y]),
              "$": max(len(lines[y]) - 1, 0),
              "|": times - 1}  # fmt: skip
    return None if key not in places else (y, places[key], False)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip()) if text.strip() else 0


def _paragraph(lines: tuple[str, ...], y: int, step: int) -> tuple[int, int]:
    y += step
    while 0 < y < len(lines) - 1 and lines[y].strip():
        y += step
    return max(0, min(y, len(lines) - 1)), 0


def _kind(text: str, x: int, key: str) -> int:
    """0 for a blank (or the end), 1 for part of a word, 2 for other signs."""
    if x >= len(text) or text[x].isspace():
        return 0
    return 1 if key.isupper() or text[x].isalnum() or text[x] == "_" else 2


def _word(lines: tuple[str, ...], y: int, x: int, key: str) -> tuple[int, int]:
    if key in "bB":
        return _word_back(lines, y, x, key)
    if key in "eE":
        return _word_end(lines, y, x, key)
    kind = _kind(lines[y], x, key)
    while x < len(lines[y]) and _kind(lines[y], x, key) == kind and kind:
        x += 1
    while True:
        while x < len(lines[y]) and not _kind(lines[y], x, key):
            x += 1
        if x < len(lines[y]) or y + 1 == len(lines):
            return y, x
        y, x = y + 1, 0
        if not lines[y]:
            return y, 0


def _word_back(lines: tuple[str, ...], y: int, x: int, key: str) -> tuple[int, int]:
    x -= 1
    while True:
        while x >= 0 and not _kind(lines[y], x, key):
            x -= 1
        if x >= 0 or not y:
            break
        y, x = y - 1, len(lines[y - 1]) - 1
    x = max(x, 0)
    while x and _kind(lines[y], x - 1, key) == _kind(lines[y], x, key):
        x -= 1
    return y, x


def _word_end(lines: tuple[str, ...], y: int, x: int, key: str) -> tuple[int, int]:
    x += 1
    while True:
        while x < len(lines[y]) and not _kind(lines[y], x, key):
            x += 1
        if x < len(lines[y]) or y + 1 == len(lines):
            break
        y, x = y + 1, 0
    while x + 1 < len(lines[y]) and _kind(lines[y], x + 1, key) == _kind(lines[y], x, key):
        x += 1
    return y, min(x, max(len(lines[y]) - 1, 0))


def _character(text: str, y: int, x: int, key: str, times: int) -> tuple[int, int, bool] | None:
    """`f`, `F`, `t`, `T` with their character."""
    for _ in range(times):
        x = text.find(key[1], x + 1) if key[0] in "ft" else text.rfind(key[1], 0, x)
        if x < 0:
            return None
    return y, x - (key[0] == "t") + (key[0] == "T"), False


def _pair(lines: tuple[str, ...], y: int, x: int) -> tuple[int, int, bool] | None:
    """The bracket that belongs to the one under (or after) the cursor."""
    text = lines[y]
    start = next((place for place in range(x, len(text)) if text[place] in "()[]{}"), None)
    if start is None:
        return None
    opening = text[start]
    other = "()[]{}"["()[]{}".index(opening) ^ 1]
    step = 1 if opening in "([{" else -1
    depth, x = 0, start
    while 0 <= y < len(lines):
        while 0 <= x < len(lines[y]):
            depth += (lines[y][x] == opening) - (lines[y][x] == other)
            if not depth:
                return y, x, False
            x += step
        y += step
        x = 0 if step > 0 else len(lines[y]) - 1 if y >= 0 else 0
    return None

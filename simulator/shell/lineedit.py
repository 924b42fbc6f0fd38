"""The line reader: editing, history, search and completion on a raw terminal. Upstream: readline(3)

The line being typed is a plain value (`shell.reader`): text, cursor, and where in the history one is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from simulator.runtime.errors import OSFailure
from simulator.runtime.programs import Outcome, Wait
from simulator.runtime.width import columns, width
from simulator.shell import jobs
from simulator.shell.completion import complete
from simulator.shell.interpreter import Frame, Shell, operation
from simulator.shell.nodes import Incomplete, SyntaxMistake, may_close
from simulator.shell.parser import parse_next
from simulator.shell.prompts import prompt, visible

HISTORY = ".bash_history"
MOST_HISTORY = 1000
LONGEST = 16 << 10
LONGEST_PASTED = 128 << 10
"""Letters of a line, and of one into which something was pasted."""
PASTE, PASTED = b"\x1b[200~", b"\x1b[201~"
"""Where what is pasted begins and ends."""
PLAINLY: dict[int, str | None] = {
    **dict.fromkeys((*range(32), 127)), ord("\r"): "\n", ord("\n"): "\n", ord("\t"): "\t"
}  # fmt: skip
"""How pasted characters come into the line: its ends are ends of lines, and no other one controls anything."""
PASTING, NOT_PASTING = "\x1b[?2004h", "\x1b[?2004l\r"
"""Have the terminal say what is pasted; from bash 5.1 on that is the ordinary state while a line is read."""
PLAIN = re.compile(rb"[ -~]{2,}")
"""Several characters at once, as when a line is pasted."""
EMPTY: dict[str, Any] = {
    "text": "", "cursor": 0, "row": 0, "place": None, "draft": "", "yank": "", "search": None, "keys": b"",
    "prompt": "", "paste": False, "from": 0, "marked": (), "tabs": 0, "last": "",
}  # fmt: skip


def load_history(shell: Shell) -> None:
    home = shell.get("HOME") or "/"
    node = shell.process.files.find(f"{home}/{HISTORY}")
    if node is not None and shell.flavour == "bash":
        shell.history = tuple(node.get("content", b"").decode("utf-8", "replace").splitlines())[-MOST_HISTORY:]


def remember(shell: Shell, line: str) -> None:
    """Add a line to the history, in memory and in the file."""
    if not line.strip() or line.startswith(" ") or (shell.history and shell.history[-1] == line):
        return
    shell.history = (*shell.history, line)[-MOST_HISTORY:]
    if shell.flavour != "bash":
        return
    path = f"{shell.get('HOME') or '/'}/{HISTORY}"
    try:
        shell.process.files.write(path, line + "\n", append=True, mode=0o600)
    except OSFailure:
        return  # a home that cannot be written to keeps no history, as with the real one


@operation("prompt")
def do_prompt(shell: Shell, frame: Frame) -> Outcome | None:
    """Show a prompt, read a line, carry it out."""
    if frame["text"] and frame.get("at", 0) < len(frame["text"]):
        return _next_command(shell, frame)
    if frame.get("running"):
        _command_ended(shell, frame)
    if shell.reader is None:
        jobs.notice(shell)
        _begin_line(shell, prompt(shell, shell.get("PS1") or "$ "), f"n={frame.get('number', 1)}")
    line = _read_line(shell)
    if line is None:
        return Wait("resume", readable=(0,))
    shell.reader = None
    if line is END:
        shell.pop()
        return None
    text = frame.get("open", "") + line + "\n"
    if not _is_complete(shell, frame, text, line):
        frame["open"] = text
        _begin_line(shell, shell.get("PS2") or "> ", "k=s")
        return None
    frame["open"] = frame["closing"] = ""
    remember(shell, text.rstrip("\n"))
    if not text.strip():
        return None
    frame["text"], frame["at"], frame["running"] = text, 0, True
    frame["number"] = frame.get("number", 1) + 1
    if shell.marks:
        shell.process.write(1, "\x1b]133;C\x07")
    return None


def _next_command(shell: Shell, frame: Frame) -> Outcome | None:
    shell.line = 1
    try:
        node, at, _ = parse_next(frame["text"], frame["at"], 1, tuple(shell.aliases.items()))
    except SyntaxMistake as mistake:
        frame["text"] = ""
        return shell.abandon(str(mistake), 2)
    frame["at"] = at
    if node is None:
        frame["text"] = ""
    else:
        shell.begin(node)
    return None


def _command_ended(shell: Shell, frame: Frame) -> None:
    frame["running"], frame["text"], frame["at"] = False, "", 0
    if shell.marks:
        shell.process.write(1, f"\x1b]133;D;{shell.status}\x07")


def _is_complete(shell: Shell, frame: Frame, text: str, line: str) -> bool:
    """Whether a text, to which a line has just been added, holds whole commands; a mistake in it is for later."""
    if not may_close(line, frame.get("closing", ""), frame.get("alone", False)):
        return False
    shell.has_read(len(text))
    at = 0
    try:
        while at < len(text):
            node, at, _ = parse_next(text, at, 1, tuple(shell.aliases.items()))
            if node is None:
                break
    except Incomplete as mistake:
        frame["closing"], frame["alone"] = mistake.closing, mistake.alone
        return False
    except SyntaxMistake:
        return True
    frame["closing"], frame["alone"] = "", False
    return not (text.endswith("\\\n") and not text.endswith("\\\\\n"))


def interrupt(shell: Shell) -> bool:
    """Ctrl-C while a line is being typed: drop it. Whether there was one."""
    if shell.reader is None or not shell.frames or shell.frames[-1]["op"] != "prompt":
        return False
    shell.process.write(1, "^C\r\n")
    _end_line(shell)
    shell.reader = None
    frame = shell.frames[-1]
    frame["open"] = frame["text"] = frame["closing"] = ""
    frame["alone"] = False
    shell.status = 130
    return True


def _begin_line(shell: Shell, shown: str, mark: str) -> None:
    """Show a prompt; its mark tells the number of the command to come (`n=`) or that one goes on (`k=s`)."""
    terminal = shell.process.terminal
    if terminal is not None:
        terminal.set_raw(True, signals=False)
        terminal.set_foreground(shell.process.group)
    before, after = (f"\x1b]133;A;{mark}\x07", "\x1b]133;B\x07") if shell.marks else ("", "")
    pasting = PASTING if shell.flavour == "bash" and terminal is not None else ""
    shell.process.write(1, pasting + before + shown + after)
    shell.reader = {**EMPTY, "prompt": visible(shown), "shown": shown}


def _pasted_until(keys: bytes, since: int) -> int:
    """Up to where keys are pasted text for certain: what may be half a character or half of its end is left."""
    end = keys.find(PASTED, since)
    if end >= 0:
        return end
    escape = keys.rfind(b"\x1b", max(since, len(keys) - len(PASTED) + 1))
    if escape >= 0:
        return escape
    for back in range(1, min(3, len(keys) - since) + 1):
        lead = keys[-back]
        if lead >= 0xC0:
            return len(keys) - back if back < (2 if lead < 0xE0 else 3 if lead < 0xF0 else 4) else len(keys)
    return len(keys)


def _end_line(shell: Shell) -> None:
    """What comes from now on is not for the line reader."""
    if shell.flavour == "bash" and shell.process.terminal is not None:
        shell.process.write(1, NOT_PASTING)


END = "\x04"


def _read_line(shell: Shell) -> str | None:
    """The line once Enter was pressed, END at the end of the input, None while it is still being typed."""
    reader = {**EMPTY, **shell.reader}
    while True:
        typed = shell.process.read(0)
        if typed is None:
            shell.reader = reader
            return None
        if not typed:
            return END
        keys = reader["keys"] + typed
        reader["keys"] = b""
        editor = Editor(shell, reader)
        used = editor.feed(keys)
        shell.reader = reader
        if editor.done is not None:
            shell.process.unread(0, keys[used:])
            _end_line(shell)
            if shell.process.terminal is not None:
                shell.process.terminal.set_raw(False)
            return editor.done
        reader["keys"] = keys[used:]


class Editor:
    """Applies keys to the line in `reader` (a dictionary of its own)."""

    def __init__(self, shell: Shell, reader: dict[str, Any]) -> None:
        self.shell = shell
        self.reader = reader
        self.done: str | None = None
        terminal = shell.process.terminal
        self.columns = terminal.columns if terminal is not None else 80

    # keys

    def feed(self, keys: bytes) -> int:
        """Take keys in until the line is done; how many bytes were used (half a key is left for later)."""
        position = 0
        while position < len(keys) and self.done is None:
            if self.reader["paste"] and not keys.startswith(PASTED, position):
                until = _pasted_until(keys, position)
                if until == position:
                    break
                self.insert(keys[position:until].decode("utf-8", "replace").translate(PLAINLY))
                position = until
                continue
            typed = PLAIN.match(keys, position)
            if typed is not None and self.reader["search"] is None:
                self.reader["tabs"] = 0
                self.unmark()
                self.insert(typed[0].decode())
                position = typed.end()
                continue
            length = _key_length(keys, position)
            if length is None:
                break
            self.key(keys[position : position + length])
            position += length
        return position

    def key(self, key: bytes) -> None:
        reader = self.reader
        self.unmark()
        if key == PASTE:
            reader["paste"], reader["from"], reader["search"] = True, reader["cursor"], None
            return
        if key == PASTED:
            reader["paste"], reader["marked"] = False, (min(reader["from"], reader["cursor"]), reader["cursor"])
            self.redraw()
            return
        if reader["search"] is not None and self._search_key(key):
            return
        if key != b"\t":
            reader["tabs"] = 0
        action = KEYS.get(key)
        if action is not None:
            action(self)
        elif key[0] >= 32 and key[0] != 127:
            self.insert(key.decode("utf-8", "replace"))

    def unmark(self) -> None:
        """What was pasted stands out until the next key."""
        if self.reader["marked"]:
            self.reader["marked"] = ()
            self.redraw()

    # showing

    def write(self, text: str) -> None:
        self.shell.process.write(1, text)

    def layout(self, text: str) -> tuple[int, int]:
        """Row and column, from the prompt's beginning, after this text."""
        row, column = 0, 0
        for character in text:
            if character == "\n":
                row, column = row + 1, 0
                continue
            wide = columns(character)
            if column + wide > self.columns:
                row, column = row + 1, 0
            column += wide
        return (row + 1, 0) if column == self.columns else (row, column)

    def redraw(self) -> None:
        """Draw prompt and line anew, from the row where the prompt began."""
        reader = self.reader
        text, cursor = reader["text"], reader["cursor"]
        up = f"\x1b[{reader['row']}A" if reader["row"] else ""
        if reader["search"] is not None:
            shown = f"(reverse-i-search)`{reader['search']}': "
            prefix = shown
        else:
            shown, prefix = reader["shown"], reader["prompt"]
        since, until = reader["marked"] or (0, 0)
        marked = f"{text[:since]}\x1b[7m{text[since:until]}\x1b[27m{text[until:]}" if until > since else text
        drawn = f"\r{up}\x1b[J{shown}{marked}".replace("\n", "\r\n")
        end_row, end_column = self.layout(prefix + text)
        row, column = self.layout(prefix + text[:cursor])
        if end_column == 0 and end_row and not (prefix + text).endswith("\n"):
            drawn += "\r\n"
        if end_row > row:
            drawn += f"\x1b[{end_row - row}A"
        drawn += "\r" + (f"\x1b[{column}C" if column else "")
        reader["row"] = row
        self.write(drawn)

    def insert(self, text: str) -> None:
        reader = self.reader
        room = (LONGEST_PASTED if reader["paste"] else LONGEST) - len(reader["text"])
        if len(text) > room:
            self.write("\a")
            text = text[: max(room, 0)]
            if not text:
                return
        self.shell.process.spend(len(reader["text"]) // 20)
        before, at = reader["text"], reader["cursor"]
        reader["text"], reader["cursor"] = before[:at] + text + before[at:], at + len(text)
        if reader["paste"]:
            return  # it is shown when it is whole
        row, column = self.layout(reader["prompt"] + reader["text"])
        if at == len(before) and row == reader["row"] and column > width(text) and "\n" not in text:
            self.write(text)
        else:
            self.redraw()

    def change(self, text: str, cursor: int) -> None:
        self.reader["text"], self.reader["cursor"] = text, max(0, min(cursor, len(text)))
        self.redraw()

    def move(self, cursor: int) -> None:
        self.change(self.reader["text"], cursor)

    # actions

    def enter(self) -> None:
        self.reader["search"] = None
        if self.reader["cursor"] < len(self.reader["text"]):
            self.move(len(self.reader["text"]))
        self.write("\r\n")
        self.done = self.reader["text"]

    def end_of_input(self) -> None:
        if self.reader["text"]:
            self.delete()
        else:
            self.write("exit\r\n" if self.shell.flavour == "bash" else "\r\n")
            self.done = END

    def cancel(self) -> None:
        interrupt(self.shell)
        self.done = ""

    def backspace(self) -> None:
        text, at = self.reader["text"], self.reader["cursor"]
        if at:
            self.change(text[: at - 1] + text[at:], at - 1)

    def delete(self) -> None:
        text, at = self.reader["text"], self.reader["cursor"]
        if at < len(text):
            self.change(text[:at] + text[at + 1 :], at)

    def left(self) -> None:
        self.move(self.reader["cursor"] - 1)

    def right(self) -> None:
        self.move(self.reader["cursor"] + 1)

    def home(self) -> None:
        self.move(0)

    def end(self) -> None:
        self.move(len(self.reader["text"]))

    def kill(self, start: int, end: int) -> None:
        text = self.reader["text"]
        if start < end:
            self.reader["yank"] = text[start:end]
            self.change(text[:start] + text[end:], start)

    def kill_to_end(self) -> None:
        self.kill(self.reader["cursor"], len(self.reader["text"]))

    def kill_to_start(self) -> None:
        self.kill(0, self.reader["cursor"])

    def kill_word_back(self) -> None:
        """Ctrl-W: back to a blank."""
        at = self.reader["cursor"]
        start = len(self.reader["text"][:at].rstrip(" ").rpartition(" ")[0])
        start += start > 0 or self.reader["text"][:1] == " "
        self.kill(start, at)

    def kill_name_back(self) -> None:
        self.kill(self._word_start(), self.reader["cursor"])

    def kill_name(self) -> None:
        self.kill(self.reader["cursor"], self._word_end())

    def yank(self) -> None:
        self.insert(self.reader["yank"])

    def _word_start(self) -> int:
        text, at = self.reader["text"], self.reader["cursor"]
        while at and not text[at - 1].isalnum():
            at -= 1
        while at and text[at - 1].isalnum():
            at -= 1
        return int(at)

    def _word_end(self) -> int:
        text, at = self.reader["text"], self.reader["cursor"]
        while at < len(text) and not text[at].isalnum():
            at += 1
        while at < len(text) and text[at].isalnum():
            at += 1
        return int(at)

    def word_left(self) -> None:
        self.move(self._word_start())

    def word_right(self) -> None:
        self.move(self._word_end())

    def transpose(self) -> None:
        text, at = self.reader["text"], self.reader["cursor"]
        at = min(at, len(text) - 1)
        if at > 0:
            self.change(text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :], at + 1)

    def clear(self) -> None:
        self.write("\x1b[H\x1b[2J")
        self.reader["row"] = 0
        self.redraw()

    # history

    def older(self) -> None:
        self._recall(-1)

    def newer(self) -> None:
        self._recall(1)

    def _recall(self, step: int) -> None:
        reader, history = self.reader, self.shell.history
        place = len(history) if reader["place"] is None else reader["place"]
        if place == len(history):
            reader["draft"] = reader["text"]
        place += step
        if not 0 <= place <= len(history):
            return
        reader["place"] = place
        text = reader["draft"] if place == len(history) else history[place]
        self.change(text, len(text))

    def last_argument(self) -> None:
        if self.shell.history and (words := self.shell.history[-1].split()):
            self.insert(words[-1])

    def search(self) -> None:
        self.reader["search"] = ""
        self.reader["draft"] = self.reader["text"]
        self.redraw()

    def _search_key(self, key: bytes) -> bool:
        """A key while searching backwards; whether it belonged to the search."""
        reader = self.reader
        if key == b"\x12":
            place = len(self.shell.history) if reader["place"] is None else reader["place"]
            self._find(reader["search"], place - 1)
        elif key in (b"\x7f", b"\b"):
            reader["search"] = reader["search"][:-1]
            self._find(reader["search"], len(self.shell.history) - 1)
        elif key in (b"\x07", b"\x03"):
            reader["search"] = None
            self.change(reader["draft"], len(reader["draft"]))
        elif key[0] >= 32 and key[0] != 127:
            reader["search"] += key.decode("utf-8", "replace")
            self._find(reader["search"], len(self.shell.history) - 1)
        else:
            reader["search"] = None
            self.redraw()
            return key == b"\x1b"
        return True

    def _find(self, wanted: str, start: int) -> None:
        for place in range(min(start, len(self.shell.history) - 1), -1, -1):
            if wanted in self.shell.history[place]:
                self.reader["place"] = place
                self.change(self.shell.history[place], self.shell.history[place].find(wanted))
                return
        self.write("\a")
        self.redraw()

    # completion

    def tab(self) -> None:
        reader = self.reader
        text, at = reader["text"], reader["cursor"]
        found = complete(self.shell, text[:at])
        if found.insertion:
            reader["tabs"] = 0
            self.insert(found.insertion)
            return
        if not found.candidates:
            self.write("\a")
            return
        reader["tabs"] += 1
        if reader["tabs"] < 2:
            self.write("\a")
            return
        self.move(len(text))
        self.write("\r\n" + in_columns(found.candidates, self.columns).replace("\n", "\r\n"))
        reader["row"] = 0
        self.change(text, at)


def in_columns(names: list[str], wide: int) -> str:
    """Names in as many columns as fit, down and then across."""
    longest = max(map(width, names)) + 2
    across = max(1, wide // longest)
    rows = -(-len(names) // across)
    lines = []
    for row in range(rows):
        cells = names[row::rows]
        lines.append("".join(cell + " " * (longest - width(cell)) for cell in cells[:-1]) + cells[-1])
    return "\n".join(lines) + "\n"


def _key_length(keys: bytes, position: int) -> int | None:
    """How many bytes the key at a position has; None when its end has not arrived."""
    first = keys[position]
    if first == 0x1B:
        return _escape_length(keys, position)
    needed = 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    return needed if position + needed <= len(keys) else None


def _escape_length(keys: bytes, position: int) -> int | None:
    if position + 1 >= len(keys):
        return None
    if keys[position + 1] not in b"[O":
        return 2
    for end in range(position + 2, min(len(keys), position + 16)):
        if 0x40 <= keys[end] <= 0x7E:
            return end - position + 1
    return None if len(keys) < position + 16 else 16


KEYS: dict[bytes, Callable[[Editor], None]] = {
    b"\r": Editor.enter, b"\n": Editor.enter, b"\x04": Editor.end_of_input, b"\x03": Editor.cancel,
    b"\x7f": Editor.backspace, b"\b": Editor.backspace, b"\x1b[3~": Editor.delete,
    b"\x1b[D": Editor.left, b"\x1bOD": Editor.left, b"\x02": Editor.left,
    b"\x1b[C": Editor.right, b"\x1bOC": Editor.right, b"\x06": Editor.right,
    b"\x1b[A": Editor.older, b"\x1bOA": Editor.older, b"\x10": Editor.older,
    b"\x1b[B": Editor.newer, b"\x1bOB": Editor.newer, b"\x0e": Editor.newer,
    b"\x1b[H": Editor.home, b"\x1bOH": Editor.home, b"\x1b[1~": Editor.home, b"\x01": Editor.home,
    b"\x1b[F": Editor.end, b"\x1bOF": Editor.end, b"\x1b[4~": Editor.end, b"\x05": Editor.end,
    b"\x0b": Editor.kill_to_end, b"\x15": Editor.kill_to_start, b"\x17": Editor.kill_word_back,
    b"\x19": Editor.yank, b"\x14": Editor.transpose, b"\x0c": Editor.clear, b"\x12": Editor.search,
    b"\x1bb": Editor.word_left, b"\x1bf": Editor.word_right, b"\x1b[1;5D": Editor.word_left,
    b"\x1b[1;5C": Editor.word_right, b"\x1b[1;3D": Editor.word_left, b"\x1b[1;3C": Editor.word_right,
    b"\x1bd": Editor.kill_name, b"\x1b\x7f": Editor.kill_name_back, b"\x1b.": Editor.last_argument,
    b"\t": Editor.tab,
}  # fmt: skip

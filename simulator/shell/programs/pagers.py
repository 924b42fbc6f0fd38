"""less, more and watch: reading on a full screen. Upstream: less(1), watch(1)"""

from __future__ import annotations

from typing import Any

import re2

from simulator.kernel.clock import SECOND
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program
from simulator.runtime.width import width
from simulator.shell import regular
from simulator.shell.programs.base import Usage, options, refuse
from simulator.shell.programs.dates import format_date
from simulator.shell.programs.screen import ENTER, LEAVE, Screen, clipped, filled, keys
from simulator.shell.programs.system import duration


@program("less", "more", "most", "pg")
class Less(Screen):
    """Shows files or what comes through a pipe; without a terminal it only passes it on."""

    def start(self, process: Process) -> Outcome:
        paths = [word for word in process.argv[1:] if not word.startswith(("-", "+"))]
        process.state = {"paths": tuple(paths), "text": ""}
        if not paths and process.is_terminal(0):
            process.error('Missing filename ("less --help" for help)')
            return Exit(1)
        return self.gather(process)

    def gather(self, process: Process) -> Outcome:
        parts = []
        for path in process.state["paths"]:
            try:
                parts.append(process.files.read(path))
            except OSFailure as failure:
                process.error(f"{path}: {failure.words}")
                return Exit(1)
        if not process.state["paths"]:
            content = process.gather(0)
            if content is None:
                return Wait("gather", readable=(0,))
            parts.append(content)
        text = b"".join(parts).decode("utf-8", "replace")
        if not process.is_terminal(1) or process.terminal is None:
            process.write(1, text)
            return Exit(0)
        lines = tuple(text.removesuffix("\n").split("\n"))
        name = process.state["paths"][0] if process.state["paths"] else ""
        return self.enter(
            process, {"lines": lines, "top": 0, "left": 0, "ask": None, "searched": "", "message": name, "high": 24}
        )

    def press(self, process: Process, state: dict[str, Any], key: str) -> int | None:
        if state["ask"] is not None:
            self.asking(state, key)
            return None
        page = max((process.terminal.rows if process.terminal else 24) - 1, 1)
        last = max(len(state["lines"]) - page, 0)
        moves = {"down": 1, "j": 1, "enter": 1, "e": 1, "up": -1, "k": -1, "y": -1, " ": page, "f": page,
                 "page down": page, "ctrl-f": page,
                 "b": -page, "page up": -page, "ctrl-b": -page, "d": page // 2, "u": -(page // 2),
                 "ctrl-d": page // 2, "ctrl-u": -(page // 2)}  # fmt: skip
        state["message"] = ""
        if key in ("q", "Q", "ctrl-c"):
            return 0
        if key in moves:
            state["top"] = max(0, min(state["top"] + moves[key], last))
        elif key in ("g", "<", "home"):
            state["top"] = 0
        elif key in ("G", ">", "end"):
            state["top"] = last
        elif key in ("left", "right"):
            state["left"] = max(state["left"] + (40 if key == "right" else -40), 0)
        elif key in ("/", "?"):
            state["ask"] = key
        elif key in ("n", "N"):
            self.find(state, 1 if key == "n" else -1)
        return None

    def asking(self, state: dict[str, Any], key: str) -> None:
        if key in ("escape", "ctrl-c"):
            state["ask"] = None
        elif key == "enter":
            state["searched"] = state["ask"][1:] or state["searched"]
            step = 1 if state["ask"][0] == "/" else -1
            state["ask"] = None
            self.find(state, step)
        elif key == "backspace":
            state["ask"] = state["ask"][:-1] or None
        elif len(key) == 1:
            state["ask"] += key

    def find(self, state: dict[str, Any], step: int) -> None:
        try:
            expression = regular.compiled(state["searched"])
        except re2.error:
            state["message"] = "Invalid pattern"
            return
        number = state["top"] + step
        while 0 <= number < len(state["lines"]):
            if expression.search(state["lines"][number]):
                state["top"] = number
                return
            number += step
        state["message"] = "Pattern not found  (press RETURN)"

    def draw(self, process: Process, state: dict[str, Any], wide: int, high: int) -> list[str]:
        body = max(high - 1, 1)
        shown = state["lines"][state["top"] : state["top"] + body]
        rows = [clipped(text, state["left"], wide) for text in shown] + ["~"] * (body - len(shown))
        at_end = state["top"] + body >= len(state["lines"])
        if state["ask"] is not None:
            status = state["ask"]
        else:
            status = (
                filled(state["message"] or "(END)", len(state["message"] or "(END)"))
                if state["message"] or at_end
                else ":"
            )
        state["row"], state["column"] = (
            body,
            width(state["ask"]) if state["ask"] is not None else len(state["message"] or ("(END)" if at_end else ":")),
        )
        return [*rows, status]


@program("watch")
class Watch(Program):
    """Runs a command again and again and shows the latest output."""

    def start(self, process: Process) -> Outcome:
        try:
            flags, words = options(
                process,
                "n:dtgebcx",
                {"interval=": "n", "no-title": "t", "differences": "d", "exec": "x", "color": "c"},
                stop=True,
            )
            if not words:
                raise Usage("no command was given")
            period = max(duration(str(flags.get("n", "2"))), SECOND // 10)
        except Usage as usage:
            return refuse(process, usage)
        if process.terminal is None or not process.is_terminal(1):
            process.error("watch: needs a terminal")
            return Exit(1)
        process.state = {
            "words": tuple(words),
            "period": period,
            "titled": "t" not in flags,
            "output": b"",
            "reader": None,
            "next": 0,
        }
        process.terminal.set_raw(True)
        process.write(1, ENTER)
        for number in (15, 1):
            process.handle(number)
        return self.again(process)

    def again(self, process: Process) -> Outcome:
        reader, writer = process.pipe()
        words = process.state["words"]
        null = process.open("/dev/null")
        process.spawn(("sh", "-c", " ".join(words)), fds={0: null, 1: writer, 2: writer})
        process.close(writer)
        process.close(null)
        process.state = {
            **process.state,
            "reader": reader,
            "output": b"",
            "next": process.now + process.state["period"],
        }
        return self.gather(process)

    def gather(self, process: Process) -> Outcome:
        if self.stopped(process):
            return self.leave(process)
        state = process.state
        if state["reader"] is not None:
            while (part := process.read(state["reader"])) is not None:
                if not part:
                    process.close(state["reader"])
                    process.state = {**process.state, "reader": None}
                    self.show(process)
                    break
                process.state = {**process.state, "output": process.state["output"] + part[: 1 << 18]}
            else:
                return Wait("gather", readable=(0, state["reader"]))
        while process.reap() is not None:
            continue
        if process.now >= process.state["next"]:
            return self.again(process)
        return Wait("gather", until=process.state["next"], readable=(0,))

    def stopped(self, process: Process) -> bool:
        typed = process.read(0)
        return typed is not None and (not typed or any(key in ("ctrl-c", "q") for key in keys(typed)[0]))

    def show(self, process: Process) -> None:
        terminal, state = process.terminal, process.state
        if terminal is None:
            return
        rows = []
        if state["titled"]:
            title = f"Every {state['period'] / SECOND:.1f}s: {' '.join(state['words'])}"
            clock = f"{process.hostname}: {format_date(process.now, '%a %b %e %H:%M:%S %Y', 0)}"
            rows = [
                f"{title[: max(terminal.columns - len(clock) - 1, 0)]:<{max(terminal.columns - len(clock), 0)}}{clock}",
                "",
            ]
        rows += state["output"].decode("utf-8", "replace").split("\n")
        drawn = [clipped(row, 0, terminal.columns) for row in rows[: terminal.rows]]
        process.write(1, "\x1b[H" + "\r\n".join(row + "\x1b[K" for row in drawn) + "\x1b[J")

    def leave(self, process: Process) -> Outcome:
        if process.terminal is not None:
            process.terminal.set_raw(False)
        process.write(1, LEAVE)
        return Exit(0)

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return self.leave(process)

"""awk: a program applied to every record. Upstream: IEEE 1003.1 awk"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import re2

from simulator.runtime.process import Process
from simulator.runtime.programs import program
from simulator.shell.lexer import escape
from simulator.shell.programs.awk_functions import Interpreter
from simulator.shell.programs.awk_language import parse
from simulator.shell.programs.awk_values import Leave, Numeric, number, text
from simulator.shell.programs.base import Run, Stream, Usage


@program("awk", "gawk", "mawk", "nawk")
class Awk(Stream):
    failure = 2

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        words, assigned, separator, source = list(process.argv[1:]), [], " ", None
        while words and words[0].startswith("-") and len(words[0]) > 1:
            word = words.pop(0)
            if word == "--":
                break
            if word[1] not in "Fvf":
                raise Usage(f"invalid option -- '{word[1]}'", 2)
            value = word[2:] or (words.pop(0) if words else "")
            if word[1] == "F":
                separator = _unescaped("\t" if value == "t" else value)
            elif word[1] == "v":
                assigned.append(value)
            else:
                source = (source or "") + process.files.text(value) + "\n"
        if source is None:
            if not words:
                raise Usage("usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]", 2)
            source = words.pop(0)
        tree = parse(source)
        paths = [word for word in words if not re2.match(r"^[A-Za-z_]\w*=", word)]
        assigned += [word for word in words if word not in paths]
        only_begin = not tree[1] and not tree[2]
        return {"source": source, "FS": separator, "assigned": tuple(assigned), "only": only_begin}, [
            "/dev/null"
        ] if only_begin else paths

    def memory(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        known: dict[str, Any] = {"FS": settings["FS"], "OFS": " ", "ORS": "\n", "RS": "\n", "NR": 0.0, "FNR": 0.0,
                                 "NF": 0.0, "SUBSEP": "\x1c",
                                 "OFMT": "%.6g", "CONVFMT": "%.6g", "FILENAME": "", "RSTART": 0.0,
                                 "RLENGTH": -1.0}  # fmt: skip
        numeric = {}
        for word in settings["assigned"]:
            name, _, value = word.partition("=")
            known[name] = _unescaped(value)
            numeric[name] = True
        return {
            "globals": known,
            "numeric": numeric,
            "arrays": {},
            "ranges": {},
            "opened": {},
            "fields": (),
            "record": "",
            "begun": False,
            "exited": None,
        }

    def work(self, process: Process, run: Run, records: list[str], *, ending: bool = False) -> None:
        """Run the program over records; with `ending`, its END rules."""
        if run.memory["exited"] is not None and not ending:
            return
        interpreter = Interpreter(process, parse(run.settings["source"]), run.memory)
        exited = run.memory["exited"]
        interpreter.arrays.setdefault("ENVIRON", {name: Numeric(value) for name, value in process.env.items()})
        try:
            if not run.memory["begun"]:
                for body in interpreter.begins:
                    interpreter.do(body)
            if interpreter.globals["FILENAME"] != run.path and run.path != "-" and not ending:
                interpreter.globals["FILENAME"] = run.path
            for record in records:
                interpreter.each(record)
            if ending and not (interpreter.begins and run.settings["only"]):
                for body in interpreter.ends:
                    interpreter.do(body)
        except Leave as leave:
            exited = int(number(leave.value)) if leave.kind == "exit" and leave.value is not None else exited or 0
            run.stopped = True
        except Usage as usage:
            interpreter.flush()
            process.error(f"awk: {usage}")
            exited, run.stopped = 2, True
            run.memory["failed"] = True
        interpreter.flush()
        run.memory = {**run.memory, **interpreter.packed(), "begun": True, "exited": exited}

    def opened(self, process: Process, run: Run) -> None:
        run.memory["globals"] = {**run.memory["globals"], "FNR": 0.0}
        if not run.memory["begun"]:
            self.work(process, run, [])

    def take(self, process: Process, run: Run, data: bytes) -> None:
        source = data.decode("utf-8", "surrogateescape")
        separator = run.memory["globals"]["RS"]
        if separator == "":
            run.memory["held"] = run.memory.get("held", "") + source
            return
        records = source.removesuffix("\n").split("\n")
        if separator != "\n":
            records = list(source.rstrip("\n").split(text(separator)[:1]))
        self.work(process, run, records)

    def end(self, process: Process, run: Run) -> int:
        if not run.memory["begun"]:
            self.work(process, run, [])
        held = run.memory.get("held", "")
        if held.strip():
            paragraphs = [part.strip("\n") for part in re2.split(r"\n\n+", held.strip("\n"))]
            self.work(process, run, paragraphs)
        if not run.memory.get("failed"):
            self.work(process, run, [], ending=True)
        return run.memory["exited"] if run.memory["exited"] is not None else run.code


def _unescaped(value: str) -> str:
    made, position = [], 0
    while position < len(value):
        if value[position] == "\\" and position + 1 < len(value) and value[position + 1] in "tn\\":
            character, position = escape(value, position)
            made.append(character)
        else:
            made.append(value[position])
            position += 1
    return "".join(made)

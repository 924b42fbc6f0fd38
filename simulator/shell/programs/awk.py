"""awk: a program applied to every record. Upstream: IEEE 1003.1 awk"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.runtime.process import Process
from simulator.runtime.programs import program
from simulator.shell.lexer import escape
from simulator.shell.programs.awk_functions import Interpreter
from simulator.shell.programs.awk_language import parse
from simulator.shell.programs.awk_values import Leave, Numeric, number, text
from simulator.shell.programs.base import Run, Stream, Usage

SLICE = 20_000
"""Units that go into records in one step."""


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
        paths = [word for word in words if not re.match(r"[A-Za-z_]\w*=", word)]
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
            "records": (),
            "begun": False,
            "exited": None,
        }

    def work(self, process: Process, run: Run, records: Sequence[str], *, ending: bool = False) -> None:
        """Run the program over records, as many as a slice allows; with `ending`, its END rules."""
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
            for place, record in enumerate(records):
                if process.spent > SLICE and not ending:
                    run.memory["records"] = tuple(records[place:])
                    break
                interpreter.each(record)
            if ending and not (interpreter.begins and run.settings["only"]):
                for body in interpreter.ends:
                    interpreter.do(body)
        except Leave as leave:
            code = 0.0 if leave.kind != "exit" or leave.value is None else number(leave.value)
            exited = int(code) if code and math.isfinite(code) else exited or 0
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
        if separator == "\n":
            records = source.removesuffix("\n").split("\n")
        else:
            records = source.rstrip("\n").split(text(separator)[:1])
        run.memory["records"] += tuple(records)

    def closed(self, process: Process, run: Run) -> None:
        held = run.memory.pop("held", "").strip("\n")
        if held:
            run.memory["records"] += tuple(re.split(r"\n\n+", held))

    def is_busy(self, process: Process, run: Run) -> bool:
        """Some of the records that have been read."""
        records = run.memory["records"]
        if records:
            run.memory["records"] = ()
            self.work(process, run, records)
        return bool(run.memory["records"]) and not run.stopped

    def end(self, process: Process, run: Run) -> int:
        if not run.memory["begun"]:
            self.work(process, run, [])
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

"""sed: a script applied to every line as it comes. Upstream: sed(1)"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import program
from simulator.shell.programs.base import LONGEST_LINE, Run, Stream, Usage, options
from simulator.shell.programs.busybox import unread
from simulator.shell.programs.sed_language import script
from simulator.shell.programs.sed_machine import BEGINNING, Machine

LONG = {"quiet": "n", "silent": "n", "expression=": "e", "file=": "f", "regexp-extended": "E", "in-place": "i",
        "in-place=": "I",
        "separate": "s", "null-data": "z", "unbuffered": "u"}  # fmt: skip


@program("sed")
class Sed(Stream):
    by_lines = False

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        scripts, argv = [], [process.argv[0]]
        left = list(process.argv[1:])
        while left:
            word = left.pop(0)
            if word in ("-e", "-f", "-ne", "-Ee", "-re", "-nE") and left and word != "-nE":
                argv += ["-" + letter for letter in word[1:-1]]
                text = left.pop(0)
                scripts.append(process.files.text(text) if word == "-f" else text)
            elif word.startswith("--expression="):
                scripts.append(word.partition("=")[2])
            elif word.startswith("-i") and len(word) > 2 and not word.startswith("-ie"):
                argv.append("--in-place=" + word[2:])
            else:
                argv.append(word)
        given, process.argv = process.argv, tuple(argv)
        flags, words = options(process, "nErizsu", LONG)
        process.argv = given
        if not scripts:
            if not words:
                raise Usage("no script specified")
            scripts.append(words.pop(0))
        text = "\n".join(scripts)
        extended = "E" in flags or "r" in flags
        for step in script(text, extended=extended).steps:
            if step.name in "sw" and step.text and not step.text.startswith("/dev/"):
                process.files.write(step.text, b"")
        in_place = "i" in flags or "I" in flags
        settings = {**flags, "text": text, "extended": extended, "in_place": in_place}
        return {**settings, "apart": in_place or "s" in flags}, words

    def memory(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {**BEGINNING, "part": "", "ended": False, "made": ()}

    def complain(self, process: Process, run: Run, failure: OSFailure) -> None:
        run.code = unread(process, run.path, failure, code=2, gnu="can't read {path}")

    def take(self, process: Process, run: Run, data: bytes) -> None:
        """Note the lines; what is behind the last newline waits for the rest of it."""
        end = _newline(run)
        text = run.memory["part"] + data.decode("utf-8", "surrogateescape")
        *whole, part = text.split(end)
        if len(part) > LONGEST_LINE:
            raise OSFailure("ENOMEM")
        run.memory["part"] = part
        run.memory["lines"] += tuple(line + end for line in whole)

    def closed(self, process: Process, run: Run) -> None:
        if run.memory["part"]:
            last = run.at == len(run.paths) - 1 or run.settings["apart"]
            run.memory["lines"] += (run.memory["part"] + ("" if last else _newline(run)),)
            run.memory["part"] = ""
        run.memory["ended"] = run.settings["apart"]

    def is_busy(self, process: Process, run: Run) -> bool:
        """Carry the script on with the lines there are; whether it has more to do with them."""
        settings, memory = run.settings, run.memory
        known = script(settings["text"], extended=settings["extended"])
        quiet = "n" in settings or settings["text"].startswith("#n\n")
        machine = Machine(process, known, memory, quiet=quiet, end=_newline(run))
        machine.path = run.path if run.at < len(run.paths) else run.paths[-1]
        done = machine.run(over=memory["ended"] or run.at == len(run.paths))
        made = "".join(machine.output)
        run.memory = {**memory, **machine.packed()}
        if settings["in_place"]:
            run.memory["made"] = (*memory["made"], made)
        else:
            process.write(1, made)
        if not done:
            return True
        if memory["ended"] or machine.code is not None:
            self._end_file(process, run, run.paths[run.at - 1] if memory["ended"] else run.path)
        run.stopped = machine.code is not None
        run.code = machine.code or run.code
        return False

    def _end_file(self, process: Process, run: Run, path: str) -> None:
        """With -i or -s each file is an input of its own."""
        if run.settings["in_place"] and path != "-":
            if run.settings.get("I"):
                process.files.write(path + run.settings["I"], process.files.read(path))
            process.files.write(path, "".join(run.memory["made"]).encode("utf-8", "surrogateescape"))
        run.memory |= {"ended": False, "number": 0, "made": (), "owed": False}


def _newline(run: Run) -> str:
    return "\0" if "z" in run.settings else "\n"

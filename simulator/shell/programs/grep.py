"""grep: lines that match. Upstream: grep(1)"""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import join
from typing import Any

import re2

from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import program
from simulator.shell import regular
from simulator.shell.patterns import matches
from simulator.shell.programs import busybox
from simulator.shell.programs.base import Run, Stream, Usage, options, whole
from simulator.shell.programs.expressions import translated

SEARCH_COST = 4
"""What it costs to search a line."""
LONG = {
    "extended-regexp": "E", "fixed-strings": "F", "basic-regexp": "G", "perl-regexp": "P", "ignore-case": "i",
    "invert-match": "v", "word-regexp": "w", "line-regexp": "x", "count": "c", "only-matching": "o", "quiet": "q",
    "silent": "q", "line-number": "n", "with-filename": "H", "no-filename": "h", "recursive": "r",
    "files-with-matches": "l",
    "files-without-match": "L", "after-context=": "A", "before-context=": "B", "context=": "C", "max-count=": "m",
    "regexp=": "e", "file=": "f", "color": "color", "color=": "color", "colour=": "color", "no-messages": "s",
    "text": "a",
    "line-buffered": "buffered", "include=": "include", "exclude=": "exclude", "exclude-dir=": "folder",
}  # fmt: skip


@program("grep", "egrep", "fgrep")
class Grep(Stream):
    failure = 2

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        patterns, argv = _patterns(process)
        given, process.argv = process.argv, argv
        flags, words = options(process, "EFGPivwxcoqnHhrRlLA:B:C:m:sabzIU", LONG, code=2)
        process.argv = given
        if process.name in ("egrep", "fgrep"):
            flags["E" if process.name == "egrep" else "F"] = True
        if "f" in flags:
            patterns += process.files.text(flags["f"]).splitlines()
        if not patterns:
            if not words:
                process.error("Usage: grep [OPTION]... PATTERNS [FILE]...")
                raise Usage("no pattern was given", 2)
            patterns = words.pop(0).split("\n")
        source = _source(flags, patterns)
        self.expression(source)
        recursive = "r" in flags or "R" in flags
        paths = self._all(process, flags, words or ["."]) if recursive else words
        shown = "h" not in flags and ("H" in flags or recursive or len(words) > 1)
        context = {
            letter: whole(flags.get(letter, flags.get("C", "0")), "invalid context length argument", 2)
            for letter in "AB"
        }
        colour = (
            flags.get("color") is True
            or flags.get("color") == "always"
            or (flags.get("color") == "auto" and process.is_terminal(1))
        )
        most = whole(flags["m"], "invalid max count", 2) if "m" in flags else 1 << 60
        return {**flags, **context, "source": source, "shown": shown, "most": most, "colour": colour}, paths

    def expression(self, source: str) -> Any:
        try:
            return regular.compiled(source)
        except re2.error as mistake:
            raise Usage(f"this regular expression is not understood: {mistake}", 2) from None

    def _all(self, process: Process, flags: Mapping[str, Any], paths: list[str]) -> list[str]:
        found = []
        for path in paths:
            node = process.files.find(path)
            if node is not None and node["kind"] == "directory":
                for name in process.files.names(path):
                    if name != flags.get("folder"):
                        found += self._all(process, flags, [join(path, name) if path != "." else name])
            elif (node is None or node["kind"] == "file") and matches(
                flags.get("include", "*"), path.rsplit("/", 1)[-1]
            ):
                found.append(path)
        return found

    def memory(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"any": False}

    def refusal(self, process: Process, run: Run, descriptor: int) -> str:
        silent = any(letter in run.settings for letter in "clLq") or run.settings["most"] <= 1
        if silent or not process.is_own_output(descriptor) or busybox.speaks(process):
            return ""
        return f"{'(standard input)' if run.path == '-' else run.path}: input file is also the output"

    def opened(self, process: Process, run: Run) -> None:
        run.memory |= {"line": 0, "count": 0, "before": (), "after": 0, "last": 0, "over": False}

    def complain(self, process: Process, run: Run, failure: OSFailure) -> None:
        run.code = 2
        if "s" not in run.settings:
            process.error(f"grep: {run.path}: {failure.words}")

    def take(self, process: Process, run: Run, data: bytes) -> None:
        settings, memory = run.settings, run.memory
        expression = self.expression(settings["source"])
        process.spend(SEARCH_COST * data.count(b"\n"))
        text = data.decode("utf-8", "surrogateescape")
        for line in text.removesuffix("\n").split("\n"):
            memory["line"] += 1
            if memory["over"] and not memory["after"]:
                continue
            found = expression.search(line.encode("utf-8", "replace").decode()) is not None
            if found != ("v" in settings) and not memory["over"]:
                self._matched(process, run, expression, line)
                if run.stopped:
                    return
            elif memory["after"]:
                memory["after"] -= 1
                self._show(process, run, line, "-")
            elif settings["B"]:
                memory["before"] = (*memory["before"], (memory["line"], line))[-settings["B"] :]

    def _matched(self, process: Process, run: Run, expression: Any, line: str) -> None:
        settings, memory = run.settings, run.memory
        memory["any"] = True
        memory["count"] += 1
        if "q" in settings:
            run.stopped = True
            return
        memory["over"] = memory["count"] >= settings["most"] or "l" in settings or "L" in settings
        if any(letter in settings for letter in "clL"):
            return
        if settings["A"] or settings["B"]:
            first = memory["before"][0][0] if memory["before"] else memory["line"]
            if memory["last"] and first > memory["last"] + 1:
                process.print("--")
        for number, before in memory["before"]:
            self._show(process, run, before, "-", number)
        memory["before"] = ()
        memory["after"] = settings["A"]
        if "o" in settings:
            for found in expression.finditer(line):
                if found.group(0):
                    self._show(process, run, _red(found.group(0)) if settings["colour"] else found.group(0), ":")
            return
        if settings["colour"] and "v" not in settings:
            line = expression.sub(lambda found: _red(found.group(0)) if found.group(0) else "", line)
        self._show(process, run, line, ":")

    def _show(self, process: Process, run: Run, line: str, mark: str, number: int | None = None) -> None:
        number = run.memory["line"] if number is None else number
        run.memory["last"] = number
        name = "(standard input)" if run.path == "-" else run.path
        prefix = (name + mark if run.settings["shown"] else "") + (f"{number}{mark}" if "n" in run.settings else "")
        process.print(prefix + line)

    def closed(self, process: Process, run: Run) -> None:
        settings, count = run.settings, run.memory["count"]
        name = "(standard input)" if run.path == "-" else run.path
        if "q" in settings:
            return
        if ("l" in settings and count) or ("L" in settings and not count):
            process.print(name)
        elif "c" in settings and "l" not in settings and "L" not in settings:
            process.print(f"{name}:{count}" if settings["shown"] else str(count))

    def end(self, process: Process, run: Run) -> int:
        if "q" in run.settings and run.memory["any"]:
            return 0
        return run.code or int(not run.memory["any"])


def _red(text: str) -> str:
    return f"\x1b[01;31m{text}\x1b[m"


def _patterns(process: Process) -> tuple[list[str], tuple[str, ...]]:
    """Every `-e PATTERN`, and the command line without them and with `-3` written as `-C3`."""
    words, patterns = [process.argv[0]], []
    left = list(process.argv[1:])
    while left:
        word = left.pop(0)
        if word == "--":
            words += [word, *left]
            break
        if word == "-e" and left:
            patterns += left.pop(0).split("\n")
        elif word.startswith("--regexp="):
            patterns += word[9:].split("\n")
        elif word.startswith("-e") and len(word) > 2:
            patterns += word[2:].split("\n")
        elif (
            word.startswith("-")
            and not word.startswith("--")
            and word.endswith("e")
            and len(word) > 2
            and word[1:-1].isalpha()
            and left
        ):
            words.append(word[:-1])
            patterns += left.pop(0).split("\n")
        elif word in ("-f",) and left:
            words.append(f"--file={left.pop(0)}")
        else:
            words.append("-C" + word[1:] if word[:1] == "-" and word[1:].isdecimal() else word)
    return patterns, tuple(words)


def _source(flags: Mapping[str, Any], patterns: list[str]) -> str:
    made = []
    for pattern in patterns:
        if "F" in flags:
            source = re2.escape(pattern)
        elif "P" in flags:
            source = pattern
        else:
            source = translated(pattern, extended="E" in flags)
        if "w" in flags:
            source = rf"\b(?:{source})\b"
        made.append(f"^(?:{source})$" if "x" in flags else f"(?:{source})" if len(patterns) > 1 else source)
    return ("(?i)" if "i" in flags else "") + "|".join(made)

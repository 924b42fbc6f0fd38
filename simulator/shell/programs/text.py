"""Programs that pass text through: cat, tac, rev, head, tail, wc, tee, yes. Upstream: coreutils(1)"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.kernel.clock import SECOND
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program
from simulator.runtime.width import width
from simulator.shell.programs import busybox
from simulator.shell.programs.base import LINE_COST, LONGEST_LINE, Run, Stream, Whole, lines, options, pieces, whole
from simulator.shell.programs.busybox import unread

CONTINUING = bytes(range(0x80, 0xC0))
"""Bytes of UTF-8 that continue a character."""


@program("cat")
class Cat(Stream):
    by_lines = False

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        flags, paths = options(
            process, "nbsAETvetu", {"number": "n", "show-all": "A", "squeeze-blank": "s", "number-nonblank": "b"}
        )
        return flags, paths

    def memory(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"line": 0, "open": False, "blank": False}

    def refusal(self, process: Process, run: Run, descriptor: int) -> str:
        if process.is_own_output(descriptor) and not busybox.speaks(process):
            return f"{run.path}: input file is output file"
        return ""

    def take(self, process: Process, run: Run, data: bytes) -> None:
        if not run.settings:
            process.stdout.write(data)
            return
        made = []
        for line in data.splitlines(keepends=True):
            made.append(self._line(run, line))
        process.spend(LINE_COST * len(made))
        process.stdout.write(b"".join(made))

    def _line(self, run: Run, line: bytes) -> bytes:
        flags, memory = run.settings, run.memory
        begins = not memory["open"]
        memory["open"] = not line.endswith(b"\n")
        if "s" in flags and line == b"\n" and memory["blank"] and begins:
            return b""
        memory["blank"] = line == b"\n"
        prefix = b""
        if begins and ("n" in flags or "b" in flags) and not ("b" in flags and line == b"\n"):
            memory["line"] += 1
            prefix = b"%6d\t" % memory["line"]
        if set(flags) & set("ATt"):
            line = line.replace(b"\t", b"^I")
        if set(flags) & set("AEe") and line.endswith(b"\n"):
            line = line[:-1] + b"$\n"
        return prefix + line


@program("tac")
class Tac(Whole):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        return options(process, "")

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        for _, content in inputs:
            for piece in reversed(list(pieces(content))):
                found = piece.splitlines(keepends=True)
                process.write(1, b"".join(line + b"\n" * (not line.endswith(b"\n")) for line in reversed(found)))
        return 0


@program("rev")
class Rev(Stream):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        return options(process, "")

    def take(self, process: Process, run: Run, data: bytes) -> None:
        process.write(1, "".join(line[::-1] + "\n" for line in lines(data)))


def _count(process: Process, long: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """`head` and `tail` options; `-5` is `-n 5`."""
    argv = process.argv
    old_style = len(argv) > 1 and argv[1][:1] == "-" and argv[1][1:].isdecimal()
    process.argv = (argv[0], "-n" + argv[1][1:], *argv[2:]) if old_style else argv
    flags, paths = options(process, "n:c:qvfFzs:", long)
    process.argv = argv
    unit = "c" if "c" in flags else "n"
    text = flags.get(unit, "10")
    sign = text[0] if text[:1] in ("+", "-") else ""
    count = whole(text.lstrip("+-"), f"invalid number of {'bytes' if unit == 'c' else 'lines'}")
    return {**flags, "unit": unit, "sign": sign, "count": count, "many": len(paths) > 1}, paths


LONG = {"lines=": "n", "bytes=": "c", "quiet": "q", "verbose": "v", "follow": "f", "retry": "F", "sleep-interval=": "s"}


class Headed(Stream):
    """Shows `==> name <==` before each of several files."""

    def opened(self, process: Process, run: Run) -> None:
        run.memory["left"] = run.settings["count"]
        run.memory["tail"] = b""
        if ("v" in run.settings or run.settings["many"]) and "q" not in run.settings:
            name = "standard input" if run.path == "-" else run.path
            process.print(f"{chr(10) if run.memory.get('shown') else ''}==> {name} <==")
            run.memory["shown"] = True

    def complain(self, process: Process, run: Run, failure: OSFailure) -> None:
        run.code = unread(process, run.path, failure, gnu="cannot open '{path}' for reading")


@program("head")
class Head(Headed):
    by_lines = False

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        return _count(process, LONG)

    def take(self, process: Process, run: Run, data: bytes) -> None:
        if run.settings["sign"] == "-":
            self._all_but_last(process, run, data)
            return
        end = self._end(run, data)
        process.write(1, data[:end])
        if run.memory["left"]:
            return
        if run.descriptor == 0:
            process.unread(0, data[end:])
        if run.at == len(run.paths) - 1:
            run.stopped = True
        else:
            run.skipping = True

    def _end(self, run: Run, data: bytes) -> int:
        """How much of the data is still wanted; `left` counts down the lines or bytes."""
        if run.settings["unit"] == "c":
            end = min(len(data), int(run.memory["left"]))
            run.memory["left"] -= end
            return end
        end = 0
        while run.memory["left"]:
            newline = data.find(b"\n", end)
            if newline < 0:
                return len(data)
            end = newline + 1
            run.memory["left"] -= 1
        return end

    def _all_but_last(self, process: Process, run: Run, data: bytes) -> None:
        held, keep = run.memory["tail"] + data, run.settings["count"]
        if run.settings["unit"] == "c":
            cut = max(len(held) - keep, 0)
        else:
            units = held.splitlines(keepends=True)
            cut = len(b"".join(units[: max(len(units) - keep, 0)]))
        process.write(1, held[:cut])
        run.memory["tail"] = held[cut:]


MISSING = -1
"""The size of a file that `tail -F` waits for."""


def appeared(process: Process, path: str) -> str:
    if busybox.speaks(process):
        return f"tail: {path} has appeared; following end of new file"
    return f"tail: '{path}' has appeared;  following new file"


@program("tail")
class Tail(Headed):
    by_lines = False

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        settings, paths = _count(process, LONG)
        if "F" in settings:
            settings["f"] = True
        return settings, paths

    def take(self, process: Process, run: Run, data: bytes) -> None:
        if run.memory.get("following"):
            process.write(1, data)
            return
        held = run.memory["tail"] + data
        if run.settings["sign"] != "+":
            held = self._last(run, held)
        run.memory["tail"] = held

    def _last(self, run: Run, held: bytes) -> bytes:
        count = run.settings["count"]
        if run.settings["unit"] == "c":
            return held[-count:] if count else b""
        if held.count(b"\n") <= count:
            return held
        return b"".join(held.splitlines(keepends=True)[-count:]) if count else b""

    def closed(self, process: Process, run: Run) -> None:
        if run.memory.get("following"):
            return
        held, count = run.memory["tail"], run.settings["count"]
        if run.settings["sign"] == "+":
            skip = max(count - 1, 0)
            held = held[skip:] if run.settings["unit"] == "c" else b"".join(held.splitlines(keepends=True)[skip:])
        process.write(1, held)

    def end(self, process: Process, run: Run) -> int:
        return run.code

    def more(self, process: Process) -> Outcome:
        if process.state["memory"].get("following"):
            return self.follow(process)
        outcome = super().more(process)
        if isinstance(outcome, Exit) and "f" in process.state["settings"]:
            retries = "F" in process.state["settings"]
            named = [path for path in process.state["paths"] if path != "-"]
            files = process.files
            paths = [each for each in named if (not files.is_directory(each) if files.exists(each) else retries)]
            if paths:
                sizes = tuple((path, self._size(process, path)) for path in paths)
                process.state = {**process.state, "memory": {"following": True, "sizes": sizes, "shown": paths[-1]}}
                return self._wait(process, paths)
            if named:
                process.error("tail: no files remaining" if not busybox.speaks(process) else "tail: no files")
        return outcome

    @staticmethod
    def _size(process: Process, path: str) -> int:
        if process.files.is_file(path):
            return len(process.files.read(path))
        return 0 if process.files.exists(path) else MISSING

    @staticmethod
    def _wait(process: Process, paths: list[str]) -> Wait:
        """Until the next look; of a device, such as /dev/null, there is never more to come."""
        may_grow = any(process.files.is_file(path) or not process.files.exists(path) for path in paths)
        return Wait("follow", until=process.now + SECOND if may_grow else None)

    def follow(self, process: Process) -> Outcome:
        """Once a second, show what has been appended."""
        memory = process.state["memory"]
        sizes, shown = [], memory["shown"]
        for path, known in memory["sizes"]:
            node = process.files.find(path)
            content = b"" if node is None else node.get("content", b"")
            if known == MISSING:
                if node is None:
                    sizes.append((path, MISSING))
                    continue
                process.error(appeared(process, path))
                known = 0
            if len(content) < known:
                if node is not None:
                    process.error(f"tail: {path}: file truncated")
                known = 0
            if len(content) > known:
                if shown != path:
                    process.print(f"\n==> {path} <==")
                    shown = path
                process.write(1, content[known:])
            sizes.append((path, len(content)))
        process.state = {**process.state, "memory": {"following": True, "sizes": tuple(sizes), "shown": shown}}
        return self._wait(process, [path for path, _ in sizes])


@program("wc")
class Wc(Stream):
    by_lines = False

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        flags, paths = options(
            process, "lwcmL", {"lines": "l", "words": "w", "bytes": "c", "chars": "m", "max-line-length": "L"}
        )
        return {
            "wanted": "".join(letter for letter in "lwmcL" if letter in flags) or "lwc",
            "given": bool(paths),
        }, paths

    def memory(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"rows": ()}

    def opened(self, process: Process, run: Run) -> None:
        run.memory |= {"counts": dict.fromkeys("lwmcL", 0), "word": False, "part": b""}

    def take(self, process: Process, run: Run, data: bytes) -> None:
        counts, words = run.memory["counts"], len(data.split())
        process.spend((words + data.count(b"\n")) // 10)
        joined = run.memory["word"] and not data[:1].isspace()
        run.memory["word"] = not data[-1:].isspace()
        run.memory["counts"] = {
            "l": counts["l"] + data.count(b"\n"), "w": counts["w"] + words - joined, "c": counts["c"] + len(data),
            "m": counts["m"] + len(data.translate(None, CONTINUING)),
            "L": max(counts["L"], self._widest(run, data) if "L" in run.settings["wanted"] else 0),
        }  # fmt: skip

    def _widest(self, run: Run, data: bytes) -> int:
        """The width of the longest line so far; what is behind the last newline goes on."""
        whole_lines, newline, part = (run.memory["part"] + data).rpartition(b"\n")
        if len(part) > LONGEST_LINE:
            raise OSFailure("ENOMEM")
        run.memory["part"] = part
        text = (whole_lines + newline + part).decode("utf-8", "replace")
        return max((width(line) for line in text.splitlines()), default=0)

    def closed(self, process: Process, run: Run) -> None:
        if run.descriptor is not None:
            row = [run.memory["counts"][letter] for letter in run.settings["wanted"]]
            run.memory["rows"] += ((tuple(row), run.path if run.settings["given"] else ""),)

    def end(self, process: Process, run: Run) -> int:
        rows = list(run.memory["rows"])
        if len(run.paths) > 1:
            rows.append((tuple(sum(column) for column in zip(*(row[0] for row in rows), strict=True)), "total"))
        wide = max((len(str(number)) for counts, _ in rows for number in counts), default=1)
        if len(run.settings["wanted"]) == 1 and len(rows) == 1:
            wide = 1
        elif not run.settings["given"]:
            wide = max(wide, 7)
        for counts, path in rows:
            process.print(" ".join(f"{number:>{wide}}" for number in counts) + (f" {path}" if path else ""))
        return run.code


@program("tee")
class Tee(Stream):
    by_lines = False

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        flags, paths = options(process, "aip", {"append": "a"})
        opened = []
        for path in paths:
            try:
                opened.append(process.open(path, "a" if "a" in flags else "w"))
            except OSFailure as failure:
                process.error(f"tee: {path}: {failure.words}")
        return {"opened": tuple(opened), "failed": len(opened) < len(paths)}, []

    def take(self, process: Process, run: Run, data: bytes) -> None:
        process.write(1, data)
        for descriptor in run.settings["opened"]:
            process.write(descriptor, data)

    def end(self, process: Process, run: Run) -> int:
        return int(run.settings["failed"])


@program("yes")
class Yes(Program):
    def start(self, process: Process) -> Outcome:
        line = " ".join(process.argv[1:]) or "y"
        process.write(1, (line + "\n") * max(8192 // (len(line) + 1), 1))
        return Wait("start", until=process.now)

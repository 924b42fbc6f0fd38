"""Programs that take lines apart and put them side by side: cut, paste, column, fold, nl. Upstream: coreutils(1)"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.runtime.process import Process
from simulator.runtime.programs import program
from simulator.runtime.width import width
from simulator.shell.programs.base import Run, Stream, Usage, Whole, lines, options, whole


def positions(text: str) -> list[tuple[int, int]]:
    """The ranges of `cut`'s lists, counted from 1; raises `Usage`."""
    found = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if not (first or last) or not (first + last).isdecimal():
            raise Usage(f"invalid field value ‘{text}’")
        found.append((int(first or 1), int(last) if last else (1 << 60 if dash else int(first))))
    return found


@program("cut")
class Cut(Stream):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        long = {"delimiter=": "d", "fields=": "f", "characters=": "c", "bytes=": "b", "only-delimited": "s",
                "output-delimiter=": "o", "complement": "x"}  # fmt: skip
        flags, paths = options(process, "d:f:c:b:s", long)
        chosen = next((letter for letter in "fcb" if letter in flags), None)
        if chosen is None:
            raise Usage("you must specify a list of bytes, characters, or fields")
        if len(flags.get("d", "\t")) != 1:
            raise Usage("the delimiter must be a single character")
        return {**flags, "by": chosen, "ranges": tuple(positions(flags[chosen]))}, paths

    def take(self, process: Process, run: Run, data: bytes) -> None:
        settings = run.settings
        delimiter = settings.get("d", "\t")
        joint = settings.get("o", delimiter if settings["by"] == "f" else "")
        made = []
        for line in lines(data):
            units = line.split(delimiter) if settings["by"] == "f" else list(line)
            if settings["by"] == "f" and len(units) == 1:
                if "s" not in settings:
                    made.append(line)
                continue
            wanted = [
                unit for number, unit in enumerate(units, 1)
                if any(low <= number <= high for low, high in settings["ranges"]) != ("x" in settings)
            ]  # fmt: skip
            made.append(joint.join(wanted))
        process.write(1, "".join(line + "\n" for line in made))


@program("paste")
class Paste(Whole):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        return options(process, "d:s", {"delimiters=": "d", "serial": "s"})

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        marks = settings.get("d", "\t").replace("\\n", "\n").replace("\\t", "\t") or ""
        columns = [lines(content) for _, content in inputs]
        dashes = [number for number, (path, _) in enumerate(inputs) if path == "-"]
        if len(dashes) > 1:  # they take turns at the one stdin
            shared = columns[dashes[0]]
            for turn, number in enumerate(dashes):
                columns[number] = shared[turn :: len(dashes)]
        rows = columns if "s" in settings else [
            [column[number] if number < len(column) else "" for column in columns]
            for number in range(max(map(len, columns), default=0))
        ]  # fmt: skip
        for row in rows:
            made = row[0] if row else ""
            for number, cell in enumerate(row[1:]):
                made += (marks[number % len(marks)] if marks else "") + cell
            process.print(made)
        return 0


@program("column")
class Column(Whole):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        return options(
            process, "ts:o:c:nN:", {"table": "t", "separator=": "s", "output-separator=": "o", "table-columns=": "N"}
        )

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        found = [line for _, content in inputs for line in lines(content) if line.strip()]
        if "t" not in settings:
            from simulator.shell.lineedit import in_columns

            process.write(1, in_columns(found, 80) if found else "")
            return 0
        rows = [line.split(settings.get("s")) for line in found]
        if "N" in settings:
            rows.insert(0, settings["N"].split(","))
        joint = settings.get("o", "  ")
        wide = [
            max(width(row[column]) for row in rows if column < len(row))
            for column in range(max(map(len, rows), default=0))
        ]
        for row in rows:
            process.print(
                joint.join(
                    cell + " " * (wide[number] - width(cell) if number < len(row) - 1 else 0)
                    for number, cell in enumerate(row)
                )
            )
        return 0


@program("fold")
class Fold(Stream):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        flags, paths = options(process, "w:sb", {"width=": "w", "spaces": "s"})
        return {**flags, "w": whole(flags.get("w", "80"), "invalid number of columns")}, paths

    def take(self, process: Process, run: Run, data: bytes) -> None:
        wide = max(run.settings["w"], 1)
        for line in lines(data):
            while len(line) > wide:
                cut = wide
                if "s" in run.settings and " " in line[:wide]:
                    cut = line[:wide].rindex(" ") + 1
                process.print(line[:cut])
                line = line[cut:]
            process.print(line)


@program("nl")
class Nl(Stream):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        return options(process, "b:w:s:v:n:")

    def memory(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"line": int(settings.get("v", "1")) - 1}

    def take(self, process: Process, run: Run, data: bytes) -> None:
        wide = int(run.settings.get("w", "6"))
        for line in lines(data):
            if line or run.settings.get("b") == "a":
                run.memory["line"] += 1
                process.print(f"{run.memory['line']:>{wide}}{run.settings.get('s', chr(9))}{line}")
            else:
                process.print(" " * wide + " " + line)

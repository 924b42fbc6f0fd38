"""Programs that pass text through: cat, head, tail, wc, cut, sort, uniq, tr and their like. Upstream: coreutils(1)"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cmp_to_key
from typing import Any

from simulator.kernel.clock import SECOND
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program
from simulator.runtime.width import width
from simulator.shell.lexer import escape
from simulator.shell.patterns import CLASSES
from simulator.shell.programs.base import Run, Stream, Usage, Whole, lines, options, whole
from simulator.shell.programs.busybox import unread


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

    def take(self, process: Process, run: Run, data: bytes) -> None:
        if not run.settings:
            process.stdout.write(data)
            return
        made = []
        for line in data.splitlines(keepends=True):
            made.append(self._line(run, line))
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
            process.write(
                1,
                b"".join(
                    line + b"\n" * (not line.endswith(b"\n")) for line in reversed(content.splitlines(keepends=True))
                ),
            )
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
            paths = [path for path in process.state["paths"] if path != "-" and process.files.is_file(path)]
            if paths:
                sizes = tuple((path, len(process.files.read(path))) for path in paths)
                process.state = {**process.state, "memory": {"following": True, "sizes": sizes, "shown": paths[-1]}}
                return Wait("follow", until=process.now + SECOND)
        return outcome

    def follow(self, process: Process) -> Outcome:
        """Once a second, show what has been appended."""
        memory = process.state["memory"]
        sizes, shown = [], memory["shown"]
        for path, known in memory["sizes"]:
            node = process.files.find(path)
            content = b"" if node is None else node.get("content", b"")
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
        return Wait("follow", until=process.now + SECOND)


@program("wc")
class Wc(Whole):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        flags, paths = options(
            process, "lwcmL", {"lines": "l", "words": "w", "bytes": "c", "chars": "m", "max-line-length": "L"}
        )
        return {
            "wanted": "".join(letter for letter in "lwmcL" if letter in flags) or "lwc",
            "given": bool(paths),
        }, paths

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        rows = []
        for path, content in inputs:
            text = content.decode("utf-8", "replace")
            known = {"l": content.count(b"\n"), "w": len(text.split()), "c": len(content), "m": len(text),
                     "L": max((width(line) for line in text.splitlines()), default=0)}  # fmt: skip
            rows.append(([known[letter] for letter in settings["wanted"]], path if settings["given"] else ""))
        if len(rows) > 1:
            rows.append(([sum(column) for column in zip(*(row[0] for row in rows), strict=True)], "total"))
        wide = max((len(str(number)) for counts, _ in rows for number in counts), default=1)
        if len(settings["wanted"]) == 1 and len(rows) == 1:
            wide = 1
        elif not settings["given"]:
            wide = max(wide, 7)
        for counts, path in rows:
            process.print(" ".join(f"{number:>{wide}}" for number in counts) + (f" {path}" if path else ""))
        return 0


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


@program("sort")
class Sort(Whole):
    failure = 2

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        keys: list[str] = []
        words = list(process.argv)
        for number, word in enumerate(words):
            if word == "-k" and number + 1 < len(words):
                keys.append(words[number + 1])
            elif word.startswith("-k"):
                keys.append(word[2:])
        long = {"numeric-sort": "n", "reverse": "r", "unique": "u", "key=": "k", "field-separator=": "t",
                "ignore-case": "f",
                "human-numeric-sort": "h", "version-sort": "V", "stable": "s", "output=": "o",
                "check": "c"}  # fmt: skip
        flags, paths = options(process, "nruk:t:fhVbso:cgM", long, code=2)
        return {**flags, "keys": tuple(keys or ([flags["k"]] if "k" in flags else []))}, paths

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        found = [line for _, content in inputs for line in lines(content)]
        keyed = [(self.key(settings, line), line) for line in found]
        process.spend(len(found))
        if "c" in settings:
            for number in range(1, len(keyed)):
                if keyed[number - 1][0] > keyed[number][0]:
                    process.error(f"sort: {inputs[0][0]}:{number + 1}: disorder: {keyed[number][1]}")
                    return 1
            return 0
        last_resort = "s" not in settings and "u" not in settings
        keyed.sort(key=lambda pair: (pair[0], pair[1]) if last_resort else (pair[0], ""), reverse="r" in settings)
        if "u" in settings:
            keyed = [pair for number, pair in enumerate(keyed) if not number or pair[0] != keyed[number - 1][0]]
        text = "".join(line + "\n" for _, line in keyed)
        if "o" in settings:
            process.files.write(settings["o"], text)
        else:
            process.write(1, text)
        return 0

    def key(self, settings: Mapping[str, Any], line: str) -> tuple[Any, ...]:
        if not settings["keys"]:
            return (self.value(settings, line, ""),)
        return tuple(self.value(settings, *self.part(settings, line, key)) for key in settings["keys"])

    def part(self, settings: Mapping[str, Any], line: str, key: str) -> tuple[str, str]:
        start, _, end = key.partition(",")
        letters = "".join(character for character in key if character.isalpha())
        fields = line.split(settings["t"]) if "t" in settings else line.split()
        first, _, offset = start.rstrip("nrfhVbgM").partition(".")
        last = end.rstrip("nrfhVbgM").partition(".")[0]
        chosen = fields[int(first or 1) - 1 : int(last) if last.isdecimal() else None]
        text = settings.get("t", " ").join(chosen)
        return text[int(offset) - 1 :] if offset.isdecimal() else text, letters

    def value(self, settings: Mapping[str, Any], text: str, letters: str) -> Any:
        kind = {*letters, *(settings if not letters.strip("r") else ())}
        if kind & {"n", "h", "g"}:
            value: Any = (_leading(text, human="h" in kind),)
        elif "V" in kind:
            value = tuple((part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in _runs(text))
        else:
            value = (text.upper() if "f" in kind else text.encode("utf-8", "surrogateescape"),)
        return _Reversed(value) if "r" in letters else value


@cmp_to_key
def _Reversed(one: Any, other: Any) -> int:  # noqa: N802 - used as the class of keys that sort the other way
    return int(one < other) - int(one > other)


def _runs(text: str) -> list[str]:
    runs: list[str] = []
    for character in text:
        if runs and runs[-1][-1].isdecimal() == character.isdecimal():
            runs[-1] += character
        else:
            runs.append(character)
    return runs


def _leading(text: str, *, human: bool) -> float:
    """The number that a text begins with; 0 without one."""
    text = text.strip()
    end = 0
    while end < len(text) and (text[end].isdecimal() or text[end] == "." or (end == 0 and text[end] == "-")):
        end += 1
    try:
        value = float(text[:end])
    except ValueError:
        return 0.0
    return value * 1024.0 ** (
        " KMGTP".find(text[end : end + 1].upper())
        if human and text[end : end + 1].upper() in "KMGTP" and text[end:]
        else 0
    )


@program("uniq")
class Uniq(Stream):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        flags, paths = options(
            process, "cdui f:s:w:".replace(" ", ""), {"count": "c", "repeated": "d", "unique": "u", "ignore-case": "i"}
        )
        return flags, paths[:1]

    def memory(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"line": None, "count": 0}

    def take(self, process: Process, run: Run, data: bytes) -> None:
        for line in lines(data):
            known = run.memory["line"]
            if known is not None and self._key(run, line) == self._key(run, known):
                run.memory["count"] += 1
                continue
            self._show(process, run)
            run.memory["line"], run.memory["count"] = line, 1

    def _key(self, run: Run, line: str) -> str:
        line = " ".join(line.split()[int(run.settings["f"]) :]) if "f" in run.settings else line
        return line.lower() if "i" in run.settings else line

    def _show(self, process: Process, run: Run) -> None:
        line, count = run.memory["line"], run.memory["count"]
        if line is None or ("d" in run.settings and count < 2) or ("u" in run.settings and count > 1):
            return
        process.print(f"{count:>7} {line}" if "c" in run.settings else line)

    def end(self, process: Process, run: Run) -> int:
        self._show(process, run)
        return run.code


def characters(text: str) -> list[str]:
    """The characters that an operand of `tr` means, in order."""
    found: list[str] = []
    position = 0
    while position < len(text):
        if (
            text.startswith("[:", position)
            and (end := text.find(":]", position)) > 0
            and text[position + 2 : end] in CLASSES
        ):
            name = text[position + 2 : end]
            found += [chr(code) for code in range(128) if _in_class(chr(code), name)]
            position = end + 2
            continue
        if text[position] == "\\":
            character, position = escape(text, position)
            character = character[-1]
        else:
            character, position = text[position], position + 1
        if text[position : position + 1] == "-" and position + 1 < len(text):
            last, position = text[position + 1], position + 2
            found += [chr(code) for code in range(ord(character), ord(last) + 1)]
        else:
            found.append(character)
    return found


def _in_class(character: str, name: str) -> bool:
    import re2

    return re2.match(f"^[{CLASSES[name]}]$", character) is not None or (
        character == "\n" and name in ("space", "cntrl")
    )


@program("tr")
class Tr(Stream):
    by_lines = False

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        flags, words = options(process, "dscCt", {"delete": "d", "squeeze-repeats": "s", "complement": "c"}, stop=True)
        if not words or (len(words) < 2 and not ("d" in flags or "s" in flags)):
            raise Usage("missing operand" + (f" after ‘{words[0]}’" if words else ""))
        first = characters(words[0])
        second = characters(words[1]) if len(words) > 1 else []
        complement = "c" in flags or "C" in flags
        table = {}
        if second and "d" not in flags and not complement:
            padded = second + [second[-1]] * (len(first) - len(second))
            table = dict(zip(first, padded, strict=False))
        return {
            **flags,
            "first": "".join(first),
            "second": "".join(second),
            "table": table,
            "complement": complement,
        }, []

    def memory(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"last": "", "half": b""}

    def take(self, process: Process, run: Run, data: bytes) -> None:
        settings = run.settings
        text = data.decode("utf-8", "surrogateescape")
        first, second = set(settings["first"]), set(settings["second"])
        complement = settings["complement"]
        made = []
        last = run.memory["last"]
        squeezed = second or (first if not complement else None)
        for character in text:
            member = (character in first) != complement
            if member and "d" in settings:
                continue
            if member and settings["second"] and "d" not in settings:
                character = settings["second"][-1] if complement else settings["table"][character]
            if (
                "s" in settings
                and character == last
                and ((squeezed is None and member) or (squeezed is not None and character in squeezed))
            ):
                continue
            made.append(character)
            last = character
        run.memory["last"] = last
        process.write(1, "".join(made))


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


@program("comm", "join")
class Comm(Whole):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        if process.name == "join":
            raise Usage("join is not simulated; awk can do it")
        flags, paths = options(process, "123")
        if len(paths) != 2:
            raise Usage("missing operand")
        return flags, paths

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        one, two = (lines(content) for _, content in inputs)
        indents = {
            column: "\t" * sum(str(before) not in settings for before in range(1, column)) for column in (1, 2, 3)
        }
        left, right = 0, 0
        while left < len(one) or right < len(two):
            if right == len(two) or (left < len(one) and one[left] < two[right]):
                column, line, left = 1, one[left], left + 1
            elif left == len(one) or one[left] > two[right]:
                column, line, right = 2, two[right], right + 1
            else:
                column, line, left, right = 3, one[left], left + 1, right + 1
            if str(column) not in settings:
                process.print(indents[column] + line)
        return 0


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


@program("envsubst")
class Envsubst(Stream):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        _, words = options(process, "v", {"variables": "v"})
        return {"names": words[0] if words else None}, []

    def take(self, process: Process, run: Run, data: bytes) -> None:
        import re2

        names = run.settings["names"]

        def value(found: Any) -> str:
            name = found.group(1) or found.group(2)
            if names is not None and f"${name}" not in names and f"${{{name}}}" not in names:
                return str(found.group(0))
            return process.env.get(name, "")

        text = data.decode("utf-8", "surrogateescape")
        process.write(1, re2.sub(r"\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})", value, text))

"""expr, test, base64, checksums, dumps and diff. Upstream: coreutils(1), diff(1)"""

from __future__ import annotations

import base64 as encoding
import hashlib
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from simulator.kernel.clock import SECOND
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import command, program
from simulator.shell.programs.base import Usage, Whole, options, whole
from simulator.shell.programs.expressions import compiled


@command("test", "[")
def test(process: Process) -> int:
    from simulator.shell.builtins.questions import Question
    from simulator.shell.conditions import about_file

    class Asked:
        """What a question needs of a shell."""

        def __init__(self) -> None:
            self.process = process

        def ask(self, operator: str, text: str) -> bool:
            if operator in ("-z", "-n"):
                return (text == "") == (operator == "-z")
            if operator == "-t":
                return text.isdecimal() and process.is_terminal(int(text))
            return about_file(operator, text, process.files)

    words = list(process.argv[1:])
    if process.name == "[":
        if words[-1:] != ["]"]:
            return process.fail("missing `]'", 2)
        words.pop()
    try:
        return int(not Question(Asked(), words).answer())  # type: ignore[arg-type]
    except ValueError as mistake:
        return process.fail(str(mistake), 2)


@command("expr")
def expr(process: Process) -> int:
    try:
        reader = _Expression(list(process.argv[1:]))
        value = reader.value(0)
        if reader.words:
            raise Usage(f"syntax error: unexpected argument ‘{reader.words[0]}’", 2)
    except Usage as usage:
        return process.fail(str(usage), usage.code)
    process.print(value)
    return int(value in ("", "0"))


class _Expression:
    LEVELS = (("|",), ("&",), ("<", "<=", "=", "==", "!=", ">=", ">"), ("+", "-"), ("*", "/", "%"), (":",))

    def __init__(self, words: list[str]) -> None:
        self.words = words

    def take(self) -> str:
        if not self.words:
            raise Usage("syntax error: missing argument", 2)
        return self.words.pop(0)

    def value(self, level: int) -> str:
        if level == len(self.LEVELS):
            return self.primary()
        left = self.value(level + 1)
        while self.words and self.words[0] in self.LEVELS[level]:
            left = self.apply(self.words.pop(0), left, self.value(level + 1))
        return left

    def primary(self) -> str:
        word = self.take()
        if word == "(":
            value = self.value(0)
            if self.take() != ")":
                raise Usage("syntax error: expecting ‘)’", 2)
            return value
        if word == "length":
            return str(len(self.take()))
        if word == "substr":
            text, start, count = self.primary(), int(self.take()), int(self.take())
            return text[max(start - 1, 0) : start - 1 + count]
        if word == "index":
            text, letters = self.take(), self.take()
            return str(min((text.index(letter) + 1 for letter in letters if letter in text), default=0))
        return self.apply(":", self.take(), self.take()) if word == "match" else word

    def apply(self, operator: str, left: str, right: str) -> str:
        if operator == "|":
            return left if left not in ("", "0") else right
        if operator == "&":
            return left if left not in ("", "0") and right not in ("", "0") else "0"
        if operator == ":":
            found = compiled("^" + right, extended=False).search(left)
            if found is not None and found.groups():
                return found.group(1) or ""
            return str(0 if found is None else found.end())
        numbers = left.lstrip("-").isdecimal() and right.lstrip("-").isdecimal()
        if operator in ("+", "-", "*", "/", "%"):
            if not numbers:
                raise Usage("non-integer argument", 2)
            return self.calculate(operator, int(left), int(right))
        one: Any = int(left) if numbers else left
        other: Any = int(right) if numbers else right
        return str(int({"<": one < other, "<=": one <= other, "=": one == other, "==": one == other, "!=": one != other,
                        ">=": one >= other, ">": one > other}[operator]))  # fmt: skip

    def calculate(self, operator: str, left: int, right: int) -> str:
        if operator in "/%" and not right:
            raise Usage("division by zero", 2)
        if operator in "/%":
            quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
            return str(quotient if operator == "/" else left - quotient * right)
        return str(left + right if operator == "+" else left - right if operator == "-" else left * right)


@program("base64")
class Base64(Whole):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        flags, paths = options(process, "dDw:i", {"decode": "d", "wrap=": "w", "ignore-garbage": "i"})
        return {**flags, "w": whole(flags.get("w", "76"), "invalid wrap size")}, paths

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        content = b"".join(data for _, data in inputs)
        if "d" in settings or "D" in settings:
            packed = b"".join(content.split())
            try:
                process.write(1, encoding.b64decode(packed, validate=True))
            except ValueError:
                usable = packed[: len(packed) // 4 * 4]
                try:
                    process.write(1, encoding.b64decode(usable, validate=True))
                except ValueError:
                    usable = b""
                return process.fail("invalid input")
            return 0
        encoded, wide = encoding.b64encode(content), settings["w"]
        rows = [encoded[at : at + wide] for at in range(0, len(encoded), wide)] if wide else [encoded]
        process.write(1, b"\n".join(rows) + (b"\n" if wide and encoded else b""))
        return 0


@program("md5sum", "sha1sum", "sha256sum", "sha512sum", "cksum")
class Checksum(Whole):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        return options(process, "cbt", {"check": "c"})

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        name = process.program.removesuffix("sum")
        if name == "ck":
            return process.fail("cksum is not simulated; use sha256sum")
        if "c" in settings:
            return self.check(process, name, inputs)
        for path, content in inputs:
            process.print(f"{_digest(name, content)}  {path}")
        return 0

    def check(self, process: Process, name: str, inputs: list[tuple[str, bytes]]) -> int:
        failed = 0
        for _, content in inputs:
            for line in content.decode("utf-8", "replace").splitlines():
                digest, _, path = line.partition("  ")
                node = process.files.find(path)
                fine = node is not None and _digest(name, node.get("content", b"")) == digest
                failed += not fine
                process.print(f"{path}: {'OK' if fine else 'FAILED'}")
        if failed:
            process.error(f"{process.name}: WARNING: {failed} computed checksum{'s' * (failed > 1)} did NOT match")
        return int(failed > 0)


def _digest(name: str, content: bytes) -> str:
    return hashlib.new(name, content, usedforsecurity=False).hexdigest()


@program("xxd", "od", "hexdump", "strings")
class Dump(Whole):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        return options(process, "cxbprA:t:n:N:Cva", {"length=": "N"})

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        content = b"".join(data for _, data in inputs)
        if "N" in settings:
            content = content[: int(settings["N"])]
        return int(getattr(self, process.program)(process, settings, content) or 0)

    def xxd(self, process: Process, settings: Mapping[str, Any], content: bytes) -> None:
        if "r" in settings:
            process.write(1, bytes.fromhex("".join(content.decode("ascii", "ignore").split())))
        elif "p" in settings:
            process.print(content.hex())
        else:
            for at in range(0, len(content), 16):
                row = content[at : at + 16]
                pairs = " ".join(row[place : place + 2].hex() for place in range(0, len(row), 2))
                process.print(f"{at:08x}: {pairs:<39}  {_printable(row)}")

    def hexdump(self, process: Process, settings: Mapping[str, Any], content: bytes) -> None:
        for at in range(0, len(content), 16):
            row = content[at : at + 16]
            left, right = row[:8].hex(" "), row[8:].hex(" ")
            process.print(f"{at:08x}  {left:<23}  {right:<23}  |{_printable(row)}|")
        process.print(f"{len(content):08x}")

    def od(self, process: Process, settings: Mapping[str, Any], content: bytes) -> None:
        letters = {0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"}
        form = "c" if "c" in settings else settings.get("t", "o2")
        for at in range(0, len(content), 16):
            row = content[at : at + 16]
            if form[0] == "c":
                cells = "".join(
                    f"{letters.get(byte) or (chr(byte) if 32 <= byte < 127 else f'{byte:03o}'):>4}" for byte in row
                )
            elif form[0] == "x":
                cells = "".join(f" {byte:02x}" for byte in row)
            else:
                cells = "".join(
                    f" {int.from_bytes(row[place : place + 2], 'little'):06o}" for place in range(0, len(row), 2)
                )
            process.print(("" if settings.get("A") == "n" else f"{at:07o}") + cells)
        if settings.get("A") != "n":
            process.print(f"{len(content):07o}")

    def strings(self, process: Process, settings: Mapping[str, Any], content: bytes) -> None:
        shortest, run = int(settings.get("n", "4")), ""
        for byte in [*content, 0]:
            if 32 <= byte < 127 or byte == 9:
                run += chr(byte)
                continue
            if len(run) >= shortest:
                process.print(run)
            run = ""


def _printable(row: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)


@command("dd")
def dd(process: Process) -> int:
    known = dict(word.partition("=")[::2] for word in process.argv[1:])
    if "if" not in known or "of" not in known:
        return process.fail("dd works between files here: give if= and of=")
    try:
        block = whole(known.get("bs", "512"), "invalid number")
        count = whole(known["count"], "invalid number") if "count" in known else None
        wanted = block * count if count is not None else 16 << 20
        node = process.files.find(known["of"])
        if known["if"] == "/dev/zero" and (node is None or node["kind"] == "file"):
            return zeros(process, known["of"], block, wanted if count is not None else 1 << 50)
        if wanted > 16 << 20:
            raise OSFailure("EFBIG", known["of"])
        content = process.read(process.open(known["if"]), wanted) or b""
        process.write(process.open(known["of"], "w"), content)
    except Usage as usage:
        return process.fail(str(usage))
    report(process, len(content), block)
    return 0


def zeros(process: Process, path: str, block: int, wanted: int) -> int:
    """Fill a file with zeros, or the disk."""
    files = process.files
    files.write(path, b"")
    place = files.resolve(path)
    volume = files.volume_of(place)
    room = process.machines.volumes.capacity(volume) - process.machines.volumes.occupied(volume)
    files.reserve(path, min(wanted, room))
    if wanted > room:
        process.error(f"dd: error writing '{path}': No space left on device")
    report(process, min(wanted, room), block)
    return int(wanted > room)


def report(process: Process, size: int, block: int) -> None:
    records = f"{size // block}+{int(size % block > 0)}"
    process.error(f"{records} records in\n{records} records out\n{size} bytes copied")


@program("diff", "cmp")
class Diff(Whole):
    failure = 2

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        flags, paths = options(process, "uqsrNwbBiU:c", {"unified": "u", "unified=": "U", "brief": "q",
                                                         "recursive": "r", "new-file": "N",
                                                       "ignore-all-space": "w", "color": "color", "color=": "color"},
                                                       code=2)  # fmt: skip
        if len(paths) != 2:
            raise Usage(f"missing operand after '{process.argv[-1]}'", 2)
        files = process.files
        if "r" in flags and all(files.is_directory(path) for path in paths):
            return {**flags, "folders": tuple(paths)}, ["/dev/null", "/dev/null"]
        pair = [
            f"{path}/{other.rsplit('/', 1)[-1]}" if files.is_directory(path) else path
            for path, other in (paths, paths[::-1])
        ]
        if "N" in flags:
            pair = [path if path == "-" or files.exists(path) else "/dev/null" for path in pair]
        return {**flags, "named": tuple(pair)}, pair

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        if "folders" in settings:
            return self.folders(process, settings, *settings["folders"])
        if len(inputs) < 2:
            return 2
        return self.compare(process, settings, inputs[0], inputs[1])

    def folders(self, process: Process, settings: Mapping[str, Any], one: str, other: str) -> int:
        files, code = process.files, 0
        for name in sorted({*files.names(one), *files.names(other)}):
            left, right = f"{one}/{name}", f"{other}/{name}"
            if not files.exists(left) or not files.exists(right):
                process.print(f"Only in {other if files.exists(right) else one}: {name}")
                code = 1
            elif files.is_directory(left) and files.is_directory(right):
                code = max(code, self.folders(process, settings, left, right))
            else:
                code = max(code, self.compare(process, settings, (left, files.read(left)), (right, files.read(right))))
        return code

    def compare(
        self, process: Process, settings: Mapping[str, Any], one: tuple[str, bytes], other: tuple[str, bytes]
    ) -> int:
        if one[1] == other[1]:
            return 0
        if process.program == "cmp":
            at = next(
                (place for place, (a, b) in enumerate(zip(one[1], other[1], strict=False)) if a != b),
                min(len(one[1]), len(other[1])),
            )
            process.print(f"{one[0]} {other[0]} differ: byte {at + 1}, line {one[1][:at].count(10) + 1}")
            return 1
        if "q" in settings:
            process.print(f"Files {one[0]} and {other[0]} differ")
            return 1
        left, right = _lines(one[1]), _lines(other[1])
        process.spend(len(left) + len(right))
        if "w" in settings or "b" in settings or "i" in settings:
            keys = [[_key(line, settings) for line in side] for side in (left, right)]
        else:
            keys = [left, right]
        matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
        if matcher.ratio() == 1.0:
            return 0
        if "u" in settings or "U" in settings:
            around = int(settings.get("U", "3"))
            stamps = [_stamp(process, path) for path in (one[0], other[0])]
            process.print(f"--- {one[0]}{stamps[0]}\n+++ {other[0]}{stamps[1]}")
            for group in matcher.get_grouped_opcodes(around):
                _unified(process, left, right, group)
        else:
            _normal(process, left, right, matcher)
        return 1


def _lines(content: bytes) -> list[str]:
    text = content.decode("utf-8", "surrogateescape")
    made = text.split("\n")
    if made[-1] == "":
        return made[:-1]
    return [*made[:-1], made[-1] + "\n\\ No newline at end of file"]


def _key(line: str, settings: Mapping[str, Any]) -> str:
    line = "".join(line.split()) if "w" in settings else " ".join(line.split()) if "b" in settings else line
    return line.lower() if "i" in settings else line


def _stamp(process: Process, path: str) -> str:
    from simulator.shell.programs.listing import _full

    node = process.files.find(path)
    return "\t" + _full(process.now if node is None else node["modified"] // SECOND * SECOND)


def _span(start: int, end: int) -> str:
    if end - start == 1:
        return str(start + 1)
    return f"{start + 1 if end > start else start},{end - start}"


def _unified(process: Process, left: list[str], right: list[str], group: Any) -> None:
    first, last = group[0], group[-1]
    process.print(f"@@ -{_span(first[1], last[2])} +{_span(first[3], last[4])} @@")
    for tag, one, two, three, four in group:
        if tag == "equal":
            process.write(1, "".join(f" {line}\n" for line in left[one:two]))
            continue
        process.write(1, "".join(f"-{line}\n" for line in left[one:two]))
        process.write(1, "".join(f"+{line}\n" for line in right[three:four]))


def _normal(process: Process, left: list[str], right: list[str], matcher: Any) -> None:
    for tag, one, two, three, four in matcher.get_opcodes():
        if tag == "equal":
            continue
        letter = {"replace": "c", "delete": "d", "insert": "a"}[tag]
        from_ = f"{one + 1},{two}" if two - one > 1 else str(one + 1 if two > one else one)
        to = f"{three + 1},{four}" if four - three > 1 else str(three + 1 if four > three else three)
        process.print(f"{from_}{letter}{to}")
        process.write(1, "".join(f"< {line}\n" for line in left[one:two]))
        if tag == "replace":
            process.print("---")
        process.write(1, "".join(f"> {line}\n" for line in right[three:four]))

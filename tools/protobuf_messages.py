"""Writes simulator/machinery/protobuf/messages.txt from what a kubectl binary says of its own types.

Usage: python tools/protobuf_messages.py path/to/kubectl VERSION

Go keeps the type of every struct in the binary, with the tags of its fields: name in JSON, number and wire type in
protobuf. Reads ELF for 64-bit little-endian machines. Upstream: Go's internal/abi/type.go
"""

import re
import struct
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).parents[1] / "simulator" / "machinery" / "protobuf" / "messages.txt"
PACKAGES = ("k8s.io/api/", "k8s.io/apimachinery/pkg/apis/", "k8s.io/metrics/pkg/apis/")
SPECIAL = ("meta/v1.Time", "meta/v1.MicroTime", "meta/v1.Duration", "meta/v1.FieldsV1", "meta/v1.Timestamp")
"""Read and written by hand (simulator/machinery/protobuf/types.py)."""
KINDS = {1: "bool", 5: "int32", 6: "int64", 17: "array", 20: "interface", 21: "map", 22: "pointer", 23: "slice"} | {
    8: "uint8",
    24: "string",
    25: "struct",
}
UNCOMMON, EXTRA_STAR = 1, 2
SIZES = {"struct": 80, "pointer": 56, "slice": 56, "array": 72, "map": 104, "interface": 80}

HEAD = """\
# The protobuf fields of the kinds built into Kubernetes {version}. Below a package in brackets one message a line, its
# fields as Go declares them, each as name=number:type. [] is a list, {{}} a map by string, * a value that may be
# absent, ! one that JSON always shows; no name: the message is what the field holds; a dot: the inner message's fields
# stand beside the others.
"""


class GoField(NamedTuple):
    name: str
    tags: dict[str, str]
    type: int


class GoTypes:
    """The types of a Go program; a type is known by its address."""

    def __init__(self, program: bytes) -> None:
        self.program = program
        sections = dict(self._sections())
        self.base, self.offset, self.size = sections[".rodata"]
        _, start, size = sections[".typelink"]
        self.linked = [self.base + at for at in struct.unpack_from(f"<{size // 4}i", program, start)]

    def _sections(self) -> Iterator[tuple[str, tuple[int, int, int]]]:
        (table,) = struct.unpack_from("<Q", self.program, 0x28)
        size, count, names = struct.unpack_from("<HHH", self.program, 0x3A)
        rows = [struct.unpack_from("<IIQQQQ", self.program, table + place * size) for place in range(count)]
        for name, _, _, address, offset, length in rows:
            start = rows[names][4] + name
            yield self.program[start : self.program.index(b"\0", start)].decode(), (address, offset, length)

    def unpack(self, form: str, address: int) -> tuple[int, ...]:
        return struct.unpack_from(form, self.program, address - self.base + self.offset)

    def text(self, address: int) -> tuple[str, str]:
        """A name and its tag."""
        at = address - self.base + self.offset
        has_tag = self.program[at] & 2
        name, at = self._counted(at + 1)
        return name, self._counted(at)[0] if has_tag else ""

    def _counted(self, at: int) -> tuple[str, int]:
        size = shift = 0
        while True:
            byte = self.program[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return self.program[at : at + size].decode(errors="replace"), at + size

    def kind(self, address: int) -> str:
        return KINDS.get(self.unpack("<B", address + 23)[0] & 31, "")

    def name(self, address: int) -> str:
        (at,) = self.unpack("<i", address + 40)
        name = self.text(self.base + at)[0]
        return name[1:] if self.unpack("<B", address + 20)[0] & EXTRA_STAR else name

    def package(self, address: int) -> str:
        if not self.unpack("<B", address + 20)[0] & UNCOMMON:
            return ""
        (at,) = self.unpack("<i", address + SIZES.get(self.kind(address), 48))
        return self.text(self.base + at)[0]

    def element(self, address: int) -> int:
        return self.unpack("<Q", address + 48)[0]

    def fields(self, address: int) -> list[GoField]:
        start, count, _ = self.unpack("<QQQ", address + 56)
        found = []
        for place in range(count):
            name, kind, _ = self.unpack("<QQQ", start + 24 * place)
            text, tag = self.text(name)
            found.append(GoField(text, dict(re.findall(r'(\w+):"([^"]*)"', tag)), kind))
        return found

    @cached_property
    def structs(self) -> list[int]:
        """Every struct that the program's types lead to."""
        seen: dict[int, str] = {}
        waiting = list(self.linked)
        while waiting:
            address = waiting.pop()
            if address in seen or not self.base <= address < self.base + self.size:
                continue
            kind = seen[address] = self.kind(address)
            if kind in ("pointer", "slice", "array"):
                waiting.append(self.element(address))
            elif kind == "map":
                waiting += self.unpack("<QQ", address + 48)
            elif kind == "struct":
                waiting += [field.type for field in self.fields(address)]
        return [address for address, kind in seen.items() if kind == "struct"]


class Messages:
    """The messages that the API's structs are."""

    def __init__(self, types: GoTypes) -> None:
        self.types = types
        self.lines: dict[str, str] = {}
        for address in types.structs:
            name = self.name(address)
            if types.package(address).startswith(PACKAGES) and name not in SPECIAL and self.is_message(address):
                self.lines[name] = " ".join(line for _, line in self.fields(address))
        for line in list(self.lines.values()):
            for name in re.findall(r"[:\]}*]([a-z]+/v\w+\.\w+)", line):
                if name not in SPECIAL:
                    self.lines.setdefault(name, "")

    def is_message(self, address: int) -> bool:
        return any("protobuf" in field.tags for field in self.types.fields(address))

    def name(self, address: int) -> str:
        package, name = self.types.package(address), self.types.name(address).rpartition(".")[2]
        for prefix in PACKAGES:
            if package.startswith(prefix):
                return f"{package.removeprefix(prefix)}.{name}"
        return f"{package.rpartition('/')[2]}.{name}"

    def fields(self, address: int) -> Iterator[tuple[int, str]]:
        for field in self.types.fields(address):
            parts = field.tags.get("protobuf", "").split(",")
            names = field.tags.get("json", "-").split(",")
            if len(parts) < 2 or names[0] == "-":
                continue
            is_struct = self.types.kind(field.type) == "struct"
            hidden = "omitzero" in names or ("omitempty" in names and not is_struct)
            shown = "" if hidden else "!"
            yield int(parts[1]), f"{names[0] or '.'}={parts[1]}:{self.type(field.type)}{shown}"

    def type(self, address: int) -> str:
        types = self.types
        match types.kind(address):
            case "pointer":
                return "*" + self.type(types.element(address))
            case "slice" if types.kind(types.element(address)) == "uint8":
                return "bytes"
            case "slice" if not types.name(address).startswith("[]"):
                name = self.name(address)
                self.lines[name] = f"=1:[]{self.type(types.element(address))}"
                return name
            case "slice":
                return "[]" + self.type(types.element(address))
            case "map":
                return "{}" + self.type(types.unpack("<QQ", address + 48)[1])
            case "struct":
                return self.name(address)
            case kind:
                return kind

    def table(self, version: str) -> str:
        packages = defaultdict(list)
        for name, line in sorted(self.lines.items()):
            package, _, message = name.partition(".")
            packages[package].append(f"{message} {line.replace(f'{package}.', '')}".strip())
        # the program knows the older version of discovery only as bytes; its fields are those of v2
        older = "apidiscovery/v2beta1"
        packages[older] = packages.get(older) or packages["apidiscovery/v2"]
        blocks = [f"\n[{package}]\n" + "\n".join(lines) + "\n" for package, lines in sorted(packages.items())]
        return HEAD.format(version=version) + "".join(blocks)


if __name__ == "__main__":
    program, version = sys.argv[1:]
    TABLE.write_text(Messages(GoTypes(Path(program).read_bytes())).table(version))

"""From the text of a JSONPath template to nodes. Upstream: k8s.io/client-go/util/jsonpath/parser.go"""

import re
from collections.abc import Iterator

from simulator.machinery.jsonpath.nodes import (
    Field,
    Filter,
    Identifier,
    Literal,
    Node,
    Path,
    Recursive,
    Slice,
    Text,
    Union,
    Wildcard,
)

DEEPEST = 50
"""How far filters and unions may nest."""

_KEY = re.compile(r"'([^']*)'")
_SLICE = re.compile(r"(-?\d*)(:-?\d*)?(:-?\d*)?")
_COMPARISON = re.compile(r"([^!<>=]+)([!<>=]+)(.+?)", re.DOTALL)
_NUMBER = re.compile(r"[+-]?[\d.]*")
_WORD = re.compile(r"[^ \t\r\n.,\[\]$@{}]*")
_FIELD = re.compile(r"(?:\\.|[^ \t\r\n.,\[\]$@{}\\])*", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([abfnrtv\\'\"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|)")
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", "'": "'", '"': '"'}


class JSONPathError(ValueError):
    """A template that cannot be read, or that does not fit the object; worded as upstream does."""


def parse(text: str) -> list[Text | Path]:
    """The parts of a template: text as it stands, and a path for each pair of braces."""
    parts: list[Text | Path] = []
    at = 0
    while at < len(text):
        start = text.find("{", at)
        if start < 0:
            parts.append(Text(text[at:]))
            break
        if start > at:
            parts.append(Text(text[at:start]))
        scanner = _Scanner(text, start + 1)
        parts.append(Path(tuple(scanner.steps())))
        at = scanner.at
    return parts


def _path(text: str, depth: int) -> Path:
    """A path inside another one."""
    if depth > DEEPEST:
        raise JSONPathError("nested too deeply")
    return Path(tuple(_Scanner(text + "}", 0, depth + 1).steps()))


class _Scanner:
    """Reads the steps of one path up to its closing brace."""

    def __init__(self, text: str, at: int, depth: int = 0) -> None:
        self.text = text
        self.at = at
        self.depth = depth

    def steps(self) -> Iterator[Node]:
        recursed = False
        while not self.text.startswith("}", self.at):
            if self.text.startswith("[?(", self.at):
                yield self.filter()
            elif self.text.startswith("..", self.at):
                if recursed:
                    raise JSONPathError("invalid multiple recursive descent")
                self.at += 2
                yield Recursive()
                recursed = True
                if _starts_word(self.text[self.at : self.at + 1]):
                    yield self.field()
                    recursed = False
                continue
            else:
                yield from self.step()
            recursed = False
        self.at += 1

    def step(self) -> Iterator[Node]:
        character = self.text[self.at : self.at + 1]
        if character in ("", "\r", "\n"):
            raise JSONPathError("unclosed action")
        if character in " @$":
            self.at += 1
        elif character == "[":
            yield from self.brackets()
        elif character in "\"'":
            yield self.quote(character)
        elif character == ".":
            self.at += 1
            yield self.field()
        elif character in "+-" or character.isdigit():
            yield self.number()
        elif _starts_word(character):
            word = self.take(_WORD)
            yield Literal(word == "true") if word in ("true", "false") else Identifier(word)
        else:
            shown = f" '{character}'" if character.isprintable() else ""
            raise JSONPathError(f"unrecognized character in action: U+{ord(character):04X}{shown}")

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        assert found is not None
        self.at = found.end()
        return found[0]

    def field(self) -> Field | Wildcard:
        name = self.take(_FIELD)
        return Wildcard() if name == "*" else Field(name.replace("\\", ""))

    def number(self) -> Literal:
        text = self.take(_NUMBER)
        try:
            return Literal(float(text) if "." in text else int(text))
        except ValueError:
            raise JSONPathError(f"cannot parse number {text}") from None

    def quote(self, mark: str) -> Text:
        end = self.at + 1
        while self.text[end : end + 1] != mark or self.text[end - 1] == "\\":
            if self.text[end : end + 1] in ("", "\n"):
                raise JSONPathError("unterminated quoted string")
            end += 1
        inner = self.text[self.at + 1 : end]
        self.at = end + 1
        return Text(unquoted(inner, mark))

    def brackets(self) -> Iterator[Node]:
        end = self.at
        while self.text[end : end + 1] != "]":
            if self.text[end : end + 1] in ("", "\n"):
                raise JSONPathError("unterminated array")
            end += 1
        inner = self.text[self.at + 1 : end]
        self.at = end + 1
        if inner == "*":
            inner = ":"
        members = inner.split(",")
        if len(members) > 1:
            yield Union(tuple(_path(f"[{member.strip(' ')}]", self.depth) for member in members))
        elif key := _KEY.fullmatch(inner):
            yield from _path(f".{key[1]}", self.depth).steps
        else:
            yield _slice(inner)

    def filter(self) -> Filter:
        start = end = self.at + 3
        mark = ""
        closed = False
        while True:
            character = self.text[end : end + 1]
            if character in ("", "\n"):
                raise JSONPathError("unterminated filter")
            if character in "\"'" and not mark:
                mark = character
            elif character == mark and self.text[end - 1] != "\\":
                closed = True
            elif character == ")" and bool(mark) == closed:
                break
            end += 1
        if self.text[end + 1 : end + 2] != "]":
            raise JSONPathError("unclosed array expect ]")
        inner = self.text[start:end]
        self.at = end + 2
        compared = _COMPARISON.fullmatch(inner)
        if compared is None:
            return Filter(_path(inner, self.depth), "exists", Path(()))
        return Filter(_path(compared[1], self.depth), compared[2], _path(compared[3], self.depth))


def _slice(text: str) -> Slice:
    found = _SLICE.fullmatch(text)
    if found is None:
        raise JSONPathError(f"invalid array index {text}")
    start, end, step = (None if part is None else part.removeprefix(":") for part in found.groups())
    if end is None and start:
        return Slice(_index(start), None, None, is_index=True)
    return Slice(_index(start), _index(end), _index(step), is_index=end is None)


def _index(text: str | None) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise JSONPathError(f"array index {text} is not a number") from None


def _starts_word(character: str) -> bool:
    return character == "_" or character.isalpha() or character.isdigit()


def unquoted(text: str, mark: str) -> str:
    """What a quoted text says; `mark` is the quote that encloses it. Upstream: Go's strconv.Unquote"""

    def plain(found: re.Match[str]) -> str:
        simple, *codes, octal = found.groups()
        other = "'" if mark == '"' else '"'
        if simple and simple != other:
            return _SIMPLE[simple]
        code = next((int(code, 16) for code in codes if code), int(octal, 8) if octal else None)
        if code is None or code > 0x10FFFF:
            raise JSONPathError(f"unquote string {mark}{text}{mark} error invalid syntax")
        return chr(code)

    return _ESCAPE.sub(plain, text)

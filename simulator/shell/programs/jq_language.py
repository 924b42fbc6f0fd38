"""The language of jq: tokens and a tree of plain tuples. Upstream: jq(1)"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import orjson

from simulator.shell.programs.base import Usage

TOKEN = re.compile(
    r"""\s*(?:(#[^\n]*)|("(?:[^"\\]|\\.)*")|(@[a-z0-9]+)|(\$[A-Za-z_]\w*(?:::\w+)*)|(\.[A-Za-z_]\w*|\."(?:[^"\\]|\\.)*")"""
    r"""|([A-Za-z_]\w*)|(\d+\.?\d*(?:[eE][-+]?\d+)?)|(\?//|\|=|\+=|-=|\*=|/=|%=|//=|//|==|!=|<=|>=|\.\.|[-+*/%<>=|,:;()\[\]{}.?]))""",
    re.ASCII,
)
KINDS = ("comment", "string", "format", "variable", "field", "word", "number", "operator")
DEEPEST = 60


@lru_cache(maxsize=128)
def parse(text: str) -> Any:
    """The tree of a filter. Raises `Usage`."""
    parser = Parser(_tokens(text))
    tree = parser.pipe() if parser.peek() else ("identity",)
    if parser.peek():
        raise parser.mistake()
    return tree


def _tokens(text: str) -> list[tuple[str, str]]:
    found, position = [], 0
    text = text.rstrip()
    while position < len(text):
        if text[position] == '"' or (text[position] in " \n\t" and text[position:].lstrip()[:1] == '"'):
            start = text.index('"', position)
            end = _string_end(text, start)
            found.append(("string", text[start:end]))
            position = end
            continue
        match = TOKEN.match(text, position)
        if match is None:
            raise Usage(f"error: syntax error, unexpected INVALID_CHARACTER at {text[position : position + 10]!r}", 3)
        kind = next(number for number in range(1, 9) if match.group(number) is not None)
        if KINDS[kind - 1] != "comment":
            found.append((KINDS[kind - 1], match.group(kind)))
        position = match.end()
    return found


def _string_end(text: str, start: int) -> int:
    """Where a string that begins at a quote ends; `\\(...)` inside may hold strings itself."""
    position = start + 1
    while position < len(text):
        if text.startswith("\\(", position):
            depth, position = 1, position + 2
            while position < len(text) and depth:
                if text[position] == '"':
                    position = _string_end(text, position)
                    continue
                depth += (text[position] == "(") - (text[position] == ")")
                position += 1
            continue
        if text[position] == "\\":
            position += 2
            continue
        if text[position] == '"':
            return position + 1
        position += 1
    raise Usage("error: syntax error, unterminated string", 3)


def string(text: str, form: str = "") -> Any:
    """A quoted text as a tree: a constant, or parts to be put together."""
    parts: list[Any] = []
    plain, position, inside = "", 0, text[1:-1]
    while position < len(inside):
        if inside.startswith("\\(", position):
            depth, end = 1, position + 2
            while depth:
                if inside[end] == '"':
                    end = _string_end(inside, end)
                    continue
                depth += (inside[end] == "(") - (inside[end] == ")")
                end += 1
            parts += [("constant", _unquoted(plain)), parse(inside[position + 2 : end - 1])]
            plain, position = "", end
            continue
        step = 2 if inside[position] == "\\" else 1
        plain += inside[position : position + step]
        position += step
    if not parts:
        return ("constant", _unquoted(plain))
    return ("string", form, (*parts, ("constant", _unquoted(plain))))


def _unquoted(text: str) -> str:
    try:
        return str(orjson.loads('"' + text.replace("\n", "\\n").replace("\t", "\\t") + '"'))
    except orjson.JSONDecodeError:
        raise Usage(f"error: invalid escape in string {text!r}", 3) from None


class Parser:
    """One method a level of precedence."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    def peek(self) -> str:
        return self.tokens[self.position][1] if self.position < len(self.tokens) else ""

    def kind(self) -> str:
        return self.tokens[self.position][0] if self.position < len(self.tokens) else ""

    def take(self) -> str:
        if self.position >= len(self.tokens):
            raise self.mistake()
        self.position += 1
        return self.tokens[self.position - 1][1]

    def at(self, *texts: str) -> bool:
        return self.kind() in ("operator", "word") and self.peek() in texts

    def expect(self, text: str) -> None:
        if not self.at(text):
            raise self.mistake()
        self.take()

    def mistake(self) -> Usage:
        shown = self.peek() or "end of file"
        return Usage(f"error: syntax error, unexpected {shown} (the filter could not be compiled)", 3)

    def pipe(self) -> Any:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Usage("error: the filter is nested too deeply", 3)
        try:
            if self.at("def"):
                return self.definition()
            left = self.comma()
            if self.at("as"):
                return self.binding(left)
            if self.at("|"):
                self.take()
                return ("pipe", left, self.pipe())
            return left
        finally:
            self.depth -= 1

    def definition(self) -> Any:
        self.take()
        name, parameters = self.take(), []
        if self.at("("):
            self.take()
            while not self.at(")"):
                parameters.append(self.take())
                if self.at(";"):
                    self.take()
            self.take()
        self.expect(":")
        body = self.pipe()
        self.expect(";")
        return ("define", name, tuple(parameters), body, self.pipe())

    def binding(self, source: Any) -> Any:
        self.take()
        name = self.take()
        if not name.startswith("$"):
            raise Usage("error: destructuring is not simulated; bind one $name", 3)
        self.expect("|")
        return ("bind", source, name, self.pipe())

    def comma(self) -> Any:
        left = self.alternative()
        while self.at(","):
            self.take()
            left = ("comma", left, self.alternative())
        return left

    def alternative(self) -> Any:
        left = self.assignment()
        if self.at("//"):
            self.take()
            return ("alternative", left, self.alternative())
        return left

    def assignment(self) -> Any:
        left = self.either()
        if self.at("=", "|=", "+=", "-=", "*=", "/=", "%=", "//="):
            operator = self.take()
            return ("update", operator, left, self.alternative())
        return left

    def either(self) -> Any:
        left = self.both()
        while self.at("or"):
            self.take()
            left = ("or", left, self.both())
        return left

    def both(self) -> Any:
        left = self.comparison()
        while self.at("and"):
            self.take()
            left = ("and", left, self.comparison())
        return left

    def comparison(self) -> Any:
        left = self.sum()
        if self.at("==", "!=", "<", "<=", ">", ">="):
            operator = self.take()
            return ("binary", operator, left, self.sum())
        return left

    def sum(self) -> Any:
        left = self.product()
        while self.at("+", "-"):
            operator = self.take()
            left = ("binary", operator, left, self.product())
        return left

    def product(self) -> Any:
        left = self.postfix()
        while self.at("*", "/", "%"):
            operator = self.take()
            left = ("binary", operator, left, self.postfix())
        return left

    def postfix(self) -> Any:
        value = self.term()
        while True:
            if self.kind() == "field":
                value = ("index", value, _field(self.take()))
            elif (
                self.at(".")
                and self.tokens[self.position + 1 : self.position + 2]
                and self.tokens[self.position + 1][1] == "["
            ):
                self.take()
            elif self.at("["):
                value = self.bracket(value)
            elif self.at("?"):
                self.take()
                value = ("try", value, ("empty",))
            else:
                return value

    def bracket(self, value: Any) -> Any:
        self.take()
        if self.at("]"):
            self.take()
            return ("each", value)
        start = None if self.at(":") else self.pipe()
        if self.at(":"):
            self.take()
            end = None if self.at("]") else self.pipe()
            self.expect("]")
            return ("slice", value, start, end)
        self.expect("]")
        return ("index", value, start)

    def term(self) -> Any:
        kind, text = self.kind(), self.take()
        if kind == "number":
            return ("constant", float(text) if "." in text or "e" in text.lower() else int(text))
        if kind == "string":
            return string(text)
        if kind == "format":
            return string(self.take(), text) if self.kind() == "string" else ("format", text)
        if kind == "variable":
            return ("variable", text)
        if kind == "field":
            return ("index", ("identity",), _field(text))
        if kind == "word":
            return self.word(text)
        if text == ".":
            if self.kind() == "string":
                return ("index", ("identity",), string(self.take()))
            return ("identity",)
        if text == "..":
            return ("call", "recurse", ())
        if text == "(":
            inside = self.pipe()
            self.expect(")")
            return inside
        if text == "[":
            if self.at("]"):
                self.take()
                return ("array", ("empty",))
            inside = self.pipe()
            self.expect("]")
            return ("array", inside)
        if text == "{":
            return self.object()
        if text == "-":
            return ("negative", self.postfix())
        self.position -= 1
        raise self.mistake()

    def word(self, text: str) -> Any:
        if text in ("true", "false", "null"):
            return ("constant", {"true": True, "false": False, "null": None}[text])
        if text == "empty":
            return ("empty",)
        if text == "if":
            return self.condition()
        if text == "try":
            body = self.postfix()
            if self.at("catch"):
                self.take()
                return ("try", body, self.postfix())
            return ("try", body, ("empty",))
        if text in ("reduce", "foreach"):
            return self.fold(text)
        arguments = []
        if self.at("("):
            self.take()
            arguments.append(self.pipe())
            while self.at(";"):
                self.take()
                arguments.append(self.pipe())
            self.expect(")")
        return ("call", text, tuple(arguments))

    def condition(self) -> Any:
        question = self.pipe()
        self.expect("then")
        then = self.pipe()
        if self.at("elif"):
            self.take()
            return ("if", question, then, self.condition())
        otherwise: Any = ("identity",)
        if self.at("else"):
            self.take()
            otherwise = self.pipe()
        self.expect("end")
        return ("if", question, then, otherwise)

    def fold(self, kind: str) -> Any:
        source = self.postfix()
        self.expect("as")
        name = self.take()
        self.expect("(")
        parts = [self.pipe()]
        while self.at(";"):
            self.take()
            parts.append(self.pipe())
        self.expect(")")
        return (kind, source, name, *parts)

    def object(self) -> Any:
        entries = []
        while not self.at("}"):
            entries.append(self.entry())
            if self.at(","):
                self.take()
            elif not self.at("}"):
                raise self.mistake()
        self.take()
        return ("object", tuple(entries))

    def entry(self) -> Any:
        kind, text = self.kind(), self.take()
        if kind == "variable":
            return ("constant", text[1:]), ("variable", text)
        if text == "(":
            key = self.pipe()
            self.expect(")")
        elif kind in ("word", "number"):
            key = ("constant", text)
        elif kind == "string":
            key = string(text)
        else:
            raise self.mistake()
        if not self.at(":"):
            return key, ("index", ("identity",), key)
        self.take()
        value = self.alternative()
        while self.at("|"):
            self.take()
            value = ("pipe", value, self.alternative())
        return key, value


def _field(text: str) -> Any:
    return string(text[1:]) if text[1:2] == '"' else ("constant", text[1:])

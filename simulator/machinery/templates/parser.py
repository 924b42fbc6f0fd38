"""From tokens to nodes. Upstream: Go's text/template/parse/parse.go"""

import re
from collections.abc import Callable, Collection
from typing import NoReturn

from simulator.machinery.gofmt import Int
from simulator.machinery.golang import quoted
from simulator.machinery.jsonpath.parser import JSONPathError, unquoted
from simulator.machinery.templates.errors import TemplateError
from simulator.machinery.templates.lexer import Token, tokens
from simulator.machinery.templates.nodes import (
    Action,
    Body,
    Branch,
    Break,
    Call,
    Chain,
    Command,
    Constant,
    Continue,
    Dot,
    Field,
    Function,
    Nil,
    Operand,
    Pipe,
    Source,
    Statement,
    Text,
    Variable,
)

DEEPEST = 40
"""How far branches and parentheses may nest."""

OPERANDS = ("(", "bool", "character", "dot", "field", "identifier", "nil", "number", "raw", "string", "variable")


def parse(name: str, text: str, functions: Collection[str]) -> dict[str, Source]:
    """The templates that a text holds by name: itself, and each that it defines."""
    return _Parser(name, text, functions).parse()


class _Parser:
    def __init__(self, name: str, text: str, functions: Collection[str]) -> None:
        self.source = Source(name, name, text)
        self.functions = functions
        self.tokens = tokens(text)
        self.place = 0
        self.variables = ["$"]
        self.ranges = 0
        self.depth = 0
        self.action_at: int | None = None
        self.defined: dict[str, Source] = {}

    def parse(self) -> dict[str, Source]:
        body: list[Statement] = []
        while self.peek().kind != "eof":
            if self.peek().kind == "left" and self.after_left().kind == "define":
                self.definition()
                continue
            found = self.statement()
            if isinstance(found, Token):
                self.fail(f"unexpected {{{{{found.text}}}}}")
            body.append(found)
        self.define(self.source.name, tuple(body))
        return self.defined

    def define(self, name: str, body: Body) -> None:
        """Keep a template; an empty one does not replace another."""
        empty = all(isinstance(node, Text) and not node.text.strip() for node in body)
        if name not in self.defined or not empty:
            self.defined[name] = Source(name, self.source.file, self.source.text, body)

    # -- tokens

    def peek(self) -> Token:
        return self.tokens[min(self.place, len(self.tokens) - 1)]

    def next(self) -> Token:
        token = self.peek()
        self.place += 1
        return token

    def blank(self) -> None:
        while self.peek().kind == "space":
            self.place += 1

    def next_word(self) -> Token:
        self.blank()
        return self.next()

    def after_left(self) -> Token:
        at = self.place + 1
        while self.tokens[min(at, len(self.tokens) - 1)].kind == "space":
            at += 1
        return self.tokens[min(at, len(self.tokens) - 1)]

    def expect(self, kinds: Collection[str], context: str) -> Token:
        token = self.next_word()
        if token.kind not in kinds:
            self.unexpected(token, context)
        return token

    def fail(self, message: str, at: int | None = None) -> NoReturn:
        if at is None:
            at = self.tokens[min(max(self.place - 1, 0), len(self.tokens) - 1)].at
        raise TemplateError(f"template: {self.source.file}:{self.source.line(at)}: {message}")

    def unexpected(self, token: Token, context: str) -> NoReturn:
        if token.kind != "error":
            self.fail(f"unexpected {token} in {context}", token.at)
        extra = ""
        if self.action_at is not None and self.source.line(self.action_at) != self.source.line(token.at):
            extra = f" started at {self.source.file}:{self.source.line(self.action_at)}"
            extra = extra if token.text.endswith(" action") else f" in action{extra}"
        self.fail(f"{token}{extra}", token.at)

    # -- statements

    def statement(self) -> Statement | Token:
        """One statement; `else` and `end` come back as their token."""
        token = self.next_word() if self.peek().kind == "space" else self.next()
        if token.kind == "text":
            return Text(token.at, token.text)
        if token.kind != "left":
            self.unexpected(token, "input")
        self.action_at = token.at
        word = self.next_word()
        parse: dict[str, Callable[[Token], Statement]] = {
            "if": self.branch,
            "with": self.branch,
            "range": self.branch,
            "template": self.call,
            "block": self.block,
        }
        if word.kind in parse:
            found = parse[word.kind](word)
        elif word.kind in ("break", "continue"):
            found = self.jump(word)
        elif word.kind == "end":
            self.expect(("right",), "end")
            return word
        elif word.kind == "else":
            self.blank()
            if self.peek().kind not in ("if", "with"):
                self.expect(("right",), "else")
            return word
        else:
            self.place -= 1
            scope = self.peek().at
            found = Action(scope, self.pipeline("command", ("right",)))
        self.action_at = None
        return found

    def body(self) -> tuple[Body, Token]:
        """Statements up to `else` or `end`, which comes with them."""
        found: list[Statement] = []
        while self.peek().kind != "eof":
            statement = self.statement()
            if isinstance(statement, Token):
                return tuple(found), statement
            found.append(statement)
        self.fail("unexpected EOF", self.peek().at)

    def branch(self, word: Token) -> Branch:
        self.deeper()
        scope = len(self.variables)
        pipe = self.pipeline(word.kind, ("right",))
        self.ranges += word.kind == "range"
        body, end = self.body()
        self.ranges -= word.kind == "range"
        other: Body | None = None
        if end.kind == "else":
            follow = self.peek()
            if follow.kind in ("if", "with") and word.kind == follow.kind:
                self.next()
                other = (self.branch(follow),)
            elif follow.kind in ("if", "with"):
                self.unexpected(follow, "else")
            else:
                other, end = self.body()
                if end.kind != "end":
                    self.fail(f"expected end; found {{{{{end.text}}}}}")
        del self.variables[scope:]
        self.depth -= 1
        return Branch(word.at, word.kind, pipe, body, other)

    def jump(self, word: Token) -> Break | Continue:
        token = self.next_word()
        if token.kind != "right":
            self.unexpected(token, f"{{{{{word.kind}}}}}")
        if not self.ranges:
            self.fail(f"{{{{{word.kind}}}}} outside {{{{range}}}}")
        return Break(word.at) if word.kind == "break" else Continue(word.at)

    def call(self, word: Token) -> Call:
        self.blank()
        at = self.peek().at
        name = self.name("template clause")
        self.blank()
        if self.peek().kind == "right":
            self.next()
            return Call(at, name, None)
        return Call(at, name, self.pipeline("template clause", ("right",)))

    def block(self, word: Token) -> Call:
        self.blank()
        at = self.peek().at
        name = self.name("block clause")
        pipe = self.pipeline("block clause", ("right",))
        variables, self.variables = self.variables, ["$"]
        body, end = self.body()
        if end.kind != "end":
            self.fail(f"unexpected {{{{{end.text}}}}} in block clause")
        self.variables = variables
        self.define(name, body)
        return Call(at, name, pipe)

    def definition(self) -> None:
        self.next()
        self.next_word()
        name = self.name("define clause")
        self.expect(("right",), "define clause")
        variables, self.variables = self.variables, ["$"]
        body, end = self.body()
        if end.kind != "end":
            self.fail(f"unexpected {{{{{end.text}}}}} in define clause")
        self.variables = variables
        self.define(name, body)

    def name(self, context: str) -> str:
        token = self.next_word()
        if token.kind not in ("string", "raw"):
            self.unexpected(token, context)
        return self.text(token)

    # -- pipelines

    def pipeline(self, context: str, ends: Collection[str]) -> Pipe:
        self.blank()
        at = self.peek().at
        variables, assigns = self.declarations(context)
        commands: list[Command] = []
        while True:
            token = self.next_word()
            if token.kind in ends:
                break
            if token.kind in OPERANDS:
                self.place -= 1
                commands.append(self.command())
            else:
                self.unexpected(token, context)
        if not commands:
            self.fail(f"missing value for {context}")
        for stage, command in enumerate(commands[1:], 2):
            if isinstance(command.words[0], Constant | Dot | Nil):
                self.fail(f"non executable command in pipeline stage {stage}")
        return Pipe(at, variables, assigns, tuple(commands))

    def declarations(self, context: str) -> tuple[tuple[Variable, ...], bool]:
        """The variables in front of `:=` or `=`; a range may have two."""
        found: list[Variable] = []
        start = self.place
        while self.peek().kind == "variable":
            token = self.next()
            self.blank()
            sign = self.peek()
            if sign.kind in (":=", "="):
                self.next()
                found.append(Variable(token.at, (token.text,)))
                if sign.kind == ":=":
                    self.variables += [variable.names[0] for variable in found]
                return tuple(found), sign.kind == "="
            if sign.kind == "," and context == "range" and len(found) < 1:
                self.next()
                found.append(Variable(token.at, (token.text,)))
                self.blank()
                if self.peek().kind != "variable":
                    self.fail("range can only initialize variables")
                continue
            if sign.kind == ",":
                self.fail(f"too many declarations in {context}")
            break
        self.place = start
        return (), False

    def command(self) -> Command:
        at = self.peek().at
        words: list[Operand] = []
        while True:
            self.blank()
            operand = self.operand()
            if operand is not None:
                words.append(operand)
            token = self.next()
            if token.kind == "space":
                continue
            if token.kind in ("right", ")"):
                self.place -= 1
            elif token.kind != "|":
                self.unexpected(token, "operand")
            break
        if not words:
            self.fail("empty command")
        return Command(at, tuple(words))

    def operand(self) -> Operand | None:
        term = self.term()
        if term is None or self.peek().kind != "field":
            return term
        at, names = self.peek().at, []
        while self.peek().kind == "field":
            names.append(self.next().text[1:])
        if isinstance(term, Field):
            return Field(at, (*term.names, *names))
        if isinstance(term, Variable):
            return Variable(at, (*term.names, *names))
        if isinstance(term, Constant | Nil | Dot):
            self.fail(f"unexpected . after term {quoted(str(term))}")
        return Chain(at, term, tuple(names))

    def term(self) -> Operand | None:
        self.blank()
        token = self.next()
        match token.kind:
            case "identifier":
                if token.text not in self.functions:
                    self.fail(f"function {quoted(token.text)} not defined")
                return Function(token.at, token.text)
            case "dot":
                return Dot(token.at)
            case "nil":
                return Nil(token.at)
            case "variable":
                if token.text not in self.variables:
                    self.fail(f"undefined variable {quoted(token.text)}")
                return Variable(token.at, (token.text,))
            case "field":
                return Field(token.at, (token.text[1:],))
            case "bool":
                return Constant(token.at, token.text, token.text == "true")
            case "number" | "character":
                return Constant(token.at, token.text, self.number(token))
            case "string" | "raw":
                return Constant(token.at, token.text, self.text(token))
            case "(":
                self.deeper()
                pipe = self.pipeline("parenthesized pipeline", (")",))
                self.depth -= 1
                return pipe
        self.place -= 1
        return None

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail("max expression depth exceeded")

    def text(self, token: Token) -> str:
        if token.kind == "raw":
            return token.text[1:-1]
        try:
            return unquoted(token.text[1:-1], token.text[0])
        except JSONPathError:
            self.fail("invalid syntax")

    def number(self, token: Token) -> int | float:
        if token.kind == "character":
            text = self.text(token)
            if len(text) != 1:
                self.fail(f"malformed character constant: {token.text}")
            return Int(ord(text))
        text = token.text.replace("_", "")
        try:
            if re.fullmatch(r"[+-]?0[0-7]+", text):
                return Int(int(text, 8))
            return Int(int(text, 0))
        except ValueError:
            try:
                return float.fromhex(text) if "x" in text.lower() else float(text)
            except ValueError:
                self.fail(f"bad number syntax: {quoted(token.text)}")

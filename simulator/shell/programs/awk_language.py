"""The language of awk: tokens and a tree of plain tuples. Upstream: IEEE 1003.1 awk"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

from simulator.shell.lexer import escape
from simulator.shell.programs.base import Usage

KEYWORDS = frozenset({"BEGIN", "END", "function", "func", "if", "else", "while", "for", "do", "break", "continue",
                      "next", "exit",
                      "return", "delete", "in", "getline", "print", "printf"})  # fmt: skip
OPERATORS = ("**=", "&&", "||", "==", "!=", "<=", ">=", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", ">>", "**",
             "{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!", "<", ">", "|", "?", ":", "~",
             "$", "=")  # fmt: skip
NUMBER = re2.compile(r"^(0[xX][0-9a-fA-F]+|(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)")
NAME = re2.compile(r"^[A-Za-z_]\w*")
BEFORE_VALUE = frozenset({")", "]", "$", "++", "--"})
NON_UNARY = frozenset({"name", "number", "string", "regex", "call"})
DEEPEST = 80


def tokens(text: str) -> list[tuple[str, str]]:
    """(kind, text) pairs; a kind is number, string, regex, name, call (a name before `(`), keyword or operator."""
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character in " \t\r":
            position += 1
        elif text.startswith("\\\n", position):
            position += 2
        elif character == "#":
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
        elif character == "\n":
            found.append(("newline", "\n"))
            position += 1
        elif character == '"':
            value, position = _string(text, position + 1)
            found.append(("string", value))
        elif character == "/" and not (found and (found[-1][0] in NON_UNARY or found[-1][1] in BEFORE_VALUE)):
            value, position = _regex(text, position + 1)
            found.append(("regex", value))
        else:
            token, position = _plain(text, position)
            found.append(token)
    return [*found, ("newline", "\n"), ("end", "")]


def _plain(text: str, position: int) -> tuple[tuple[str, str], int]:
    rest = text[position : position + 200]
    number = NUMBER.match(rest)
    if number is not None:
        return ("number", number.group(0)), position + number.end()
    name = NAME.match(rest)
    if name is not None:
        word, end = name.group(0), position + name.end()
        if word in KEYWORDS:
            return ("keyword", word), end
        return ("call" if text[end : end + 1] == "(" else "name", word), end
    for operator in OPERATORS:
        if text.startswith(operator, position):
            return ("operator", operator), position + len(operator)
    raise Usage(f"syntax error at source line 1: unexpected `{text[position]}'", 2)


def _string(text: str, position: int) -> tuple[str, int]:
    made = []
    while text[position : position + 1] != '"':
        if position >= len(text) or text[position] == "\n":
            raise Usage("non-terminated string", 2)
        if text[position] == "\\":
            if text[position + 1 : position + 2] == "/":
                made.append("/")
                position += 2
                continue
            character, position = escape(text, position)
            made.append(character)
        else:
            made.append(text[position])
            position += 1
    return "".join(made), position + 1


def _regex(text: str, position: int) -> tuple[str, int]:
    made, bracket = [], False
    while text[position : position + 1] != "/" or bracket:
        if position >= len(text) or text[position] == "\n":
            raise Usage("non-terminated regular expression", 2)
        if text[position] == "\\":
            made.append(
                text[position + 1] if text[position + 1 : position + 2] == "/" else text[position : position + 2]
            )
            position += 2
            continue
        bracket = text[position] == "[" or (bracket and text[position] != "]")
        made.append(text[position])
        position += 1
    return "".join(made), position + 1


@lru_cache(maxsize=64)
def parse(text: str) -> Any:
    """A program: (begins, rules as (pattern, body), ends, functions by name). Raises `Usage`."""
    return Parser(tokens(text)).program()


class Parser:
    """One method a level of the grammar."""

    def __init__(self, found: list[tuple[str, str]]) -> None:
        self.tokens = found
        self.position = 0
        self.depth = 0
        self.no_in = False
        self.no_greater = False

    def peek(self, *texts: str) -> bool:
        kind, text = self.tokens[self.position]
        return kind in ("operator", "keyword", "newline") and text in texts

    def take(self) -> tuple[str, str]:
        self.position += 1
        return self.tokens[self.position - 1]

    def expect(self, text: str) -> None:
        if not self.peek(text):
            shown = self.tokens[self.position][1].replace("\n", "newline") or "end of program"
            raise Usage(f"syntax error: expected `{text}' before `{shown}'", 2)
        self.take()

    def skip(self, *texts: str) -> None:
        while self.peek(*texts):
            self.take()

    def program(self) -> Any:
        begins: list[Any] = []
        rules: list[Any] = []
        ends: list[Any] = []
        functions: dict[str, Any] = {}
        self.skip("\n", ";")
        while self.tokens[self.position][0] != "end":
            if self.peek("function", "func"):
                self.take()
                name, body = self.function()
                functions[name] = body
            elif self.peek("BEGIN", "END"):
                (begins if self.take()[1] == "BEGIN" else ends).append(self.block())
            else:
                pattern = None if self.peek("{") else self.expression()
                if self.peek(","):
                    self.take()
                    pattern = ("range", pattern, self.expression(), self.position)
                rules.append((pattern, self.block() if self.peek("{") else None))
            self.skip("\n", ";")
        return tuple(begins), tuple(rules), tuple(ends), functions

    def function(self) -> tuple[str, Any]:
        name = self.take()[1]
        self.expect("(")
        names = []
        while not self.peek(")"):
            names.append(self.take()[1])
            self.skip(",", "\n")
        self.take()
        self.skip("\n")
        return name, (tuple(names), self.block())

    def block(self) -> Any:
        self.skip("\n")
        self.expect("{")
        body = []
        self.skip("\n", ";")
        while not self.peek("}"):
            if self.tokens[self.position][0] == "end":
                raise Usage("syntax error: expected `}' at the end of the program", 2)
            body.append(self.statement())
            self.skip("\n", ";")
        self.take()
        return ("block", tuple(body))

    def body(self) -> Any:
        self.skip("\n")
        if self.peek(";"):
            self.take()
            return ("block", ())
        statement = self.statement()
        return statement

    def statement(self) -> Any:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Usage("the program is nested too deeply", 2)
        try:
            if self.peek("{"):
                return self.block()
            if self.peek("if"):
                return self.condition()
            if self.peek("while"):
                self.take()
                return ("while", self.parenthesized(), self.body())
            if self.peek("do"):
                return self.do_loop()
            if self.peek("for"):
                return self.for_loop()
            statement = self.simple()
            if not self.peek("}", ";", "\n"):
                raise Usage(f"syntax error near `{self.tokens[self.position][1]}'", 2)
            return statement
        finally:
            self.depth -= 1

    def parenthesized(self) -> Any:
        self.expect("(")
        value = self.expression()
        self.expect(")")
        return value

    def condition(self) -> Any:
        self.take()
        question = self.parenthesized()
        then = self.body()
        place = self.position
        self.skip("\n", ";")
        if self.peek("else"):
            self.take()
            return ("if", question, then, self.body())
        self.position = place
        return ("if", question, then, None)

    def do_loop(self) -> Any:
        self.take()
        body = self.body()
        self.skip("\n", ";")
        self.expect("while")
        return ("do", self.parenthesized(), body)

    def for_loop(self) -> Any:
        self.take()
        self.expect("(")
        kinds = self.tokens[self.position : self.position + 4]
        if kinds[0][0] == "name" and kinds[1][1] == "in" and kinds[2][0] == "name" and kinds[3][1] == ")":
            self.position += 4
            return ("each", kinds[0][1], kinds[2][1], self.body())
        start = None if self.peek(";") else self.simple()
        self.expect(";")
        question = None if self.peek(";") else self.expression()
        self.expect(";")
        self.skip("\n")
        step = None if self.peek(")") else self.simple()
        self.expect(")")
        return ("for", start, question, step, self.body())

    def simple(self) -> Any:
        if self.peek("print", "printf"):
            return self.output()
        if self.peek("break", "continue", "next"):
            return (self.take()[1],)
        if self.peek("exit", "return"):
            name = self.take()[1]
            return (name, None if self.peek("}", ";", "\n") else self.expression())
        if self.peek("delete"):
            self.take()
            name = self.take()[1]
            return ("delete", name, self.index() if self.peek("[") else None)
        if self.peek("getline"):
            raise Usage("getline is not simulated", 2)
        return ("expression", self.expression())

    def output(self) -> Any:
        name = self.take()[1]
        self.no_greater = True
        values: list[Any] = []
        if not self.peek("}", ";", "\n", ">", ">>", "|"):
            values = self.arguments()
        self.no_greater = False
        if len(values) == 1 and values[0][0] == "group":
            values = list(values[0][1])
        where = None
        if self.peek(">", ">>"):
            where = (self.take()[1], self.concatenation())
        elif self.peek("|"):
            raise Usage("printing into a command is not simulated; pipe awk's output instead", 2)
        return (name, tuple(values), where)

    def arguments(self) -> list[Any]:
        values = [self.expression()]
        while self.peek(","):
            self.take()
            self.skip("\n")
            values.append(self.expression())
        return values

    def index(self) -> Any:
        self.expect("[")
        values = self.arguments()
        self.expect("]")
        return tuple(values)

    # expressions

    def expression(self) -> Any:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Usage("the expression is nested too deeply", 2)
        left = self.ternary()
        if self.peek("=", "+=", "-=", "*=", "/=", "%=", "^=", "**=") and left[0] in ("name", "item", "field"):
            operator = self.take()[1]
            self.skip("\n")
            left = ("assign", operator[:-1].replace("**", "^"), left, self.expression())
        self.depth -= 1
        return left

    def ternary(self) -> Any:
        question = self.either()
        if not self.peek("?"):
            return question
        self.take()
        first = self.expression()
        self.expect(":")
        return ("choose", question, first, self.expression())

    def either(self) -> Any:
        left = self.both()
        while self.peek("||"):
            self.take()
            self.skip("\n")
            left = ("or", left, self.both())
        return left

    def both(self) -> Any:
        left = self.member()
        while self.peek("&&"):
            self.take()
            self.skip("\n")
            left = ("and", left, self.member())
        return left

    def member(self) -> Any:
        left = self.match()
        while self.peek("in"):
            self.take()
            left = ("in", left[1] if left[0] == "group" else (left,), self.take()[1])
        return left

    def match(self) -> Any:
        left = self.comparison()
        while self.peek("~") or (self.peek("!") and self.tokens[self.position + 1][1] == "~"):
            negated = self.take()[1] == "!"
            if negated:
                self.take()
            left = ("match", left, self.comparison(), negated)
        return left

    def comparison(self) -> Any:
        left = self.concatenation()
        allowed = ("<", "<=", "==", "!=", ">=") + (() if self.no_greater else (">",))
        if self.peek(*allowed):
            operator = self.take()[1]
            return ("compare", operator, left, self.concatenation())
        return left

    def concatenation(self) -> Any:
        left = self.additive()
        while self._value_follows():
            left = ("join", left, self.additive())
        return left

    def _value_follows(self) -> bool:
        kind, text = self.tokens[self.position]
        if kind in NON_UNARY:
            return True
        if kind == "operator" and text == "!":
            return False
        return kind == "operator" and text in ("$", "(", "++", "--")

    def additive(self) -> Any:
        left = self.multiplicative()
        while self.peek("+", "-"):
            operator = self.take()[1]
            left = ("binary", operator, left, self.multiplicative())
        return left

    def multiplicative(self) -> Any:
        left = self.unary()
        while self.peek("*", "/", "%"):
            operator = self.take()[1]
            left = ("binary", operator, left, self.unary())
        return left

    def unary(self) -> Any:
        if self.peek("!", "-", "+"):
            operator = self.take()[1]
            return ("unary", operator, self.unary())
        return self.power()

    def power(self) -> Any:
        base = self.postfix()
        if self.peek("^", "**"):
            self.take()
            return ("binary", "^", base, self.unary())
        return base

    def postfix(self) -> Any:
        if self.peek("++", "--"):
            operator = self.take()[1]
            return ("step", operator, self.primary(), True)
        value = self.primary()
        if self.peek("++", "--") and value[0] in ("name", "item", "field"):
            return ("step", self.take()[1], value, False)
        return value

    def primary(self) -> Any:
        kind, text = self.take()
        if kind == "number":
            return ("number", float(int(text, 16)) if text[:2] in ("0x", "0X") else float(text))
        if kind == "string":
            return ("string", text)
        if kind == "regex":
            return ("regex", text)
        if kind == "call":
            return self.call(text)
        if kind == "name":
            if self.peek("["):
                return ("item", text, self.index())
            return ("call", text, ()) if text == "length" else ("name", text)
        if text == "$":
            return ("field", self.postfix() if self.peek("++", "--") else self.primary())
        if text == "(":
            before, self.no_greater = self.no_greater, False
            values = self.arguments()
            self.expect(")")
            self.no_greater = before
            return ("group", tuple(values)) if len(values) > 1 or self.no_greater else ("paren", values[0])
        if text in ("-", "!", "+"):
            return ("unary", text, self.unary())
        shown = text.replace("\n", "newline") or "end of program"
        raise Usage(f"syntax error near `{shown}'", 2)

    def call(self, name: str) -> Any:
        self.expect("(")
        self.skip("\n")
        before, self.no_greater = self.no_greater, False
        values = [] if self.peek(")") else self.arguments()
        self.skip("\n")
        self.expect(")")
        self.no_greater = before
        return ("call", name, tuple(values))

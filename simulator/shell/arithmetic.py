"""Arithmetic as `$((...))` knows it: 64-bit integers, C's operators, variables by name. Upstream: bash(1) ARITHMETIC"""

import re
from collections.abc import Callable

TOKENS = re.compile(
    r"\s*(?:(0[xX][0-9a-fA-F]+|\d+#[0-9a-zA-Z@_]+|\d+)|([A-Za-z_]\w*(?:\[[^\]]*\])?)"
    r"|(<<=|>>=|\*\*|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%&|^~!<>=?:,()])|(\S))",
    re.ASCII,
)
LEVELS = (
    ("||",), ("&&",), ("|",), ("^",), ("&",), ("==", "!="), ("<", "<=", ">", ">="), ("<<", ">>"), ("+", "-"), ("*",
    "/", "%"),
)  # fmt: skip
ASSIGNING = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "|=", "^="})
DEEPEST = 60


class ArithmeticMistake(Exception):
    """The expression cannot be evaluated; the message is what the shell says after the expression."""


class Arithmetic:
    """Evaluates one expression. `get` gives a variable's text (empty when unset), `put` sets one."""

    def __init__(self, text: str, get: Callable[[str], str], put: Callable[[str, str], None]) -> None:
        self.text = text
        self.get = get
        self.put = put
        self.tokens: list[str] = []
        for found in TOKENS.finditer(text):
            if found.group(4):
                raise ArithmeticMistake(
                    f'{text}: syntax error: invalid arithmetic operator (error token is "{found.group(4)}")'
                )
            self.tokens.append(found.group(0).strip())
        self.position = 0
        self.depth = 0
        self.skipping = 0

    def evaluate(self) -> int:
        if not self.tokens:
            return 0
        value = self.comma()
        if self.position < len(self.tokens):
            raise self.mistake("syntax error in expression")
        return value

    def mistake(self, words: str) -> ArithmeticMistake:
        rest = " ".join(self.tokens[self.position :])
        return ArithmeticMistake(f'{self.text}: {words} (error token is "{rest}")')

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.position += 1
        return token

    def comma(self) -> int:
        value = self.assignment()
        while self.peek() == ",":
            self.take()
            value = self.assignment()
        return value

    def assignment(self) -> int:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ArithmeticMistake(f"{self.text}: expression recursion level exceeded")
        try:
            following = self.tokens[self.position + 1] if self.position + 1 < len(self.tokens) else ""
            if _is_name(self.peek()) and following in ASSIGNING:
                name, operator = self.take(), self.take()
                value = self.assignment()
                if operator != "=":
                    value = self.apply(operator[:-1], self.value(name), value)
                return self.store(name, value)
            return self.conditional()
        finally:
            self.depth -= 1

    def store(self, name: str, value: int) -> int:
        if not self.skipping:
            self.put(name, str(value))
        return value

    def conditional(self) -> int:
        condition = self.binary(0)
        if self.peek() != "?":
            return condition
        self.take()
        self.skipping += not condition
        first = self.comma()
        self.skipping -= not condition
        if self.take() != ":":
            raise self.mistake("`:' expected for conditional expression")
        self.skipping += bool(condition)
        second = self.assignment()
        self.skipping -= bool(condition)
        return first if condition else second

    def binary(self, level: int) -> int:
        if level == len(LEVELS):
            return self.power()
        left = self.binary(level + 1)
        while self.peek() in LEVELS[level]:
            operator = self.take()
            decided = (operator == "&&" and not left) or (operator == "||" and bool(left))
            self.skipping += decided
            right = self.binary(level + 1)
            self.skipping -= decided
            left = int(operator == "||") if decided else self.apply(operator, left, right)
        return left

    def power(self) -> int:
        base = self.unary()
        if self.peek() != "**":
            return base
        self.take()
        exponent = self.power()
        if exponent < 0:
            raise self.mistake("exponent less than 0")
        return _wrapped(pow(base, min(exponent, 4096), 1 << 64))

    def unary(self) -> int:
        token = self.peek()
        if token in ("++", "--") and _is_name(
            self.tokens[self.position + 1] if self.position + 1 < len(self.tokens) else ""
        ):
            self.take()
            name = self.take()
            return self.store(name, self.value(name) + (1 if token == "++" else -1))
        if token in ("+", "-", "!", "~", "++", "--"):
            self.take()
            self.depth += 1
            if self.depth > DEEPEST:
                raise ArithmeticMistake(f"{self.text}: expression recursion level exceeded")
            value = self.unary()
            self.depth -= 1
            return {"+": value, "-": -value, "!": int(not value), "~": ~value}.get(token, value)
        return self.primary()

    def primary(self) -> int:
        token = self.take()
        if token == "(":
            value = self.comma()
            if self.take() != ")":
                self.position -= 1
                raise self.mistake("missing `)'")
            return value
        if _is_name(token):
            value = self.value(token)
            if self.peek() in ("++", "--"):
                self.store(token, value + (1 if self.take() == "++" else -1))
            return value
        if token[:1].isdigit():
            return self.number(token)
        self.position -= 1
        raise self.mistake("syntax error: operand expected")

    def value(self, name: str) -> int:
        text = self.get(name).strip()
        if not text:
            return 0
        if text.lstrip("-").isdecimal() and not text.lstrip("-").startswith("0"):
            return int(text)
        self.depth += 1
        if self.depth > DEEPEST // 2:
            raise ArithmeticMistake(f"{name}: expression recursion level exceeded")
        inner = Arithmetic(text, self.get, self.put)
        inner.depth = self.depth
        value = inner.evaluate()
        self.depth -= 1
        return value

    def number(self, token: str) -> int:
        try:
            if "#" in token:
                base, digits = token.split("#")
                return _wrapped(int(digits, int(base)))
            if token[:2] in ("0x", "0X"):
                return _wrapped(int(token, 16))
            return _wrapped(int(token, 8) if token.startswith("0") else int(token[:40]))
        except ValueError:
            raise ArithmeticMistake(f'{token}: value too great for base (error token is "{token}")') from None

    def apply(self, operator: str, left: int, right: int) -> int:
        if operator in ("/", "%"):
            if not right:
                if self.skipping:
                    return 0
                self.position -= 1
                raise self.mistake("division by 0")
            quotient = abs(left) // abs(right)
            quotient = quotient if (left < 0) == (right < 0) else -quotient
            return _wrapped(quotient if operator == "/" else left - quotient * right)
        return _wrapped(int(OPERATIONS[operator](left, right)))


OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "<<": lambda a, b: a << (b & 63),
    ">>": lambda a, b: a >> (b & 63),
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&&": lambda a, b: bool(a) and bool(b),
    "||": lambda a, b: bool(a) or bool(b),
}


def _is_name(token: str) -> bool:
    return bool(token) and (token[0].isalpha() or token[0] == "_")


def _wrapped(value: int) -> int:
    return ((value + (1 << 63)) & ((1 << 64) - 1)) - (1 << 63)

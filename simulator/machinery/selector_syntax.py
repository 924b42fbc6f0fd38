"""The text form of label selectors, such as `app=web,tier in (a, b),!old`: tokens, then requirements.

Upstream: k8s.io/apimachinery/pkg/labels (Lexer, Parser)
"""

from typing import Final

from simulator.machinery import field
from simulator.machinery.names import qualified_name
from simulator.machinery.requirements import BINARY, Operator, Requirement, SelectorError, required

WHITESPACE: Final = " \t\r\n"
SPECIAL: Final = "=!(),><"
SYMBOL_TOKENS: Final = (")", ",", "!", "==", "=", ">", "<", "!=", "(")
END: Final = ("end", "")
type Token = tuple[str, str]
"""Its kind (`identifier`, `end`, `error`, else the literal) and its literal."""


def tokens_of(text: str) -> list[Token]:
    tokens = []
    position = 0
    while position < len(text):
        character = text[position]
        if character in WHITESPACE:
            position += 1
        elif character in SPECIAL:
            position, token = symbol_at(text, position)
            tokens.append(token)
        else:
            start = position
            while position < len(text) and text[position] not in WHITESPACE + SPECIAL:
                position += 1
            word = text[start:position]
            tokens.append((word if word in ("in", "notin") else "identifier", word))
    return [*tokens, END]


def symbol_at(text: str, position: int) -> tuple[int, Token]:
    """The longest symbol that starts here; the lexer reads on over symbols until one is known."""
    literal, found = "", ""
    while position < len(text) and text[position] in SPECIAL:
        literal += text[position]
        if literal in SYMBOL_TOKENS:
            found = literal
        elif found:
            break
        position += 1
    if not found:
        return position, ("error", f"error expected: keyword found '{literal}'")
    return position, (found, found)


class Parser:
    """Recursive descent over the tokens; `in` and `notin` are words like any other where a key or value may stand."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0

    def peek(self) -> Token:
        kind, literal = self.tokens[self.position]
        return ("identifier" if kind in ("in", "notin") else kind), literal

    def take(self) -> Token:
        token = self.peek()
        if token != END:
            self.position += 1
        return token

    def parse(self) -> list[Requirement]:
        requirements: list[Requirement] = []
        while True:
            kind, literal = self.peek()
            if kind == "end":
                return requirements
            if kind not in ("identifier", "!"):
                raise SelectorError(f"found '{literal}', expected: !, identifier, or 'end of string'")
            try:
                requirements.append(self.requirement())
            except SelectorError as error:
                raise SelectorError(f"unable to parse requirement: {error}") from error
            kind, literal = self.take()
            if kind == "end":
                return requirements
            if kind != ",":
                raise SelectorError(f"found '{literal}', expected: ',' or 'end of string'")
            kind, literal = self.peek()
            if kind not in ("identifier", "!"):
                raise SelectorError(f"found '{literal}', expected: identifier after ','")

    def requirement(self) -> Requirement:
        kind, key = self.take()
        negated = kind == "!"
        if negated:
            kind, key = self.take()
        if kind != "identifier":
            raise SelectorError(f"found '{key}', expected: identifier")
        if problems := qualified_name(key):
            raise SelectorError(str(field.invalid("<nil>", key, "; ".join(problems))))
        if self.peek()[0] in ("end", ","):
            return required(key, Operator.DOES_NOT_EXIST if negated else Operator.EXISTS)
        if negated:
            return required(key, Operator.DOES_NOT_EXIST)
        operator = self.operator()
        values = self.values() if operator in (Operator.IN, Operator.NOT_IN) else self.exact_value()
        return required(key, operator, values)

    def operator(self) -> Operator:
        kind, literal = self.tokens[self.position]
        self.take()
        kind = {">": "gt", "<": "lt"}.get(kind, kind)
        if kind not in BINARY:
            raise SelectorError(f"found '{literal}', expected: {', '.join(BINARY)}")
        return Operator(kind)

    def values(self) -> tuple[str, ...]:
        kind, literal = self.take()
        if kind != "(":
            raise SelectorError(f"found '{literal}' expected: '('")
        kind, literal = self.peek()
        if kind == ")":
            self.take()
            return ("",)
        if kind not in ("identifier", ","):
            raise SelectorError(f"found '{literal}', expected: ',', ')' or identifier")
        values = self.identifiers()
        if self.take()[0] != ")":
            raise SelectorError(f"found '{literal}', expected: ')'")
        return tuple(sorted(values))

    def identifiers(self) -> dict[str, None]:
        """Values between commas up to the closing parenthesis; nothing between two of them is an empty value."""
        values: dict[str, None] = {}
        while True:
            kind, literal = self.take()
            if kind == "identifier":
                values[literal] = None
                following, literal = self.peek()
                if following == ")":
                    return values
                if following != ",":
                    raise SelectorError(f"found '{literal}', expected: ',' or ')'")
            elif kind == ",":
                following, _ = self.peek()
                if not values or following in (")", ","):
                    values[""] = None
                if following == ")":
                    return values
            else:
                raise SelectorError(f"found '{literal}', expected: ',', or identifier")

    def exact_value(self) -> tuple[str, ...]:
        if self.peek()[0] in ("end", ","):
            return ("",)
        kind, literal = self.take()
        if kind != "identifier":
            raise SelectorError(f"found '{literal}', expected: identifier")
        return (literal,)

"""The tokens of a Go template. Upstream: Go's text/template/parse/lex.go"""

import re
from collections.abc import Generator
from dataclasses import dataclass

from simulator.machinery.golang import quoted

KEYWORDS = frozenset(("block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"))
SPACES = " \t\r\n"

_SPACE = re.compile(r"[ \t\r\n]+")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(
    r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*|0[bB][01_]*|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)"
)
_QUOTED = {
    '"': (re.compile(r'"(?:[^"\\\n]|\\[^\n])*"'), "string", "unterminated quoted string"),
    "`": (re.compile(r"`[^`]*`"), "raw", "unterminated raw quoted string"),
    "'": (re.compile(r"'(?:[^'\\\n]|\\[^\n])*'"), "character", "unterminated character constant"),
}
_AFTER_WORD = (*" \t\r\n.,|:)(=", "")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is text, left, right, field, variable, identifier, dot, nil, bool, number, character, string, raw, space,
    eof, error, one of the keywords or one of the signs `| := = , ( )`."""

    kind: str
    text: str
    at: int

    def __str__(self) -> str:
        """As parse errors show it."""
        if self.kind == "eof":
            return "EOF"
        if self.kind == "error":
            return self.text
        if self.kind in KEYWORDS:
            return f"<{self.text}>"
        return quoted(self.text[:10]) + "..." if len(self.text) > 10 else quoted(self.text)


class LexError(Exception):
    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.token = Token("error", message, at)


def tokens(text: str) -> list[Token]:
    """The tokens of a template; a mistake ends them with one of kind error."""
    found: list[Token] = []
    try:
        for token in _lex(text):
            found.append(token)
    except LexError as error:
        found.append(error.token)
    return found


def _lex(text: str) -> Generator[Token]:
    at, trim = 0, False
    while True:
        start = text.find("{{", at)
        plain = text[at:] if start < 0 else text[at:start]
        lead = len(plain) - len(plain.lstrip(SPACES)) if trim else 0
        trimmed = start >= 0 and text[start + 2 : start + 3] == "-" and text[start + 3 : start + 4] in (*SPACES,)
        shown = plain[lead:].rstrip(SPACES) if trimmed else plain[lead:]
        if shown:
            yield Token("text", shown, at + lead)
        if start < 0:
            yield Token("eof", "", len(text))
            return
        inside = start + (4 if trimmed else 2)
        if text.startswith("/*", inside):
            at, trim = _comment(text, inside)
        else:
            yield Token("left", "{{", start)
            at, trim = yield from _action(text, inside)


def _comment(text: str, at: int) -> tuple[int, bool]:
    """Where the text goes on after a comment, and whether the blanks there are trimmed."""
    end = text.find("*/", at)
    if end < 0:
        raise LexError("unclosed comment", at)
    closed = _closing(text, end + 2)
    if closed is None:
        raise LexError("comment ends before closing delimiter", at)
    return closed


def _closing(text: str, at: int) -> tuple[int, bool] | None:
    """The place behind a closing delimiter that stands here, and whether it trims."""
    if text.startswith("}}", at):
        return at + 2, False
    if text[at : at + 1] in (*SPACES,) and text.startswith("-}}", at + 1):
        return at + 4, True
    return None


def _action(text: str, at: int) -> Generator[Token, None, tuple[int, bool]]:
    """The tokens between delimiters."""
    parens = 0
    while True:
        closed = _closing(text, at)
        if closed is not None:
            if parens:
                raise LexError("unclosed left paren", at)
            yield Token("right", "}}", at)
            return closed
        if at >= len(text):
            raise LexError("unclosed action", at)
        token = _token(text, at)
        parens += {"(": 1, ")": -1}.get(token.kind, 0)
        if parens < 0:
            raise LexError("unexpected right paren", at)
        yield token
        at += len(token.text)


def _token(text: str, at: int) -> Token:
    character = text[at]
    after = text[at + 1 : at + 2]
    if character in SPACES:
        return Token("space", _blanks(text, at), at)
    if character == ":":
        if after != "=":
            raise LexError("expected :=", at)
        return Token(":=", ":=", at)
    if character in "=|,()":
        return Token(character, character, at)
    if character in _QUOTED:
        pattern, kind, message = _QUOTED[character]
        found = pattern.match(text, at)
        if found is None:
            raise LexError(message, at)
        return Token(kind, found[0], at)
    if character == "$" or (character == "." and not after.isdigit()):
        return _field_or_variable(text, at)
    if character.isdigit() or character in "+-.":
        return _number(text, at)
    if character == "_" or character.isalnum():
        return _word(text, at)
    if " " < character <= "~":
        return Token("sign", character, at)
    raise LexError(f"unrecognized character in action: {_code_point(character)}", at)


def _blanks(text: str, at: int) -> str:
    """The blanks here, but for one that belongs to a trim marker behind them."""
    found = _SPACE.match(text, at)
    assert found is not None
    if text.startswith("-}}", found.end()) and found.end() - at > 1:
        return found[0][:-1]
    return found[0]


def _field_or_variable(text: str, at: int) -> Token:
    found = _WORD.match(text, at + 1)
    end = found.end() if found else at + 1
    if text[end : end + 1] not in _AFTER_WORD and not text.startswith("}}", end):
        raise LexError(f"bad character {_code_point(text[end])}", at)
    if text[at] == "$":
        return Token("variable", text[at:end], at)
    return Token("field" if found else "dot", text[at:end], at)


def _number(text: str, at: int) -> Token:
    found = _NUMBER.match(text, at)
    assert found is not None
    end = found.end()
    if text[end : end + 1].isalnum() or text[end : end + 1] == "_" or not any(map(str.isdigit, found[0])):
        raise LexError(f"bad number syntax: {quoted(text[at : end + 1])}", at)
    return Token("number", found[0], at)


def _word(text: str, at: int) -> Token:
    found = _WORD.match(text, at)
    assert found is not None
    word, end = found[0], found.end()
    if text[end : end + 1] not in _AFTER_WORD and not text.startswith("}}", end):
        raise LexError(f"bad character {_code_point(text[end])}", at)
    if word in KEYWORDS or word == "nil":
        return Token(word, word, at)
    return Token("bool" if word in ("true", "false") else "identifier", word, at)


def _code_point(character: str) -> str:
    shown = f" '{character}'" if character.isprintable() else ""
    return f"U+{ord(character):04X}{shown}"

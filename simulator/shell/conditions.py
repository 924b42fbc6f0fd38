"""Conditions: the `[[ ... ]]` grammar, and the questions that it shares with `test`. Upstream: bash(1), test(1)"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.runtime.files import EXECUTE, READ, WRITE, Files
from simulator.runtime.nodes import size
from simulator.shell.nodes import Incomplete, SyntaxMistake

if TYPE_CHECKING:
    from simulator.shell.parser import Parser

UNARY = frozenset("-" + letter for letter in "abcdefghknoprstuvwxzGLNOSR")
BINARY = frozenset({"=", "==", "!=", "=~", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"})
REGEX_END = frozenset(" \t\n")


def parse_condition(parser: Parser) -> Any:
    """The expression after `[[`, up to and with `]]`: (or|and, left, right), (not, e), (unary, op, word),
    (binary, op, left, right) or (word, w)."""
    expression = _either(parser)
    if not parser.at_word("]]"):
        if parser.peek().kind == "end":
            raise Incomplete("syntax error: unexpected end of file", "]]")
        raise SyntaxMistake(f"syntax error in conditional expression: unexpected token `{parser.peek().text}'")
    parser.take()
    return expression


def _either(parser: Parser) -> Any:
    left = _both(parser)
    while parser.at("||"):
        parser.take()
        left = ("or", left, _both(parser))
    return left


def _both(parser: Parser) -> Any:
    left = _single(parser)
    while parser.at("&&"):
        parser.take()
        left = ("and", left, _single(parser))
    return left


def _single(parser: Parser) -> Any:
    parser.skip_newlines()
    if parser.at_word("!"):
        parser.take()
        return ("not", _single(parser))
    if parser.at("("):
        parser.take()
        inside = _either(parser)
        if not parser.at(")"):
            raise SyntaxMistake("syntax error in conditional expression: expected `)'")
        parser.take()
        return inside
    token = parser.peek()
    if token.kind not in ("word", "number"):
        if token.kind == "end":
            raise Incomplete("syntax error: unexpected end of file", "]]")
        raise SyntaxMistake(f"syntax error in conditional expression: unexpected token `{token.text}'")
    parser.take()
    word = token.word or (("plain", token.text),)
    if token.text in UNARY and not parser.at_word("]]") and not _at_binary(parser):
        return ("unary", token.text, _operand(parser))
    if _at_binary(parser):
        operator = parser.take().text
        if operator == "=~":
            parser.lexer._skip_blanks()
            return ("binary", operator, word, parser.lexer.word(REGEX_END))
        return ("binary", operator, word, _operand(parser))
    parser.skip_newlines()
    return ("word", word)


def _at_binary(parser: Parser) -> bool:
    token = parser.peek()
    return token.text in BINARY and token.kind in ("word", "operator")


def _operand(parser: Parser) -> Any:
    token = parser.peek()
    if token.kind not in ("word", "number"):
        raise SyntaxMistake("syntax error in conditional expression: argument expected")
    parser.take()
    word = token.word or (("plain", token.text),)
    parser.skip_newlines()
    return word


def about_file(operator: str, path: str, files: Files) -> bool:
    """`-e`, `-f`, `-d` and the other questions about a file."""
    node = files.find(path, follow=operator not in ("-h", "-L")) if path else None
    if node is None:
        return False
    kind = node["kind"]
    if operator in ("-r", "-w", "-x"):
        return files.allows(path, {"-r": READ, "-w": WRITE, "-x": EXECUTE}[operator])
    answers = {
        "-f": kind == "file", "-d": kind == "directory", "-h": kind == "link", "-L": kind == "link",
        "-c": kind == "device",
        "-s": size(node) > 0, "-O": node["owner"] == files.user, "-G": node["group"] in files.groups,
        "-k": bool(node["mode"] & 0o1000), "-u": bool(node["mode"] & 0o4000), "-g": bool(node["mode"] & 0o2000),
        "-b": False, "-p": False, "-S": kind == "socket", "-N": False,
    }  # fmt: skip
    return bool(answers.get(operator, True))


def compare(operator: str, left: str, right: str, files: Files) -> bool:
    """A binary question whose operands are plain text; raises ValueError with the operand that is no number."""
    if operator in ("-nt", "-ot", "-ef"):
        one, other = files.find(left), files.find(right)
        if one is None or other is None:
            return (operator == "-nt" and one is not None) or (operator == "-ot" and other is not None)
        if operator == "-ef":
            return files.resolve(left) == files.resolve(right)
        return bool(one["modified"] > other["modified"] if operator == "-nt" else one["modified"] < other["modified"])
    if operator in ("=", "=="):
        return left == right
    if operator == "!=":
        return left != right
    if operator in ("<", ">"):
        return left < right if operator == "<" else left > right
    first, second = _integer(left), _integer(right)
    return {
        "-eq": first == second, "-ne": first != second, "-lt": first < second,
        "-le": first <= second, "-gt": first > second, "-ge": first >= second,
    }[operator]  # fmt: skip


def _integer(text: str) -> int:
    stripped = text.strip()
    if not stripped.lstrip("+-").isdecimal():
        raise ValueError(text)
    return int(stripped)

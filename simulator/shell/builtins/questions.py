"""test and [: questions about files, texts and numbers. Upstream: bash(1) CONDITIONAL EXPRESSIONS"""

from __future__ import annotations

from simulator.shell.builtins.registry import builtin
from simulator.shell.conditions import BINARY, UNARY, compare
from simulator.shell.interpreter import Shell


@builtin("test", "[")
def do_bracket(shell: Shell, argv: list[str]) -> int:
    words = argv[1:]
    if argv[0] == "[":
        if not words or words[-1] != "]":
            shell.complain("[: missing `]'")
            return 2
        words = words[:-1]
    try:
        return int(not Question(shell, words).answer())
    except ValueError as mistake:
        shell.complain(f"{argv[0]}: {mistake}")
        return 2


class Question:
    """The grammar of `test`: `!`, `-a`, `-o`, parentheses, one or two operands."""

    def __init__(self, shell: Shell, words: list[str]) -> None:
        self.shell = shell
        self.words = words
        self.position = 0

    def answer(self) -> bool:
        if not self.words:
            return False
        if len(self.words) == 1:
            return self.words[0] != ""
        answer = self.either()
        if self.position < len(self.words):
            raise ValueError(
                "too many arguments" if len(self.words) > 3 else f"{self.words[1]}: binary operator expected"
            )
        return answer

    def peek(self, ahead: int = 0) -> str | None:
        at = self.position + ahead
        return self.words[at] if at < len(self.words) else None

    def take(self) -> str:
        word = self.peek()
        if word is None:
            raise ValueError("argument expected")
        self.position += 1
        return word

    def either(self) -> bool:
        answer = self.both()
        while self.peek() == "-o":
            self.take()
            answer = self.both() or answer
        return answer

    def both(self) -> bool:
        answer = self.single()
        while self.peek() == "-a":
            self.take()
            answer = self.single() and answer
        return answer

    def single(self) -> bool:
        following = self.peek(1)
        if following in BINARY and self.peek(2) is not None and following != "=~":
            left, operator, right = self.take(), self.take(), self.take()
            try:
                return compare(operator, left, right, self.shell.process.files)
            except ValueError as mistake:
                raise ValueError(f"{mistake}: integer expression expected") from None
        word = self.take()
        if word == "!":
            return not self.single()
        if word == "(" and self.peek() is not None:
            answer = self.either()
            if self.take() != ")":
                raise ValueError("`)' expected")
            return answer
        if word in UNARY and self.peek() is not None:
            return self.shell.ask(word, self.take())
        return word != ""

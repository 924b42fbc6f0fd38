"""The shape of a parsed command line: nested tuples whose first item names the node.

Commands
    (simple, line, assignments, words, redirections)
    (pipeline, negated, commands, source text)
    (andor, first, ((&& or ||, command), ...))
    (sequence, commands)
    (background, command, source text)
    (if, ((condition, body), ...), otherwise or None, redirections)
    (while, condition, body, until?, redirections)
    (for, name, words or None, body, redirections)
    (loop, start, condition, step, body, redirections)          for ((;;))
    (select, name, words or None, body, redirections)
    (case, word, ((patterns, body, terminator), ...), redirections)
    (group, body, redirections), (subshell, body, redirections)
    (function, name, body)
    (test, expression, redirections)                            [[ ]]
    (arithmetic, word, redirections)                            (( ))

An assignment is (name, index word or None, appended?, word or (array, words)); a redirection (descriptor or None,
operator, word); a word is a tuple of parts:

    (plain, text), (quoted, text), (double, parts)
    (parameter, name, index word or None, operator, words)
    (command, node), (arithmetic, word)
"""

from typing import Any

type Node = tuple[Any, ...]
type Part = tuple[Any, ...]
type Word = tuple[Part, ...]
type Redirection = tuple[int | None, str, Any]


class SyntaxMistake(Exception):
    """The text is no command; the message is what bash says."""


class Incomplete(SyntaxMistake):
    """The text may become a command when more comes; `expected` is what is still open.

    `closing` is what a coming line must hold (or, with `alone`, be, tabs before it aside) before it is worth a look.
    """

    line = 0
    """Where what is open began, if that is known."""

    def __init__(self, message: str, expected: str = "", *, closing: str = "", alone: bool = False) -> None:
        super().__init__(message)
        self.expected = expected
        self.closing = closing
        self.alone = alone


def may_close(line: str, closing: str, alone: bool) -> bool:
    """Whether a line may end what a text before it has left open."""
    return line.removesuffix("\n").lstrip("\t") == closing if alone else closing in line


def plain(word: Word) -> str | None:
    """The text of a word without any quoting or expansion, else None."""
    if len(word) == 1 and word[0][0] == "plain":
        text: str = word[0][1]
        return text
    return None

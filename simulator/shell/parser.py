"""Words and operators to commands, one parse method a construct. Upstream: IEEE 1003.1 2.10, bash(1)"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from simulator.shell.braces import expand_braces
from simulator.shell.lexer import NAME, NAME_START, Lexer, Token, closing
from simulator.shell.nodes import Incomplete, Node, Redirection, SyntaxMistake, Word, plain

RESERVED_ENDS = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}", "in"})
REDIRECTIONS = frozenset({"<", ">", ">>", "<<", "<<-", "<<<", "<&", ">&", "<>", ">|", "&>", "&>>"})
DECLARING = frozenset({"export", "local", "readonly", "declare", "typeset", "alias"})
DEEPEST = 100
"""How deep compound commands may nest."""


def parse(text: str, aliases: Mapping[str, str] | None = None) -> Node:
    """A whole text as one sequence. Raises `SyntaxMistake`."""
    parser = Parser(Lexer(text, aliases=aliases))
    commands: list[Node] = []
    while (node := parser.complete_command()) is not None:
        commands.append(node)
    return ("sequence", tuple(commands))


@lru_cache(maxsize=256)
def parse_next(
    text: str, position: int, line: int, aliases: tuple[tuple[str, str], ...] = ()
) -> tuple[Node | None, int, int]:
    """The next complete command of a text from a position: the node (None at the end), and where and on which line to
    go on. Raises `SyntaxMistake`."""
    lexer = Lexer(text, position, line, dict(aliases))
    parser = Parser(lexer)
    node = parser.complete_command()
    shift = len(lexer.text) - len(text)
    return node, lexer.position - shift, lexer.line


class Parser:
    """Reads commands from a lexer, one token ahead."""

    def __init__(self, lexer: Lexer) -> None:
        self.lexer = lexer
        self._token: Token | None = None
        self._cells = False
        self._depth = 0
        self._expanded: set[str] = set()

    # tokens

    def peek(self) -> Token:
        if self._token is None:
            self._token = self.lexer.next()
        return self._token

    def take(self) -> Token:
        token = self.peek()
        self._token = None
        return token

    def at(self, *texts: str) -> bool:
        token = self.peek()
        return token.kind == "operator" and token.text in texts

    def at_word(self, *texts: str) -> bool:
        token = self.peek()
        return token.kind == "word" and token.text in texts

    def expect_word(self, text: str) -> None:
        self.skip_newlines()
        if not self.at_word(text):
            raise self.unexpected(text)
        self.take()

    def skip_newlines(self) -> None:
        while self.peek().kind == "newline":
            self.take()

    def unexpected(self, wanted: str = "") -> SyntaxMistake:
        token = self.peek()
        if token.kind == "end":
            return Incomplete("syntax error: unexpected end of file", wanted)
        shown = "newline" if token.kind == "newline" else token.text
        return SyntaxMistake(f"syntax error near unexpected token `{shown}'")

    # lists

    def complete_command(self) -> Node | None:
        """A list up to the end of its line, here-documents included; None at the end of the text."""
        self.skip_newlines()
        if self.peek().kind == "end":
            return None
        node = self.sequence(stop_at_newline=True)
        token = self.peek()
        if token.kind == "newline":
            self.take()
        elif token.kind != "end":
            raise self.unexpected()
        if self.lexer.documents:
            raise Incomplete("here-document delimited by end-of-file", "<<")
        return self._finished(node)

    def _finished(self, node: Node) -> Node:
        return _settled(node) if self._cells else node

    def inside_parentheses(self) -> Node:
        """The commands of `$(...)`; the lexer is left behind the closing parenthesis."""
        self.skip_newlines()
        node: Node = ("sequence", ()) if self.at(")") else self.sequence()
        self.skip_newlines()
        if not self.at(")"):
            if self.peek().kind == "end":
                raise Incomplete("unexpected EOF while looking for matching `)'", ")")
            raise self.unexpected(")")
        self.take()
        return self._finished(node)

    def sequence(self, *, stop_at_newline: bool = False) -> Node:
        """Commands separated by `;`, `&` and newlines."""
        commands: list[Node] = []
        while True:
            start = self.peek().start
            command = self.and_or()
            if self.at("&"):
                source = self.lexer.text[start : self.peek().start].strip()
                self.take()
                command = ("background", command, source)
            elif self.at(";"):
                self.take()
            elif self.peek().kind != "newline" or stop_at_newline:
                commands.append(command)
                break
            commands.append(command)
            if stop_at_newline and self.peek().kind == "newline":
                break
            if not stop_at_newline:
                self.skip_newlines()
            if self._at_end():
                break
        return commands[0] if len(commands) == 1 else ("sequence", tuple(commands))

    def _at_end(self) -> bool:
        token = self.peek()
        if token.kind == "operator":
            return token.text in (")", ";;", ";&", ";;&")
        return token.kind == "end" or (token.kind == "word" and token.text in RESERVED_ENDS)

    def and_or(self) -> Node:
        first = self.pipeline()
        rest: list[tuple[str, Node]] = []
        while self.at("&&", "||"):
            operator = self.take().text
            self.skip_newlines()
            rest.append((operator, self.pipeline()))
        return ("andor", first, tuple(rest)) if rest else first

    def pipeline(self) -> Node:
        negated = timed = False
        start = self.peek().start
        while self.at_word("!", "time"):
            word = self.take().text
            negated ^= word == "!"
            timed |= word == "time"
        commands = [self.command()]
        while self.at("|", "|&"):
            if self.take().text == "|&":
                commands[-1] = ("group", commands[-1], ((2, ">&", (("plain", "1"),)),))
            self.skip_newlines()
            commands.append(self.command())
        if len(commands) == 1 and not negated and not timed:
            return commands[0]
        end = self.peek().start
        node: Node = ("pipeline", negated, tuple(commands), self.lexer.text[start:end].strip())
        return ("time", node) if timed else node

    # commands

    def command(self) -> Node:
        token = self.peek()
        if self._depth >= DEEPEST:
            raise SyntaxMistake("commands are nested too deeply")
        self._depth += 1
        try:
            if token.kind == "operator" and token.text == "(":
                return self.parentheses()
            if token.kind == "word":
                method = COMPOUND.get(token.text)
                if method is not None:
                    node: Node = method(self)
                    return node
                if token.text in RESERVED_ENDS:
                    raise self.unexpected()
            return self.simple()
        finally:
            self._depth -= 1

    def redirections(self) -> tuple[Redirection, ...]:
        found = []
        while (redirection := self.redirection()) is not None:
            found.append(redirection)
        return tuple(found)

    def redirection(self) -> Redirection | None:
        token = self.peek()
        descriptor = None
        if token.kind == "number":
            descriptor = int(self.take().text)
            token = self.peek()
        if token.kind != "operator" or token.text not in REDIRECTIONS:
            return None
        if token.text in ("<", ">") and self.lexer.text.startswith("(", self.lexer.position):
            raise SyntaxMistake("process substitution is not simulated; use a pipe or a file")
        operator = self.take().text
        target = self.peek()
        if target.kind != "word":
            if target.kind == "number":
                target = Token("word", target.text, (("plain", target.text),), target.start)
            else:
                raise self.unexpected("word")
        self._token = None
        if operator in ("<<", "<<-"):
            cell: list[Word] = []
            delimiter = "".join(_literal(part) for part in target.word)
            quoted = any(part[0] != "plain" for part in target.word)
            self.lexer.expect_document(cell, delimiter, strip=operator == "<<-", quoted=quoted)
            self._cells = True
            return descriptor, "<<", cell
        return descriptor, operator, target.word

    def simple(self) -> Node:
        line = self.lexer.line
        assignments: list[Any] = []
        words: list[Word] = []
        redirections: list[Redirection] = []
        while True:
            redirection = self.redirection()
            if redirection is not None:
                redirections.append(redirection)
                continue
            token = self.peek()
            if token.kind != "word":
                break
            if not words and self._expand_alias(token):
                continue
            assignment = None
            if not words or plain(words[0]) in DECLARING:
                assignment = self._assignment(token)
            self._token = None
            if assignment is not None and not words:
                assignments.append(assignment)
            elif (assignment is not None and assignment[3][:1] == ("array",)) or (
                assignment is not None and plain(words[0]) != "alias"
            ):
                words.append((("declare", assignment),))
            else:
                words.extend(expand_braces(token.word))
            if len(words) == 1 and not assignments and not redirections and self.at("("):
                return self._function(words[0])
        if not assignments and not words and not redirections:
            raise self.unexpected("command")
        return ("simple", line, tuple(assignments), tuple(words), tuple(redirections))

    def _expand_alias(self, token: Token) -> bool:
        value = self.lexer.aliases.get(token.text)
        if value is None or token.text in self._expanded:
            return False
        self._expanded.add(token.text)
        text = self.lexer.text
        self.lexer.text = text[: token.start] + value + text[self.lexer.position :]
        self.lexer.position = token.start
        self._token = None
        return True

    def _assignment(self, token: Token) -> Any:
        """The token as an assignment (name, index, appended?, value), if it is one."""
        word = token.word
        if not word or word[0][0] != "plain":
            return None
        text: str = word[0][1]
        end = 0
        while end < len(text) and text[end] in (NAME if end else NAME_START):
            end += 1
        name, index = text[:end], None
        if not name:
            return None
        if text[end : end + 1] == "[":
            split = _index(word, end)
            if split is None:
                return None
            index, word, text, end = split
        appended = text[end : end + 2] == "+="
        if not appended and text[end : end + 1] != "=":
            return None
        rest = text[end + 1 + appended :]
        value: Any = ((("plain", rest),) if rest else ()) + word[1:]
        if not value and self.lexer.text[self.lexer.position : self.lexer.position + 1] == "(" and token is self._token:
            value = ("array", self._array())
        return name, index, appended, value

    def _array(self) -> tuple[Any, ...]:
        self.lexer.position += 1
        self._token = None
        items: list[Any] = []
        while True:
            self.skip_newlines()
            token = self.take()
            if token.kind == "operator" and token.text == ")":
                break
            if token.kind != "word":
                self._token = token
                raise self.unexpected(")")
            items.extend(expand_braces(token.word))
        self._token = Token("word", "", (), self.lexer.position)
        return tuple(items)

    def _function(self, name: Word) -> Node:
        self.take()
        if not self.at(")"):
            raise self.unexpected(")")
        self.take()
        self.skip_newlines()
        return ("function", plain(name) or "", self.command())

    def parentheses(self) -> Node:
        start = self.peek().start
        if self.lexer.text.startswith("((", start):
            end = closing(self.lexer.text, start + 2)
            if end is None:
                raise Incomplete("unexpected EOF while looking for matching `)'", "))")
            if self.lexer.text.startswith("))", end):
                inside = self.lexer.text[start + 2 : end]
                self._jump(end + 2)
                return ("arithmetic", Lexer(inside).double_parts(""), self.redirections())
        self.take()
        self.skip_newlines()
        body = self.sequence()
        self.skip_newlines()
        if not self.at(")"):
            raise self.unexpected(")")
        self.take()
        return ("subshell", body, self.redirections())

    def _jump(self, position: int) -> None:
        self._token = None
        self.lexer.position = position

    def body(self, *ends: str) -> Node:
        """Commands up to a reserved word, which is left to be read."""
        self.skip_newlines()
        node = self.sequence()
        self.skip_newlines()
        if not self.at_word(*ends):
            raise self.unexpected(ends[0])
        return node

    def brace_group(self) -> Node:
        self.take()
        body = self.body("}")
        self.take()
        return ("group", body, self.redirections())

    def if_clause(self) -> Node:
        self.take()
        clauses, otherwise = [], None
        while True:
            condition = self.body("then")
            self.take()
            clauses.append((condition, self.body("fi", "else", "elif")))
            word = self.take().text
            if word == "else":
                otherwise = self.body("fi")
                self.take()
            if word != "elif":
                return ("if", tuple(clauses), otherwise, self.redirections())

    def while_clause(self) -> Node:
        until = self.take().text == "until"
        condition = self.body("do")
        return ("while", condition, self.do_group(), until, self.redirections())

    def do_group(self) -> Node:
        self.skip_newlines()
        if self.at_word("{"):
            self.take()
            body = self.body("}")
        else:
            self.expect_word("do")
            body = self.body("done")
        self.take()
        return body

    def for_clause(self) -> Node:
        kind = self.take().text
        if kind == "for" and self.at("(") and self.lexer.text.startswith("((", self.peek().start):
            return self._loop()
        token = self.take()
        name = plain(token.word) if token.kind == "word" else None
        if name is None or name[0] not in NAME_START:
            raise SyntaxMistake(f"`{token.text}': not a valid identifier")
        self.skip_newlines()
        words: tuple[Word, ...] | None = None
        if self.at_word("in"):
            self.take()
            found: list[Word] = []
            while self.peek().kind in ("word", "number"):
                found.extend(expand_braces(self.take().word))
            words = tuple(found)
        if self.at(";"):
            self.take()
        return (kind, name, words, self.do_group(), self.redirections())

    def _loop(self) -> Node:
        start = self.peek().start + 2
        end = closing(self.lexer.text, start)
        if end is None:
            raise Incomplete("unexpected EOF while looking for matching `)'", "))")
        parts = self.lexer.text[start:end].split(";")
        if len(parts) != 3 or not self.lexer.text.startswith("))", end):
            raise SyntaxMistake("syntax error: arithmetic expression required")
        self._jump(end + 2)
        if self.at(";"):
            self.take()
        words = [Lexer(part.strip()).double_parts("") for part in parts]
        return ("loop", *words, self.do_group(), self.redirections())

    def case_clause(self) -> Node:
        self.take()
        subject = self.take().word
        self.expect_word("in")
        clauses = []
        while True:
            self.skip_newlines()
            if self.at_word("esac"):
                break
            if self.at("("):
                self.take()
            patterns = [self._pattern()]
            while self.at("|"):
                self.take()
                patterns.append(self._pattern())
            if not self.at(")"):
                raise self.unexpected(")")
            self.take()
            self.skip_newlines()
            empty = self.at(";;", ";&", ";;&") or self.at_word("esac")
            body: Node = ("sequence", ()) if empty else self.sequence()
            self.skip_newlines()
            terminator = self.take().text if self.at(";;", ";&", ";;&") else ";;"
            clauses.append((tuple(patterns), body, terminator))
        self.take()
        return ("case", subject, tuple(clauses), self.redirections())

    def _pattern(self) -> Word:
        token = self.peek()
        if token.kind not in ("word", "number"):
            raise self.unexpected("pattern")
        self.take()
        return token.word or (("plain", token.text),)

    def function_clause(self) -> Node:
        self.take()
        name = self.take().text
        if self.at("("):
            self.take()
            if not self.at(")"):
                raise self.unexpected(")")
            self.take()
        self.skip_newlines()
        return ("function", name, self.command())

    def test_clause(self) -> Node:
        from simulator.shell.conditions import parse_condition

        self.take()
        return ("test", parse_condition(self), self.redirections())


def _index(word: Word, start: int) -> tuple[Word, Word, str, int] | None:
    """Split `name[index]=value` at its brackets: the index, then the rest as a word whose first part is plain."""
    text = word[0][1]
    end = text.find("]", start)
    if end >= 0:
        return ((("plain", text[start + 1 : end]),), word, text, end + 1)
    index: list[Any] = [("plain", text[start + 1 :])] if text[start + 1 :] else []
    for number, part in enumerate(word[1:], 1):
        if part[0] == "plain" and "]" in part[1]:
            before, _, after = part[1].partition("]")
            if before:
                index.append(("plain", before))
            return tuple(index), (("plain", after), *word[number + 1 :]), after, 0
        index.append(part)
    return None


def _literal(part: Any) -> str:
    if part[0] == "double":
        return "".join(_literal(inner) for inner in part[1])
    return str(part[1])


def _settled(node: Any) -> Any:
    """The node with every here-document in its place."""
    if isinstance(node, list):
        return _settled(node[0]) if node else ()
    if isinstance(node, tuple):
        return tuple([_settled(item) for item in node])
    return node


COMPOUND = {
    "{": Parser.brace_group,
    "if": Parser.if_clause,
    "while": Parser.while_clause,
    "until": Parser.while_clause,
    "for": Parser.for_clause,
    "select": Parser.for_clause,
    "case": Parser.case_clause,
    "function": Parser.function_clause,
    "[[": Parser.test_clause,
}

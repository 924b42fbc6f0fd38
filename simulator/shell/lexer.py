"""Characters to words and operators, with quoting and the forms that begin with `$`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.shell.nodes import Incomplete, Node, Part, SyntaxMistake, Word

if TYPE_CHECKING:
    from collections.abc import Mapping

OPERATORS = (
    "<<<", "<<-", ";;&", "&>>", "&&", "||", ";;", ";&", "<<", ">>", "<&", ">&", "<>", ">|", "&>", "|&",
    "&", "|", ";", "(", ")", "<", ">",
)  # fmt: skip
BLANKS = " \t"
METACHARACTERS = frozenset(" \t\n|&;()<>")
SPECIAL = "@*#?-$!0123456789"
NAME_START = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
NAME = NAME_START | frozenset("0123456789")
DEEPEST = 60
"""How deep quotes and substitutions may nest."""

ESCAPES = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip

MODIFIERS = (
    ":-", ":=", ":?", ":+", "##", "%%", "//", "/#", "/%", "^^", ",,", "-", "=", "?", "+", "#", "%", "/", ":", "^",
    ",", "@",
)  # fmt: skip


class Token(NamedTuple):
    kind: str
    """`word`, `operator`, `number` (a descriptor before a redirection), `newline` or `end`."""
    text: str
    word: Word
    start: int


class Lexer:
    """Reads tokens from a text at a position; `line` counts from 1."""

    def __init__(self, text: str, position: int = 0, line: int = 1, aliases: Mapping[str, str] | None = None) -> None:
        self.text = text
        self.position = position
        self.line = line
        self.aliases = aliases or {}
        self.documents: list[tuple[list[Word], str, bool, bool]] = []
        self.depth = 0

    def next(self) -> Token:
        self._skip_blanks()
        start = self.position
        text = self.text
        if start >= len(text):
            if self.documents:
                self._read_documents()
            return Token("end", "", (), start)
        if text[start] == "\n":
            self.position += 1
            self.line += 1
            self._read_documents()
            return Token("newline", "\n", (), start)
        for operator in OPERATORS:
            if text.startswith(operator, start):
                self.position += len(operator)
                return Token("operator", operator, (), start)
        word = self.word()
        raw = text[start : self.position]
        following = text[self.position : self.position + 1]
        if raw.isdecimal() and following in ("<", ">") and following:
            return Token("number", raw, (), start)
        return Token("word", raw, word, start)

    def _skip_blanks(self) -> None:
        text = self.text
        while self.position < len(text):
            if text[self.position] in BLANKS:
                self.position += 1
            elif text.startswith("\\\n", self.position):
                self.position += 2
                self.line += 1
            elif text[self.position] == "#":
                end = text.find("\n", self.position)
                self.position = len(text) if end < 0 else end
            else:
                return

    # words

    def word(self, stop: frozenset[str] = METACHARACTERS, *, pattern: bool = False) -> Word:
        """A word up to one of the stopping characters outside quotes."""
        parts: list[Part] = []
        text = self.text
        literal: list[str] = []
        while self.position < len(text):
            character = text[self.position]
            if character in stop:
                break
            if character not in "\\'\"$`":
                literal.append(character)
                self.line += character == "\n"
                self.position += 1
                continue
            if text.startswith("\\\n", self.position):
                self.position += 2
                self.line += 1
                continue
            part = self._special(character, in_double=False)
            if part is None:
                literal.append(character)
                continue
            if literal:
                parts.append(("plain", "".join(literal)))
                literal = []
            parts.append(part)
        if literal:
            parts.append(("plain", "".join(literal)))
        return tuple(parts)

    def _special(self, character: str, *, in_double: bool) -> Part | None:
        """A part that begins with a quote, a backslash, `$` or a backtick; None where a lone `$` stands for itself."""
        text = self.text
        if character == "\\":
            following = text[self.position + 1 : self.position + 2]
            self.position += 1 + len(following)
            return ("quoted", following or "\\")
        if character == "'" and not in_double:
            return ("quoted", self._single())
        if character == '"':
            return self._double()
        if character == "`":
            return self._backticks()
        return self._dollar(in_double)

    def _single(self) -> str:
        end = self.text.find("'", self.position + 1)
        if end < 0:
            raise Incomplete("unexpected EOF while looking for matching `''", "'", closing="'")
        inside = self.text[self.position + 1 : end]
        self.line += inside.count("\n")
        self.position = end + 1
        return inside

    def _double(self) -> Part:
        self.position += 1
        parts = self.double_parts('"')
        if self.position >= len(self.text):
            raise Incomplete("unexpected EOF while looking for matching `\"'", '"', closing='"')
        self.position += 1
        return ("double", parts)

    def double_parts(self, end: str) -> Word:
        """Parts as within double quotes, up to the ending character (`""`: the end of the text)."""
        parts: list[Part] = []
        literal: list[str] = []
        text = self.text
        while self.position < len(text) and text[self.position] != end:
            character = text[self.position]
            if character == "\\":
                following = text[self.position + 1 : self.position + 2]
                if following == "\n":
                    self.line += 1
                elif following and following in '$`"\\':
                    literal.append(following if following != '"' or end else '\\"')
                else:
                    literal.append("\\" + following)
                self.position += 1 + len(following)
                continue
            part = self._special(character, in_double=True) if character in "$`" else None
            if part is None:
                literal.append(character)
                self.line += character == "\n"
                self.position += character not in "$`"
                continue
            if literal:
                parts.append(("quoted", "".join(literal)))
                literal = []
            parts.append(part)
        if literal:
            parts.append(("quoted", "".join(literal)))
        return tuple(parts)

    def _backticks(self) -> Part:
        end, inside = self.position + 1, []
        while end < len(self.text) and self.text[end] != "`":
            if self.text[end] == "\\" and self.text[end + 1 : end + 2] in ("`", "\\", "$"):
                end += 1
            inside.append(self.text[end])
            end += 1
        if end >= len(self.text):
            raise Incomplete("unexpected EOF while looking for matching ``'", "`")
        self.position = end + 1
        return ("command", self._parse_inside("".join(inside)))

    def _parse_inside(self, source: str) -> Node:
        from simulator.shell.parser import parse

        if self.depth >= DEEPEST:
            raise SyntaxMistake("substitutions are nested too deeply")
        return parse(source, self.aliases)

    # what begins with a dollar

    def _dollar(self, in_double: bool) -> Part | None:
        text, start = self.text, self.position
        following = text[start + 1 : start + 2]
        if text.startswith("$((", start):
            inside = self._arithmetic()
            if inside is not None:
                return inside
        if following == "(":
            return self._substitution()
        if following == "{":
            return self._braced()
        if following == "'" and not in_double:
            return ("quoted", self._ansi())
        if following == '"' and not in_double:
            self.position += 1
            return self._double()
        if following in NAME_START and following:
            end = start + 2
            while end < len(text) and text[end] in NAME:
                end += 1
            self.position = end
            return ("parameter", text[start + 1 : end], None, "", ())
        if following and following in SPECIAL:
            self.position += 2
            return ("parameter", following, None, "", ())
        self.position += 1
        return None

    def _arithmetic(self) -> Part | None:
        end = closing(self.text, self.position + 3)
        if end is None:
            raise Incomplete("unexpected EOF while looking for matching `)'", "))")
        if not self.text.startswith("))", end):
            return None  # a substitution that begins with a subshell
        inside = self.text[self.position + 3 : end]
        self.position = end + 2
        return ("arithmetic", Lexer(inside, aliases=self.aliases).double_parts(""))

    def _substitution(self) -> Part:
        from simulator.shell.parser import Parser

        if self.depth >= DEEPEST:
            raise SyntaxMistake("substitutions are nested too deeply")
        inner = Lexer(self.text, self.position + 2, self.line)
        inner.depth = self.depth + 1
        node = Parser(inner).inside_parentheses()
        self.position, self.line = inner.position, inner.line
        return ("command", node)

    def _ansi(self) -> str:
        made, position = [], self.position + 2
        text = self.text
        while position < len(text) and text[position] != "'":
            if text[position] == "\\":
                character, position = escape(text, position)
                made.append(character)
            else:
                made.append(text[position])
                position += 1
        if position >= len(text):
            raise Incomplete("unexpected EOF while looking for matching `''", "'")
        self.position = position + 1
        return "".join(made)

    def _braced(self) -> Part:
        start = self.position
        self.position += 2
        sign = self.text[self.position : self.position + 1]
        prefix = ""
        if sign in ("#", "!") and self.text[self.position + 1 : self.position + 2] not in ("}", "", ":", "-", "?", "="):
            prefix = sign
            self.position += 1
        name = self._parameter_name()
        if not name:
            raise self._bad(start)
        index = None
        if self.text[self.position : self.position + 1] == "[":
            self.position += 1
            index = self.word(frozenset("]"))
            self._expect("]", start)
        if prefix == "#":
            self._expect("}", start)
            return ("parameter", name, index, "length", ())
        if prefix == "!" and self.text[self.position : self.position + 1] in ("}", "*", "@"):
            return self._indirect(name, index, start)
        operator = next((known for known in MODIFIERS if self.text.startswith(known, self.position)), "")
        self.position += len(operator)
        words = self._operands(operator) if operator else ()
        self._expect("}", start)
        return ("parameter", name, index, operator if prefix != "!" else "!" + operator, words)

    def _indirect(self, name: str, index: Word | None, start: int) -> Part:
        names = self.text[self.position] != "}"
        self.position += names
        self._expect("}", start)
        if names:
            return ("parameter", name, None, "names", ())
        return ("parameter", name, index, "!", ())

    def _parameter_name(self) -> str:
        text, start = self.text, self.position
        if start < len(text) and text[start] in NAME_START:
            end = start
            while end < len(text) and text[end] in NAME:
                end += 1
        elif text[start : start + 1].isdecimal():
            end = start
            while end < len(text) and text[end].isdecimal():
                end += 1
        else:
            end = start + (text[start : start + 1] in tuple(SPECIAL))
        self.position = end
        return text[start:end]

    def _operands(self, operator: str) -> tuple[Word, ...]:
        stops = {":": ":}", "/": "/}", "//": "/}", "/#": "/}", "/%": "/}"}.get(operator, "}")
        first = self.word(frozenset(stops))
        if self.position < len(self.text) and self.text[self.position] in stops[:-1]:
            self.position += 1
            return first, self.word(frozenset("}"))
        return (first,)

    def _expect(self, character: str, start: int) -> None:
        if self.position >= len(self.text):
            raise Incomplete(f"unexpected EOF while looking for matching `{character}'", character)
        if self.text[self.position] != character:
            raise self._bad(start)
        self.position += 1

    def _bad(self, start: int) -> SyntaxMistake:
        end = self.text.find("}", start)
        if end < 0:
            return Incomplete("unexpected EOF while looking for matching `}'", "}")
        return SyntaxMistake(f"{self.text[start : end + 1]}: bad substitution")

    # here-documents

    def expect_document(self, cell: list[Word], delimiter: str, *, strip: bool, quoted: bool) -> None:
        """A `<<` was read: its text begins after the next newline."""
        self.documents.append((cell, delimiter, strip, quoted))

    def _read_documents(self) -> None:
        documents, self.documents = self.documents, []
        began = self.line - self.text[: self.position].endswith("\n")
        for cell, delimiter, strip, quoted in documents:
            lines: list[str] = []
            while True:
                if self.position >= len(self.text):
                    words = f"here-document delimited by end-of-file (wanted `{delimiter}')"
                    mistake = Incomplete(words, "<<", closing=delimiter, alone=True)
                    mistake.line = began
                    raise mistake
                end = self.text.find("\n", self.position)
                end = len(self.text) if end < 0 else end
                line = self.text[self.position : end]
                self.position = min(end + 1, len(self.text))
                self.line += 1
                if strip:
                    line = line.lstrip("\t")
                if line == delimiter:
                    break
                lines.append(line + "\n")
            body = "".join(lines)
            cell.append((("quoted", body),) if quoted else Lexer(body, aliases=self.aliases).double_parts(""))


def closing(text: str, position: int) -> int | None:
    """Where the parenthesis that is open at a position closes, quotes skipped."""
    depth = 1
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
        elif character == "'":
            position = text.find("'", position + 1)
            if position < 0:
                return None
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if not depth:
                return position
        position += 1
    return None


def escape(text: str, position: int) -> tuple[str, int]:
    """The character that a backslash escape at a position means (as in `$'...'`), and where it ends."""
    following = text[position + 1 : position + 2]
    if following in ESCAPES and following:
        return ESCAPES[following], position + 2
    if following in ("x", "u", "U") and following:
        longest = {"x": 2, "u": 4, "U": 8}[following]
        end = position + 2
        while end < len(text) and end < position + 2 + longest and text[end] in "0123456789abcdefABCDEF":
            end += 1
        if end > position + 2:
            code = int(text[position + 2 : end], 16)
            if following == "x" and code > 127:
                return chr(0xDC00 + code), end
            return (chr(code) if code < 0x110000 else "\ufffd"), end
    if following and following in "01234567":
        end = position + 1
        while end < len(text) and end < position + 4 and text[end] in "01234567":
            end += 1
        return chr(int(text[position + 1 : end], 8) & 255), end
    if following == "c" and position + 2 < len(text):
        return chr(ord(text[position + 2]) & 31), position + 3
    return "\\" + following, position + 2

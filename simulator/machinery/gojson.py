"""What Go's decoder says of a text that is not JSON. Upstream: encoding/json/scanner.go"""

from typing import Any, Final

from simulator.machinery.golang import quoted

END: Final = "unexpected end of JSON input"
SPACE, DIGITS, HEX = b" \t\r\n", b"0123456789", b"0123456789abcdefABCDEF"
DEEPEST: Final = 10_000
LARGEST: Final = 64 * 1024
"""Of a longer text the mistake is not looked for: its reader says what it has found."""
LITERALS: Final = {ord(word[0]): word for word in ("true", "false", "null")}
ESCAPES: Final = b'bfnrt\\/"'


class Wrong(Exception):
    """Where a text stops being JSON; the message says why."""


def syntax_error(text: bytes) -> str:
    """The first mistake; "" where there is none, or the text is too long."""
    if len(text) > LARGEST:
        return ""
    try:
        Scanner(text).scan()
    except Wrong as wrong:
        return str(wrong)
    return ""


def sort_of(value: Any) -> str:
    """What Go calls a JSON value that is no object."""
    if isinstance(value, bool):
        return "bool"
    return "array" if isinstance(value, list) else "string" if isinstance(value, str) else "number"


class Scanner:
    """Goes through a text once, remembering in which objects and lists it is."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.at = 0
        self.within: list[str] = []

    def scan(self) -> None:
        expected = "value"
        while True:
            self.skip(SPACE)
            if self.at == len(self.text) and expected == "after" and not self.within:
                return
            expected = self.step(self.peek(), expected)

    def step(self, letter: int, expected: str) -> str:
        """Take what begins here, and say what may follow."""
        if expected in ("value", "value or end"):
            return self.value(letter, may_end=expected != "value")
        if expected in ("key", "key or end"):
            if letter == ord("}") and expected != "key":
                return self.close()
            self.expect(b'"', "looking for beginning of object key string")
            self.string()
            return "colon"
        if expected == "colon":
            self.expect(b":", "after object key")
            return "value"
        if not self.within:
            raise self.wrong("after top-level value")
        if letter == ord(self.within[-1]):
            return self.close()
        self.expect(b",", "after object key:value pair" if self.within[-1] == "}" else "after array element")
        return "key" if self.within[-1] == "}" else "value"

    def value(self, letter: int, *, may_end: bool) -> str:
        if may_end and letter == ord("]"):
            return self.close()
        if letter in b"{[":
            if len(self.within) == DEEPEST:
                raise self.wrong("exceeded max depth")
            self.at += 1
            self.within.append("}" if letter == ord("{") else "]")
            return "key or end" if letter == ord("{") else "value or end"
        if letter == ord('"'):
            self.at += 1
            self.string()
        elif letter in b"-" or letter in DIGITS:
            self.number(letter)
        elif letter in LITERALS:
            for each in LITERALS[letter]:
                self.expect(each.encode(), f"in literal {LITERALS[letter]} (expecting '{each}')")
        else:
            raise self.wrong("looking for beginning of value")
        return "after"

    def close(self) -> str:
        self.at += 1
        self.within.pop()
        return "after"

    def string(self) -> None:
        while (letter := self.peek()) != ord('"'):
            if letter < 0x20:
                raise self.wrong("in string literal")
            self.at += 1
            if letter != ord("\\"):
                continue
            if self.peek() == ord("u"):
                self.at += 1
                for _ in range(4):
                    self.expect(HEX, "in \\u hexadecimal character escape")
            else:
                self.expect(ESCAPES, "in string escape code")
        self.at += 1

    def number(self, letter: int) -> None:
        if letter == ord("-"):
            self.at += 1
        if self.peek() == ord("0"):
            self.at += 1
        else:
            self.expect(DIGITS, "in numeric literal")
            self.skip(DIGITS)
        if self.text[self.at : self.at + 1] == b".":
            self.at += 1
            self.expect(DIGITS, "after decimal point in numeric literal")
            self.skip(DIGITS)
        if self.text[self.at : self.at + 1] in (b"e", b"E"):
            self.at += 1
            if self.peek() in b"+-":
                self.at += 1
            self.expect(DIGITS, "in exponent of numeric literal")
            self.skip(DIGITS)

    def peek(self) -> int:
        if self.at >= len(self.text):
            raise Wrong(END)
        return self.text[self.at]

    def skip(self, letters: bytes) -> None:
        while self.at < len(self.text) and self.text[self.at] in letters:
            self.at += 1

    def expect(self, letters: bytes, where: str) -> None:
        if self.peek() not in letters:
            raise self.wrong(where)
        self.at += 1

    def wrong(self, where: str) -> Wrong:
        letter = chr(self.text[self.at])
        shown = {"'": "\\'", '"': '"'}.get(letter, quoted(letter)[1:-1])
        return Wrong(f"invalid character '{shown}' {where}")

"""How Go writes values down: quoted strings and JSON, as they appear inside upstream's messages.

Upstream: strconv.Quote, encoding/json.Marshal
"""

from typing import Any

import orjson

SHORT = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}


def quoted(text: str) -> str:
    """A string in double quotes, escaped as Go's `%q` does."""
    if text.isalnum() and text.isascii():
        return f'"{text}"'
    return '"' + "".join(map(escaped, text)) + '"'


def escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    short = SHORT.get(character)
    if short is not None:
        return short
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def json_text(value: Any) -> str:
    """JSON as Go marshals it: no blanks, maps ordered by the caller, `<`, `>` and `&` escaped."""
    text = orjson.dumps(value).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")

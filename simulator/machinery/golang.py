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


def syntax(value: Any) -> str:
    """A JSON value as Go source, as `%#v` writes it."""
    match value:
        case dict():
            inside = ", ".join(f"{quoted(key)}:{syntax(value[key])}" for key in sorted(value))
            return f"map[string]interface {{}}{{{inside}}}"
        case list():
            return f"[]interface {{}}{{{', '.join(map(syntax, value))}}}"
        case str():
            return quoted(value)
        case None:
            return "interface {}(nil)"
    return json_text(value)

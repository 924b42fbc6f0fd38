"""Values as `kubectl -o kyaml` prints them: braces, quoted strings, trailing commas.

Upstream: sigs.k8s.io/yaml/kyaml
"""

import re
from collections.abc import Iterator
from typing import Any

from simulator.machinery.floats import format_json
from simulator.machinery.yaml.scalars import is_timestamp

FOLD = "\\\n"
ESCAPES = {
    "\a": r"\a", "\b": r"\b", "\f": r"\f", "\r": r"\r", "\v": r"\v", "\0": r"\0", "\x1b": r"\e",
    "\x85": r"\N", "\xa0": r"\_", "\u2028": r"\L", "\u2029": r"\P",
}  # fmt: skip
GUESSED = {"null", "~", "true", "t", "1", "0", "f", "y", "yes", "on", "false", "n", "no", "off"}

_NUMBER = re.compile(
    r"[-+]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?|\.[0-9]+([eE][-+]?[0-9]+)?"
    r"|(?i:inf|infinity|nan))"
)
_BASE60 = re.compile(r"[+-]?[1-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")


def dump_kyaml(value: Any, *, sort: bool = True) -> str:
    """A value as KYAML, with the line that begins the document; `sort=False` keeps the order of keys."""
    return f"---\n{''.join(_render(_sorted(value) if sort else value, 0))}\n"


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _render(value: Any, indent: int) -> Iterator[str]:
    match value:
        case dict():
            yield from _render_map(value, indent)
        case list():
            yield from _render_list(value, indent)
        case str():
            yield _quoted(value, indent + 1)
        case bool():
            yield "true" if value else "false"
        case None:
            yield "null"
        case float():
            yield format_json(value)
        case _:
            yield str(value)


def _render_map(value: dict[str, Any], indent: int) -> Iterator[str]:
    if not value:
        yield "{}"
        return
    inner = "  " * (indent + 1)
    yield "{\n"
    for key in value:
        yield inner + (_quoted(key, indent + 2, folded=False) if needs_quotes(key) else key) + ": "
        yield from _render(value[key], indent + 1)
        yield ",\n"
    yield "  " * indent + "}"


def _render_list(value: list[Any], indent: int) -> Iterator[str]:
    if not value:
        yield "[]"
    elif all(isinstance(item, dict | list) for item in value):
        yield "["
        for place, item in enumerate(value):
            yield ", " if place else ""
            yield from _render(item, indent)
        yield "]"
    else:
        yield "[\n"
        for item in value:
            yield "  " * (indent + 1)
            yield from _render(item, indent + 1)
            yield ",\n"
        yield "  " * indent + "]"


def _quoted(text: str, indent: int, *, folded: bool = True) -> str:
    """A text in double quotes; one of several lines is folded so that each stands on its own."""
    if "\n" not in text or not folded:
        inner = "".join(map(_escaped, text))
        return '"' + (inner if folded else inner.replace("\t", "\\t")) + '"'
    margin = "  " * indent
    lines = text.split("\n")
    out = ['"', FOLD]
    for place, line in enumerate(lines):
        last = place == len(lines) - 1
        if last and not line:
            break
        # what is aligned is dropped by YAML, so a blank that is meant needs a backslash
        lead = "\\" if line and line[0].isspace() else " "
        out += [margin, lead, "".join(map(_escaped, line)), "" if last else "\\n", FOLD]
    return "".join(out) + margin + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable() or character == "\t":
        return character
    if character == "\n":
        return "\\n"
    if character in ESCAPES:
        return ESCAPES[character]
    code = ord(character)
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def needs_quotes(key: str) -> bool:
    """Whether a key must be quoted: any that some YAML reader would take for something else."""
    if not key or key.lower() in GUESSED or key.lower() in (".inf", "-.inf", "+.inf", ".nan"):
        return True
    if _NUMBER.fullmatch(key.replace("_", "")) or _BASE60.fullmatch(key) or is_timestamp(key):
        return True
    inner = key[1:-1]
    allowed = (key[0] + key[-1]).replace("_", "a") + re.sub(r"[-._/]", "a", inner)
    return not all(character.isalpha() or character.isnumeric() for character in allowed)

"""Values as `kubectl -o json` prints them. Upstream: Go's encoding/json"""

import re
from typing import Any

import orjson

from simulator.machinery.floats import format_json

_INDENT = re.compile(r"^ +", re.MULTILINE)
_FLOAT = re.compile(r"(?<= )-?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?=,?$)|^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$", re.MULTILINE)
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_KEY = re.compile(r'^("(?:[^"\\]|\\.)*"): ')
_ESCAPED = re.compile("[<>&\u2028\u2029]")


def dump_json(value: Any, *, sort: bool = True) -> str:
    """A value as JSON with four spaces and no last newline; `sort=False` keeps the order of keys."""
    options = orjson.OPT_INDENT_2 | (orjson.OPT_SORT_KEYS if sort else 0)
    text = orjson.dumps(value, option=options).decode()
    return escaped(_FLOAT.sub(_number, _INDENT.sub(lambda found: found[0] * 2, text)))


def compact_json(value: Any) -> str:
    """A value as Go's `json.Marshal` writes it: no blanks, keys sorted."""
    return "".join(_KEY.sub(r"\1:", line.lstrip(" ")) for line in dump_json(value).split("\n"))


def escaped(text: str) -> str:
    """What Go escapes so that JSON may stand inside HTML."""
    return _ESCAPED.sub(lambda found: ESCAPES[found[0]], text)


def _number(found: re.Match[str]) -> str:
    text = found[0]
    return format_json(float(text)) if "." in text or "e" in text else text

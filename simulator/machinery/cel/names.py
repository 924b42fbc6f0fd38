"""Names of fields that CEL could not spell, in the form in which rules write them.

Upstream: apiserver/pkg/cel/escaping.go
"""

import re
from typing import Final

RESERVED: Final = frozenset(
    [
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)
SPELLED: Final = re.compile(r"[A-Za-z0-9_./\-]+")
LETTERS: Final = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
TO_ESCAPE: Final = re.compile(r"__|[./\-]")
ESCAPED: Final = re.compile(r"__(underscores|dot|dash|slash|[a-z]+)__")


def escape(name: str) -> str | None:
    """A field's name as rules write it; None for a name that cannot be written."""
    if name in RESERVED:
        return f"__{name}__"
    if not SPELLED.fullmatch(name) or name[0].isdigit():
        return None
    return TO_ESCAPE.sub(lambda found: LETTERS[found[0]], name)


def unescape(name: str) -> str:
    """The field's name that a rule writes."""
    if not name.startswith("__") and "__" not in name:
        return name
    if name[:2] == name[-2:] == "__" and name[2:-2] in RESERVED:
        return name[2:-2]
    return ESCAPED.sub(lambda found: SYMBOLS.get(found[1], found[0]), name)


SYMBOLS: Final = {"underscores": "__", "dot": ".", "dash": "-", "slash": "/"}

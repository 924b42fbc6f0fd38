"""Regular expressions as Go reads them, which take no longer than the text they look at."""

from functools import lru_cache
from typing import Any

import re2

IN_GO = {
    "bad repetition operator": "invalid nested repetition operator",
    "invalid named capture group": "invalid named capture",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "invalid repetition size": "invalid repeat count",
    "missing )": "missing closing )",
    "missing ]": "missing closing ]",
    "no argument for repetition operator": "missing argument to repetition operator",
    "trailing \\": "trailing backslash at end of expression",
}
MEMORY = 1 << 20
KEPT = 512


class PatternError(ValueError):
    """A pattern that cannot be read."""


@lru_cache(maxsize=KEPT)
def compiled(pattern: str) -> Any:
    """A pattern with `search`, `finditer` and `fullmatch`. Raises `PatternError`."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY
    try:
        return re2.compile(pattern, options=options)
    except re2.error as error:
        text = error.args[0] if error.args else ""
        raise PatternError(in_go(text.decode() if isinstance(text, bytes) else str(text))) from None


def in_go(text: str) -> str:
    """What RE2 says is wrong, as Go's regexp/syntax says it."""
    why, _, where = text.partition(": ")
    return f"{IN_GO.get(why, why)}: `{where}`" if where or why in IN_GO else text

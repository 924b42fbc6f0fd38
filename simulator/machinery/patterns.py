"""Regular expressions as Go reads them, which take no longer than the text they look at."""

from functools import lru_cache
from typing import Any

import re2

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
        raise PatternError(text.decode() if isinstance(text, bytes) else str(text)) from None

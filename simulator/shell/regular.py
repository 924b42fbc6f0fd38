"""Regular expressions that learners write, on RE2: linear in time; a mistake in one is only raised, not logged."""

from functools import lru_cache
from typing import Any

import re2

OPTIONS = re2.Options()
OPTIONS.log_errors = False


@lru_cache(maxsize=512)
def compiled(source: str) -> Any:
    """The compiled expression; raises `re2.error`."""
    return re2.compile(source, OPTIONS)

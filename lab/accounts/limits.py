"""Counts attempts, so that nobody can guess passwords or make guests without end."""

from django.core.cache import cache
from django.http import HttpRequest

QUARTER, HOUR = 15 * 60, 60 * 60
CLASS = 20
"""How many times what one person may is allowed from one address: a whole class may sit behind it."""


def too_many(request: HttpRequest, what: str, *, limit: int, seconds: int, whom: str = "") -> bool:
    """Count one more attempt at something from this address (or for this person); whether it is one too many."""
    limits = {f"limit:{what}:from:{request.META.get('REMOTE_ADDR', '')}": limit * CLASS if whom else limit}
    if whom:
        limits[f"limit:{what}:for:{whom.strip().lower()}"[:200].replace(" ", "")] = limit
    for key in limits:
        cache.add(key, 0, seconds)
    return any(cache.incr(key) > most for key, most in limits.items())

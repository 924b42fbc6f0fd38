"""Counts attempts, so that nobody can guess passwords or make guests without end."""

from django.core.cache import cache
from django.http import HttpRequest


def too_many(request: HttpRequest, what: str, *, limit: int, seconds: int, whom: str = "") -> bool:
    """Count one more attempt at something from this address (and for this name); whether it is one too many."""
    keys = [f"limit:{what}:from:{request.META.get('REMOTE_ADDR', '')}"]
    if whom:
        keys.append(f"limit:{what}:for:{whom.strip().lower()}"[:200].replace(" ", ""))
    counts = []
    for key in keys:
        cache.add(key, 0, seconds)
        counts.append(cache.incr(key))
    return max(counts) > limit

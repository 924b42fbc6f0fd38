"""What web servers write alike: dates, lines of an access log."""

from datetime import UTC, datetime
from functools import lru_cache

from simulator.kernel.clock import SECOND
from simulator.runtime.network import HttpRequest

HEADER = "%a, %d %b %Y %H:%M:%S GMT"


def http_date(now: int, form: str = HEADER) -> str:
    """A moment as the `Date` header has it, or in another form."""
    return _written(now // SECOND, form)


@lru_cache(maxsize=64)
def _written(second: int, form: str) -> str:
    return datetime.fromtimestamp(second, UTC).strftime(form)


def access_line(now: int, request: HttpRequest, target: str, status: int, size: int) -> str:
    """A line of the combined log format."""
    stamp = _written(now // SECOND, "%d/%b/%Y:%H:%M:%S +0000")
    headers = request.headers
    return (
        f'{request.source} - - [{stamp}] "{request.method} {target} HTTP/1.1" {status} {size} '
        f'"{headers.get("referer", "-")}" "{headers.get("user-agent", "-")}" "{headers.get("x-forwarded-for", "-")}"'
    )

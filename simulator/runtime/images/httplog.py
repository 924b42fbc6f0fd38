"""What web servers write alike: dates, lines of an access log."""

from datetime import UTC, datetime

from simulator.kernel.clock import SECOND
from simulator.runtime.network import HttpRequest


def http_date(now: int, form: str = "%a, %d %b %Y %H:%M:%S GMT") -> str:
    """A moment as the `Date` header has it."""
    return datetime.fromtimestamp(now // SECOND, UTC).strftime(form)


def access_line(now: int, request: HttpRequest, target: str, status: int, size: int) -> str:
    """A line of the combined log format."""
    stamp = http_date(now, "%d/%b/%Y:%H:%M:%S +0000")
    agent = request.headers.get("user-agent", "-")
    referrer = request.headers.get("referer", "-")
    return (
        f'{request.source} - - [{stamp}] "{request.method} {target} HTTP/1.1" {status} {size} '
        f'"{referrer}" "{agent}" "-"'
    )

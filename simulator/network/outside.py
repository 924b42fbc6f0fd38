"""The internet as the lab has it: a few names that answer, and nothing else. No packet ever leaves the process."""

from collections.abc import Callable
from urllib.parse import urlsplit

from simulator.kernel.clock import SECOND
from simulator.network.gateway.definitions import URL, manifest
from simulator.runtime.network import (
    HttpRequest,
    HttpResponse,
    NameNotFound,
    Record,
    Refused,
    ResolverTimedOut,
    TimedOut,
)
from simulator.snapshotkinds import documents

LATENCY = 35_000
TTL = 300
PATIENCE = 10 * SECOND
"""Two tries of five seconds, as resolv.conf has it by default."""
RESOLVERS = ("10.0.0.2", "1.1.1.1", "8.8.8.8", "8.8.4.4", "9.9.9.9")
"""Name servers that everybody may ask."""
SITES: dict[str, tuple[str, bytes]] = {
    "example.com": (
        "93.184.215.14",
        b"<!doctype html><html><head><title>Example Domain</title></head><body><h1>Example Domain</h1>"
        b"<p>This domain is for use in documentation examples.</p></body></html>\n",
    ),
    "kubernetes.io": ("147.75.40.148", b"<!doctype html><title>Kubernetes</title>\n"),
}
SITES["www.example.com"] = SITES["example.com"]
SITES["github.com"] = ("140.82.121.4", b"<!doctype html><title>GitHub</title>\n")
SITES["raw.githubusercontent.com"] = ("185.199.108.133", b"404: Not Found")
DOCUMENTS: dict[str, Callable[[], str]] = {URL: manifest, **documents()}
"""What stands under some addresses of those sites."""


def answer(name: str, kind: str = "A") -> list[Record]:
    """What public DNS says of a name; raises `NameNotFound`."""
    site = SITES.get(name.rstrip("."))
    if site is None:
        raise NameNotFound(name, after=LATENCY)
    return [Record(name, "A", site[0], TTL)] if kind == "A" else []


def ask(server: str, name: str, kind: str, public: Callable[[str, str], list[Record]]) -> list[Record]:
    """Ask a name server from outside a cluster; nobody else than the known ones answers there."""
    if server not in RESOLVERS:
        raise ResolverTimedOut(name, after=PATIENCE)
    return public(name, kind)


def request(request: HttpRequest, address: str, port: int) -> HttpResponse:
    """Ask a site of the simulated internet."""
    page = next((content for known, content in SITES.values() if known == address), None)
    if page is None or port not in (80, 443):
        raise TimedOut(after=request.timeout, address=address, port=port)
    document = DOCUMENTS.get(request.url)
    if document is not None:
        page = document().encode()
    hosts = (SITES["github.com"][0], SITES["raw.githubusercontent.com"][0])
    status = 404 if document is None and address in hosts and urlsplit(request.url).path > "/" else 200
    headers = {"content-type": "text/html" if document is None else "application/octet-stream"}
    headers["content-length"] = str(len(page))
    return HttpResponse(status, headers, page, latency=LATENCY, address=address)


def connect(address: str, port: int) -> tuple[str, int]:
    """Try a TCP connection to a site (port 0: an ICMP echo)."""
    if any(known == address for known, _ in SITES.values()):
        if port in (0, 80, 443):
            return address, LATENCY
        raise Refused(after=LATENCY, address=address, port=port)
    raise TimedOut(address=address, port=port)

"""Apache's httpd: serves the files below htdocs. Upstream: the official Docker image"""

from posixpath import normpath
from urllib.parse import unquote, urlsplit

from simulator.runtime.images.base import DEBIAN
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.images.httplog import access_line, http_date
from simulator.runtime.images.memory import worked_out
from simulator.runtime.network import HttpRequest, HttpResponse
from simulator.runtime.nodes import executable, file
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Server, Wait, program
from simulator.runtime.signals import TERM, WINCH

ROOT = "/usr/local/apache2/htdocs"
VERSION = "HTTPD_VERSION"
WORDS = {403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}
TYPES = {
    "html": "text/html",
    "txt": "text/plain",
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
}


@program("httpd")
class Httpd(Server):
    """The web server in the foreground."""

    resident = 7 << 20

    def start(self, process: Process) -> Outcome:
        ip = process.addresses()[0]
        for _ in range(2):
            process.stderr.print(
                "AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using "
                f"{ip}. Set the 'ServerName' directive globally to suppress this message"
            )
        process.listen(self._port(process))
        note(
            process,
            "mpm_event",
            "notice",
            f"AH00489: Apache/{process.env.get(VERSION, '2.4.65')} (Unix) configured -- resuming normal operations",
        )
        note(process, "core", "notice", "AH00094: Command line: 'httpd -D FOREGROUND'")
        process.handle(TERM)
        process.handle(WINCH)
        return Wait("start")

    @staticmethod
    def _port(process: Process) -> int:
        for line in process.files.text("/usr/local/apache2/conf/httpd.conf").splitlines():
            words = line.split()
            if words[:1] == ["Listen"] and words[-1].rpartition(":")[2].isdecimal():
                return int(words[-1].rpartition(":")[2])
        return 80

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        words = (
            "AH00492: caught SIGWINCH, shutting down gracefully"
            if signal == WINCH
            else "AH00491: caught SIGTERM, shutting down"
        )
        note(process, "mpm_event", "notice", words)
        return Exit(0)

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        pages = worked_out(process)
        page = pages.get((request.method, request.url))
        if page is None:
            page = pages[request.method, request.url] = find(process, request)
        status, kind, body, target = page
        process.write(1, access_line(process.now, request, target, status, len(body)).removesuffix(' "-"') + "\n")
        headers = {
            "date": http_date(process.now), "server": f"Apache/{process.env.get(VERSION, '2.4.65')} (Unix)",
            "content-length": str(len(body)), "content-type": kind,
        }  # fmt: skip
        return HttpResponse(status, headers, body, latency=700)


def find(process: Process, request: HttpRequest) -> tuple[int, str, bytes, str]:
    """Status, type and content for a request, and its target."""
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    full = ROOT + normpath("/" + unquote(parts.path))
    node = process.files.find(full)
    if node is not None and node["kind"] == "directory":
        full = f"{full.rstrip('/')}/index.html"
        node = process.files.find(full) or {"kind": "directory"}
    if node is not None and node["kind"] == "file":
        return 200, TYPES.get(full.rpartition(".")[2], "application/octet-stream"), node["content"], target
    status = 404 if node is None else 403
    title = f"{status} {WORDS[status]}"
    words = (
        "The requested URL was not found on this server."
        if node is None
        else "You don't have permission to access this resource."
    )
    body = (
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n'
        f"<title>{title}</title>\n</head><body>\n<h1>{WORDS[status]}</h1>\n<p>{words}</p>\n</body></html>\n"
    )
    return status, "text/html; charset=iso-8859-1", body.encode(), target


def note(process: Process, module: str, level: str, text: str) -> None:
    stamp = (
        http_date(process.now, "%a %b %d %H:%M:%S") + f".{process.now % 1_000_000:06d}" + http_date(process.now, " %Y")
    )
    process.stderr.print(f"[{stamp}] [{module}:{level}] [pid 1:tid 1] {text}")


repository(
    "docker.io/library/httpd",
    {"2.4": "2.4.65", "2.4.65": "2.4.65", "2.4.62": "2.4.62", "2": "2.4.65", "latest": "2.4.65",
    "alpine": "2.4.65-alpine",
     "2.4-alpine": "2.4.65-alpine"},
    45_180_000,
    (
        DEBIAN,
        layer(
            "httpd",
            {
                "/usr/local/bin/httpd-foreground": executable("httpd"),
                "/usr/local/apache2/bin/httpd": executable("httpd"),
                f"{ROOT}/index.html": file("<html><body><h1>It works!</h1></body></html>\n"),
                "/usr/local/apache2/conf/httpd.conf": file(
                    f'ServerRoot "/usr/local/apache2"\nListen 80\nDocumentRoot "{ROOT}"\nDirectoryIndex index.html\n'
                ),
            },
        ),
    ),
    command=("httpd-foreground",),
    env={VERSION: "{version}",
    "PATH": "/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
    cwd="/usr/local/apache2",
    stop_signal="SIGWINCH",
)  # fmt: skip

"""nginx: serves files, logs requests. Upstream: the official Docker image"""

from posixpath import normpath
from urllib.parse import unquote, urlsplit

from simulator.runtime.images.base import DEBIAN
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.images.httplog import access_line, http_date
from simulator.runtime.network import HttpRequest, HttpResponse
from simulator.runtime.nodes import executable, file, link
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Server, Wait, program
from simulator.runtime.signals import QUIT, TERM

ROOT = "/usr/share/nginx/html"
VERSION = "NGINX_VERSION"
TYPES = {
    "html": "text/html", "htm": "text/html", "txt": "text/plain", "css": "text/css", "js": "application/javascript",
    "json": "application/json", "png": "image/png", "svg": "image/svg+xml", "xml": "text/xml",
}  # fmt: skip
WELCOME = """<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, nginx is successfully installed and working.
This one answers from a simulated container.</p>
<p><em>Thank you for using nginx.</em></p>
</body>
</html>
"""
ENTRYPOINT = "/docker-entrypoint.sh"


@program("nginx")
class Nginx(Server):
    """The web server in the foreground."""

    def start(self, process: Process) -> Outcome:
        version = process.env.get(VERSION, "1.29.3")
        if "-v" in process.argv or "-V" in process.argv:
            process.stderr.print(f"nginx version: nginx/{version}")
            return Exit(0)
        if "-t" in process.argv:
            process.stderr.print("nginx: the configuration file /etc/nginx/nginx.conf syntax is ok")
            process.stderr.print("nginx: configuration file /etc/nginx/nginx.conf test is successful")
            return Exit(0)
        if "-s" in process.argv:
            return Exit(0)
        if process.pid == 1:
            self._greet(process)
        process.listen(80)
        for line in ("using the \"epoll\" event method", f"nginx/{version}", "OS: Linux 6.12.57+deb13-amd64",
                     "start worker processes", "start worker process 29"):  # fmt: skip
            self._notice(process, line)
        process.handle(TERM)
        process.handle(QUIT)
        return Wait("start")

    def _greet(self, process: Process) -> None:
        say = process.stdout.print
        say(f"{ENTRYPOINT}: /docker-entrypoint.d/ is not empty, will attempt to perform configuration")
        say(f"{ENTRYPOINT}: Looking for shell scripts in /docker-entrypoint.d/")
        say(f"{ENTRYPOINT}: Configuration complete; ready for start up")

    def _notice(self, process: Process, text: str, level: str = "notice") -> None:
        stamp = http_date(process.now, "%Y/%m/%d %H:%M:%S")
        process.stderr.print(f"{stamp} [{level}] 1#1: {text}")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        self._notice(process, f"signal {signal} (SIG{'QUIT' if signal == QUIT else 'TERM'}) received, exiting")
        self._notice(process, "exit")
        return Exit(0)

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        parts = urlsplit(request.url)
        status, body, kind = self._find(
            process, normpath("/" + unquote(parts.path)), directory=parts.path.endswith("/")
        )
        if request.method not in ("GET", "HEAD"):
            status, body, kind = 405, page(405, process), "text/html"
        path = parts.path or "/"
        if status == 404:
            self._error(process, request, path)
        query = f"?{parts.query}" if parts.query else ""
        process.stdout.print(access_line(process.now, request, path + query, status, len(body)))
        headers = {
            "server": f"nginx/{process.env.get(VERSION, '1.29.3')}",
            "date": http_date(process.now),
            "content-type": kind,
            "content-length": str(len(body)),
            "connection": "keep-alive",
        }
        return HttpResponse(status, headers, body, latency=600)

    def _find(self, process: Process, path: str, *, directory: bool) -> tuple[int, bytes, str]:
        files = process.files
        full = ROOT + ("" if path == "/" else path)
        node = files.find(full)
        if node is not None and node["kind"] == "directory":
            node = files.find(f"{full}/index.html")
            full += "/index.html"
            if node is None:
                return 403, page(403, process), "text/html"
        if node is None or node["kind"] != "file":
            return 404, page(404, process), "text/html"
        return 200, node["content"], TYPES.get(full.rpartition(".")[2], "application/octet-stream")

    def _error(self, process: Process, request: HttpRequest, path: str) -> None:
        host = request.headers.get("host", "") or urlsplit(request.url).netloc
        stamp = http_date(process.now, "%Y/%m/%d %H:%M:%S")
        process.stderr.print(
            f'{stamp} [error] 29#29: *1 open() "{ROOT}{path}" failed (2: No such file or directory), '
            f'client: {request.source}, server: localhost, request: "{request.method} {path} HTTP/1.1", host: "{host}"'
        )


REASONS = {403: "Forbidden", 404: "Not Found", 405: "Not Allowed"}


def page(status: int, process: Process) -> bytes:
    title = f"{status} {REASONS[status]}"
    version = process.env.get(VERSION, "1.29.3")
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        f"<hr><center>nginx/{version}</center>\r\n</body>\r\n</html>\r\n"
    ).encode()


FILES = layer(
    "nginx",
    {
        "/usr/sbin/nginx": executable("nginx"),
        ENTRYPOINT: executable("exec-arguments"),
        f"{ROOT}/index.html": file(WELCOME),
        f"{ROOT}/50x.html": file("<!DOCTYPE html>\n<html>\n<head><title>Error</title></head><body><h1>An error occurred.</h1></body></html>\n"),
        "/etc/nginx/nginx.conf": file("user  nginx;\nworker_processes  auto;\n\nhttp {\n    include /etc/nginx/conf.d/*.conf;\n}\n"),
        "/etc/nginx/conf.d/default.conf": file(
            "server {\n    listen       80;\n    server_name  localhost;\n\n    location / {\n"
            f"        root   {ROOT};\n        index  index.html index.htm;\n    }}\n}}\n"
        ),
        "/usr/bin/curl": executable("curl"),
        "/var/log/nginx/access.log": link("/dev/stdout"),
        "/var/log/nginx/error.log": link("/dev/stderr"),
        "/var/cache/nginx/.keep": file(""),
        "/run/.keep": file(""),
    },
)  # fmt: skip
TAGS = {
    "1.29": "1.29.3", "1.29.3": "1.29.3", "1.29-alpine": "1.29.3-alpine", "1.28": "1.28.0", "1.28.0": "1.28.0",
    "1.27": "1.27.5", "1.27.5": "1.27.5", "1.27-alpine": "1.27.5-alpine", "1.26": "1.26.3", "1.26.3": "1.26.3",
    "1.25": "1.25.5", "1.25.5": "1.25.5", "1.25-alpine": "1.25.5-alpine", "1.24": "1.24.0", "1.23": "1.23.4",
    "1.22": "1.22.1", "1.21": "1.21.6", "1.20": "1.20.2", "1.19": "1.19.10", "1.18": "1.18.0", "1.17": "1.17.10",
    "1.16.1": "1.16.1", "1.16": "1.16.1", "1.15": "1.15.12", "1.14.2": "1.14.2", "1.14": "1.14.2", "1.7.9": "1.7.9",
    "stable": "1.28.0", "mainline": "1.29.3", "alpine": "1.29.3-alpine", "1": "1.29.3", "latest": "1.29.3",
    "stable-alpine": "1.28.0-alpine", "perl": "1.29.3-perl",
}  # fmt: skip

repository(
    "docker.io/library/nginx",
    TAGS,
    59_770_000,
    (DEBIAN, FILES),
    entrypoint=(ENTRYPOINT,),
    command=("nginx", "-g", "daemon off;"),
    env={VERSION: "{version}"},
)

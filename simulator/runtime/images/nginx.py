"""nginx: serves files, proxies, logs requests, as its configuration says. Upstream: the official Docker image"""

from posixpath import normpath
from re import IGNORECASE, search
from typing import Any
from urllib.parse import unquote, urlsplit

from simulator.runtime.images.base import DEBIAN
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.images.httplog import access_line, http_date
from simulator.runtime.images.memory import worked_out
from simulator.runtime.images.nginxconf import ConfigError, load
from simulator.runtime.network import HttpRequest, HttpResponse, NameNotFound, NetworkFailure, TimedOut
from simulator.runtime.nodes import executable, file, link
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Server, Wait, program
from simulator.runtime.signals import HUP, QUIT, TERM

ROOT = "/usr/share/nginx/html"
VERSION = "NGINX_VERSION"
ENTRYPOINT = "/docker-entrypoint.sh"
LATENCY = 600
TYPES = {
    "html": "text/html", "htm": "text/html", "txt": "text/plain", "css": "text/css", "js": "application/javascript",
    "json": "application/json", "png": "image/png", "svg": "image/svg+xml", "xml": "text/xml", "jpg": "image/jpeg",
}  # fmt: skip
REASONS = {
    301: "Moved Permanently", 302: "Found", 403: "Forbidden", 404: "Not Found", 405: "Not Allowed",
    500: "Internal Server Error",
    502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out",
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


@program("nginx")
class Nginx(Server):
    """The web server in the foreground; `state` is its configuration as it was when it was read last."""

    resident = 5 << 20

    def start(self, process: Process) -> Outcome:
        if "-v" in process.argv or "-V" in process.argv:
            process.stderr.print(f"nginx version: nginx/{version(process)}")
            return Exit(0)
        if "-s" in process.argv:
            return self._tell_master(process)
        if process.is_first:
            self._greet(process)
        try:
            servers = self._configure(process)
        except ConfigError as error:
            process.stderr.print(f"nginx: [emerg] {error}")
            if "-t" in process.argv:
                process.stderr.print("nginx: configuration file /etc/nginx/nginx.conf test failed")
            return Exit(1)
        if "-t" in process.argv:
            process.stderr.print("nginx: the configuration file /etc/nginx/nginx.conf syntax is ok")
            process.stderr.print("nginx: configuration file /etc/nginx/nginx.conf test is successful")
            return Exit(0)
        self._listen(process, servers)
        process.state = {"servers": servers}
        for line in ("using the \"epoll\" event method", f"nginx/{version(process)}", "OS: Linux 6.12.57+deb13-amd64",
                     "start worker processes", "start worker process 29"):  # fmt: skip
            notice(process, line)
        for number in (TERM, QUIT, HUP):
            process.handle(number)
        return Wait("start")

    @staticmethod
    def _greet(process: Process) -> None:
        say = process.stdout.print
        say(f"{ENTRYPOINT}: /docker-entrypoint.d/ is not empty, will attempt to perform configuration")
        say(f"{ENTRYPOINT}: Looking for shell scripts in /docker-entrypoint.d/")
        say(f"{ENTRYPOINT}: Configuration complete; ready for start up")

    @staticmethod
    def _tell_master(process: Process) -> Outcome:
        word = process.argv[process.argv.index("-s") + 1] if process.argv[-1] != "-s" else ""
        numbers = {"stop": TERM, "quit": QUIT, "reload": HUP}
        if word not in numbers:
            process.stderr.print(f'nginx: invalid option: "-s {word}"')
            return Exit(1)
        process.kill(process.machines.first(process.machine), numbers[word])
        return Exit(0)

    @staticmethod
    def _configure(process: Process) -> list[dict[str, Any]]:
        """Read the configuration; the names of upstreams must resolve now."""
        servers = load(process.files)
        for place in (place for server in servers for place in server["locations"]):
            for target in place.get("targets", ()):
                host = urlsplit(target).hostname or ""
                if "$" in target:
                    continue
                try:
                    process.resolve(host)
                except NetworkFailure:
                    raise ConfigError(f'host not found in upstream "{host}" in {place["where"]}') from None
        return servers

    @staticmethod
    def _listen(process: Process, servers: list[dict[str, Any]]) -> None:
        for server in servers:
            for port in server["listen"]:
                process.listen(port)

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        if signal == HUP:
            notice(process, "signal 1 (SIGHUP) received from 30, reconfiguring")
            try:
                servers = self._configure(process)
            except ConfigError as error:
                notice(process, str(error), "emerg")
                return None
            self._listen(process, servers)
            process.state = {"servers": servers}
            return None
        words = "3 (SIGQUIT) received, shutting down" if signal == QUIT else "15 (SIGTERM) received, exiting"
        notice(process, f"signal {words}")
        notice(process, "exit")
        return Exit(0)

    # Requests.

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        pages = worked_out(process)
        key = request.method, request.url, request.headers.get("host")
        config = process.state
        page = pages.get(key)
        if page is None or page[0] is not config:
            page = self._answer(process, request)
            if page[1] != "proxy":
                pages[key] = page
        _, problem, target, quiet, status, headers, body = page
        if problem and problem != "proxy":
            notice(process, f"{problem}, client: {request.source}, server: localhost, request: "
                   f'"{request.method} {target} HTTP/1.1", host: "{key[2] or urlsplit(request.url).netloc}"',
                   "error")  # fmt: skip
        if not quiet:
            process.write(1, access_line(process.now, request, target, status, len(body)) + "\n")
        return HttpResponse(status, {**headers, "date": http_date(process.now)}, body, latency=LATENCY)

    def _answer(self, process: Process, request: HttpRequest) -> tuple[Any, ...]:
        """(configuration, error text, target, unlogged, status, headers, body) for a request."""
        parts = urlsplit(request.url)
        port = request.port or parts.port or 80
        server = chosen_server(process.state["servers"], port, request.headers.get("host", ""))
        place = chosen_location(server, parts.path or "/") or {**server, "match": "/"}
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        problem = ""
        extra: dict[str, Any] = {}
        given = place.get("return") or server.get("return")
        if given:
            status, body, kind, extra = returned(process, request, given, place)
        elif place.get("targets"):
            problem = "proxy"
            status, body, kind, extra = self._proxy(process, request, place, parts.path or "/", parts.query)
        elif request.method not in ("GET", "HEAD"):
            status, body, kind = 405, page(405, process), "text/html"
        else:
            status, body, kind, problem, extra = find(process, place, parts.path or "/")
        headers: dict[str, Any] = {"server": f"nginx/{version(process)}", "date": "", "content-type": kind}
        headers |= {"content-length": str(len(body)), "connection": "keep-alive", **extra}
        if status < 400:
            headers |= dict(place.get("headers", ()))
        quiet = bool(place.get("quiet") or server.get("quiet"))
        return process.state, problem, target, quiet, status, headers, body

    @staticmethod
    def _proxy(
        process: Process, request: HttpRequest, place: dict[str, Any], path: str, query: str
    ) -> tuple[int, bytes, str, dict[str, Any]]:
        """Hand a request on, and the answer back."""
        targets = place["targets"]
        base = targets[process.random(len(targets))]
        if place["path"] and place["kind"] in ("", "^~", "="):
            path = place["path"] + path.removeprefix(place["match"])
        headers = {
            **request.headers,
            "host": urlsplit(base).netloc,
            "connection": "close",
            "x-forwarded-for": request.source,
        }
        url = base + path + (f"?{query}" if query else "")
        try:
            answer = process.http(HttpRequest(request.method, url, headers, request.body, timeout=60_000_000))
        except TimedOut:
            return 504, page(504, process), "text/html", {}
        except (NameNotFound, NetworkFailure) as failure:
            words = "111: Connection refused" if not isinstance(failure, NameNotFound) else "3: Host not found"
            notice(process, f"connect() failed ({words}) while connecting to upstream, client: {request.source}, "
                   f'upstream: "{url}"', "error")  # fmt: skip
            return 502, page(502, process), "text/html", {}
        kept = {
            k: v
            for k, v in answer.headers.items()
            if k not in ("server", "date", "connection", "content-type", "content-length")
        }
        return answer.status, answer.body, answer.headers.get("content-type", "text/plain"), kept


def version(process: Process) -> str:
    return process.env.get(VERSION, "1.29.3").partition("-")[0]


def notice(process: Process, text: str, level: str = "notice") -> None:
    stamp = http_date(process.now, "%Y/%m/%d %H:%M:%S")
    who = "29#29: *1" if level == "error" else "1#1:"
    process.stderr.print(f"{stamp} [{level}] {who} {text}")


def chosen_server(servers: list[dict[str, Any]], port: int, host: str) -> dict[str, Any]:
    """The server block for a port and a host name; the default one, or the first, when no name matches."""
    here = [server for server in servers if port in server["listen"]] or servers
    name = host.partition(":")[0]
    named = next((server for server in here if name in server["names"]), None)
    return named or next((server for server in here if server["default"]), here[0])


def chosen_location(server: dict[str, Any], path: str) -> dict[str, Any] | None:
    """Exact first, then the longest prefix unless a regular expression matches.

    Upstream: ngx_http_core_module location
    """
    best: dict[str, Any] | None = None
    for place in server["locations"]:
        if place["kind"] == "=" and place["match"] == path:
            return dict(place)
        if place["kind"] in ("", "^~") and path.startswith(place["match"]) and (
            best is None or len(place["match"]) > len(best["match"])
        ):  # fmt: skip
            best = place
    if best is None or best["kind"] != "^~":
        for place in server["locations"]:
            if place["kind"] in ("~", "~*") and search(
                place["match"], path, IGNORECASE if place["kind"] == "~*" else 0
            ):
                return dict(place)
    return best


def returned(
    process: Process, request: HttpRequest, given: list[Any], place: dict[str, Any]
) -> tuple[int, bytes, str, dict[str, str]]:
    """What a `return` directive answers."""
    status, text = given
    parts = urlsplit(request.url)
    for name, value in {
        "$hostname": process.hostname, "$host": (request.headers.get("host") or parts.netloc).partition(":")[0],
        "$request_uri": parts.path + (f"?{parts.query}" if parts.query else ""), "$uri": parts.path,
        "$remote_addr": request.source, "$server_addr": process.addresses()[0], "$scheme": "http",
        "$request_method": request.method, "$server_port": str(request.port or parts.port or 80), "\\n": "\n",
        "$http_user_agent": request.headers.get("user-agent", ""), "$args": parts.query,
    }.items():  # fmt: skip
        text = text.replace(name, value)
    if status in (301, 302, 303, 307, 308):
        return status, page(status, process), "text/html", {"location": text}
    if status == 204 or text:
        return status, text.encode(), place.get("default_type", "text/plain"), {}
    return status, page(status, process) if status in REASONS else b"", "text/html", {}


def find(process: Process, place: dict[str, Any], path: str) -> tuple[int, bytes, str, str, dict[str, str]]:
    """A file below the location's root: status, content, type, what to complain of, further headers."""
    files = process.files
    clean = normpath("/" + unquote(path))
    candidates = [clean]
    if "try_files" in place:
        candidates = [
            word.replace("$uri/", clean.rstrip("/") + "/").replace("$uri", clean) for word in place["try_files"]
        ]
    full = ""
    for candidate in candidates:
        if candidate.startswith("="):
            status = int(candidate[1:])
            return status, page(status, process), "text/html", "", {}
        full = located(place, candidate)
        node = files.find(full)
        if node is not None and node["kind"] == "directory":
            if not path.endswith("/") and "try_files" not in place:
                return 301, page(301, process), "text/html", "", {"location": f"{path}/"}
            for name in place["index"]:
                inner = files.find(f"{full.rstrip('/')}/{name}")
                if inner is not None:
                    return readable(process, f"{full.rstrip('/')}/{name}", inner, place)
            problem = f'directory index of "{full.rstrip("/")}/" is forbidden'
            return 403, page(403, process), "text/html", problem, {}
        if node is not None:
            return readable(process, full, node, place)
    problem = f'open() "{full}" failed (2: No such file or directory)'
    return 404, page(404, process), "text/html", problem, {}


def located(place: dict[str, Any], path: str) -> str:
    if "alias" in place:
        return str(place["alias"] + path.removeprefix(place["match"]))
    return str(place["root"]).rstrip("/") + ("" if path == "/" else path)


def readable(
    process: Process, full: str, node: Any, place: dict[str, Any]
) -> tuple[int, bytes, str, str, dict[str, str]]:
    if node["mode"] & 0o004 == 0 and process.user == 0:
        problem = f'open() "{full}" failed (13: Permission denied)'
        return 403, page(403, process), "text/html", problem, {}
    kind = TYPES.get(full.rpartition(".")[2], place.get("default_type", "application/octet-stream"))
    tag = f'"{node["modified"] // 1_000_000:x}-{len(node["content"]):x}"'
    extra = {"last-modified": http_date(node["modified"]), "etag": tag, "accept-ranges": "bytes"}
    return 200, node["content"], kind, "", extra


def page(status: int, process: Process) -> bytes:
    """nginx's own pages."""
    title = f"{status} {REASONS.get(status, '')}".strip()
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        f"<hr><center>nginx/{version(process)}</center>\r\n</body>\r\n</html>\r\n"
    ).encode()


CONFIG = """
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
"""
DEFAULT_SERVER = f"""server {{
    listen       80;
    listen  [::]:80;
    server_name  localhost;

    location / {{
        root   {ROOT};
        index  index.html index.htm;
    }}

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {{
        root   {ROOT};
    }}
}}
"""
FILES = layer(
    "nginx",
    {
        "/usr/sbin/nginx": executable("nginx"),
        ENTRYPOINT: executable("exec-arguments"),
        f"{ROOT}/index.html": file(WELCOME),
        f"{ROOT}/50x.html": file("<!DOCTYPE html>\n<html>\n<head><title>Error</title></head><body><h1>An error "
        "occurred.</h1></body></html>\n"),
        "/etc/nginx/nginx.conf": file(CONFIG),
        "/etc/nginx/mime.types": file("types {\n    text/html html htm;\n    text/plain txt;\n}\n"),
        "/etc/nginx/conf.d/default.conf": file(DEFAULT_SERVER),
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
    stop_signal="SIGQUIT",
)
# An image for another processor: everything is there, and nothing of it runs.
FOREIGN = layer(
    "arm64v8",
    {
        ENTRYPOINT: file('#!/bin/sh\nexec "$@"\n', mode=0o755),
        "/bin/sh": file(b"\x7fELF\x02\x01\x01" + bytes(11) + b"\xb7", mode=0o755),
        "/usr/sbin/nginx": file(b"\x7fELF\x02\x01\x01" + bytes(11) + b"\xb7", mode=0o755),
    },
)
repository(
    "docker.io/arm64v8/nginx",
    TAGS,
    59_100_000,
    (FOREIGN,),
    entrypoint=(ENTRYPOINT,),
    command=("nginx", "-g", "daemon off;"),
    stop_signal="SIGQUIT",
)

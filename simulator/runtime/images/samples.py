"""Small servers that tutorials like: hello-app, http-echo, whoami, hpa-example, podinfo.

Upstream: GoogleCloudPlatform/kubernetes-engine-samples, hashicorp/http-echo, traefik/whoami, kubernetes/website
"""

from urllib.parse import urlsplit

from simulator.runtime.images.base import ALPINE, DEBIAN
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.images.httplog import http_date
from simulator.runtime.images.web import Answer, Asked, WebServer, as_json, flags
from simulator.runtime.nodes import executable
from simulator.runtime.process import Process
from simulator.runtime.programs import program


@program("hello-app")
class HelloApp(WebServer):
    """Says hello, its version and its host name."""

    def listening(self, process: Process) -> tuple[int, ...]:
        return (int(process.env.get("PORT", "8080")),)

    def begin(self, process: Process) -> int | None:
        self._log(process, f"Server listening on port {self.listening(process)[0]}")
        return None

    @staticmethod
    def _log(process: Process, text: str) -> None:
        process.error(f"{http_date(process.now, '%Y/%m/%d %H:%M:%S')} {text}")

    def answer(self, process: Process, asked: Asked) -> Answer:
        self._log(process, f"Serving request: {asked.path}")
        return Answer(f"Hello, world!\nVersion: {process.env.get('VERSION', '1.0.0')}\nHostname: {process.hostname}\n")


@program("http-echo")
class HttpEcho(WebServer):
    """Answers everything with one text."""

    def listening(self, process: Process) -> tuple[int, ...]:
        return (int(flags(process.argv[1:])[0].get("listen", ":5678").rpartition(":")[2]),)

    def begin(self, process: Process) -> int | None:
        text = flags(process.argv[1:])[0].get("text", process.env.get("ECHO_TEXT", ""))
        if not text:
            process.error("Missing -text option!")
            return 127
        process.state = text
        process.print(
            f"{http_date(process.now, '%Y/%m/%d %H:%M:%S')} [INFO] server is listening on :{self.listening(process)[0]}"
        )
        return None

    def answer(self, process: Process, asked: Asked) -> Answer:
        where = asked.request.headers.get("host", "")
        process.print(f'{http_date(process.now, "%Y/%m/%d %H:%M:%S")} {where} {asked.request.source}:43210 '
            f'"{asked.method} {asked.path} HTTP/1.1" '
                      f'200 {len(process.state) + 1} "{asked.request.headers.get("user-agent", "")}" 20us')  # fmt: skip
        return Answer(f"{process.state}\n")


@program("whoami")
class Whoami(WebServer):
    """Tells who answered and what was asked."""

    def listening(self, process: Process) -> tuple[int, ...]:
        return (int(flags(process.argv[1:])[0].get("port", process.env.get("WHOAMI_PORT_NUMBER", "80"))),)

    def answer(self, process: Process, asked: Asked) -> Answer:
        addresses = "".join(f"IP: {address}\n" for address in reversed(process.addresses()))
        headers = "".join(
            f"{'-'.join(word.capitalize() for word in name.split('-'))}: {value}\n"
            for name, value in asked.request.headers.items() if name != "host"
        )  # fmt: skip
        query = urlsplit(asked.request.url).query
        target = asked.path + (f"?{query}" if query else "")
        host = asked.request.headers.get("host", "")
        return Answer(f"Hostname: {process.hostname}\n{addresses}RemoteAddr: {asked.request.source}:43210\n"
                      f"{asked.method} {target} HTTP/1.1\nHost: {host}\n{headers}\n")  # fmt: skip


@program("hpa-example")
class HpaExample(WebServer):
    """Works hard for every answer, so that there is something to scale."""

    ports = (80,)
    resident = 9 << 20

    def answer(self, process: Process, asked: Asked) -> Answer:
        return Answer("OK!", kind="text/html; charset=UTF-8", latency=process.work(80_000))


@program("podinfo")
class Podinfo(WebServer):
    """Tells its version and host name as JSON."""

    resident = 12 << 20

    ports = (9898, 9797)

    def answer(self, process: Process, asked: Asked) -> Answer:
        if asked.path in ("/healthz", "/readyz"):
            return as_json({"status": "OK"})
        version = process.env.get("VERSION", "6.9.4")
        if asked.path == "/version":
            return as_json({"version": version, "commit": "unknown"})
        message = process.env.get("PODINFO_UI_MESSAGE", f"greetings from podinfo v{version}")
        return as_json({"hostname": process.hostname, "version": version, "color": process.env.get("PODINFO_UI_COLOR",
        "#34577c"),
                        "message": message, "goos": "linux", "goarch": "amd64"})  # fmt: skip


HELLO = layer("hello-app", {"/hello-app": executable("hello-app")})
for where in ("gcr.io/google-samples/hello-app", "us-docker.pkg.dev/google-samples/containers/gke/hello-app"):
    repository(
        where,
        {"1.0": "1.0.0", "2.0": "2.0.0"},
        11_500_000,
        (HELLO,),
        entrypoint=("/hello-app",),
        env={"VERSION": "{version}"},
    )
repository(
    "docker.io/hashicorp/http-echo",
    {"1.0": "1.0.0", "1.0.0": "1.0.0", "0.2.3": "0.2.3", "latest": "1.0.0"},
    2_900_000,
    (layer("http-echo", {"/http-echo": executable("http-echo")}),),
    entrypoint=("/http-echo",),
)
repository(
    "docker.io/traefik/whoami",
    {"v1.11": "v1.11.0", "v1.10": "v1.10.4", "latest": "v1.11.0"},
    2_800_000,
    (layer("whoami", {"/whoami": executable("whoami")}),),
    entrypoint=("/whoami",),
)
for where in ("registry.k8s.io/hpa-example", "k8s.gcr.io/hpa-example"):
    repository(
        where, {"latest": "1.0"}, 171_000_000, (DEBIAN, layer("hpa-example",
        {"/usr/local/bin/apache2-foreground": executable("hpa-example")})),
        command=("apache2-foreground",),
    )  # fmt: skip
for where in ("docker.io/stefanprodan/podinfo", "ghcr.io/stefanprodan/podinfo"):
    repository(
        where, {"6.9.4": "6.9.4", "6.9.3": "6.9.3", "6.9.0": "6.9.0", "latest": "6.9.4"}, 31_000_000,
        (ALPINE, layer("podinfo", {"/usr/local/bin/podinfo": executable("podinfo")})), command=("podinfo",), user=100,
        env={"VERSION": "{version}"},
    )  # fmt: skip

"""Small servers: serve-hostname, test-webserver, porter, http-echo, audit-proxy, fake-gitserver."""

from urllib.parse import urlsplit

import orjson

from simulator.runtime.images import calls
from simulator.runtime.images.agnhost.command import AgnhostServer, Flag, klog, option, subcommand
from simulator.runtime.images.web import HTML, Answer, Asked
from simulator.runtime.network import Certificate
from simulator.runtime.process import Process

LARGEST_AUDIT = 1 << 20


@subcommand(
    "serve-hostname",
    "Serves the hostname",
    Flag("tcp", False, "Serve raw over TCP."),
    Flag("udp", False, "Serve raw over UDP."),
    Flag("http", True, "Serve HTTP."),
    Flag("close", False, "Close connection per each HTTP request."),
    Flag("port", 9376, "Port number."),
)
class ServeHostname(AgnhostServer):
    """The host name over HTTP, or raw over TCP and UDP."""

    def listening(self, process: Process) -> tuple[int, ...]:
        return (option(process, "port"),) if option(process, "http") or option(process, "tcp") else ()

    def begin(self, process: Process) -> int | None:
        if option(process, "http") and (option(process, "tcp") or option(process, "udp")):
            klog(process, "Can't server TCP/UDP mode and HTTP mode at the same time")
            return 1
        if option(process, "udp"):
            process.listen(option(process, "port"), "UDP")
        klog(process, f"Serving on port {option(process, 'port')}.")
        return None

    def answer(self, process: Process, asked: Asked) -> Answer:
        if not option(process, "http"):
            return Answer(process.hostname)
        klog(process, f"HTTP request from {asked.request.source}:43210")
        return Answer(process.hostname, headers={"connection": "close"} if option(process, "close") else {})

    def receive(self, process: Process, connection: bytes, payload: bytes) -> tuple[bytes, bytes | None]:
        return process.hostname.encode(), None


@subcommand(
    "test-webserver", "Starts a simple HTTP fileserver", Flag("port", 80, "Port number.")
)  # fmt: skip
class TestWebserver(AgnhostServer):
    """The machine's own files."""

    def answer(self, process: Process, asked: Asked) -> Answer:
        node = process.files.find(asked.path)
        if node is None or node["kind"] not in ("file", "directory"):
            return Answer("404 page not found\n", 404)
        if node["kind"] == "file":
            return Answer(process.files.read(asked.path))
        entries = process.files.entries(asked.path)
        names = [f"{name}/" if entries[name]["kind"] == "directory" else name for name in sorted(entries)]
        lines = [f'<a href="{name}">{name}</a>' for name in names]
        return Answer("<!doctype html>\n<pre>\n" + "".join(f"{line}\n" for line in lines) + "</pre>\n", kind=HTML)


@subcommand(
    "porter",
    "Serves requested data on ports specified in ENV variables",
    Flag("json-response", False, "Responds to requests with a json response that includes the default value"),
)
class Porter(AgnhostServer):
    """What environment variables such as `SERVE_PORT_9001` say, each on its port."""

    PREFIXES = (
        ("SERVE_PORT_", "TCP"), ("SERVE_TCP_PORT_", "TCP"), ("SERVE_TLS_PORT_", "TLS"),
        ("SERVE_UDP_PORT_", "UDP"), ("SERVE_SCTP_PORT_", "SCTP"),
    )  # fmt: skip

    def _ports(self, process: Process) -> dict[tuple[int, str], str]:
        """What is served, by port and protocol."""
        found = {}
        for name, value in process.env.items():
            for prefix, protocol in self.PREFIXES:
                number = name.removeprefix(prefix)
                if number != name and number.isdecimal() and 0 < int(number) < 65536:
                    found[int(number), protocol] = value
        return found

    def listening(self, process: Process) -> tuple[int, ...]:
        return tuple(port for port, protocol in self._ports(process) if protocol in ("TCP", "TLS"))

    def begin(self, process: Process) -> int | None:
        for port, protocol in self._ports(process):
            if protocol in ("UDP", "SCTP"):
                process.listen(port, protocol)
                klog(process, f"Started {protocol} server on port {port}")
        return None

    def certificate(self, process: Process, port: int, host: str) -> Certificate | None:
        if (port, "TLS") not in self._ports(process):
            return None
        path = process.env.get("CERT_FILE", "")
        return calls.certificate(process, path) or Certificate(
            "O=Acme Co", "O=Acme Co", ("127.0.0.1", "::1", "example.com"), 0, 3_600_000_000_000_000
        )

    def answer(self, process: Process, asked: Asked) -> Answer:
        ports = self._ports(process)
        value = ports.get((asked.port, "TCP"), ports.get((asked.port, "TLS"), ""))
        if option(process, "json-response"):
            return Answer(orjson.dumps({"Method": asked.method, "Body": value}), kind="application/json")
        return Answer(value)

    def receive(self, process: Process, connection: bytes, payload: bytes) -> tuple[bytes, bytes | None]:
        """Over UDP and SCTP a program is not told at which port: the first is the one, as there seldom are more."""
        values = [value for (_, protocol), value in self._ports(process).items() if protocol in ("UDP", "SCTP")]
        return (values[0].encode() if values else b""), None


@subcommand(
    "http-echo", "Echoes back the HTTP request as a JSON", Flag("port", 8080, "Port number.")
)  # fmt: skip
class EchoRequest(AgnhostServer):
    """What arrived, as JSON."""

    def begin(self, process: Process) -> int | None:
        klog(process, f"Serving on port {option(process, 'port')}.")
        return None

    def answer(self, process: Process, asked: Asked) -> Answer:
        parts = urlsplit(asked.request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        klog(process, f"Echoing back request made to {target} to client ({asked.request.source}:43210)")
        headers = {
            "-".join(word.capitalize() for word in name.split("-")): [value]
            for name, value in sorted(asked.request.headers.items()) if name != "host"
        }  # fmt: skip
        whole = {
            "path": target, "host": asked.request.headers.get("host", parts.netloc), "method": asked.method,
            "proto": "HTTP/1.1", "headers": headers, "httpPort": str(option(process, "port")),
            "namespace": process.env.get("NAMESPACE", ""), "pod": process.env.get("POD_NAME", ""),
        }  # fmt: skip
        text = orjson.dumps(whole, option=orjson.OPT_INDENT_2)
        return Answer(text, kind="application/json", headers={"x-content-type-options": "nosniff"})


@subcommand("audit-proxy", "Listens on port 8080 for incoming audit events")
class AuditProxy(AgnhostServer):
    """Writes the audit events that it is sent to its standard output, one a line."""

    def listening(self, process: Process) -> tuple[int, ...]:
        return (8080,)

    def answer(self, process: Process, asked: Asked) -> Answer:
        try:
            events = orjson.loads(asked.request.body[:LARGEST_AUDIT])
            lines = [orjson.dumps(event) for event in events["items"] or ()]
        except (ValueError, KeyError, TypeError):
            klog(process, "failed decoding buf: apiVersion: audit.k8s.io/v1")
            return Answer("", 500)
        for line in lines:
            process.write(1, line + b"\n")
        return Answer("")


@subcommand("fake-gitserver", "Fakes a git server")
class FakeGitServer(AgnhostServer):
    """Says what it is. There is no git here to clone with."""

    def listening(self, process: Process) -> tuple[int, ...]:
        return (8000,)

    def answer(self, process: Process, asked: Asked) -> Answer:
        return Answer("I am a fake git server")

"""`agnhost netexec`: a server that tells who it is, calls others, and ends when told to. Upstream: netexec.go"""

from urllib.parse import quote, urlsplit

import orjson

from simulator.kernel.clock import SECOND, timestamp
from simulator.machinery.golang import quoted
from simulator.runtime.completing import complete
from simulator.runtime.errors import OSFailure
from simulator.runtime.images import calls
from simulator.runtime.images.agnhost.command import (
    AgnhostServer,
    Flag,
    duration,
    go_duration,
    klog,
    number,
    option,
    remember,
    subcommand,
)  # fmt: skip
from simulator.runtime.images.web import Answer, Asked
from simulator.runtime.network import Certificate, NetworkFailure, Refused
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Wait
from simulator.runtime.signals import TERM, USR1

MOST_TRIES = 50
OVERRIDES = "http://override"
WRITTEN = "upload"
SHELL = "/bin/sh"


@subcommand(
    "netexec",
    "Creates HTTP(S), UDP, and (optionally) SCTP servers with various endpoints",
    Flag("http-port", 8080, "HTTP Listen Port"),
    Flag("udp-port", 8081, "UDP Listen Port"),
    Flag("sctp-port", -1, "SCTP Listen Port"),
    Flag("tls-cert-file", "", "File containing an x509 certificate for HTTPS."),
    Flag("tls-private-key-file", "", "File containing an x509 private key matching --tls-cert-file"),
    Flag(
        "http-override", "", "Override the HTTP handler to always respond as if it were a GET with this path & params"
    ),
    Flag("udp-listen-addresses", "", "A comma separated list of ip addresses the udp servers listen from"),
)
class Netexec(AgnhostServer):
    """`state`: `exit` is the code to end with, once it has been told to."""

    def listening(self, process: Process) -> tuple[int, ...]:
        return (option(process, "http-port"),)

    def begin(self, process: Process) -> int | None:
        klog(process, f"Started HTTP server on port {option(process, 'http-port')}")
        for protocol, port in (("UDP", option(process, "udp-port")), ("SCTP", option(process, "sctp-port"))):
            if port != -1:
                process.listen(port, protocol)
                klog(process, f"Started {protocol} server on port  {port}")
        process.handle(USR1)
        return None

    def certificate(self, process: Process, port: int, host: str) -> Certificate | None:
        return calls.certificate(process, option(process, "tls-cert-file"))

    def answer(self, process: Process, asked: Asked) -> Answer:
        override = option(process, "http-override")
        if override:
            parts = urlsplit(OVERRIDES + override)
            asked = asked._replace(method="GET", path=parts.path, query=calls.query_of(parts.query))
        handler = {
            "/clientip": self._client, "/dial": self._dial, "/echo": self._echo, "/exit": self._exit,
            "/healthz": self._healthy, "/hostname": self._hostname, "/hostName": self._hostname,
            "/redirect": self._redirect, "/shell": self._shell, "/upload": self._upload, "/shutdown": self._shutdown,
            "/header": self._header, "/serverport": self._port,
        }.get(asked.path)  # fmt: skip
        try:
            return handler(process, asked) if handler is not None else self._root(process)
        except ValueError as error:
            return Answer(f"{error}\n", 400)

    @staticmethod
    def _root(process: Process) -> Answer:
        klog(process, "GET /")
        stamp = timestamp(process.now).replace("T", " ").removesuffix("Z")
        up = (process.now - process.started) / SECOND
        return Answer(f"NOW: {stamp}.{process.now % SECOND:06d} +0000 UTC m=+{up:.9f}")

    @staticmethod
    def _client(process: Process, asked: Asked) -> Answer:
        klog(process, "GET /clientip")
        return Answer(f"{asked.request.source}:43210")

    @staticmethod
    def _port(process: Process, asked: Asked) -> Answer:
        klog(process, "GET /serverport")
        return Answer(str(asked.port))

    @staticmethod
    def _header(process: Process, asked: Asked) -> Answer:
        key = asked.query.get("key", "")
        klog(process, f"GET /header?key={key}")
        return Answer(asked.request.headers.get(key.lower(), ""))

    @staticmethod
    def _hostname(process: Process, asked: Asked) -> Answer:
        klog(process, f"GET {asked.path}")
        return Answer(process.hostname)

    @staticmethod
    def _healthy(process: Process, asked: Asked) -> Answer:
        klog(process, "GET /healthz")
        return Answer("")

    @staticmethod
    def _echo(process: Process, asked: Asked) -> Answer:
        text, code = asked.query.get("msg", ""), asked.query.get("code", "")
        klog(process, f"GET /echo?msg={text}&code={code}")
        try:
            return Answer(text, number(asked.query, "code", 200))
        except ValueError:
            return Answer(f"argument 'code' must be an integer or empty, got {quoted(code)}\n")

    @staticmethod
    def _redirect(process: Process, asked: Asked) -> Answer:
        location, code = asked.query.get("location", ""), asked.query.get("code", "")
        klog(process, f"{asked.method} /redirect?msg={location}&code={code}")
        try:
            return Answer("", number(asked.query, "code", 302), headers={"location": location})
        except ValueError:
            return Answer(f"argument 'code' must be an integer or empty, got {quoted(code)}\n")

    # Ending.

    def _shutdown(self, process: Process, asked: Asked) -> Answer:
        klog(process, "GET /shutdown")
        return self._end(process, 0, 0)

    def _exit(self, process: Process, asked: Asked) -> Answer:
        code, timeout, wait = (asked.query.get(name, "") for name in ("code", "timeout", "wait"))
        klog(process, f"GET /exit?code={code}&timeout={timeout}&wait={wait}")
        lengths = {}
        for name, text in (("timeout", timeout), ("wait", wait)):
            try:
                lengths[name] = duration(text) if text else 0
            except ValueError:
                return Answer(f"argument '{name}' must be a valid golang duration or empty, got {quoted(text)}\n")
        try:
            status = number(asked.query, "code", 0)
        except ValueError:
            return Answer(f"argument 'code' must be an integer [0-127] or empty, got {quoted(code)}\n")
        klog(
            process,
            f"Will begin shutdown in {go_duration(lengths['wait']) if wait else '0s'}, allowing "
            f"{go_duration(lengths['timeout']) if timeout else '0s'} for connections to close, "
            f"then will exit with {status}",
        )
        return self._end(process, status & 255, lengths["wait"])

    @staticmethod
    def _end(process: Process, code: int, wait: int) -> Answer:
        remember(process, exit=code, ends=process.now + wait)
        process.machines.signal(process.machine, process.pid, USR1)
        return Answer("", latency=wait)

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        if signal == USR1 and "ends" in process.state:
            return self.leave(process)
        return Exit(0 if signal == TERM else 130)

    def leave(self, process: Process) -> Outcome:
        if process.now < process.state["ends"]:
            return Wait("leave", until=process.state["ends"])
        return Exit(process.state["exit"])

    # Calling others.

    def _dial(self, process: Process, asked: Asked) -> Answer:
        """Ask another netexec and give back what it said, once for each try."""
        query = asked.query
        host, port, protocol, request = (query.get(name, "") for name in ("host", "port", "protocol", "request"))
        shown = f"host={host}&protocol={protocol}&port={port}&request={request}&tries={query.get('tries', '')}"
        klog(process, f"GET /dial?{shown}")
        try:
            tries = number(query, "tries", 1)
        except ValueError as error:
            return Answer(f"tries parameter is invalid. {error}\n", 400)
        if not request:
            return Answer("request parameter not specified. <nil>\n", 400)
        if protocol.lower() not in ("", "http", "udp", "sctp"):
            return Answer(f"unsupported protocol. {protocol}\n", 400)
        try:
            address = calls.resolved(process, host)
        except NetworkFailure as failure:
            return Answer(f"host and/or port param are invalid. {calls.lookup_words(process, host, failure)}\n", 400)
        if not port.isdecimal() or int(port) > 65535:
            return Answer(f"host and/or port param are invalid. lookup tcp/{port}: unknown port\n", 400)
        responses, errors, took = [], [], 0
        for _ in range(min(tries, MOST_TRIES)):
            try:
                text, latency = self._dialled(process, protocol.upper(), address, int(port), request)
                responses.append(text)
            except calls.CallFailed as failure:
                errors.append(str(failure))
                latency = failure.after
            took += latency
        output = ({"responses": responses} if responses else {}) | ({"errors": errors} if errors else {})
        return Answer(orjson.dumps(output), latency=took)

    @staticmethod
    def _dialled(process: Process, protocol: str, address: str, port: int, request: str) -> tuple[str, int]:
        if protocol in ("", "HTTP"):
            answer = calls.get(process, address, port, quote(request, safe="?=&/%:,"))
            return answer.body.decode("utf-8", "replace"), answer.latency
        try:
            reply, _, took = process.exchange(address, port, b"", request.encode(), protocol)
        except NetworkFailure as failure:
            why = "connection refused" if isinstance(failure, Refused) else "i/o timeout"
            own, word = process.addresses()[0], protocol.lower()
            words = f"read {word} {own}:43210->{address}:{port}: {'read: ' if word == 'udp' else ''}{why}"
            after = failure.after if why == "connection refused" else calls.PATIENCE
            raise calls.CallFailed(f"reading from {word} connection failed. err:'{words}'", after) from None
        if not reply:
            words = f"reading from {protocol.lower()} connection failed. err:'i/o timeout'"
            raise calls.CallFailed(words, calls.PATIENCE)
        return reply.decode("utf-8", "replace"), took

    def receive(self, process: Process, connection: bytes, payload: bytes) -> tuple[bytes, bytes | None]:
        """What the UDP and SCTP servers say to a command."""
        text = payload.decode("utf-8", "replace").strip().lower()
        word, _, rest = text.partition(" ")
        client = f"{process.peer}:43210"
        reply = {"hostname": process.hostname, "clientip": client}.get(text, rest if word == "echo" else "")
        if not reply:
            klog(process, f"Unknown UDP command received from {client}: {text}")
        return reply.encode(), None

    # Working on the machine.

    @staticmethod
    def _shell(process: Process, asked: Asked) -> Answer:
        """What the container's shell prints. What takes time is not waited for, since an answer is given at once."""
        line = asked.query.get("shellCommand") or asked.query.get("cmd", "")
        klog(process, f"GET /shell?cmd={line}")
        output = {}
        try:
            code, printed = complete(process.machines, process.machine, (SHELL, "-c", line))
        except OSFailure as failure:
            code, printed = 0, b""
            output["error"] = f"fork/exec {SHELL}: {failure.words.lower()}"
        if printed:
            output["output"] = printed.decode("utf-8", "replace")
        if code is None:
            output["error"] = "the lab's netexec waits for no command that takes time: use kubectl exec"
        elif code:
            output["error"] = f"exit status {code}"
        output = dict(sorted(output.items()))
        klog(process, f"Output: map[{' '.join(f'{name}:{text}' for name, text in output.items())}]")
        return Answer(orjson.dumps(output))

    @staticmethod
    def _upload(process: Process, asked: Asked) -> Answer:
        """A file that a form brings (`curl -F file=@...`) is written to /uploads."""
        klog(process, "GET /upload")
        content = calls.uploaded(asked.request.headers.get("content-type", ""), asked.request.body)
        if content is None:
            klog(process, "Unable to upload file: http: no such file")
            return Answer('{"error":"Unable to upload file."}')
        path = f"/uploads/{WRITTEN}{process.random(10**9)}"
        if not process.files.is_directory("/uploads"):
            klog(process, f"Unable to open file for write: open {path}: no such file or directory")
            return Answer('{"error":"Unable to open file for write"}')
        process.files.write(path, content, mode=0o700)
        klog(process, f"Wrote upload to {path}")
        return Answer(orjson.dumps({"output": path}), 201)

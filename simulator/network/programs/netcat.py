"""nc and telnet: a connection by hand. Upstream: netcat-openbsd, busybox networking/nc.c"""

from getopt import GetoptError, gnu_getopt
from typing import Any
from urllib.parse import urlsplit

from simulator.kernel.clock import SECOND
from simulator.network.http1 import Incomplete, parse_request, render_response
from simulator.network.programs.answers import Answer, reach
from simulator.network.programs.clients import is_busybox
from simulator.runtime.network import HttpRequest, HttpResponse, NetworkFailure, Reset
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Server, Wait, program
from simulator.runtime.signals import USR1

LONGEST = 1 << 20
SERVED = USR1
"""What a listener tells itself when its one connection is over."""
SERVICES = {
    22: "ssh",
    53: "domain",
    80: "http",
    443: "https",
    3306: "mysql",
    5432: "postgresql",
    6379: "redis",
    8080: "http-alt",
}


@program("nc", "netcat", "telnet")
class Netcat(Server):
    """Connects to a port; with -z that is all, otherwise it sends its input and shows what comes back. With -l it waits
    for somebody to connect, shows what they send and answers with its own input; with -k again and again."""

    def start(self, process: Process) -> Outcome:
        try:
            found, rest = gnu_getopt(list(process.argv[1:]), "zvnuklw:p:i:e:q:N")
        except GetoptError as error:
            process.error(f"{process.name}: {error.msg}")
            return Exit(1)
        options = dict(found)
        if "-l" in options:
            return self.listen(process, options, rest)
        if process.name == "telnet" and len(rest) == 1:
            rest.append("23")
        if len(rest) < 2 or not rest[1].replace("-", "").isdecimal():
            process.error(f"{process.name}: usage: {process.name} [-zv] [-w SECONDS] HOST PORT")
            return Exit(1)
        host, first, last = rest[0], *(rest[1].split("-") * 2)[:2]
        process.state = {
            "host": host, "port": int(first), "last": int(last if "-" in rest[1] else first), "zero": "-z" in options,
            "verbose": "-v" in options,
            "protocol": "UDP" if "-u" in options else "TCP",
            "timeout": round(float(options.get("-w", "0")) * SECOND), "code": 0,
        }  # fmt: skip
        return self.connect(process)

    def listen(self, process: Process, options: dict[str, str], rest: list[str]) -> Outcome:
        """`nc -l -p 8080`, or `nc -l 8080` as the other dialect has it."""
        number = options.get("-p") or (rest[-1] if rest else "")
        if not number.isdecimal() or not 0 < int(number) < 65536:
            process.error(f"{process.name}: usage: {process.name} -l [-k] -p PORT")
            return Exit(1)
        protocol = "UDP" if "-u" in options else "TCP"
        process.listen(int(number), protocol)
        process.state = {"say": b"", "ended": False, "again": "-k" in options}
        process.handle(SERVED)
        if "-v" in options:
            process.error(
                f"Listening on 0.0.0.0 {number}" if not is_busybox(process) else f"listening on [::]:{number} ..."
            )
        return self.listening(process)

    def listening(self, process: Process) -> Outcome:
        """Gather what is to be said to whoever connects."""
        state = process.state
        say, ended = state["say"], state["ended"]
        while not ended and (part := process.read(0)) is not None:
            say, ended = (say + part)[:LONGEST], not part
        process.state = {**state, "say": say, "ended": ended}
        return Wait("listening", readable=() if ended else (0,))

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return Exit(0 if signal == SERVED else 128 + signal)

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        """An HTTP client: it is shown as it speaks, and the input is taken for an answer."""
        parts = urlsplit(request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        heads = {
            "-".join(word.capitalize() for word in name.split("-")): value for name, value in request.headers.items()
        }
        lines = [f"{request.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in heads.items())]
        self._show(process, "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + request.body)
        return response_of(process.state["say"])

    def receive(self, process: Process, connection: bytes, payload: bytes) -> tuple[bytes, bytes | None]:
        self._show(process, payload)
        return process.state["say"], None

    @staticmethod
    def _show(process: Process, sent: bytes) -> None:
        """Show what came; without -k the first connection is the last."""
        process.write(1, sent)
        if not process.state["again"]:
            process.machines.stop_listening(process.machine, process.pid)
            process.machines.signal(process.machine, process.pid, SERVED)

    def connect(self, process: Process) -> Outcome:
        state = process.state
        answer = reach(process, state["host"], state["port"], state["timeout"], state["protocol"])
        process.state = {**state, "answer": answer}
        return Wait("connected", until=process.now + answer["latency"])

    def connected(self, process: Process) -> Outcome:
        state = process.state
        answer = state["answer"]
        if answer["failure"]:
            self._complain(process, state, answer)
        elif state["verbose"] or process.name == "telnet":
            self._report(process, state, answer)
        code = 1 if answer["failure"] else 0
        if state["zero"] and state["port"] < state["last"]:
            process.state = {**state, "port": state["port"] + 1, "code": code or state["code"]}
            return self.connect(process)
        if answer["failure"] or state["zero"]:
            return Exit(code or state["code"])
        process.state = {**state, "sent": b""}
        return self.talk(process)

    def talk(self, process: Process) -> Outcome:
        """Gather what is typed until it makes a request or ends, then show the answer."""
        state = process.state
        sent = state["sent"]
        ended = False
        while (part := process.read(0)) is not None:
            if not part:
                ended = True
                break
            sent += part
        process.state = {**state, "sent": sent}
        reply = self._reply(process, sent)
        if reply is not None:
            process.write(1, reply)
            return Exit(0)
        return Exit(0) if ended else Wait("talk", readable=(0,))

    @staticmethod
    def _reply(process: Process, sent: bytes) -> bytes | None:
        state = process.state
        if not sent:
            return None
        data = sent.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        try:
            if state["protocol"] == "UDP":
                raise ValueError
            request, _ = parse_request(data, f"{state['host']}:{state['port']}")
            path = request.url.partition("://")[2].partition("/")[2]
            url = f"http://{state['host']}:{state['port']}/{path}"
            response: HttpResponse = process.http(HttpRequest(request.method, url, request.headers, request.body))
            return render_response(request, response)
        except Incomplete:
            return None
        except ValueError:
            pass
        except NetworkFailure:
            return b""
        try:
            return process.exchange(state["host"], state["port"], b"", sent, state["protocol"])[0] or None
        except NetworkFailure:
            return b""

    @staticmethod
    def _report(process: Process, state: Any, answer: Answer) -> None:
        host, port, address = state["host"], state["port"], answer["address"]
        if process.name == "telnet":
            process.print(f"Trying {address}...\nConnected to {host}.\nEscape character is '^]'.")
        elif is_busybox(process):
            process.error(f"{host} ({address}:{port}) open")
        else:
            service = SERVICES.get(port, "*")
            how = state["protocol"].lower()
            process.error(f"Connection to {host} ({address}) {port} port [{how}/{service}] succeeded!")

    @staticmethod
    def _complain(process: Process, state: Any, answer: Answer) -> None:
        host, port, address = state["host"], state["port"], answer["address"]
        words = {
            "refused": "Connection refused", "timeout": "Connection timed out", "unreachable": "No route to host",
        }.get(answer["failure"], "")  # fmt: skip
        if answer["failure"] in ("name", "resolver", "servfail"):
            if is_busybox(process):
                process.error(f"{process.name}: bad address '{host}'")
            else:
                process.error(f'nc: getaddrinfo for host "{host}" port {port}: Name or service not known')
        elif is_busybox(process):
            if answer["failure"] == "timeout" and state["timeout"]:
                process.error(f"{process.name}: timed out")
            elif state["verbose"] or not state["zero"]:
                process.error(f"{process.name}: {host} ({address}:{port}): {words}")
        elif state["verbose"] or not state["zero"]:
            how = state["protocol"].lower()
            process.error(f"nc: connect to {host} ({address}) port {port} ({how}) failed: {words}")


def response_of(said: bytes) -> HttpResponse:
    """What a client makes of bytes that may be an HTTP response; raises `Reset` where they are none."""
    head, _, body = said.replace(b"\r\n", b"\n").partition(b"\n\n")
    first, *lines = head.decode("latin-1").split("\n")
    words = first.split(" ", 2)
    if not words[0].startswith("HTTP/") or len(words) < 2 or not words[1].isdecimal():
        raise Reset()
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return HttpResponse(int(words[1]), headers, body, words[2] if len(words) > 2 else "", 300)

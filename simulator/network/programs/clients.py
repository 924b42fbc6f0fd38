"""wget in both its dialects. Upstream: busybox networking/wget.c, GNU wget's manual"""

from getopt import GetoptError, gnu_getopt
from typing import Any
from urllib.parse import urlsplit

from simulator.kernel.clock import SECOND
from simulator.network.http1 import REASONS
from simulator.network.programs.answers import Answer, ask
from simulator.network.resolver import is_address
from simulator.runtime.images.httplog import http_date
from simulator.runtime.network import HttpRequest
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program

BAR = "********************************"
LONG = [
    "spider", "no-check-certificate", "header=", "post-data=", "post-file=", "quiet", "timeout=", "output-document=",
    "tries=", "server-response", "method=", "body-data=", "user-agent=", "no-verbose", "retry-connrefused",
]  # fmt: skip


def is_busybox(process: Process) -> bool:
    """Whether the machine's tools are busybox's."""
    layers = process.machines.machine(process.machine)["layers"]
    return "debian" not in layers


@program("wget")
class Wget(Program):
    """Fetches one URL into a file or to stdout."""

    def start(self, process: Process) -> Outcome:
        try:
            found, rest = gnu_getopt(list(process.argv[1:]), "qcSO:T:t:U:P:Y:n:", LONG)
        except GetoptError as error:
            process.error(f"{process.name}: {error.msg}")
            return Exit(1 if is_busybox(process) else 2)
        if not rest:
            process.error("wget: missing URL\nUsage: wget [OPTION]... [URL]...")
            return Exit(1)
        options = dict(found)
        url = rest[0] if "://" in rest[0] else f"http://{rest[0]}"
        process.state = {
            "url": url, "quiet": "-q" in options or "--quiet" in options or "-nv" in options, "hops": 0,
            "output": options.get("-O", options.get("--output-document", "")), "spider": "--spider" in options,
            "timeout": round(float(options.get("-T", options.get("--timeout", "0")) or 0) * SECOND),
            "headers": [value for name, value in found if name == "--header"], "tries": 1, "held": "",
            "body": options.get("--post-data", options.get("--body-data", "")),
            "insecure": is_busybox(process) or "--no-check-certificate" in options,
            "show": "-S" in options or "--server-response" in options,
            "method": options.get("--method", "POST" if "--post-data" in options else "GET"),
        }  # fmt: skip
        return self.send(process)

    def send(self, process: Process) -> Outcome:
        state = process.state
        parts = urlsplit(state["url"])
        agent = "Wget" if is_busybox(process) else "Wget/1.25.0"
        headers = {"host": parts.netloc, "user-agent": agent, "accept": "*/*", "connection": "close"}
        body = state["body"].encode()
        if body:
            headers |= {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(body))}
        headers |= {
            name.strip().lower(): value.strip() for name, _, value in (h.partition(":") for h in state["headers"])
        }
        method = "HEAD" if state["spider"] and not is_busybox(process) else state["method"]
        url = parts._replace(path=parts.path or "/").geturl()
        if parts.scheme == "https" and is_busybox(process) and not any((state["hops"], state["quiet"], state["held"])):
            process.error("wget: note: TLS certificate validation not implemented")
        request = HttpRequest(
            method, url, headers, body, timeout=state["timeout"], insecure=state["insecure"], held=state["held"]
        )
        answer = ask(process, request)
        process.state = {**state, "answer": answer, "held": answer.get("held", "")}
        return Wait("received", until=process.now + answer["latency"])

    def received(self, process: Process) -> Outcome:
        state = process.state
        style: Style = BUSYBOX if is_busybox(process) else GNU
        answer = state["answer"]
        if state["held"]:
            return self.send(process)
        if not state["quiet"] and answer["failure"] not in ("name", "resolver", "servfail"):
            style.connecting(process, state, answer)
        if answer["failure"]:
            return Exit(style.failed(process, state, answer))
        if state["show"]:
            process.error(f"  HTTP/1.1 {answer['status']} {answer['reason'] or REASONS.get(answer['status'], '')}")
            for name, value in answer["headers"].items():
                process.error(f"  {'-'.join(word.capitalize() for word in name.split('-'))}: {value}")
        location = answer["headers"].get("location", "")
        if answer["status"] in (301, 302, 303, 307, 308) and location and state["hops"] < 20:
            process.state = {**state, "url": location, "hops": state["hops"] + 1}
            return self.send(process)
        if answer["status"] >= 400:
            return Exit(style.refused(process, state, answer))
        if state["spider"]:
            if not state["quiet"] and style is BUSYBOX:
                process.error("remote file exists")
            return Exit(0)
        return Exit(self._save(process, style))

    @staticmethod
    def _save(process: Process, style: "Style") -> int:
        state = process.state
        body = state["answer"]["body"]
        path = state["output"] or urlsplit(state["url"]).path.rpartition("/")[2] or "index.html"
        if path == "-":
            if not state["quiet"]:
                style.saving(process, state, "-", body)
            process.write(1, body)
        else:
            if not state["output"] and process.files.exists(path) and style is BUSYBOX:
                return process.fail(f"can't open '{path}': File exists")
            if path != "/dev/null":
                process.files.write(path, body)
            if not state["quiet"]:
                style.saving(process, state, path, body)
        if not state["quiet"]:
            style.saved(process, state, path, body)
        return 0


class Style:
    """How one family of wget words what it does."""

    def connecting(self, process: Process, state: Any, answer: Answer) -> None: ...
    def failed(self, process: Process, state: Any, answer: Answer) -> int:
        raise NotImplementedError

    def refused(self, process: Process, state: Any, answer: Answer) -> int:
        raise NotImplementedError

    def saving(self, process: Process, state: Any, path: str, body: bytes) -> None: ...
    def saved(self, process: Process, state: Any, path: str, body: bytes) -> None: ...


class Busybox(Style):
    def connecting(self, process: Process, state: Any, answer: Answer) -> None:
        parts = urlsplit(state["url"])
        process.error(f"Connecting to {parts.netloc} ({answer['address']}:{parts.port or port_of(parts.scheme)})")

    def failed(self, process: Process, state: Any, answer: Answer) -> int:
        parts = urlsplit(state["url"])
        match answer["failure"]:
            case "name" | "resolver" | "servfail":
                return process.fail(f"bad address '{parts.netloc}'")
            case "refused":
                return process.fail(f"can't connect to remote host ({answer['address']}): Connection refused")
            case "unreachable":
                return process.fail(f"can't connect to remote host ({answer['address']}): Host is unreachable")
            case "timeout" | "answer":
                if state["timeout"] or answer["failure"] == "answer":
                    return process.fail("download timed out")
                return process.fail(f"can't connect to remote host ({answer['address']}): Operation timed out")
        return process.fail("error getting response")

    def refused(self, process: Process, state: Any, answer: Answer) -> int:
        reason = answer["reason"] or REASONS.get(answer["status"], "")
        return process.fail(f"server returned error: HTTP/1.1 {answer['status']} {reason}")

    def saving(self, process: Process, state: Any, path: str, body: bytes) -> None:
        process.error("writing to stdout" if path == "-" else f"saving to '{path}'")
        process.error(f"{path[:20]:<20} 100% |{BAR}| {len(body):>5}  0:00:00 ETA")

    def saved(self, process: Process, state: Any, path: str, body: bytes) -> None:
        process.error("written to stdout" if path == "-" else f"'{path}' saved")


class Gnu(Style):
    def connecting(self, process: Process, state: Any, answer: Answer) -> None:
        parts = urlsplit(state["url"])
        host, port = parts.hostname or "", parts.port or port_of(parts.scheme)
        stamp = http_date(process.now, "%Y-%m-%d %H:%M:%S")
        process.error(f"--{stamp}--  {parts._replace(path=parts.path or '/').geturl()}")
        where = f"{host}:{port}"
        if not is_address(host):
            process.error(f"Resolving {host} ({host})... {answer['address']}")
            where = f"{host} ({host})|{answer['address']}|:{port}"
        ends = {"": "connected.", "refused": "failed: Connection refused.", "timeout": "failed: Connection timed out.",
                "unreachable": "failed: No route to host."}  # fmt: skip
        process.error(f"Connecting to {where}... {ends.get(answer['failure'], 'connected.')}")
        if not answer["failure"]:
            reason = answer["reason"] or REASONS.get(answer["status"], "")
            process.error(f"HTTP request sent, awaiting response... {answer['status']} {reason}")

    def failed(self, process: Process, state: Any, answer: Answer) -> int:
        host = urlsplit(state["url"]).hostname
        if answer["failure"] in ("name", "resolver", "servfail"):
            process.error(f"wget: unable to resolve host address ‘{host}’")
        elif answer["failure"] == "answer":
            process.error("Read error (Connection timed out) in headers.")
        elif answer["failure"] in ("reset", "foreign"):
            process.error("No data received.")
        elif answer["failure"] == "certificate":
            process.error(f"ERROR: cannot verify {host}'s certificate: {answer['words'].partition(': ')[2]}.")
            process.error(f"To connect to {host} insecurely, use `--no-check-certificate'.")
            return 5
        return 4

    def refused(self, process: Process, state: Any, answer: Answer) -> int:
        stamp = http_date(process.now, "%Y-%m-%d %H:%M:%S")
        reason = answer["reason"] or REASONS.get(answer["status"], "")
        if not state["quiet"]:
            process.error(f"{stamp} ERROR {answer['status']}: {reason}.\n")
        return 8

    def saving(self, process: Process, state: Any, path: str, body: bytes) -> None:
        kind = state["answer"]["headers"].get("content-type", "text/html").partition(";")[0]
        process.error(f"Length: {len(body)} [{kind}]")
        process.error(f"Saving to: ‘{'STDOUT' if path == '-' else path}’\n")
        process.error(f"{path[:19]:<19} 100%[===================>] {len(body):>7}  --.-KB/s    in 0s      \n")

    def saved(self, process: Process, state: Any, path: str, body: bytes) -> None:
        stamp = http_date(process.now, "%Y-%m-%d %H:%M:%S")
        if path == "-":
            process.error(f"{stamp} (52.1 MB/s) - written to stdout [{len(body)}/{len(body)}]\n")
        else:
            process.error(f"{stamp} (52.1 MB/s) - ‘{path}’ saved [{len(body)}/{len(body)}]\n")


BUSYBOX, GNU = Busybox(), Gnu()


def port_of(scheme: str) -> int:
    return 443 if scheme == "https" else 80

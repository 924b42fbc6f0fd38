"""curl: HTTP from the command line. Upstream: curl(1), src/tool_operate.c, lib/strerror.c"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from re import compile as pattern
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from simulator.api.texts import as_json
from simulator.kernel.clock import SECOND
from simulator.network.programs.answers import Answer, ask
from simulator.network.programs.curlforms import multipart
from simulator.network.programs.curloptions import BINARY, RAW, Misuse, Options, parse
from simulator.network.programs.curlshows import handshake, head_of, meter, written_out
from simulator.network.resolver import is_address
from simulator.pki import belong_together
from simulator.runtime.errors import OSFailure
from simulator.runtime.network import HttpRequest, NetworkFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program

VERSION = "8.14.1"
NO_FILE = (
    "error:80000002:system library::No such file or directory, (no key found, wrong pass phrase, or wrong file format?)"
)
ABOUT = (
    f"curl {VERSION} (x86_64-pc-linux-gnu) libcurl/{VERSION}\n"
    "Protocols: http https\n"
    "Features: HTTPS-proxy IPv6 SSL (simulated: http and https reach what the lab's network reaches)\n"
)
RANGE = pattern(r"\[(\d{1,6})-(\d{1,6})\]")
MOST_URLS = 1000
TRANSIENT = (408, 429, 500, 502, 503, 504)


@program("curl")
class Curl(Program):
    """Fetches each URL in turn; `state` holds the options, what is asked now and the answer it waits for."""

    def start(self, process: Process) -> Outcome:
        try:
            options = parse(list(process.argv[1:]))
        except Misuse as misuse:
            process.error(f"curl: {misuse}")
            process.error("curl: try 'curl --help' or 'curl --manual' for more information")
            return Exit(2)
        if options["version"] or options["help"]:
            process.write(1, ABOUT if options["version"] else HELP)
            return Exit(0)
        try:
            options["data"] = [_content(process, kind, text) for kind, text in options["data"]]
            if options["forms"]:
                options["multipart"] = multipart(process, options["forms"])
            if options["upload"]:
                options["uploaded"] = process.files.read(options["upload"])
        except OSFailure:
            process.error("curl: (26) Failed to open/read local data from file/application")
            return Exit(26)
        if not options["globoff"]:
            options["urls"] = list(islice((one for url in options["urls"] for one in expanded(url)), MOST_URLS))
        process.state = {"options": options, "index": 0, "code": 0, "connections": {}}
        return self.begin(process)

    def begin(self, process: Process) -> Outcome:
        """Start the next transfer, if there is one left."""
        state = process.state
        if state["index"] >= len(state["options"]["urls"]):
            return Exit(state["code"])
        url = state["options"]["urls"][state["index"]]
        if "://" not in url:
            url = f"http://{url}"
        scheme = url.partition("://")[0].lower()
        if scheme not in ("http", "https"):
            return self._finish(process, 1, f'Protocol "{scheme}" not supported')
        if not urlsplit(url).hostname:
            return self._finish(process, 3, "URL rejected: No host part in the URL")
        process.state = {
            **state, "url": url, "first": url, "hops": 0, "retries": 0, "begun": process.now, "log": [],
            "shown": b"", "came": 0, "held": "",
        }  # fmt: skip
        return self.send(process)

    def send(self, process: Process) -> Outcome:
        """Send the request and wait for what comes of it."""
        state = process.state
        options: Options = state["options"]
        try:
            certificate = proven(process, options)
        except ValueError as error:
            return self._finish(process, 58, str(error))
        request, headers = build(options, state["url"], state["hops"])
        pinned = self._pinned(options, state["url"])
        place = place_of(state["url"])
        request = HttpRequest(
            request.method, state["url"].partition("#")[0], request.headers, request.body,
            timeout=max(options["max_time"] - (process.now - state["begun"]), 1) if options["max_time"] else 0,
            insecure=options["insecure"], trusts=trusted(process, options), certificate=certificate, address=pinned,
            connection=state["connections"].get(place, ""), socket=options["socket"], follows=True, held=state["held"],
        )  # fmt: skip
        answer = ask(process, request, options["connect_timeout"])
        if answer["failure"] == "reset" and request.connection:
            answer = ask(process, replace(request, connection=""), options["connect_timeout"])
        kept = {**state["connections"], place: answer.get("connection", "")}
        process.state = state = {**state, "connections": kept}
        lines = [] if state["held"] else [*state["log"], *self._before(process, state["url"], answer, headers, pinned)]
        process.state = {
            **state, "answer": answer, "log": lines, "method": request.method, "sent": len(request.body), "held": "",
        }  # fmt: skip
        return Wait("received", until=process.now + answer["latency"])

    @staticmethod
    def _pinned(options: Options, url: str) -> str:
        """The address that `--resolve` gives to a URL's host; "" when it gives none."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        for entry in options["resolve"]:
            host, number, address = [*entry.lstrip("+").split(":", 2), "", ""][:3]
            if host in (parts.hostname, "*") and number == str(port):
                return str(address)
        return ""

    def _before(self, process: Process, url: str, answer: Answer, headers: list[str], pinned: str) -> list[str]:
        """What `-v` says up to the answer."""
        if not process.state["options"]["verbose"]:
            return []
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if answer["failure"] in ("name", "resolver", "servfail"):
            return [f"* Could not resolve host: {host}", "* closing connection #0"]
        address = pinned or answer["address"] or host
        lines = []
        if process.state["options"]["socket"]:
            address, port = process.state["options"]["socket"], 0
        elif not is_address(host):
            lines += [f"* Host {host}:{port} was resolved.", "* IPv6: (none)", f"* IPv4: {address}"]
        lines.append(f"*   Trying {address}:{port}...")
        if answer["failure"] == "refused":
            return [
                *lines,
                f"* connect to {address} port {port} from {process.addresses()[0]} port 43210 failed: "
                f"Connection refused",
            ]
        if answer["failure"] in ("timeout", "unreachable"):
            return lines
        lines += handshake(answer, options=process.state["options"]) if parts.scheme == "https" else []
        if answer["failure"] in ("certificate", "plain"):
            return lines
        lines += [f"* Connected to {host} ({address}) port {port}", "* using HTTP/1.x"]
        return [*lines, *(f"> {line}" for line in headers), "> ", "* Request completely sent off"]

    def received(self, process: Process) -> Outcome:
        """The answer is here: show it, follow it, or say what went wrong."""
        state = process.state
        options, answer = state["options"], state["answer"]
        for line in state["log"]:
            process.error(line)
        process.state = state = {**state, "log": [], "held": answer.get("held", "")}
        if state["held"]:
            return self.send(process)
        if answer["failure"]:
            code, words = failure_words(process, answer)
            if options["retry"] > state["retries"] and (answer["failure"] != "refused" or options["retry_refused"]):
                return self._retry(process, words)
            return self._finish(process, code, words)
        head = head_of(answer)
        if options["verbose"]:
            for line in head[:-1]:
                process.error(f"< {line}")
            process.error("< ")
        location = answer["headers"].get("location")
        if options["location"] and location and answer["status"] in (301, 302, 303, 307, 308):
            if state["hops"] >= options["max_redirs"]:
                return self._finish(process, 47, f"Maximum ({options['max_redirs']}) redirects followed")
            shown = state["shown"] + ("\r\n".join(head) + "\r\n").encode() if self._shows_head(options) else b""
            url = urljoin(state["url"], location)
            process.state = {**state, "url": url, "hops": state["hops"] + 1, "shown": shown}
            return self.send(process)
        if options["retry"] > state["retries"] and answer["status"] in TRANSIENT:
            return self._retry(process, f"HTTP error {answer['status']}")
        return self._deliver(process, head)

    def _retry(self, process: Process, words: str) -> Outcome:
        state = process.state
        wait = state["options"]["retry_delay"] or min(1 << state["retries"], 600)
        left = state["options"]["retry"] - state["retries"]
        if not state["options"]["silent"]:
            process.error(f"Warning: Problem: {words}. Will retry in {wait} second{'s' if wait > 1 else ''}.")
            process.error(f"Warning: {left} {'retry' if left == 1 else 'retries'} left.")
        process.state = {**state, "retries": state["retries"] + 1}
        return Wait("send", until=process.now + wait * SECOND)

    @staticmethod
    def _shows_head(options: Options) -> bool:
        return bool(options["include"] or options["head"])

    def _deliver(self, process: Process, head: list[str]) -> Outcome:
        """Write out what was asked for."""
        state = process.state
        options, answer = state["options"], state["answer"]
        failed = options["fail"] and answer["status"] >= 400
        body = b"" if state["method"] == "HEAD" else answer["body"]
        shown = state["shown"]
        if self._shows_head(options):
            shown += ("\r\n".join(head) + "\r\n").encode()
        if options["dump_header"] and not self._dump(process, options["dump_header"], head):
            return self._finish(process, 23, "Failure writing output to destination")
        if not failed or options["fail_with_body"]:
            shown += body
        if not self._output(process, options, shown, len(body)):
            return self._finish(process, 23, "Failure writing output to destination")
        if answer["stream"] is not None and not failed:
            return self.follow(process)
        return self._done(process, failed=failed)

    @staticmethod
    def _dump(process: Process, path: str, head: list[str]) -> bool:
        """Write the head of the answer where `-D` wants it."""
        content = ("\r\n".join(head) + "\r\n").encode()
        if path == "-":
            process.write(1, content)
            return True
        try:
            process.files.write(path, content)
        except OSFailure:
            return False
        return True

    def follow(self, process: Process) -> Outcome:
        """Write what comes of an answer that goes on, until it ends or the time is up."""
        state = process.state
        options, stream = state["options"], state["answer"]["stream"]
        limit = state["begun"] + options["max_time"] if options["max_time"] else None
        if limit is not None and process.now >= limit:
            after = f"{options['max_time'] // 1000} milliseconds with {state['came']} bytes received"
            return self._finish(process, 28, f"Operation timed out after {after}")
        try:
            polled = process.poll(stream)
        except NetworkFailure:
            return self._finish(process, 18, "transfer closed with outstanding read data remaining")
        more = b"".join(on_the_wire(content) for _, content in polled.chunks)
        if more and not self._output(process, options, more, len(more), append=True):
            return self._finish(process, 23, "Failure writing output to destination")
        came = state["came"] + len(more)
        process.state = {**state, "answer": {**state["answer"], "stream": polled.stream}, "came": came}
        if polled.stream is None:
            return self._done(process, failed=False)
        return Wait("follow", until=limit, stream=True)

    def _done(self, process: Process, *, failed: bool) -> Outcome:
        state = process.state
        options, answer = state["options"], state["answer"]
        if options["verbose"]:
            process.error(f"* Connection #0 to host {urlsplit(state['url']).hostname} left intact")
        if failed:
            return self._finish(process, 22, f"The requested URL returned error: {answer['status']}")
        return self._finish(process, 0, "")

    @staticmethod
    def _output(process: Process, options: Options, shown: bytes, received: int, *, append: bool = False) -> bool:
        path = options["outputs"][process.state["index"]] if process.state["index"] < len(options["outputs"]) else ""
        if options["remote_name"]:
            path = urlsplit(process.state["url"]).path.rpartition("/")[2] or "curl_response"
        to_terminal = process.stdout.is_terminal() and not path
        if not options["quiet"] and not options["silent"] and not to_terminal and not append:
            took = max((process.now - process.state["begun"]) / SECOND, 0.0001)
            process.write(2, meter(received, int(received / took)))
        try:
            if path and path != "-":
                if path != "/dev/null":
                    process.files.write(path, shown, append=append)
            else:
                process.write(1, shown)
        except OSFailure as failure:
            if not options["silent"] or options["show_error"]:
                process.error(f"Warning: Failed to open the file {path}: {failure.words}")
            return False
        return True

    def _finish(self, process: Process, code: int, words: str) -> Outcome:
        """One transfer is over: say why, write what `-w` asks for, go on to the next."""
        state = process.state
        options = state["options"]
        if code and words and (not options["silent"] or options["show_error"]):
            process.error(f"curl: ({code}) {words}")
        if options["write_out"] and "answer" in state:
            process.write(1, written_out(process, options["write_out"], code))
        process.state = {
            "options": options, "index": state["index"] + 1, "code": code or state["code"],
            "connections": state["connections"],
        }  # fmt: skip
        return self.begin(process)


HELP = """Usage: curl [options...] <url>
 -d, --data <data>           HTTP POST data
 -f, --fail                  Fail fast with no output on HTTP errors
 -F, --form <name=content>   Specify multipart MIME data
 -h, --help <subject>        Get help for commands
 -o, --output <file>         Write to file instead of stdout
 -O, --remote-name           Write output to file named as remote file
 -i, --show-headers          Show response headers in output
 -s, --silent                Silent mode
 -u, --user <user:password>  Server user and password
 -A, --user-agent <name>     Send User-Agent <name> to server
 -v, --verbose               Make the operation more talkative
 -V, --version               Show version number and quit
"""


def on_the_wire(content: Any) -> bytes:
    """A piece of an answer that goes on: a watch event as a line of JSON, anything else as it is."""
    return as_json(content) + b"\n" if isinstance(content, dict) else bytes(content)


def _content(process: Process, kind: str, text: str) -> str:
    """What is sent for a word of data: `@FILE` is what is in a file, for `-d` without its line ends."""
    if kind == RAW or not text.startswith("@"):
        return text
    content = process.files.read(text[1:]).decode("utf-8", "surrogateescape")
    return content if kind == BINARY else content.replace("\r", "").replace("\n", "")


def build(options: Options, url: str, hops: int) -> tuple[HttpRequest, list[str]]:
    """The request and its head as it goes over the wire."""
    parts = urlsplit(url)
    kind, body = options["multipart"]
    body = body or "&".join(options["data"]).encode("utf-8", "surrogateescape")
    method = options["method"] or ("HEAD" if options["head"] else "POST" if options["data"] or kind else "GET")
    path = parts.path or "/"
    if options["upload"]:
        method, body = options["method"] or "PUT", options["uploaded"]
        path += options["upload"].rpartition("/")[2] if path.endswith("/") else ""
    query = parts.query
    if options["get"] and options["data"]:
        query, body = "&".join(filter(None, (query, body.decode()))), b""
        method = options["method"] or "GET"
    if hops and method == "POST" and not options["method"]:
        method, body = "GET", b""
    headers = {"host": parts.netloc.rpartition("@")[2], "user-agent": options["agent"], "accept": "*/*"}
    if options["user"]:
        headers["authorization"] = options["user"]
    if body:
        headers["content-length"] = str(len(body))
    if body and not options["upload"]:
        headers["content-type"] = kind or options["content_type"] or "application/x-www-form-urlencoded"
    names = {name: "-".join(word.capitalize() for word in name.split("-")) for name in headers}
    for line in options["headers"]:
        name, colon, value = line.partition(":")
        if colon and not value.strip():
            headers.pop(name.lower(), None)
            continue
        headers[name.strip().lower()] = value.strip()
        names[name.strip().lower()] = name.strip()
    target = quote(path, safe="/%:@!$&'()*+,;=~-._[]|{}\"<>\\^`") + (f"?{query}" if query else "")
    lines = [f"{method} {target} HTTP/1.1", *(f"{names[name]}: {value}" for name, value in headers.items())]
    full = parts._replace(path=path, query=query, fragment="").geturl()
    return HttpRequest(method, full, headers, body), lines


def failure_words(process: Process, answer: Answer) -> tuple[int, str]:
    """curl's exit code and message for a failure."""
    state: dict[str, Any] = process.state
    parts = urlsplit(state["url"])
    host, port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
    after = answer["latency"] // 1000
    limited = bool(state["options"]["max_time"] or state["options"]["connect_timeout"])
    match answer["failure"]:
        case "name" | "servfail":
            return 6, f"Could not resolve host: {host}"
        case "resolver":
            if limited:
                return 28, f"Resolving timed out after {after + 1} milliseconds"
            return 6, f"Could not resolve host: {host}"
        case "refused" | "unreachable":
            return 7, f"Failed to connect to {host} port {port} after {after} ms: Could not connect to server"
        case "answer":
            return 28, f"Operation timed out after {after + 1} milliseconds with 0 bytes received"
        case "timeout":
            if limited:
                return 28, f"Connection timed out after {after + 2} milliseconds"
            return 28, f"Failed to connect to {host} port {port} after {after} ms: Could not connect to server"
        case "foreign":
            return 1, "Received HTTP/0.9 when not allowed"
        case "reset":
            return 52, "Empty reply from server"
        case "plain":
            return 35, "TLS connect error: error:0A0000C6:SSL routines::packet length too long"
    return 60, (
        f"{answer['words']}\n"
        "More details here: https://curl.se/docs/sslcerts.html\n\n"
        "curl failed to verify the legitimacy of the server and therefore could not\n"
        "establish a secure connection to it. To learn more about this situation and\n"
        "how to fix it, please visit the webpage mentioned above."
    )


def expanded(url: str) -> Iterator[str]:
    """The URLs that `[1-100]` stands for."""
    found = RANGE.search(url)
    if found is None:
        yield url
        return
    first, last = int(found[1]), int(found[2])
    for number in range(first, min(last, first + MOST_URLS) + 1):
        for rest in expanded(url[found.end() :]):
            yield f"{url[: found.start()]}{number}{rest}"


def place_of(url: str) -> str:
    """What a connection is kept for: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def proven(process: Process, options: Options) -> str:
    """The certificate of `--cert`, whose key is that of `--key` or stands beside it. Raises ValueError."""
    path = options["cert"]
    if not path:
        return ""
    certificate, key = process.files.find(path), process.files.find(options["key"] or path)
    if certificate is None or not certificate["content"]:
        raise ValueError(f"could not load PEM client certificate from {path}, OpenSSL error {NO_FILE}")
    if key is None or not key["content"]:
        raise ValueError(f"unable to set private key file: '{options['key'] or path}' type PEM")
    if not belong_together(certificate["content"], key["content"]):
        raise ValueError("Private key does not match the certificate public key")
    return b64encode(certificate["content"]).decode()


def trusted(process: Process, options: Options) -> str:
    """The certificates of `--cacert`."""
    path = options["cacert"]
    node = process.files.find(path) if path else None
    return node["content"].decode("utf-8", "replace") if node is not None and node["content"] else ""

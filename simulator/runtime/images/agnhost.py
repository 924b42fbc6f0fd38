"""agnhost: the many small servers and probes of Kubernetes' own tests. Upstream: test/images/agnhost"""

from urllib.parse import quote

import orjson

from simulator.kernel.clock import SECOND, timestamp
from simulator.runtime.errors import OSFailure
from simulator.runtime.images import agnhostwebhook
from simulator.runtime.images.base import ALPINE
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.images.web import HTML, LATENCY, PLAIN, Answer, Asked, WebServer, flags, seconds
from simulator.runtime.network import Certificate, HttpRequest, NameNotFound, NetworkFailure, Refused, TimedOut
from simulator.runtime.nodes import executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Wait, program
from simulator.runtime.signals import INT, TERM

WEBHOOKS = ("webhook", "crd-conversion-webhook")
SERVERS = (
    "netexec", "serve-hostname", "liveness", "test-webserver", "porter", "nettest", "guestbook",
    "grpc-health-checking", *WEBHOOKS,
)  # fmt: skip
HEALTHY_FOR = 10
LONGEST_LIST = 100


@program("agnhost")
class Agnhost(WebServer):
    """One program, many subcommands; `state["command"]` says which."""

    def start(self, process: Process) -> Outcome:
        command = process.argv[1] if len(process.argv) > 1 else "pause"
        options, rest = flags(process.argv[2:])
        process.state = {"command": command, "options": options, "lines": 0}
        if command in SERVERS:
            outcome = super().start(process)
            if command == "netexec":
                process.listen(udp_port(process), "UDP")
            return outcome
        doing = getattr(self, command.replace("-", "_"), None)
        if command not in ("pause", "entrypoint-tester", "mounttest", "logs-generator", "inclusterclient", "connect",
        "dns-suffix",
                           "dns-server-list", "etc-hosts", "help"):  # fmt: skip
            process.error(f'Error: unknown command "{command}" for "app"')
            return Exit(1)
        return doing(process, options, rest)  # type: ignore[no-any-return, misc]

    # Servers.

    def listening(self, process: Process) -> tuple[int, ...]:
        options = process.state["options"]
        match process.state["command"]:
            case "netexec":
                return (int(options.get("http-port", "8080")),)
            case "serve-hostname":
                return (int(options.get("port", "9376")),)
            case "liveness":
                return (8080,)
            case "webhook" | "crd-conversion-webhook":
                return (int(options.get("port", "443")),)
            case "test-webserver":
                return (int(options.get("port", "80")),)
            case "grpc-health-checking":
                return int(options.get("port", "5000")), int(options.get("http-port", "8080"))
            case "porter":
                return tuple(int(name.rpartition("_")[2]) for name in process.env if name.startswith("SERVE_PORT_"))
        return (int(options.get("http-port", "3000")),)

    def begin(self, process: Process) -> int | None:
        if process.state["command"] == "netexec":
            ports = self.listening(process)
            process.error(f"I{stamp(process)}       1 log.go:198] Started HTTP server on port {ports[0]}")
            process.error(f"I{stamp(process)}       1 log.go:198] Started UDP server on port  {udp_port(process)}")
        elif process.state["command"] in WEBHOOKS:
            return agnhostwebhook.begin(process, process.state["options"])
        elif process.state["command"] == "serve-hostname":
            process.error(f"I{stamp(process)}       1 log.go:198] Serving on port {self.listening(process)[0]}.")
        return None

    def certificate(self, process: Process, port: int, host: str) -> Certificate | None:
        """That of the file a webhook is told to show."""
        return agnhostwebhook.certificate(process) if process.state["command"] in WEBHOOKS else None

    def answer(self, process: Process, asked: Asked) -> Answer:
        match process.state["command"]:
            case "netexec":
                return self._netexec(process, asked)
            case "liveness":
                return self._liveness(process, asked)
            case "test-webserver":
                node = process.files.find(asked.path)
                return (
                    Answer(node["content"])
                    if node is not None and node["kind"] == "file"
                    else Answer("404 page not found\n", 404)
                )
            case "webhook" | "crd-conversion-webhook":
                status, body, latency = agnhostwebhook.answer(asked.path, asked.request.body, process.state["options"])
                return Answer(body, status, "application/json" if status == 200 else PLAIN, latency=latency or LATENCY)
            case "porter":
                return Answer(process.env.get(f"SERVE_PORT_{asked.port}", ""))
            case "guestbook":
                return guestbook(process, asked)
        return Answer(process.hostname)

    def _netexec(self, process: Process, asked: Asked) -> Answer:
        query = asked.query
        message = f"?msg={query['msg']}" if asked.path == "/echo" and "msg" in query else ""
        process.error(f"I{stamp(process)}       1 log.go:198] {asked.method} {asked.path}{message}")
        match asked.path:
            case "/":
                return Answer(
                    f"NOW: {timestamp(process.now).replace('T', ' ').replace('Z', '')} +0000 UTC "
                    f"m=+{(process.now - process.started) / SECOND:.9f}",
                    kind=HTML,
                )
            case "/hostname" | "/hostName":
                return Answer(process.hostname)
            case "/healthz":
                return Answer("")
            case "/echo":
                return Answer(query.get("msg", ""), int(query.get("code", "200")))
            case "/clientip":
                return Answer(f"{asked.request.source}:43210")
            case "/header":
                return Answer(asked.request.headers.get(query.get("key", "").lower(), ""))
            case "/redirect":
                return Answer("", int(query.get("code", "302")), headers={"location": query.get("location", "/")})
            case "/exit":
                process.state = {**process.state, "exit": int(query.get("code", "0"))}
                process.machines.signal(process.machine, process.pid, TERM)
                return Answer("")
            case "/dial":
                return self._dial(process, asked)
            case "/shell":
                return Answer(
                    orjson.dumps(shell(process, query.get("shellCommand", query.get("cmd", "")))), kind="text/plain"
                )
        return Answer("404 page not found\n", 404)

    def receive(self, process: Process, connection: bytes, payload: bytes) -> tuple[bytes, bytes | None]:
        """What netexec's UDP server says to a command."""
        word, _, rest = payload.decode("utf-8", "replace").strip().partition(" ")
        if word.lower() == "hostname":
            return process.hostname.encode(), None
        return (rest.encode(), None) if word == "echo" else (b"", None)

    @staticmethod
    def _dial(process: Process, asked: Asked) -> Answer:
        """Ask another netexec and give back what it said, once for each try."""
        query = asked.query
        request = query.get("request", "hostname")
        url = f"http://{query.get('host', '')}:{query.get('port', '80')}/{quote(request, safe='?=&/')}"
        responses, errors = [], []
        for _ in range(min(int(query.get("tries", "1")), 50)):
            try:
                if query.get("protocol") == "udp":
                    host, port = query.get("host", ""), int(query.get("port", "8081"))
                    responses.append(process.exchange(host, port, b"", request.encode(), "UDP")[0].decode())
                    continue
                responses.append(
                    process.http(HttpRequest("GET", url, timeout=5 * SECOND)).body.decode("utf-8", "replace")
                )
            except NetworkFailure as failure:
                errors.append(f'Get "{url}": {type(failure).__name__.lower()}')
        return Answer(orjson.dumps({"responses": responses} if responses else {"errors": errors}))

    @staticmethod
    def _liveness(process: Process, asked: Asked) -> Answer:
        up = (process.now - process.started) / SECOND
        if asked.path == "/started":
            return Answer(timestamp(process.now))
        return Answer("ok") if up <= HEALTHY_FOR else Answer(f"error: {up}", 500)

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        state = process.state or {}
        return Exit(state.get("exit", 0))

    # What is no server.

    def pause(self, process: Process, options: dict[str, str], rest: list[str]) -> Outcome:
        process.print("Paused")
        process.handle(TERM)
        process.handle(INT)
        return Wait("start")

    def entrypoint_tester(self, process: Process, options: dict[str, str], rest: list[str]) -> Outcome:
        process.print(f"[{' '.join(process.argv)}]")
        return Exit(0)

    def etc_hosts(self, process: Process, options: dict[str, str], rest: list[str]) -> Outcome:
        process.write(1, process.files.read("/etc/hosts"))
        return Exit(0)

    def dns_suffix(self, process: Process, options: dict[str, str], rest: list[str]) -> Outcome:
        return self._resolver(process, "search")

    def dns_server_list(self, process: Process, options: dict[str, str], rest: list[str]) -> Outcome:
        return self._resolver(process, "nameserver")

    @staticmethod
    def _resolver(process: Process, word: str) -> Outcome:
        lines = [
            line.split()[1:] for line in process.files.text("/etc/resolv.conf").splitlines() if line.startswith(word)
        ]
        process.write(1, ",".join(item for line in lines for item in line))
        return Exit(0)

    def help(self, process: Process, options: dict[str, str], rest: list[str]) -> Outcome:
        process.print("Usage: agnhost [command]\n\nCommands: " + ", ".join((*SERVERS, "pause", "entrypoint-tester",
        "mounttest",
                      "logs-generator", "inclusterclient", "connect", "dns-suffix", "dns-server-list",
                      "etc-hosts")))  # fmt: skip
        return Exit(0)

    def mounttest(self, process: Process, options: dict[str, str], rest: list[str]) -> Outcome:
        """Tell what a mounted file is like, and write new ones."""
        files = process.files
        for name, path in options.items():
            try:
                if name in ("new_file_0644", "new_file_0666", "new_file_0660", "new_file_0777"):
                    files.write(path, "mount-tester new file\n")
                    files.change(path, mode=int(name[-4:], 8))
                elif name in ("file_content", "file_content_in_loop"):
                    process.print(f'content of file "{path}": {files.text(path)}')
                elif name in ("file_mode", "file_perm"):
                    node = files.stat(path)
                    what = "mode" if name == "file_mode" else "perms"
                    process.print(f'{what} of file "{path}": {permissions(node["kind"], node["mode"])}')
                elif name == "file_owner":
                    node = files.stat(path)
                    process.print(f'owner UID of "{path}": {node["owner"]}\nowner GID of "{path}": {node["group"]}')
                elif name == "fs_type":
                    process.print(
                        f'mount type of "{path}": tmpfs' if files.exists(path) else f'mount type of "{path}": overlay'
                    )
            except OSFailure as failure:
                process.print(f'error reading file content for "{path}": open {path}: {failure.words.lower()}')
                if name != "file_content_in_loop":
                    return Exit(1)
        return Exit(0)

    def connect(self, process: Process, options: dict[str, str], rest: list[str]) -> Outcome:
        """`connect HOST:PORT`: nothing and 0 when that works, otherwise one word and 1."""
        host, _, port = (rest or [""])[0].rpartition(":")
        limit = seconds(options.get("timeout", "10s").rstrip("s"), 10)
        try:
            _, took = process.connect(host, int(port))
        except NameNotFound as failure:
            word, took = f"DNS: {failure}", failure.after
        except Refused as failure:
            word, took = "REFUSED", failure.after
        except TimedOut:
            word, took = "TIMEOUT", int(limit * SECOND)
        except NetworkFailure as failure:
            word, took = "OTHER", failure.after
        else:
            word = ""
        process.state = {**process.state, "word": word}
        return Wait("connected", until=process.now + took)

    def connected(self, process: Process) -> Outcome:
        if process.state["word"]:
            process.error(process.state["word"])
        return Exit(1 if process.state["word"] else 0)

    def logs_generator(self, process: Process, options: dict[str, str], rest: list[str]) -> Outcome:
        total = int(options.get("log-lines-total", options.get("t", "100")))
        duration = options.get("run-duration", options.get("d", "1m"))
        length = seconds(duration.rstrip("ms"), 1) * (60 if duration.endswith("m") else 1)
        process.handle(TERM)
        process.state = {**process.state, "total": total, "gap": int(length * SECOND / max(total, 1))}
        return self.generate(process)

    def generate(self, process: Process) -> Outcome:
        """One line as an API server's log has them."""
        state = process.state
        if state["lines"] >= state["total"]:
            return Exit(0)
        verb = ("GET", "PUT", "POST")[process.random(3)]
        name = "".join("abcdefghijklmnopqrstuvwxyz"[process.random(26)] for _ in range(4))
        code = 200 + process.random(400)
        process.error(
            f"I{stamp(process)}       1 logs_generator.go:76] {state['lines']} {verb} "
            f"/api/v1/namespaces/ns/pods/{name} {code}"
        )
        process.state = {**state, "lines": state["lines"] + 1}
        return Wait("generate", until=process.now + state["gap"])

    def inclusterclient(self, process: Process, options: dict[str, str], rest: list[str]) -> Outcome:
        process.handle(TERM)
        process.state = {**process.state, "gap": int(seconds(options.get("poll-interval", "30"), 30) * SECOND)}
        return self.call(process)

    def call(self, process: Process) -> Outcome:
        """Ask the API server for its health with the Pod's own token."""
        host = process.env.get("KUBERNETES_SERVICE_HOST", "10.96.0.1")
        node = process.files.find("/var/run/secrets/kubernetes.io/serviceaccount/token")
        process.error(f"I{stamp(process)}       1 main.go:61] started")
        process.error(f"I{stamp(process)}       1 main.go:85] calling /healthz")
        token = node["content"].decode() if node is not None else ""
        try:
            process.http(HttpRequest("GET", f"https://{host}:443/healthz", {"authorization": f"Bearer {token}"}))
            process.error(f"I{stamp(process)}       1 main.go:96] authz_header={quote(token[:16])}")
        except NetworkFailure as failure:
            process.error(f"E{stamp(process)}       1 main.go:88] status=failed, err={failure}")
        return Wait("call", until=process.now + process.state["gap"])


def udp_port(process: Process) -> int:
    return int(process.state["options"].get("udp-port", "8081"))


def guestbook(process: Process, asked: Asked) -> Answer:
    """A store of lists (the leader), copies of it, and a page before them. Upstream: agnhost/guestbook"""
    query, options = asked.query, process.state["options"]
    key, text = query.get("key", ""), query.get("value", "")
    kept = process.state.get("kept", {})
    if asked.path == "/set":
        values = [*kept.get(key, []), text]
        process.state = {**process.state, "kept": {**kept, key: values[-LONGEST_LIST:]}}
        return Answer('{"data": "OK"}')
    if asked.path == "/get":
        leader = options.get("slaveof")
        if leader:
            return relayed(process, f"http://{leader}:{options.get('backend-port', '6379')}/get?key={quote(key)}")
        return Answer(orjson.dumps({"data": ",".join(kept.get(key, []))}))
    if asked.path == "/guestbook":
        port, words = options.get("backend-port", "6379"), f"key={quote(key)}&value={quote(text)}"
        where = "agnhost-primary" if query.get("cmd") == "set" else "agnhost-replica"
        return relayed(process, f"http://{where}:{port}/{query.get('cmd', 'get')}?{words}")
    return Answer("<html><title>Guestbook</title></html>\n" if asked.path == "/" else "{}", kind=HTML)


def relayed(process: Process, url: str) -> Answer:
    """What somebody else answers."""
    try:
        return Answer(process.http(HttpRequest("GET", url, timeout=5 * SECOND)).body, kind="application/json")
    except NetworkFailure as failure:
        return Answer(orjson.dumps({"data": f"error: {type(failure).__name__}"}))


def stamp(process: Process) -> str:
    """Month, day and time as klog writes them."""
    text = timestamp(process.now)
    return f"{text[5:7]}{text[8:10]} {text[11:19]}.{process.now % 1_000_000:06d}"


def permissions(kind: str, mode: int) -> str:
    """A mode as Go prints it: `-rw-r--r--`."""
    bits = "".join(letter if mode >> (8 - index) & 1 else "-" for index, letter in enumerate("rwxrwxrwx"))
    return ("d" if kind == "directory" else "L" if kind == "link" else "-") + bits


def shell(process: Process, command: str) -> dict[str, str]:
    """What `/shell` answers: the few commands that need no process of their own."""
    known = {
        "hostname": process.hostname + "\n",
        "date": timestamp(process.now) + "\n",
        "pwd": "/\n",
        "id -u": f"{process.user}\n",
    }
    if command in known:
        return {"output": known[command]}
    if command.startswith("echo "):
        return {"output": command[5:].strip("'\"") + "\n"}
    return {
        "output": "",
        "error": "the lab's netexec runs hostname, date, pwd, id -u and echo; use kubectl exec for the rest",
    }


AGNHOST = layer(
    "agnhost",
    {"/agnhost": executable("agnhost"), "/usr/bin/dig": executable("dig"), "/usr/bin/curl": executable("curl")},
)
for where in ("registry.k8s.io/e2e-test-images/agnhost", "k8s.gcr.io/e2e-test-images/agnhost"):
    repository(
        where,
        {
            "2.56": "2.56",
            "2.55": "2.55",
            "2.53": "2.53",
            "2.47": "2.47",
            "2.40": "2.40",
            "2.39": "2.39",
            "2.21": "2.21",
            "latest": "2.56",
        },
        51_200_000,
        (ALPINE, AGNHOST),
        entrypoint=("/agnhost",),
        command=("pause",),
    )

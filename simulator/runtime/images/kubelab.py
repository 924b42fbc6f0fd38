"""The lab's own images: servers and jobs whose behaviour a scene can set. They exist nowhere else."""

from typing import Any
from urllib.parse import urlsplit

import orjson

from simulator.kernel.clock import SECOND
from simulator.runtime.errors import OSFailure
from simulator.runtime.images.base import ALPINE
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.images.web import Answer, Asked, WebServer, as_json, flags, seconds
from simulator.runtime.network import HttpRequest, NetworkFailure
from simulator.runtime.nodes import directory, executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program
from simulator.runtime.signals import INT, TERM

SHELL_TOOLS = ("curl", "dig", "host", "openssl", "tcpdump")
FOREVER = 3600 * SECOND
FAREWELL = SECOND
MEBIBYTE = 1 << 20
MOST_EATEN = 1 << 20
"""MiB that a program may say it holds: more than any node has."""
MOST_BUSY = 64_000
BAD_GATEWAY = 502
VERSION = "KUBELAB_VERSION"


def missing(process: Process) -> list[str]:
    """The variables that `NEEDS` names and nobody has set."""
    return [name for name in process.env.get("NEEDS", "").replace(",", " ").split() if not process.env.get(name)]


@program("kubelab-web")
class Web(WebServer):
    """`state`: `broken` (health, ready, hang), `eaten` (MiB), `exit` (a code that was asked for).

    `LEAK_MI_PER_MIN` makes it hold more and more memory, `LEAK_UP_TO_MI` where that ends; `BUSY_MILLICORES` has it
    compute without end; `BASE_PATH` is the path below which its pages stand. The page shows what `--level` says.
    """

    resident = 12 * MEBIBYTE

    def start(self, process: Process) -> Outcome:
        absent = missing(process)
        if absent:
            process.error(
                f"error: missing required environment variable{'s' if len(absent) > 1 else ''}: {', '.join(absent)}"
            )
            return Exit(1)
        process.handle(TERM)
        process.handle(INT)
        process.state = {"broken": [], "eaten": 0, "exit": None, "begun": process.now}
        delay = seconds(process.env.get("START_DELAY", "0"), 0)
        leak = int(seconds(process.env.get("LEAK_MI_PER_MIN", "0"), 0) * MEBIBYTE) // 60
        if leak > 0:
            process.hold(0, growth=leak, most=int(seconds(process.env.get("LEAK_UP_TO_MI", "0"), 0) * MEBIBYTE))
        busy = int(seconds(process.env.get("BUSY_MILLICORES", "0"), 0))
        if busy > 0:
            process.occupy(min(busy, MOST_BUSY))
        process.print(f"web {version(process)} starting")
        return Wait("listen", until=process.now + int(delay * SECOND))

    def listen(self, process: Process) -> Outcome:
        for port in self.listening(process):
            process.listen(port)
        process.print(f"web {version(process)} listening on port {self.listening(process)[0]}")
        return Wait("listen")

    def listening(self, process: Process) -> tuple[int, ...]:
        names = [process.env.get("PORT", "8080"), process.env.get("ADMIN_PORT", "")]
        return tuple(int(name) for name in names if name.isdecimal())

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        """Stop accepting at once, say so, and leave a second later."""
        if process.state["exit"] is not None:
            return Exit(process.state["exit"])
        process.print("SIGTERM received: no new requests, leaving in 1s")
        process.machines.stop_listening(process.machine, process.pid)
        return Wait("leave", until=process.now + FAREWELL)

    def leave(self, process: Process) -> Outcome:
        process.print("bye")
        return Exit(0)

    def answer(self, process: Process, asked: Asked) -> Answer:
        state = process.state
        slow = FOREVER if "hang" in state["broken"] else 400
        admin = process.env.get("ADMIN_PORT", "")
        if admin.isdecimal() and asked.port == int(admin):
            return self._metrics(process, asked)
        handler = {
            "/": self._page, "/healthz": self._health, "/ready": self._ready, "/file": self._file,
            "/write": self._write,
            "/work": self._work, "/eat": self._eat, "/break": self._break, "/exit": self._exit,
        }.get(within(process.env.get("BASE_PATH", ""), asked.path))  # fmt: skip
        answer = handler(process, asked) if handler is not None else Answer("404 page not found\n", 404)
        if asked.path not in ("/healthz", "/ready"):
            process.print(f"{asked.request.source} {asked.method} {asked.path} {answer.status}")
        return answer._replace(latency=max(answer.latency, slow))

    @staticmethod
    def _page(process: Process, asked: Asked) -> Answer:
        env = process.env
        shown: dict[str, Any] = {
            "app": env.get("APP", "web"), "version": version(process), "pod": env.get("POD_NAME", process.hostname),
            "node": env.get("NODE_NAME", ""), "namespace": env.get("POD_NAMESPACE", namespace(process)),
            "clientIP": asked.request.source, "config": {"greeting": env.get("GREETING", "")},
        }  # fmt: skip
        level = flags(process.argv[1:])[0].get("level")
        if level is not None:
            shown["config"]["level"] = level
        upstream = env.get("UPSTREAM", "")
        if not upstream:
            return as_json(shown)
        shown["upstream"], status = fetched(process, upstream)
        return as_json(shown, status)

    @staticmethod
    def _health(process: Process, asked: Asked) -> Answer:
        return Answer("broken\n", 500) if "health" in process.state["broken"] else Answer("ok\n")

    @staticmethod
    def _ready(process: Process, asked: Asked) -> Answer:
        bad = "ready" in process.state["broken"] or process.env.get(VERSION, "").endswith("-bad")
        return Answer("not ready\n", 500) if bad else Answer("ready\n")

    @staticmethod
    def _file(process: Process, asked: Asked) -> Answer:
        try:
            return Answer(process.files.read(asked.query.get("path", "")))
        except OSFailure as failure:
            return Answer(f"{failure}\n", 404 if failure.name == "ENOENT" else 500)

    @staticmethod
    def _write(process: Process, asked: Asked) -> Answer:
        if asked.method != "POST":
            return Answer("method not allowed\n", 405)
        try:
            process.files.write(asked.query.get("path", ""), asked.query.get("text", "") + "\n")
        except OSFailure as failure:
            return Answer(f"{failure}\n", 500)
        return Answer("written\n")

    @staticmethod
    def _work(process: Process, asked: Asked) -> Answer:
        milliseconds = min(max(int(seconds(asked.query.get("ms", "100"), 100)), 0), 60_000)
        return Answer(f"worked {milliseconds} ms\n", latency=process.work(milliseconds * 1000))

    @staticmethod
    def _eat(process: Process, asked: Asked) -> Answer:
        amount = int(seconds(asked.query.get("mi", "10"), 10))
        eaten = min(max(process.state["eaten"] + amount, 0), MOST_EATEN)
        process.state = {**process.state, "eaten": eaten}
        process.hold(eaten * MEBIBYTE)
        return Answer(f"holding {process.state['eaten']} MiB\n")

    @staticmethod
    def _break(process: Process, asked: Asked) -> Answer:
        what = asked.query.get("what", "")
        if asked.method != "POST":
            return Answer("method not allowed\n", 405)
        if what not in ("health", "ready", "hang"):
            return Answer("what=health|ready|hang\n", 400)
        process.state = {**process.state, "broken": [*process.state["broken"], what]}
        process.print(f"broken on request: {what}")
        return Answer(f"{what} is broken now\n")

    @staticmethod
    def _exit(process: Process, asked: Asked) -> Answer:
        if asked.method != "POST":
            return Answer("method not allowed\n", 405)
        process.state = {**process.state, "exit": int(seconds(asked.query.get("code", "1"), 1)) & 255}
        process.print(f"exiting on request with code {process.state['exit']}")
        process.machines.signal(process.machine, process.pid, TERM)
        return Answer("exiting\n")

    @staticmethod
    def _metrics(process: Process, asked: Asked) -> Answer:
        if asked.path != "/metrics":
            return Answer("404 page not found\n", 404)
        up = (process.now - process.started) / SECOND
        return Answer(f"# TYPE process_uptime_seconds gauge\nprocess_uptime_seconds {up:.3f}\n"
                      f"# TYPE process_held_mebibytes gauge\nprocess_held_mebibytes "
                          f"{process.state['eaten']}\n")  # fmt: skip


def within(base: str, path: str) -> str:
    """A path below the one where everything stands (`BASE_PATH`), as if it stood at the root; others lead nowhere."""
    root = base.rstrip("/")
    if path != root and not path.startswith(f"{root}/"):
        return ""
    return path[len(root) :] or "/"


def version(process: Process) -> str:
    return process.env.get(VERSION, "1.0").removesuffix("-bad")


def namespace(process: Process) -> str:
    node = process.files.find("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
    return node["content"].decode() if node is not None else ""


def fetched(process: Process, url: str) -> tuple[Any, int]:
    """What the upstream says, as JSON where it is JSON, otherwise its text; or why it says nothing, and 502 for it."""
    full = url if "://" in url else f"http://{url}"
    try:
        answer = process.http(HttpRequest("GET", full, {"host": urlsplit(full).netloc}, timeout=2 * SECOND))
    except NetworkFailure as failure:
        return {"error": f"{type(failure).__name__}: {full}"}, BAD_GATEWAY
    try:
        return orjson.loads(answer.body), 200
    except ValueError:
        return answer.body.decode("utf-8", "replace"), 200


@program("kubelab-db")
class Database(WebServer):
    """Keys and values on /data. Ordinal 0 is the primary; the others need it to answer when they start."""

    def begin(self, process: Process) -> int | None:
        name, _, ordinal = process.hostname.rpartition("-")
        try:
            process.files.write("/data/.writable", "")
        except OSFailure as failure:
            process.error(f"error: /data is not writable: {failure.words}")
            return 1
        primary = ordinal == "0" or not ordinal.isdecimal()
        if not primary:
            service = process.env.get("SERVICE", name)
            where = f"{name}-0.{service}"
            try:
                process.http(HttpRequest("GET", f"http://{where}:8080/", timeout=2 * SECOND))
            except NetworkFailure:
                process.error(f"error: primary {where} does not answer")
                return 1
        process.state = {"role": "primary" if primary else "replica"}
        process.print(f"db started as {process.state['role']}")
        return None

    def answer(self, process: Process, asked: Asked) -> Answer:
        node = process.files.find("/data/db.json")
        rows: dict[str, str] = orjson.loads(node["content"]) if node is not None else {}
        key = asked.query.get("k", "")
        match asked.path:
            case "/put":
                try:
                    process.files.write("/data/db.json", orjson.dumps({**rows, key: asked.query.get("v", "")}))
                except OSFailure as failure:
                    return Answer(f"{failure}\n", 500)
                return Answer("stored\n")
            case "/get":
                return Answer(rows[key] + "\n") if key in rows else Answer(f"no such key: {key}\n", 404)
            case "/healthz" | "/ready":
                return Answer("ok\n")
            case "/":
                return as_json({"pod": process.hostname, "role": process.state["role"], "keys": len(rows)})
        return Answer("404 page not found\n", 404)


@program("kubelab-batch")
class Batch(Program):
    """Counts steps and ends; `FAIL_FIRST` starts within a Job end in failure first."""

    def start(self, process: Process) -> Outcome:
        steps = int(seconds(process.env.get("STEPS", "3"), 3))
        pause = int(seconds(process.env.get("STEP_SECONDS", "1"), 1) * SECOND)
        code = int(seconds(process.env.get("EXIT", "0"), 0)) & 255
        failing = int(seconds(process.env.get("FAIL_FIRST", "0"), 0))
        if failing and process.machines.machine(process.machine).get("attempt", 1) <= failing:
            code = code or 1
        process.handle(TERM)
        process.state = {"step": 0, "steps": steps, "pause": pause, "code": code}
        return self.step(process)

    def step(self, process: Process) -> Outcome:
        state = process.state
        if state["step"] >= state["steps"]:
            process.print("done" if not state["code"] else f"failed with code {state['code']}")
            return Exit(state["code"])
        process.print(f"step {state['step'] + 1}/{state['steps']}")
        process.state = {**state, "step": state["step"] + 1}
        return Wait("step", until=process.now + state["pause"])


@program("kubelab-logger")
class Logger(Program):
    """Ships what it finds under /var/log/pods: says once for each file that it has it."""

    def start(self, process: Process) -> Outcome:
        process.handle(TERM)
        process.state = {"seen": []}
        process.print("logger started: watching /var/log/pods")
        return self.look(process)

    def look(self, process: Process) -> Outcome:
        seen = process.state["seen"]
        if process.files.is_directory("/var/log/pods"):
            found = [path for path, node in process.files.walk("/var/log/pods") if node["kind"] == "file"]
            for path in found:
                if path not in seen:
                    process.print(f"shipping {path}")
            process.state = {"seen": found}
        return Wait("look", until=process.now + 10 * SECOND)


@program("kubelab-writer")
class Writer(Program):
    """Writes a log without end: `WRITE_MI_PER_MIN` into `WRITE_PATH`, begun anew after `ROTATE_MI` if that is set."""

    every = 10 * SECOND

    def start(self, process: Process) -> Outcome:
        process.handle(TERM)
        process.state = {"size": 0}
        process.print(f"writing to {process.env.get('WRITE_PATH', '/data/app.log')}")
        return Wait("write", until=process.now + self.every)

    def write(self, process: Process) -> Outcome:
        path, state = process.env.get("WRITE_PATH", "/data/app.log"), process.state
        more = int(seconds(process.env.get("WRITE_MI_PER_MIN", "60"), 60) * MEBIBYTE) * self.every // (60 * SECOND)
        most = int(seconds(process.env.get("ROTATE_MI", "0"), 0) * MEBIBYTE)
        size = state["size"] + max(more, 1)
        if 0 < most < size:
            process.print(f"rotated {path}")
            size = 1
        try:
            process.files.reserve(path, size)
        except OSFailure as failure:
            process.error(str(failure))
            size = state["size"]
        process.state = {"size": size}
        return Wait("write", until=process.now + self.every)


@program("kubelab-quiet")
class Quiet(WebServer):
    """Tells whoever asks for /token what `TOKEN` says. Its image has nothing else: no shell, no tools."""

    def answer(self, process: Process, asked: Asked) -> Answer:
        token = process.env.get("TOKEN", "")
        return Answer(token + "\n") if token and asked.path == "/token" else Answer("404 page not found\n", 404)


def own(
    name: str,
    tags: dict[str, str],
    size: int,
    program_name: str,
    *,
    base: tuple[str, ...] = (ALPINE,),
    env: str = VERSION,
) -> None:
    """Register one of the lab's images."""
    files = layer(
        f"kubelab-{name}", {f"/app/{name}": executable(program_name), "/data": directory(), "/app": directory()}
    )
    repository(
        f"docker.io/kubelab/{name}",
        tags,
        size,
        (*base, files),
        entrypoint=(f"/app/{name}",),
        env={env: "{version}"},
        cwd="/app",
    )


own(
    "web",
    {"1.0": "1.0", "1.1": "1.1", "2.0": "2.0", "1.1-bad": "1.1-bad", "stable": "1.1", "latest": "2.0"},
    14_200_000,
    "kubelab-web",
)
repository(
    "registry.lab/private/web",
    {"1.0": "1.0", "1.1": "1.1", "latest": "1.1"},
    14_200_000,
    (ALPINE, layer("private-web", {"/app/web": executable("kubelab-web"), "/app": directory()})),
    command=("/app/web",),
    env={VERSION: "{version}"},
    cwd="/app",
    access="learner:kubelab",
)
"""The same behind a lock: whoever pulls it has to bring a Secret with user `learner` and password `kubelab`."""
own("db", {"1.0": "1.0", "latest": "1.0"}, 18_900_000, "kubelab-db")
own("batch", {"1.0": "1.0", "latest": "1.0"}, 4_100_000, "kubelab-batch")
own("logger", {"1.0": "1.0", "latest": "1.0"}, 9_600_000, "kubelab-logger")
own("writer", {"1.0": "1.0", "latest": "1.0"}, 3_100_000, "kubelab-writer")
own("quiet", {"1.0": "1.0", "latest": "1.0"}, 900_000, "kubelab-quiet", base=())
repository(
    "docker.io/kubelab/shell",
    {"1.0": "1.0", "latest": "1.0"},
    22_400_000,
    (
        ALPINE,
        layer(
            "kubelab-shell",
            {f"/usr/bin/{name}": executable(name) for name in SHELL_TOOLS},
        ),
    ),
    command=("sh", "-c", "sleep infinity"),
)

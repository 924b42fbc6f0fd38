"""redis: keys and values in memory, saved to /data, and redis-cli.

Upstream: redis.io/docs/latest/commands, the RESP protocol
"""

from typing import Any

import orjson

from simulator.kernel.clock import SECOND
from simulator.runtime.errors import OSFailure
from simulator.runtime.images.base import ALPINE, DEBIAN
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.images.httplog import http_date
from simulator.runtime.images.redisdata import Refusal, run
from simulator.runtime.network import HttpRequest, HttpResponse, NameNotFound, NetworkFailure, Reset
from simulator.runtime.nodes import directory, executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Exec, Exit, Outcome, Program, Server, Wait, program
from simulator.runtime.signals import INT, TERM

PORT = 6379
DUMP = "dump.rdb"
VERSION = "REDIS_VERSION"


@program("redis-server")
class RedisServer(Server):
    """`state`: the data by key, the password, the folder of the dump."""

    resident = 7 << 20

    def start(self, process: Process) -> Outcome:
        version = process.env.get(VERSION, "8.4.0").partition("-")[0]
        options = settings(process.argv[1:])
        note(process, "*", "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo", "C")
        note(
            process,
            "*",
            f"Redis version={version}, bits=64, commit=00000000, modified=0, pid={process.pid}, just started",
            "C",
        )
        if len(process.argv) == 1:
            note(process, "#",
            "Warning: no config file specified, using the default config. In order to specify a config "
                 "file use redis-server /path/to/redis.conf", "C")  # fmt: skip
        port = int(options.get("port", PORT))
        data = self._load(process)
        process.state = {"data": data, "password": options.get("requirepass", ""), "version": version, "port": port}
        process.listen(port)
        note(process, "*", f"Running mode=standalone, port={port}.")
        note(process, "*", "Server initialized")
        if data:
            note(process, "*", f"DB loaded from disk: {len(data)} keys")
        note(process, "*", "Ready to accept connections tcp")
        process.handle(TERM)
        process.handle(INT)
        return Wait("start")

    @staticmethod
    def _load(process: Process) -> dict[str, Any]:
        node = process.files.find(DUMP)
        if node is None or not node["content"].startswith(b"{"):
            return {}
        found: dict[str, Any] = orjson.loads(node["content"])
        return found

    @staticmethod
    def save(process: Process) -> bool:
        try:
            process.files.write(DUMP, orjson.dumps(process.state["data"]))
        except OSFailure as failure:
            note(process, "#", f"Failed opening the temp RDB file temp-1.rdb for saving: {failure.words}")
            return False
        note(process, "*", "DB saved on disk")
        return True

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        note(process, "*", "User requested shutdown...")
        note(process, "*", "Saving the final RDB snapshot before exiting.")
        self.save(process)
        note(process, "#", "Redis is now ready to exit, bye bye...")
        return Exit(0)

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        note(process, "#",
        "Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to "
             f"Redis. Connection from {request.source}:43210 aborted.")  # fmt: skip
        raise Reset(port=PORT)

    def receive(self, process: Process, connection: bytes, payload: bytes) -> tuple[bytes, bytes | None]:
        """Commands, one a line, as the inline form of the protocol has them; `connection` remembers who logged in."""
        replies = []
        for line in payload.decode("utf-8", "replace").splitlines():
            words = orjson.loads(line) if line.startswith("[") else line.split()
            if words:
                reply, connection = self._one(process, connection, words)
                replies.append(reply)
        return b"".join(replies), connection

    def _one(self, process: Process, connection: bytes, words: list[str]) -> tuple[bytes, bytes]:
        name = words[0].upper()
        password = process.state["password"]
        if name == "AUTH":
            if not password:
                return encode(Refusal("ERR AUTH <password> called without any password configured for the "
                    "default user. "
                                      "Are you sure your configuration is correct?")), connection  # fmt: skip
            if words[-1] != password:
                return encode(Refusal("WRONGPASS invalid username-password pair or user is disabled.")), connection
            return encode(True), b"in"
        if password and connection != b"in":
            return encode(Refusal("NOAUTH Authentication required.")), connection
        if name in ("SAVE", "BGSAVE"):
            done = self.save(process)
            return encode(True if done else Refusal("ERR")), connection
        if name == "INFO":
            return encode(information(process)), connection
        data, reply = run(process.state["data"], name, words[1:], process.now)
        if data is not process.state["data"]:
            process.state = {**process.state, "data": data}
        return encode(reply), connection


def information(process: Process) -> str:
    state = process.state
    up = (process.now - process.started) // SECOND
    return (
        f"# "
        f"Server\r\nredis_version:{state['version']}\r\nredis_mode:standalone\r\nos:Linux\r\nprocess_id:{process.pid}\r\n"
        f"tcp_port:{state['port']}\r\nuptime_in_seconds:{up}\r\n\r\n# Clients\r\nconnected_clients:1\r\n\r\n"
        f"# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\r\n# Keyspace\r\n"
        + (f"db0:keys={len(state['data'])},expires=0,avg_ttl=0\r\n" if state["data"] else "")
    )


def settings(words: tuple[str, ...]) -> dict[str, str]:
    """`--port 7000 --requirepass secret` as a dictionary."""
    found = {}
    left = list(words)
    while left:
        word = left.pop(0)
        if word.startswith("--") and left:
            found[word[2:]] = left.pop(0)
    return found


def note(process: Process, mark: str, text: str, role: str = "M") -> None:
    stamp = http_date(process.now, "%d %b %Y %H:%M:%S") + f".{process.now // 1000 % 1000:03d}"
    process.stdout.print(f"{process.pid}:{role} {stamp} {mark} {text}")


def encode(value: Any) -> bytes:
    """A reply as RESP."""
    if isinstance(value, Refusal):
        return f"-{value}\r\n".encode()
    if value is True:
        return b"+OK\r\n"
    if value is None:
        return b"$-1\r\n"
    if isinstance(value, int):
        return f":{value}\r\n".encode()
    if isinstance(value, list):
        return f"*{len(value)}\r\n".encode() + b"".join(map(encode, value))
    raw = str(value).encode()
    return b"$%d\r\n%s\r\n" % (len(raw), raw)


def decode(data: bytes) -> tuple[Any, bytes]:
    """The first reply in some bytes, and the rest."""
    line, _, rest = data.partition(b"\r\n")
    kind, text = line[:1], line[1:].decode("utf-8", "replace")
    if kind == b"+":
        return text, rest
    if kind == b"-":
        return Refusal(text), rest
    if kind == b":":
        return int(text), rest
    size = int(text)
    if kind == b"*":
        items = []
        for _ in range(size):
            item, rest = decode(rest)
            items.append(item)
        return items, rest
    if size < 0:
        return None, rest
    return rest[:size].decode("utf-8", "replace"), rest[size + 2 :]


@program("redis-cli")
class RedisClient(Program):
    """One command from its words, or a prompt."""

    def start(self, process: Process) -> Outcome:
        words, host, port, password = list(process.argv[1:]), "127.0.0.1", PORT, process.env.get("REDISCLI_AUTH", "")
        while words and words[0].startswith("-"):
            option = words.pop(0)
            if option in ("-h", "-p", "-a", "-n", "-u", "--pass") and words:
                value = words.pop(0)
                host = value if option == "-h" else host
                port = int(value) if option == "-p" and value.isdecimal() else port
                password = value if option in ("-a", "--pass") else password
                if option == "-a":
                    process.error(
                        "Warning: Using a password with '-a' or '-u' option on the command line interface may "
                        "not be safe."
                    )
        process.state = {"host": host, "port": port, "connection": b"", "typed": b"", "command": words}
        if password:
            self._ask(process, ["AUTH", password])
        if words:
            text, code = self._ask(process, words)
            return self._say(process, text, code)
        return self._prompt(process)

    def _say(self, process: Process, text: str, code: int) -> Outcome:
        process.write(1 if not code or not text.startswith("Could not") else 2, text + "\n")
        return Exit(code)

    def _prompt(self, process: Process) -> Outcome:
        if process.stdout.is_terminal():
            process.write(1, f"{process.state['host']}:{process.state['port']}> ")
        return Wait("typed", readable=(0,))

    def typed(self, process: Process) -> Outcome:
        part = process.read(0)
        if part is None:
            return Wait("typed", readable=(0,))
        lines = (process.state["typed"] + part).split(b"\n")
        process.state = {**process.state, "typed": lines[-1]}
        for line in lines[:-1] if part else lines:
            words = line.decode("utf-8", "replace").split()
            if words and words[0].lower() in ("quit", "exit"):
                return Exit(0)
            if words:
                process.print(self._ask(process, words)[0])
        return self._prompt(process) if part else Exit(0)

    @staticmethod
    def _ask(process: Process, words: list[str]) -> tuple[str, int]:
        state = process.state
        where = f"{state['host']}:{state['port']}"
        try:
            payload = orjson.dumps(words) + b"\n"
            reply, connection, _ = process.exchange(state["host"], state["port"], state["connection"], payload)
        except NameNotFound:
            return f"Could not connect to Redis at {where}: Name or service not known", 1
        except NetworkFailure:
            return f"Could not connect to Redis at {where}: Connection refused", 1
        if not reply:
            return "Error: Server closed the connection", 1
        process.state = {**state, "connection": connection or b""}
        value, _ = decode(reply)
        return (pretty(value) if process.stdout.is_terminal() else raw(value)), int(isinstance(value, Refusal))


def pretty(value: Any, indent: str = "") -> str:
    """A reply as redis-cli shows it on a terminal."""
    if isinstance(value, Refusal):
        return f"(error) {value}"
    if value is None:
        return "(nil)"
    if isinstance(value, int):
        return f"(integer) {value}"
    if isinstance(value, list):
        if not value:
            return "(empty array)"
        return "\n".join(
            f"{indent if number else ''}{number + 1}) {pretty(item, indent + '   ')}"
            for number, item in enumerate(value)
        )
    return str(value) if value in ("OK", "PONG") or "\r\n" in value else '"' + value.replace('"', '\\"') + '"'


def raw(value: Any) -> str:
    """A reply as redis-cli writes it into a pipe."""
    if isinstance(value, list):
        return "\n".join(map(raw, value))
    return "" if value is None else str(value)


BINARIES = layer(
    "redis",
    {
        "/usr/local/bin/redis-server": executable("redis-server"),
        "/usr/local/bin/redis-cli": executable("redis-cli"),
        "/usr/local/bin/docker-entrypoint.sh": executable("redis-entrypoint"),
        "/data": directory(owner=999, group=999),
    },
)


@program("redis-entrypoint")
class Entrypoint(Program):
    """Options alone mean redis-server with these options."""

    def start(self, process: Process) -> Outcome:
        words = process.argv[1:] or ("redis-server",)
        return Exec(
            ("redis-server", *words) if words[0].startswith("-") or words[0].endswith(".conf") else tuple(words)
        )


for name, base in (("docker.io/library/redis", DEBIAN), ("docker.io/valkey/valkey", ALPINE)):
    repository(
        name,
        {"8": "8.4.0", "8.4": "8.4.0", "8.2": "8.2.3", "8.0": "8.0.5", "7": "7.4.7", "7.4": "7.4.7", "7.2": "7.2.12",
        "6": "6.2.21",
         "6.2": "6.2.21", "5.0.4": "5.0.4", "alpine": "8.4.0-alpine", "7-alpine": "7.4.7-alpine",
         "8-alpine": "8.4.0-alpine",
         "latest": "8.4.0"},
        42_900_000,
        (base, BINARIES),
        entrypoint=("docker-entrypoint.sh",),
        command=("redis-server",),
        env={VERSION: "{version}"},
        cwd="/data",
    )  # fmt: skip

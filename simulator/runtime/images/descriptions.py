"""Images that a description in one YAML file is enough for: files in `described/`.

A description says: `repository` (and others under `also`), `tags` (tag → version), `size`, `base` (`alpine`, `debian`,
`busybox` or none), `command`, `env`, `user`, and under `server` what its program is like:

- `needs`: variables of which one must be set (`any`), or else it says `message` and ends with `code`;
- `folder`: where it must be able to write;
- `says`: lines at the start, each a text or `{after: seconds, text: …}`; `ready`: seconds until it listens;
- `ports`, and whether it speaks gRPC on them (`grpc: true`: it says that it is well);
- `memory` (`140Mi`), `cpu` (thousandths that it always uses);
- `http`: by port and path what it answers: a text, or `{body, status, type, cost}` (milliseconds of CPU); the path `*`
  is for all others; `logs`: what it writes down of each request;
- `farewell`: what it says on SIGTERM, and after `leaves` seconds it is gone;
- `tools`: command → `{words: answer}`: what its client programs say while the server runs.

In texts `{hostname}`, `{version}`, `{time}`, `{path}`, `{method}` and `{source}` are filled in.
"""

from functools import cache
from pathlib import Path
from typing import Any

import orjson

from simulator.kernel.clock import SECOND, timestamp
from simulator.machinery import yaml
from simulator.machinery.quantities import value
from simulator.runtime.errors import OSFailure
from simulator.runtime.images.base import ALPINE, BUSYBOX, DEBIAN
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.images.web import Answer, Asked, WebServer
from simulator.runtime.nodes import Node, executable, file
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Wait, command, program
from simulator.runtime.signals import INT, TERM

FOLDER = Path(__file__).parent / "described"
BASES = {"alpine": (ALPINE,), "debian": (DEBIAN,), "busybox": (BUSYBOX,), "none": ()}
CARD = "/etc/lab-image.json"
"""In an image: what its program is like."""

type Description = dict[str, Any]


@cache
def read(card: bytes) -> Description:
    found: Description = orjson.loads(card)
    return found


def described(process: Process) -> Description:
    """What the image of a process says of its server."""
    node = process.files.find(CARD)
    return read(bytes(node["content"])) if node is not None else {}


def filled(text: str, process: Process, **more: str) -> str:
    """A text with what it mentions."""
    known = {
        "hostname": process.hostname, "version": process.env.get("LAB_VERSION", ""), "time": timestamp(process.now),
        **more,
    }  # fmt: skip
    for name, meaning in known.items():
        text = text.replace("{" + name + "}", meaning)
    return text


@program("described-server")
class DescribedServer(WebServer):
    """A server as its description has it. `state`: the lines still to be said, and when it is ready."""

    def start(self, process: Process) -> Outcome:
        about = described(process)
        for need in about.get("needs", ()):
            if not any(process.env.get(name) for name in need["any"]):
                process.error(filled(need["message"], process).rstrip("\n"))
                return Exit(int(need.get("code", 1)))
        if about.get("folder"):
            try:
                process.files.make_directory(about["folder"], parents=True)
                process.files.write(f"{about['folder']}/.writable", "")
            except OSFailure as failure:
                process.error(f"{process.name}: {failure}")
                return Exit(1)
        process.handle(TERM)
        process.handle(INT)
        if about.get("memory"):
            process.hold(value(about["memory"]))
        if about.get("cpu"):
            process.occupy(int(about["cpu"]))
        ready = int(float(about.get("ready", 0)) * SECOND)
        says = [
            (0.0, line) if isinstance(line, str) else (float(line["after"]), line["text"]) for line in about["says"]
        ]
        process.state = {"says": sorted(says, key=lambda one: one[0]), "ready": process.started + ready, "open": False}
        return self.tell(process)

    def tell(self, process: Process) -> Outcome:
        """Say what is due, listen when it is time."""
        state, up = process.state, (process.now - process.started) / SECOND
        for _, text in [one for one in state["says"] if one[0] <= up]:
            process.print(filled(text, process))
        left = [one for one in state["says"] if one[0] > up]
        is_open = process.now >= state["ready"]
        if is_open and not state["open"]:
            for port in described(process).get("ports", ()):
                process.listen(port)
        process.state = {**state, "says": left, "open": is_open}
        moments = [process.started + int(one[0] * SECOND) for one in left[:1]]
        return Wait("tell", until=min([*moments, *([] if is_open else [state["ready"]])], default=None))

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        about = described(process)
        if about.get("farewell"):
            process.print(filled(about["farewell"], process))
        process.machines.stop_listening(process.machine, process.pid)
        leaves = float(about.get("leaves", 0))
        return Wait("leave", until=process.now + int(leaves * SECOND)) if leaves else Exit(0)

    def leave(self, process: Process) -> Outcome:
        return Exit(0)

    def grpc_health(self, process: Process, port: int, service: str) -> str | None:
        return "SERVING" if described(process).get("grpc") else None

    def answer(self, process: Process, asked: Asked) -> Answer:
        about = described(process)
        paths = about.get("http", {}).get(str(asked.port), {})
        found = paths.get(asked.path, paths.get("*"))
        if found is None:
            found = {"status": 404, "body": "404 page not found\n"}
        found = {"body": found} if isinstance(found, str) else found
        more = {"path": asked.path, "method": asked.method, "source": asked.request.source}
        if about.get("logs"):
            process.print(filled(about["logs"], process, **more))
        cost = int(float(found.get("cost", 0)) * 1000)
        latency = process.work(cost) if cost else 500
        kind = found.get("type", "text/plain; charset=utf-8")
        return Answer(
            filled(found.get("body", ""), process, **more), int(found.get("status", 200)), kind, latency=latency
        )


@command("described-tool")
def described_tool(process: Process) -> int:
    """A client program of a described server: it knows the answers that the description gives."""
    about = described(process)
    answers = about.get("tools", {}).get(process.name, {})
    words = " ".join(process.argv[1:])
    network = process.machines.machine(process.machine)["network"]
    if not any(process.machines.listener(network, port) for port in about.get("ports", ())):
        return process.fail("the server does not answer")
    if words not in answers:
        known = ", ".join(f"`{process.name} {one}`".replace(" `", "`") for one in answers)
        return process.fail(f"of this program the lab knows {known}")
    process.print(filled(answers[words], process).rstrip("\n"))
    return 0


def register(description: Description) -> None:
    """Enter a described image into the catalogue."""
    server = {"says": [], **description["server"]}
    name, words = description["repository"], description["command"]
    folder = "/usr/local/bin"
    files: dict[str, Node] = {
        CARD: file(orjson.dumps(server)),
        f"{folder}/{words[0].rpartition('/')[2]}": executable("described-server"),
        **{f"{folder}/{tool}": executable("described-tool") for tool in server.get("tools", {})},
        **{path: file(text) for path, text in description.get("files", {}).items()},
    }
    layers = (*BASES[description.get("base", "debian")], layer(f"described/{name}", files))
    tags = {str(tag): str(version) for tag, version in description["tags"].items()}
    env = {"LAB_VERSION": "{version}", **description.get("env", {})}
    for where in (name, *description.get("also", ())):
        user = description.get("user", 0)
        repository(where, tags, description["size"], layers, command=tuple(words), env=env, user=user)


for path in sorted(FOLDER.glob("*.yaml")):
    for one in yaml.load_all(path.read_bytes()):
        register(one)

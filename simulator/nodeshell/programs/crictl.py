"""crictl: the container runtime of a node, asked directly. Upstream: kubernetes-sigs/cri-tools"""

from collections.abc import Callable, Mapping
from hashlib import sha256

from simulator.kernel.clock import SECOND, moment, timestamp
from simulator.kubelet.records import CREATING, PULLING, RUNNING, TERMINATED, Row
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.asking import host_of
from simulator.nodeshell.programs.flags import UnknownFlag, parsed
from simulator.nodeshell.programs.sessions import begin_session, relay, session_signal
from simulator.runtime import signals
from simulator.runtime.images import PullError, pull
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program

SHORT = 13
WIDTH = 20
SOCKET = "unix:///run/containerd/containerd.sock"
NO_RUNTIME = (
    f'validate service connection: validate CRI v1 runtime API for endpoint "{SOCKET}": rpc error: code = Unavailable '
    'desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: '
    'connect: no such file or directory"'
)
GLOBAL = ("r", "runtime-endpoint", "i", "image-endpoint", "t", "timeout", "c", "config")
"""Flags before the command, each with a value; there is one runtime to ask, and it answers at once."""


class Failure(Exception):
    """What crictl says before it gives up."""


class Container:
    """One container of a node, as the runtime has it."""

    def __init__(self, uid: str, name: str, row: Row, pod: Row) -> None:
        self.uid, self.name, self.row, self.pod = uid, name, row, pod
        self.id = str(row["id"])
        self.sandbox = sandbox_of(uid)

    @property
    def state(self) -> str:
        return "Running" if self.row["state"] == RUNNING else "Exited"


def sandbox_of(uid: str) -> str:
    return sha256(f"sandbox {uid}".encode()).hexdigest()


def containers(host: Host) -> list[Container]:
    """The containers on a node that were ever started, the youngest first."""
    found = []
    for (uid, name), row in host.kubelet.containers.rows.items():
        pod = host.kubelet.pods.get(uid)
        if pod is None or pod["node"] != host.name or not row["id"] or not row.get("began"):
            continue
        if row["state"] not in (PULLING, CREATING):
            found.append(Container(uid, name, row, pod))
        if row["last"] and row["state"] != TERMINATED:
            found.append(Container(uid, name, before(row), pod))
    return sorted(found, key=lambda one: (-int(one.row["began"]), one.id))


def before(row: Row) -> Row:
    """The container that a restarted one took the place of; the kubelet keeps one of them."""
    last, attempt = row["last"], max(row["restarts"] - 1, 0)
    base = (row.get("machine") or "").rpartition("/")[0]
    return {
        **row,
        "id": last.get("containerID", "").removeprefix("containerd://"),
        "began": moment(last["startedAt"]),
        "ended": moment(last["finishedAt"]),
        "state": TERMINATED,
        "exit": last["exitCode"],
        "reason": last.get("reason", ""),
        "message": last.get("message", ""),
        "restarts": attempt,
        "machine": f"{base}/{attempt}",
    }


def one(host: Host, identity: str) -> Container:
    found = [each for each in containers(host) if identity and each.id.startswith(identity)]
    if not found:
        about = (
            f'rpc error: code = NotFound desc = an error occurred when try to find container "{identity}": not found'
        )
        raise Failure(f'getting the status of the container "{identity}": {about}')
    return found[0]


def ago(now: int, then: int) -> str:
    """Upstream: docker/go-units HumanDuration"""
    seconds = (now - then) // SECOND
    if seconds < 1:
        return "Less than a second ago"
    if seconds < 60:
        return "1 second ago" if seconds == 1 else f"{seconds} seconds ago"
    minutes, hours = seconds // 60, round(seconds / 3600)
    if minutes < 60:
        return "About a minute ago" if minutes == 1 else f"{minutes} minutes ago"
    if hours < 48:
        return "About an hour ago" if hours == 1 else f"{hours} hours ago"
    return f"{hours // 24} days ago"


def table(process: Process, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    lines = [heads, *rows]
    widths = [max(WIDTH, *(len(line[place]) + 3 for line in lines)) for place in range(len(heads))]
    for line in lines:
        process.print("".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def given(flags: Mapping[str, str], name: str, letter: str = "", otherwise: str = "") -> str:
    """The value of a flag by its name or its letter."""
    return flags.get(name, flags.get(letter, otherwise))


def ps(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    rows = []
    for each in containers(host):
        wanted = {"a", "all", "s", "state"} & flags.keys() or each.state == "Running"
        if not wanted or given(flags, "state", "s", each.state).lower() != each.state.lower():
            continue
        if given(flags, "name") not in each.name or not each.sandbox.startswith(given(flags, "pod", "p")):
            continue
        rows.append(each)
    if {"q", "quiet"} & flags.keys():
        for each in rows:
            process.print(each.id)
        return 0
    heads = ("CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE")
    table(process, heads, [
        (each.id[:SHORT], image_id(each)[:SHORT], ago(process.now, int(each.row["began"])), each.state, each.name,
         str(each.row["restarts"]), each.sandbox[:SHORT], each.pod["name"], each.pod["namespace"])
        for each in rows
    ])  # fmt: skip
    return 0


def image_id(container: Container) -> str:
    try:
        return pull(container.row["image"]["name"]).id.removeprefix("sha256:")
    except PullError:
        return str(container.row["image"]["name"])


def pods(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    rows = [(uid, row) for uid, row in host.kubelet.pods.rows.items() if row["node"] == host.name]
    rows = [(uid, row) for uid, row in rows if given(flags, "name") in row["name"]]
    rows = [(uid, row) for uid, row in rows if given(flags, "namespace", "", row["namespace"]) == row["namespace"]]
    rows.sort(key=lambda each: (-int(each[1]["began"]), each[0]))
    if {"q", "quiet"} & flags.keys():
        for uid, _ in rows:
            process.print(sandbox_of(uid))
        return 0
    heads = ("POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME")
    table(process, heads, [
        (sandbox_of(uid)[:SHORT], ago(process.now, int(row["began"])),
         "Ready" if row["stage"] in ("running", "terminating") else "NotReady", row["name"], row["namespace"], "0",
         "(default)")
        for uid, row in rows
    ])  # fmt: skip
    return 0


def images(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    rows = []
    for name in sorted(host.kubelet.images.names_on(host.name)):
        image = pull(name)
        rows.append((image.repository, image.tag, image.id.removeprefix("sha256:")[:SHORT], size(image.size)))
    table(process, ("IMAGE", "TAG", "IMAGE ID", "SIZE"), sorted(set(rows)))
    return 0


def size(number: int) -> str:
    """Upstream: docker/go-units HumanSizeWithPrecision(3)"""
    value, unit = float(number), "B"
    for bigger in ("kB", "MB", "GB"):
        if value < 1000:
            break
        value, unit = value / 1000, bigger
    return f"{value:.3g}{unit}"


def logs(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    container = one(host, words[0] if words else "")
    lines, _ = process.machines.log(container.row["machine"])
    tail = given(flags, "tail", "n")
    for _, stream, text in lines[-int(tail) :] if tail.isdecimal() and int(tail) else lines:
        process.write(2 if stream == "stderr" else 1, text.encode("utf-8", "surrogateescape"))
    return 0


def inspect(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    container = one(host, words[0] if words else "")
    row = container.row
    labels = {
        "io.kubernetes.container.name": container.name,
        "io.kubernetes.pod.name": container.pod["name"],
        "io.kubernetes.pod.namespace": container.pod["namespace"],
        "io.kubernetes.pod.uid": container.uid,
    }
    folder = f"/var/log/pods/{container.pod['namespace']}_{container.pod['name']}_{container.uid}/{container.name}"
    status: Object = {
        "id": container.id,
        "metadata": {"attempt": row["restarts"], "name": container.name},
        "state": "CONTAINER_RUNNING" if container.state == "Running" else "CONTAINER_EXITED",
        "createdAt": timestamp(int(row["began"])),
        "startedAt": timestamp(int(row["began"])),
        "finishedAt": timestamp(int(row["ended"]))
        if row["state"] != RUNNING and row.get("ended")
        else "0001-01-01T00:00:00Z",
        "exitCode": row.get("exit", 0) if row["state"] != RUNNING else 0,
        "image": {"image": row["image"]["name"]},
        "imageRef": row["image"]["id"],
        "reason": row["reason"] if row["state"] != RUNNING else "",
        "message": row["message"] if row["state"] != RUNNING else "",
        "labels": labels,
        "logPath": f"{folder}/{row['restarts']}.log",
    }
    body: Object = {"status": status, "info": {"sandboxID": container.sandbox, "runtimeType": "io.containerd.runc.v2"}}
    process.print((yaml.dump(body) if given(flags, "output", "o") == "yaml" else yaml.dump_json(body)).rstrip("\n"))
    return 0


def stop(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    for word in words:
        container = one(host, word)
        host.kubelet.runtime.signal(container.row["machine"], signals.TERM)
        host.kubelet.runtime.kill(container.row["machine"])
        process.print(container.id)
    return 0


def remove(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    for word in words:
        container = one(host, word)
        if container.state == "Running" and not {"f", "force"} & flags.keys():
            about = f'container "{container.id}" is in running state, must set force flag to remove'
            raise Failure(f'removing the container "{word}": rpc error: code = Unknown desc = failed to set removing '
                          f"state for container: {about}")  # fmt: skip
        host.kubelet.runtime.kill(container.row["machine"])
        process.print(container.id)
    return 0


def fetch(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    for word in words:
        try:
            host.kubelet.images.fetch(host.name, word)
        except PullError as error:
            raise Failure(f"pulling image: {error}") from None
        process.print(f"Image is up to date for {pull(word).id}")
    return 0


def info(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    kinds = ("RuntimeReady", "NetworkReady")
    conditions = [{"message": "", "reason": "", "status": True, "type": kind} for kind in kinds]
    root = "/var/lib/containerd/io.containerd.grpc.v1.cri"
    config = {"containerdEndpoint": "/run/containerd/containerd.sock", "rootDir": root}
    body = {"config": config, "status": {"conditions": conditions}}
    process.print(yaml.dump_json(body).rstrip("\n"))
    return 0


def stats(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    rows: list[tuple[str, ...]] = []
    for each in containers(host):
        if each.state == "Running":
            memory = process.machines.cgroups.memory(each.row["machine"])
            rows.append((each.id[:SHORT], each.name, "0.00", size(memory), "0B", "0"))
    table(process, ("CONTAINER", "NAME", "CPU %", "MEM", "DISK", "INODES"), rows)
    return 0


def version(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    process.print("Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  v2.2.0\nRuntimeApiVersion:  v1")
    return 0


type Run = Callable[[Process, Host, Mapping[str, str], list[str]], int]

COMMANDS: Mapping[str, tuple[Run, str, str]] = {
    "image": (images, "", ""),
    "images": (images, "", ""),
    "img": (images, "", ""),
    "info": (info, "", ""),
    "inspect": (inspect, "o output", ""),
    "logs": (logs, "n tail", ""),
    "pods": (pods, "name namespace", "q quiet"),
    "ps": (ps, "name p pod s state", "a all q quiet"),
    "pull": (fetch, "", ""),
    "rm": (remove, "", "f force"),
    "stats": (stats, "", ""),
    "stop": (stop, "t timeout", ""),
    "version": (version, "", ""),
}
"""Each command with its flags: those with a value, and the others."""


@program("crictl")
class Crictl(Program):
    """Asks the runtime of its node."""

    def start(self, process: Process) -> Outcome:
        host = host_of(process)
        words = list(process.argv[1:])
        while words and words[0].startswith("-"):
            word = words.pop(0)
            if word.lstrip("-") in GLOBAL and words:
                words.pop(0)
        verb = words[0] if words else ""
        if verb in ("--version", "-v"):
            process.print("crictl version v1.34.0")
            return Exit(0)
        if verb != "exec" and verb not in COMMANDS:
            process.error(f'FATA[0000] no such command "{verb}"; known: exec, {", ".join(COMMANDS)}')
            return Exit(1)
        if host is None or host.row["runtime"] is not None:
            process.state = "away"
            return Wait("fail", until=process.now + 2 * SECOND)
        try:
            if verb == "exec":
                return self._exec(process, host, words[1:])
            run, values, switches = COMMANDS[verb]
            return Exit(run(process, host, *parsed(words[1:], values.split(), switches.split())))
        except Failure as failure:
            process.error(f"FATA[0000] {failure}")
        except UnknownFlag as flag:
            process.error(f"FATA[0000] flag provided but not defined, or not simulated: {flag}")
        return Exit(1)

    def fail(self, process: Process) -> Outcome:
        process.error(f"FATA[0002] {NO_RUNTIME}")
        return Exit(1)

    def _exec(self, process: Process, host: Host, words: list[str]) -> Outcome:
        """A command in a container, by way of the program that ssh uses: a session there, relayed here."""
        flags = []
        while words and words[0].startswith("-"):
            flags.append(words.pop(0))
        if len(words) < 2:
            raise Failure("command must be specified")
        container = one(host, words[0])
        if container.state != "Running":
            about = "container is in CONTAINER_EXITED state"
            raise Failure(f"execing command in container: rpc error: code = Unknown desc = {about}")
        tty = any("t" in flag for flag in flags)
        return begin_session(process, container.row["machine"], tuple(words[1:]), tty=tty, farewell="")

    def relay(self, process: Process) -> Outcome:
        return relay(process)

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return session_signal(process, signal)

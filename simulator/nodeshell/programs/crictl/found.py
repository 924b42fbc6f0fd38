"""What the runtime of a node has: sandboxes, containers, images. Upstream: k8s.io/cri-api"""

from collections.abc import Mapping
from hashlib import sha256

from simulator.kernel.clock import SECOND, moment
from simulator.kubelet.records import CREATING, PULLING, RUNNING, TERMINATED, Row
from simulator.machinery.objects import Object
from simulator.nodeshell.host import Host
from simulator.runtime.images import Image, PullError, pull
from simulator.runtime.process import Process

SHORT = 13
WIDTH = 20


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


class Sandbox:
    """What holds the containers of a Pod together."""

    def __init__(self, host: Host, uid: str, row: Row) -> None:
        self.uid, self.row, self.id = uid, row, sandbox_of(uid)
        found = host.kubelet.known(uid)
        self.pod: Object = found[0] if found is not None else {"metadata": {}, "spec": {}}

    @property
    def is_ready(self) -> bool:
        return self.row["stage"] in ("running", "terminating")

    @property
    def labels(self) -> dict[str, str]:
        own = {
            "io.kubernetes.pod.name": self.row["name"],
            "io.kubernetes.pod.namespace": self.row["namespace"],
            "io.kubernetes.pod.uid": self.uid,
        }
        return {**(self.pod["metadata"].get("labels") or {}), **own}


def sandboxes(host: Host) -> list[Sandbox]:
    """The sandboxes on a node, the youngest first."""
    rows = [(uid, row) for uid, row in host.kubelet.pods.rows.items() if row["node"] == host.name]
    return [Sandbox(host, uid, row) for uid, row in sorted(rows, key=lambda each: (-int(each[1]["began"]), each[0]))]


def one_sandbox(host: Host, identity: str, doing: str) -> Sandbox:
    found = [each for each in sandboxes(host) if identity and each.id.startswith(identity)]
    if not found:
        about = f'an error occurred when try to find sandbox: "{identity}": not found'
        raise Failure(f'{doing} the pod sandbox "{identity}": rpc error: code = NotFound desc = {about}')
    return found[0]


def images_on(host: Host) -> list[Image]:
    """The images of a node, each once, by name."""
    found = {image.name: image for image in map(pull, host.kubelet.images.names_on(host.name))}
    return [found[name] for name in sorted(found)]


def one_image(host: Host, word: str) -> Image:
    """The image of a name, or of the beginning of an id."""
    for image in images_on(host):
        if word and (image.id.removeprefix("sha256:").startswith(word.removeprefix("sha256:")) or word == image.name):
            return image
    try:
        name = pull(word).name
    except PullError:
        name = ""
    for image in images_on(host):
        if image.name == name:
            return image
    raise Failure(f"no such image {word}")


def image_id(container: Container) -> str:
    try:
        return pull(container.row["image"]["name"]).id.removeprefix("sha256:")
    except PullError:
        return str(container.row["image"]["name"])


def has_labels(labels: Mapping[str, str], wanted: str) -> bool:
    """Whether labels hold what `--label` asks for: `app=web`, several of them with commas."""
    pairs = [pair.partition("=") for pair in wanted.split(",") if pair]
    return all(labels.get(key) == value for key, _, value in pairs)


def youngest[T](found: list[T], flags: Mapping[str, str]) -> list[T]:
    """As many as `--last` and `--latest` leave."""
    if {"l", "latest"} & flags.keys():
        return found[:1]
    last = given(flags, "last", "n")
    if last and not last.isdecimal():
        raise Failure(f'invalid value "{last}" for flag -last: parse error')
    return found[: int(last)] if last and int(last) else found


def short(identity: str, flags: Mapping[str, str]) -> str:
    return identity if "no-trunc" in flags else identity[:SHORT]


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

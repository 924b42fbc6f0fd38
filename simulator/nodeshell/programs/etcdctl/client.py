"""Reaching etcd: endpoints, certificates, members, and what a request says that comes to nothing."""

from collections.abc import Collection, Mapping
from hashlib import blake2b

import orjson

from simulator.kernel.clock import SECOND
from simulator.machinery.releases import companions
from simulator.nodeshell.host import Host
from simulator.runtime.process import Process

VERSION = "3.7.0"
DEFAULT_ENDPOINT = "127.0.0.1:2379"
CERTIFICATES = ("cacert", "cert", "key")
GLOBAL = ("endpoints", *CERTIFICATES, "write-out", "w", "dial-timeout", "command-timeout")
"""Flags that every command of etcdctl takes, each with a value."""
FORMS = ("simple", "table", "json", "fields")

type Flags = Mapping[str, str]


class Failure(Exception):
    """What is logged and said when a request comes to nothing; `wait` is how long that takes."""

    def __init__(self, words: str, wait: int = 0) -> None:
        super().__init__(words)
        self.wait = wait


def named(words: list[str], commands: Collection[tuple[str, ...]]) -> tuple[str, ...]:
    """The command that a command line begins with; empty where it is none of these."""
    return next((key for key in (tuple(words[:2]), tuple(words[:1])) if key in commands), ())


def plain_words(words: Collection[str]) -> list[str]:
    """The words that are no flags, nor values of the global ones."""
    found, left = [], list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("-"):
            found.append(word)
        elif word.lstrip("-") in GLOBAL and left:
            left.pop(0)
    return found


def form(flags: Flags) -> str:
    wanted = flags.get("write-out", flags.get("w", "simple"))
    if wanted not in FORMS:
        if wanted == "protobuf":
            raise Failure(f"Error: output format {wanted} is not simulated; {', '.join(FORMS)} are")
        raise Failure("Error: unsupported output format")
    return wanted


def endpoints(process: Process, host: Host, flags: Flags) -> list[str]:
    given = flags.get("endpoints", process.env.get("ETCDCTL_ENDPOINTS", DEFAULT_ENDPOINT))
    if "cluster" in flags:
        return [f"https://{host.nodes.address(name)}:2379" for name in host.control_plane.etcd.voters()]
    return [one.strip() for one in given.split(",")]


def member_at(host: Host, endpoint: str) -> str | None:
    """The node whose etcd is behind an endpoint; None where nothing answers."""
    address, _, port = endpoint.partition("://")[2].rpartition(":") if "://" in endpoint else endpoint.rpartition(":")
    name = host.name if address in ("127.0.0.1", "localhost") else host.nodes.named(address)
    if port != "2379" or name not in host.control_plane.instances("etcd"):
        return None
    return name if name == host.name or host.nodes.is_reachable(name) else None


def is_secure(process: Process, flags: Flags) -> bool:
    return all(process.env.get(f"ETCDCTL_{name.upper()}") or flags.get(name) for name in CERTIFICATES)


def connect(process: Process, host: Host, flags: Flags, *, quorum: bool = True) -> None:
    """Make sure that an endpoint can be reached with these certificates, and answers. Raises `Failure`."""
    places = endpoints(process, host, flags)
    for name in CERTIFICATES:
        path = flags.get(name) or process.env.get(f"ETCDCTL_{name.upper()}", "")
        if path and not process.files.is_file(path):
            raise Failure(f"Error: open {path}: no such file or directory")
    if not any(member_at(host, place) for place in places):
        raise Failure(retried(places[0], f'connection error: desc = \\"transport: Error while dialing: dial tcp '
                      f'{plain(places[0])}: connect: connection refused\\"'), 5 * SECOND)  # fmt: skip
    if not is_secure(process, flags):
        raise Failure(retried(places[0], "error reading server preface: EOF"), 5 * SECOND)
    if quorum and not host.has_quorum():
        raise Failure("Error: etcdserver: request timed out", 7 * SECOND)


def plain(endpoint: str) -> str:
    return endpoint.partition("://")[2] or endpoint


def retried(endpoint: str, why: str) -> str:
    line = {
        "level": "warn", "logger": "etcd-client", "caller": f"v3@v{VERSION}/retry_interceptor.go:65",
        "msg": "retrying of unary invoker failed", "target": f"etcd-endpoints://0xc000038000/{plain(endpoint)}",
        "method": "/etcdserverpb.KV/Range", "attempt": 0,
        "error": f"rpc error: code = DeadlineExceeded desc = latest balancer error: last {why}".replace("\\\\", ""),
    }  # fmt: skip
    return f"{orjson.dumps(line).decode()}\nError: context deadline exceeded"


def identity(text: str) -> str:
    """A member's id, which follows from its name."""
    return blake2b(text.encode(), digest_size=8).hexdigest()


def whole(text: str) -> int:
    """A number of 64 bits. Raises `ValueError` with Go's words."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if len(digits.lstrip("0")) > 18:
        raise ValueError(f'strconv.ParseInt: parsing "{text}": value out of range')
    return int(text)


def unsupported(how: str) -> Failure:
    """A form that a command does not have."""
    return Failure(f"Error: {how} not supported as output format")


def header(host: Host, node: str = "") -> dict[str, int]:
    """What every answer begins with; the member that answers may be another node's."""
    return {
        "cluster_id": int(identity("cluster"), 16),
        "member_id": int(identity(node or host.name), 16),
        "revision": host.cluster.store.revision,
        "raft_term": host.control_plane.etcd.term,
    }


def header_fields(process: Process, host: Host) -> None:
    """The same as `-w fields` has it."""
    names = {"cluster_id": "ClusterID", "member_id": "MemberID", "revision": "Revision", "raft_term": "RaftTerm"}
    for name, value in header(host).items():
        process.print(f'"{names[name]}" : {value}')


def version_at(host: Host, node: str) -> str:
    """The version of the etcd that runs on a node, as its image says."""
    pod = host.cluster.store.get("pods", ("kube-system", f"etcd-{node}"))
    tag = pod["spec"]["containers"][0]["image"].rpartition(":")[2] if pod is not None else ""
    return str(tag or companions(host.cluster.release).etcd).partition("-")[0]


def show(process: Process, flags: Flags, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Rows with commas, or the frame of `-w table`."""
    if form(flags) != "table":
        for row in rows:
            process.print(", ".join(row))
        return
    widths = [max(len(line[place]) for line in (heads, *rows)) for place in range(len(heads))]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    process.print(rule)
    process.print("|" + "|".join(f" {head:^{width}} " for head, width in zip(heads, widths, strict=True)) + "|")
    process.print(rule)
    for row in rows:
        process.print("|" + "|".join(f" {cell:>{width}} " for cell, width in zip(row, widths, strict=True)) + "|")
    process.print(rule)

"""etcdctl against the cluster's own etcd. Upstream: etcd/etcdctl"""

from collections.abc import Callable, Collection, Iterator, Mapping
from hashlib import blake2b

import orjson

from simulator.etcd import snapshots
from simulator.kernel.clock import SECOND
from simulator.machinery.objects import Object
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.asking import host_of
from simulator.nodeshell.programs.flags import UnknownFlag, parsed
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program

VERSION = "3.6.6"
REGISTRY = "/registry/"
MOST_KEYS, MOST_BYTES = 1000, 1 << 20
"""What somebody may put beside the API server's keys."""
DEFAULT_ENDPOINT = "127.0.0.1:2379"
CERTIFICATES = ("cacert", "cert", "key")
GLOBAL = ("endpoints", *CERTIFICATES, "write-out", "w", "dial-timeout", "command-timeout")
"""Flags that every command of etcdctl takes, each with a value."""
BUILT_IN = (
    "apps", "batch", "autoscaling", "policy", "networking.k8s.io", "rbac.authorization.k8s.io", "storage.k8s.io",
    "scheduling.k8s.io", "discovery.k8s.io", "coordination.k8s.io", "node.k8s.io", "certificates.k8s.io",
    "admissionregistration.k8s.io", "flowcontrol.apiserver.k8s.io",
)  # fmt: skip
"""Groups whose objects lie under the resource's name alone, as they did before groups were part of keys."""
RENAMED = {"services": "services/specs", "endpoints": "services/endpoints", "nodes": "minions", "ingresses": "ingress"}


class Failure(Exception):
    """What is logged and said when a request comes to nothing; `wait` is how long that takes."""

    def __init__(self, words: str, wait: int = 0) -> None:
        super().__init__(words)
        self.wait = wait


def keys(host: Host) -> Iterator[tuple[str, Object]]:
    """Every key under `/registry` with its object, in order."""
    found = []
    for resource in host.cluster.store.resources():
        for obj in host.cluster.store.list(resource):
            found.append((key_of(resource, obj), obj))
    yield from sorted(found, key=lambda one: one[0])


def key_of(resource: str, obj: Object) -> str:
    """Upstream: pkg/registry, StorageFactory"""
    plural, _, group = resource.partition(".")
    metadata = obj["metadata"]
    folder = RENAMED.get(plural, plural)
    if group and group not in BUILT_IN:
        folder = f"{group}/{plural}"
    namespace = f"{metadata['namespace']}/" if metadata.get("namespace") else ""
    return f"{REGISTRY}{folder}/{namespace}{metadata['name']}"


def endpoints(host: Host, flags: Mapping[str, str]) -> list[str]:
    given = [one.strip() for one in flags.get("endpoints", DEFAULT_ENDPOINT).split(",")]
    if "cluster" in flags:
        return [f"https://{host.nodes.address(name)}:2379" for name in host.control_plane.nodes]
    return given


def member_at(host: Host, endpoint: str) -> str | None:
    """The node whose etcd is behind an endpoint; None where nothing answers."""
    address, _, port = endpoint.partition("://")[2].rpartition(":") if "://" in endpoint else endpoint.rpartition(":")
    name = host.name if address in ("127.0.0.1", "localhost") else host.nodes.named(address)
    if port != "2379" or name not in host.control_plane.instances("etcd"):
        return None
    return name if name == host.name or host.nodes.is_reachable(name) else None


def connect(process: Process, host: Host, flags: Mapping[str, str], *, quorum: bool = True) -> None:
    """Make sure that an endpoint can be reached with these certificates, and answers. Raises `Failure`."""
    places = endpoints(host, flags)
    secure = all(process.env.get(f"ETCDCTL_{name.upper()}") or flags.get(name) for name in CERTIFICATES)
    for name in CERTIFICATES:
        path = flags.get(name) or process.env.get(f"ETCDCTL_{name.upper()}", "")
        if path and not process.files.is_file(path):
            raise Failure(f"Error: open {path}: no such file or directory")
    if not any(member_at(host, place) for place in places):
        raise Failure(retried(places[0], f'connection error: desc = \\"transport: Error while dialing: dial tcp '
                      f'{plain(places[0])}: connect: connection refused\\"'), 5 * SECOND)  # fmt: skip
    if not secure:
        raise Failure(retried(places[0], "error reading server preface: EOF"), 5 * SECOND)
    if quorum and not host.has_quorum():
        raise Failure("Error: etcdserver: request timed out", 7 * SECOND)


def plain(endpoint: str) -> str:
    return endpoint.partition("://")[2] or endpoint


def retried(endpoint: str, why: str) -> str:
    line = {
        "level": "warn", "logger": "etcd-client", "caller": "v3@v3.6.6/retry_interceptor.go:65",
        "msg": "retrying of unary invoker failed", "target": f"etcd-endpoints://0xc000038000/{plain(endpoint)}",
        "method": "/etcdserverpb.KV/Range", "attempt": 0,
        "error": f"rpc error: code = DeadlineExceeded desc = latest balancer error: last {why}".replace("\\\\", ""),
    }  # fmt: skip
    return f"{orjson.dumps(line).decode()}\nError: context deadline exceeded"


def identity(text: str) -> str:
    """A member's id, which follows from its name."""
    return blake2b(text.encode(), digest_size=8).hexdigest()


def member_list(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    connect(process, host, flags)
    rows: list[tuple[str, ...]] = []
    for name in host.control_plane.nodes:
        server = f"https://{host.nodes.address(name)}"
        rows.append((identity(name), "started", name, f"{server}:2380", f"{server}:2379", "false"))
    heads = ("ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER")
    show(process, flags, heads, rows)
    return 0


def show(process: Process, flags: Mapping[str, str], heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Rows with commas, or the frame of `-w table`."""
    if flags.get("write-out", flags.get("w")) != "table":
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


def endpoint_health(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    unhealthy = 0
    for seen, place in enumerate(endpoints(host, flags)):
        name = member_at(host, place)
        secure = all(flags.get(one) or process.env.get(f"ETCDCTL_{one.upper()}") for one in CERTIFICATES)
        if name is not None and secure and host.control_plane.etcd_answers(name):
            process.print(f"{place} is healthy: successfully committed proposal: took = 9.8{seen}1ms")
        else:
            unhealthy += 1
            process.error(f"{place} is unhealthy: failed to commit proposal: context deadline exceeded")
    if unhealthy:
        process.error("Error: unhealthy cluster")
    return 1 if unhealthy else 0


def endpoint_status(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    store = host.cluster.store
    rows: list[tuple[str, ...]] = []
    leader = next(iter(host.control_plane.members()), "")
    for place in endpoints(host, flags):
        name = member_at(host, place)
        if name is None:
            process.error(f"Failed to get the status of endpoint {place} (context deadline exceeded)")
            continue
        has = host.has_quorum()
        megabytes = f"{max(store.size / 1e6, 0.1):.1f} MB"
        rows.append((place, identity(name), VERSION, "3.6.0", megabytes, megabytes, "0%", "0 B",
                     "true" if name == leader and has else "false", "false", "2", str(store.revision + 120),
                     str(store.revision + 120), "" if has else "etcdserver: no leader"))  # fmt: skip
    heads = ("ENDPOINT", "ID", "VERSION", "STORAGE VERSION", "DB SIZE", "IN USE", "PERCENTAGE NOT IN USE", "QUOTA",
             "IS LEADER", "IS LEARNER", "RAFT TERM", "RAFT INDEX", "RAFT APPLIED INDEX", "ERRORS")  # fmt: skip
    show(process, flags, heads, rows)
    return 0 if len(rows) == len(endpoints(host, flags)) else 1


def get(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    connect(process, host, flags)
    if not words:
        raise Failure("Error: get command needs one argument as key and an optional argument as range_end")
    wanted, limit = words[0], int(flags["limit"]) if flags.get("limit", "").isdecimal() else 0
    found = [
        (key, obj) for key, obj in everything(host) if key == wanted or ("prefix" in flags and key.startswith(wanted))
    ]
    if "from-key" in flags:
        found = [(key, obj) for key, obj in everything(host) if key >= wanted]
    if "count-only" in flags:
        process.print(str(len(found)))
        return 0
    for key, value in found[:limit] if limit else found:
        if "print-value-only" not in flags:
            process.print(key)
        process.print("" if "keys-only" in flags else shown(value))
    return 0


def everything(host: Host) -> Iterator[tuple[str, Object | str]]:
    found: list[tuple[str, Object | str]] = [*keys(host), *host.control_plane.own_keys.rows.items()]
    yield from sorted(found, key=lambda one: one[0])


def shown(value: Object | str) -> str:
    """A value: the API server's are in its own encoding, of which JSON is the readable form."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def put(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    connect(process, host, flags)
    if len(words) < 2:
        raise Failure("Error: put command needs 1 argument and input from stdin or 2 arguments")
    if words[0].startswith(REGISTRY):
        raise Failure("Error: writing below /registry past the API server is not simulated")
    own = host.control_plane.own_keys
    taken = sum(len(key) + len(value) for key, value in own.rows.items())
    if len(own) >= MOST_KEYS or taken + len(words[0]) + len(words[1]) > MOST_BYTES:
        raise Failure("Error: etcdserver: mvcc: database space exceeded")
    own.put(words[0], words[1])
    process.print("OK")
    return 0


def delete(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    connect(process, host, flags)
    if not words:
        raise Failure("Error: del command needs one argument as key and an optional argument as range_end")
    prefix, number = "prefix" in flags, 0
    for key in [
        key for key in host.control_plane.own_keys.rows if key == words[0] or (prefix and key.startswith(words[0]))
    ]:
        host.control_plane.own_keys.delete(key)
        number += 1
    for resource in host.cluster.store.resources():
        for obj in host.cluster.store.list(resource):
            key = key_of(resource, obj)
            if key == words[0] or (prefix and key.startswith(words[0])):
                host.cluster.store.delete(
                    resource, (obj["metadata"].get("namespace", ""), obj["metadata"]["name"]), "etcdctl"
                )
                number += 1
    process.print(str(number))
    return 0


def snapshot_save(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    connect(process, host, flags, quorum=False)
    if not words:
        raise Failure("Error: snapshot save expects one argument")
    content = snapshots.save(host.cluster.store)
    try:
        process.files.write(words[0], content, mode=0o600)
    except OSFailure as failure:
        raise Failure(f"Error: could not open {words[0]}.part ({failure.words.lower()})") from None
    process.error(orjson.dumps({"level": "info", "msg": "saved", "path": words[0]}).decode())
    process.print(f"Snapshot saved at {words[0]}")
    process.print("Server version 3.6.0")
    return 0


type Run = Callable[[Process, Host, Mapping[str, str], list[str]], int]

COMMANDS: Mapping[tuple[str, ...], tuple[Run, str, str]] = {
    ("del",): (delete, "", "prefix"),
    ("endpoint", "health"): (endpoint_health, "", "cluster"),
    ("endpoint", "status"): (endpoint_status, "", "cluster"),
    ("get",): (get, "limit", "prefix from-key count-only keys-only print-value-only"),
    ("member", "list"): (member_list, "", ""),
    ("put",): (put, "", ""),
    ("snapshot", "save"): (snapshot_save, "", ""),
}
"""Each command with its own flags: those with a value, and the others."""
OFFLINE = (("snapshot", "restore"), ("snapshot", "status"))
"""What etcdutl does, since it needs no server."""


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


@program("etcdctl")
class Etcdctl(Program):
    """One request to etcd, with the certificates that it is given."""

    def start(self, process: Process) -> Outcome:
        words = plain_words(process.argv[1:])
        if words[:1] == ["version"]:
            process.print(f"etcdctl version: {VERSION}\nAPI version: 3.6")
            return Exit(0)
        if named(words, OFFLINE):
            known = f'unknown command "{words[1]}" for "etcdctl snapshot"'
            process.error(f"Error: {known}; use etcdutl snapshot {words[1]}")
            return Exit(1)
        command_name, host = named(words, COMMANDS), host_of(process)
        if not command_name:
            process.error(f'Error: unknown command "{" ".join(words[:2])}" for "etcdctl"')
            return Exit(1)
        if host is None or not host.is_control_plane:
            process.error(retried(DEFAULT_ENDPOINT, "connection error: connection refused"))
            return Exit(1)
        run, values, switches = COMMANDS[command_name]
        try:
            flags, words = parsed(process.argv[1:], (*GLOBAL, *values.split()), switches.split())
            return Exit(run(process, host, flags, words[len(command_name) :]))
        except UnknownFlag as flag:
            process.error(f"Error: unknown flag, or one that is not simulated: {flag}")
            return Exit(1)
        except Failure as failure:
            process.state = str(failure)
            return Wait("say", until=process.now + failure.wait)

    def say(self, process: Process) -> Outcome:
        process.error(process.state)
        return Exit(1)

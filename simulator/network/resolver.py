"""Names as programs on a machine look them up: hosts file, search list, name servers. Upstream: resolv.conf(5)"""

from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import NamedTuple

from simulator.kernel.clock import SECOND
from simulator.runtime.files import Files
from simulator.runtime.network import NameNotFound, Record, ResolverTimedOut, ServerFailed

LOOKUP_TIME = 800
MOST_SERVERS = 3
MOST_ALIASES = 8

type Ask = Callable[[str, str, str], list[Record]]
"""From server, name and kind to its answer; raises `NetworkFailure`."""


class Settings(NamedTuple):
    """What `/etc/resolv.conf` says."""

    servers: tuple[str, ...]
    searches: tuple[str, ...]
    ndots: int
    patience: int
    """Microseconds until a server that says nothing is given up."""


def settings(files: Files) -> Settings:
    """The resolver's settings of a machine."""
    servers: list[str] = []
    searches: list[str] = []
    options = {"ndots": 1, "timeout": 5, "attempts": 2}
    for words in lines(files, "/etc/resolv.conf"):
        if words[0] == "nameserver":
            servers.append(words[1])
        elif words[0] in ("search", "domain"):
            searches = words[1:]
        elif words[0] == "options":
            for name, _, value in (word.partition(":") for word in words[1:]):
                if name in options and value.isdecimal():
                    options[name] = int(value)
    patience = min(options["timeout"], 30) * min(options["attempts"], 5) * SECOND
    return Settings(tuple(servers[:MOST_SERVERS]), tuple(searches), min(options["ndots"], 15), patience)


def lines(files: Files, path: str) -> Iterator[list[str]]:
    """The words of each line that says something."""
    node = files.find(path)
    text = node["content"].decode("utf-8", "replace") if node is not None and node["content"] else ""
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if len(words) > 1:
            yield words


def from_hosts(files: Files, name: str) -> list[Record]:
    """What `/etc/hosts` says of a name."""
    return [
        Record(name, "A", words[0], 0) for words in lines(files, "/etc/hosts") if name in words[1:] and "." in words[0]
    ]


def candidates(name: str, searches: tuple[str, ...], ndots: int) -> list[str]:
    """The full names that a name may stand for, in the order in which they are tried."""
    if name.endswith("."):
        return [name.rstrip(".")]
    listed = [f"{name}.{domain.rstrip('.')}" for domain in searches]
    return [name, *listed] if name.count(".") >= ndots else [*listed, name]


def look_up(name: str, kind: str, known: Settings, ask: Ask) -> list[Record]:
    """Ask for each full name that a name may stand for, until one has records; raises `NetworkFailure`."""
    empty, failed = False, False
    for candidate in candidates(name, known.searches, known.ndots):
        try:
            records = ask_servers(candidate, kind, known, ask)
        except NameNotFound:
            continue
        except ServerFailed:
            failed = True
            continue
        if records:
            return records
        empty = True
    if empty:
        return []
    if failed:
        raise ServerFailed(name, after=LOOKUP_TIME)
    raise NameNotFound(name, after=LOOKUP_TIME)


def ask_servers(name: str, kind: str, known: Settings, ask: Ask) -> list[Record]:
    """The answer of the first server that gives one: the next is asked where one is silent or fails."""
    failed = False
    for server in known.servers or ("127.0.0.1",):
        try:
            return with_aliases(server, name, kind, ask)
        except ResolverTimedOut:
            continue
        except ServerFailed:
            failed = True
    if failed:
        raise ServerFailed(name, after=LOOKUP_TIME)
    raise ResolverTimedOut(name, after=known.patience * max(len(known.servers), 1))


def with_aliases(server: str, name: str, kind: str, ask: Ask) -> list[Record]:
    """A server's records; it follows aliases itself."""
    records = ask(server, name, kind)
    for _ in range(MOST_ALIASES):
        if kind != "A" or not records or records[-1].kind != "CNAME":
            break
        try:
            records = records + ask(server, records[-1].value.rstrip("."), kind)
        except (NameNotFound, ServerFailed):
            break
    return records


def is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def reversed_name(ip: str) -> str:
    """The name under which the reverse lookup of an address is asked for."""
    return ".".join(reversed(ip.split("."))) + ".in-addr.arpa"

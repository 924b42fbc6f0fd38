"""What a CoreDNS answers, plugin by plugin, as its Corefile says. Upstream: coredns plugin/*"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.kernel.clock import SECOND
from simulator.machinery.objects import Object
from simulator.network.dns import DOMAIN
from simulator.network.plugins import upstream
from simulator.network.resolver import lines, settings
from simulator.runtime.network import NameNotFound, NetworkFailure, Record, ServerFailed

if TYPE_CHECKING:
    from simulator.network.cluster import ClusterNetwork

FORWARD_PATIENCE = 2 * SECOND
DEEPEST = 4
"""From how many servers that ask each other on one gives up."""
ARPA = ".in-addr.arpa"


class DNSServer:
    """One query at one server. Raises `NameNotFound`, `ServerFailed` (with SERVFAIL or REFUSED)."""

    def __init__(self, network: "ClusterNetwork", machine: str, config: list[Object], client: str, depth: int) -> None:
        self._network = network
        self._machine = machine
        self._config = config
        self._client = client
        self._depth = depth

    def answer(self, name: str, kind: str) -> list[Record]:
        """The answer to a query, which the log and errors plugins write down."""
        name = name.rstrip(".").lower()
        block = self._block(name)
        if block is None:
            raise ServerFailed("REFUSED")
        plugins = block["plugins"]
        code, size = "NOERROR", 0
        try:
            found = self._ask(plugins, block, name, kind)
            size = len(found)
            return found
        except NameNotFound:
            code = "NXDOMAIN"
            raise
        except ServerFailed as failure:
            code = str(failure)
            raise
        finally:
            if "log" in plugins:
                self._log(name, kind, code, size)

    def _block(self, name: str) -> Object | None:
        """The server block with the longest zone that the name is in."""
        best, length = None, -1
        for block in self._config:
            for zone in block["zones"]:
                if is_in(name, zone) and len(zone) > length and block["port"] == 53:
                    best, length = block, len(zone)
        return best

    def _ask(self, plugins: Object, block: Object, name: str, kind: str) -> list[Record]:
        asked = self._rewritten(plugins, name, kind)
        for plugin, ask in (("hosts", self._hosts), ("kubernetes", self._kubernetes), ("forward", self._forward)):
            for stanza in plugins.get(plugin, ()):
                found = ask(stanza, block, asked, kind)
                if found is not None:
                    return [replace(one, name=name) if one.name == asked else one for one in found]
        self._complain(plugins, f"2 {name}. {kind}: plugin/errors: no next plugin found")
        raise ServerFailed("SERVFAIL")

    @staticmethod
    def _rewritten(plugins: Object, name: str, kind: str) -> str:
        """The name that later plugins see: `rewrite name [exact|prefix|suffix|substring] FROM TO`."""
        for stanza in plugins.get("rewrite", ()):
            words: list[str] = [word for word in stanza["arguments"] if word not in ("stop", "continue")]
            match words:
                case ["name", "exact", old, new] | ["name", old, new]:
                    if name == old.rstrip("."):
                        return new.rstrip(".")
                case ["name", "suffix", old, new, *_] if f"{name}.".endswith(old if old.endswith(".") else f"{old}."):
                    return (f"{name}."[: -len(old if old.endswith(".") else f"{old}.")] + new).rstrip(".")
                case ["name", "prefix", old, new, *_] if name.startswith(old):
                    return new + name.removeprefix(old)
                case ["name", "substring", old, new, *_] if old in name:
                    return name.replace(old, new)
        return name

    # Plugins: the records, or None where the next plugin is to be asked.

    def _hosts(self, stanza: Object, block: Object, name: str, kind: str) -> list[Record] | None:
        arguments = stanza["arguments"]
        path, zones = (arguments[0], arguments[1:]) if arguments else ("/etc/hosts", [])
        zones = [zone.strip(".") for zone in zones] or block["zones"]
        if not any(is_in(name, zone) for zone in zones):
            return None
        ttl = next((int(words[1]) for words in stanza["lines"] if words[0] == "ttl"), 3600)
        rows = [words for words in stanza["lines"] if words[0][0].isdecimal()]
        rows += list(lines(self._network.machines.files(self._machine), path))
        named = [words[0] for words in rows if name in [one.rstrip(".").lower() for one in words[1:]]]
        if kind == "PTR" and name.endswith(ARPA):
            ip = forwards(name)
            found = [Record(name, "PTR", one.rstrip(".") + ".", ttl) for words in rows if words[0] == ip
                     for one in words[1:]]  # fmt: skip
            return found or None
        if named:
            return [Record(name, "A", ip, ttl) for ip in named if "." in ip] if kind == "A" else []
        if falls_through(stanza, name):
            return None
        raise NameNotFound(name)

    def _kubernetes(self, stanza: Object, block: Object, name: str, kind: str) -> list[Record] | None:
        zones = [zone.strip(".").lower() for zone in stanza["arguments"]] or block["zones"]
        zone = max((zone for zone in zones if is_in(name, zone)), key=len, default=None)
        if zone is None:
            return None
        own = next((one for one in zones if not one.endswith("arpa")), DOMAIN)
        options = {words[0]: words[1] for words in stanza["lines"] if len(words) > 1}
        ttl, pods, dns = int(options.get("ttl", "5")), options.get("pods", "disabled"), self._network.dns
        try:
            if zone.endswith("arpa"):
                return dns.reverse(forwards(name), own, ttl) if kind == "PTR" else []
            return dns.answer(name, kind, zone=zone, ttl=ttl, pods=pods)
        except NameNotFound:
            if falls_through(stanza, name):
                return None
            raise

    def _forward(self, stanza: Object, block: Object, name: str, kind: str) -> list[Record] | None:
        source, *targets = stanza["arguments"]
        excepted = [one for words in stanza["lines"] if words[0] == "except" for one in words[1:]]
        if not is_in(name, source.strip(".").lower()) or any(is_in(name, one.strip(".")) for one in excepted):
            return None
        servers: list[str] = []
        for target in targets:
            known = target.startswith("/")
            servers += settings(self._network.machines.files(self._machine)).servers if known else [upstream(target)[0]]
        if self._depth >= DEEPEST or not servers:
            raise ServerFailed("SERVFAIL")
        me = self._network.source_of(self._machine)
        for server in servers:
            try:
                return self._network.names.ask(me, server, name, kind, depth=self._depth + 1)
            except NameNotFound:
                raise
            except ServerFailed:
                raise
            except NetworkFailure:
                what = f"read udp {me.ip}:38512->{server}:53: i/o timeout"
                self._complain(block["plugins"], f"2 {name}. {kind}: {what}")
        raise ServerFailed("SERVFAIL", after=FORWARD_PATIENCE)

    def _own_zones(self) -> Iterator[str]:
        """The zones whose names it answers for itself."""
        for block in self._config:
            for stanza in block["plugins"].get("kubernetes", ()):
                yield from (zone.strip(".").lower() for zone in stanza["arguments"] or block["zones"])

    # What it writes.

    def _log(self, name: str, kind: str, code: str, size: int) -> None:
        flags = "qr,aa,rd" if any(is_in(name, zone) for zone in self._own_zones()) else "qr,rd,ra"
        self._write(
            f'[INFO] {self._client}:43210 - {self._network.random.below("dns", 65536)} "{kind} IN {name}. udp '
            f'{len(name) + 18} false 512" {code} {flags} {len(name) + 35 + size * 48} 0.000{len(name):03d}s'
        )

    def _complain(self, plugins: Object, text: str) -> None:
        if "errors" in plugins:
            self._write(f"[ERROR] plugin/errors: {text}")

    def _write(self, line: str) -> None:
        machines = self._network.machines
        machines.logs.write(machines.machine(self._machine)["log"], "stdout", f"{line}\n")


def is_in(name: str, zone: str) -> bool:
    """Whether a name is a zone's, or below it; the root zone is empty."""
    return not zone or name == zone or name.endswith(f".{zone}")


def falls_through(stanza: Object, name: str) -> bool:
    """Whether a plugin leaves a name that it does not know to the next one."""
    for words in stanza["lines"]:
        if words[0] == "fallthrough":
            return len(words) == 1 or any(is_in(name, zone.strip(".")) for zone in words[1:])
    return False


def forwards(arpa: str) -> str:
    """The address behind a name below in-addr.arpa."""
    return ".".join(reversed(arpa.removesuffix(ARPA).split(".")))

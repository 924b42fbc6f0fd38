"""Sub-commands that look at something and end: connect, dns-suffix, etc-hosts, entrypoint-tester and their like."""

from simulator.kernel.clock import SECOND
from simulator.runtime.images import calls
from simulator.runtime.images.agnhost.command import Flag, option, remember, subcommand
from simulator.runtime.network import NetworkFailure, Refused, TimedOut
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait
from simulator.runtime.signals import INT, TERM

KERNEL_TIMEOUT = 127 * SECOND
"""How long the kernel goes on trying to connect where nothing sets a limit."""


@subcommand("pause", "Pauses the execution")
class Pause(Program):
    """Waits for a signal; its exit code tells which."""

    def start(self, process: Process) -> Outcome:
        process.print("Paused")
        process.handle(TERM)
        process.handle(INT)
        return Wait("start")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return Exit(2 if signal == TERM else 1)


@subcommand("entrypoint-tester", "Prints the args it's passed and exits", arguments=-1)
class EntrypointTester(Program):
    def start(self, process: Process) -> Outcome:
        process.print(f"[{' '.join(process.argv)}]")
        return Exit(0)


@subcommand("nonewprivs", "Prints the UID of the running process")
class NoNewPrivs(Program):
    def start(self, process: Process) -> Outcome:
        process.print(f"Effective uid: {process.user}")
        return Exit(0)


@subcommand("etc-hosts", "Prints the host's /etc/hosts file")
class EtcHosts(Program):
    def start(self, process: Process) -> Outcome:
        process.print(process.files.text("/etc/hosts"))
        return Exit(0)


class ResolverList(Program):
    """What /etc/resolv.conf lists under a word."""

    word = ""

    def start(self, process: Process) -> Outcome:
        lines = [line.split() for line in process.files.text("/etc/resolv.conf").splitlines()]
        process.print(",".join(item for line in lines if line[:1] == [self.word] for item in line[1:]))
        return Exit(0)


@subcommand("dns-suffix", "Prints the host's DNS suffix list")
class DnsSuffix(ResolverList):
    word = "search"


@subcommand("dns-server-list", "Prints the host's DNS Server list")
class DnsServerList(ResolverList):
    word = "nameserver"


@subcommand(
    "connect",
    "Attempts a TCP, UDP or SCTP connection and returns useful errors",
    Flag("timeout", 0, "Maximum time before returning an error", duration=True),
    Flag("protocol", "tcp", "The protocol to use to perform the connection, can be tcp, udp or sctp"),
    Flag("udp-data", "hostname", "The UDP payload send to the server"),
    Flag("sctp-data", "hostname", "The SCTP payload send to the server"),
    arguments=1,
)
class Connect(Program):
    """Nothing and 0 where a connection comes about; otherwise one word on stderr, and 1."""

    def start(self, process: Process) -> Outcome:
        rest, protocol = process.state["rest"], option(process, "protocol")
        if len(rest) != 1:
            process.error(f"Error: accepts 1 arg(s), received {len(rest)}")
            return Exit(1)
        if protocol not in ("", "tcp", "udp", "sctp"):
            process.error("Unsupported protocol")
            return Exit(1)
        host, colon, port = rest[0].rpartition(":")
        if not colon:
            process.error(f"UNKNOWN: address {rest[0]}: missing port in address")
            return Exit(1)
        if not port.isdecimal() or int(port) > 65535:
            process.error(f"DNS: lookup tcp/{port}: unknown port")
            return Exit(1)
        word, took = self._tried(process, host.strip("[]"), int(port), protocol.upper() or "TCP")
        limit = option(process, "timeout") or (KERNEL_TIMEOUT if protocol != "udp" else 0)
        if limit and (took > limit or word == "TIMEOUT"):
            word, took = "TIMEOUT", limit
        remember(process, word=word)
        return Wait("tell", until=process.now + took)

    @staticmethod
    def _tried(process: Process, host: str, port: int, protocol: str) -> tuple[str, int]:
        """What came of it, in the words that tests look for, and how long that took."""
        try:
            address = calls.resolved(process, host)
        except NetworkFailure as failure:
            return f"DNS: {calls.lookup_words(process, host, failure)}", failure.after
        try:
            if protocol == "TCP":
                return "", process.connect(address, port)[1]
            payload = str(option(process, f"{protocol.lower()}-data")).encode() + b"\n"
            reply, _, took = process.exchange(address, port, b"", payload, protocol)
            return ("", took) if reply else ("TIMEOUT", took)
        except Refused as failure:
            return "REFUSED", failure.after
        except TimedOut as failure:
            return "TIMEOUT", failure.after
        except NetworkFailure as failure:
            words = calls.dial_words(process, address, port, failure)
            return f"OTHER: {words}", failure.after

    def tell(self, process: Process) -> Outcome:
        word = process.state["word"]
        if word:
            process.error(word)
        return Exit(1 if word else 0)

"""Servers below HTTP: tcp-reset, port-forward-tester."""

from simulator.kernel.clock import MILLISECOND
from simulator.runtime.images.agnhost.command import AgnhostServer, Flag, klog, option, remember, subcommand
from simulator.runtime.images.web import Answer, Asked
from simulator.runtime.network import Reset
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Wait
from simulator.runtime.signals import USR1

LARGEST = 1 << 20
AVOIDS_RESET = 500 * MILLISECOND


@subcommand(
    "tcp-reset", "Serves on a tcp port and RST the connections received", Flag("port", 8080, "Port number.")
)  # fmt: skip
class TcpReset(AgnhostServer):
    """Reads one byte and closes: whoever sent more is told so by a reset."""

    def begin(self, process: Process) -> int | None:
        klog(process, f"Serving on port {option(process, 'port')}.")
        return None

    def answer(self, process: Process, asked: Asked) -> Answer:
        klog(process, f"TCP request from {asked.request.source}:43210")
        raise Reset()

    def receive(self, process: Process, connection: bytes, payload: bytes) -> tuple[bytes, bytes | None]:
        klog(process, "TCP request")
        if len(payload) > 1:
            raise Reset()
        return b"", None


@subcommand("port-forward-tester", "Creates a TCP server that sends chunks of data")
class PortForwardTester(AgnhostServer):
    """Takes one connection: looks at what it says, sends its chunks, and ends."""

    def listening(self, process: Process) -> tuple[int, ...]:
        return (int(process.env["BIND_PORT"]),)

    def begin(self, process: Process) -> int | None:
        port = process.env.get("BIND_PORT", "")
        if not port.isdecimal() or not 0 < int(port) < 65536:
            process.print(f"Error resolving: lookup tcp/{port}: unknown port")
            return 1
        process.handle(USR1)
        return None

    def receive(self, process: Process, connection: bytes, payload: bytes) -> tuple[bytes, bytes | None]:
        return self._talk(process, payload), None

    def answer(self, process: Process, asked: Asked) -> Answer:
        """A client that speaks HTTP: its first words are what it says."""
        return Answer(self._talk(process, f"{asked.method} {asked.path} HTTP/1.1\r\n".encode()))

    def _talk(self, process: Process, said: bytes) -> bytes:
        process.print("Accepted client connection")
        expected = process.env.get("EXPECTED_CLIENT_DATA", "").encode()
        if expected:
            head = said[: len(expected)]
            if len(head) != len(expected):
                process.print(
                    f"Expected to read {len(expected)} bytes from client, but got {len(head)} instead. err=EOF"
                )
                return self._end(process, 2)
            if head != expected:
                shown = head.decode("utf-8", "replace")
                process.print(f'Expect to read "{expected.decode()}", but got "{shown}". err=<nil>')
                return self._end(process, 3)
            process.print("Received expected client data")
        values = []
        for name in ("CHUNKS", "CHUNK_SIZE", "CHUNK_INTERVAL"):
            text = process.env.get(name, "")
            if not text.isdecimal():
                process.print(f'Error parsing {name} "{text}": strconv.Atoi: parsing "{text}": invalid syntax')
                return self._end(process, 1)
            values.append(int(text))
        chunks, size, interval = values
        process.print("Shutting down connection")
        self._end(process, 0, max(chunks - 1, 0) * interval * MILLISECOND + AVOIDS_RESET)
        return b"x" * min(chunks * size, LARGEST)

    @staticmethod
    def _end(process: Process, code: int, after: int = 0) -> bytes:
        """Have the program end, now or when its last chunk is sent."""
        remember(process, exit=code, ends=process.now + after)
        process.machines.stop_listening(process.machine, process.pid)
        process.machines.signal(process.machine, process.pid, USR1)
        return b""

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return self.leave(process) if "ends" in process.state else Exit(0)

    def leave(self, process: Process) -> Outcome:
        if process.now < process.state["ends"]:
            return Wait("leave", until=process.state["ends"])
        if process.state["exit"] == 0:
            process.print("Done")
        return Exit(process.state["exit"])

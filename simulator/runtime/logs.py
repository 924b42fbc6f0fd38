"""Container logs: what process 1 wrote, line by line with its moment, kept within limits as a kubelet rotates them."""

from simulator.kernel.clock import Clock
from simulator.kernel.state import State

type Line = tuple[int, str, str]
"""Moment, stream (`stdout` or `stderr`), and the text with its newline (without one: only part of a line)."""

CHUNK = 16
"""Entries that are stored together."""
LARGEST = 128 << 10
"""Bytes kept of a log, and up to a chunk more; the oldest lines go first, as when a kubelet rotates a log.

Upstream: containerLogMaxSize, which is 10Mi there: a world has to fit into memory a thousand times over.
"""
LONGEST = 16 << 10
"""A longer line is stored in parts, as the container runtime does."""


class Logs:
    """The logs of a world: `runtime/logs` holds chunks of lines by (log, chunk), `runtime/log-heads` what is kept."""

    def __init__(self, state: State, clock: Clock) -> None:
        self.clock = clock
        self.chunks = state.table("runtime/logs")
        self.heads = state.table("runtime/log-heads")

    def write(self, log: str, stream: str, text: str) -> None:
        """Append what was written to a stream; a line without its end is kept as a part until more comes."""
        if 0 < len(text) <= LONGEST and text.find("\n") == len(text) - 1:
            self._append(log, stream, text)
            return
        for line in _lines(text):
            while line:
                self._append(log, stream, line[:LONGEST])
                line = line[LONGEST:]

    def read(self, log: str, since: int = 0) -> tuple[list[Line], int]:
        """The entries from number `since` on (counted from the log's beginning), and the number of the next one."""
        head = self.heads.get(log)
        if head is None:
            return [], since
        first, last, total, _ = head
        found: list[Line] = []
        for number in range(max(first, since // CHUNK), last + 1):
            chunk = self.chunks.get((log, number)) or ()
            found.extend(chunk[max(since - number * CHUNK, 0) :])
        return found, total

    def remove(self, log: str) -> None:
        head = self.heads.get(log)
        if head is not None:
            for number in range(head[0], head[1] + 1):
                self.chunks.delete((log, number))
            self.heads.delete(log)

    def _append(self, log: str, stream: str, line: str) -> None:
        first, last, total, kept = self.heads.rows.get(log) or (0, 0, 0, 0)
        number = total // CHUNK
        chunk = self.chunks.rows.get((log, number)) or ()
        if chunk and chunk[-1][1] == stream and not chunk[-1][2].endswith("\n") and len(chunk[-1][2]) < LONGEST:
            moment, _, begun = chunk[-1]
            self.chunks.put((log, number), (*chunk[:-1], (moment, stream, begun + line)))
        else:
            self.chunks.put((log, number), (*chunk, (self.clock.now, stream, line)))
            total += 1
        kept += len(line)
        while kept > LARGEST and first < number:
            kept -= sum(len(entry[2]) for entry in self.chunks[(log, first)])
            self.chunks.delete((log, first))
            first += 1
        self.heads.put(log, (first, number if number > last else last, total, kept))


def _lines(text: str) -> list[str]:
    """Lines with their newlines; carriage returns stay inside."""
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])

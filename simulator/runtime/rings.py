"""Output kept for reading again: bytes with absolute offsets, of which only the latest stay."""

from simulator.kernel.state import State

CHUNK = 8 << 10
KEPT = 256 << 10


class Rings:
    """Rings by name: chunks in `runtime/output`, (first chunk, end offset) in `runtime/output-ends`."""

    def __init__(self, state: State) -> None:
        self.chunks = state.table("runtime/output")
        self.ends = state.table("runtime/output-ends")

    def append(self, ring: str, data: bytes) -> None:
        first, end = self.ends.get(ring) or (0, 0)
        while data:
            number, filled = divmod(end, CHUNK)
            part, data = data[: CHUNK - filled], data[CHUNK - filled :]
            self.chunks.put((ring, number), (self.chunks.get((ring, number)) or b"") + part)
            end += len(part)
            if number - first >= KEPT // CHUNK:
                self.chunks.delete((ring, first))
                first += 1
        self.ends.put(ring, (first, end))

    def read(self, ring: str, since: int = 0) -> tuple[bytes, int]:
        """What was written from an offset on (as far as it is still kept), and the offset of the end."""
        first, end = self.ends.get(ring) or (0, 0)
        since = max(since, first * CHUNK)
        if since >= end:
            return b"", end
        parts = [self.chunks[(ring, number)] for number in range(since // CHUNK, (end - 1) // CHUNK + 1)]
        return b"".join(parts)[since % CHUNK :], end

    def remove(self, ring: str) -> None:
        first, end = self.ends.get(ring) or (0, 0)
        for number in range(first, end // CHUNK + 1):
            self.chunks.delete((ring, number))
        self.ends.delete(ring)

"""Seeded randomness: one stream per purpose, so that a draw added in one place changes nothing elsewhere."""

from hashlib import blake2b

from simulator.kernel.state import State

SAFE = "bcdfghjklmnpqrstvwxz2456789"
"""The letters of generated names. Upstream: k8s.io/apimachinery/pkg/util/rand"""


class Random:
    """Draws that depend on the seed, the purpose and how often that purpose has drawn; nothing else."""

    __slots__ = ("_drawn", "seed")

    def __init__(self, seed: str, state: State) -> None:
        self.seed = seed
        self._drawn = state.table("random")

    def bits(self, purpose: str) -> int:
        """The next 128 random bits of a purpose."""
        drawn = (self._drawn.get(purpose) or 0) + 1
        self._drawn.put(purpose, drawn)
        digest = blake2b(f"{self.seed}/{purpose}/{drawn}".encode(), digest_size=16).digest()
        return int.from_bytes(digest)

    def below(self, purpose: str, limit: int) -> int:
        """A whole number from 0 up to, not including, `limit`."""
        return self.bits(purpose) % limit

    def fraction(self, purpose: str) -> float:
        """A number from 0 up to, not including, 1."""
        return (self.bits(purpose) >> 75) / (1 << 53)

    def between(self, purpose: str, low: float, high: float) -> float:
        return low + (high - low) * self.fraction(purpose)

    def name(self, purpose: str, length: int = 5) -> str:
        """A suffix such as the API server appends to `generateName`."""
        bits = self.bits(purpose)
        letters = []
        for _ in range(length):
            bits, index = divmod(bits, len(SAFE))
            letters.append(SAFE[index])
        return "".join(letters)

    def uuid(self, purpose: str) -> str:
        """A version 4 UUID."""
        bits = self.bits(purpose)
        bits = bits & ~(0xF << 76) | (0x4 << 76)
        bits = bits & ~(0x3 << 62) | (0x2 << 62)
        text = f"{bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def hex(self, purpose: str, length: int) -> str:
        """Lower-case hexadecimal digits, at most 32."""
        return f"{self.bits(purpose):032x}"[:length]

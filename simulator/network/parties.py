"""Who calls whom: the ends of a connection, and the way it takes."""

from dataclasses import dataclass, field

INTERNET = "internet"
"""The name under which requests come from nobody's machine in particular."""
INTERNET_IP = "198.51.100.7"
"""Whence requests from the internet come (TEST-NET-2)."""
WORKSTATION_IP = "10.0.0.5"


@dataclass(frozen=True, slots=True)
class Source:
    """Who calls: a Pod, a node, or (without a node) somebody outside the cluster."""

    ip: str
    node: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a connection arrives in the end."""

    ip: str
    port: int
    source_ip: str
    """Whom the other end sees."""


@dataclass(slots=True)
class Way:
    """One connection while it finds its way: what it asked for, and each thing that decided on it."""

    source: Source
    address: str
    port: int
    protocol: str
    hops: list[tuple[str, ...]] = field(default_factory=list)
    """What happened, in order; the first word of each says what kind of thing it was (see `trace`)."""

    @classmethod
    def begin(cls, source: Source, address: str, port: int, protocol: str, named: str = "") -> "Way":
        """A connection to an address, which a name led to."""
        way = cls(source, address, port, protocol)
        if named and named != address:
            way.hops.append(("name", named, address))
        return way

"""At which of a machine's addresses a program listens: some servers show their ports to their own node only."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

EVERYWHERE: Final = ("0.0.0.0", "::", "[::]", "")


def bound(row: Any, port: int) -> tuple[str, ...]:
    """The addresses at which a process listens on a port, as itself or its flags say; without any, all of them."""
    state = row["state"]
    own = state.get("bound") if isinstance(state, dict) else None
    if own is not None and port in own:
        return (own[port],)
    return by_flags(tuple(row["argv"]), port)


@lru_cache(maxsize=1024)
def by_flags(argv: Sequence[str], port: int) -> tuple[str, ...]:
    flags = dict(word.lstrip("-").partition("=")[::2] for word in argv[1:] if word.startswith("--"))
    urls = [url for name, value in flags.items() if name.startswith("listen-") for url in value.split(",")]
    splits = [split for split in map(urlsplit, urls) if split.hostname and split.netloc.endswith(f":{port}")]
    return tuple(str(split.hostname) for split in splits) or (flags.get("bind-address", "0.0.0.0"),)


def takes(row: Any, address: str, port: int) -> bool:
    """Whether a process that listens on a port takes what comes to an address."""
    state = row["state"]
    if not (isinstance(state, dict) and "bound" in state) and not any(word[:2] == "--" for word in row["argv"]):
        return True
    places = bound(row, port)
    return address in places or any(place in EVERYWHERE for place in places)

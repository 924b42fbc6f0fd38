"""Names of users and groups, from /etc/passwd and /etc/group."""

from functools import lru_cache

from simulator.runtime.process import Process


def names(process: Process, path: str) -> dict[int, str]:
    """Names by number."""
    return _read((process.files.find(path) or {}).get("content", b""))


@lru_cache(maxsize=64)
def _read(content: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    for line in content.decode("utf-8", "replace").splitlines():
        fields = line.split(":")
        if len(fields) > 2 and fields[2].isdecimal():
            found.setdefault(int(fields[2]), fields[0])
    return found


def user_name(process: Process, number: int) -> str:
    return names(process, "/etc/passwd").get(number, str(number))


def group_name(process: Process, number: int) -> str:
    return names(process, "/etc/group").get(number, str(number))


def number(process: Process, path: str, text: str) -> int | None:
    """The number of a name (or of a number)."""
    if text.isdecimal():
        return int(text)
    return next((known for known, name in names(process, path).items() if name == text), None)

"""What redis commands do to the data. Upstream: redis.io/docs/latest/commands

A value is a text, a list, or `{"hash": {...}}` or `{"set": [...]}`; with a time to live it is `{"until": moment,
"value": ...}`.
"""

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from simulator.kernel.clock import SECOND

type Data = dict[str, Any]


class Refusal(str):
    """An error reply."""

    __slots__ = ()


WRONG_TYPE = Refusal("WRONGTYPE Operation against a key holding the wrong kind of value")
NOT_A_NUMBER = Refusal("ERR value is not an integer or out of range")


def run(data: Data, name: str, words: list[str], now: int) -> tuple[Data, Any]:
    """Do one command; the data that come back are the same object when nothing has changed."""
    command = COMMANDS.get(name)
    if command is None:
        rest = " ".join(f"'{word}'" for word in words)
        return data, Refusal(f"ERR unknown command '{name}', with args beginning with: {rest}")
    least, work = command
    if len(words) < least:
        return data, Refusal(f"ERR wrong number of arguments for '{name.lower()}' command")
    return work(data, words, now)


def read(data: Data, key: str, now: int) -> Any:
    value = data.get(key)
    if isinstance(value, dict) and "until" in value:
        return value["value"] if value["until"] > now else None
    return value


def put(data: Data, key: str, value: Any) -> Data:
    if value in (None, [], {"hash": {}}, {"set": []}):
        return {known: item for known, item in data.items() if known != key}
    before = data.get(key)
    if isinstance(before, dict) and "until" in before:
        value = {**before, "value": value}
    return {**data, key: value}


def set_(data: Data, words: list[str], now: int) -> tuple[Data, Any]:
    key, value, *options = words
    upper = [option.upper() for option in options]
    held = read(data, key, now)
    if ("NX" in upper and held is not None) or ("XX" in upper and held is None):
        return data, None
    kept: Any = value
    for unit, scale in (("EX", SECOND), ("PX", 1000)):
        if unit in upper:
            amount = options[upper.index(unit) + 1] if upper.index(unit) + 1 < len(options) else ""
            if not amount.isdecimal():
                return data, NOT_A_NUMBER
            kept = {"until": now + int(amount) * scale, "value": value}
    return {**data, key: kept}, True


def get(data: Data, words: list[str], now: int) -> tuple[Data, Any]:
    value = read(data, words[0], now)
    return data, value if value is None or isinstance(value, str) else WRONG_TYPE


def delete(data: Data, words: list[str], now: int) -> tuple[Data, Any]:
    gone = [word for word in words if read(data, word, now) is not None]
    return {key: value for key, value in data.items() if key not in words}, len(gone)


def add(data: Data, key: str, amount: str, now: int) -> tuple[Data, Any]:
    held = read(data, key, now)
    try:
        total = int(held or "0") + int(amount)
    except (ValueError, TypeError):
        return data, NOT_A_NUMBER
    return put(data, key, str(total)), total


def push(side: str) -> Callable[[Data, list[str], int], tuple[Data, Any]]:
    def work(data: Data, words: list[str], now: int) -> tuple[Data, Any]:
        held = read(data, words[0], now) or []
        if not isinstance(held, list):
            return data, WRONG_TYPE
        value = [*reversed(words[1:]), *held] if side == "left" else [*held, *words[1:]]
        return put(data, words[0], value), len(value)

    return work


def pop(side: str) -> Callable[[Data, list[str], int], tuple[Data, Any]]:
    def work(data: Data, words: list[str], now: int) -> tuple[Data, Any]:
        held = read(data, words[0], now)
        if not held:
            return data, None
        if not isinstance(held, list):
            return data, WRONG_TYPE
        return put(data, words[0], held[1:] if side == "left" else held[:-1]), held[0 if side == "left" else -1]

    return work


def range_(data: Data, words: list[str], now: int) -> tuple[Data, Any]:
    held = read(data, words[0], now) or []
    try:
        first, last = int(words[1]), int(words[2])
    except ValueError:
        return data, NOT_A_NUMBER
    last = last + len(held) if last < 0 else last
    return data, held[first : last + 1] if isinstance(held, list) else WRONG_TYPE


def hash_set(data: Data, words: list[str], now: int) -> tuple[Data, Any]:
    held = (read(data, words[0], now) or {"hash": {}})["hash"]
    pairs = dict(zip(words[1::2], words[2::2], strict=False))
    return put(data, words[0], {"hash": {**held, **pairs}}), len([key for key in pairs if key not in held])


def hash_of(data: Data, key: str, now: int) -> dict[str, str]:
    held = read(data, key, now)
    return held["hash"] if isinstance(held, dict) and "hash" in held else {}


def set_add(data: Data, words: list[str], now: int) -> tuple[Data, Any]:
    held = (read(data, words[0], now) or {"set": []})["set"]
    fresh = [word for word in dict.fromkeys(words[1:]) if word not in held]
    return put(data, words[0], {"set": [*held, *fresh]}), len(fresh)


def keys(data: Data, words: list[str], now: int) -> tuple[Data, Any]:
    return data, [key for key in data if fnmatchcase(key, words[0]) and read(data, key, now) is not None]


def expire(data: Data, words: list[str], now: int) -> tuple[Data, Any]:
    held = read(data, words[0], now)
    if held is None:
        return data, 0
    if not words[1].lstrip("-").isdecimal():
        return data, NOT_A_NUMBER
    return {**data, words[0]: {"until": now + int(words[1]) * SECOND, "value": held}}, 1


def time_left(data: Data, words: list[str], now: int) -> tuple[Data, Any]:
    if read(data, words[0], now) is None:
        return data, -2
    value = data[words[0]]
    return data, (value["until"] - now) // SECOND if isinstance(value, dict) and "until" in value else -1


def kind(data: Data, words: list[str], now: int) -> tuple[Data, Any]:
    held = read(data, words[0], now)
    names = {str: "string", list: "list", type(None): "none"}
    return data, names.get(type(held)) or ("hash" if "hash" in held else "set")


COMMANDS: dict[str, tuple[int, Callable[[Data, list[str], int], tuple[Data, Any]]]] = {
    "PING": (0, lambda data, words, now: (data, words[0] if words else "PONG")),
    "ECHO": (1, lambda data, words, now: (data, words[0])),
    "SELECT": (1, lambda data, words, now: (data, True)),
    "SET": (2, set_),
    "GET": (1, get),
    "DEL": (1, delete),
    "UNLINK": (1, delete),
    "EXISTS": (1, lambda data, words, now: (data, sum(read(data, word, now) is not None for word in words))),
    "INCR": (1, lambda data, words, now: add(data, words[0], "1", now)),
    "DECR": (1, lambda data, words, now: add(data, words[0], "-1", now)),
    "INCRBY": (2, lambda data, words, now: add(data, words[0], words[1], now)),
    "DECRBY": (2, lambda data, words, now: add(data, words[0], f"-{words[1]}", now)),
    "APPEND": (2, lambda data, words, now: (put(data, words[0], (read(data, words[0], now) or "") + words[1]),
                                            len((read(data, words[0], now) or "") + words[1]))),
    "STRLEN": (1, lambda data, words, now: (data, len(read(data, words[0], now) or ""))),
    "MSET": (2, lambda data, words, now: ({**data, **dict(zip(words[::2], words[1::2], strict=False))}, True)),
    "MGET": (1, lambda data, words, now: (data, [read(data, word, now) for word in words])),
    "KEYS": (1, keys),
    "DBSIZE": (0, lambda data, words, now: (data, len(data))),
    "FLUSHALL": (0, lambda data, words, now: ({}, True)),
    "FLUSHDB": (0, lambda data, words, now: ({}, True)),
    "EXPIRE": (2, expire),
    "TTL": (1, time_left),
    "TYPE": (1, kind),
    "LPUSH": (2, push("left")),
    "RPUSH": (2, push("right")),
    "LPOP": (1, pop("left")),
    "RPOP": (1, pop("right")),
    "LLEN": (1, lambda data, words, now: (data, len(read(data, words[0], now) or []))),
    "LRANGE": (3, range_),
    "HSET": (3, hash_set),
    "HGET": (2, lambda data, words, now: (data, hash_of(data, words[0], now).get(words[1]))),
    "HGETALL": (1, lambda data, words, now: (data, [x for pair in hash_of(data, words[0], now).items() for x in pair])),
    "HKEYS": (1, lambda data, words, now: (data, list(hash_of(data, words[0], now)))),
    "SADD": (2, set_add),
    "SMEMBERS": (1, lambda data, words, now: (data, (read(data, words[0], now) or {"set": []})["set"])),
    "SCARD": (1, lambda data, words, now: (data, len((read(data, words[0], now) or {"set": []})["set"]))),
    "CONFIG": (1, lambda data, words, now: (data, [])),
    "COMMAND": (0, lambda data, words, now: (data, [])),
}  # fmt: skip

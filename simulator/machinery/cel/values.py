"""Values of CEL: plain JSON values as they are, and the few things JSON has no form for.

Upstream: github.com/google/cel-go/common/types
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulator.kernel.freezing import FrozenDict, FrozenList
from simulator.machinery import durations

NANOSECOND: Final = 1_000_000_000
PER_SIZE: Final = 10
"""How many letters or items cost as much as one step."""

type Spend = Callable[[int], None]
"""Pays for steps. Raises `Exhausted` where an expression takes too many."""


class CELError(Exception):
    """An expression that cannot be read, fits no type, or fails; the message is upstream's."""


class Exhausted(Exception):
    """An expression that costs more than it may; nothing in the expression can get over that."""


class Unfit(CELError):
    """A value that no overload takes."""

    def __init__(self, message: str = "no such overload") -> None:
        super().__init__(message)


class UInt(int):
    """A whole number that has no sign."""


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """A moment, in billionths of a second since 1970."""

    nanos: int

    @property
    def time(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.nanos // 1000)

    def __str__(self) -> str:
        part = f".{self.nanos % NANOSECOND:09d}".rstrip("0") if self.nanos % NANOSECOND else ""
        return f"{self.time:%Y-%m-%dT%H:%M:%S}{part}Z"


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A span of time in billionths of a second."""

    nanos: int

    def __str__(self) -> str:
        seconds, rest = divmod(abs(self.nanos), NANOSECOND)
        part = f".{rest:09d}".rstrip("0") if rest else ""
        return f"{'-' if self.nanos < 0 else ''}{seconds}{part}s"


@dataclass(frozen=True, slots=True)
class Optional:
    """A value that may be there."""

    value: Any = None
    is_there: bool = True


NOTHING: Final = Optional(None, False)


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type as a value: what `type(x)` gives."""

    name: str


class Lazy:
    """An object whose fields are worked out when asked for, each once: the variables of a policy."""

    def __init__(self, compute: Callable[[str], Any]) -> None:
        self._compute = compute
        self._found: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        if name not in self._found:
            try:
                self._found[name] = self._compute(name)
            except CELError as error:
                self._found[name] = error
        found = self._found[name]
        if isinstance(found, CELError):
            raise found
        return found


class Instance(dict[str, Any]):
    """An object built by an expression, with the name of its type."""

    def __init__(self, type_name: str, fields: Mapping[str, Any]) -> None:
        super().__init__(fields)
        self.type_name = type_name


class SetList(list[Any]):
    """A list whose order does not count (`x-kubernetes-list-type: set`)."""


class MapList(list[Any]):
    """A list of objects told apart by some of their fields (`x-kubernetes-list-type: map`)."""

    def __init__(self, items: list[Any], keys: tuple[str, ...]) -> None:
        super().__init__(items)
        self.keys = keys

    def key(self, item: Any) -> Any:
        return tuple(item.get(name) for name in self.keys) if isinstance(item, dict) else item


NAMES: Final[dict[type, str]] = {
    bool: "bool",
    int: "int",
    UInt: "uint",
    float: "double",
    str: "string",
    bytes: "bytes",
    type(None): "null_type",
    list: "list",
    FrozenList: "list",
    SetList: "list",
    MapList: "list",
    dict: "map",
    FrozenDict: "map",
    Timestamp: "google.protobuf.Timestamp",
    Duration: "google.protobuf.Duration",
    Optional: "optional_type",
    TypeName: "type",
}
"""Types of values; those of the libraries register theirs."""


def type_name(value: Any) -> str:
    if isinstance(value, Instance):
        return value.type_name
    return NAMES.get(type(value), "dyn")


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def known_key(key: Any) -> bool:
    """Whether a map may have such a key."""
    return isinstance(key, str | int | float)


def equal(one: Any, other: Any, spend: Spend) -> bool:
    """Whether two values are equal: numbers by amount, lists and maps by what is in them, other types never."""
    if is_number(one) and is_number(other):
        return bool(one == other)
    if isinstance(one, list) and isinstance(other, list):
        return equal_lists(one, other, spend)
    if isinstance(one, dict) and isinstance(other, dict):
        spend(1 + min(len(one), len(other)) // PER_SIZE)
        return one.keys() == other.keys() and all(equal(value, other[key], spend) for key, value in one.items())
    if isinstance(one, Optional) and isinstance(other, Optional):
        return one.is_there == other.is_there and equal(one.value, other.value, spend)
    return type(one) is type(other) and bool(one == other)


def equal_lists(one: list[Any], other: list[Any], spend: Spend) -> bool:
    if len(one) != len(other):
        return False
    spend(1 + len(one) // PER_SIZE)
    if isinstance(one, SetList | MapList):
        return all(contains(other, each, spend) for each in one)
    return all(equal(left, right, spend) for left, right in zip(one, other, strict=True))


def contains(items: list[Any], wanted: Any, spend: Spend) -> bool:
    spend(1 + len(items) // PER_SIZE)
    return any(equal(each, wanted, spend) for each in items)


def weigh(value: Any, spend: Spend) -> None:
    """Pay for a value as the tree it is: what it holds twice counts twice, for whoever writes it out does so twice."""
    if isinstance(value, Optional):
        weigh(value.value, spend)
    elif isinstance(value, str | bytes):
        spend(len(value) // PER_SIZE**2)
    elif isinstance(value, list | dict):
        spend(1 + len(value) // PER_SIZE)
        for item in value.values() if isinstance(value, dict) else value:
            weigh(item, spend)


def timestamp(text: str) -> Timestamp:
    """The moment a text in RFC 3339 names. Raises `CELError`."""
    moment: datetime | None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or (moment.tzinfo is None and len(text) != len("2026-01-01")) or not text[:4].isdigit():
        raise CELError(f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": cannot parse "{text}" as "2006"')
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return Timestamp((since.days * 86400 + since.seconds) * NANOSECOND + since.microseconds * 1000)


def duration(text: str) -> Duration:
    """The span a text such as `1h30m` names. Raises `CELError`."""
    try:
        return Duration(durations.parse_duration(text) * 1000)
    except durations.DurationError as error:
        raise CELError(str(error)) from None


def plain(value: Any) -> Any:
    """A value as JSON has it. Raises `CELError` for what JSON has no form for."""
    if value is None or isinstance(value, bool | str | float):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Timestamp | Duration):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise CELError(f"type conversion error from '{type_name(value)}' to 'google.protobuf.Value'")

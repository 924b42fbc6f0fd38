"""The state of a world: named flat tables of immutable values, shared between forks until one of them writes."""

import pickle
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

type Check = Callable[[Any], Any]


_NO_ROWS: dict[Any, Any] = {}
"""The rows of every table in which nothing has been put yet; nobody ever writes into it."""


class Table[K, V]:
    """A dictionary whose fork costs nothing until one side writes.

    Values are immutable by agreement (the tests freeze them); keys keep the order in which they were put.
    """

    __slots__ = ("_freeze", "_shared", "rows")

    def __init__(self, rows: dict[K, V] | None = None, freeze: Check | None = None) -> None:
        self.rows: dict[K, V] = _NO_ROWS if rows is None else rows
        """The rows as they are now, to read from only; valid until the next write."""
        self._shared = rows is None
        self._freeze = freeze

    def get(self, key: K) -> V | None:
        return self.rows.get(key)

    def __getitem__(self, key: K) -> V:
        return self.rows[key]

    def __contains__(self, key: object) -> bool:
        return key in self.rows

    def __iter__(self) -> Iterator[K]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def put(self, key: K, value: V) -> V:
        """Store a value and return what was stored."""
        if self._freeze is not None:
            value = self._freeze(value)
        if self._shared:
            self._own()
        self.rows[key] = value
        return value

    def delete(self, key: K) -> None:
        """Remove a row; a row that is not there is no error."""
        if key in self.rows:
            if self._shared:
                self._own()
            del self.rows[key]

    def clear(self) -> None:
        if self.rows:
            self.rows = {}
            self._shared = False

    def fork(self) -> "Table[K, V]":
        self._shared = True
        twin = Table(self.rows, self._freeze)
        twin._shared = True
        return twin

    def _own(self) -> None:
        self.rows = self.rows.copy()
        self._shared = False


class State:
    """All the tables of one world, by name."""

    __slots__ = ("_tables",)

    freeze: ClassVar[Check | None] = None
    """Turns each value stored into one that refuses to change. The tests set it: a stray mutation fails at once."""

    def __init__(self) -> None:
        self._tables: dict[str, Table[Any, Any]] = {}

    def table(self, name: str) -> Table[Any, Any]:
        """The table of that name, made when first asked for."""
        table = self._tables.get(name)
        if table is None:
            table = self._tables[name] = Table(freeze=State.freeze)
        return table

    def names(self, prefix: str = "") -> list[str]:
        """The names of the tables that hold something."""
        return sorted(name for name, table in self._tables.items() if len(table) and name.startswith(prefix))

    def forget(self, prefix: str, kept: tuple[str, ...] = ()) -> None:
        """Empty every table whose name begins so, but for those whose name goes on with one that is kept."""
        for name, table in self._tables.items():
            if name.startswith(prefix) and name.removeprefix(prefix) not in kept:
                table.clear()

    def fork(self) -> "State":
        twin = State()
        twin._tables = {name: table.fork() for name, table in self._tables.items() if len(table)}
        return twin

    def dump(self) -> dict[str, dict[Any, Any]]:
        """Every table that holds something, as plain dictionaries, in order of name."""
        return {name: self._tables[name].rows for name in self.names()}

    @classmethod
    def load(cls, dumped: Mapping[str, dict[Any, Any]]) -> "State":
        state, freeze = cls(), cls.freeze
        for name, rows in dumped.items():
            frozen = rows if freeze is None else {key: freeze(value) for key, value in rows.items()}
            state._tables[name] = Table(frozen, freeze)
        return state


class _PlainUnpickler(pickle.Unpickler):
    """Reads plain values only: a saved world can name no class and no function."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "builtins" and name in ("dict", "list"):
            return dict if name == "dict" else list
        raise pickle.UnpicklingError(f"a saved world holds plain values only, not {module}.{name}")


class _Pages:
    """Bytes that are written and read a page at a time: whoever must not wait for a large world may step in between."""

    def __init__(self, data: bytes = b"") -> None:
        self.written: list[bytes] = []
        self._data = memoryview(data)
        self._at = 0

    def write(self, page: bytes) -> None:
        self.written.append(bytes(page))

    def read(self, size: int) -> bytes:
        page = bytes(self._data[self._at : self._at + size])
        self._at += len(page)
        return page

    def readinto(self, buffer: Any) -> int:
        page = self._data[self._at : self._at + len(buffer)]
        buffer[: len(page)] = page
        self._at += len(page)
        return len(page)

    def readline(self) -> bytes:
        raise pickle.UnpicklingError("a saved world has no lines")


def encode(value: Any) -> bytes:
    """Plain values (dict, list, tuple, str, bytes, numbers, None) as bytes; what is shared stays shared."""
    pages = _Pages()
    pickle.Pickler(pages, protocol=5).dump(value)
    return b"".join(pages.written)


def decode(data: bytes) -> Any:
    """The value that `encode` was given; anything but plain values is refused."""
    return _PlainUnpickler(_Pages(data)).load()


def thaw[T](value: T) -> T:
    """A deep, mutable copy of a plain value."""
    plain: Any = value
    if isinstance(plain, dict):
        plain = {key: thaw(item) for key, item in plain.items()}
    elif isinstance(plain, list):
        plain = [thaw(item) for item in plain]
    copy: T = plain
    return copy


EMPTY: Mapping[str, Any] = MappingProxyType({})

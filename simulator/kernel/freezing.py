"""Containers that refuse to change: the tests store everything as these, so that a stray mutation fails at once."""

from typing import Any, NoReturn


def _refuse(self: Any, *_: Any, **__: Any) -> NoReturn:
    raise TypeError("a stored value is never changed in place; store a new one")


class FrozenDict(dict[Any, Any]):
    """A dictionary that can be read, copied and saved, but not changed."""

    __slots__ = ()
    __setitem__ = __delitem__ = _refuse
    clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


class FrozenList(list[Any]):
    """A list that can be read, copied and saved, but not changed."""

    __slots__ = ()
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse

    def __reduce__(self) -> Any:
        return list, (list(self),)


ATOMS = frozenset({str, int, float, bool, bytes, type(None), FrozenDict, FrozenList})
"""What is as it has to be. Most of what is stored is, so that it is not worth a call."""


def frozen(value: Any) -> Any:
    """The same plain value, made of containers that refuse to change, all the way down."""
    if type(value) in ATOMS:
        return value
    if isinstance(value, dict):
        return FrozenDict({key: item if type(item) in ATOMS else frozen(item) for key, item in value.items()})
    if isinstance(value, list):
        return FrozenList([item if type(item) in ATOMS else frozen(item) for item in value])
    if isinstance(value, tuple):
        return tuple([item if type(item) in ATOMS else frozen(item) for item in value])
    return value

"""The types that expressions know built-in kinds by, made of their published schemas as far as one looks.

Upstream: apiserver/pkg/cel/openapi
"""

from collections.abc import Iterator, Mapping
from typing import Final

from simulator.machinery import schemas
from simulator.machinery.cel.names import escape, unescape
from simulator.machinery.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    Type,
    list_of,
    map_of,
)
from simulator.machinery.schemas import Form

SCALARS: Final = {
    "string": STRING,
    "quantity": STRING,
    "integer": INT,
    "int32": INT,
    "int64": INT,
    "number": DOUBLE,
    "boolean": BOOL,
    "bytes": BYTES,
    "time": TIMESTAMP,
    "micro-time": TIMESTAMP,
}


class Fields(Mapping[str, Type]):
    """The fields of a struct; kinds refer to each other in circles, so each is looked at when asked for."""

    def __init__(self, kind: schemas.Type, name: str) -> None:
        self._kind = kind
        self._name = name

    def __getitem__(self, escaped: str) -> Type:
        name = unescape(escaped)
        return type_of(self._kind.fields[name], f"{self._name}.{name}")

    def __iter__(self) -> Iterator[str]:
        return (spelled for spelled in map(escape, self._kind.fields) if spelled is not None)

    def __len__(self) -> int:
        return len(self._kind.fields)


def type_of(kind: schemas.Type, name: str) -> Type:
    match kind.form:
        case Form.STRUCT:
            return Type(name, (), Fields(kind, name))
        case Form.LIST if kind.element is not None:
            return list_of(type_of(kind.element, f"{name}.@idx"))
        case Form.MAP if kind.element is not None:
            return map_of(STRING, type_of(kind.element, f"{name}.@elem"))
        case Form.SCALAR:
            return SCALARS.get(kind.scalar, DYN)
    return DYN

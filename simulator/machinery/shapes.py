"""Shapes of configuration files, written shortly, as schemas to decode them with."""

from collections.abc import Mapping
from typing import Any, Final

from simulator.machinery.schemas import Definition, Schemas

type Fields = dict[str, Any]
"""Field → str, bool, int, float, a list of one shape, nested fields, a map (of the key `*`), or None for anything."""

META: Final[Fields] = {"apiVersion": str, "kind": str}
SCALARS: Final[Mapping[Any, Definition]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer", "format": "int32"},
    float: {"type": "number"},
}


def definition(shape: Any) -> Definition:
    """A shape as an OpenAPI definition."""
    if shape is None:
        return {}
    if isinstance(shape, list):
        return {"type": "array", "items": definition(shape[0])}
    if not isinstance(shape, dict):
        return dict(SCALARS[shape])
    if "*" in shape:
        return {"type": "object", "additionalProperties": definition(shape["*"])}
    return {"type": "object", "properties": {name: definition(fields) for name, fields in shape.items()}}


def schemas_of(kinds: Mapping[str, Fields]) -> Schemas:
    """The schemas of kinds by name, such as `v1beta1.KubeletConfiguration`."""
    return Schemas({name: definition({**META, **fields}) for name, fields in kinds.items()})

"""Answers as text: JSON as the API server writes it, each version of an object once.

Upstream: apimachinery/pkg/runtime/serializer/json
"""

from collections.abc import Sequence
from typing import Any, Final

import orjson

from simulator.api.requests import Response
from simulator.machinery.objects import Object
from simulator.machinery.protobuf.messages import Message, declaration, declaration_of
from simulator.machinery.protobuf.ordering import HEAD, fields_of, order_of

MOST_BYTES: Final = 16 << 20
"""How much text is kept; what is asked for often is soon there again."""

EVENT: Final = frozenset({"type", "object"})


class Texts:
    """What was written of objects, by the very values that they hold: what is stored never changes."""

    def __init__(self) -> None:
        self._texts: dict[tuple[Any, ...], tuple[bytes, tuple[Any, ...]]] = {}
        self._size = 0

    def of(self, obj: Object, of: Message | None) -> bytes:
        if "resourceVersion" not in obj["metadata"]:
            return written(obj, of)
        values = tuple(obj.values())
        key = (of and of.name, *obj, *map(id, values))
        known = self._texts.get(key)
        if known is not None:
            return known[0]
        text = written(obj, of)
        if self._size + len(text) > MOST_BYTES:
            self._texts.clear()
            self._size = 0
        self._texts[key] = text, values  # kept with it, so that nothing else gets their identity
        self._size += len(text)
        return text


TEXTS: Final = Texts()


def written(obj: Object, of: Message | None) -> bytes:
    """One object. A custom one is a map to the API server, so that all its keys are sorted."""
    if of is None:
        return orjson.dumps(obj, option=orjson.OPT_SORT_KEYS)
    return orjson.dumps(order_of(of.name).of(obj))


def as_json(body: Object) -> bytes:
    """A whole answer: an object, a list, a table, an event of a watch, or a document of another sort."""
    if body.keys() == EVENT:
        return orjson.dumps({**body, "object": orjson.Fragment(as_json(body["object"]))})
    kind, version = body.get("kind"), body.get("apiVersion")
    if not isinstance(kind, str) or not isinstance(version, str) or not isinstance(body.get("metadata"), dict):
        return orjson.dumps(body)
    if kind == "Table":
        return orjson.dumps({**body, "rows": _rows(body.get("rows") or ())})
    of, items = declaration_of(version, kind), body.get("items")
    if not isinstance(items, list):
        return TEXTS.of(body, of)
    if of is None:
        parts = [orjson.Fragment(TEXTS.of(item, None)) for item in items]
        return orjson.dumps({**body, "items": parts}, option=orjson.OPT_SORT_KEYS)
    inner = declaration(fields_of(of.name)["items"].type)
    parts = [orjson.Fragment(TEXTS.of(_untyped(item), inner)) for item in items]
    return orjson.dumps({**{name: body[name] for name in (*HEAD, "metadata")}, "items": parts})


def _untyped(item: Object) -> Object:
    """An item of a list of one kind, which does not say of which."""
    return {name: value for name, value in item.items() if name not in HEAD}


def _rows(rows: Sequence[Object]) -> list[Object]:
    """The rows of a table, each with what it carries of its object."""
    first = next((row["object"] for row in rows if row.get("object")), None)
    if first is None:
        return list(rows)
    of = declaration_of(first["apiVersion"], first["kind"])
    return [{**row, "object": orjson.Fragment(TEXTS.of(row["object"], of))} for row in rows]


def encoded(response: Response) -> bytes:
    """A response's body as bytes on the wire."""
    if isinstance(response.body, dict):
        return as_json(response.body) + b"\n"
    return response.body.encode() if isinstance(response.body, str) else response.body

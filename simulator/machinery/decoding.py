"""What the API server's decoder does to a request's object: checks types, finds unknown fields, tidies values.

Upstream: sigs.k8s.io/json, k8s.io/apimachinery/pkg/runtime/serializer/json, pkg/endpoints/handlers/rest.go
"""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.machinery.golang import quoted
from simulator.machinery.gotypes import go_type, go_type_of_field, is_omitted
from simulator.machinery.literals import LiteralError, base64_text, micro_time, time
from simulator.machinery.objects import Object
from simulator.machinery.quantities import QuantityError, parse
from simulator.machinery.schemas import Form, Type
from simulator.machinery.validators import LIMITS, validator

ZEROS: Final = {
    "string": "",
    "boolean": False,
    "bytes": "",
    "quantity": "0",
    "time": None,  # the zero time is written as null
    "micro-time": None,
}


class DecodeError(ValueError):
    """An object cannot be read as its kind; the message is the Go decoder's."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """An object as its kind holds it, and what a strict reader objects to, such as `unknown field "spec.replica"`."""

    object: Object
    objections: tuple[str, ...] = ()


def decode(obj: Object, type: Type, text: bytes | None = None) -> Decoded:
    """Read a parsed object as its kind.

    Unknown fields, nulls, optional empty lists and maps and some zero values are left out, quantities and times become
    canonical. The result may be `obj` itself, when there is nothing to do. With the request's `text`, repeated fields
    are found too. Raises `DecodeError` for a value of the wrong type.
    """
    repeated = tuple(repeated_fields(text)) if text is not None else ()
    if validator(type).is_valid(obj):
        return Decoded(obj, repeated)
    reading = Reading()
    read = reading.value(obj, type)
    if reading.error is not None:
        raise DecodeError(reading.error)
    return Decoded(read, tuple(dict.fromkeys((*repeated, *reading.objections))))


def cannot_be_handled(kind: str, version: str, reason: str) -> str:
    """The message of the 400 that answers an object which cannot be read. Upstream: transformDecodeError"""
    return f"{kind} in version {quoted(version)} cannot be handled as a {kind}: {reason}"


def strict_error(objections: tuple[str, ...]) -> str:
    """Upstream: runtime.NewStrictDecodingError"""
    return "strict decoding error: " + ", ".join(objections)


def prune_nulls(value: Any) -> Any:
    """A value without the nulls in its maps, for objects of kinds without a schema."""
    if isinstance(value, dict):
        return {key: prune_nulls(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [prune_nulls(entry) for entry in value]
    return value


class AbortError(Exception):
    """A custom unmarshaller failed: decoding ends here, whatever was found before."""


@dataclass
class Reading:
    """One walk through an object along its types, remembering where it is as Go's decoder does."""

    objections: list[str] = field(default_factory=list)
    error: str | None = None
    struct: str = ""
    names: list[str] = field(default_factory=list)
    """Fields passed on the way, without the keys of maps and the indexes of lists."""

    def value(self, obj: Any, type: Type) -> Any:
        try:
            return self.read(obj, type, go_type(type), "")
        except AbortError as abort:
            self.error = str(abort)
            return None

    def read(self, value: Any, type: Type, name: str, path: str) -> Any:
        match type.form:
            case Form.STRUCT:
                return self.read_struct(value, type, name, path)
            case Form.MAP:
                return self.read_map(value, type, name, path)
            case Form.LIST:
                return self.read_list(value, type, name, path)
            case Form.SCALAR:
                return self.read_scalar(value, type.scalar, name)
            case _:
                return value

    def read_struct(self, value: Any, type: Type, name: str, path: str) -> Any:
        if not isinstance(value, dict):
            return self.mismatch(value, name)
        result = {}
        around, fields, required = self.struct, type.fields, type.required
        for key, entry in value.items():
            below = f"{path}.{key}" if path else key
            known = fields.get(key)
            if known is None:
                if type.preserves_unknown:
                    result[key] = entry
                else:
                    self.objections.append(f"unknown field {quoted(below)}")
                continue
            if entry is None:
                continue
            self.struct = type.short_name
            self.names.append(key)
            read = self.read(entry, known, go_type_of_field(self.struct, key, known), below)
            self.names.pop()
            self.struct = around
            if read is None or is_omitted(type.short_name, key, read):
                continue
            if read in ({}, []) and known.form in (Form.MAP, Form.LIST) and key not in required:
                continue
            result[key] = read
        return result

    def read_map(self, value: Any, type: Type, name: str, path: str) -> Any:
        if not isinstance(value, dict):
            return self.mismatch(value, name)
        element, below = type.element, name.removeprefix("map[string]")
        assert element is not None
        if below == name:  # a map type with a name of its own
            below = go_type(element)
        return {
            key: zero(element) if entry is None else self.read(entry, element, below, f"{path}.{key}" if path else key)
            for key, entry in value.items()
        }

    def read_list(self, value: Any, type: Type, name: str, path: str) -> Any:
        if not isinstance(value, list):
            return self.mismatch(value, name)
        element, below = type.element, name.removeprefix("[]")
        assert element is not None
        return [
            zero(element) if entry is None else self.read(entry, element, below, f"{path}[{index}]")
            for index, entry in enumerate(value)
        ]

    def read_scalar(self, value: Any, scalar: str, name: str) -> Any:
        if scalar in CUSTOM:
            return self.read_custom(value, scalar)
        if scalar == "string":
            return value if isinstance(value, str) else self.mismatch(value, name)
        if scalar == "boolean":
            return value if isinstance(value, bool) else self.mismatch(value, name)
        if scalar == "bytes":
            if not isinstance(value, str):
                return self.mismatch(value, name)
            try:
                return base64_text(value)
            except LiteralError as error:
                return self.remember(str(error))
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self.mismatch(value, name)
        if scalar == "number":
            return value
        if isinstance(value, float) or not -LIMITS[scalar] <= value < LIMITS[scalar]:
            return self.remember(self.words(f"number {value!r}", name))
        return value

    def read_custom(self, value: Any, scalar: str) -> Any:
        """Read what has an unmarshaller of its own; its errors end the decoding."""
        try:
            if scalar == "quantity":
                text = value.strip() if isinstance(value, str) else value
                return str(parse(json.dumps(text) if isinstance(text, bool | dict | list) else text))
            if scalar == "int-or-string":
                if isinstance(value, str) or (type(value) is int and -LIMITS["int32"] <= value < LIMITS["int32"]):
                    return value
                is_number = isinstance(value, int | float) and not isinstance(value, bool)
                raise AbortError(self.words(f"number {value!r}" if is_number else kind_of(value), "int32"))
            if not isinstance(value, str):
                raise AbortError(self.words(kind_of(value), "string"))
            return time(value) if scalar == "time" else micro_time(value)
        except (QuantityError, LiteralError) as error:
            raise AbortError(str(error)) from error

    def mismatch(self, value: Any, name: str) -> None:
        self.remember(self.words(kind_of(value), name))

    def remember(self, error: str) -> None:
        """Only the first error is told; decoding goes on to find unknown fields."""
        self.error = self.error or error

    def words(self, found: str, name: str) -> str:
        if not self.struct:
            return f"json: cannot unmarshal {found} into Go value of type {name}"
        place = ".".join([self.struct, *self.names])
        return f"json: cannot unmarshal {found} into Go struct field {place} of type {name}"


CUSTOM: Final = frozenset({"quantity", "int-or-string", "time", "micro-time"})


def kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def zero(type: Type) -> Any:
    """What Go makes of a null in a list or a map."""
    match type.form:
        case Form.SCALAR:
            return ZEROS.get(type.scalar, 0)
        case Form.STRUCT:
            return {}
        case _:
            return None


# Repeated fields, which a parsed object no longer shows


def repeated_fields(text: bytes) -> list[str]:
    """An objection for each field that a JSON text has more than once in one object."""
    found = False

    def note(pairs: list[tuple[str, Any]]) -> "Pairs":
        nonlocal found
        result = Pairs(pairs)
        found = found or len({key for key, _ in pairs}) != len(pairs)
        return result

    document = json.loads(text, object_pairs_hook=note)
    objections: list[str] = []
    if found:
        collect_repeated(document, "", objections)
    return list(dict.fromkeys(objections))


class Pairs(list[tuple[str, Any]]):
    """The fields of an object in the order of the text, repetitions included."""


def collect_repeated(value: Any, path: str, objections: list[str]) -> None:
    if isinstance(value, Pairs):
        seen: dict[str, None] = {}
        for key, entry in value:
            below = f"{path}.{key}" if path else key
            if key in seen:
                objections.append(f"duplicate field {quoted(below)}")
            seen[key] = None
            collect_repeated(entry, below, objections)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            collect_repeated(entry, f"{path}[{index}]", objections)

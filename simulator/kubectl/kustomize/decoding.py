"""Values as Go's decoders take them: what they say of one of another type, and what they make of the others.

Upstream: go/src/encoding/json/decode.go, sigs.k8s.io/yaml
"""

from collections.abc import Iterator
from typing import Any

import orjson

from simulator.kubectl.kustomize.fields import ALIASES, EMBEDDED, SCALARS, STRUCTS
from simulator.machinery import yaml
from simulator.machinery.floats import format_shortest


def problems(value: Any, type: str, struct: str = "", path: str = "") -> Iterator[str]:
    """What the decoder says of a value that is to have this type; keys come in the order of the alphabet."""
    meant = ALIASES.get(type, type)
    if value is None or meant == "any":
        return
    if meant.startswith("[]") and isinstance(value, list):
        for item in value:
            yield from problems(item, meant[2:], struct, path)
    elif meant.startswith("map[string]") and isinstance(value, dict):
        for key in sorted(value):
            yield from problems(value[key], meant.removeprefix("map[string]"), struct, path)
    elif (inner := struct_of(meant)) and isinstance(value, dict):
        yield from struct_problems(value, inner, path)
    elif not is_scalar(value, meant):
        yield unsuitable(value, type, struct, path)


def is_scalar(value: Any, type: str) -> bool:
    wanted = SCALARS.get(type)
    return wanted is not None and isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))


def struct_problems(value: dict[str, Any], struct: str, path: str) -> Iterator[str]:
    for key in sorted(value):
        field = field_of(struct, key)
        if field is None:
            yield f'json: unknown field "{key}"'
        else:
            way = EMBEDDED.get(struct, {}).get(field, "") + field
            yield from problems(value[key], STRUCTS[struct][field], struct, f"{path}.{way}" if path else way)


def field_of(struct: str, key: str) -> str | None:
    """The field that a key means, whatever its case."""
    known = STRUCTS[struct]
    return key if key in known else next((field for field in known if field.lower() == key.lower()), None)


def unsuitable(value: Any, type: str, struct: str, path: str) -> str:
    where = f"Go struct field {struct}.{path}" if struct else "Go value"
    kind = go_kind(value)
    if kind == "number" and type.startswith("int"):
        kind = f"number {format_shortest(value) if isinstance(value, float) else value}"
    return f"json: cannot unmarshal {kind} into {where} of type {type}"


def go_kind(value: Any) -> str:
    """What Go's decoder calls a value of JSON."""
    return {str: "string", bool: "bool", dict: "object", list: "array"}.get(value.__class__, "number")


def struct_of(type: str) -> str:
    """The name of the struct that a type is, without its package; empty if it is none."""
    name = type.rpartition(".")[2]
    return name if name in STRUCTS and not type.startswith(("[", "map[")) else ""


def decoded(value: Any, type: str) -> Any:
    """A value without problems as the decoder has it: null is what a type has where nothing is said."""
    type = ALIASES.get(type, type)
    if value is None:
        return zero(type)
    if type.startswith("[]"):
        return [decoded(item, type[2:]) for item in value]
    if type.startswith("map[string]"):
        return {key: decoded(inner, type.removeprefix("map[string]")) for key, inner in value.items()}
    if struct := struct_of(type):
        fields = ((field_of(struct, key), inner) for key, inner in value.items() if inner is not None)
        return {field: decoded(inner, STRUCTS[struct][field]) for field, inner in fields if field is not None}
    return value


def zero(type: str) -> Any:
    if type == "any":
        return None
    if type.startswith("[]"):
        return []
    return SCALARS[type]() if type in SCALARS else {}


def texts(value: Any, type: str) -> Any:
    """A value in which numbers and truths are texts where these are wanted, as sigs.k8s.io/yaml makes them.

    It does not look into what is embedded.
    """
    type = ALIASES.get(type, type)
    if SCALARS.get(type) is str and isinstance(value, bool | int | float):
        return format_shortest(value) if isinstance(value, float) else orjson.dumps(value).decode()
    if type.startswith("[]") and isinstance(value, list):
        return [texts(item, type[2:]) for item in value]
    if type.startswith("map[string]") and isinstance(value, dict):
        return {key: texts(inner, type.removeprefix("map[string]")) for key, inner in value.items()}
    if (struct := struct_of(type)) and isinstance(value, dict):
        return {key: field_texts(inner, struct, field_of(struct, key)) for key, inner in value.items()}
    return value


def field_texts(value: Any, struct: str, field: str | None) -> Any:
    if field is None or field in EMBEDDED.get(struct, {}):
        return value
    return texts(value, STRUCTS[struct][field])


def yaml_problems(value: Any, type: str, line: int = 1) -> Iterator[str]:
    """What go-yaml says of a value that is to have this type, which begins on a line of the value's own YAML."""
    meant = ALIASES.get(type, type)
    if value is None or meant == "any":
        return
    if meant.startswith("[]") and isinstance(value, list):
        for item in value:
            yield from yaml_problems(item, meant[2:], line)
            line += height(item)
    elif (struct := struct_of(meant)) and isinstance(value, dict):
        for key in sorted(value):
            below = int(isinstance(value[key], dict | list) and bool(value[key]))
            field = field_of(struct, key)
            if field is not None:
                yield from yaml_problems(value[key], STRUCTS[struct][field], line + below)
            line += below + height(value[key])
    elif isinstance(value, dict | list) or not (is_scalar(value, meant) or SCALARS.get(meant) is str):
        yield f"line {line}: cannot unmarshal {yaml_kind(value)} into {type}"


def height(value: Any) -> int:
    return yaml.dump(value).count("\n") if isinstance(value, dict | list) else 1


def yaml_kind(value: Any) -> str:
    if isinstance(value, dict | list):
        return "!!map" if isinstance(value, dict) else "!!seq"
    return f"!!{value.__class__.__name__} `{orjson.dumps(value).decode().strip(chr(34))}`"

"""What a document may hold and JSON may not, which is found out only as an object is written.

Upstream: sigs.k8s.io/kustomize/kyaml/yaml/rnode.go (MarshalJSON)
"""

from collections.abc import Iterator
from itertools import combinations
from math import isfinite
from typing import Any

from simulator.kubectl.errors import CommandError
from simulator.machinery.floats import format_shortest
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object
from simulator.machinery.yaml.reader import OddKey


def check(obj: Object) -> None:
    """Raises CommandError for an object that cannot be written as JSON."""
    if pairs := sorted(doubled(obj)):
        told = "".join(
            f'\n  line {line}: mapping key "{key}" already defined at line {first}' for line, first, key in pairs
        )
        raise CommandError(f"map[string]interface {{}}(nil): yaml: unmarshal errors:{told}")
    for problem in problems(obj):
        raise CommandError(f"{in_go(obj, top=True)}: json: unsupported {problem}")


def doubled(value: Any) -> Iterator[tuple[int, int, str]]:
    """Keys that stand twice in a map: where again, and where before."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(key, OddKey):
                yield from ((later, first, str(key)) for first, later in combinations(key.lines, 2))
            yield from doubled(inner)
    elif isinstance(value, list):
        for item in value:
            yield from doubled(item)


def problems(value: Any, *, below: bool = False) -> Iterator[str]:
    if isinstance(value, dict):
        if below and is_odd(value):
            yield "type: map[interface {}]interface {}"
        for key in sorted(value):
            yield from problems(value[key], below=True)
    elif isinstance(value, list):
        for item in value:
            yield from problems(item, below=True)
    elif isinstance(value, float) and not isfinite(value):
        yield f"value: {infinite(value)}"


def is_odd(value: dict[str, Any]) -> bool:
    return any(isinstance(key, OddKey) and not isinstance(key.value, str) for key in value)


def infinite(value: float) -> str:
    return "NaN" if value != value else "+Inf" if value > 0 else "-Inf"


def in_go(value: Any, *, top: bool = False) -> str:
    """A value as Go's `%#v` writes it: keys of several types one type after the other."""
    if isinstance(value, dict):
        odd = not top and is_odd(value)
        keys = sorted(value, key=lambda key: (1, key.value, key) if isinstance(key, OddKey) else (0, 0, key))
        inner = ", ".join(f"{key_in_go(key, odd)}:{in_go(value[key])}" for key in keys)
        return f"map[{'interface {}' if odd else 'string'}]interface {{}}{{{inner}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(in_go, value))}}}"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return format_shortest(value) if isfinite(value) else infinite(value)
    return "interface {}(nil)" if value is None else str(value)


def key_in_go(key: str, odd: bool) -> str:
    return in_go(key.value) if odd and isinstance(key, OddKey) else quoted(key)

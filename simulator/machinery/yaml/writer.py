"""Values as `kubectl -o yaml` prints them. Upstream: sigs.k8s.io/yaml/goyaml.v2/encode.go"""

from functools import cmp_to_key
from typing import Any

import orjson
import yaml

from simulator.kernel.freezing import FrozenDict, FrozenList
from simulator.machinery.floats import format_shortest
from simulator.machinery.yaml.scalars import is_ambiguous

WIDTH = 80
TAG = "!"


def dump(value: Any) -> str:
    """A value as YAML: keys sorted, lists not indented, long plain text folded."""
    return yaml.dump(value, Dumper=_Dumper, width=WIDTH, allow_unicode=True, default_flow_style=False)


class _Dumper(yaml.CDumper):
    """The C emitter, given go-yaml's choice of styles. Every tag goes without saying."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        return TAG

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.CDumper, text: str) -> yaml.Node:
    if "\n" in text:
        style = "|"
    elif is_ambiguous(text):
        style = '"'
    else:
        style = ""
    return yaml.ScalarNode(TAG, text, style=style)


def _represent_map(dumper: yaml.CDumper, value: dict[str, Any]) -> yaml.Node:
    pairs = [(_represent_text(dumper, key), dumper.represent_data(value[key])) for key in sorted(value, key=natural)]
    return yaml.MappingNode(TAG, pairs, flow_style=not pairs)


def _represent_list(dumper: yaml.CDumper, value: list[Any]) -> yaml.Node:
    items = [dumper.represent_data(item) for item in value]
    return yaml.SequenceNode(TAG, items, flow_style=not items)


def _represent_float(dumper: yaml.CDumper, value: float) -> yaml.Node:
    """Through JSON: what is whole there and fits 64 bits comes out as an integer."""
    whole = value.is_integer() and -(2**63) <= value < 2**64
    return yaml.ScalarNode(TAG, str(int(value)) if whole else format_shortest(value))


def _represent_word(dumper: yaml.CDumper, value: int | None) -> yaml.Node:
    return yaml.ScalarNode(TAG, orjson.dumps(value).decode())


for kind in (int, bool, type(None)):
    _Dumper.add_representer(kind, _represent_word)
_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(dict, _represent_map)
_Dumper.add_representer(FrozenDict, _represent_map)
_Dumper.add_representer(list, _represent_list)
_Dumper.add_representer(FrozenList, _represent_list)
_Dumper.add_representer(float, _represent_float)


def _compare(one: str, other: str) -> int:
    """Which key comes first: letters after other signs, runs of digits by their value."""
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a == b:
            continue
        if a.isalpha() and b.isalpha():
            return -1 if a < b else 1
        if a.isalpha() or b.isalpha():
            return -1 if b.isalpha() else 1
        start = "1" if "0" in (a, b) and _in_number(one, at) else "0"
        digits_a, digits_b = _digits(one, at), _digits(other, at)
        order = (int(start + digits_a), len(digits_a), a), (int(start + digits_b), len(digits_b), b)
        return -1 if order[0] < order[1] else 1
    return len(one) - len(other)


natural = cmp_to_key(_compare)


def _digits(text: str, at: int) -> str:
    """The digits that stand at a place."""
    end = at
    while end < len(text) and text[end].isdecimal():
        end += 1
    return text[at:end]


def _in_number(text: str, at: int) -> bool:
    """Whether digits other than zero stand right before a place."""
    start = at
    while start and text[start - 1].isdecimal():
        start -= 1
    return bool(text[start:at].strip("0"))

"""YAML text to JSON values, with go-yaml's understanding and its words for what is wrong.

Upstream: sigs.k8s.io/yaml, k8s.io/apimachinery/pkg/util/yaml
"""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

import yaml
from yaml import events

from simulator.kernel.state import thaw
from simulator.machinery.floats import format_shortest
from simulator.machinery.golang import quoted
from simulator.machinery.yaml.scalars import resolve

DEEPEST = 100
"""How far collections may nest; no object of the API comes near."""
MOST_ALIASED = 100_000
"""How many nodes aliases may stand for in one document."""

CONVERTING = "error converting YAML to JSON: "
TAG = "tag:yaml.org,2002:"


class YAMLError(ValueError):
    """A text that is not YAML, as Go words it: `error converting YAML to JSON: yaml: line 3: …`."""


type Plain = Callable[[str], Any]
"""What a plain scalar means."""


class OddKey(str):
    """A key as JSON would have it, of which JSON does not have all."""

    value: int | float | bool | str
    """What it is in its document: perhaps no text."""
    lines: tuple[int, ...]
    """Where it stands, if more than once."""

    def __new__(cls, text: str, value: int | float | bool | str, lines: tuple[int, ...] = ()) -> "OddKey":
        key = super().__new__(cls, text)
        key.value, key.lines = value, lines
        return key


def load(text: str | bytes, *, unique: bool = False, plain: Plain = resolve, typed: bool = False) -> Any:
    """The first document of a text as JSON values. `unique` refuses a key that stands twice, as the API server does.

    `typed` keeps what JSON does not have: keys that are no texts or stand twice are `OddKey`s, numbers may be infinite.
    """
    decoded = text.decode(errors="replace") if isinstance(text, bytes) else text
    return _Builder(decoded, unique, plain, typed).document()


def load_all(text: str | bytes, *, unique: bool = False, plain: Plain = resolve, typed: bool = False) -> Iterator[Any]:
    """Every document of a text, one after the other, so that those before a mistake are read; an empty one is None."""
    decoded = text.decode(errors="replace") if isinstance(text, bytes) else text
    for document in split(decoded):
        yield load(document, unique=unique, plain=plain, typed=typed)


def split(text: str) -> Iterator[str]:
    """The documents of a text as written, split at lines that begin with `---`."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith("---"):
            rest = line[3:].strip()
            if rest and not rest.startswith("#"):
                raise YAMLError(f"invalid Yaml document separator: {rest}")
            if lines:
                yield "\n".join(lines) + "\n"
                lines = []
                continue
        lines.append(line)
    if any(lines):
        yield "\n".join(lines)


class _Builder:
    """Builds the value of one document from the events of the C parser."""

    def __init__(self, text: str, unique: bool, plain: Plain, typed: bool) -> None:
        self.typed = typed
        self.blanks = blanks(text) if typed else []
        self.unique = unique
        self.plain = plain
        self.duplicates: list[str] = []
        self.anchors: dict[str, tuple[Any, int] | None] = {}
        self.nodes = 0
        self.aliased = 0
        try:
            self.parser = yaml.CLoader(text)
        except yaml.YAMLError as error:
            raise _worded(error) from error

    def document(self) -> Any:
        self.next()  # the start of the stream
        if isinstance(self.next(), events.StreamEndEvent):
            return None
        value = self.node(self.next(), 0)
        self.next()  # the end of the document
        if self.duplicates:
            lines = "".join(f"\n  {line}" for line in self.duplicates)
            raise YAMLError(f"{CONVERTING}yaml: unmarshal errors:{lines}")
        return value

    def next(self) -> Any:
        try:
            return self.parser.get_event()
        except yaml.YAMLError as error:
            raise _worded(error) from error

    def node(self, event: Any, depth: int) -> Any:
        if isinstance(event, events.AliasEvent):
            return self.alias(str(event.anchor))
        if depth > DEEPEST:
            raise YAMLError(f"{CONVERTING}yaml: exceeded max depth of {DEEPEST}")
        before = self.nodes
        self.nodes += 1
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        if isinstance(event, events.ScalarEvent):
            value = _as_json(_scalar(event, self.plain), self.typed)
        elif isinstance(event, events.SequenceStartEvent):
            value = self.sequence(depth)
        else:
            value = self.mapping(depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, self.nodes - before)
        return value

    def alias(self, anchor: str) -> Any:
        if anchor not in self.anchors:
            raise YAMLError(f"{CONVERTING}yaml: unknown anchor '{anchor}' referenced")
        found = self.anchors[anchor]
        if found is None:
            raise YAMLError(f"{CONVERTING}yaml: anchor '{anchor}' value contains itself")
        value, size = found
        self.nodes += size
        self.aliased += size
        if self.aliased > MOST_ALIASED:
            raise YAMLError(f"{CONVERTING}yaml: document contains excessive aliasing")
        return thaw(value)

    def sequence(self, depth: int) -> list[Any]:
        items = []
        while not isinstance(event := self.next(), events.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return items

    def mapping(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        lines: dict[str, tuple[int, ...]] = {}
        while not isinstance(event := self.next(), events.MappingEndEvent):
            plain = isinstance(event, events.ScalarEvent) and event.implicit[0] and event.value == "<<"
            key = self.node(event, depth + 1)
            line = event.start_mark.line + 1
            value = self.node(self.next(), depth + 1)
            if plain:
                merged |= _merged(value)
                continue
            name = _key(key, value)
            if self.typed:
                name = self.odd(name, key, line, lines)
                if name in found and isinstance(name, OddKey):
                    del found[name]  # so that the key that is kept is the one that knows
            if self.unique and name in found:
                self.duplicates.append(f'line {line}: key "{name}" already set in map')
            found[name] = value
        return merged | found if merged else found

    def odd(self, name: str, key: Any, line: int, lines: dict[str, tuple[int, ...]]) -> str:
        """A key with what is odd about it; empty lines within a document do not count."""
        lines[name] = (*lines.get(name, ()), line - self.blanks[line - 1])
        if isinstance(key, str) and len(lines[name]) == 1:
            return name
        return OddKey(name, key, lines[name] if len(lines[name]) > 1 else ())


def blanks(text: str) -> list[int]:
    """How many empty lines are above each line, behind the first that holds something."""
    counts: list[int] = []
    count, begun = 0, False
    for line in text.split("\n"):
        counts.append(count)
        begun = begun or bool(line.strip() and not line.startswith("#"))
        count += begun and not line.strip()
    return counts


def _as_json(value: Any, typed: bool) -> Any:
    """A scalar after its way through JSON: what is whole and fits 64 bits is an integer, what is larger a float."""
    if isinstance(value, float):
        if not isfinite(value):
            if typed:
                return value
            raise YAMLError(f"{CONVERTING}json: unsupported value: {format_shortest(value)}")
        return int(value) if value.is_integer() and -(2**63) <= value < 2**63 else value
    return float(value) if isinstance(value, int) and value >= 2**63 else value


def _scalar(event: Any, plain: Plain) -> Any:
    tag, text = event.tag, event.value
    if tag is None:
        return plain(text) if event.implicit[0] else text
    if not tag.startswith(TAG):
        return text
    kind = tag[len(TAG) :]
    if kind == "binary":
        try:
            return b64decode(text).decode(errors="replace")
        except (Base64Error, ValueError) as error:
            raise YAMLError(f"{CONVERTING}yaml: !!binary value contains invalid base64 data") from error
    if kind not in ("int", "float", "bool", "null"):
        return text
    value = resolve(text)
    if kind == "float" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if _kind(value) != kind:
        raise YAMLError(f"{CONVERTING}yaml: cannot decode !!{_kind(value)} `{text}` as a !!{kind}")
    return value


def _kind(value: Any) -> str:
    kinds = {bool: "bool", int: "int", float: "float", str: "str", type(None): "null"}
    return kinds[type(value)]


def _merged(value: Any) -> dict[str, Any]:
    """What a merge key (`<<`) brings; of several maps the earlier wins."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        merged: dict[str, Any] = {}
        for item in reversed(value):
            merged |= item
        return merged
    raise YAMLError(f"{CONVERTING}yaml: map merge requires map or sequence of maps as the value")


def _key(key: Any, value: Any) -> str:
    """A key as JSON must have it."""
    match key:
        case str():
            return key
        case bool():
            return "true" if key else "false"
        case int():
            return str(key)
        case float():
            return format_shortest(key)
        case None:
            shown = "<nil>" if value is None else _as_go(value)
            raise YAMLError(f"{CONVERTING}unsupported map key of type: %!s(<nil>), key: <nil>, value: {shown}")
        case _:
            raise YAMLError(f"{CONVERTING}yaml: invalid map key: {_as_go(key)}")


def _as_go(value: Any) -> str:
    """A value as Go's `%#v` writes it."""
    match value:
        case str():
            return quoted(value)
        case bool():
            return "true" if value else "false"
        case None:
            return "interface {}(nil)"
        case list():
            return f"[]interface {{}}{{{', '.join(map(_as_go, value))}}}"
        case dict():
            pairs = ", ".join(f"{_as_go(key)}:{_as_go(item)}" for key, item in value.items())
            return f"map[interface {{}}]interface {{}}{{{pairs}}}"
        case _:
            return str(value)


def _worded(error: yaml.YAMLError) -> YAMLError:
    """A mistake that the parser found, with the line as go-yaml counts it."""
    problem = (
        getattr(error, "problem", None) or getattr(error, "reason", None) or "unknown problem parsing YAML content"
    )
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    line = 0
    if mark is not None and mark.line:
        # the scanner stands before the line it reports, the parser behind
        line = mark.line + isinstance(error, yaml.scanner.ScannerError)
    elif context is not None:
        line = context.line
    where = f"line {line}: " if line else ""
    return YAMLError(f"{CONVERTING}yaml: {where}{problem}")

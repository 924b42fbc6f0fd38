"""Types of CEL as declared and as inferred. Upstream: cel-go/common/types, apiserver/pkg/cel/types.go"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Type:
    """A type by its name and parameters; `list(int)`, `dyn`, `kubernetes.Quantity`. Objects bring their fields."""

    name: str
    parameters: tuple["Type", ...] = ()
    fields: Mapping[str, "Type"] | None = field(default=None, compare=False, repr=False)
    """The fields of an object type, by their escaped names; None for what is no object."""
    is_open: bool = False
    """Whether an object may have any field (what a patch builds up)."""
    is_variable: bool = False
    """Whether the name stands for a type that is to be found out."""

    def __str__(self) -> str:
        shown = NAMES.get(self.name, self.name)
        if self.is_variable:
            return "dyn"
        return f"{shown}({', '.join(map(str, self.parameters))})" if self.parameters else shown


NAMES: Final = {
    "google.protobuf.Timestamp": "timestamp",
    "google.protobuf.Duration": "duration",
    "null_type": "null",
}
DYN: Final = Type("dyn")
BOOL: Final = Type("bool")
INT: Final = Type("int")
UINT: Final = Type("uint")
DOUBLE: Final = Type("double")
STRING: Final = Type("string")
BYTES: Final = Type("bytes")
NULL: Final = Type("null_type")
TIMESTAMP: Final = Type("google.protobuf.Timestamp")
DURATION: Final = Type("google.protobuf.Duration")
ERROR: Final = Type("!error!")
AUTHORIZER: Final = Type("kubernetes.authorization.Authorizer")
RESOURCE_CHECK: Final = Type("kubernetes.authorization.ResourceCheck")
SIMPLE: Final = {each.name: each for each in (DYN, BOOL, INT, UINT, DOUBLE, STRING, BYTES, NULL, TIMESTAMP, DURATION)}
SIMPLE.update({"timestamp": TIMESTAMP, "duration": DURATION, "null": NULL})


def list_of(item: Type) -> Type:
    return Type("list", (item,))


def map_of(key: Type, value: Type) -> Type:
    return Type("map", (key, value))


def optional_of(value: Type) -> Type:
    return Type("optional_type", (value,))


def type_of_type(value: Type) -> Type:
    return Type("type", (value,))


def object_type(name: str, fields: Mapping[str, Type]) -> Type:
    return Type(name, (), fields)


def variable(name: str) -> Type:
    return Type(name, is_variable=True)


def parsed(text: str) -> Type:
    """The type a signature names: `list(A)` with a capital letter as a variable, `map(string, dyn)`, `Quantity`."""
    text = text.strip()
    head, bracket, rest = text.partition("(")
    if bracket:
        return Type(head, tuple(parsed(each) for each in split(rest[:-1])))
    if len(text) == 1 and text.isupper():
        return variable(text)
    return SIMPLE.get(text) or Type(text)


def split(text: str) -> list[str]:
    """The parts of a list with commas; those within brackets do not count."""
    parts, depth, start = [], 0, 0
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]] if text.strip() else []


class Unifier:
    """Finds out what type variables stand for. Upstream: cel-go/checker/types.go"""

    def __init__(self) -> None:
        self._known: dict[str, Type] = {}
        self._count = 0

    def fresh(self) -> Type:
        self._count += 1
        return variable(f"_var{self._count}")

    def instance(self) -> Callable[[Type], Type]:
        """Gives the variables of one signature new names, each time the same ones."""
        names: dict[str, Type] = {}

        def renamed(one: Type) -> Type:
            if one.is_variable:
                if one.name not in names:
                    names[one.name] = self.fresh()
                return names[one.name]
            if one.parameters:
                return Type(one.name, tuple(map(renamed, one.parameters)), one.fields)
            return one

        return renamed

    def resolved(self, one: Type) -> Type:
        """The type with everything known put in."""
        while one.is_variable and one.name in self._known:
            one = self._known[one.name]
        if one.parameters:
            return Type(one.name, tuple(map(self.resolved, one.parameters)), one.fields)
        return one

    def mark(self) -> dict[str, Type]:
        return dict(self._known)

    def reset(self, mark: dict[str, Type]) -> None:
        self._known = mark

    def accepts(self, wanted: Type, given: Type) -> bool:
        """Whether a value of a type fits where another is wanted; notes what variables have to be for that."""
        wanted, given = self.resolved(wanted), self.resolved(given)
        if wanted.is_variable or given.is_variable:
            return self._bound(wanted, given) if wanted.is_variable else self._bound(given, wanted)
        if DYN in (wanted, given) or ERROR in (wanted, given):
            return True
        if given == NULL and (wanted.fields is not None or wanted.name in NULLABLE):
            return True
        if wanted.name != given.name or len(wanted.parameters) != len(given.parameters):
            return False
        if wanted.name == "type":
            return True
        return all(self.accepts(one, other) for one, other in zip(wanted.parameters, given.parameters, strict=True))

    def _bound(self, name: Type, meaning: Type) -> bool:
        if name == meaning:
            return True
        if occurs(name, meaning):
            return False
        self._known[name.name] = meaning
        return True

    def joined(self, one: Type, other: Type) -> Type:
        """The type of what may be either."""
        if self.accepts(one, other):
            one, other = self.resolved(one), self.resolved(other)
            return DYN if DYN in (one, other) else (other if one == NULL else one)
        return DYN


NULLABLE: Final = (TIMESTAMP.name, DURATION.name, "optional_type")


def occurs(name: Type, within: Type) -> bool:
    return name == within or any(occurs(name, each) for each in within.parameters)

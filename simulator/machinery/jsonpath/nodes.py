"""What a JSONPath template is made of. Upstream: k8s.io/client-go/util/jsonpath/node.go"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    value: int | float | bool


@dataclass(frozen=True, slots=True)
class Field:
    name: str


@dataclass(frozen=True, slots=True)
class Slice:
    """`[start:end:step]`; a plain index is a slice of one."""

    start: int | None
    end: int | None
    step: int | None
    is_index: bool = False


@dataclass(frozen=True, slots=True)
class Wildcard:
    pass


@dataclass(frozen=True, slots=True)
class Recursive:
    pass


@dataclass(frozen=True, slots=True)
class Identifier:
    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """What stands between braces: steps, each applied to what the one before found."""

    steps: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Union:
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """`[?(left operator right)]`; the operator `exists` has no right side."""

    left: Path
    operator: str
    right: Path


type Node = Text | Literal | Field | Slice | Wildcard | Recursive | Identifier | Path | Union | Filter

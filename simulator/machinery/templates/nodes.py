"""What a Go template is made of; `str` of a node is how errors quote it. Upstream: Go's text/template/parse/node.go"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Node:
    at: int
    """Where the node begins in the text."""


@dataclass(frozen=True, slots=True)
class Text(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Dot(Node):
    def __str__(self) -> str:
        return "."


@dataclass(frozen=True, slots=True)
class Nil(Node):
    def __str__(self) -> str:
        return "nil"


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A boolean, number or string as written, and its value."""

    source: str
    value: bool | int | float | str

    def __str__(self) -> str:
        return self.source


@dataclass(frozen=True, slots=True)
class Function(Node):
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Field(Node):
    names: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(f".{name}" for name in self.names)


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """A variable and the fields behind it; the first name begins with `$`."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Fields behind an expression in parentheses."""

    inner: "Operand"
    names: tuple[str, ...]

    def __str__(self) -> str:
        shown = f"({self.inner})" if isinstance(self.inner, Pipe) else str(self.inner)
        return shown + "".join(f".{name}" for name in self.names)


@dataclass(frozen=True, slots=True)
class Command(Node):
    words: tuple["Operand", ...]

    def __str__(self) -> str:
        return " ".join(f"({word})" if isinstance(word, Pipe) else str(word) for word in self.words)


@dataclass(frozen=True, slots=True)
class Pipe(Node):
    """Commands, each given what the one before made; the result may go into variables."""

    variables: tuple[Variable, ...]
    assigns: bool
    commands: tuple[Command, ...]

    def __str__(self) -> str:
        shown = " | ".join(map(str, self.commands))
        if not self.variables:
            return shown
        return f"{', '.join(map(str, self.variables))} {'=' if self.assigns else ':='} {shown}"


type Operand = Dot | Nil | Constant | Function | Field | Variable | Chain | Pipe


@dataclass(frozen=True, slots=True)
class Action(Node):
    pipe: Pipe


@dataclass(frozen=True, slots=True)
class Branch(Node):
    """`if`, `with` or `range`."""

    kind: str
    pipe: Pipe
    body: "Body"
    other: "Body | None"


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`{{template "name" pipe}}`"""

    name: str
    pipe: Pipe | None

    def __str__(self) -> str:
        return f'{{{{template "{self.name}"{f" {self.pipe}" if self.pipe else ""}}}}}'


@dataclass(frozen=True, slots=True)
class Break(Node):
    pass


@dataclass(frozen=True, slots=True)
class Continue(Node):
    pass


type Statement = Text | Action | Branch | Call | Break | Continue
type Body = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One named template: its nodes and the text that positions count in."""

    name: str
    file: str
    text: str
    body: Body = field(default=())

    def line(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1

    def place(self, at: int) -> str:
        """`file:line:column`, as errors while executing name it."""
        before = self.text[:at]
        column = len(before[before.rfind("\n") + 1 :].encode())
        return f"{self.file}:{self.line(at)}:{column}"

"""What a Go template makes of a value. Upstream: Go's text/template/exec.go"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from inspect import Parameter, signature
from typing import Any, Final, NoReturn

from simulator.machinery.gofmt import Int, sprint, type_name
from simulator.machinery.golang import quoted
from simulator.machinery.templates.errors import FunctionError, TemplateError
from simulator.machinery.templates.functions import Functions, truth
from simulator.machinery.templates.nodes import (
    Action,
    Body,
    Branch,
    Break,
    Call,
    Chain,
    Command,
    Constant,
    Continue,
    Dot,
    Field,
    Function,
    Nil,
    Node,
    Operand,
    Pipe,
    Source,
    Text,
    Variable,
)

WANTED = {str: "string", bool: "bool", int: "int", float: "float64"}
DEEPEST = 50
"""How far templates may call each other."""


class _Nothing:
    """What a key that is not there leads to; unlike nil, its fields are nothing again."""

    def __bool__(self) -> bool:
        return False


NOTHING: Final = _Nothing()


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


class Evaluator:
    """Executes templates over a value, within a number of steps and of characters."""

    def __init__(
        self, sources: Mapping[str, Source], functions: Functions, *, missing: str, steps: int, output: int
    ) -> None:
        self.sources = sources
        self.functions = functions
        self.missing = missing
        self.steps = steps
        self.output = output
        self.depth = 0

    def run(self, name: str, value: Any) -> str:
        source = self.sources.get(name)
        if source is None:
            raise TemplateError(f"template: no template {quoted(name)} associated with template {quoted(name)}")
        frame = _Frame(self, source, value)
        try:
            frame.body(source.body, value)
        except TemplateError as error:
            error.written = "".join(frame.out)
            raise
        return "".join(frame.out)


class _Frame:
    """One template under way: its variables and what it has written."""

    def __init__(self, evaluator: Evaluator, source: Source, value: Any) -> None:
        self.evaluator = evaluator
        self.source = source
        self.node: Node | None = None
        self.variables: list[tuple[str, Any]] = [("$", value)]
        self.out: list[str] = []

    def fail(self, message: str) -> NoReturn:
        name = quoted(self.source.name)
        if self.node is None:
            raise TemplateError(f"template: {self.source.name}: {message}")
        place = self.source.place(self.node.at)
        raise TemplateError(f"template: {place}: executing {name} at <{self.node}>: {message}")

    def step(self) -> None:
        self.evaluator.steps -= 1
        if self.evaluator.steps < 0:
            self.fail("the template takes too many steps")

    def write(self, text: str) -> None:
        self.evaluator.output -= len(text)
        if self.evaluator.output < 0:
            self.fail("the template writes too much")
        self.out.append(text)

    # -- statements

    def body(self, body: Body, dot: Any) -> None:
        for statement in body:
            self.step()
            match statement:
                case Text(_, text):
                    self.write(text)
                case Action(_, pipe):
                    value = self.pipeline(dot, pipe)
                    if not pipe.variables:
                        self.write("<no value>" if value is NOTHING or value is None else sprint(value))
                case Branch(kind="range"):
                    self.range(dot, statement)
                case Branch():
                    self.branch(dot, statement)
                case Call():
                    self.call(dot, statement)
                case Break():
                    raise _Break
                case Continue():
                    raise _Continue

    def branch(self, dot: Any, node: Branch) -> None:
        scope = len(self.variables)
        value = self.pipeline(dot, node.pipe)
        if truth(value):
            self.body(node.body, value if node.kind == "with" else dot)
        elif node.other is not None:
            self.body(node.other, dot)
        del self.variables[scope:]

    def range(self, dot: Any, node: Branch) -> None:
        scope = len(self.variables)
        value = self.pipeline(dot, node.pipe)
        inner = len(self.variables)
        ran = False
        try:
            for place, item in self.items(value, len(node.pipe.variables)):
                ran = True
                self.step()
                self.bind(node.pipe, place, item)
                try:
                    self.body(node.body, item)
                except _Continue:
                    pass
                finally:
                    del self.variables[inner:]
        except _Break:
            pass
        if not ran and node.other is not None:
            self.body(node.other, dot)
        del self.variables[scope:]

    def items(self, value: Any, variables: int) -> Iterator[tuple[Any, Any]]:
        if isinstance(value, bool | str | float):
            self.fail(f"range can't iterate over {sprint(value)}")
        if isinstance(value, int):
            if variables > 1:
                self.fail(f"can't use {value} to iterate over more than one variable")
            yield from ((Int(number), Int(number)) for number in range(value))
        elif isinstance(value, list | tuple):
            yield from ((Int(place), item) for place, item in enumerate(value))
        elif isinstance(value, dict):
            yield from ((key, value[key]) for key in sorted(value))
        elif value is not None and value is not NOTHING:
            self.fail(f"range can't iterate over {sprint(value)}")

    def bind(self, pipe: Pipe, place: Any, item: Any) -> None:
        """Give the variables of a range their values: index and element, or the element alone."""
        names = [variable.names[0] for variable in pipe.variables]
        for name, value in zip(names, (item,) if len(names) == 1 else (place, item), strict=False):
            self.set(name, value)

    def set(self, name: str, value: Any) -> None:
        for at in range(len(self.variables) - 1, -1, -1):
            if self.variables[at][0] == name:
                self.variables[at] = (name, value)
                return
        self.fail(f"undefined variable: {name}")

    def call(self, dot: Any, node: Call) -> None:
        self.node = node
        source = self.evaluator.sources.get(node.name)
        if source is None:
            self.fail(f"template {quoted(node.name)} not defined")
        if self.evaluator.depth >= DEEPEST:
            self.fail(f"exceeded maximum template depth ({DEEPEST})")
        value = NOTHING if node.pipe is None else self.pipeline(dot, node.pipe)
        frame = _Frame(self.evaluator, source, value)
        frame.out = self.out
        self.evaluator.depth += 1
        frame.body(source.body, value)
        self.evaluator.depth -= 1

    # -- values

    def pipeline(self, dot: Any, pipe: Pipe) -> Any:
        self.node = pipe
        value: Any = None
        for stage, command in enumerate(pipe.commands):
            value = self.command(dot, command, (value,) if stage else ())
        for variable in pipe.variables:
            if pipe.assigns:
                self.set(variable.names[0], value)
            else:
                self.variables.append((variable.names[0], value))
        return value

    def command(self, dot: Any, command: Command, final: tuple[Any, ...]) -> Any:
        """The value of one command; `final` holds what came through the pipe, if anything did."""
        first, *words = command.words
        if isinstance(first, Function):
            return self.function(dot, first, words, final, command)
        self.node = first
        if isinstance(first, Field | Chain | Variable) and len(first.names) > isinstance(first, Variable):
            return self.operand(dot, first, has_arguments=bool(words or final))
        if words or final:
            self.node = first
            self.fail(f"can't give argument to non-function {_shown(first)}")
        if isinstance(first, Nil):
            self.fail("nil is not a command")
        return self.operand(dot, first)

    def operand(self, dot: Any, node: Operand, *, has_arguments: bool = False) -> Any:
        self.node = node
        match node:
            case Dot():
                return dot
            case Nil():
                return None
            case Constant(_, _, value):
                return value
            case Function():
                return self.function(dot, node, [], (), node)
            case Pipe():
                return self.pipeline(dot, node)
            case Field(_, names):
                return self.fields(dot, node, names, has_arguments)
            case Variable(_, (name, *names)):
                return self.fields(self.variable(name), node, names, has_arguments)
            case Chain(_, inner, names):
                value = self.operand(dot, inner)
                if isinstance(inner, Nil):
                    self.fail(f"indirection through explicit nil in {node}")
                return self.fields(value, node, names, has_arguments)

    def variable(self, name: str) -> Any:
        for known, value in reversed(self.variables):
            if known == name:
                return value
        self.fail(f"undefined variable: {name}")

    def fields(self, value: Any, node: Operand, names: Any, has_arguments: bool) -> Any:
        for place, name in enumerate(names):
            self.node = node
            value = self.field(value, name, has_arguments and place == len(names) - 1)
        return value

    def field(self, value: Any, name: str, has_arguments: bool) -> Any:
        if value is NOTHING:
            if self.evaluator.missing == "error":
                self.fail(f"nil data; no entry for key {quoted(name)}")
            return NOTHING
        if value is None:
            self.fail(f"nil pointer evaluating interface {{}}.{name}")
        if not isinstance(value, dict):
            # what a map or list holds is, to Go, an interface
            kind = type_name(value) if isinstance(self.node, Chain) else "interface {}"
            self.fail(f"can't evaluate field {name} in type {kind}")
        if has_arguments:
            self.fail(f"{name} is not a method but has arguments")
        if name in value:
            return value[name]
        if self.evaluator.missing == "error":
            self.fail(f"map has no entry for key {quoted(name)}")
        return None if self.evaluator.missing == "zero" else NOTHING

    def function(self, dot: Any, node: Function, words: list[Operand], final: tuple[Any, ...], whole: Node) -> Any:
        """Call a function; `whole` is the command that errors quote."""
        self.step()
        function = self.evaluator.functions[node.name]
        self.node = node
        self.check(node.name, function, len(words) + len(final))
        if node.name in ("and", "or"):
            return self.short(dot, node.name == "or", words, final)
        kinds = parameter_kinds(function)
        values = [self.argument(dot, word, kinds[min(at, len(kinds) - 1)]) for at, word in enumerate(words)]
        for value in final:
            values.append(self.typed(_argument(value), kinds[min(len(values), len(kinds) - 1)]))
        self.node = whole
        try:
            value = function(*values)
        except FunctionError as error:
            self.fail(f"error calling {node.name}: {error}")
        if isinstance(value, str) and len(value) > self.evaluator.output:
            self.fail("the template writes too much")
        return value

    def argument(self, dot: Any, word: Operand, kind: Any) -> Any:
        """The value of an operand where a function wants a type."""
        if isinstance(word, Constant) and kind in WANTED and not isinstance(word.value, kind):
            self.node = word
            self.fail(f"expected {WANTED[kind]}; found {word}")
        return self.typed(_argument(self.operand(dot, word)), kind)

    def typed(self, value: Any, kind: Any) -> Any:
        if kind not in WANTED or isinstance(value, kind):
            return value
        if value is None:
            self.fail(f"invalid value; expected {WANTED[kind]}")
        self.fail(f"wrong type for value; expected {WANTED[kind]}; got {type_name(value)}")

    def short(self, dot: Any, wanted: bool, words: list[Operand], final: tuple[Any, ...]) -> Any:
        """`and` and `or`, which stop as soon as the answer is known."""
        value: Any = None
        for word in words:
            value = self.operand(dot, word)
            if truth(value) == wanted:
                return value
        return final[0] if final else value

    def check(self, name: str, function: Callable[..., Any], given: int) -> None:
        least, most = arity(function)
        if most is None and given < least:
            self.fail(f"wrong number of args for {name}: want at least {least} got {given}")
        if most is not None and not least <= given <= most:
            self.fail(f"wrong number of args for {name}: want {least} got {given}")


@cache
def arity(function: Callable[..., Any]) -> tuple[int, int | None]:
    """How many arguments a function takes: at least, and at most (None: any number)."""
    parameters = signature(function).parameters.values()
    least = sum(1 for p in parameters if p.kind is not Parameter.VAR_POSITIONAL and p.default is Parameter.empty)
    if any(p.kind is Parameter.VAR_POSITIONAL for p in parameters):
        return least, None
    return least, len(parameters)


@cache
def parameter_kinds(function: Callable[..., Any]) -> tuple[Any, ...]:
    """The types that a function wants, from its annotations; the last stands for all that follow."""
    return tuple(p.annotation for p in signature(function).parameters.values()) or (Any,)


def _argument(value: Any) -> Any:
    return None if value is NOTHING else value


def _shown(node: Operand) -> str:
    return f"({node})" if isinstance(node, Pipe) else str(node)

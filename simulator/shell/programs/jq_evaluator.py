"""Evaluating what a jq filter says: pipes, paths, assignments, definitions. Upstream: jq(1)"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.runtime.process import Process
from simulator.shell.programs.base import Usage
from simulator.shell.programs.jq_paths import GONE, Found, item_of, look, placed, without
from simulator.shell.programs.jq_values import (
    FORMATS,
    SIMPLE,
    Mistake,
    calculate,
    items,
    kind,
    shown,
    truth,
    written,
)

MOST_STEPS = 500_000
BATCH, STEP_COST = 500, 2
"""Steps that are accounted for together, and what one costs."""
DEEPEST = 150


class Evaluator:
    """Evaluates trees. `run` gives values; `paths` gives them with their places, for assignments."""

    def __init__(self, process: Process, variables: Mapping[str, Any]) -> None:
        self.process = process
        self.variables = {f"${name}": value for name, value in variables.items()}
        self.functions: dict[tuple[str, int], Any] = {}
        self.steps = self.depth = 0

    def run(self, node: Any, value: Any) -> Iterator[Any]:
        for _, found in self.paths(node, ((), value)):
            yield found

    def one(self, node: Any, value: Any) -> Any:
        return next(self.run(node, value), None)

    def paths(self, node: Any, at: Found) -> Iterator[Found]:
        self.steps += 1
        if self.steps > MOST_STEPS or self.depth > DEEPEST:
            raise Usage("error: the filter takes too many steps", 5)
        if not self.steps % BATCH:
            self.process.spend(BATCH * STEP_COST)
        self.depth += 1
        try:
            yield from getattr(self, "do_" + node[0])(node, at)
        finally:
            self.depth -= 1

    def do_identity(self, node: Any, at: Found) -> Iterator[Found]:
        yield at

    def do_empty(self, node: Any, at: Found) -> Iterator[Found]:
        return iter(())

    def do_constant(self, node: Any, at: Found) -> Iterator[Found]:
        yield None, node[1]

    def do_pipe(self, node: Any, at: Found) -> Iterator[Found]:
        for found in self.paths(node[1], at):
            yield from self.paths(node[2], found)

    def do_comma(self, node: Any, at: Found) -> Iterator[Found]:
        yield from self.paths(node[1], at)
        yield from self.paths(node[2], at)

    def do_index(self, node: Any, at: Found) -> Iterator[Found]:
        for path, held in self.paths(node[1], at):
            for key in self.run(node[2], at[1]):
                yield None if path is None else (*path, key), item_of(held, key)

    def do_slice(self, node: Any, at: Found) -> Iterator[Found]:
        for _, held in self.paths(node[1], at):
            for start in self.run(node[2], at[1]) if node[2] else [None]:
                for end in self.run(node[3], at[1]) if node[3] else [None]:
                    if held is not None and not isinstance(held, str | list):
                        raise Mistake(f"Cannot index {kind(held)} with object")
                    yield None, None if held is None else held[start:end]

    def do_each(self, node: Any, at: Found) -> Iterator[Found]:
        for path, held in self.paths(node[1], at):
            keys = list(held) if isinstance(held, dict) else range(len(held)) if isinstance(held, list) else None
            if keys is None:
                list(items(held))
                return
            for key in keys:
                yield None if path is None else (*path, key), held[key]

    def do_array(self, node: Any, at: Found) -> Iterator[Found]:
        yield None, list(self.run(node[1], at[1]))

    def do_object(self, node: Any, at: Found) -> Iterator[Found]:
        made: list[dict[str, Any]] = [{}]
        for key_node, value_node in node[1]:
            grown = []
            for before in made:
                for key in self.run(key_node, at[1]):
                    if not isinstance(key, str):
                        raise Mistake(f"Object keys must be strings, not {shown(key)}")
                    grown += [{**before, key: value} for value in self.run(value_node, at[1])]
            made = grown
        for value in made:
            yield None, value

    def do_string(self, node: Any, at: Found) -> Iterator[Found]:
        form = FORMATS.get(node[1] or "@text")
        if form is None:
            raise Mistake(f"{node[1][1:]} is not a valid format")
        made = [""]
        for part in node[2]:
            if part[0] == "constant":
                made = [before + part[1] for before in made]
            else:
                made = [before + form(value) for before in made for value in self.run(part, at[1])]
        for value in made:
            yield None, value

    def do_format(self, node: Any, at: Found) -> Iterator[Found]:
        form = FORMATS.get(node[1])
        if form is None:
            raise Mistake(f"{node[1][1:]} is not a valid format")
        yield None, form(at[1])

    def do_variable(self, node: Any, at: Found) -> Iterator[Found]:
        if node[1] == "$ENV":
            yield None, dict(self.process.env)
            return
        if node[1] == "$__loc__" or node[1] not in self.variables:
            raise Usage(f"error: {node[1]} is not defined", 3)
        yield None, self.variables[node[1]]

    def do_negative(self, node: Any, at: Found) -> Iterator[Found]:
        for value in self.run(node[1], at[1]):
            yield None, calculate("-", 0, value)

    def do_binary(self, node: Any, at: Found) -> Iterator[Found]:
        for right in self.run(node[3], at[1]):
            for left in self.run(node[2], at[1]):
                yield None, calculate(node[1], left, right)

    def do_and(self, node: Any, at: Found) -> Iterator[Found]:
        for left in self.run(node[1], at[1]):
            if not truth(left):
                yield None, False
                continue
            for right in self.run(node[2], at[1]):
                yield None, truth(right)

    def do_or(self, node: Any, at: Found) -> Iterator[Found]:
        for left in self.run(node[1], at[1]):
            if truth(left):
                yield None, True
                continue
            for right in self.run(node[2], at[1]):
                yield None, truth(right)

    def do_alternative(self, node: Any, at: Found) -> Iterator[Found]:
        any_found = False
        try:
            for found in self.paths(node[1], at):
                if truth(found[1]):
                    any_found = True
                    yield found
        except Mistake:
            pass
        if not any_found:
            yield from self.paths(node[2], at)

    def do_if(self, node: Any, at: Found) -> Iterator[Found]:
        for answer in self.run(node[1], at[1]):
            yield from self.paths(node[2] if truth(answer) else node[3], at)

    def do_try(self, node: Any, at: Found) -> Iterator[Found]:
        try:
            yield from self.paths(node[1], at)
        except Mistake as mistake:
            yield from self.paths(node[2], (None, mistake.value))

    def do_bind(self, node: Any, at: Found) -> Iterator[Found]:
        _, source, name, body = node
        for value in self.run(source, at[1]):
            before = self.variables
            self.variables = {**before, name: value}
            try:
                yield from self.paths(body, at)
            finally:
                self.variables = before

    def do_reduce(self, node: Any, at: Found) -> Iterator[Found]:
        _, source, name, start, step = node
        value = self.one(start, at[1])
        before = self.variables
        for item in self.run(source, at[1]):
            self.variables = {**before, name: item}
            value = self.one(step, value)
        self.variables = before
        yield None, value

    def do_foreach(self, node: Any, at: Found) -> Iterator[Found]:
        _, source, name, start, step, *extract = node
        value = self.one(start, at[1])
        before = self.variables
        for item in self.run(source, at[1]):
            self.variables = {**before, name: item}
            value = self.one(step, value)
            yield from ((None, made) for made in (self.run(extract[0], value) if extract else [value]))
        self.variables = before

    def do_define(self, node: Any, at: Found) -> Iterator[Found]:
        _, name, parameters, body, rest = node
        before = self.functions
        self.functions = {**before, (name, len(parameters)): (parameters, body)}
        try:
            yield from self.paths(rest, at)
        finally:
            self.functions = before

    def do_update(self, node: Any, at: Found) -> Iterator[Found]:
        _, operator, place, value_node = node
        if operator == "|=":
            made = at[1]
            gone = []
            for path, held in list(self.paths(place, ((), at[1]))):
                if path is None:
                    raise Mistake(f"Invalid path expression with result {written(held)}")
                changed = next(self.run(value_node, look(made, path)), GONE)
                if changed is GONE:
                    gone.append(path)
                else:
                    made = placed(made, path, changed)
            yield None, without(made, gone)
            return
        for value in list(self.run(value_node, at[1])):
            made = at[1]
            for path, held in list(self.paths(place, ((), at[1]))):
                if path is None:
                    raise Mistake(f"Invalid path expression with result {written(held)}")
                if operator == "=":
                    made = placed(made, path, value)
                elif operator == "//=":
                    made = placed(made, path, held if truth(held) else value)
                else:
                    made = placed(made, path, calculate(operator[:-1], held, value))
            yield None, made

    # functions

    def do_call(self, node: Any, at: Found) -> Iterator[Found]:
        _, name, arguments = node
        known = self.functions.get((name, len(arguments)))
        if known is not None:
            yield from self.defined(known, arguments, at)
            return
        if not arguments and name in SIMPLE:
            try:
                yield None, SIMPLE[name](at[1])
            except (TypeError, KeyError, AttributeError, OverflowError, ValueError):
                raise Mistake(f"{shown(at[1])} cannot be given to {name}") from None
            return
        method = getattr(self, f"call_{name}", None)
        if method is None:
            raise Usage(f"error: {name}/{len(arguments)} is not defined", 3)
        try:
            yield from method(at, *arguments)
        except TypeError:
            raise Mistake(f"{shown(at[1])} cannot be given to {name}/{len(arguments)}") from None

    def defined(self, known: Any, arguments: Any, at: Found) -> Iterator[Found]:
        parameters, body = known
        functions, variables = self.functions, self.variables
        for parameter, argument in zip(parameters, arguments, strict=True):
            if parameter.startswith("$"):
                self.variables = {**self.variables, parameter: self.one(argument, at[1])}
            else:
                self.functions = {**self.functions, (parameter, 0): ((), argument)}
        try:
            yield from self.paths(body, at)
        finally:
            self.functions, self.variables = functions, variables

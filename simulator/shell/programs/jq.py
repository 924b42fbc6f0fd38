"""jq: filters for JSON. Upstream: jq(1)"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from simulator.runtime.process import Process
from simulator.runtime.programs import program
from simulator.shell.programs.base import Usage, Whole
from simulator.shell.programs.jq_language import parse
from simulator.shell.programs.jq_values import (
    FORMATS,
    SIMPLE,
    Mistake,
    calculate,
    contains,
    expression,
    flatten,
    items,
    kind,
    needs_text,
    rank,
    shown,
    text,
    tidy,
    truth,
    written,
)

MOST_STEPS = 2_000_000
DEEPEST = 150

type Path = tuple[Any, ...]
type Found = tuple[Path | None, Any]
"""A result, and where it lies in the input (None: it was made)."""


class Filter:
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
                yield None if path is None else (*path, key), _item(held, key)

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
                changed = next(self.run(value_node, _look(made, path)), _GONE)
                if changed is _GONE:
                    gone.append(path)
                else:
                    made = _put(made, path, changed)
            yield None, _without(made, gone)
            return
        for value in list(self.run(value_node, at[1])):
            made = at[1]
            for path, held in list(self.paths(place, ((), at[1]))):
                if path is None:
                    raise Mistake(f"Invalid path expression with result {written(held)}")
                if operator == "=":
                    made = _put(made, path, value)
                elif operator == "//=":
                    made = _put(made, path, held if truth(held) else value)
                else:
                    made = _put(made, path, calculate(operator[:-1], held, value))
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

    def call_select(self, at: Found, question: Any) -> Iterator[Found]:
        for answer in self.run(question, at[1]):
            if truth(answer):
                yield at

    def call_map(self, at: Found, body: Any) -> Iterator[Found]:
        yield None, [made for item in items(at[1]) for made in self.run(body, item)]

    def call_map_values(self, at: Found, body: Any) -> Iterator[Found]:
        yield from self.do_update(("update", "|=", ("each", ("identity",)), body), at)

    def call_recurse(self, at: Found, body: Any = None) -> Iterator[Found]:
        yield at
        node = ("try", ("each", ("identity",)), ("empty",)) if body is None else body
        for found in list(self.paths(node, at)):
            yield from self.call_recurse(found, body)

    def call_path(self, at: Found, body: Any) -> Iterator[Found]:
        for path, _ in self.paths(body, ((), at[1])):
            yield None, list(path or ())

    def call_paths(self, at: Found) -> Iterator[Found]:
        for path, _ in self.call_recurse(((), at[1])):
            if path:
                yield None, list(path)

    def call_getpath(self, at: Found, path: Any) -> Iterator[Found]:
        wanted = self.one(path, at[1])
        yield None if at[0] is None else (*at[0], *wanted), _look(at[1], tuple(wanted))

    def call_setpath(self, at: Found, path: Any, value: Any) -> Iterator[Found]:
        yield None, _put(at[1], tuple(self.one(path, at[1])), self.one(value, at[1]))

    def call_del(self, at: Found, body: Any) -> Iterator[Found]:
        yield None, _without(at[1], [path for path, _ in self.paths(body, ((), at[1])) if path])

    def call_delpaths(self, at: Found, body: Any) -> Iterator[Found]:
        yield None, _without(at[1], [tuple(path) for path in self.one(body, at[1])])

    def call_has(self, at: Found, key: Any) -> Iterator[Found]:
        for wanted in self.run(key, at[1]):
            yield (
                None,
                wanted in at[1] if isinstance(at[1], dict) else isinstance(wanted, int) and 0 <= wanted < len(at[1]),
            )

    def call_in(self, at: Found, other: Any) -> Iterator[Found]:
        held = self.one(other, at[1])
        yield None, at[1] in held if isinstance(held, dict) else 0 <= at[1] < len(held)

    def call_contains(self, at: Found, other: Any) -> Iterator[Found]:
        for wanted in self.run(other, at[1]):
            yield None, contains(at[1], wanted)

    def call_inside(self, at: Found, other: Any) -> Iterator[Found]:
        for wanted in self.run(other, at[1]):
            yield None, contains(wanted, at[1])

    def call_any(self, at: Found, *bodies: Any) -> Iterator[Found]:
        values = items(at[1]) if len(bodies) == 1 else self.run(bodies[0], at[1])
        yield None, any(truth(answer) for item in values for answer in self.run(bodies[-1], item))

    def call_all(self, at: Found, *bodies: Any) -> Iterator[Found]:
        values = items(at[1]) if len(bodies) == 1 else self.run(bodies[0], at[1])
        yield None, all(truth(answer) for item in values for answer in self.run(bodies[-1], item))

    def call_first(self, at: Found, body: Any) -> Iterator[Found]:
        for found in self.paths(body, at):
            yield found
            return

    def call_last(self, at: Found, body: Any) -> Iterator[Found]:
        yield from list(self.paths(body, at))[-1:]

    def call_limit(self, at: Found, count: Any, body: Any) -> Iterator[Found]:
        left = self.one(count, at[1])
        for found in self.paths(body, at):
            if left <= 0:
                return
            yield found
            left -= 1
            if left <= 0:
                return

    def call_nth(self, at: Found, count: Any, body: Any = None) -> Iterator[Found]:
        place = self.one(count, at[1])
        yield None, at[1][place] if body is None else list(self.run(body, at[1]))[place]

    def call_range(self, at: Found, *bounds: Any) -> Iterator[Found]:
        numbers = [self.one(bound, at[1]) for bound in bounds]
        start, end, step = (
            (0, numbers[0], 1) if len(numbers) == 1 else (*numbers, 1) if len(numbers) == 2 else tuple(numbers)
        )
        while step and (start < end if step > 0 else start > end):
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise Usage("error: the filter takes too many steps", 5)
            yield None, start
            start += step

    def keyed(self, at: Found, body: Any) -> list[tuple[Any, Any]]:
        pairs = [(rank(list(self.run(body, item))), item) for item in items(at[1])]
        return sorted(pairs, key=lambda pair: pair[0])

    def call_sort_by(self, at: Found, body: Any) -> Iterator[Found]:
        yield None, [item for _, item in self.keyed(at, body)]

    def grouped(self, at: Found, body: Any) -> list[list[Any]]:
        groups: list[list[Any]] = []
        last: Any = None
        for key, item in self.keyed(at, body):
            if groups and key == last:
                groups[-1].append(item)
            else:
                groups.append([item])
            last = key
        return groups

    def call_group_by(self, at: Found, body: Any) -> Iterator[Found]:
        yield None, self.grouped(at, body)

    def call_unique_by(self, at: Found, body: Any) -> Iterator[Found]:
        yield None, [group[0] for group in self.grouped(at, body)]

    def call_min_by(self, at: Found, body: Any) -> Iterator[Found]:
        yield None, next((item for _, item in self.keyed(at, body)), None)

    def call_max_by(self, at: Found, body: Any) -> Iterator[Found]:
        pairs = self.keyed(at, body)
        yield None, pairs[-1][1] if pairs else None

    def call_flatten(self, at: Found, depth: Any) -> Iterator[Found]:
        yield None, flatten(at[1], self.one(depth, at[1]))

    def call_with_entries(self, at: Found, body: Any) -> Iterator[Found]:
        entries = [made for entry in SIMPLE["to_entries"](at[1]) for made in self.run(body, entry)]
        yield None, SIMPLE["from_entries"](entries)

    def call_join(self, at: Found, separator: Any) -> Iterator[Found]:
        for joint in self.run(separator, at[1]):
            yield None, joint.join("" if item is None else text(item) for item in items(at[1]))

    def call_split(self, at: Found, separator: Any, flags: Any = None) -> Iterator[Found]:
        source = needs_text(at[1], "cannot be split, as it is not a string")
        wanted = self.one(separator, at[1])
        if flags is None:
            yield None, source.split(wanted) if wanted else list(source)
        else:
            yield None, _cut(expression(wanted, self.one(flags, at[1])), source)

    def call_splits(self, at: Found, pattern: Any) -> Iterator[Found]:
        for part in _cut(expression(self.one(pattern, at[1])), at[1]):
            yield None, part

    def call_startswith(self, at: Found, prefix: Any) -> Iterator[Found]:
        yield None, needs_text(at[1], "startswith() requires string inputs").startswith(self.one(prefix, at[1]))

    def call_endswith(self, at: Found, suffix: Any) -> Iterator[Found]:
        yield None, needs_text(at[1], "endswith() requires string inputs").endswith(self.one(suffix, at[1]))

    def call_ltrimstr(self, at: Found, prefix: Any) -> Iterator[Found]:
        yield None, at[1].removeprefix(self.one(prefix, at[1])) if isinstance(at[1], str) else at[1]

    def call_rtrimstr(self, at: Found, suffix: Any) -> Iterator[Found]:
        yield None, at[1].removesuffix(self.one(suffix, at[1])) if isinstance(at[1], str) else at[1]

    def matched(self, at: Found, pattern: Any, flags: Any) -> Iterator[Any]:
        given = self.one(pattern, at[1])
        letters = self.one(flags, at[1]) if flags is not None else ""
        if isinstance(given, list):
            given, letters = given[0], given[1] if len(given) > 1 else ""
        found = expression(given, letters).finditer(needs_text(at[1], "cannot be matched, as it is not a string"))
        for number, match in enumerate(found):
            if number and "g" not in (letters or ""):
                return
            yield match

    def call_test(self, at: Found, pattern: Any, flags: Any = None) -> Iterator[Found]:
        yield None, any(True for _ in self.matched(at, pattern, flags))

    def call_match(self, at: Found, pattern: Any, flags: Any = None) -> Iterator[Found]:
        for found in self.matched(at, pattern, flags):
            names = {number: name for name, number in found.re.groupindex.items()}
            captures = [
                {"offset": found.start(number), "length": len(part or ""), "string": part, "name": names.get(number)}
                for number, part in enumerate(found.groups(), 1)
            ]
            yield (
                None,
                {
                    "offset": found.start(),
                    "length": len(found.group(0)),
                    "string": found.group(0),
                    "captures": captures,
                },
            )

    def call_capture(self, at: Found, pattern: Any, flags: Any = None) -> Iterator[Found]:
        for found in self.matched(at, pattern, flags):
            yield None, {name: found.group(number) for name, number in found.re.groupindex.items()}

    def call_scan(self, at: Found, pattern: Any, flags: Any = None) -> Iterator[Found]:
        for found in self.matched(at, pattern, ("constant", "g")):
            yield None, list(found.groups()) if found.groups() else found.group(0)

    def call_sub(self, at: Found, pattern: Any, replacement: Any, flags: Any = None) -> Iterator[Found]:
        made, position = [], 0
        for found in self.matched(at, pattern, flags):
            groups = {name: found.group(number) for name, number in found.re.groupindex.items()}
            made += [at[1][position : found.start()], text(self.one(replacement, groups))]
            position = found.end()
        yield None, "".join(made) + at[1][position:]

    def call_gsub(self, at: Found, pattern: Any, replacement: Any, flags: Any = None) -> Iterator[Found]:
        yield from self.call_sub(at, pattern, replacement, ("constant", "g"))

    def call_index(self, at: Found, wanted: Any) -> Iterator[Found]:
        place = at[1].find(self.one(wanted, at[1]))
        yield None, None if place < 0 else place

    def call_indices(self, at: Found, wanted: Any) -> Iterator[Found]:
        other = self.one(wanted, at[1])
        size = len(other) if isinstance(at[1], str) else 1
        yield (
            None,
            [
                place
                for place in range(len(at[1]))
                if (at[1][place : place + size] if isinstance(at[1], str) else at[1][place]) == other
            ],
        )

    def call_error(self, at: Found, message: Any = None) -> Iterator[Found]:
        raise Mistake(at[1] if message is None else self.one(message, at[1]))

    def call_env(self, at: Found) -> Iterator[Found]:
        yield None, dict(self.process.env)

    def call_now(self, at: Found) -> Iterator[Found]:
        yield None, self.process.now / 1_000_000

    def call_values(self, at: Found) -> Iterator[Found]:
        if at[1] is not None:
            yield at

    def call_strings(self, at: Found) -> Iterator[Found]:
        if isinstance(at[1], str):
            yield at

    def call_numbers(self, at: Found) -> Iterator[Found]:
        if kind(at[1]) == "number":
            yield at

    def call_objects(self, at: Found) -> Iterator[Found]:
        if isinstance(at[1], dict):
            yield at

    def call_arrays(self, at: Found) -> Iterator[Found]:
        if isinstance(at[1], list):
            yield at

    def call_scalars(self, at: Found) -> Iterator[Found]:
        if not isinstance(at[1], dict | list):
            yield at

    def call_ascii_downcase(self, at: Found) -> Iterator[Found]:
        yield None, text(at[1]).lower()

    def call_strftime(self, at: Found, form: Any) -> Iterator[Found]:
        from simulator.shell.programs.dates import format_date

        yield None, format_date(int(at[1]) * 1_000_000, self.one(form, at[1]), 0)

    def call_walk(self, at: Found, body: Any) -> Iterator[Found]:
        def inner(value: Any) -> Any:
            if isinstance(value, dict):
                value = {key: inner(item) for key, item in value.items()}
            elif isinstance(value, list):
                value = [inner(item) for item in value]
            return self.one(body, value)

        yield None, inner(at[1])


_GONE = object()


def _item(held: Any, key: Any) -> Any:
    if held is None and (isinstance(key, str) or kind(key) == "number"):
        return None
    if isinstance(held, dict) and isinstance(key, str):
        return held.get(key)
    if isinstance(held, list) and kind(key) == "number":
        place = int(key)
        return held[place] if -len(held) <= place < len(held) else None
    quoted = f'"{key}"' if isinstance(key, str) else kind(key)
    raise Mistake(f"Cannot index {kind(held)} with {quoted}")


def _look(value: Any, path: Path) -> Any:
    for key in path:
        value = _item(value, key)
    return value


def _put(value: Any, path: Path, made: Any) -> Any:
    if not path:
        return made
    key, rest = path[0], path[1:]
    inner = _put(_item(value, key), rest, made)
    if isinstance(key, str):
        return {**(value or {}), key: inner}
    place = int(key)
    grown = list(value or [])
    if place < 0:
        place += len(grown)
    if not 0 <= place < 100_000:
        raise Mistake("Out of bounds negative array index" if place < 0 else "Array index too large")
    grown += [None] * (place + 1 - len(grown))
    grown[place] = inner
    return grown


def _without(value: Any, paths: list[Path]) -> Any:
    for path in sorted(paths, key=lambda path: rank(list(path)), reverse=True):
        holder = _look(value, path[:-1])
        key = path[-1]
        if isinstance(holder, dict):
            value = _put(value, path[:-1], {name: item for name, item in holder.items() if name != key})
        elif isinstance(holder, list):
            place = key + len(holder) if key < 0 else key
            value = _put(value, path[:-1], [item for number, item in enumerate(holder) if number != place])
    return value


def _cut(pattern: Any, source: str) -> list[str]:
    parts, position = [], 0
    for found in pattern.finditer(source):
        if found.end() > found.start():
            parts.append(source[position : found.start()])
            position = found.end()
    return [*parts, source[position:]]


def documents(source: bytes) -> Iterator[Any]:
    """The JSON values that follow one another in a text. Raises ValueError."""
    from json import JSONDecodeError, JSONDecoder

    try:
        yield orjson.loads(source)
        return
    except orjson.JSONDecodeError:
        rest = source.decode("utf-8", "replace")
    decoder, position = JSONDecoder(), 0
    while True:
        while position < len(rest) and rest[position] in " \t\r\n":
            position += 1
        if position == len(rest):
            return
        try:
            value, position = decoder.raw_decode(rest, position)
        except (JSONDecodeError, RecursionError) as mistake:
            line = rest.count("\n", 0, position) + 1
            words = getattr(mistake, "msg", "too deeply nested")
            raise ValueError(
                f"parse error: {words} at line {line}, column {position - rest.rfind(chr(10), 0, position)}"
            ) from None
        yield value


@program("jq")
class Jq(Whole):
    failure = 2

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        flags: dict[str, Any] = {}
        variables: dict[str, Any] = {}
        words, operands = list(process.argv[1:]), []
        while words:
            word = words.pop(0)
            if word in ("--arg", "--argjson", "--slurpfile", "--rawfile") and len(words) > 1:
                name, value = words.pop(0), words.pop(0)
                variables[name] = self._argument(process, word, value)
            elif word in LONG:
                flags[LONG[word]] = True
            elif word == "--indent" and words:
                flags["indent"] = int(words.pop(0))
            elif word.startswith("-") and len(word) > 1 and not word.startswith("--"):
                for letter in word[1:]:
                    if letter not in "rcnseajSCM":
                        raise Usage(f"Unknown option: {word}", 2)
                    flags[letter] = True
            elif word.startswith("--"):
                raise Usage(f"Unknown option: {word}", 2)
            else:
                operands.append(word)
        if not operands:
            operands = ["."]
        parse(operands[0])
        flags |= {"filter": operands[0], "variables": variables}
        return flags, ["/dev/null"] if "n" in flags and len(operands) == 1 else operands[1:]

    def _argument(self, process: Process, kind_: str, value: str) -> Any:
        try:
            if kind_ == "--arg":
                return value
            if kind_ == "--argjson":
                return orjson.loads(value)
            content = process.files.read(value)
            return list(documents(content)) if kind_ == "--slurpfile" else content.decode("utf-8", "replace")
        except ValueError:
            raise Usage(f"Invalid JSON text passed to {kind_}", 2) from None

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        content = b"".join(data for _, data in inputs)
        code, last, any_made = 0, None, False
        evaluator = Filter(process, settings["variables"])
        try:
            for value in self.values(settings, content):
                try:
                    for made in evaluator.run(parse(settings["filter"]), value):
                        self.show(process, settings, made)
                        last, any_made = made, True
                except Mistake as mistake:
                    message = (
                        mistake.value if isinstance(mistake.value, str) else written(mistake.value) + " (not a string)"
                    )
                    process.error(
                        f"jq: error (at <{'stdin' if inputs and inputs[0][0] == '-' else 'file'}>:0): {message}"
                    )
                    code = 5
        except ValueError as mistake:
            process.error(f"jq: {mistake}")
            code = 2
        except (Usage, RecursionError) as mistake:
            process.error(f"jq: {mistake if isinstance(mistake, Usage) else 'error: nested too deeply'}")
            return mistake.code if isinstance(mistake, Usage) else 5
        process.spend(evaluator.steps // 2)
        if "e" in settings and not code:
            return 4 if not any_made else int(not truth(last))
        return code

    def values(self, settings: Mapping[str, Any], content: bytes) -> Iterator[Any]:
        if "n" in settings:
            yield None
        elif "R" in settings:
            lines = content.decode("utf-8", "replace").removesuffix("\n").split("\n")
            yield from ["\n".join(lines)] if "s" in settings else lines
        elif "s" in settings:
            yield list(documents(content)) if content.strip() else []
        elif content.strip():
            yield from documents(content)

    def show(self, process: Process, settings: Mapping[str, Any], made: Any) -> None:
        ending = "" if "j" in settings else "\n"
        if isinstance(made, str) and ("r" in settings or "j" in settings):
            process.write(1, made + ending)
            return
        options = orjson.OPT_SORT_KEYS if "S" in settings else 0
        if "c" not in settings:
            options |= orjson.OPT_INDENT_2
        process.write(1, orjson.dumps(tidy(made), option=options) + ending.encode())


LONG = {
    "--raw-output": "r", "--compact-output": "c", "--null-input": "n", "--slurp": "s", "--exit-status": "e",
    "--sort-keys": "S",
    "--join-output": "j", "--ascii-output": "a", "--color-output": "C", "--monochrome-output": "M",
    "--raw-input": "R", "-R": "R",
    "--tab": "tab", "--args": "args",
}  # fmt: skip

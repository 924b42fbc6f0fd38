"""The functions of jq that take filters. Upstream: jq(1) BUILTIN OPERATORS AND FUNCTIONS"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.shell.programs.base import Usage
from simulator.shell.programs.jq_evaluator import MOST_STEPS, Evaluator
from simulator.shell.programs.jq_paths import Found, look, placed, without
from simulator.shell.programs.jq_values import (
    SIMPLE,
    Mistake,
    contains,
    expression,
    flatten,
    items,
    kind,
    needs_text,
    rank,
    text,
    truth,
)


class Filter(Evaluator):
    """Evaluates trees, and knows the functions that are built in."""

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
        yield None if at[0] is None else (*at[0], *wanted), look(at[1], tuple(wanted))

    def call_setpath(self, at: Found, path: Any, value: Any) -> Iterator[Found]:
        yield None, placed(at[1], tuple(self.one(path, at[1])), self.one(value, at[1]))

    def call_del(self, at: Found, body: Any) -> Iterator[Found]:
        yield None, without(at[1], [path for path, _ in self.paths(body, ((), at[1])) if path])

    def call_delpaths(self, at: Found, body: Any) -> Iterator[Found]:
        yield None, without(at[1], [tuple(path) for path in self.one(body, at[1])])

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
            yield None, cut(expression(wanted, self.one(flags, at[1])), source)

    def call_splits(self, at: Found, pattern: Any) -> Iterator[Found]:
        for part in cut(expression(self.one(pattern, at[1])), at[1]):
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


def cut(pattern: Any, source: str) -> list[str]:
    parts, position = [], 0
    for found in pattern.finditer(source):
        if found.end() > found.start():
            parts.append(source[position : found.start()])
            position = found.end()
    return [*parts, source[position:]]

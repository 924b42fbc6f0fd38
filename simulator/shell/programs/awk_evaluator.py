"""Carrying out awk programs: records, statements, expressions. Upstream: awk(1)"""

from __future__ import annotations

import math
import re
from typing import Any

from simulator.runtime.process import Process
from simulator.shell.printing import print_text
from simulator.shell.programs.awk_values import Leave, Numeric, looks_numeric, number, split, text
from simulator.shell.programs.base import LONGEST_LINE, Usage
from simulator.shell.programs.expressions import compiled

DIRECTIVE = re.compile(r"%[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d*))?([a-zA-Z%])", re.ASCII)
BATCH = 500
"""Units of work that are accounted for together."""
REGEX = 8
"""What it costs to apply an expression."""
MOST_ELEMENTS = 100_000
RECORD = 6
"""What a record costs."""
DEEPEST = 60


class Evaluator:
    """Runs one program over the records of one piece of input; `globals` and `arrays` last from piece to piece."""

    def __init__(self, process: Process, tree: Any, memory: dict[str, Any]) -> None:
        self.process = process
        self.begins, self.rules, self.ends, self.functions = tree
        self.globals: dict[str, Any] = {
            name: Numeric(value) if name in memory["numeric"] else value for name, value in memory["globals"].items()
        }
        self.arrays: dict[str, dict[str, Any]] = {
            name: {key: Numeric(item[0]) if isinstance(item, tuple) else item for key, item in held.items()}
            for name, held in memory["arrays"].items()
        }
        self.ranges: dict[int, bool] = dict(memory["ranges"])
        self.opened: dict[str, int] = dict(memory["opened"])
        self.fields: list[Any] = [Numeric(field) for field in memory["fields"]]
        self.record: str = memory["record"]
        self.locals: list[dict[str, Any]] = []
        self.output: list[str] = []
        self.units = 0

    def packed(self) -> dict[str, Any]:
        """What lasts, as plain values."""
        return {
            "globals": {name: str(value) if isinstance(value, Numeric) else value for name,
            value in self.globals.items()},
            "numeric": {name: True for name, value in self.globals.items() if isinstance(value, Numeric)},
            "arrays": {
                name: {key: (str(item),) if isinstance(item, Numeric) else item for key, item in held.items()}
                for name, held in self.arrays.items()
            },
            "ranges": self.ranges, "opened": self.opened, "fields": tuple(map(str, self.fields)), "record": self.record,
        }  # fmt: skip

    def flush(self) -> None:
        self.process.write(1, "".join(self.output))
        self.output.clear()

    def charge(self, units: int) -> None:
        """Account for work; a program that does far too much without reading on ends here."""
        self.units += units
        if self.units >= BATCH:
            self.process.spend(self.units)
            self.units = 0

    # records

    def set_record(self, record: str) -> None:
        self.record = record
        separator = text(self.globals["FS"])
        if separator == " ":
            parts = record.split()
        elif not record:
            parts = []
        elif len(separator) == 1 and separator not in "|.*+?()[]{}^$\\":
            parts = record.split(separator)
        elif separator == "|":
            parts = record.split("|")
        else:
            parts = split(compiled(separator, extended=True), record)
        self.fields = [Numeric(part) for part in parts]
        self.globals["NF"] = float(len(parts))

    def each(self, record: str) -> None:
        self.charge(RECORD + len(record) // 100)
        self.globals["NR"] = number(self.globals["NR"]) + 1
        self.globals["FNR"] = number(self.globals["FNR"]) + 1
        self.set_record(record)
        try:
            for place, (pattern, body) in enumerate(self.rules):
                if self.wanted(place, pattern):
                    if body is None:
                        self.output.append(self.record + text(self.globals["ORS"]))
                    else:
                        self.do(body)
        except Leave as leave:
            if leave.kind != "next":
                raise

    def wanted(self, place: int, pattern: Any) -> bool:
        if pattern is None:
            return True
        if pattern[0] != "range":
            return self.truth(self.value(pattern))
        if not self.ranges.get(place) and not self.truth(self.value(pattern[1])):
            return False
        self.ranges[place] = not self.truth(self.value(pattern[2]))
        return True

    # statements

    def do(self, node: Any) -> None:
        self.charge(1)
        kind = node[0]
        if kind == "block":
            for statement in node[1]:
                self.do(statement)
        elif kind == "expression":
            self.value(node[1])
        elif kind in ("print", "printf"):
            self.show(node)
        elif kind == "if":
            chosen = node[2] if self.truth(self.value(node[1])) else node[3]
            if chosen is not None:
                self.do(chosen)
        elif kind in ("while", "do", "for"):
            self.loop(node)
        elif kind == "each":
            for key in list(self.array(node[2])):
                self.put(("name", node[1]), Numeric(key))
                if self.round(node[3]):
                    break
        elif kind == "delete":
            if node[2] is None:
                self.array(node[1]).clear()
            else:
                self.array(node[1]).pop(self.key(node[2]), None)
        elif kind in ("exit", "return"):
            raise Leave(kind, None if node[1] is None else self.value(node[1]))
        else:
            raise Leave(kind)

    def round(self, body: Any) -> bool:
        """One round of a loop; whether `break` ended the loop."""
        try:
            self.do(body)
        except Leave as leave:
            if leave.kind == "break":
                return True
            if leave.kind != "continue":
                raise
        return False

    def loop(self, node: Any) -> None:
        if node[0] == "for":
            _, start, question, step, body = node
            if start is not None:
                self.do(start)
        else:
            question, step, body = node[1], None, node[2]
        first = node[0] == "do"
        while first or question is None or self.truth(self.value(question)):
            first = False
            if self.round(body):
                return
            if step is not None:
                self.do(step)

    def show(self, node: Any) -> None:
        name, values, where = node
        made = [self.value(value) for value in values]
        if name == "printf":
            shown = self.formatted(made)
        elif made:
            shown = text(self.globals["OFS"]).join(text(value, text(self.globals["OFMT"])) for value in made) + text(
                self.globals["ORS"]
            )
        else:
            shown = self.record + text(self.globals["ORS"])
        if where is None:
            self.output.append(shown)
            return
        path = text(self.value(where[1]))
        if path in ("/dev/stderr", "/dev/stdout"):
            self.flush()
            self.process.write(2 if path.endswith("r") else 1, shown)
            return
        if path not in self.opened:
            self.opened[path] = self.process.open(path, "w" if where[0] == ">" else "a")
        self.process.write(self.opened[path], shown)

    def formatted(self, values: list[Any]) -> str:
        if not values:
            return ""
        form = text(values[0]).replace("\\", "\\\\")
        words = []
        kinds = DIRECTIVE.findall(form)
        rest = values[1:]
        for kind in (kind for kind in kinds if kind != "%"):
            value = rest.pop(0) if rest else ""
            if kind in "diouxX":
                amount = number(value)
                words.append(str(int(amount)) if math.isfinite(amount) else str(amount))
            elif kind == "c":
                words.append(chr(int(value)) if isinstance(value, float) else text(value)[:1])
            else:
                words.append(repr(number(value)) if kind in "eEfFgG" else text(value))
        return print_text(form, words)[0] if kinds else form.replace("\\\\", "\\").replace("%%", "%")

    # values

    def truth(self, value: Any) -> bool:
        if isinstance(value, Numeric):
            return number(value) != 0 if looks_numeric(value) else value != ""
        return value != "" if isinstance(value, str) else value != 0

    def key(self, index: Any) -> str:
        return text(self.globals["SUBSEP"]).join(text(self.value(part)) for part in index)

    def array(self, name: str) -> dict[str, Any]:
        if self.locals and name in self.locals[-1]:
            held = self.locals[-1][name]
            if not isinstance(held, dict):
                held = self.locals[-1][name] = {}
            return held
        held = self.arrays.setdefault(name, {})
        if len(held) > MOST_ELEMENTS:
            raise Usage("an array grew too large", 2)
        return held

    def get(self, name: str) -> Any:
        if self.locals and name in self.locals[-1]:
            return self.locals[-1][name]
        return self.globals.get(name, Numeric(""))

    def put(self, place: Any, value: Any) -> Any:
        kind = place[0]
        if kind == "name":
            if self.locals and place[1] in self.locals[-1]:
                self.locals[-1][place[1]] = value
            else:
                self.globals[place[1]] = value
                if place[1] == "NF":
                    self.resize(int(number(value)))
        elif kind == "item":
            self.array(place[1])[self.key(place[2])] = value
        else:
            self.put_field(int(number(self.value(place[1]))), value)
        return value

    def put_field(self, place: int, value: Any) -> None:
        if place == 0:
            self.set_record(text(value))
            return
        if place > 10_000:
            raise Usage("a field number is too large", 2)
        if place > len(self.fields):
            self.resize(place)
        self.fields[place - 1] = value if isinstance(value, Numeric) else text(value)
        self.record = text(self.globals["OFS"]).join(text(field) for field in self.fields)

    def resize(self, count: int) -> None:
        self.fields = [*self.fields[:count], *[Numeric("")] * min(count - len(self.fields), 10_000)]
        self.globals["NF"] = float(count)
        self.record = text(self.globals["OFS"]).join(text(field) for field in self.fields)

    def value(self, node: Any) -> Any:
        self.units += 1
        return getattr(self, "of_" + node[0])(node)

    def of_number(self, node: Any) -> Any:
        return node[1]

    of_string = of_number

    def of_regex(self, node: Any) -> Any:
        return float(self.find(compiled(node[1], extended=True), self.record) is not None)

    def of_paren(self, node: Any) -> Any:
        return self.value(node[1])

    def of_group(self, node: Any) -> Any:
        return self.value(node[1][-1]) if len(node[1]) == 1 else self.key(node[1])

    def of_name(self, node: Any) -> Any:
        return self.get(node[1])

    def of_item(self, node: Any) -> Any:
        return self.array(node[1]).setdefault(self.key(node[2]), Numeric(""))

    def of_field(self, node: Any) -> Any:
        place = int(number(self.value(node[1])))
        if place == 0:
            return Numeric(self.record)
        return self.fields[place - 1] if 0 < place <= len(self.fields) else Numeric("")

    def of_assign(self, node: Any) -> Any:
        _, operator, place, value = node
        made = self.value(value)
        if operator:
            made = self.calculate(operator, number(self.value(place)), number(made))
        return self.put(place, made)

    def of_choose(self, node: Any) -> Any:
        return self.value(node[2] if self.truth(self.value(node[1])) else node[3])

    def of_or(self, node: Any) -> Any:
        return float(self.truth(self.value(node[1])) or self.truth(self.value(node[2])))

    def of_and(self, node: Any) -> Any:
        return float(self.truth(self.value(node[1])) and self.truth(self.value(node[2])))

    def of_in(self, node: Any) -> Any:
        return float(self.key(node[1]) in self.array(node[2]))

    def of_match(self, node: Any) -> Any:
        found = self.find(self.expression(node[2]), text(self.value(node[1]))) is not None
        return float(found != node[3])

    def find(self, expression: Any, searched: str) -> Any:
        self.charge(REGEX + len(searched) // 200)
        return expression.search(searched)

    def expression(self, node: Any) -> Any:
        return compiled(node[1] if node[0] == "regex" else text(self.value(node)), extended=True)

    def of_compare(self, node: Any) -> Any:
        _, operator, one, other = node
        left, right = self.value(one), self.value(other)
        numeric = all(
            isinstance(side, float) or (isinstance(side, Numeric) and (looks_numeric(side) or side == ""))
            for side in (left, right)
        )
        if numeric and not (left == "" and right == ""):
            a: Any = number(left)
            b: Any = number(right)
        else:
            a, b = text(left), text(right)
        return float({"<": a < b, "<=": a <= b, "==": a == b, "!=": a != b, ">": a > b, ">=": a >= b}[operator])

    def of_join(self, node: Any) -> Any:
        joined = text(self.value(node[1])) + text(self.value(node[2]))
        return self.checked(joined)

    def checked(self, made: str) -> str:
        """A text that was put together, unless it is too long."""
        if len(made) > LONGEST_LINE:
            raise Usage("a text grew too long", 2)
        self.charge(len(made) // 5_000)
        return made

    def of_binary(self, node: Any) -> Any:
        return self.calculate(node[1], number(self.value(node[2])), number(self.value(node[3])))

    def calculate(self, operator: str, left: float, right: float) -> float:
        if operator in "/%" and not right:
            raise Usage("division by zero" + (" in %" if operator == "%" else ""), 2)
        if operator == "^":
            return self.power(left, right)
        if operator == "/":
            return left / right
        return (
            math.fmod(left, right)
            if operator == "%"
            else {"+": left + right, "-": left - right, "*": left * right}[operator]
        )

    def power(self, left: float, right: float) -> float:
        try:
            return float(left**right)
        except (OverflowError, ZeroDivisionError):
            return math.inf

    def of_unary(self, node: Any) -> Any:
        value = self.value(node[2])
        if node[1] == "!":
            return float(not self.truth(value))
        return number(value) if node[1] == "+" else -number(value)

    def of_step(self, node: Any) -> Any:
        _, operator, place, before = node
        known = number(self.value(place))
        changed = known + (1 if operator == "++" else -1)
        self.put(place, changed)
        return changed if before else known

    def of_call(self, node: Any) -> Any:
        _, name, arguments = node
        if name in self.functions:
            return self.call(name, arguments)
        builtin = getattr(self, "call_" + name, None)
        if builtin is None:
            raise Usage(f"calling undefined function {name}", 2)
        return builtin(arguments)

    def call(self, name: str, arguments: Any) -> Any:
        names, body = self.functions[name]
        if len(self.locals) >= DEEPEST:
            raise Usage("functions call each other too deeply", 2)
        scope: dict[str, Any] = {}
        for number_, parameter in enumerate(names):
            if number_ >= len(arguments):
                scope[parameter] = Numeric("")
                continue
            argument = arguments[number_]
            is_array = argument[0] == "name" and (
                argument[1] in self.arrays or (self.locals and isinstance(self.locals[-1].get(argument[1]), dict))
            )
            scope[parameter] = self.array(argument[1]) if is_array else self.value(argument)
        self.locals.append(scope)
        try:
            self.do(body)
        except Leave as leave:
            if leave.kind != "return":
                raise
            return Numeric("") if leave.value is None else leave.value
        finally:
            self.locals.pop()
        return Numeric("")

"""awk: a program applied to every record. Upstream: IEEE 1003.1 awk"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import re2

from simulator.runtime.process import Process
from simulator.runtime.programs import program
from simulator.shell.lexer import escape
from simulator.shell.printing import print_text
from simulator.shell.programs.awk_language import parse
from simulator.shell.programs.base import Run, Stream, Usage
from simulator.shell.programs.expressions import compiled

MOST_STEPS = 3_000_000
DEEPEST = 60

type Value = str | float | Numeric


class Numeric(str):
    """Text from the input; it compares as a number where it looks like one."""

    __slots__ = ()


class Leave(Exception):
    """`next`, `break`, `continue`, `return` or `exit` on its way out."""

    def __init__(self, kind: str, value: Any = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.value = value


def number(value: Value) -> float:
    if isinstance(value, float):
        return value
    found = re2.match(r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", value)
    return float(found.group(0)) if found else 0.0


def text(value: Value, form: str = "%.6g") -> str:
    if isinstance(value, str):
        return value
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    if math.isinf(value) or math.isnan(value):
        return ("-" if value < 0 else "") + ("inf" if math.isinf(value) else "nan")
    return form % value


def looks_numeric(value: str) -> bool:
    return re2.match(r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$", value) is not None


class Interpreter:
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
        self.steps = 0

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
        self.process.spend(self.steps // 4)

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
            parts = _split(compiled(separator, extended=True), record)
        self.fields = [Numeric(part) for part in parts]
        self.globals["NF"] = float(len(parts))

    def each(self, record: str) -> None:
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
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Usage("the program takes too many steps", 2)
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
        kinds = re2.findall(r"%[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d*))?([a-zA-Z%])", form)
        rest = values[1:]
        for kind in (kind for kind in kinds if kind != "%"):
            value = rest.pop(0) if rest else ""
            if kind in "diouxX":
                words.append(str(int(number(value))))
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
        return self.arrays.setdefault(name, {})

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
        self.steps += 1
        return getattr(self, "of_" + node[0])(node)

    def of_number(self, node: Any) -> Any:
        return node[1]

    of_string = of_number

    def of_regex(self, node: Any) -> Any:
        return float(compiled(node[1], extended=True).search(self.record) is not None)

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
        found = self.expression(node[2]).search(text(self.value(node[1]))) is not None
        return float(found != node[3])

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
        if len(joined) > 1 << 22:
            raise Usage("a text grew too long", 2)
        return joined

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

    # functions of the language

    def call_length(self, given: Any) -> float:
        if given and given[0][0] == "name" and given[0][1] in self.arrays:
            return float(len(self.arrays[given[0][1]]))
        return float(len(text(self.value(given[0])) if given else self.record))

    def call_substr(self, given: Any) -> str:
        source, start = text(self.value(given[0])), round(number(self.value(given[1])))
        end = start + round(number(self.value(given[2]))) if len(given) > 2 else len(source) + 1
        return source[max(start, 1) - 1 : max(end, 1) - 1]

    def call_index(self, given: Any) -> float:
        return float(text(self.value(given[0])).find(text(self.value(given[1]))) + 1)

    def call_split(self, given: Any) -> float:
        source = text(self.value(given[0]))
        separator = given[2] if len(given) > 2 else ("name", "FS")
        if separator[0] != "regex" and text(self.value(separator)) == " ":
            parts = source.split()
        elif separator[0] != "regex" and len(text(self.value(separator))) == 1:
            parts = source.split(text(self.value(separator))) if source else []
        else:
            parts = _split(self.expression(separator), source) if source else []
        held = self.array(given[1][1])
        held.clear()
        held.update({str(place): Numeric(part) for place, part in enumerate(parts, 1)})
        return float(len(parts))

    def call_sub(self, given: Any) -> float:
        return self.replace(given, everywhere=False)

    def call_gsub(self, given: Any) -> float:
        return self.replace(given, everywhere=True)

    def replace(self, given: Any, *, everywhere: bool) -> float:
        expression, replacement = self.expression(given[0]), text(self.value(given[1]))
        place = given[2] if len(given) > 2 else ("field", ("number", 0.0))
        source, made, position, count = text(self.value(place)), [], 0, 0
        for found in expression.finditer(source):
            made += [source[position : found.start()], _filled(replacement, found.group(0))]
            position, count = found.end(), count + 1
            if not everywhere:
                break
        if count:
            self.put(place, "".join(made) + source[position:])
        return float(count)

    def call_match(self, given: Any) -> float:
        found = self.expression(given[1]).search(text(self.value(given[0])))
        self.globals["RSTART"] = 0.0 if found is None else float(found.start() + 1)
        self.globals["RLENGTH"] = -1.0 if found is None else float(found.end() - found.start())
        return float(self.globals["RSTART"])

    def call_sprintf(self, given: Any) -> str:
        return self.formatted([self.value(part) for part in given])

    def call_toupper(self, given: Any) -> str:
        return text(self.value(given[0])).upper()

    def call_tolower(self, given: Any) -> str:
        return text(self.value(given[0])).lower()

    def call_int(self, given: Any) -> float:
        return float(int(number(self.value(given[0]))))

    def call_sqrt(self, given: Any) -> float:
        return math.sqrt(max(number(self.value(given[0])), 0.0))

    def call_exp(self, given: Any) -> float:
        return math.exp(min(number(self.value(given[0])), 700.0))

    def call_log(self, given: Any) -> float:
        value = number(self.value(given[0]))
        return math.log(value) if value > 0 else -math.inf if not value else math.nan

    def call_sin(self, given: Any) -> float:
        return math.sin(number(self.value(given[0])))

    def call_cos(self, given: Any) -> float:
        return math.cos(number(self.value(given[0])))

    def call_atan2(self, given: Any) -> float:
        return math.atan2(number(self.value(given[0])), number(self.value(given[1])))

    def call_rand(self, given: Any) -> float:
        return self.process.random(1 << 30) / (1 << 30)

    def call_srand(self, given: Any) -> float:
        return 0.0

    def call_systime(self, given: Any) -> float:
        return float(self.process.now // 1_000_000)

    def call_close(self, given: Any) -> float:
        descriptor = self.opened.pop(text(self.value(given[0])), None)
        if descriptor is not None:
            self.process.close(descriptor)
        return 0.0

    def call_fflush(self, given: Any) -> float:
        return 0.0

    def call_system(self, given: Any) -> float:
        raise Usage("system() is not simulated", 2)


def _split(expression: Any, source: str) -> list[str]:
    parts, position = [], 0
    for found in expression.finditer(source):
        if found.end() > found.start():
            parts.append(source[position : found.start()])
            position = found.end()
    return [*parts, source[position:]]


def _filled(replacement: str, found: str) -> str:
    made, position = [], 0
    while position < len(replacement):
        if replacement.startswith(("\\&", "\\\\"), position):
            made.append(replacement[position + 1])
            position += 2
        else:
            made.append(found if replacement[position] == "&" else replacement[position])
            position += 1
    return "".join(made)


@program("awk", "gawk", "mawk", "nawk")
class Awk(Stream):
    failure = 2

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        words, assigned, separator, source = list(process.argv[1:]), [], " ", None
        while words and words[0].startswith("-") and len(words[0]) > 1:
            word = words.pop(0)
            if word == "--":
                break
            if word[1] not in "Fvf":
                raise Usage(f"invalid option -- '{word[1]}'", 2)
            value = word[2:] or (words.pop(0) if words else "")
            if word[1] == "F":
                separator = _unescaped("\t" if value == "t" else value)
            elif word[1] == "v":
                assigned.append(value)
            else:
                source = (source or "") + process.files.text(value) + "\n"
        if source is None:
            if not words:
                raise Usage("usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]", 2)
            source = words.pop(0)
        tree = parse(source)
        paths = [word for word in words if not re2.match(r"^[A-Za-z_]\w*=", word)]
        assigned += [word for word in words if word not in paths]
        only_begin = not tree[1] and not tree[2]
        return {"source": source, "FS": separator, "assigned": tuple(assigned), "only": only_begin}, [
            "/dev/null"
        ] if only_begin else paths

    def memory(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        known: dict[str, Any] = {"FS": settings["FS"], "OFS": " ", "ORS": "\n", "RS": "\n", "NR": 0.0, "FNR": 0.0,
                                 "NF": 0.0, "SUBSEP": "\x1c",
                                 "OFMT": "%.6g", "CONVFMT": "%.6g", "FILENAME": "", "RSTART": 0.0,
                                 "RLENGTH": -1.0}  # fmt: skip
        numeric = {}
        for word in settings["assigned"]:
            name, _, value = word.partition("=")
            known[name] = _unescaped(value)
            numeric[name] = True
        return {
            "globals": known,
            "numeric": numeric,
            "arrays": {},
            "ranges": {},
            "opened": {},
            "fields": (),
            "record": "",
            "begun": False,
            "exited": None,
        }

    def work(self, process: Process, run: Run, records: list[str], *, ending: bool = False) -> None:
        """Run the program over records; with `ending`, its END rules."""
        if run.memory["exited"] is not None and not ending:
            return
        interpreter = Interpreter(process, parse(run.settings["source"]), run.memory)
        exited = run.memory["exited"]
        interpreter.arrays.setdefault("ENVIRON", {name: Numeric(value) for name, value in process.env.items()})
        try:
            if not run.memory["begun"]:
                for body in interpreter.begins:
                    interpreter.do(body)
            if interpreter.globals["FILENAME"] != run.path and run.path != "-" and not ending:
                interpreter.globals["FILENAME"] = run.path
            for record in records:
                interpreter.each(record)
            if ending and not (interpreter.begins and run.settings["only"]):
                for body in interpreter.ends:
                    interpreter.do(body)
        except Leave as leave:
            exited = int(number(leave.value)) if leave.kind == "exit" and leave.value is not None else exited or 0
            run.stopped = True
        except Usage as usage:
            interpreter.flush()
            process.error(f"awk: {usage}")
            exited, run.stopped = 2, True
            run.memory["failed"] = True
        interpreter.flush()
        run.memory = {**run.memory, **interpreter.packed(), "begun": True, "exited": exited}

    def opened(self, process: Process, run: Run) -> None:
        run.memory["globals"] = {**run.memory["globals"], "FNR": 0.0}
        if not run.memory["begun"]:
            self.work(process, run, [])

    def take(self, process: Process, run: Run, data: bytes) -> None:
        source = data.decode("utf-8", "surrogateescape")
        separator = run.memory["globals"]["RS"]
        if separator == "":
            run.memory["held"] = run.memory.get("held", "") + source
            return
        records = source.removesuffix("\n").split("\n")
        if separator != "\n":
            records = list(source.rstrip("\n").split(text(separator)[:1]))
        self.work(process, run, records)

    def end(self, process: Process, run: Run) -> int:
        if not run.memory["begun"]:
            self.work(process, run, [])
        held = run.memory.get("held", "")
        if held.strip():
            paragraphs = [part.strip("\n") for part in re2.split(r"\n\n+", held.strip("\n"))]
            self.work(process, run, paragraphs)
        if not run.memory.get("failed"):
            self.work(process, run, [], ending=True)
        return run.memory["exited"] if run.memory["exited"] is not None else run.code


def _unescaped(value: str) -> str:
    made, position = [], 0
    while position < len(value):
        if value[position] == "\\" and position + 1 < len(value) and value[position + 1] in "tn\\":
            character, position = escape(value, position)
            made.append(character)
        else:
            made.append(value[position])
            position += 1
    return "".join(made)

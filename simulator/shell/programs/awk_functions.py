"""The functions of awk. Upstream: awk(1)"""

from __future__ import annotations

import math
from typing import Any

from simulator.shell.programs.awk_evaluator import REGEX, Evaluator
from simulator.shell.programs.awk_values import Numeric, filled, number, split, text
from simulator.shell.programs.base import Usage


class Interpreter(Evaluator):
    """Runs a program, and knows the functions that are built in."""

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
            parts = split(self.expression(separator), source) if source else []
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
        self.charge(len(source) // 200)
        for found in expression.finditer(source):
            self.charge(REGEX)
            made += [source[position : found.start()], filled(replacement, found.group(0))]
            position, count = found.end(), count + 1
            if not everywhere:
                break
        if count:
            self.put(place, self.checked("".join(made) + source[position:]))
        return float(count)

    def call_match(self, given: Any) -> float:
        found = self.find(self.expression(given[1]), text(self.value(given[0])))
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
        value = number(self.value(given[0]))
        return float(int(value)) if math.isfinite(value) else value

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

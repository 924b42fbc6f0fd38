"""The variables of a shell, with their attributes (`x` exported, `r` read-only, `a` array, `A` associative, `i`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import re2

from simulator.runtime.process import Process
from simulator.shell import regular
from simulator.shell.conditions import about_file
from simulator.shell.expansion import Abandon

type Held = str | dict[Any, str]


class Variables:
    """Names and what they hold; a text, or a dictionary for an array."""

    def __init__(self, process: Process, state: Mapping[str, Any]) -> None:
        self.process = process
        self.variables: dict[str, Held] = dict(state["variables"])
        self.attributes: dict[str, str] = dict(state["attributes"])
        self.options: dict[str, bool] = dict(state["options"])
        self.arguments: tuple[str, ...] = state["arguments"]
        self.name: str = state["name"]
        self.status: int = state["status"]
        self.shell_pid: str = state["shell_pid"]
        self.last_background: str | None = state["last_background"]

    def packed(self) -> dict[str, Any]:
        return {
            "variables": self.variables, "attributes": self.attributes, "options": self.options,
            "arguments": self.arguments, "name": self.name, "status": self.status, "shell_pid": self.shell_pid,
            "last_background": self.last_background,
        }  # fmt: skip

    def get(self, name: str) -> str | None:
        held = self.variables.get(name)
        return held.get(0) if isinstance(held, dict) else held

    def assign(self, name: str, value: Held, *, index: Any = None, append: bool = False) -> None:
        """Set a variable or an element; raises `Abandon` when it is read-only."""
        if "r" in self.attributes.get(name, ""):
            raise Abandon(f"{name}: readonly variable")
        before = self.variables.get(name)
        if index is None and isinstance(before, dict) and isinstance(value, str):
            index = 0
        if index is not None and isinstance(value, str):
            elements = before if isinstance(before, dict) else {} if before is None else {0: before}
            text = elements.get(index, "") + value if append else value
            self.variables[name] = {**elements, index: text}
            self.process.spend(len(elements) // 50)
        elif isinstance(value, dict):
            self.process.spend((len(value) + len(before) * append if isinstance(before, dict) else len(value)) // 20)
            self.variables[name] = _appended(before, value) if append else value
        else:
            self.variables[name] = f"{before or ''}{value}" if append else value

    def unset(self, name: str) -> None:
        if "r" in self.attributes.get(name, ""):
            raise Abandon(f"unset: {name}: cannot unset: readonly variable")
        self.variables.pop(name, None)
        self.attributes.pop(name, None)

    def mark(self, name: str, letters: str, *, remove: str = "") -> None:
        """Give a variable attributes, or take some away."""
        kept = "".join(letter for letter in self.attributes.get(name, "") if letter not in letters + remove)
        self.attributes[name] = kept + letters

    def restore_variable(self, name: str, before: tuple[Held | None, str]) -> None:
        value, attributes = before
        if value is None:
            self.variables.pop(name, None)
        else:
            self.variables[name] = value
        self.attributes[name] = attributes
        if not attributes:
            del self.attributes[name]

    def remembered(self, name: str) -> tuple[Held | None, str]:
        """What to give to `restore_variable` later."""
        return self.variables.get(name), self.attributes.get(name, "")

    def exported(self) -> dict[str, str]:
        """The environment for a child."""
        return {
            name: value for name, value in self.variables.items()
            if isinstance(value, str) and "x" in self.attributes.get(name, "")
        }  # fmt: skip

    def arithmetic_get(self, name: str) -> str:
        base, _, index = name.partition("[")
        if not index:
            return self.get(base) or ""
        held = self.variables.get(base)
        inside = index.removesuffix("]")
        key: Any = inside if "A" in self.attributes.get(base, "") else int(self._number(inside))
        return held.get(key, "") if isinstance(held, dict) else ""

    def arithmetic_put(self, name: str, value: str) -> None:
        base, _, index = name.partition("[")
        inside = index.removesuffix("]")
        key: Any = None
        if index:
            key = inside if "A" in self.attributes.get(base, "") else self._number(inside)
        self.assign(base, value, index=key)

    def _number(self, text: str) -> int:
        from simulator.shell.arithmetic import Arithmetic

        return Arithmetic(text, self.arithmetic_get, self.arithmetic_put).evaluate()

    def home(self, user: str) -> str | None:
        """What `~` or `~user` stands for."""
        if user == "":
            return self.get("HOME") or "/"
        if user in ("+", "-"):
            return self.get("PWD" if user == "+" else "OLDPWD")
        for line in (self.process.files.find("/etc/passwd") or {}).get("content", b"").decode().splitlines():
            fields = line.split(":")
            if fields[0] == user and len(fields) > 5:
                return str(fields[5])
        return None

    def ask(self, operator: str, text: str) -> bool:
        """The answer to a unary question of `test` or `[[`."""
        if operator in ("-z", "-n"):
            return (text == "") == (operator == "-z")
        if operator == "-v":
            return text in self.variables
        if operator == "-o":
            return text in self.options
        if operator == "-t":
            return text.isdecimal() and self.process.is_terminal(int(text))
        return about_file(operator, text, self.process.files)

    def match_expression(self, text: str, expression: str) -> bool:
        """`[[ text =~ expression ]]`, which sets BASH_REMATCH."""
        try:
            found = regular.compiled(expression).search(text)
        except re2.error:
            raise Abandon(
                f"{expression}: this regular expression is not understood (RE2; no backreferences)", 2
            ) from None
        groups = () if found is None else (found.group(0), *found.groups())
        self.variables["BASH_REMATCH"] = {number: group or "" for number, group in enumerate(groups)}
        return found is not None


def _appended(before: Held | None, value: dict[Any, str]) -> dict[Any, str]:
    elements = before if isinstance(before, dict) else {} if before is None else {0: before}
    start = max((key for key in elements if isinstance(key, int)), default=-1) + 1
    return {**elements, **{key + start if isinstance(key, int) else key: text for key, text in value.items()}}

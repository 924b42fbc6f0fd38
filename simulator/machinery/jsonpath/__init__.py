"""kubectl's JSONPath templates: `{range .items[*]}{.metadata.name}{"\\n"}{end}`.

Upstream: k8s.io/client-go/util/jsonpath
"""

import re
from typing import Any

from simulator.machinery.gofmt import as_source, sprint
from simulator.machinery.golang import quoted
from simulator.machinery.jsonpath.evaluator import Evaluator
from simulator.machinery.jsonpath.parser import JSONPathError, parse
from simulator.machinery.yaml import compact_json

__all__ = ["JSONPath", "JSONPathError", "relaxed"]

_RELAXED = re.compile(r"\{\.?([^{}]+)\}|\.?([^{}]+)")


class JSONPath:
    """A template, parsed once. `allow_missing_keys` has a missing key find nothing instead of raising JSONPathError."""

    def __init__(self, text: str, *, allow_missing_keys: bool = False) -> None:
        self.text = text
        self.allow_missing_keys = allow_missing_keys
        self._parts = parse(text)

    def find(self, value: Any) -> list[list[Any]]:
        """What each part of the template finds in a value."""
        return Evaluator(allow_missing_keys=self.allow_missing_keys).results(self._parts, value)

    def render(self, value: Any) -> str:
        """The text that the template makes of a value: maps and lists as JSON, several values with blanks between."""
        return "".join(" ".join(map(_shown, found)) for found in self.find(value))

    def print(self, value: Any) -> str:
        """What `-o jsonpath` prints; an error tells, as kubectl does, which template met which object."""
        try:
            return self.render(value)
        except JSONPathError as error:
            raise JSONPathError(
                f"error executing jsonpath {quoted(self.text)}: Error executing template: {error}. Printing more "
                f"information for debugging the template:\n\ttemplate was:\n\t\t{self.text}\n\tobject given to "
                f"jsonpath engine was:\n\t\t{as_source(value)}\n\n"
            ) from error


def relaxed(expression: str) -> str:
    """The template that `custom-columns` and `--sort-by` mean by `metadata.name`, with or without dot and braces."""
    if not expression:
        return expression
    found = _RELAXED.fullmatch(expression)
    if found is None:
        raise JSONPathError(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
        )
    return f"{{.{found[1] or found[2]}}}"


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return compact_json(value)
    return "null" if value is None else sprint(value)

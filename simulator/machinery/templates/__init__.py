"""Go text templates, with functions passed in: what `kubectl -o go-template` and charts are written in.

Upstream: Go's text/template
"""

from typing import Any

from simulator.machinery.templates.errors import FunctionError, TemplateError
from simulator.machinery.templates.evaluator import Evaluator
from simulator.machinery.templates.functions import BUILTINS, Functions
from simulator.machinery.templates.parser import parse

__all__ = ["FunctionError", "Functions", "Template", "TemplateError"]

STEPS = 200_000
OUTPUT = 4_000_000
"""Characters."""


class Template:
    """A template and those it defines. `functions` stand beside the builtins.

    `missing` says what a key that is not there gives: `default` (shown as `<no value>`), `zero` (nil) or `error`.
    Raises TemplateError, here when the text is no template, in `render` when it does not fit the value.
    """

    def __init__(self, name: str, text: str, functions: Functions | None = None, *, missing: str = "default") -> None:
        self.name = name
        self.missing = missing
        self.functions: Functions = {**BUILTINS, **(functions or {})}
        self.sources = parse(name, text, self.functions)

    def add(self, name: str, text: str) -> None:
        """Parse another text whose templates this one may call."""
        self.sources |= parse(name, text, self.functions)

    def render(self, value: Any, *, name: str | None = None, steps: int = STEPS, output: int = OUTPUT) -> str:
        """The text that the template, or another of that name, makes of a value."""
        evaluator = Evaluator(self.sources, self.functions, missing=self.missing, steps=steps, output=output)
        return evaluator.run(name or self.name, value)

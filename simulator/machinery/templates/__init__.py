"""Go text templates. Upstream: Go's text/template"""

from collections.abc import Callable, Mapping
from typing import Any

type Functions = Mapping[str, Callable[..., Any]]


class TemplateError(ValueError):
    """A template that cannot be parsed or executed, in Go's words."""


class Template:
    """A parsed template and those it defines. `functions` adds to the builtins."""

    def __init__(self, name: str, text: str, functions: Functions | None = None) -> None:
        raise NotImplementedError

    def render(self, value: Any) -> str:
        """The text that the template makes of a value."""
        raise NotImplementedError

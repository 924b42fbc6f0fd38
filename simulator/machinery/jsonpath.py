"""kubectl's JSONPath templates. Upstream: k8s.io/client-go/util/jsonpath"""

from typing import Any


class JSONPathError(ValueError):
    """A template that cannot be read, or that does not fit the object; worded as upstream does."""


class JSONPath:
    """A parsed template. `allow_missing_keys` makes a missing key print as nothing."""

    def __init__(self, text: str, *, allow_missing_keys: bool = False) -> None:
        raise NotImplementedError

    def find(self, value: Any) -> list[list[Any]]:
        """What each part of the template finds in a value."""
        raise NotImplementedError

    def render(self, value: Any) -> str:
        """The text that the template makes of a value."""
        raise NotImplementedError


def relaxed(expression: str) -> str:
    """The template that `custom-columns` and `--sort-by` mean: `metadata.name`, `.metadata.name`, `{.metadata.name}`."""
    raise NotImplementedError

"""YAML, KYAML and JSON text as kubectl reads and prints them.

Upstream: sigs.k8s.io/yaml, k8s.io/cli-runtime/pkg/printers
"""

from typing import Any


class YAMLError(ValueError):
    """A text that is not YAML, in go-yaml's words: `yaml: line 3: mapping values are not allowed in this context`."""


def load(text: str | bytes) -> Any:
    """The one document of a text, as JSON values."""
    raise NotImplementedError


def load_all(text: str | bytes) -> list[Any]:
    """Every document of a text, split at lines of `---`; empty documents are `None`."""
    raise NotImplementedError


def dump(value: Any) -> str:
    """A value as `kubectl -o yaml` prints it."""
    raise NotImplementedError


def dump_kyaml(value: Any) -> str:
    """A value as `kubectl -o kyaml` prints it."""
    raise NotImplementedError


def dump_json(value: Any) -> str:
    """A value as `kubectl -o json` prints it: four spaces, keys sorted, `<`, `>` and `&` escaped."""
    raise NotImplementedError

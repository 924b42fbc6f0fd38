"""The chain of admission plugins: first all that may change an object, then all that only look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from simulator.api.client import Backend
from simulator.api.requests import User
from simulator.machinery.objects import Object
from simulator.resources.resource import Resource


@dataclass(slots=True)
class Attributes:
    """One write on its way to the store."""

    operation: str
    """CREATE, UPDATE, DELETE or CONNECT."""
    resource: Resource
    namespace: str
    name: str
    object: Object
    """A private copy that a plugin may replace, not change in place. Empty for DELETE."""
    old: Object | None
    user: User
    backend: Backend
    now: int
    subresource: str = ""
    dry_run: bool = False
    warnings: list[str] = field(default_factory=list)
    """Shown to the client in `Warning` headers."""


class Plugin(Protocol):
    """One admission plugin; `on` names the resources it looks at, `*` for all."""

    @property
    def name(self) -> str: ...

    @property
    def on(self) -> tuple[str, ...]: ...

    @property
    def operations(self) -> tuple[str, ...]: ...


type Step = Callable[[Attributes], None]


class Admission:
    """Runs the plugins that look at a write, in order. Raises `APIError` (mostly `Forbidden`) where one refuses."""

    def __init__(self, plugins: Sequence[Plugin]) -> None:
        self._plugins = plugins
        self._steps: dict[tuple[str, str, str], tuple[list[Step], list[Step]]] = {}

    def mutate(self, attributes: Attributes) -> None:
        for step in self._of(attributes)[0]:
            step(attributes)

    def validate(self, attributes: Attributes) -> None:
        for step in self._of(attributes)[1]:
            step(attributes)

    def _of(self, attributes: Attributes) -> tuple[list[Step], list[Step]]:
        key = (attributes.operation, attributes.resource.key, attributes.subresource)
        steps = self._steps.get(key)
        if steps is None:
            steps = self._steps[key] = self._choose(*key)
        return steps

    def _choose(self, operation: str, resource: str, subresource: str) -> tuple[list[Step], list[Step]]:
        full = f"{resource}/{subresource}" if subresource else resource
        chosen = [
            plugin
            for plugin in self._plugins
            if operation in plugin.operations and (full in plugin.on or "*" in plugin.on)
        ]
        mutating = [plugin.admit for plugin in chosen if hasattr(plugin, "admit")]
        validating = [plugin.validate for plugin in chosen if hasattr(plugin, "validate")]
        return mutating, validating

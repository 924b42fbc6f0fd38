"""The chain of admission plugins: first all that may change an object, then all that only look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

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
    version: str = ""
    """The version in which the request speaks; empty for the stored one."""
    kind: str = ""
    """The kind of `object` where it is not the resource's own (what comes with CONNECT)."""
    options: Object = field(default_factory=dict)
    """What the request asks beside the object, as its options tell it (`fieldManager`, `propagationPolicy`)."""
    annotations: dict[str, str] = field(default_factory=dict)
    """Noted in the audit log."""
    is_reinvocation: bool = False
    """Whether plugins are asked a second time, because one after them changed the object."""
    wants_reinvocation: bool = False
    notes: dict[str, Any] = field(default_factory=dict)
    """What a plugin remembers until it is asked again."""


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
        steps = self._of(attributes)[0]
        for step in steps:
            step(attributes)
        if attributes.wants_reinvocation:
            attributes.is_reinvocation = True
            for step in steps:
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

"""The faults of one world that wait for somebody to press them, and which of them were pressed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.faults.fault import UnknownFault
from simulator.faults.registry import apply, found, mend
from simulator.kernel.clock import Clock
from simulator.kernel.state import State

if TYPE_CHECKING:
    from simulator.cluster import Cluster


class Button(NamedTuple):
    """A fault with its arguments, under the name that a scene gives it."""

    fault: str
    cluster: str
    arguments: Mapping[str, Any]
    label: Mapping[str, str]
    """What stands on the button, by language."""


class Board:
    """Tables: `faults/buttons` (name → a `Button` as a tuple), `faults/pressed` (name → moments)."""

    def __init__(self, state: State, clock: Clock, clusters: "Mapping[str, Cluster]") -> None:
        self._clock = clock
        self._clusters = clusters
        self._buttons = state.table("faults/buttons")
        self._pressed = state.table("faults/pressed")

    def declare(
        self,
        name: str,
        fault: str,
        arguments: Mapping[str, Any],
        *,
        cluster: str = "",
        label: Mapping[str, str] | None = None,
    ) -> None:
        """Put a fault on the board. Raises `UnknownFault`."""
        found(fault, arguments)
        self._buttons.put(name, tuple(Button(fault, cluster, dict(arguments), dict(label or {}))))

    def buttons(self) -> dict[str, Button]:
        return {name: Button(*row) for name, row in self._buttons.rows.items()}

    def press(self, name: str) -> None:
        """Let it happen, and remember that somebody wanted it so. Raises `UnknownFault`."""
        button = self._button(name)
        apply(self._cluster(button), button.fault, button.arguments)
        self._pressed.put(name, (*(self._pressed.get(name) or ()), self._clock.now))

    def mend(self, name: str) -> None:
        """Undo it. Raises `UnknownFault`."""
        button = self._button(name)
        mend(self._cluster(button), button.fault, button.arguments)

    def has_fired(self, name: str) -> bool:
        """Whether it was ever pressed in this world."""
        return name in self._pressed

    def _button(self, name: str) -> Button:
        row = self._buttons.get(name)
        if row is None:
            raise UnknownFault(f"no fault {name!r} waits here; there are: {', '.join(self._buttons) or 'none'}")
        return Button(*row)

    def _cluster(self, button: Button) -> "Cluster":
        return self._clusters[button.cluster] if button.cluster else next(iter(self._clusters.values()))

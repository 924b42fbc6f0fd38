"""The faults of one world: a scene's, to be pressed; any other that somebody sets off; and what stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.faults.fault import Arguments, Texts, UnknownFault
from simulator.faults.parameters import Parameter
from simulator.faults.registry import FAULTS, apply, check, holds, mend, read
from simulator.kernel.clock import Clock
from simulator.kernel.state import State, Table

if TYPE_CHECKING:
    from simulator.cluster import Cluster


class Button(NamedTuple):
    """A fault with its arguments, under the name that a scene gives it."""

    fault: str
    cluster: str
    arguments: Mapping[str, Any]
    label: Texts
    """What stands on the button, by language."""


class Standing(NamedTuple):
    """A fault that was set off and is still so."""

    identity: str
    """Its name on the board, or a number where it is not a scene's."""
    fault: str
    cluster: str
    arguments: Mapping[str, Any]
    """All of them, defaults too."""
    since: int
    """Microseconds of virtual time."""
    label: Texts


@dataclass(frozen=True, slots=True)
class Offer:
    """A fault that can be set off in a cluster now."""

    name: str
    title: Texts
    summary: Texts
    repaired: Texts
    lasts: bool
    """Whether it goes on until it is released; otherwise it is over by itself."""
    parameters: tuple[Parameter, ...]
    targets: Mapping[str, tuple[str, ...]]
    """By parameter what it can be, where there is a list of that."""


class Board:
    """Tables: `faults/buttons` (name → a `Button` as a tuple), `faults/pressed` (name → moments), `faults/standing`
    (identity → a `Standing` without it), `faults/set-off` (`count` → how many got a number)."""

    def __init__(self, state: State, clock: Clock, clusters: "Mapping[str, Cluster]") -> None:
        self._clock = clock
        self._clusters = clusters
        self._buttons = state.table("faults/buttons")
        self._pressed = state.table("faults/pressed")
        self._standing: Table[str, tuple[Any, ...]] = state.table("faults/standing")
        self._numbers: Table[str, int] = state.table("faults/set-off")

    # What a scene put there.

    def declare(
        self,
        name: str,
        fault: str,
        arguments: Arguments,
        *,
        cluster: str = "",
        label: Texts | None = None,
    ) -> None:
        """Put a fault on the board. Raises `UnknownFault`."""
        read(fault, arguments)
        self._buttons.put(name, tuple(Button(fault, cluster, dict(arguments), dict(label or {}))))

    def buttons(self) -> dict[str, Button]:
        return {name: Button(*row) for name, row in self._buttons.rows.items()}

    def press(self, name: str) -> None:
        """Let it happen, and remember that somebody wanted it so. Raises `UnknownFault`."""
        self.begin(name)
        self._pressed.put(name, (*(self._pressed.get(name) or ()), self._clock.now))

    def begin(self, name: str) -> None:
        """Let a fault of the board happen though nobody pressed it. Raises `UnknownFault`."""
        button = self._button(name)
        self._do(name, button.fault, button.arguments, button.cluster, button.label)

    def mend(self, name: str) -> None:
        """Undo a fault of the board, whoever made it so. Raises `UnknownFault`."""
        button = self._button(name)
        mend(self._cluster(button.cluster), button.fault, button.arguments)
        self._tidy()

    def has_fired(self, name: str) -> bool:
        """Whether it was ever pressed in this world."""
        return name in self._pressed

    # Any other.

    def offered(self, cluster: str = "") -> list[Offer]:
        """The faults that can happen in a cluster, and what each can be pointed at there now."""
        where = self._cluster(cluster)
        return [
            Offer(
                name,
                fault.title,
                fault.summary,
                fault.repaired,
                fault.lasts,
                fault.parameters,
                {one.name: found for one in fault.parameters if (found := one.targets(where))},
            )
            for name, fault in FAULTS.items()
            if fault.possible(where)
        ]

    def check(self, fault: str, arguments: Arguments, *, cluster: str = "") -> dict[str, Any]:
        """The arguments as they are meant, all of them; nothing happens. Raises `UnknownFault`."""
        return check(self._cluster(cluster), fault, arguments)

    def set_off(self, fault: str, arguments: Arguments, *, cluster: str = "") -> str:
        """Let a fault happen now: under which identity it stands, or "" where it is over at once.

        Raises `UnknownFault`, and then nothing has happened.
        """
        where, complete = self._cluster(cluster).spec.name, self.check(fault, arguments, cluster=cluster)
        same = [one.identity for one in self.standing() if one[1:4] == (fault, where, complete)]
        number = (self._numbers.get("count") or 0) + 1
        identity = same[0] if same else str(number)
        self._do(identity, fault, complete, where, {})
        if identity not in self._standing:
            return ""
        if not same:
            self._numbers.put("count", number)
        return identity

    def standing(self) -> list[Standing]:
        """What was set off and is still so, the oldest first; what was repaired meanwhile is not."""
        found = (Standing(identity, *row) for identity, row in self._standing.rows.items())
        return sorted((one for one in found if self._holds(one)), key=lambda one: one.since)

    def release(self, identity: str) -> None:
        """Undo a fault that stands. Raises `UnknownFault`."""
        row = self._standing.get(identity)
        if row is None:
            raise UnknownFault(f"no fault {identity!r} stands here", f"{identity!r} 장애는 지금 없습니다")
        one = Standing(identity, *row)
        self._standing.delete(identity)
        if self._holds(one):
            mend(self._cluster(one.cluster), one.fault, one.arguments)
        self._tidy()

    # How it is kept.

    def _do(self, identity: str, fault: str, arguments: Arguments, cluster: str, label: Texts) -> None:
        where = self._cluster(cluster)
        complete = apply(where, fault, arguments)
        if FAULTS[fault].lasts:
            self._standing.put(identity, (fault, where.spec.name, complete, self._clock.now, dict(label)))
        self._tidy()

    def _tidy(self) -> None:
        """Forget what does not stand any more."""
        for identity, row in list(self._standing.rows.items()):
            if not self._holds(Standing(identity, *row)):
                self._standing.delete(identity)

    def _holds(self, one: Standing) -> bool:
        return holds(self._cluster(one.cluster), one.fault, one.arguments)

    def _button(self, name: str) -> Button:
        row = self._buttons.get(name)
        if row is None:
            known = ", ".join(self._buttons)
            raise UnknownFault(
                f"no fault {name!r} waits here; there are: {known or 'none'}",
                f"여기에 {name!r} 장애는 없습니다. 있는 것: {known or '없음'}",
            )
        return Button(*row)

    def _cluster(self, name: str) -> "Cluster":
        found = self._clusters.get(name) if name else next(iter(self._clusters.values()))
        if found is None:
            raise UnknownFault(f"there is no cluster {name!r}", f"클러스터 {name!r}은(는) 없습니다")
        return found

"""What faults can be told: typed parameters, what each can be pointed at, and the check of what somebody gave."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.faults import targets
from simulator.faults.fault import Texts, UnknownFault

if TYPE_CHECKING:
    from simulator.cluster import Cluster

POINTED: Mapping[str, Callable[["Cluster"], tuple[str, ...]]] = {
    "node": targets.nodes,
    "control-plane node": targets.control_plane_nodes,
    "place": targets.places,
    "component": targets.components,
    "registry": targets.registries,
    "workload": targets.workloads,
    "service": targets.services,
}
"""Kinds of parameters that mean something in a cluster; the others are `choice`, `number`, `switch` and `text`."""
SWITCHES = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}
LONGEST = 200
"""Characters of a text."""
SHOWN = 12
"""How many targets an error names."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that a fault can be told."""

    name: str
    kind: str
    about: Texts
    required: bool = False
    default: Any = None
    """What stands where nothing is given; None is nothing."""
    unit: str = ""
    least: float = 0
    most: float = math.inf
    whole: bool = False
    """Whether a number has no fraction."""
    choices: tuple[str, ...] = ()

    def targets(self, cluster: "Cluster") -> tuple[str, ...]:
        """What it can be in a cluster, where that can be told."""
        found = POINTED.get(self.kind)
        return found(cluster) if found is not None else self.choices

    def read(self, given: Any) -> Any:
        """What was given, perhaps as text of a form, as the value that is meant. Raises `UnknownFault`."""
        if self.kind == "number":
            return self._number(given)
        if self.kind == "switch":
            switch = SWITCHES.get(str(given).lower())
            if switch is None:
                raise self._wrong("must be true or false", "값은 true 또는 false여야 합니다", given)
            return switch
        if not isinstance(given, str) or len(given) > LONGEST or not given.isprintable():
            raise self._wrong(
                f"must be a line of at most {LONGEST} characters", f"값은 {LONGEST}자 이하 한 줄이어야 합니다", given
            )
        if self.choices and given not in self.choices:
            raise self._none_of(self.choices, given)
        return given

    def point(self, cluster: "Cluster", value: Any) -> None:
        """See whether what is meant is there. Raises `UnknownFault`."""
        if self.kind in POINTED and value not in self.targets(cluster):
            raise self._none_of(self.targets(cluster), value)

    def _number(self, given: Any) -> float:
        try:
            number = float(given)
        except (TypeError, ValueError):
            number = math.nan
        if isinstance(given, bool) or not math.isfinite(number) or (self.whole and number != int(number)):
            whole = "a whole number" if self.whole else "a number"
            raise self._wrong(f"must be {whole}", "값은 정수여야 합니다" if self.whole else "값은 수여야 합니다", given)
        if not self.least <= number <= self.most:
            ends = f"{self.least:g}", f"{self.most:g}"
            raise self._wrong(
                f"must lie between {' and '.join(ends)}", f"값은 {ends[0]} 이상 {ends[1]} 이하여야 합니다", given
            )
        return int(number) if self.whole else number

    def _none_of(self, known: tuple[str, ...], given: Any) -> UnknownFault:
        if not known:
            return self._wrong(
                "can be pointed at nothing in this cluster", "값이 될 것이 이 클러스터에 없습니다", given
            )
        shown = ", ".join(known[:SHOWN]) + (", …" if len(known) > SHOWN else "")
        return self._wrong(f"must be one of {shown}", f"값은 다음 중 하나입니다: {shown}", given)

    def _wrong(self, en: str, ko: str, given: Any) -> UnknownFault:
        shown = repr(given)[:LONGEST]
        return UnknownFault(f"{self.name} {en}: {shown}", f"{self.name} {ko}: {shown}", self.name)

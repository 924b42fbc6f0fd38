"""How fast and how far an autoscaler may move. Upstream: podautoscaler/horizontal.go (stabilize…, convert…)"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from simulator.kernel.clock import SECOND
from simulator.machinery.objects import Object, at

DOWN_WINDOW = 300
MATCHES = "ReadyForNewScale", "recommended size matches current size"
HIGHER = (
    "ScaleDownStabilized",
    "recent recommendations were higher than current one, applying the highest recent recommendation",
)
LOWER = (
    "ScaleUpStabilized",
    "recent recommendations were lower than current one, applying the lowest recent recommendation",
)
IN_RANGE = "DesiredWithinRange", "the desired count is within the acceptable range"
TOO_FEW = "TooFewReplicas", "the desired replica count is less than the minimum replica count"
TOO_MANY = "TooManyReplicas", "the desired replica count is more than the maximum replica count"
TOO_FAST_UP = "ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate"
TOO_FAST_DOWN = "ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate"

type Said = tuple[str, str]
"""Reason and message of a condition."""
type Moments = Sequence[tuple[int, int]]
"""Moments, and what was recommended or changed then."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one autoscaler, at one moment, for a workload with so many replicas."""

    spec: Object
    replicas: int
    now: int

    def stabilized(self, wanted: int, recommended: Moments) -> tuple[int, Said]:
        """Nothing shrinks below, or grows beyond, what was recommended a short while ago."""
        behavior = self.spec.get("behavior")
        up_window = at(behavior, "scaleUp", "stabilizationWindowSeconds", default=0) if behavior else 0
        down_window = at(behavior, "scaleDown", "stabilizationWindowSeconds", default=DOWN_WINDOW)
        lowest = min([wanted, *self._since(recommended, up_window)])
        highest = max([wanted, *self._since(recommended, down_window)])
        if not behavior:
            return highest, HIGHER if highest != wanted else MATCHES
        found = min(max(self.replicas, lowest), highest)
        if found == wanted:
            return found, MATCHES
        return found, HIGHER if wanted < found else LOWER

    def _since(self, moments: Moments, seconds: int) -> list[int]:
        return [number for when, number in moments if when > self.now - seconds * SECOND]

    def within(self, wanted: int, scaled: Moments) -> tuple[int, Said | None]:
        """As much of a change as is allowed at once, and what limits it."""
        least, most = self.spec.get("minReplicas", 1), self.spec["maxReplicas"]
        if wanted > self.replicas:
            bound = max(self._up(scaled), self.replicas)
            if wanted > min(most, bound):
                return min(most, bound), TOO_FAST_UP if most > bound else TOO_MANY
        elif wanted < self.replicas:
            bound = min(self._down(scaled), self.replicas)
            if wanted < max(least, bound):
                return max(least, bound), TOO_FAST_DOWN if least < bound else TOO_FEW
        if wanted < least:
            return least, TOO_FEW
        return (most, TOO_MANY) if wanted > most else (wanted, None)

    def _up(self, scaled: Moments) -> int:
        if not self.spec.get("behavior"):
            return max(2 * self.replicas, 4)
        return self._bound(at(self.spec, "behavior", "scaleUp", default={}), scaled, up=True)

    def _down(self, scaled: Moments) -> int:
        if not self.spec.get("behavior"):
            return 0
        return self._bound(at(self.spec, "behavior", "scaleDown", default={}), scaled, up=False)

    def _bound(self, rules: Object, scaled: Moments, *, up: bool) -> int:
        """How far the policies let it go from where it stood when their periods began."""
        choose = rules.get("selectPolicy", "Max")
        if choose == "Disabled":
            return self.replicas
        bounds = []
        for policy in rules.get("policies") or ():
            start = self.replicas - sum(self._since(scaled, policy["periodSeconds"]))
            if policy["type"] == "Pods":
                bounds.append(start + policy["value"] if up else start - policy["value"])
            elif up:
                bounds.append(ceil(start * (100 + policy["value"]) / 100))
            else:
                bounds.append(int(start * (100 - policy["value"]) / 100))
        widest = (max if up else min) if choose == "Max" else (min if up else max)
        return widest(bounds, default=self.replicas)

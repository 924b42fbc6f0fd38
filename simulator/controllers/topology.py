"""How the endpoints of a Service are shared out among zones, by the processors that each zone has.

Upstream: staging/src/k8s.io/endpointslice/topologycache
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from simulator.controllers.backends import NODE_ZONE
from simulator.controllers.pods import is_ready
from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import milli

MODES: Final = ("service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode")
"""The annotations that ask for it; the first is the older name, and counts."""
CONTROL_PLANE: Final = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
OVERLOAD: Final = 0.2
"""By how much an endpoint may get more than its share of requests."""
ENABLED: Final = "Topology Aware Hints has been enabled"
DISABLED: Final = "Topology Aware Hints has been disabled"
NODES_UNKNOWN: Final = "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes"
NO_ZONE: Final = "One or more endpoints do not have a zone specified"
TOO_FEW: Final = "Insufficient number of endpoints"
OVERLOADED: Final = "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold"


class CannotShareError(ValueError):
    """Why every endpoint stays there for all zones."""


class Share(NamedTuple):
    """How many endpoints a zone is to have."""

    minimum: int
    maximum: int
    desired: float


def is_wanted(service: Object) -> bool:
    annotations = service["metadata"].get("annotations") or {}
    mode = next((annotations[name] for name in MODES if name in annotations), "")
    return mode in ("Auto", "auto")


def ratios(nodes: Iterable[Object]) -> dict[str, float]:
    """What part of the processors of all workers each zone has; nothing where that cannot be told."""
    found: Counter[str] = Counter()
    for node in nodes:
        labels = node["metadata"].get("labels") or {}
        if any(role in labels for role in CONTROL_PLANE) or not is_ready(node):
            continue
        zone, cpus = labels.get(NODE_ZONE), milli(at(node, "status", "allocatable", "cpu", default="0"))
        if not zone or not cpus:
            return {}
        found[zone] += cpus
    return {zone: found[zone] / found.total() for zone in sorted(found)} if len(found) > 1 else {}


def shares(endpoints: int, parts: Mapping[str, float]) -> dict[str, Share]:
    """How many of so many endpoints each zone is to have. Raises `CannotShareError`."""
    if not parts:
        raise CannotShareError(NODES_UNKNOWN)
    counted = f"({endpoints} endpoints, {len(parts)} zones)"
    if len(parts) > endpoints:
        raise CannotShareError(f"{TOO_FEW} {counted}")
    least = {zone: math.ceil(part * endpoints * (1 / (1 + OVERLOAD))) for zone, part in parts.items()}
    left = endpoints - sum(least.values())
    if left < 0:
        raise CannotShareError(f"{OVERLOADED} {counted}")
    return {
        zone: Share(least[zone], least[zone] + left, max(part * endpoints, least[zone])) for zone, part in parts.items()
    }


def shared_out(zones: Sequence[str], parts: Mapping[str, float]) -> list[str]:
    """For which zone each of the endpoints is that stand in these zones: its own, but for those that others lack.

    Raises `CannotShareError`.
    """
    wanted = shares(len(zones), parts)
    if not all(zones):
        raise CannotShareError(NO_ZONE)
    giving, receiving = moves(wanted, Counter(zones))
    found = list(zones)
    for number, zone in enumerate(zones):
        if giving[zone] and receiving:
            taker = min(receiving)
            found[number] = taker
            giving[zone] -= 1
            receiving[taker] -= 1
            receiving += Counter()  # without those that have enough
    return found


def moves(wanted: Mapping[str, Share], standing: Mapping[str, int]) -> tuple[Counter[str], Counter[str]]:
    """How many endpoints each zone gives away, and how many each gets."""
    over = {zone: standing.get(zone, 0) - share.desired for zone, share in wanted.items()}
    giving, receiving = Counter[str](), Counter[str]()
    while True:
        giver = max(sorted(over), key=lambda zone: over[zone])
        taker = min(sorted(over), key=lambda zone: over[zone])
        more, less = over[giver], -over[taker]
        if (more < 1 and less < 1) or more < 0.5 or less < 0.5:
            return giving, receiving
        giving[giver] += 1
        receiving[taker] += 1
        over[giver] -= 1
        over[taker] += 1


def is_still_right(hinted: Mapping[str, int], parts: Mapping[str, float]) -> bool:
    """Whether hints that were given earlier, so many for each zone, may stay as they are."""
    try:
        wanted = shares(sum(hinted.values()), parts)
    except CannotShareError:
        return False
    return all(zone in wanted and count <= wanted[zone].maximum for zone, count in hinted.items())


def is_overloaded(hinted: Mapping[str, int], parts: Mapping[str, float]) -> bool:
    """Whether a zone has so few of the endpoints that they would get far more than their share."""
    total = sum(hinted.values())
    return not parts or any(
        hinted.get(zone, 0) < math.ceil(total * part * (1 / (1 + OVERLOAD))) or zone not in hinted
        for zone, part in parts.items()
    )

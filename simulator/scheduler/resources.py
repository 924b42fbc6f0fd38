"""What Pods ask of a node, in whole numbers. Upstream: component-helpers/resource/helpers.go

CPU is counted in thousandths of a core, everything else in its own unit (bytes, pieces).
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from simulator.machinery import quantities
from simulator.machinery.objects import Object

DEFAULT_CPU = 100
"""The thousandths of a core a container counts for in scores when it asks for none."""
DEFAULT_MEMORY = 200 * 1024 * 1024

type Amounts = dict[str, int]


@lru_cache(maxsize=4096)
def amount(resource: str, text: str) -> int:
    """A quantity in the unit of its resource, rounded up."""
    return quantities.milli(text) if resource == "cpu" else quantities.value(text)


def amounts(listed: Mapping[str, object] | None) -> Amounts:
    """A resource list (`{"cpu": "250m"}`) as whole numbers."""
    return {resource: amount(resource, str(text)) for resource, text in (listed or {}).items()}


def add(total: Amounts, more: Mapping[str, int]) -> None:
    for resource, number in more.items():
        total[resource] = total.get(resource, 0) + number


def raise_to(total: Amounts, floor: Mapping[str, int]) -> None:
    for resource, number in floor.items():
        if number > total.get(resource, 0):
            total[resource] = number


def pod_requests(spec: Object, *, scoring: bool = False) -> Amounts:
    """What a Pod asks for: all containers at once, or the hungriest moment of its start, plus overhead.

    With `scoring`, containers that ask for no CPU or no memory count for a usual amount of it.
    """
    total: Amounts = {}
    for container in spec.get("containers") or ():
        add(total, container_requests(container, scoring=scoring))
    raise_to(total, _while_starting(spec.get("initContainers") or (), total, scoring=scoring))
    whole_pod = (spec.get("resources") or {}).get("requests")
    if whole_pod:
        total.update(amounts(whole_pod))
    if spec.get("overhead"):
        add(total, amounts(spec["overhead"]))
    return total


def container_requests(container: Object, *, scoring: bool = False) -> Amounts:
    asked = amounts((container.get("resources") or {}).get("requests"))
    if scoring:
        asked.setdefault("cpu", DEFAULT_CPU)
        asked.setdefault("memory", DEFAULT_MEMORY)
    return asked


def _while_starting(containers: Iterable[Object], running: Amounts, *, scoring: bool) -> Amounts:
    """The most that init containers need; sidecars stay, so they are added to what runs."""
    peak: Amounts = {}
    sidecars: Amounts = {}
    for container in containers:
        asked = container_requests(container, scoring=scoring)
        if container.get("restartPolicy") == "Always":
            add(running, asked)
            add(sidecars, asked)
            asked = dict(sidecars)
        else:
            add(asked, sidecars)
        raise_to(peak, asked)
    return peak

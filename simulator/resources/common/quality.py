"""The quality-of-service class of a Pod. Upstream: pkg/apis/core/helper/qos"""

from collections.abc import Iterable

from simulator.machinery.objects import Object
from simulator.machinery.quantities import Quantity, parse

COMPUTE = ("cpu", "memory")


def quality_of_service(spec: Object) -> str:
    """`Guaranteed` where every container limits what it requests, `BestEffort` where none asks for anything."""
    if spec.get("resources"):
        containers = [spec]
    else:
        containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    asked = [container.get("resources") or {} for container in containers]
    requests = totals(resources.get("requests") for resources in asked)
    limits = totals(resources.get("limits") for resources in asked)
    if not requests and not limits:
        return "BestEffort"
    every_limit = all(positive(resources, name) for resources in asked for name in COMPUTE)
    return "Guaranteed" if every_limit and requests == limits else "Burstable"


def positive(resources: Object, name: str) -> bool:
    quantity = (resources.get("limits") or {}).get(name)
    return quantity is not None and parse(quantity).nanos > 0


def totals(lists: Iterable[Object | None]) -> dict[str, Quantity]:
    """The sum of CPU and of memory over resource lists, leaving out what is zero."""
    sums: dict[str, Quantity] = {}
    for resources in lists:
        for name in COMPUTE:
            quantity = parse((resources or {}).get(name, "0"))
            if quantity.nanos > 0:
                sums[name] = sums[name] + quantity if name in sums else quantity
    return sums

"""What a Pod asks for as a whole. Upstream: k8s.io/component-helpers/resource"""

from collections.abc import Mapping

from simulator.machinery import quantities
from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import Quantity

type Amounts = dict[str, Quantity]


def pod_amounts(pod: Object, field: str) -> Amounts:
    """Requests or limits: containers and sidecars together, or what an init container needs if that is more."""
    spec = pod["spec"]
    total: Amounts = {}
    for container in spec.get("containers") or ():
        total = added(total, amounts_of(container, field))
    sidecars: Amounts = {}
    most: Amounts = {}
    for container in spec.get("initContainers") or ():
        amounts = amounts_of(container, field)
        if container.get("restartPolicy") == "Always":
            total, sidecars = added(total, amounts), added(sidecars, amounts)
            amounts = sidecars
        else:
            amounts = added(amounts, sidecars)
        most = larger(most, amounts)
    total = larger(total, most)
    total |= amounts_of(spec, field)
    overhead: Mapping[str, str] = spec.get("overhead") or {}
    extra = {name: quantities.parse(text) for name, text in overhead.items() if field == "requests" or name in total}
    return added(total, extra)


def amounts_of(holder: Object, field: str) -> Amounts:
    return {name: quantities.parse(text) for name, text in at(holder, "resources", field, default={}).items()}


def added(left: Amounts, right: Amounts) -> Amounts:
    return left | {name: left[name] + value if name in left else value for name, value in right.items()}


def larger(left: Amounts, right: Amounts) -> Amounts:
    return left | {name: value for name, value in right.items() if name not in left or left[name] < value}

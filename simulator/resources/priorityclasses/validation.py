"""Validation of a PriorityClass. Upstream: ValidatePriorityClass in pkg/apis/scheduling/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, forbidden, invalid, not_supported
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import IMMUTABLE, validate_metadata, validate_metadata_update

HIGHEST = 1_000_000_000
"""The highest value for users; above it are the priorities of the system."""
SYSTEM = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    value, name = obj.get("value", 0), (obj.get("metadata") or {}).get("name", "")
    if old is not None:
        yield from validate_metadata_update(obj, old)
        if value != old.get("value", 0):
            yield forbidden("value", "may not be changed in an update.")
        if obj.get("preemptionPolicy") != old.get("preemptionPolicy"):
            yield invalid("preemptionPolicy", obj.get("preemptionPolicy"), IMMUTABLE)
        return
    yield from validate_metadata(obj, namespaced=False)
    if name.startswith("system-"):
        if SYSTEM.get(name) != value:
            yield forbidden(
                "metadata.name",
                "priority class names with 'system-' prefix are reserved for system use only. error: "
                + system_rule(name),
            )
    elif value > HIGHEST:
        yield forbidden("value", f"maximum allowed value of a user defined priority is {HIGHEST}")
    policy = obj.get("preemptionPolicy")
    if policy is not None and policy not in ("PreemptLowerPriority", "Never"):
        yield not_supported("preemptionPolicy", policy, ("PreemptLowerPriority", "Never"))


def system_rule(name: str) -> str:
    """Why a name of the system's is refused."""
    if name not in SYSTEM:
        return f"{name} is not a known system priority class"
    return f"value of {name} PriorityClass must be {SYSTEM[name]}"

"""What a PodDisruptionBudget goes through on its way to the store.

Upstream: pkg/registry/policy/poddisruptionbudget/strategy.go
"""

from simulator.machinery.objects import Object


def prepare_create(obj: Object) -> None:
    """A new object starts with the status of nothing done yet."""
    obj["status"] = {"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0}

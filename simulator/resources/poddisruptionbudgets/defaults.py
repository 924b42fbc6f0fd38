"""Defaults of a PodDisruptionBudget: none but the presence of a spec. Upstream: pkg/apis/policy/v1"""

from simulator.machinery.objects import Object


def default(obj: Object) -> None:
    obj.setdefault("spec", {})

"""Defaults of a PriorityLevelConfiguration. Upstream: pkg/apis/flowcontrol/v1/defaults.go"""

from simulator.machinery.objects import Object

QUEUING = {"queues": 64, "handSize": 8, "queueLengthLimit": 50}


def default(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    exempt = spec.get("exempt")
    if exempt is not None:
        for name in ("nominalConcurrencyShares", "lendablePercent"):
            exempt.setdefault(name, 0)
    limited = spec.get("limited")
    if limited is not None:
        limited.setdefault("nominalConcurrencyShares", 30)
        limited.setdefault("lendablePercent", 0)
        queuing = (limited.get("limitResponse") or {}).get("queuing")
        if queuing is not None:
            for name, value in QUEUING.items():
                queuing[name] = queuing.get(name) or value

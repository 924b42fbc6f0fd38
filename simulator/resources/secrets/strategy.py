"""What a Secret goes through on its way to the store.

Upstream: pkg/registry/core/secret/strategy.go
"""

from simulator.machinery.objects import Object


def prepare_update(obj: Object, old: Object) -> None:
    """An update that says no type keeps the one there is."""
    if not obj.get("type"):
        obj["type"] = old.get("type", "Opaque")

"""What a Namespace goes through on its way to the store.

Upstream: pkg/registry/core/namespace/strategy.go
"""

from simulator.machinery.objects import Object

FINALIZER = "kubernetes"


def prepare_create(obj: Object) -> None:
    """A new Namespace is active, and cannot go before its content has."""
    obj["status"] = {"phase": "Active"}
    spec = obj.setdefault("spec", {})
    finalizers = spec.get("finalizers") or []
    if FINALIZER not in finalizers:
        spec["finalizers"] = [*finalizers, FINALIZER]


def prepare_update(obj: Object, old: Object) -> None:
    """Finalizers of the spec change through `/finalize` alone."""
    obj["spec"] = dict(old.get("spec") or {})

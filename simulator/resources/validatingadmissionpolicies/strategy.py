"""What a ValidatingAdmissionPolicy goes through on its way to the store.

Upstream: pkg/registry/admissionregistration/validatingadmissionpolicy/strategy.go
"""

from simulator.machinery.objects import Object


def prepare_create(obj: Object) -> None:
    """A new object starts with the status of nothing done yet."""
    obj["status"] = {}

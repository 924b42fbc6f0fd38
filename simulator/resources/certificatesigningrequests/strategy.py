"""What a CertificateSigningRequest goes through on its way to the store.

Upstream: pkg/registry/certificates/certificates/strategy.go
"""

from simulator.kernel.state import thaw
from simulator.machinery.objects import Object


def prepare_create(obj: Object) -> None:
    """A new object starts with the status of nothing done yet."""
    obj["status"] = {}


def prepare_update(obj: Object, old: Object) -> None:
    """What has been asked for stays as it is."""
    obj["spec"] = thaw(old["spec"])

"""The table of CertificateSigningRequests. Upstream: printCertificateSigningRequest"""

from simulator.kernel.clock import SECOND
from simulator.machinery.durations import human_duration
from simulator.machinery.objects import Object
from simulator.resources.columns import (
    AGE,
    NAME,
    NONE,
    Cells,
    Column,
    Field,
    Printer,
    age,
    condition_status,
    spec_of,
    status_of,
)

SPEC, STATUS = "certificates.v1.CertificateSigningRequestSpec", "certificates.v1.CertificateSigningRequestStatus"


def row(request: Object, now: int) -> Cells:
    spec = spec_of(request)
    lifetime = spec.get("expirationSeconds")
    return [
        request["metadata"]["name"],
        age(request, now),
        spec.get("signerName") or NONE,
        spec.get("username", ""),
        NONE if lifetime is None else human_duration(lifetime * SECOND),
        state(request),
    ]


def state(request: Object) -> str:
    """How far a request has come: `Pending`, `Approved,Issued`."""
    words = ["Pending"]
    if condition_status(request, "Denied") is not None:
        words = ["Denied"]
    elif condition_status(request, "Approved") is not None:
        words = ["Approved"]
    if condition_status(request, "Failed") is not None:
        words.append("Failed")
    if status_of(request).get("certificate"):
        words.append("Issued")
    return ",".join(words)


PRINTER = Printer(
    (
        NAME,
        AGE,
        Column("SignerName", Field(SPEC, "signerName")),
        Column("Requestor", Field(SPEC, "request")),
        Column("RequestedDuration", Field(SPEC, "expirationSeconds")),
        Column("Condition", Field(STATUS, "conditions")),
    ),
    row,
)

"""The table of PodCertificateRequests. Upstream: printPodCertificateRequest"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age, condition_status, spec_of

SPEC = "certificates.v1.PodCertificateRequestSpec"
OUTCOMES = ("Denied", "Failed", "Issued")


def row(request: Object, now: int) -> Cells:
    spec = spec_of(request)
    return [
        request["metadata"]["name"],
        spec.get("podName", ""),
        spec.get("serviceAccountName", ""),
        spec.get("nodeName", ""),
        spec.get("signerName", ""),
        next((kind for kind in OUTCOMES if condition_status(request, kind) == "True"), "Pending"),
        age(request, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("PodName", Field(SPEC, "podName")),
        Column("ServiceAccountName", Field(SPEC, "serviceAccountName")),
        Column("NodeName", Field(SPEC, "nodeName")),
        Column("SignerName", Field(SPEC, "signerName")),
        Column("State", "Is the request Pending, Denied, Issued, or Failed?"),
        AGE,
    ),
    row,
)

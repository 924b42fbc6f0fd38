"""CertificateSigningRequests: asking a signer for a certificate."""

from simulator.resources.resource import Resource, Subresource, below, status

RESOURCE = Resource(
    "certificates.k8s.io",
    "CertificateSigningRequest",
    "certificatesigningrequests",
    namespaced=False,
    short_names=("csr",),
    subresources=below(Subresource("approval", "CertificateSigningRequest"), status("CertificateSigningRequest")),
    package=__name__,
    resets={
        "": (("spec",), ("status",)),
        "status": (("spec",), ("status", "conditions")),
        "approval": (("spec",), ("status", "certificate")),
    },
    selectable={"spec.signerName": ("spec", "signerName")},
)

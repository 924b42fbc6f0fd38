"""PodCertificateRequests: a kubelet asks for the certificate of a Pod."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "certificates.k8s.io",
    "PodCertificateRequest",
    "podcertificaterequests",
    versions=("v1", "v1beta1", "v1alpha1"),
    subresources=below(status("PodCertificateRequest")),
    package=__name__,
    resets={"": ()},
    selectable={"spec.signerName": ("spec", "signerName")},
)

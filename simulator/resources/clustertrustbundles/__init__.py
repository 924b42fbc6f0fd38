"""ClusterTrustBundles: certificates that a cluster trusts."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "certificates.k8s.io",
    "ClusterTrustBundle",
    "clustertrustbundles",
    versions=("v1", "v1beta1", "v1alpha1"),
    namespaced=False,
    package=__name__,
    selectable={"spec.signerName": ("spec", "signerName")},
)

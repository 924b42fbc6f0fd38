"""Deployments: replicas that are rolled from one version to the next."""

from simulator.resources.resource import Resource, below, scale, status

RESOURCE = Resource(
    "apps",
    "Deployment",
    "deployments",
    short_names=("deploy",),
    categories=("all",),
    subresources=below(scale(), status("Deployment")),
    package=__name__,
    resets={"status": (("spec",), ("metadata", "labels"))},
    generation=(("spec",), ("metadata", "annotations")),
)

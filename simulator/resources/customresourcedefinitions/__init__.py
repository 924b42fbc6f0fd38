"""CustomResourceDefinitions: kinds that a cluster learns."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "apiextensions.k8s.io",
    "CustomResourceDefinition",
    "customresourcedefinitions",
    namespaced=False,
    short_names=("crd", "crds"),
    categories=("api-extensions",),
    subresources=below(status("CustomResourceDefinition")),
    package=__name__,
    resets={"status": (("metadata",), ("spec",))},
    generation=(("spec",),),
)

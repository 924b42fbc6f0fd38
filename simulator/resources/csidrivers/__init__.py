"""CSIDrivers: storage drivers of a cluster."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "storage.k8s.io",
    "CSIDriver",
    "csidrivers",
    namespaced=False,
    package=__name__,
    generation=(("spec",),),
)

"""IngressClasses: which controller serves an Ingress."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "networking.k8s.io",
    "IngressClass",
    "ingressclasses",
    namespaced=False,
    package=__name__,
    generation=(("spec",),),
)

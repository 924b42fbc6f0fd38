"""NetworkPolicies: who may talk to whom."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "networking.k8s.io",
    "NetworkPolicy",
    "networkpolicies",
    short_names=("netpol",),
    package=__name__,
    generation=(("spec",),),
)

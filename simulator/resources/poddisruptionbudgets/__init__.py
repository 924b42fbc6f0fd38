"""PodDisruptionBudgets: how many Pods may be taken away at a time."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "policy",
    "PodDisruptionBudget",
    "poddisruptionbudgets",
    short_names=("pdb",),
    subresources=below(status("PodDisruptionBudget")),
    package=__name__,
    generation=(("spec",),),
)

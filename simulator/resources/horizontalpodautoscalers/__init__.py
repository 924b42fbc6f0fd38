"""HorizontalPodAutoscalers: as many replicas as the load asks for."""

from simulator.resources.horizontalpodautoscalers.conversion import convert
from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "autoscaling",
    "HorizontalPodAutoscaler",
    "horizontalpodautoscalers",
    versions=("v2", "v1"),
    short_names=("hpa",),
    categories=("all",),
    subresources=below(status("HorizontalPodAutoscaler")),
    package=__name__,
    conversion=convert,
)

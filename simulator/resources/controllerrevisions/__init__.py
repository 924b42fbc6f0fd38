"""ControllerRevisions: former states of StatefulSets and DaemonSets."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "apps",
    "ControllerRevision",
    "controllerrevisions",
    package=__name__,
)

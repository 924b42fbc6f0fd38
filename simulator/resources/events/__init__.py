"""Events: what happened, of which object; shown by two groups, in two shapes."""

from simulator.machinery.objects import Object, at
from simulator.resources.events.conversion import convert
from simulator.resources.resource import Resource

REFERENCE_FIELDS = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")


def source(event: Object) -> str:
    component: str = at(event, "source", "component", default="") or event.get("reportingComponent") or ""
    return component


RESOURCE = Resource(
    "",
    "Event",
    "events",
    short_names=("ev",),
    package=__name__,
    selectable={
        **{f"involvedObject.{name}": ("involvedObject", name) for name in REFERENCE_FIELDS},
        "reason": ("reason",),
        "reportingComponent": ("reportingComponent",),
        "source": source,
        "type": ("type",),
    },
    conversion=convert,
)

EVENTS_K8S_IO = Resource(
    "events.k8s.io",
    "Event",
    "events",
    short_names=("ev",),
    package=__name__,
    selectable={
        **{f"regarding.{name}": ("involvedObject", name) for name in REFERENCE_FIELDS},
        "reason": ("reason",),
        "reportingController": ("reportingComponent",),
        "type": ("type",),
    },
    stored_with=("", "v1", "events"),
    conversion=convert,
)

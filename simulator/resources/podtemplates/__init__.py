"""PodTemplates: a Pod to be, kept under a name."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "",
    "PodTemplate",
    "podtemplates",
    package=__name__,
    generation=(("template",),),
)

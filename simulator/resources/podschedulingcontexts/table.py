"""The table of PodSchedulingContexts. Upstream: printPodSchedulingContext (until 1.31)"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Printer, age, spec_of


def row(context: Object, now: int) -> Cells:
    return [context["metadata"]["name"], spec_of(context).get("selectedNode", ""), age(context, now)]


PRINTER = Printer(
    (
        NAME,
        Column("SelectedNode", "SelectedNode is the node for which allocation of resources is being attempted."),
        AGE,
    ),
    row,
)

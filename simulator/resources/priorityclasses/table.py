"""The table of PriorityClasses. Upstream: printPriorityClass"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age

CLASS = "scheduling.v1.PriorityClass"


def row(priority_class: Object, now: int) -> Cells:
    return [
        priority_class["metadata"]["name"],
        priority_class.get("value", 0),
        bool(priority_class.get("globalDefault")),
        age(priority_class, now),
        priority_class.get("preemptionPolicy") or "",
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Value", Field(CLASS, "value"), "integer"),
        Column("Global-Default", Field(CLASS, "globalDefault"), "boolean"),
        AGE,
        Column("PreemptionPolicy", Field(CLASS, "preemptionPolicy")),
    ),
    row,
)

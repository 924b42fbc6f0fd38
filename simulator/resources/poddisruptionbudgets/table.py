"""The table of PodDisruptionBudgets. Upstream: printPodDisruptionBudget"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Printer, age, spec_of, status_of


def row(budget: Object, now: int) -> Cells:
    spec = spec_of(budget)
    return [
        budget["metadata"]["name"],
        str(spec.get("minAvailable", "N/A")),
        str(spec.get("maxUnavailable", "N/A")),
        status_of(budget).get("disruptionsAllowed", 0),
        age(budget, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Min Available", "The minimum number of pods that must be available."),
        Column("Max Unavailable", "The maximum number of pods that may be unavailable."),
        Column("Allowed Disruptions", "Calculated number of pods that may be disrupted at this time.", "integer"),
        AGE,
    ),
    row,
)

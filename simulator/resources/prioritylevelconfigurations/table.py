"""The table of PriorityLevelConfigurations. Upstream: printPriorityLevelConfiguration"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, NONE, Cells, Column, Field, Printer, age, spec_of

SPEC = "flowcontrol.v1.PriorityLevelConfigurationSpec"
LIMITED = "flowcontrol.v1.LimitedPriorityLevelConfiguration"
QUEUING = "flowcontrol.v1.QueuingConfiguration"


def row(level: Object, now: int) -> Cells:
    spec = spec_of(level)
    limited = spec.get("limited") or {}
    queuing = (limited.get("limitResponse") or {}).get("queuing") or {}
    return [
        level["metadata"]["name"],
        spec.get("type", ""),
        limited.get("nominalConcurrencyShares", NONE),
        *(queuing.get(name, NONE) for name in ("queues", "handSize", "queueLengthLimit")),
        age(level, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Type", Field(SPEC, "type")),
        Column("NominalConcurrencyShares", Field(LIMITED, "nominalConcurrencyShares")),
        Column("Queues", Field(QUEUING, "queues")),
        Column("HandSize", Field(QUEUING, "handSize")),
        Column("QueueLengthLimit", Field(QUEUING, "queueLengthLimit")),
        AGE,
    ),
    row,
)

"""The table of LeaseCandidates. Upstream: printLeaseCandidate"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age, spec_of

SPEC = "coordination.v1beta1.LeaseCandidateSpec"


def row(candidate: Object, now: int) -> Cells:
    spec = spec_of(candidate)
    shown = (spec.get(name, "") for name in ("leaseName", "binaryVersion", "emulationVersion"))
    return [candidate["metadata"]["name"], *shown, age(candidate, now)]


PRINTER = Printer(
    (
        NAME,
        Column("LeaseName", Field(SPEC, "leaseName")),
        Column("BinaryVersion", ""),
        Column("EmulationVersion", ""),
        AGE,
    ),
    row,
)

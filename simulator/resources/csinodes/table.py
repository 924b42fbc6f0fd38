"""The table of CSINodes. Upstream: printCSINode"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Printer, age, spec_of


def row(csi_node: Object, now: int) -> Cells:
    return [csi_node["metadata"]["name"], len(spec_of(csi_node).get("drivers") or ()), age(csi_node, now)]


PRINTER = Printer(
    (NAME, Column("Drivers", "Drivers indicates the number of CSI drivers registered on the node", "integer"), AGE), row
)

"""The table of Leases. Upstream: printLease"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age, spec_of


def row(lease: Object, now: int) -> Cells:
    return [lease["metadata"]["name"], spec_of(lease).get("holderIdentity") or "", age(lease, now)]


PRINTER = Printer((NAME, Column("Holder", Field("coordination.v1.LeaseSpec", "holderIdentity")), AGE), row)

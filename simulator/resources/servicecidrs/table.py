"""The table of ServiceCIDRs. Upstream: printServiceCIDR"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age, spec_of


def row(service_cidr: Object, now: int) -> Cells:
    return [
        service_cidr["metadata"]["name"],
        ",".join(spec_of(service_cidr).get("cidrs") or ()),
        age(service_cidr, now),
    ]


PRINTER = Printer((NAME, Column("CIDRs", Field("networking.v1.ServiceCIDRSpec", "cidrs")), AGE), row)

"""The table of IPAddresses. Upstream: printIPAddress"""

from simulator.machinery.objects import Object
from simulator.resources.columns import NAME, NONE, Cells, Column, Field, Printer, age, spec_of


def row(address: Object, now: int) -> Cells:
    """The cells; upstream adds the age although the table has no column for it, and clients leave it out."""
    return [address["metadata"]["name"], parent(spec_of(address).get("parentRef")), age(address, now)]


def parent(reference: Object | None) -> str:
    """Whose address it is: `services/default/kubernetes`."""
    if not reference:
        return NONE
    resource = ".".join(filter(None, (reference.get("resource"), reference.get("group")))).lower()
    return "/".join(filter(None, (resource, reference.get("namespace"), reference.get("name"))))


PRINTER = Printer((NAME, Column("ParentRef", Field("networking.v1.IPAddressSpec", "parentRef"))), row)

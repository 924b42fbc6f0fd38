"""The table of Endpoints. Upstream: printEndpoints, formatEndpoints"""

from collections.abc import Iterator

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, NONE, Cells, Column, Field, Printer, age, some


def row(endpoints: Object, now: int) -> Cells:
    subsets = endpoints.get("subsets")
    listed = some(addresses(subsets), empty="") if subsets else NONE
    return [endpoints["metadata"]["name"], listed, age(endpoints, now)]


def addresses(subsets: list[Object]) -> Iterator[str]:
    for subset in subsets:
        ips = [address["ip"] for address in subset.get("addresses") or ()]
        if not subset.get("ports"):
            yield from ips
        for port in subset.get("ports") or ():
            yield from (f"[{ip}]:{port['port']}" if ":" in ip else f"{ip}:{port['port']}" for ip in ips)


PRINTER = Printer((NAME, Column("Endpoints", Field("core.v1.Endpoints", "subsets")), AGE), row)

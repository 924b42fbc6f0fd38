"""The table of ResourceQuotas. Upstream: printResourceQuota"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Printer, age, quantity, status_of


def row(quota: Object, now: int) -> Cells:
    status = status_of(quota)
    used = status.get("used") or {}
    requests: list[str] = []
    limits: list[str] = []
    for name, hard in sorted((status.get("hard") or {}).items()):
        column = limits if name.startswith("limits.") else requests
        column.append(f"{name}: {quantity(used.get(name))}/{quantity(hard)}")
    return [quota["metadata"]["name"], ", ".join(requests), ", ".join(limits), age(quota, now)]


PRINTER = Printer(
    (
        NAME,
        Column("Request", "Request represents a minimum amount of cpu/memory that a container may consume."),
        Column(
            "Limit",
            "Limits control the maximum amount of cpu/memory that a container may use independent of contention on "
            "the node.",
        ),
        AGE,
    ),
    row,
)

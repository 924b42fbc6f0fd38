"""The table of ResourceClaims. Upstream: printResourceClaim"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Printer, age, status_of


def row(claim: Object, now: int) -> Cells:
    return [claim["metadata"]["name"], state(claim), age(claim, now)]


def state(claim: Object) -> str:
    deleted = "deletionTimestamp" in claim["metadata"]
    words = ["deleted"] if deleted else []
    status = status_of(claim)
    if status.get("allocation"):
        words.append("allocated")
        if status.get("reservedFor"):
            words.append("reserved")
    elif not deleted:
        words.append("pending")
    return ",".join(words)


PRINTER = Printer(
    (NAME, Column("State", "A summary of the current state (allocated, pending, reserved, etc.)."), AGE), row
)

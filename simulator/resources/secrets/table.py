"""The table of Secrets. Upstream: printSecret"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age

SECRET = "core.v1.Secret"


def row(secret: Object, now: int) -> Cells:
    return [secret["metadata"]["name"], secret.get("type", ""), len(secret.get("data") or ()), age(secret, now)]


PRINTER = Printer((NAME, Column("Type", Field(SECRET, "type")), Column("Data", Field(SECRET, "data")), AGE), row)

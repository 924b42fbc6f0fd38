"""The table of ServiceAccounts. Upstream: printServiceAccount"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age


def row(account: Object, now: int) -> Cells:
    return [account["metadata"]["name"], len(account.get("secrets") or ()), age(account, now)]


PRINTER = Printer((NAME, Column("Secrets", Field("core.v1.ServiceAccount", "secrets")), AGE), row)

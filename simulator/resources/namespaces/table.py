"""The table of Namespaces. Upstream: printNamespace"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Printer, age, status_of


def row(namespace: Object, now: int) -> Cells:
    return [namespace["metadata"]["name"], status_of(namespace).get("phase", ""), age(namespace, now)]


PRINTER = Printer((NAME, Column("Status", "The status of the namespace"), AGE), row)

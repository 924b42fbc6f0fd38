"""The table of RuntimeClasses. Upstream: printRuntimeClass"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Printer, age


def row(runtime_class: Object, now: int) -> Cells:
    return [runtime_class["metadata"]["name"], runtime_class.get("handler", ""), age(runtime_class, now)]


PRINTER = Printer((NAME, Column("Handler", ""), AGE), row)

"""The table of ConfigMaps. Upstream: printConfigMap"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age


def row(config_map: Object, now: int) -> Cells:
    entries = len(config_map.get("data") or ()) + len(config_map.get("binaryData") or ())
    return [config_map["metadata"]["name"], entries, age(config_map, now)]


PRINTER = Printer((NAME, Column("Data", Field("core.v1.ConfigMap", "data")), AGE), row)

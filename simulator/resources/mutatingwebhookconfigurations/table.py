"""The table of MutatingWebhookConfigurations. Upstream: printMutatingWebhook"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Printer, age


def row(configuration: Object, now: int) -> Cells:
    return [configuration["metadata"]["name"], len(configuration.get("webhooks") or ()), age(configuration, now)]


PRINTER = Printer(
    (
        NAME,
        Column("Webhooks", "Webhooks indicates the number of webhooks registered in this configuration", "integer"),
        AGE,
    ),
    row,
)

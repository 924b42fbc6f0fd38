"""The table of ComponentStatuses. Upstream: printComponentStatus"""

from simulator.machinery.objects import Object
from simulator.resources.columns import NAME, Cells, Column, Printer

UNKNOWN = {"status": "Unknown", "message": "", "error": ""}
HEALTH = {"True": "Healthy", "False": "Unhealthy"}


def row(component: Object, now: int) -> Cells:
    healthy = next((each for each in component.get("conditions") or () if each["type"] == "Healthy"), UNKNOWN)
    status = HEALTH.get(healthy["status"], "Unknown")
    return [component["metadata"]["name"], status, healthy.get("message", ""), healthy.get("error", "")]


PRINTER = Printer(
    (
        NAME,
        Column("Status", "Status of the component conditions"),
        Column("Message", "Message of the component conditions"),
        Column("Error", "Error of the component conditions"),
    ),
    row,
)

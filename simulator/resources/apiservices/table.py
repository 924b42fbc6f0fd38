"""The table of APIServices. Upstream: kube-aggregator/pkg/registry/apiservice/etcd"""

from simulator.machinery.objects import Object, condition
from simulator.resources.columns import AGE, NAME, Cells, Column, Printer, age, spec_of


def row(api_service: Object, now: int) -> Cells:
    service = spec_of(api_service).get("service")
    return [
        api_service["metadata"]["name"],
        f"{service.get('namespace', '')}/{service.get('name', '')}" if service else "Local",
        availability(api_service),
        age(api_service, now),
    ]


def availability(api_service: Object) -> str:
    """Whether the group version is served, and why not: `False (MissingEndpoints)`."""
    available = condition(api_service, "Available")
    if available is None:
        return "Unknown"
    status: str = available["status"]
    return f"{status} ({available['reason']})" if status != "True" and available.get("reason") else status


PRINTER = Printer(
    (
        NAME,
        Column("Service", "The reference to the service that hosts this API endpoint."),
        Column("Available", "Whether this service is available."),
        AGE,
    ),
    row,
)

"""What nodes and Pods use, as a metrics server tells it: kinds of an aggregated API, served while it is there.

Upstream: k8s.io/metrics/pkg/apis/metrics/v1beta1, kubernetes-sigs/metrics-server/pkg/api/table.go
"""

from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import Quantity, parse
from simulator.resources.columns import NAME, Cells, Column, Printer
from simulator.resources.resource import Resource

GROUP, VERSION = "metrics.k8s.io", "v1beta1"
API_SERVICE = f"{VERSION}.{GROUP}"


def row(obj: Object, now: int) -> Cells:
    used = [obj["usage"]] if "usage" in obj else [one["usage"] for one in at(obj, "containers", default=())]
    cpu, memory = (sum((parse(one[name]) for one in used), start=parse("0")) for name in ("cpu", "memory"))
    return [obj["metadata"]["name"], shown(cpu), shown(memory), obj["window"]]


def shown(amount: Quantity) -> str:
    return str(Quantity(amount.nanos, amount.format))


PRINTER = Printer(
    (NAME, Column("cpu", "", "string"), Column("memory", "", "string"), Column("Window", "", "string")), row
)
NODES = Resource(GROUP, "NodeMetrics", "nodes", (VERSION,), namespaced=False, verbs=("get", "list"), printer=PRINTER)
PODS = Resource(GROUP, "PodMetrics", "pods", (VERSION,), verbs=("get", "list"), printer=PRINTER)
RESOURCES = (NODES, PODS)

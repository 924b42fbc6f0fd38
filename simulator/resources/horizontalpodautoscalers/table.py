"""The table of HorizontalPodAutoscalers. Upstream: printHorizontalPodAutoscaler, formatHPAMetrics"""

from simulator.machinery.objects import Object
from simulator.resources.columns import (
    AGE,
    NAME,
    NONE,
    UNKNOWN,
    UNSET,
    Cells,
    Column,
    Field,
    Printer,
    age,
    quantity,
    some,
    spec_of,
    status_of,
)

SPEC, STATUS = "autoscaling.v2.HorizontalPodAutoscalerSpec", "autoscaling.v2.HorizontalPodAutoscalerStatus"
METRICS_SHOWN = 2
SOURCES = {
    "External": "external",
    "Pods": "pods",
    "Object": "object",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}


def row(autoscaler: Object, now: int) -> Cells:
    spec, status = spec_of(autoscaler), status_of(autoscaler)
    target = spec.get("scaleTargetRef") or {}
    return [
        autoscaler["metadata"]["name"],
        f"{target.get('kind', '')}/{target.get('name', '')}",
        targets(spec.get("metrics") or [], status.get("currentMetrics") or []),
        UNSET if spec.get("minReplicas") is None else str(spec["minReplicas"]),
        spec.get("maxReplicas", 0),
        status.get("currentReplicas", 0),
        age(autoscaler, now),
    ]


def targets(metrics: list[Object], current: list[Object]) -> str:
    """What is measured against what is wanted: `cpu: 12%/80%`."""
    seen = current + [{}] * (len(metrics) - len(current))
    shown = (target(metric, status) for metric, status in zip(metrics, seen, strict=False))
    return some(shown, empty=NONE, separator=", ", shown=METRICS_SHOWN)


def target(metric: Object, status: Object) -> str:
    source = SOURCES.get(metric["type"])
    if source is None:
        return "<unknown type>"
    wanted = (metric.get(source) or {}).get("target") or {}
    measured = (status.get(source) or {}).get("current") if status else None
    if source == "pods":
        return f"{amount(measured, 'averageValue')}/{quantity(wanted.get('averageValue'))}"
    if source in ("external", "object"):
        if wanted.get("averageValue") is not None:
            return f"{amount(measured, 'averageValue')}/{quantity(wanted['averageValue'])} (avg)"
        return f"{amount(measured, 'value')}/{quantity(wanted.get('value'))}"
    name = metric[source].get("name", "")
    if wanted.get("averageValue") is not None:
        return f"{name}: {amount(measured, 'averageValue')}/{quantity(wanted['averageValue'])}"
    return f"{name}: {percent(measured, UNKNOWN)}/{percent(wanted, '<auto>')}"


def amount(measured: Object | None, name: str) -> str:
    return UNKNOWN if measured is None or measured.get(name) is None else quantity(measured[name])


def percent(value: Object | None, otherwise: str) -> str:
    utilization = (value or {}).get("averageUtilization")
    return otherwise if utilization is None else f"{utilization}%"


PRINTER = Printer(
    (
        NAME,
        Column("Reference", Field(SPEC, "scaleTargetRef")),
        Column("Targets", Field(SPEC, "metrics")),
        Column("MinPods", Field(SPEC, "minReplicas")),
        Column("MaxPods", Field(SPEC, "maxReplicas")),
        Column("Replicas", Field(STATUS, "currentReplicas")),
        AGE,
    ),
    row,
)

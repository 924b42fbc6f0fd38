"""kubectl autoscale: a HorizontalPodAutoscaler for what can be scaled. Upstream: kubectl/pkg/cmd/autoscale"""

import re

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.creating import Collection, metadata_of, send
from simulator.kubectl.errors import CommandError, Failure, ServerError, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import DRY_RUN, FILENAMES, PRINTING, SAVE_CONFIG, field_manager
from simulator.kubectl.recording import RECORD, recorded
from simulator.kubectl.typed import TypedReporter, configured
from simulator.machinery import quantities
from simulator.machinery.objects import Object

AUTOSCALERS = Collection("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers")
DEPRECATED = (
    "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU)."
)
OLDER = "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1"


@command(
    "autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]",
    summary="Auto-scale a deployment, replica set, stateful set, or replication controller",
    description="Create an autoscaler that keeps the number of pods fit for the load.\n\n"
    " It belongs to a deployment, replica set, stateful set or replication controller, and adds and removes pods as"
    " needed.",
    examples=(
        ("Keep between 2 and 10 pods", "kubectl autoscale deployment foo --min=2 --max=10"),
        ("Keep between 1 and 5 pods that use 80% of their CPU request", "kubectl autoscale rc foo --max=5 --cpu=80%"),
        (
            "Keep to 500m of CPU and 500Mi of memory",
            "kubectl autoscale deployment bar --min=3 --max=6 --cpu=500m --memory=500Mi",
        ),
    ),
    flags=(
        *PRINTING,
        Flag("cpu", "", "CPU that pods are to use: a percentage of the request ('70%') or a quantity ('500m')."),
        Flag(
            "cpu-percent",
            -1,
            "CPU that pods are to use, in percent of the request.",
            kind="int32",
            hidden=True,
            deprecated=DEPRECATED,
        ),
        DRY_RUN,
        RECORD,
        field_manager("kubectl-autoscale"),
        *FILENAMES,
        Flag("max", -1, "The most pods. Needed.", kind="int32"),
        Flag("memory", "", "Memory that pods are to use: a percentage of the request ('60%') or a quantity ('200Mi')."),
        Flag("min", -1, "The least pods; without it the server decides.", kind="int32"),
        Flag("name", "", "The autoscaler's name; without it, the object's."),
        SAVE_CONFIG,
    ),
    required=("max",),
    completes=("type", "deployment", "replicaset", "replicationcontroller", "statefulset"),
)
def autoscale(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    reporter = TypedReporter(kubectl, late=True)
    kubectl.connect(before_namespace=True)
    check(kubectl)
    metrics = metrics_of(kubectl)
    found, errors = Builder(kubectl, options.args, selector="", latest=False).collected()
    for info in found:
        try:
            obj = autoscaled(kubectl, info, metrics, reporter.strategy)
            reporter.report(obj, "created" if reporter.strategy == "client" else "autoscaled")
        except Failure as failure:
            errors.append(failure)
    raise_all(errors)
    return None


def autoscaled(kubectl: Kubectl, info: Info, metrics: list[Object], strategy: str) -> Object:
    if "scale" not in info.resource.subresources:
        where = f"{info.resource.group}/{info.resource.version}"
        raise CommandError(
            f"cannot autoscale a {info.resource.kind}: could not find scale subresource for {where}, "
            f"Resource={info.resource.name} in discovery information"
        )
    obj = recorded(kubectl, autoscaler(kubectl, info, metrics))
    if strategy == "client":
        return obj
    return tried(kubectl, configured(obj) if kubectl.options.flag("save-config") else obj, strategy)


def tried(kubectl: Kubectl, obj: Object, strategy: str) -> Object:
    """Create the autoscaler; what cannot be told to an older version is refused in other words than the server's."""
    try:
        return send(kubectl, obj, AUTOSCALERS, strategy)
    except ServerError:
        cpu = kubectl.options.text("cpu")
        if re.fullmatch(r"\d+%", cpu) and not kubectl.options.text("memory"):
            raise
        raise CommandError(f"{OLDER}: {'%!w(<nil>)' if cpu else 'empty input'}") from None


def check(kubectl: Kubectl) -> None:
    if kubectl.options.changed("cpu-percent") and kubectl.options.changed("cpu"):
        raise CommandError("--cpu-percent and --cpu are mutually exclusive")
    low, high = (kubectl.options.number(flag) for flag in ("min", "max"))
    if high < 1:
        raise CommandError(f"--max=MAXPODS is required and must be at least 1, max: {high}")
    if high < low:
        raise CommandError(f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {high}, min: {low}")


def metrics_of(kubectl: Kubectl) -> list[Object]:
    options = kubectl.options
    metrics = []
    if options.number("cpu-percent") >= 0:
        metrics.append(metric("cpu", f"{options.number('cpu-percent')}%"))
    for name in ("cpu", "memory"):
        if options.text(name):
            metrics.append(metric(name, options.text(name)))
    return metrics


def metric(name: str, text: str) -> Object:
    """A share of what pods ask for, or an amount."""
    if re.fullmatch(r"\d+%", text):
        target: Object = {"type": "Utilization", "averageUtilization": int(text[:-1])}
    else:
        if name == "cpu" and text.isdigit():
            text = f"{text}m"  # a bare number counts thousandths
        try:
            target = {"type": "AverageValue", "averageValue": str(quantities.parse(text))}
        except quantities.QuantityError:
            raise CommandError(f"invalid resource {name} value: {text}") from None
    return {"type": "Resource", "resource": {"name": name, "target": target}}


def autoscaler(kubectl: Kubectl, info: Info, metrics: list[Object]) -> Object:
    options = kubectl.options
    reference = {"kind": info.resource.kind, "name": info.name, "apiVersion": info.resource.api_version}
    spec: Object = {"scaleTargetRef": reference, "maxReplicas": options.number("max")}
    if options.number("min") > 0:
        spec["minReplicas"] = options.number("min")
    if metrics:
        spec["metrics"] = metrics
    metadata = metadata_of(kubectl, options.text("name") or info.name)
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": metadata, "spec": spec}

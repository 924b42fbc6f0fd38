"""How many replicas a metric asks for. Upstream: pkg/controller/podautoscaler/replica_calculator.go"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from simulator.api.client import Client
from simulator.controllers.pods import is_deleted, is_ready, phase
from simulator.machinery.objects import Object, at
from simulator.scheduler.resources import amount, container_requests

METRICS_API = "v1beta1.metrics.k8s.io"
POD_METRICS = "pods.metrics.k8s.io"
TOLERANCE = 0.1
NO_API = (
    "unable to get metrics for resource {}: unable to fetch metrics from resource metrics API: "
    "the server could not find the requested resource (get pods.metrics.k8s.io)"
)
NO_METRICS = "unable to get metrics for resource {}: no metrics returned from resource metrics API"


class MetricError(Exception):
    """A metric that cannot be had now."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one metric asks for: replicas, its name for people, and its current value for the status."""

    replicas: int
    name: str
    current: Object


def propose(client: Client, metric: Object, pods: Sequence[Object], replicas: int) -> Proposal:
    """The replicas that bring a resource metric to its target. Raises `MetricError`."""
    if metric["type"] != "Resource":
        raise MetricError(f'the "{metric["type"]}" metric source needs a custom metrics API, which this cluster lacks')
    resource, target = metric["resource"]["name"], metric["resource"]["target"]
    usage = _usage(client, resource, pods)
    measured = [pod for pod in pods if pod["metadata"]["name"] in usage and _counts(pod)]
    if not measured:
        raise MetricError(NO_METRICS.format(resource))
    total = sum(usage[pod["metadata"]["name"]] for pod in measured)
    if target["type"] == "Utilization":
        requested = sum(_requested(pod, resource) for pod in measured)
        utilization = total * 100 // requested
        ratio = utilization / target["averageUtilization"]
        current = {"averageUtilization": utilization, "averageValue": _shown(resource, total // len(measured))}
        name = f"{resource} resource utilization (percentage of request)"
    else:
        average = total / len(measured)
        ratio = average / amount(resource, str(target["averageValue"]))
        current = {"averageValue": _shown(resource, int(average))}
        name = f"{resource} resource"
    wanted = replicas if abs(ratio - 1) <= TOLERANCE else ceil(ratio * len(measured))
    return Proposal(wanted, name, {"type": "Resource", "resource": {"name": resource, "current": current}})


def _usage(client: Client, resource: str, pods: Sequence[Object]) -> dict[str, int]:
    """What each Pod uses, as far as it is measured."""
    if client.get("apiservices.apiregistration.k8s.io", "", METRICS_API) is None:
        raise MetricError(NO_API.format(resource))
    usage = {}
    for pod in pods:
        found = client.get(POD_METRICS, pod["metadata"]["namespace"], pod["metadata"]["name"])
        if found is not None:
            used = (container.get("usage", {}).get(resource, "0") for container in found["containers"])
            usage[pod["metadata"]["name"]] = sum(amount(resource, str(one)) for one in used)
    return usage


def _counts(pod: Object) -> bool:
    return phase(pod) == "Running" and not is_deleted(pod) and is_ready(pod)


def _requested(pod: Object, resource: str) -> int:
    total = 0
    for container in pod["spec"]["containers"]:
        asked = container_requests(container).get(resource)
        if asked is None:
            name = pod["metadata"]["name"]
            raise MetricError(f"missing request for {resource} in container {container['name']} of Pod {name}")
        total += asked
    return total


def _shown(resource: str, number: int) -> str:
    return f"{number}m" if resource == "cpu" else str(number)


def selector_of(target: Object) -> Object:
    """The label selector of a scaled object."""
    selector: Object = at(target, "spec", "selector", default={})
    return {"matchLabels": selector} if target["kind"] == "ReplicationController" else selector

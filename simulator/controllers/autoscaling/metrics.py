"""How many replicas a metric asks for. Upstream: pkg/controller/podautoscaler/replica_calculator.go"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

from simulator.api.client import Client
from simulator.controllers.pods import condition, is_deleted, phase
from simulator.kernel.clock import SECOND, moment
from simulator.machinery.durations import parse_duration
from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import Quantity, parse
from simulator.scheduler.resources import amount, container_requests

INITIALIZATION = 300 * SECOND
"""For so long after its start a Pod's CPU counts only when it was measured while the Pod was ready."""
INITIAL_READINESS = 30 * SECOND
"""A Pod that was never ready has its last transition this soon after its start."""
NO_API = (
    "unable to get metrics for resource {}: unable to fetch metrics from resource metrics API: "
    "the server could not find the requested resource (get pods.metrics.k8s.io)"
)
NO_METRICS = "unable to get metrics for resource {}: no metrics returned from resource metrics API"
NOT_READY = "did not receive metrics for targeted pods (pods might be unready)"
NO_PODS = "no pods returned by selector while calculating replica count"
NO_CUSTOM = "no custom metrics API (custom.metrics.k8s.io) registered"
NO_EXTERNAL = "no external metrics API (external.metrics.k8s.io) registered"


class MetricError(Exception):
    """A metric that cannot be had now: the condition's reason, what failed, and in which step of the whole."""

    def __init__(self, reason: str, what: str, message: str, step: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.what = what
        self.step = step

    @property
    def whole(self) -> str:
        return f"{self.step}{self.what}: {self}"


class Tolerances(NamedTuple):
    """How far from its target a metric may be without anything being done."""

    up: float = 0.1
    down: float = 0.1

    def allow(self, ratio: float) -> bool:
        return 1 - self.down <= ratio <= 1 + self.up


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one metric asks for: replicas, its name for people, and its current value for the status."""

    replicas: int
    name: str
    current: Object


@dataclass(slots=True)
class Groups:
    """Pods by what their metrics are worth. Upstream: groupPods"""

    ready: int = 0
    unready: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


class Sample(NamedTuple):
    """What a Pod used, when that was seen, and over which time."""

    value: int
    moment: int
    window: int


type Samples = dict[str, Sample]


@dataclass(frozen=True, slots=True)
class Calculator:
    """Works out replicas from what the Pods of one workload use."""

    client: Client
    namespace: str
    pods: Sequence[Object]
    replicas: int
    tolerances: Tolerances
    now: int

    def propose(self, metric: Object) -> Proposal:
        """The replicas that bring a metric to its target. Raises `MetricError`."""
        kind = metric["type"]
        if kind == "Resource":
            return self._resource(metric["resource"], "", kind)
        if kind == "ContainerResource":
            return self._resource(metric["containerResource"], metric["containerResource"]["container"], kind)
        source: Object = metric[kind.lower()]
        name = source["metric"]["name"]
        if kind == "External":
            raise MetricError(
                "FailedGetExternalMetric",
                "failed to get external metric value",
                f"unable to get external metric {self.namespace}/{name}/nil: unable to fetch metrics from external "
                f"metrics API: {NO_EXTERNAL}",
            )
        raise MetricError(
            f"FailedGet{kind}Metric",
            f"failed to get {kind.lower()} metric value",
            f"unable to get metric {name}: unable to fetch metrics from custom metrics API: {NO_CUSTOM}",
        )

    def _resource(self, source: Object, container: str, kind: str) -> Proposal:
        resource, target = source["name"], source["target"]
        word = " container resource" if container else " resource"
        by_utilization = target.get("averageUtilization") is not None
        try:
            samples = self._samples(resource, container)
            if by_utilization:
                found = self._by_utilization(resource, container, target["averageUtilization"], samples)
                name = f"{resource}{word} utilization (percentage of request)"
            else:
                found = self._by_value(resource, amount(resource, str(target["averageValue"])), samples)
                name = f"{resource}{word}"
        except ValueError as error:
            what = f"failed to get {resource} {'utilization' if by_utilization else 'usage'}"
            step = f"failed to get {resource}{word} metric value: "
            raise MetricError(f"FailedGet{kind}Metric", what, str(error), step) from None
        wanted, current = found
        shown = {"name": resource, "current": current, **({"container": container} if container else {})}
        return Proposal(wanted, name, {"type": kind, f"{kind[0].lower()}{kind[1:]}": shown})

    def _samples(self, resource: str, container: str) -> Samples:
        """What each Pod used, as far as that has been measured."""
        measured = self.client.pod_metrics(self.namespace)
        if measured is None:
            raise ValueError(NO_API.format(resource))
        if not self.pods:
            raise ValueError(NO_PODS)
        names = {pod["metadata"]["name"] for pod in self.pods}
        found = {}
        for one in measured:
            if one["metadata"]["name"] in names:
                used = [c["usage"].get(resource, "0") for c in one["containers"] if container in ("", c["name"])]
                total = sum(amount(resource, str(each)) for each in used)
                window = parse_duration(one["window"])
                found[one["metadata"]["name"]] = Sample(total, moment(one["timestamp"]), window)
        if not found:
            raise ValueError(NO_METRICS.format(resource))
        return found

    def _by_utilization(self, resource: str, container: str, target: int, samples: Samples) -> tuple[int, Object]:
        groups, known = self._grouped(resource, samples)
        requests = {pod["metadata"]["name"]: requested(pod, resource, container) for pod in self.pods}

        def ratio(values: Mapping[str, int]) -> tuple[float, int]:
            asked = sum(requests[name] for name in values)
            if not asked:
                raise ValueError("no metrics returned matched known pods")
            utilization = sum(values.values()) * 100 // asked
            return utilization / target, utilization

        first, utilization = ratio(known)
        missing = {name: requests[name] * max(100, target) // 100 for name in groups.missing}
        wanted = self._wanted(groups, known, missing, first, lambda values: ratio(values)[0])
        average = sum(known.values()) // len(known)
        return wanted, {"averageUtilization": utilization, "averageValue": shown(resource, average)}

    def _by_value(self, resource: str, target: int, samples: Samples) -> tuple[int, Object]:
        groups, known = self._grouped(resource, samples)

        def ratio(values: Mapping[str, int]) -> float:
            return sum(values.values()) / len(values) / target

        missing = dict.fromkeys(groups.missing, target)
        wanted = self._wanted(groups, known, missing, ratio(known), ratio)
        return wanted, {"averageValue": shown(resource, sum(known.values()) // len(known))}

    def _wanted(
        self,
        groups: Groups,
        known: dict[str, int],
        missing: dict[str, int],
        first: float,
        ratio: Callable[[Mapping[str, int]], float],
    ) -> int:
        """What is not known counts against a change: as busy when it would shrink, as idle when it would grow."""
        counts_unready = bool(groups.unready) and first > 1
        if not counts_unready and not groups.missing:
            return self.replicas if self.tolerances.allow(first) else ceil(first * groups.ready)
        values = {**known, **(missing if first < 1 else dict.fromkeys(groups.missing, 0))}
        if counts_unready:
            values |= dict.fromkeys(groups.unready, 0)
        again = ratio(values)
        if self.tolerances.allow(again) or (first < 1 < again) or (again < 1 < first):
            return self.replicas
        wanted = ceil(again * len(values))
        if (again < 1 and wanted > self.replicas) or (again > 1 and wanted < self.replicas):
            return self.replicas
        return wanted

    def _grouped(self, resource: str, samples: Samples) -> tuple[Groups, dict[str, int]]:
        groups = Groups()
        for pod in self.pods:
            name = pod["metadata"]["name"]
            if is_deleted(pod) or phase(pod) == "Failed":
                groups.ignored.append(name)
            elif phase(pod) == "Pending":
                groups.unready.append(name)
            elif name not in samples:
                groups.missing.append(name)
            elif resource == "cpu" and self._is_unready(pod, samples[name]):
                groups.unready.append(name)
            else:
                groups.ready += 1
        left_out = {*groups.ignored, *groups.unready}
        known = {name: sample.value for name, sample in samples.items() if name not in left_out}
        if not known:
            raise ValueError(NOT_READY)
        return groups, known

    def _is_unready(self, pod: Object, sample: Sample) -> bool:
        ready, started = condition(pod, "Ready"), at(pod, "status", "startTime")
        if ready is None or started is None:
            return True
        moved = moment(ready["lastTransitionTime"])
        if moment(started) + INITIALIZATION > self.now:
            return bool(ready["status"] == "False" or sample.moment < moved + sample.window)
        return bool(ready["status"] == "False" and moment(started) + INITIAL_READINESS > moved)


def requested(pod: Object, resource: str, container: str = "") -> int:
    total = 0
    sidecars = [one for one in pod["spec"].get("initContainers") or () if one.get("restartPolicy") == "Always"]
    for one in [*pod["spec"]["containers"], *sidecars]:
        if container not in ("", one["name"]):
            continue
        asked = container_requests(one).get(resource)
        if asked is None:
            name = pod["metadata"]["name"]
            raise ValueError(f"missing request for {resource} in container {one['name']} of Pod {name}")
        total += asked
    return total


def shown(resource: str, number: int) -> str:
    """A whole number of thousandths (CPU) or of units, as quantities are written."""
    text = f"{number}m" if resource == "cpu" else str(number)
    amount = parse(text)
    return str(Quantity(amount.nanos, amount.format))


def selector_of(target: Object) -> Object:
    """The label selector of a scaled object."""
    selector: Object = at(target, "spec", "selector", default={})
    return {"matchLabels": selector} if target["kind"] == "ReplicationController" else selector

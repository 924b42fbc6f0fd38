"""Brings the replicas of a workload to what its metrics ask for. Upstream: podautoscaler/horizontal.go"""

from collections.abc import Sequence

from simulator.controllers.autoscaling.metrics import MetricError, Proposal, propose, selector_of
from simulator.controllers.base import Controller
from simulator.kernel.clock import SECOND, timestamp
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, changed, key_of
from simulator.machinery.selectors import from_object

PERIOD = 15 * SECOND
DOWN_WINDOW = 300
TARGETS = {
    "Deployment": "deployments.apps",
    "ReplicaSet": "replicasets.apps",
    "StatefulSet": "statefulsets.apps",
    "ReplicationController": "replicationcontrollers",
}
UP_POLICIES = (
    {"type": "Pods", "value": 4, "periodSeconds": 15},
    {"type": "Percent", "value": 100, "periodSeconds": 15},
)
DOWN_POLICIES = ({"type": "Percent", "value": 100, "periodSeconds": 15},)
GOT_SCALE = "SucceededGetScale", "the HPA controller was able to get the target's current scale"
DISABLED = "ScalingDisabled", "scaling is disabled since the replica count of the target is zero"
MATCHES = "ReadyForNewScale", "recommended size matches current size"
STABILIZED = (
    "ScaleDownStabilized",
    "recent recommendations were higher than current one, applying the highest recent recommendation",
)
IN_RANGE = "DesiredWithinRange", "the desired count is within the acceptable range"
TOO_FEW = "TooFewReplicas", "the desired replica count is less than the minimum replica count"
TOO_MANY = "TooManyReplicas", "the desired replica count is more than the maximum replica count"


class HorizontalPodAutoscalerController(Controller):
    """Looks at each autoscaler every 15 seconds.

    State, as tables: `recommended` (moment and replicas, per autoscaler) and `scaled` (moment and change).
    """

    name = "horizontal-pod-autoscaler-controller"
    source = "horizontal-pod-autoscaler"
    resource = "horizontalpodautoscalers.autoscaling"
    kind = "HorizontalPodAutoscaler"
    watches = ("horizontalpodautoscalers.autoscaling",)

    def observe(self, change: Change) -> None:
        """A new one, or one whose spec changed, is looked at after one period."""
        if change.old is None or change.old["spec"] != change.object["spec"]:
            self.look_again(key_of(change.object), PERIOD)

    def reconcile(self, key: Key) -> None:
        scaler = self.get(key)
        if scaler is None:
            self.table("recommended").delete(key)
            self.table("scaled").delete(key)
            return
        self.look_again(key, PERIOD)
        status = dict(scaler.get("status") or {})
        status["conditions"] = list(status.get("conditions") or ())
        target = self._target(scaler, status)
        if target is not None:
            self._scale(scaler, target, status)
        if status != scaler.get("status"):
            self.client.update(self.resource, {**scaler, "status": status})

    def _target(self, scaler: Object, status: Object) -> Object | None:
        reference = scaler["spec"]["scaleTargetRef"]
        resource = TARGETS.get(reference["kind"])
        name = reference["name"]
        target = self.client.get(resource, scaler["metadata"]["namespace"], name) if resource else None
        if target is None:
            plural = resource or f"{reference['kind'].lower()}s"
            missing = f'{plural} "{name}" not found'
            text = f"the HPA controller was unable to get the target's current scale: {missing}"
            self._set(status, "AbleToScale", "False", "FailedGetScale", text)
            self.events.warning(scaler, "FailedGetScale", missing)
            return None
        self._set(status, "AbleToScale", "True", *GOT_SCALE)
        return target

    def _scale(self, scaler: Object, target: Object, status: Object) -> None:
        replicas = target["spec"].get("replicas", 1)
        status["currentReplicas"] = at(target, "status", "replicas", default=0)
        status.setdefault("desiredReplicas", 0)
        if replicas == 0:
            self._set(status, "ScalingActive", "False", *DISABLED)
            return
        proposal = self._propose(scaler, target, replicas, status)
        if proposal is None:
            return
        wanted = self._within_limits(scaler, status, self._stabilized(scaler, status, proposal.replicas), replicas)
        status["desiredReplicas"] = wanted
        if wanted != replicas:
            self._resize(scaler, target, status, wanted, proposal)

    def _propose(self, scaler: Object, target: Object, replicas: int, status: Object) -> Proposal | None:
        """The largest proposal of all metrics. Upstream: computeReplicasForMetrics"""
        selector = from_object(selector_of(target))
        namespace = scaler["metadata"]["namespace"]
        pods = [pod for pod in self.client.list("pods", namespace) if selector.matches(pod["metadata"].get("labels"))]
        proposals: list[Proposal] = []
        failures: list[str] = []
        metrics: list[Object] = scaler["spec"].get("metrics") or []
        for metric in metrics:
            try:
                proposals.append(propose(self.client, metric, pods, replicas))
            except MetricError as error:
                failures.append(self._failed(scaler, metric, str(error)))
        status["currentMetrics"] = [one.current for one in proposals] or None
        best = max(proposals, key=lambda one: one.replicas, default=None)
        if failures and (best is None or best.replicas < replicas):
            how = failures[0].removeprefix(f"failed to get {_name(metrics[0])} resource metric value: ")
            told = f"the HPA was unable to compute the replica count: {how}"
            self._set(status, "ScalingActive", "False", "FailedGetResourceMetric", told)
            text = f"invalid metrics ({len(failures)} invalid out of {len(metrics)}), first error is: {failures[0]}"
            self.events.warning(scaler, "FailedComputeMetricsReplicas", text)
            return None
        if best is not None:
            text = f"the HPA was able to successfully calculate a replica count from {best.name}"
            self._set(status, "ScalingActive", "True", "ValidMetricFound", text)
        return best

    def _failed(self, scaler: Object, metric: Object, error: str) -> str:
        name = _name(metric)
        text = f"failed to get {name} utilization: {error}"
        self.events.warning(scaler, "FailedGetResourceMetric", text)
        return f"failed to get {name} resource metric value: {text}"

    def _stabilized(self, scaler: Object, status: Object, wanted: int) -> int:
        """Nothing shrinks below what was recommended a short while ago. Upstream: stabilizeRecommendation"""
        key = key_of(scaler)
        window = at(scaler, "spec", "behavior", "scaleDown", "stabilizationWindowSeconds", default=DOWN_WINDOW)
        since = self.clock.now - window * SECOND
        recent = [one for one in self.table("recommended").get(key) or () if one[0] > since]
        self.table("recommended").put(key, [*recent, (self.clock.now, wanted)])
        highest = max([number for _, number in recent], default=wanted)
        if highest > wanted:
            self._set(status, "AbleToScale", "True", *STABILIZED)
            return int(min(highest, max(status["currentReplicas"], wanted)))
        self._set(status, "AbleToScale", "True", *MATCHES)
        return wanted

    def _within_limits(self, scaler: Object, status: Object, wanted: int, replicas: int) -> int:
        """Upstream: convertDesiredReplicasWithBehaviorRate"""
        spec = scaler["spec"]
        least, most = spec.get("minReplicas", 1), spec["maxReplicas"]
        limited = min(max(wanted, least), most)
        rule, defaults = ("scaleUp", UP_POLICIES) if limited > replicas else ("scaleDown", DOWN_POLICIES)
        policies = at(spec, "behavior", rule, "policies", default=defaults)
        choose = at(spec, "behavior", rule, "selectPolicy", default="Max")
        limited = self._rate_limited(key_of(scaler), limited, replicas, policies, choose)
        if wanted < least:
            self._set(status, "ScalingLimited", "True", *TOO_FEW)
        elif wanted > most:
            self._set(status, "ScalingLimited", "True", *TOO_MANY)
        else:
            self._set(status, "ScalingLimited", "False", *IN_RANGE)
        return limited

    def _rate_limited(self, key: Key, wanted: int, replicas: int, policies: Sequence[Object], choose: str) -> int:
        if choose == "Disabled":
            return replicas
        up = wanted > replicas
        bounds = []
        for one in policies:
            since = self.clock.now - one["periodSeconds"] * SECOND
            recent = sum(
                delta for when, delta in self.table("scaled").get(key) or () if when > since and (delta > 0) == up
            )
            base = replicas - recent
            step = one["value"] if one["type"] == "Pods" else -(-base * one["value"] // 100)
            bounds.append(base + step if up else base - step)
        widest = (max if up else min) if choose == "Max" else (min if up else max)
        bound = widest(bounds, default=wanted)
        return min(wanted, max(bound, replicas)) if up else max(wanted, min(bound, replicas))

    def _resize(self, scaler: Object, target: Object, status: Object, wanted: int, proposal: Proposal) -> None:
        before = target["spec"].get("replicas", 1)
        self.client.update(TARGETS[target["kind"]], changed(target, ("spec", "replicas"), wanted))
        why = f"{proposal.name} above target" if wanted > before else "All metrics below target"
        self.events.normal(scaler, "SuccessfulRescale", f"New size: {wanted}; reason: {why}")
        text = f"the HPA controller was able to update the target scale to {wanted}"
        self._set(status, "AbleToScale", "True", "SucceededRescale", text)
        status["lastScaleTime"] = timestamp(self.clock.now)
        done = [
            one for one in self.table("scaled").get(key_of(scaler)) or () if one[0] > self.clock.now - 3600 * SECOND
        ]
        self.table("scaled").put(key_of(scaler), [*done, (self.clock.now, wanted - before)])

    def _set(self, status: Object, kind: str, value: str, reason: str, message: str) -> None:
        conditions = status["conditions"]
        old = next((one for one in conditions if one["type"] == kind), None)
        since = old["lastTransitionTime"] if old and old["status"] == value else timestamp(self.clock.now)
        entry = {"type": kind, "status": value, "lastTransitionTime": since, "reason": reason, "message": message}
        status["conditions"] = [entry if one is old else one for one in conditions] if old else [*conditions, entry]


def _name(metric: Object) -> str:
    return str(at(metric, "resource", "name", default=metric["type"]))

"""Brings the replicas of a workload to what its metrics ask for. Upstream: podautoscaler/horizontal.go"""

from simulator.controllers.autoscaling.limits import IN_RANGE, Limits, Moments
from simulator.controllers.autoscaling.metrics import Calculator, MetricError, Proposal, Tolerances, selector_of
from simulator.controllers.base import Controller
from simulator.kernel.clock import SECOND, timestamp
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, changed, key_of
from simulator.machinery.selectors import from_object

PERIOD = 15 * SECOND
KEPT = 3600 * SECOND
"""How long it is remembered what was recommended and done: the longest window and period there may be."""
TOLERANCE = 0.1
TARGETS = {
    "Deployment": "deployments.apps",
    "ReplicaSet": "replicasets.apps",
    "StatefulSet": "statefulsets.apps",
    "ReplicationController": "replicationcontrollers",
}
GOT_SCALE = "SucceededGetScale", "the HPA controller was able to get the target's current scale"
DISABLED = "ScalingDisabled", "scaling is disabled since the replica count of the target is zero"
ABOVE = "Current number of replicas above Spec.MaxReplicas"
BELOW = "Current number of replicas below Spec.MinReplicas"


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
        """Upstream: reconcileAutoscaler"""
        spec, key = scaler["spec"], key_of(scaler)
        replicas = target["spec"].get("replicas", 1)
        if not self.table("recommended").get(key):
            self._note("recommended", key, replicas)
        status["currentReplicas"] = at(target, "status", "replicas", default=0)
        status.setdefault("desiredReplicas", 0)
        if replicas == 0:
            self._set(status, "ScalingActive", "False", *DISABLED)
            status["desiredReplicas"] = 0
            return
        if replicas > spec["maxReplicas"]:
            wanted, why = spec["maxReplicas"], ABOVE
        elif replicas < spec.get("minReplicas", 1):
            wanted, why = spec.get("minReplicas", 1), BELOW
        else:
            proposal = self._propose(scaler, target, replicas, status)
            if proposal is None:
                return
            wanted = self._limited(scaler, status, proposal.replicas, replicas)
            why = f"{proposal.name} above target" if wanted > replicas else "All metrics below target"
        status["desiredReplicas"] = wanted
        if wanted != replicas:
            self._resize(scaler, target, status, wanted, why)

    def _limited(self, scaler: Object, status: Object, wanted: int, replicas: int) -> int:
        """What a proposal becomes, and the conditions that say why."""
        key, limits = key_of(scaler), Limits(scaler["spec"], replicas, self.clock.now)
        recommended = self._moments("recommended", key)
        self._note("recommended", key, wanted)
        wanted, said = limits.stabilized(wanted, recommended)
        self._set(status, "AbleToScale", "True", *said)
        wanted, limited = limits.within(wanted, self._moments("scaled", key))
        self._set(status, "ScalingLimited", "True" if limited else "False", *(limited or IN_RANGE))
        return wanted

    def _propose(self, scaler: Object, target: Object, replicas: int, status: Object) -> Proposal | None:
        """The largest proposal of all metrics. Upstream: computeReplicasForMetrics"""
        selector = from_object(selector_of(target))
        namespace = scaler["metadata"]["namespace"]
        pods = [pod for pod in self.client.list("pods", namespace) if selector.matches(pod["metadata"].get("labels"))]
        tolerances = Tolerances(self._tolerance(scaler, "scaleUp"), self._tolerance(scaler, "scaleDown"))
        calculator = Calculator(self.client, namespace, pods, replicas, tolerances, self.clock.now)
        proposals: list[Proposal] = []
        failures: list[MetricError] = []
        metrics: list[Object] = scaler["spec"].get("metrics") or []
        for metric in metrics:
            try:
                proposals.append(calculator.propose(metric))
            except MetricError as error:
                failures.append(error)
                self.events.warning(scaler, error.reason, f"{error.what}: {error}")
        status["currentMetrics"] = [one.current for one in proposals] or None
        best = max(proposals, key=lambda one: one.replicas, default=None)
        if failures and (best is None or best.replicas < replicas):
            self._refuse(scaler, status, failures, len(metrics))
            return None
        if best is not None:
            text = f"the HPA was able to successfully calculate a replica count from {best.name}"
            self._set(status, "ScalingActive", "True", "ValidMetricFound", text)
        return best

    def _refuse(self, scaler: Object, status: Object, failures: list[MetricError], metrics: int) -> None:
        first = failures[0]
        told = f"the HPA was unable to compute the replica count: {first.what}: {first}"
        self._set(status, "ScalingActive", "False", first.reason, told)
        text = f"invalid metrics ({len(failures)} invalid out of {metrics}), first error is: {first.whole}"
        self.events.warning(scaler, "FailedComputeMetricsReplicas", text)

    @staticmethod
    def _tolerance(scaler: Object, direction: str) -> float:
        given = at(scaler, "spec", "behavior", direction, "tolerance")
        return float(given) if given is not None else TOLERANCE

    def _moments(self, table: str, key: Key) -> Moments:
        return self.table(table).get(key) or ()

    def _note(self, table: str, key: Key, number: int) -> None:
        kept = [one for one in self._moments(table, key) if one[0] > self.clock.now - KEPT]
        self.table(table).put(key, (*kept, (self.clock.now, number)))

    def _resize(self, scaler: Object, target: Object, status: Object, wanted: int, why: str) -> None:
        before = target["spec"].get("replicas", 1)
        self.client.update(TARGETS[target["kind"]], changed(target, ("spec", "replicas"), wanted), "scale")
        self.events.normal(scaler, "SuccessfulRescale", f"New size: {wanted}; reason: {why}")
        text = f"the HPA controller was able to update the target scale to {wanted}"
        self._set(status, "AbleToScale", "True", "SucceededRescale", text)
        status["lastScaleTime"] = timestamp(self.clock.now)
        self._note("scaled", key_of(scaler), wanted - before)

    def _set(self, status: Object, kind: str, value: str, reason: str, message: str) -> None:
        conditions = status["conditions"]
        old = next((one for one in conditions if one["type"] == kind), None)
        since = old["lastTransitionTime"] if old and old["status"] == value else timestamp(self.clock.now)
        entry = {"type": kind, "status": value, "lastTransitionTime": since, "reason": reason, "message": message}
        status["conditions"] = [entry if one is old else one for one in conditions] if old else [*conditions, entry]

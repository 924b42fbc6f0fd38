"""Counts how many Pods a PodDisruptionBudget lets go. Upstream: pkg/controller/disruption"""

from collections.abc import Iterator, Sequence

from simulator.controllers.base import Controller
from simulator.controllers.deployment.revisions import scaled
from simulator.controllers.pods import is_active, is_deleted, is_ready
from simulator.kernel.clock import MINUTE, moment, timestamp
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, controller_of, key_of
from simulator.machinery.selectors import from_object

DELETION_TIMEOUT = 2 * MINUTE
SCALED = {
    "ReplicaSet": "replicasets.apps",
    "Deployment": "deployments.apps",
    "StatefulSet": "statefulsets.apps",
    "ReplicationController": "replicationcontrollers",
}
"""The controllers that say how many Pods they expect."""


class DisruptionController(Controller):
    """Keeps the status of PodDisruptionBudgets, which evictions are decided by."""

    name = "disruption-controller"
    source = "controllermanager"
    resource = "poddisruptionbudgets.policy"
    kind = "PodDisruptionBudget"
    watches = ("poddisruptionbudgets.policy", "pods", *SCALED.values())

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource == self.resource:
            yield key_of(change.object)
            return
        namespace = change.object["metadata"].get("namespace")
        for key, budget in self.client.rows(self.resource).items():
            if key[0] == namespace and (change.resource != "pods" or self._covers(budget, change.object)):
                yield key

    def _covers(self, budget: Object, pod: Object) -> bool:
        return from_object(budget["spec"].get("selector")).matches(pod["metadata"].get("labels"))

    def reconcile(self, key: Key) -> None:
        budget = self.get(key)
        if budget is None:
            return
        pods = [pod for pod in self.client.list("pods", key[0]) if self._covers(budget, pod)]
        if not pods:
            self.events.normal(budget, "NoPods", "No matching pods found")
        expected, desired = self._wanted(budget, pods)
        disrupted = self._disrupted(budget, pods)
        staying = [pod for pod in pods if is_active(pod) and pod["metadata"]["name"] not in disrupted]
        healthy = sum(1 for pod in staying if is_ready(pod))
        allowed = max(healthy - desired, 0) if expected > 0 else 0
        status: Object = {
            "currentHealthy": healthy,
            "desiredHealthy": desired,
            "disruptionsAllowed": allowed,
            "expectedPods": expected,
            "observedGeneration": budget["metadata"].get("generation", 0),
            "conditions": self._conditions(budget, allowed),
        }
        if disrupted:
            status["disruptedPods"] = disrupted
        if status != budget.get("status"):
            self.client.update(self.resource, {**budget, "status": status})

    def _wanted(self, budget: Object, pods: Sequence[Object]) -> tuple[int, int]:
        """How many Pods are expected, and how many of them must be healthy. Upstream: getExpectedPodCount"""
        spec = budget["spec"]
        least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
        if most is not None:
            expected = self._expected(pods)
            return expected, max(expected - scaled(most, expected, up=True), 0)
        if isinstance(least, str):
            expected = self._expected(pods)
            return expected, scaled(least, expected, up=True)
        return len(pods), int(least if least is not None else 1)

    def _expected(self, pods: Sequence[Object]) -> int:
        """The sum of what the Pods' controllers ask for."""
        counted: dict[str, int] = {}
        for pod in pods:
            owner = self._scaled_owner(pod)
            if owner is not None:
                replicas = owner["spec"].get("replicas")
                counted[owner["metadata"]["uid"]] = 1 if replicas is None else replicas
        return sum(counted.values())

    def _scaled_owner(self, obj: Object) -> Object | None:
        """The topmost controller that has a number of replicas."""
        reference = controller_of(obj)
        resource = SCALED.get(reference["kind"]) if reference else None
        if reference is None or resource is None:
            return None
        owner = self.client.get(resource, obj["metadata"]["namespace"], reference["name"])
        if owner is None:
            return None
        return self._scaled_owner(owner) or owner

    def _disrupted(self, budget: Object, pods: Sequence[Object]) -> Object:
        """Pods whose eviction was granted and that are not gone yet."""
        by_name = {pod["metadata"]["name"]: pod for pod in pods}
        kept: Object = {}
        for name, when in (at(budget, "status", "disruptedPods") or {}).items():
            pod = by_name.get(name)
            if pod is None or is_deleted(pod):
                continue
            due = moment(when) + DELETION_TIMEOUT
            if due < self.clock.now:
                named = "/".join(key_of(budget))
                text = f"Pod was expected by PDB {named} to be deleted but it wasn't"
                self.events.warning(pod, "NotDeleted", text)
            else:
                kept[name] = when
                self.look_again(key_of(budget), due - self.clock.now)
        return kept

    def _conditions(self, budget: Object, allowed: int) -> list[Object]:
        status, reason = ("True", "SufficientPods") if allowed else ("False", "InsufficientPods")
        conditions = at(budget, "status", "conditions", default=[])
        old = next((one for one in conditions if one["type"] == "DisruptionAllowed"), None)
        since = old["lastTransitionTime"] if old and old["status"] == status else timestamp(self.clock.now)
        entry: Object = {"type": "DisruptionAllowed", "status": status, "reason": reason, "message": ""}
        entry |= {"lastTransitionTime": since, "observedGeneration": budget["metadata"].get("generation", 0)}
        return [*(one for one in conditions if one is not old), entry]

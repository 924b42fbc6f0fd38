"""Keeps as many Pods running as each ReplicaSet asks for. Upstream: pkg/controller/replicaset"""

from collections.abc import Iterator

from simulator.api.client import Client
from simulator.api.errors import APIError
from simulator.controllers.base import LATENCY, Controller
from simulator.controllers.ownership import Matching, claim
from simulator.controllers.pods import (
    PodControl,
    crowding,
    deletion_order,
    is_active,
    is_available,
    is_deleted,
    is_ready,
    pod_from_template,
    progressed,
    ready_since,
)
from simulator.kernel.clock import MILLISECOND, SECOND, timestamp
from simulator.kernel.component import Change, Kernel
from simulator.machinery.objects import Key, Object, controller_of, key_of
from simulator.machinery.selectors import Selector, from_labels, from_object

UNFINISHED = "unfinished/controller"
"""By which index it finds its Pods: those that are over count no more."""
BURST = 100
"""How many Pods are created or deleted in one go: upstream's 500 in shares, so that a turn stays short."""


class ReplicaSetController(Controller):
    """Creates or deletes Pods until a ReplicaSet has the replicas it wants."""

    name = "replicaset-controller"
    source = "replicaset-controller"
    resource = "replicasets.apps"
    kind = "ReplicaSet"
    watches = ("replicasets.apps", "pods")
    owns = ("pods",)
    latency = 50 * MILLISECOND
    """Pods that change together are taken together; its own objects wait less."""

    def __init__(self, kernel: Kernel, client: Client, *, minor: int = 37) -> None:
        super().__init__(kernel, client, minor=minor)
        self.pods = PodControl(client, self.events)

    def observe(self, change: Change) -> None:
        for key in self.keys(change):
            self.enqueue(key, self.latency if change.resource == "pods" else LATENCY)

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource == "pods" and change.type == "MODIFIED" and not progressed(change.old, change.object):
            return
        yield from super().keys(change)
        if change.resource == "pods" and change.type != "DELETED" and controller_of(change.object) is None:
            yield from self._interested(change.object)

    def _interested(self, pod: Object) -> Iterator[Key]:
        """The sets whose selector an orphan matches."""
        for candidate in self.client.list(self.resource, pod["metadata"].get("namespace")):
            if self.selector(candidate).matches(pod["metadata"].get("labels")):
                yield key_of(candidate)

    def selector(self, owner: Object) -> Selector:
        return from_object(owner["spec"].get("selector"))

    def reconcile(self, key: Key) -> None:
        owner = self.get(key)
        if owner is None:
            return  # the garbage collector sees to its Pods
        claimed = claim(self.client, "pods", owner, self.selector(owner), is_active, index=UNFINISHED)
        active = [pod for pod in claimed if not is_deleted(pod)]
        leaving = len(claimed) - len(active)
        failure = None if is_deleted(owner) else self._manage(owner, active)
        self._report(owner, active, leaving, failure)
        if failure is not None:
            raise failure

    def _manage(self, owner: Object, active: list[Object]) -> APIError | None:
        """Create what is missing or delete what is too much; the error that stopped it, if one did."""
        missing = owner["spec"].get("replicas", 1) - len(active)
        if missing > 0:
            return self._create(owner, min(missing, BURST))
        if missing < 0:
            for pod in self.first_to_go(owner, active)[: min(-missing, BURST)]:
                self.pods.delete(owner, pod)
        return None

    def _create(self, owner: Object, number: int) -> APIError | None:
        """In batches of 1, 2, 4 and so on, so that one refusal does not become hundreds."""
        template, batch = owner["spec"]["template"], 1
        while number > 0:
            for _ in range(min(batch, number)):
                try:
                    self.pods.create(owner, pod_from_template(template, owner))
                except APIError as error:
                    return error
            number -= batch
            batch *= 2
        return None

    def first_to_go(self, owner: Object, active: list[Object]) -> list[Object]:
        ranks = crowding(self.related(owner, active))
        return sorted(active, key=lambda pod: deletion_order(pod, ranks))

    def related(self, owner: Object, active: list[Object]) -> list[Object]:
        """The Pods of all sets of the same Deployment: where they crowd, some go first."""
        above = controller_of(owner)
        if above is None:
            return active
        siblings = self.client.indexed(self.resource, "controller", above["uid"])
        return [pod for one in siblings for pod in self.client.owned("pods", one, UNFINISHED) if is_active(pod)]

    def _report(self, owner: Object, active: list[Object], leaving: int, failure: APIError | None) -> None:
        """Upstream: replica_set_utils.go calculateStatus"""
        labelled = Matching(from_labels((owner["spec"]["template"].get("metadata") or {}).get("labels")))
        minimum = owner["spec"].get("minReadySeconds") or 0
        ready = [pod for pod in active if is_ready(pod)]
        available = [pod for pod in ready if is_available(pod, minimum, self.clock.now)] if minimum else ready
        counts = {
            "replicas": len(active),
            "fullyLabeledReplicas": sum(map(labelled, active)),
            "readyReplicas": len(ready),
            "availableReplicas": len(available),
        }
        status: Object = {"replicas": counts["replicas"]}
        status |= {name: number for name, number in counts.items() if number}
        if self.counts_leaving:
            status["terminatingReplicas"] = leaving
        conditions = self._conditions(owner, failure)
        if conditions:
            status["conditions"] = conditions
        status["observedGeneration"] = owner["metadata"].get("generation", 0)
        if status != owner.get("status"):
            self.client.update(self.resource, {**owner, "status": status})
        if minimum and counts["readyReplicas"] != counts["availableReplicas"]:
            self._await_availability(owner, active, minimum)

    @property
    def counts_leaving(self) -> bool:
        """`terminatingReplicas` is there since 1.35."""
        return self.minor >= 35

    def _await_availability(self, owner: Object, active: list[Object], minimum: int) -> None:
        moments = [since + minimum * SECOND for since in map(ready_since, active) if since is not None]
        coming = [when for when in moments if when > self.clock.now]
        if coming:
            self.look_again(key_of(owner), min(coming) - self.clock.now)

    def _conditions(self, owner: Object, failure: APIError | None) -> list[Object]:
        conditions = list((owner.get("status") or {}).get("conditions") or ())
        others = [one for one in conditions if one["type"] != "ReplicaFailure"]
        if failure is None:
            return others
        if len(others) < len(conditions):
            return conditions
        entry = {"type": "ReplicaFailure", "status": "True", "lastTransitionTime": timestamp(self.clock.now)}
        return [*others, {**entry, "reason": "FailedCreate", "message": failure.message}]


class ReplicationControllerController(ReplicaSetController):
    """The same for the older ReplicationController, whose selector is a plain map."""

    name = "replicationcontroller-controller"
    source = "replication-controller"
    resource = "replicationcontrollers"
    kind = "ReplicationController"
    watches = ("replicationcontrollers", "pods")

    def selector(self, owner: Object) -> Selector:
        return from_labels(owner["spec"].get("selector"))

    @property
    def counts_leaving(self) -> bool:
        return False

"""Keeps numbered Pods with lasting names and volumes. Upstream: pkg/controller/statefulset"""

from collections.abc import Sequence

from simulator.api.errors import APIError
from simulator.controllers.base import Controller
from simulator.controllers.history import HASH_LABEL, current_revision, forget_oldest, template_of
from simulator.controllers.ownership import claim
from simulator.controllers.pods import (
    is_available,
    is_deleted,
    is_finished,
    is_ready,
    phase,
    pod_from_template,
    ready_since,
)
from simulator.kernel.clock import SECOND
from simulator.machinery.objects import Key, Object, at, key_of, owner_reference
from simulator.machinery.selectors import from_object

POD_NAME = "statefulset.kubernetes.io/pod-name"
POD_INDEX = "apps.kubernetes.io/pod-index"
REVISION_HASH = "controller.kubernetes.io/hash"


class StatefulSetController(Controller):
    """Creates Pods in order, deletes them in reverse order, each when the one before is ready."""

    name = "statefulset-controller"
    source = "statefulset-controller"
    resource = "statefulsets.apps"
    kind = "StatefulSet"
    watches = ("statefulsets.apps", "pods")
    owns = ("pods",)
    _removed: list[str]
    """The Pods that the step at hand deleted."""

    def reconcile(self, key: Key) -> None:
        stateful_set = self.get(key)
        if stateful_set is None or is_deleted(stateful_set):
            return
        selector = from_object(stateful_set["spec"]["selector"])
        pods = claim(self.client, "pods", stateful_set, selector, lambda pod: ordinal_of(stateful_set, pod) is not None)
        labels = at(stateful_set, "spec", "selector", "matchLabels", default={})
        update, history = current_revision(self.client, stateful_set, labels, hash_label=REVISION_HASH)
        named = at(stateful_set, "status", "currentRevision")
        current = next((one for one in history if one["metadata"]["name"] == named), update)
        failure = None
        before = [pod for pod in pods if phase(pod) in ("Pending", "Running")]
        self._removed = []
        try:
            self._step(stateful_set, current, update, pods)
        except APIError as error:
            failure = error
        self._report(stateful_set, current, update, before)
        live = {pod["metadata"].get("labels", {}).get(HASH_LABEL, "") for pod in pods}
        forget_oldest(self.client, stateful_set, history, {*live, name_of(current), name_of(update)})
        if failure is not None:
            raise failure

    # One step. Upstream: stateful_set_control.go updateStatefulSet

    def _step(self, stateful_set: Object, current: Object, update: Object, pods: Sequence[Object]) -> None:
        start, replicas = first_ordinal(stateful_set), wanted_replicas(stateful_set)
        by_ordinal = {ordinal: pod for pod in pods if (ordinal := ordinal_of(stateful_set, pod)) is not None}
        one_by_one = stateful_set["spec"].get("podManagementPolicy", "OrderedReady") == "OrderedReady"
        for ordinal in range(start, start + replicas):
            pod = by_ordinal.get(ordinal)
            if pod is not None and is_finished(pod) and not is_deleted(pod):
                self._recreate(stateful_set, pod)
                if one_by_one:
                    return
                continue
            if pod is None:
                self._create(stateful_set, current, update, ordinal)
            if one_by_one and (pod is None or not self._is_healthy(stateful_set, pod)):
                return
        condemned = sorted((n for n in by_ordinal if not start <= n < start + replicas), reverse=True)
        if condemned:
            self._shrink(stateful_set, [by_ordinal[n] for n in condemned], by_ordinal, one_by_one=one_by_one)
            return
        if at(stateful_set, "spec", "updateStrategy", "type", default="RollingUpdate") == "RollingUpdate":
            self._roll(stateful_set, update, by_ordinal)

    def _is_healthy(self, stateful_set: Object, pod: Object) -> bool:
        minimum = stateful_set["spec"].get("minReadySeconds") or 0
        running = phase(pod) == "Running" and is_ready(pod) and not is_deleted(pod)
        since = ready_since(pod)
        if running and since is not None and since + minimum * SECOND > self.clock.now:
            self.look_again(key_of(stateful_set), since + minimum * SECOND - self.clock.now)
        return running and is_available(pod, minimum, self.clock.now)

    def _recreate(self, stateful_set: Object, pod: Object) -> None:
        namespace, name = key_of(stateful_set)
        how = "failed" if phase(pod) == "Failed" else "succeeded"
        reason = "RecreatingFailedPod" if how == "failed" else "RecreatingTerminatedPod"
        message = f"StatefulSet {namespace}/{name} is recreating {how} Pod {pod['metadata']['name']}"
        self.events.warning(stateful_set, reason, message)
        self._delete(stateful_set, pod)

    def _shrink(
        self, stateful_set: Object, condemned: Sequence[Object], pods: dict[int, Object], *, one_by_one: bool
    ) -> None:
        unhealthy = [pods[n] for n in sorted(pods) if not self._is_healthy(stateful_set, pods[n])]
        for pod in condemned:
            if is_deleted(pod):
                if one_by_one:
                    return
                continue
            if one_by_one and not self._is_healthy(stateful_set, pod) and unhealthy and unhealthy[0] is not pod:
                return
            self._retain_or_not(stateful_set, pod, "whenScaled", pod)
            self._delete(stateful_set, pod)
            if one_by_one:
                return

    def _roll(self, stateful_set: Object, update: Object, pods: dict[int, Object]) -> None:
        """Replace one Pod of an old revision, from the highest number down to the partition."""
        partition = at(stateful_set, "spec", "updateStrategy", "rollingUpdate", "partition", default=0)
        lowest = first_ordinal(stateful_set) + partition
        most = at(stateful_set, "spec", "updateStrategy", "rollingUpdate", "maxUnavailable")
        if most is not None:
            self._roll_several(stateful_set, update, pods, lowest, rounded(most, wanted_replicas(stateful_set)))
            return
        for ordinal in sorted((n for n in pods if n >= lowest), reverse=True):
            pod = pods[ordinal]
            if revision_of(pod) != name_of(update) and not is_deleted(pod):
                self._delete(stateful_set, pod)
                return
            if not self._is_healthy(stateful_set, pod):
                return

    def _roll_several(
        self, stateful_set: Object, update: Object, pods: dict[int, Object], lowest: int, most: int
    ) -> None:
        """Replace as many at once as may be unavailable. Upstream: updateStatefulSetAfterInvariantEstablished"""
        spare = max(most, 1) - sum(not self._is_healthy(stateful_set, pod) for pod in pods.values())
        for ordinal in sorted((n for n in pods if n >= lowest), reverse=True):
            if spare <= 0:
                return
            if revision_of(pods[ordinal]) != name_of(update) and not is_deleted(pods[ordinal]):
                self._delete(stateful_set, pods[ordinal])
                spare -= 1

    # Pods and their claims.

    def _create(self, stateful_set: Object, current: Object, update: Object, ordinal: int) -> None:
        revision = current if self._keeps_current(stateful_set, update, ordinal) else update
        pod = self._new_pod(stateful_set, revision, ordinal)
        name = pod["metadata"]["name"]
        for declared in stateful_set["spec"].get("volumeClaimTemplates") or ():
            self._create_claim(stateful_set, declared, name, ordinal)
        owner = stateful_set["metadata"]["name"]
        try:
            self.client.create("pods", pod)
        except APIError as error:
            message = f"create Pod {name} in StatefulSet {owner} failed error: {error.message}"
            self.events.warning(stateful_set, "FailedCreate", message)
            raise
        message = f"create Pod {name} in StatefulSet {owner} successful"
        self.events.normal(stateful_set, "SuccessfulCreate", message)

    def _keeps_current(self, stateful_set: Object, update: Object, ordinal: int) -> bool:
        """Whether a Pod of that number is still of the old revision. Upstream: newVersionedStatefulSetPod"""
        strategy = at(stateful_set, "spec", "updateStrategy", default={})
        if at(stateful_set, "status", "currentRevision") in (None, name_of(update)):
            return False
        if strategy.get("type", "RollingUpdate") != "RollingUpdate":
            return False
        partition = (strategy.get("rollingUpdate") or {}).get("partition")
        if partition is None:
            partition = at(stateful_set, "status", "currentReplicas", default=0)
        return bool(ordinal < first_ordinal(stateful_set) + partition)

    def _new_pod(self, stateful_set: Object, revision: Object, ordinal: int) -> Object:
        owner = stateful_set["metadata"]["name"]
        name = f"{owner}-{ordinal}"
        labels = {POD_NAME: name, POD_INDEX: str(ordinal), HASH_LABEL: name_of(revision)}
        pod = pod_from_template(template_of(revision), stateful_set, name=name, labels=labels)
        spec = {**pod["spec"], "hostname": name, "subdomain": stateful_set["spec"].get("serviceName", "")}
        if not spec["subdomain"]:
            del spec["subdomain"]
        claims = [one["metadata"]["name"] for one in stateful_set["spec"].get("volumeClaimTemplates") or ()]
        if claims:
            own = [{"name": one, "persistentVolumeClaim": {"claimName": f"{one}-{name}"}} for one in claims]
            spec["volumes"] = [*own, *(one for one in spec.get("volumes") or () if one["name"] not in claims)]
        return {**pod, "spec": spec}

    def _create_claim(self, stateful_set: Object, declared: Object, pod_name: str, ordinal: int) -> None:
        namespace, owner = key_of(stateful_set)
        name = f"{declared['metadata']['name']}-{pod_name}"
        if self.client.get("persistentvolumeclaims", namespace, name) is not None:
            return
        labels = at(stateful_set, "spec", "selector", "matchLabels", default={})
        metadata = {**declared["metadata"], "name": name, "namespace": namespace}
        metadata["labels"] = {**metadata.get("labels", {}), **labels}
        if self._policy(stateful_set, "whenDeleted") == "Delete":
            metadata["ownerReferences"] = [owner_reference(stateful_set)]
        claim_object = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata}
        claim_object |= {"spec": declared["spec"], "status": {"phase": "Pending"}}
        self.client.create("persistentvolumeclaims", claim_object)
        message = f"create Claim {name} Pod {pod_name} in StatefulSet {owner} success"
        self.events.normal(stateful_set, "SuccessfulCreate", message)

    def _policy(self, stateful_set: Object, when: str) -> str:
        return str(at(stateful_set, "spec", "persistentVolumeClaimRetentionPolicy", when, default="Retain"))

    def _retain_or_not(self, stateful_set: Object, pod: Object, when: str, owner: Object) -> None:
        """Have a Pod's claims go with it where the policy says so."""
        if self._policy(stateful_set, when) != "Delete":
            return
        for declared in stateful_set["spec"].get("volumeClaimTemplates") or ():
            name = f"{declared['metadata']['name']}-{pod['metadata']['name']}"
            found = self.client.get("persistentvolumeclaims", pod["metadata"]["namespace"], name)
            if found is not None:
                references = [owner_reference({"apiVersion": "v1", "kind": "Pod", **owner})]
                self.client.change("persistentvolumeclaims", found, ("metadata", "ownerReferences"), references)

    def _delete(self, stateful_set: Object, pod: Object) -> None:
        self.client.delete("pods", pod)
        self._removed.append(pod["metadata"]["name"])
        name, owner = pod["metadata"]["name"], stateful_set["metadata"]["name"]
        message = f"delete Pod {name} in StatefulSet {owner} successful"
        self.events.normal(stateful_set, "SuccessfulDelete", message)

    def _report(self, stateful_set: Object, current: Object, update: Object, pods: Sequence[Object]) -> None:
        """Counts what was there before this step, less what it deleted. Upstream: updateReplicaStatus"""
        minimum = stateful_set["spec"].get("minReadySeconds") or 0
        staying = [pod for pod in pods if not is_deleted(pod) and pod["metadata"]["name"] not in self._removed]
        ready = [pod for pod in pods if phase(pod) == "Running" and is_ready(pod)]
        counts = {
            "readyReplicas": len(ready),
            "currentReplicas": sum(1 for pod in staying if revision_of(pod) == name_of(current)),
            "updatedReplicas": sum(1 for pod in staying if revision_of(pod) == name_of(update)),
        }
        current_name = name_of(current)
        rolling = at(stateful_set, "spec", "updateStrategy", "type", default="RollingUpdate") == "RollingUpdate"
        done = counts["updatedReplicas"] == len(pods) == counts["readyReplicas"] == wanted_replicas(stateful_set)
        if rolling and done:
            counts["currentReplicas"], current_name = counts["updatedReplicas"], name_of(update)
        status: Object = {
            "observedGeneration": stateful_set["metadata"].get("generation", 0),
            "replicas": len(pods),
            **{name: number for name, number in counts.items() if number},
            "availableReplicas": sum(1 for pod in ready if is_available(pod, minimum, self.clock.now)),
            "currentRevision": current_name,
            "updateRevision": name_of(update),
            "collisionCount": at(stateful_set, "status", "collisionCount", default=0),
        }
        if status != stateful_set.get("status"):
            self.client.update(self.resource, {**stateful_set, "status": status})


def rounded(amount: int | str, whole: int) -> int:
    """A number, or a percentage of the replicas rounded up."""
    return -(-int(amount[:-1]) * whole // 100) if isinstance(amount, str) else amount


def name_of(revision: Object) -> str:
    return str(revision["metadata"]["name"])


def revision_of(pod: Object) -> str:
    return str((pod["metadata"].get("labels") or {}).get(HASH_LABEL, ""))


def first_ordinal(stateful_set: Object) -> int:
    return int(at(stateful_set, "spec", "ordinals", "start", default=0))


def wanted_replicas(stateful_set: Object) -> int:
    replicas = stateful_set["spec"].get("replicas")
    return 1 if replicas is None else int(replicas)


def ordinal_of(stateful_set: Object, pod: Object) -> int | None:
    """The number in the Pod's name, if the name is one of this set's."""
    owner, _, number = pod["metadata"]["name"].rpartition("-")
    return int(number) if owner == stateful_set["metadata"]["name"] and number.isdigit() else None

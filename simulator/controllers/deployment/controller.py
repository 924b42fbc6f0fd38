"""Rolls Pods from one template to the next through ReplicaSets. Upstream: pkg/controller/deployment"""

from collections.abc import Iterator, Sequence

from simulator.api.errors import AlreadyExists, APIError
from simulator.controllers.base import Controller
from simulator.controllers.deployment import progress, scaling
from simulator.controllers.deployment.revisions import (
    HASH,
    REVISION,
    age,
    annotations,
    find_new,
    highest_revision,
    is_rolling,
    max_surge,
    new_annotations,
    replica_annotations,
    replicas_of,
    revision,
    total_replicas,
)
from simulator.controllers.hashing import template_hash
from simulator.controllers.ownership import claim
from simulator.controllers.pods import condition, is_deleted
from simulator.kernel.clock import MILLISECOND, SECOND
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, changed, controller_of, key_of, owner_reference
from simulator.machinery.selectors import from_object

SETS = "replicasets.apps"
PAUSED = "DeploymentPaused", "Deployment is paused"
RESUMED = "DeploymentResumed", "Deployment is resumed"
SELECTS_EVERYTHING = "This deployment is selecting all pods. A non-empty selector is required."


class DeploymentController(Controller):
    """Makes a ReplicaSet for each template, and moves replicas from the old ones to the new one."""

    name = "deployment-controller"
    source = "deployment-controller"
    resource = "deployments.apps"
    kind = "Deployment"
    watches = ("deployments.apps", SETS, "pods")
    owns = (SETS,)
    latency = 2 * MILLISECOND

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource == "pods":
            yield from self._of_deleted_pod(change)
            return
        yield from super().keys(change)
        if change.resource == SETS and change.type != "DELETED" and controller_of(change.object) is None:
            for deployment in self.client.list(self.resource, change.object["metadata"]["namespace"]):
                if from_object(deployment["spec"]["selector"]).matches(change.object["metadata"].get("labels")):
                    yield key_of(deployment)

    def _of_deleted_pod(self, change: Change) -> Iterator[Key]:
        """A Deployment that recreates waits for the last old Pod to go."""
        owner = controller_of(change.object) if change.type == "DELETED" else None
        if owner is None or owner["kind"] != "ReplicaSet":
            return
        replica_set = self.client.get(SETS, change.object["metadata"]["namespace"], owner["name"])
        above = controller_of(replica_set) if replica_set else None
        if above is not None and above["kind"] == self.kind:
            key = change.object["metadata"]["namespace"], above["name"]
            deployment = self.get(key)
            if deployment is not None and not is_rolling(deployment):
                yield key

    def reconcile(self, key: Key) -> None:
        deployment = self.get(key)
        if deployment is None:
            return
        selector = from_object(deployment["spec"]["selector"])
        if selector.is_empty:
            self.events.warning(deployment, "SelectingAll", SELECTS_EVERYTHING)
            return
        sets = claim(self.client, SETS, deployment, selector)
        if is_deleted(deployment):
            self._report(deployment, sets)
            return
        deployment = self._note_pause(deployment)
        if deployment["spec"].get("paused") or self._was_scaled(deployment, sets):
            self._sync(deployment, sets)
        elif is_rolling(deployment):
            self._roll(deployment, sets)
        else:
            self._recreate(deployment, sets)

    # Pausing and scaling.

    def _note_pause(self, deployment: Object) -> Object:
        """Upstream: checkPausedConditions"""
        if not progress.has_deadline(deployment):
            return deployment
        found = condition(deployment, "Progressing")
        if found is not None and found["reason"] == "ProgressDeadlineExceeded":
            return deployment
        was_paused = found is not None and found["reason"] == PAUSED[0]
        paused = bool(deployment["spec"].get("paused"))
        if paused == was_paused:
            return deployment
        return self._set_condition(deployment, "Progressing", "Unknown", *(PAUSED if paused else RESUMED))

    def _set_condition(self, deployment: Object, kind: str, status: str, reason: str, message: str) -> Object:
        entry = progress.new_condition(self.clock.now, kind, status, reason, message)
        conditions = at(deployment, "status", "conditions", default=[])
        updated = progress.set_condition(conditions, entry)
        if updated == conditions:
            return deployment
        return self.client.change(self.resource, deployment, ("status", "conditions"), updated)

    def _was_scaled(self, deployment: Object, sets: Sequence[Object]) -> bool:
        """Upstream: isScalingEvent"""
        wanted = str(replicas_of(deployment))
        active = [one for one in sets if replicas_of(one) > 0]
        recorded = [annotations(one).get("deployment.kubernetes.io/desired-replicas") for one in active]
        return any(one is not None and one != wanted for one in recorded)

    def _sync(self, deployment: Object, sets: list[Object]) -> None:
        """Scale without rolling anything out. Upstream: sync"""
        deployment, new, old = self._revisions(deployment, sets, create=False)
        self._scale_in_proportion(deployment, new, old)
        if deployment["spec"].get("paused"):
            self._clean_up(deployment, old)
        self._report(deployment, [*old, *([new] if new else [])])

    def _scale_in_proportion(self, deployment: Object, new: Object | None, old: list[Object]) -> None:
        every = [*old, *([new] if new else [])]
        active = [one for one in every if replicas_of(one) > 0]
        if len(active) <= 1:
            only = active[0] if active else new or (max(old, key=age) if old else None)
            if only is not None and replicas_of(only) != replicas_of(deployment):
                self._scale(deployment, only, replicas_of(deployment))
        elif new is not None and self._is_saturated(deployment, new):
            for one in old:
                if replicas_of(one):
                    self._scale(deployment, one, 0)
        elif is_rolling(deployment):
            targets = scaling.proportions(deployment, active)
            for one in active:
                self._scale(deployment, one, targets[one["metadata"]["name"]], annotate=True)

    def _is_saturated(self, deployment: Object, new: Object) -> bool:
        wanted = replicas_of(deployment)
        desired = annotations(new).get("deployment.kubernetes.io/desired-replicas")
        return (
            replicas_of(new) == wanted and desired == str(wanted) and at(new, "status", "availableReplicas") == wanted
        )

    def _scale(self, deployment: Object, replica_set: Object, replicas: int, *, annotate: bool = False) -> bool:
        """Give a ReplicaSet another size, and tell so. Upstream: scaleReplicaSet"""
        before = replicas_of(replica_set)
        noted = {**annotations(replica_set), **replica_annotations(deployment)}
        if before == replicas and noted == annotations(replica_set):
            return False
        resized = changed(changed(replica_set, ("spec", "replicas"), replicas), ("metadata", "annotations"), noted)
        self.client.update(SETS, resized)
        if before != replicas:
            direction = "up" if replicas > before else "down"
            name = replica_set["metadata"]["name"]
            message = f"Scaled {direction} replica set {name} from {before} to {replicas}"
            if self.minor < 32:
                message = f"Scaled {direction} replica set {name} to {replicas} from {before}"
            self.events.normal(deployment, "ScalingReplicaSet", message)
        return before != replicas

    # Revisions.

    def _revisions(
        self, deployment: Object, sets: list[Object], *, create: bool
    ) -> tuple[Object, Object | None, list[Object]]:
        """The Deployment as it is now, its new ReplicaSet (made where it is wanted), and the old ones."""
        new = find_new(deployment, sets)
        old = sorted((one for one in sets if new is None or one["metadata"]["uid"] != new["metadata"]["uid"]), key=age)
        number = highest_revision(old) + 1
        if new is not None:
            deployment, new = self._refresh(deployment, new, number)
        elif create:
            deployment, new = self._create(deployment, old, number)
        return deployment, new, old

    def _refresh(self, deployment: Object, new: Object, number: int) -> tuple[Object, Object]:
        wanted = new_annotations(deployment, new, number, exists=True)
        minimum = deployment["spec"].get("minReadySeconds") or 0
        if wanted != annotations(new) or minimum != (new["spec"].get("minReadySeconds") or 0):
            updated = changed(new, ("metadata", "annotations"), wanted)
            if minimum or "minReadySeconds" in new["spec"]:
                updated = changed(updated, ("spec", "minReadySeconds"), minimum)
            new = self.client.update(SETS, updated)
        deployment = self._note_revision(deployment, wanted[REVISION])
        if condition(deployment, "Progressing") is None and progress.has_deadline(deployment):
            message = f'Found new replica set "{new["metadata"]["name"]}"'
            deployment = self._set_condition(deployment, "Progressing", "True", "FoundNewReplicaSet", message)
        return deployment, new

    def _note_revision(self, deployment: Object, number: str) -> Object:
        if annotations(deployment).get(REVISION) == number:
            return deployment
        return self.client.change(self.resource, deployment, ("metadata", "annotations", REVISION), number)

    def _create(self, deployment: Object, old: list[Object], number: int) -> tuple[Object, Object]:
        """Make the ReplicaSet of a new template. Upstream: getNewReplicaSet"""
        digest = template_hash(deployment["spec"]["template"], at(deployment, "status", "collisionCount"))
        wanted = self._new_set(deployment, digest)
        wanted["metadata"]["annotations"] = new_annotations(deployment, wanted, number, exists=False)
        room = replicas_of(deployment) + max_surge(deployment) - total_replicas(old)
        full = replicas_of(deployment)
        wanted["spec"]["replicas"] = max(min(room, full), 0) if is_rolling(deployment) and old else full
        try:
            new = self.client.create(SETS, wanted)
        except AlreadyExists:
            collisions = at(deployment, "status", "collisionCount", default=0) + 1
            self.client.change(self.resource, deployment, ("status", "collisionCount"), collisions)
            raise
        except APIError as error:
            message = f'Failed to create new replica set "{wanted["metadata"]["name"]}": {error.message}'
            if progress.has_deadline(deployment):
                self._set_condition(deployment, "Progressing", "False", "ReplicaSetCreateError", message)
            self.events.warning(deployment, "ReplicaSetCreateError", message)
            raise
        self._tell_created(deployment, new)
        return self._note_created(deployment, new, str(number)), new

    def _tell_created(self, deployment: Object, new: Object) -> None:
        size, name = replicas_of(new), new["metadata"]["name"]
        if size:
            message = f"Scaled up replica set {name} from 0 to {size}"
            if self.minor < 32:
                message = f"Scaled up replica set {name} to {size}"
            self.events.normal(deployment, "ScalingReplicaSet", message)

    def _note_created(self, deployment: Object, new: Object, number: str) -> Object:
        deployment = changed(deployment, ("metadata", "annotations", REVISION), number)
        if progress.has_deadline(deployment):
            message = f'Created new replica set "{new["metadata"]["name"]}"'
            entry = progress.new_condition(self.clock.now, "Progressing", "True", "NewReplicaSetCreated", message)
            conditions = progress.set_condition(at(deployment, "status", "conditions", default=[]), entry)
            deployment = changed(deployment, ("status", "conditions"), conditions)
        return self.client.update(self.resource, deployment)

    def _new_set(self, deployment: Object, digest: str) -> Object:
        metadata, spec = deployment["metadata"], deployment["spec"]
        template = changed(spec["template"], ("metadata", "labels", HASH), digest)
        selector = changed(spec["selector"], ("matchLabels", HASH), digest)
        wanted: Object = {"replicas": 0, "selector": selector, "template": template}
        if spec.get("minReadySeconds"):
            wanted["minReadySeconds"] = spec["minReadySeconds"]
        return {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
                "name": f"{metadata['name']}-{digest}",
                "namespace": metadata["namespace"],
                "labels": template["metadata"]["labels"],
                "ownerReferences": [owner_reference(deployment)],
            },
            "spec": wanted,
            "status": {"replicas": 0},
        }

    # Rolling out.

    def _roll(self, deployment: Object, sets: list[Object]) -> None:
        """Upstream: rolloutRolling"""
        deployment, new, old = self._revisions(deployment, sets, create=True)
        assert new is not None
        every = [*old, new]
        target = replicas_of(deployment)
        if replicas_of(new) < target:
            target = scaling.new_set_target(deployment, every, new)
        if replicas_of(new) != target and self._scale(deployment, new, target):
            self._report(deployment, self._current(every))
            return
        shrinking = scaling.old_set_targets(deployment, every, new, old)
        for one in old:
            name = one["metadata"]["name"]
            if name in shrinking:
                self._scale(deployment, one, shrinking[name])
        if not shrinking and progress.is_complete(deployment, deployment.get("status") or {}):
            self._clean_up(deployment, old)
        self._report(deployment, self._current(every))

    def _recreate(self, deployment: Object, sets: list[Object]) -> None:
        """Upstream: rolloutRecreate"""
        deployment, new, old = self._revisions(deployment, sets, create=False)
        shrunk = [self._scale(deployment, one, 0) for one in old if replicas_of(one)]
        if any(shrunk) or self._old_pods_run(old):
            self._report(deployment, self._current([*old, *([new] if new else [])]))
            return
        if new is None:
            deployment, new, old = self._revisions(deployment, sets, create=True)
        assert new is not None
        self._scale(deployment, new, replicas_of(deployment))
        if progress.is_complete(deployment, deployment.get("status") or {}):
            self._clean_up(deployment, old)
        self._report(deployment, self._current([*old, new]))

    def _old_pods_run(self, old: Sequence[Object]) -> bool:
        return any(self.client.owned("pods", one, "unfinished/controller") for one in old)

    def _current(self, sets: Sequence[Object]) -> list[Object]:
        found = (self.client.get(SETS, *key_of(one)) for one in sets)
        return [one for one in found if one is not None]

    def _clean_up(self, deployment: Object, old: Sequence[Object]) -> None:
        """Delete the oldest empty sets beyond the history limit. Upstream: cleanupDeployment"""
        limit = deployment["spec"].get("revisionHistoryLimit")
        if limit is None:
            return
        empty = [one for one in old if not is_deleted(one)]
        for one in sorted(empty, key=lambda one: (revision(one), *age(one)))[: max(len(empty) - limit, 0)]:
            if not at(one, "status", "replicas") and not replicas_of(one):
                self.client.delete(SETS, one)

    def _report(self, deployment: Object, sets: list[Object]) -> None:
        """Upstream: syncDeploymentStatus, syncRolloutStatus"""
        deployment = self.get(key_of(deployment)) or deployment
        new = find_new(deployment, sets)
        status = progress.counts(deployment, sets, new, leaving=self.minor >= 35)
        conditions = at(deployment, "status", "conditions", default=[])
        conditions = progress.set_condition(conditions, progress.availability(deployment, status, self.clock.now))
        if not deployment["spec"].get("paused") and not is_deleted(deployment):
            conditions = progress.progress(deployment, status, new, conditions, self.clock.now)
        failure = progress.replica_failure(sets)
        if failure is not None:
            given = failure["status"], failure["reason"], failure["message"]
            entry = progress.new_condition(self.clock.now, "ReplicaFailure", *given)
            conditions = progress.set_condition(conditions, entry)
        else:
            conditions = [one for one in conditions if one["type"] != "ReplicaFailure"]
        status["conditions"] = conditions
        if status != deployment.get("status"):
            deployment = self.client.update(self.resource, {**deployment, "status": status})
        self._await_deadline(deployment)

    def _await_deadline(self, deployment: Object) -> None:
        deadline = progress.times_out_at(deployment)
        if deadline is not None and deadline >= self.clock.now and not deployment["spec"].get("paused"):
            self.look_again(key_of(deployment), deadline - self.clock.now + SECOND)

"""Conditions and counts of a Deployment, and whether its rollout still moves. Upstream: deployment/progress.go"""

from collections.abc import Sequence

from simulator.controllers.deployment.revisions import (
    max_unavailable,
    replicas_of,
    status_sum,
    total_replicas,
)
from simulator.controllers.pods import condition
from simulator.kernel.clock import SECOND, moment, timestamp
from simulator.machinery.objects import Object, at

ENDLESS = 2**31 - 1
AVAILABLE = "MinimumReplicasAvailable", "Deployment has minimum availability."
UNAVAILABLE = "MinimumReplicasUnavailable", "Deployment does not have minimum availability."


def counts(deployment: Object, every: Sequence[Object], new: Object | None, *, leaving: bool) -> Object:
    """The numbers of the status; zeros are left out. Upstream: calculateStatus"""
    available = status_sum(every, "availableReplicas")
    numbers = {
        "replicas": status_sum(every, "replicas"),
        "updatedReplicas": status_sum([new] if new else [], "replicas"),
        "readyReplicas": status_sum(every, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(total_replicas(every) - available, 0),
    }
    status: Object = {"observedGeneration": deployment["metadata"].get("generation", 0)}
    status |= {name: number for name, number in numbers.items() if number}
    if leaving:
        status["terminatingReplicas"] = status_sum(every, "terminatingReplicas")
    collisions = at(deployment, "status", "collisionCount")
    if collisions is not None:
        status["collisionCount"] = collisions
    return status


def new_condition(now: int, kind: str, status: str, reason: str, message: str) -> Object:
    moment_text = timestamp(now)
    return {
        "type": kind,
        "status": status,
        "lastUpdateTime": moment_text,
        "lastTransitionTime": moment_text,
        "reason": reason,
        "message": message,
    }


def set_condition(conditions: Sequence[Object], entry: Object) -> list[Object]:
    """Upstream: SetDeploymentCondition: the same status and reason change nothing; else it goes to the end."""
    old = next((one for one in conditions if one["type"] == entry["type"]), None)
    if old is not None and (old["status"], old["reason"]) == (entry["status"], entry["reason"]):
        return list(conditions)
    if old is not None and old["status"] == entry["status"]:
        entry = {**entry, "lastTransitionTime": old["lastTransitionTime"]}
    return [*(one for one in conditions if one["type"] != entry["type"]), entry]


def availability(deployment: Object, status: Object, now: int) -> Object:
    enough = status.get("availableReplicas", 0) >= replicas_of(deployment) - max_unavailable(deployment)
    return new_condition(now, "Available", "True" if enough else "False", *(AVAILABLE if enough else UNAVAILABLE))


def has_deadline(deployment: Object) -> bool:
    deadline = deployment["spec"].get("progressDeadlineSeconds")
    return deadline is not None and deadline != ENDLESS


def is_complete(deployment: Object, status: Object) -> bool:
    wanted = replicas_of(deployment)
    numbers = [status.get(name, 0) for name in ("updatedReplicas", "replicas", "availableReplicas")]
    seen = int(status.get("observedGeneration", 0)) >= deployment["metadata"].get("generation", 0)
    return seen and all(number == wanted for number in numbers)


def is_progressing(deployment: Object, status: Object) -> bool:
    """Whether anything moved since the last status."""
    old = deployment.get("status") or {}
    shrunk = _old_replicas(status) < _old_replicas(old)
    grew = any(status.get(n, 0) > old.get(n, 0) for n in ("updatedReplicas", "readyReplicas", "availableReplicas"))
    return shrunk or grew


def _old_replicas(status: Object) -> int:
    return int(status.get("replicas", 0) - status.get("updatedReplicas", 0))


def times_out_at(deployment: Object) -> int | None:
    """The moment at which the rollout counts as stuck, unless something moves. Upstream: DeploymentTimedOut"""
    found = condition(deployment, "Progressing")
    if found is None or not has_deadline(deployment) or found["reason"] == "NewReplicaSetAvailable":
        return None
    return moment(found["lastUpdateTime"]) + int(deployment["spec"]["progressDeadlineSeconds"]) * SECOND


def progress(
    deployment: Object, status: Object, new: Object | None, conditions: list[Object], now: int
) -> list[Object]:
    """The Progressing condition brought up to date. Upstream: syncRolloutStatus"""
    current = next((one for one in conditions if one["type"] == "Progressing"), None)
    is_done = status.get("replicas", 0) == status.get("updatedReplicas", 0)
    done_before = current is not None and current["reason"] == "NewReplicaSetAvailable"
    if not has_deadline(deployment):
        return [one for one in conditions if one["type"] != "Progressing"]
    if is_done and done_before:
        return conditions
    named = f'ReplicaSet "{new["metadata"]["name"]}"' if new else f'Deployment "{deployment["metadata"]["name"]}"'
    if is_complete(deployment, status):
        message = f"{named} has successfully progressed."
        return set_condition(conditions, new_condition(now, "Progressing", "True", "NewReplicaSetAvailable", message))
    if is_progressing(deployment, status):
        return _moved(conditions, current, f"{named} is progressing.", now)
    deadline = times_out_at(deployment)
    if (current is not None and current["reason"] == "ProgressDeadlineExceeded") or (
        deadline is not None and deadline <= now
    ):
        message = f"{named} has timed out progressing."
        return set_condition(
            conditions, new_condition(now, "Progressing", "False", "ProgressDeadlineExceeded", message)
        )
    return conditions


def _moved(conditions: list[Object], current: Object | None, message: str, now: int) -> list[Object]:
    entry = new_condition(now, "Progressing", "True", "ReplicaSetUpdated", message)
    if current is None:
        return [*conditions, entry]
    if current["status"] == "True":
        entry["lastTransitionTime"] = current["lastTransitionTime"]
    return [*(one for one in conditions if one["type"] != "Progressing"), entry]


def replica_failure(sets: Sequence[Object]) -> Object | None:
    """The ReplicaFailure condition of a set, for the Deployment to show."""
    for one in sets:
        found = condition(one, "ReplicaFailure")
        if found is not None:
            return found
    return None

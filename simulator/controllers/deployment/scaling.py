"""How many replicas each ReplicaSet of a Deployment should have. Upstream: deployment/sync.go scale, rolling.go"""

from collections.abc import Sequence
from math import floor

from simulator.controllers.deployment.revisions import (
    MAX_REPLICAS,
    age,
    annotations,
    max_surge,
    max_unavailable,
    replicas_of,
    status_sum,
    total_replicas,
)
from simulator.machinery.objects import Object


def new_set_target(deployment: Object, every: Sequence[Object], new: Object) -> int:
    """Up to where the new set may grow in a rolling update. Upstream: NewRSNewReplicas"""
    room = replicas_of(deployment) + max_surge(deployment) - total_replicas(every)
    if room <= 0:
        return replicas_of(new)
    return replicas_of(new) + min(room, replicas_of(deployment) - replicas_of(new))


def old_set_targets(deployment: Object, every: Sequence[Object], new: Object, old: Sequence[Object]) -> dict[str, int]:
    """By name, what old sets shrink to: unhealthy replicas first, then what availability allows.

    Upstream: reconcileOldReplicaSets
    """
    floor_available = replicas_of(deployment) - max_unavailable(deployment)
    unavailable_new = replicas_of(new) - int((new.get("status") or {}).get("availableReplicas", 0))
    may_go = total_replicas(every) - floor_available - unavailable_new
    sizes = {one["metadata"]["name"]: replicas_of(one) for one in old}
    if may_go <= 0 or not total_replicas(old):
        return {}
    targets = dict(sizes)
    _drop_unhealthy(sorted(old, key=age), targets, may_go)
    spare = status_sum(every, "availableReplicas") - floor_available
    for one in sorted(old, key=age) if spare > 0 else ():
        name = one["metadata"]["name"]
        drop = min(targets[name], spare)
        targets[name] -= drop
        spare -= drop
    return {name: target for name, target in targets.items() if target != sizes[name]}


def _drop_unhealthy(old: Sequence[Object], targets: dict[str, int], may_go: int) -> None:
    for one in old:
        name = one["metadata"]["name"]
        healthy = int((one.get("status") or {}).get("availableReplicas", 0))
        drop = min(may_go, max(targets[name] - healthy, 0))
        targets[name] -= drop
        may_go -= drop


def proportions(deployment: Object, active: Sequence[Object]) -> dict[str, int]:
    """By name, the shares of a scaled Deployment in the middle of a rollout. Upstream: sync.go scale"""
    allowed = replicas_of(deployment) + max_surge(deployment) if replicas_of(deployment) > 0 else 0
    to_add = allowed - total_replicas(active)
    if to_add > 0:
        ordered = sorted(active, key=lambda one: (-replicas_of(one), *_youngest_first(one)))
    else:
        ordered = sorted(active, key=lambda one: (-replicas_of(one), *age(one)))
    targets: dict[str, int] = {}
    added = 0
    for one in ordered:
        size = replicas_of(one)
        share = _share(one, deployment, allowed, to_add, added) if to_add else 0
        targets[one["metadata"]["name"]] = size + share
        added += share
    if ordered and to_add:
        first = ordered[0]["metadata"]["name"]
        targets[first] = max(targets[first] + to_add - added, 0)
    return targets


def _youngest_first(one: Object) -> tuple[int, str]:
    born, name = age(one)
    return -born, name


def _share(one: Object, deployment: Object, allowed: int, to_add: int, added: int) -> int:
    """Upstream: GetReplicaSetProportion, getReplicaSetFraction"""
    size = replicas_of(one)
    if not size or to_add == added:
        return 0
    left = to_add - added
    if replicas_of(deployment) == 0:
        fraction = -size
    else:
        before = int(annotations(one).get(MAX_REPLICAS, 0)) or allowed
        fraction = _rounded(size * allowed / before) - size
    return min(fraction, left) if to_add > 0 else max(fraction, left)


def _rounded(value: float) -> int:
    return floor(value + 0.5)

"""The ReplicaSets of a Deployment: which is new, what revision each is, what its annotations keep.

Upstream: pkg/controller/deployment/util/deployment_util.go
"""

from collections.abc import Iterable, Sequence

from simulator.kernel.clock import moment
from simulator.machinery.objects import Object, at

REVISION = "deployment.kubernetes.io/revision"
REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas"
MAX_REPLICAS = "deployment.kubernetes.io/max-replicas"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
DEPRECATED_ROLLBACK = "deprecated.deployment.rollback.to"
NOT_COPIED = (LAST_APPLIED, REVISION, REVISION_HISTORY, DESIRED_REPLICAS, MAX_REPLICAS, DEPRECATED_ROLLBACK)
HASH = "pod-template-hash"


def annotations(obj: Object) -> Object:
    found: Object = obj["metadata"].get("annotations") or {}
    return found


def replicas_of(obj: Object) -> int:
    replicas = obj["spec"].get("replicas")
    return 1 if replicas is None else int(replicas)


def same_template(one: Object, other: Object) -> bool:
    """Equal but for the hash label. Upstream: EqualIgnoreHash"""
    return one["spec"] == other["spec"] and _metadata(one) == _metadata(other)


def _metadata(template: Object) -> Object:
    metadata = dict(template.get("metadata") or {})
    metadata["labels"] = {name: value for name, value in (metadata.get("labels") or {}).items() if name != HASH}
    metadata.pop("creationTimestamp", None)
    return metadata


def age(replica_set: Object) -> tuple[int, str]:
    return moment(replica_set["metadata"]["creationTimestamp"]), replica_set["metadata"]["name"]


def find_new(deployment: Object, sets: Iterable[Object]) -> Object | None:
    """The oldest ReplicaSet with the Deployment's own template."""
    template = deployment["spec"]["template"]
    for one in sorted(sets, key=age):
        if same_template(one["spec"]["template"], template):
            return one
    return None


def revision(obj: Object) -> int:
    text = annotations(obj).get(REVISION, "0")
    return int(text) if text.isdigit() else 0


def highest_revision(sets: Iterable[Object]) -> int:
    return max(map(revision, sets), default=0)


def new_annotations(deployment: Object, replica_set: Object, number: int, *, exists: bool) -> Object:
    """The annotations the new ReplicaSet should have. Upstream: SetNewReplicaSetAnnotations"""
    wanted = dict(annotations(replica_set))
    wanted |= {name: value for name, value in annotations(deployment).items() if name not in NOT_COPIED}
    before = wanted.get(REVISION, "")
    if int(before or 0) < number:
        wanted[REVISION] = str(number)
        if exists and before:
            history = wanted.get(REVISION_HISTORY, "")
            wanted[REVISION_HISTORY] = f"{history},{before}" if history else before
    if not exists:
        wanted |= replica_annotations(deployment)
    return wanted


def replica_annotations(deployment: Object) -> Object:
    wanted = replicas_of(deployment)
    return {DESIRED_REPLICAS: str(wanted), MAX_REPLICAS: str(wanted + max_surge(deployment))}


def is_rolling(deployment: Object) -> bool:
    return bool(at(deployment, "spec", "strategy", "type", default="RollingUpdate") == "RollingUpdate")


def max_surge(deployment: Object) -> int:
    return _fenceposts(deployment)[0] if is_rolling(deployment) else 0


def max_unavailable(deployment: Object) -> int:
    if not is_rolling(deployment) or replicas_of(deployment) == 0:
        return 0
    return min(_fenceposts(deployment)[1], replicas_of(deployment))


def _fenceposts(deployment: Object) -> tuple[int, int]:
    """Surge rounded up, unavailable rounded down; not both zero. Upstream: ResolveFenceposts"""
    rolling = at(deployment, "spec", "strategy", "rollingUpdate", default={})
    total = replicas_of(deployment)
    surge = scaled(rolling.get("maxSurge", "25%"), total, up=True)
    unavailable = scaled(rolling.get("maxUnavailable", "25%"), total, up=False)
    return surge, unavailable or (0 if surge else 1)


def scaled(value: int | str, total: int, *, up: bool) -> int:
    """A number, or a percentage of a total. Upstream: intstr.GetScaledValueFromIntOrPercent"""
    if isinstance(value, int):
        return value
    percent = int(value.rstrip("%"))
    return -(-percent * total // 100) if up else percent * total // 100


def total_replicas(sets: Sequence[Object]) -> int:
    return sum(map(replicas_of, sets))


def status_sum(sets: Sequence[Object], field: str) -> int:
    return sum(int(at(one, "status", field, default=0)) for one in sets)

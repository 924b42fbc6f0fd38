"""Counts what a Namespace uses of its ResourceQuotas. Upstream: pkg/controller/resourcequota"""

from collections.abc import Iterator

from simulator.controllers.base import Controller
from simulator.controllers.pods import is_finished
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, key_of
from simulator.machinery.quantities import ZERO, Quantity, parse
from simulator.resources.registry import RESOURCES

COUNTED = {
    "pods": "pods",
    "services": "services",
    "secrets": "secrets",
    "configmaps": "configmaps",
    "persistentvolumeclaims": "persistentvolumeclaims",
    "replicationcontrollers": "replicationcontrollers",
    "resourcequotas": "resourcequotas",
}
"""Quotas that count objects under the plain name of their resource."""
CLAIMS = "persistentvolumeclaims"


class ResourceQuotaController(Controller):
    """Keeps `status.hard` and `status.used`, which admission decides by."""

    name = "resourcequota-controller"
    resource = "resourcequotas"
    kind = "ResourceQuota"
    watches = ("*",)

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource == self.resource:
            if change.old is None or change.old["spec"] != change.object["spec"]:
                yield key_of(change.object)
            return
        if change.resource == "events" or not self.client.rows(self.resource):
            return
        is_new_or_gone = change.type != "MODIFIED"
        ended = (
            change.resource == "pods" and is_finished(change.object) and not is_finished(change.old or change.object)
        )
        if is_new_or_gone or ended or change.resource in (CLAIMS, "services"):
            namespace = change.object["metadata"].get("namespace")
            yield from sorted(key for key in self.client.rows(self.resource) if key[0] == namespace)

    def reconcile(self, key: Key) -> None:
        quota = self.get(key)
        if quota is None:
            return
        hard = quota["spec"].get("hard") or {}
        used = {name: str(self._used(key[0], name, quota)) for name in hard}
        if quota.get("status") != {"hard": hard, "used": used}:
            self.client.update(self.resource, {**quota, "status": {"hard": hard, "used": used}})

    def _used(self, namespace: str, name: str, quota: Object) -> Quantity:
        if name.startswith("count/"):
            return self._count(namespace, name.removeprefix("count/"))
        if name in ("services.nodeports", "services.loadbalancers"):
            kinds = ("LoadBalancer",) if name.endswith("loadbalancers") else ("NodePort", "LoadBalancer")
            services = self.client.list("services", namespace)
            if name.endswith("loadbalancers"):
                return _whole(sum(1 for one in services if one["spec"].get("type") in kinds))
            return _whole(
                sum(len(one["spec"].get("ports") or ()) for one in services if one["spec"].get("type") in kinds)
            )
        if name.endswith("requests.storage") or name.endswith(CLAIMS):
            return self._storage(namespace, name)
        if name in COUNTED and name != "pods":
            return self._count(namespace, COUNTED[name])
        pods = [pod for pod in self.client.list("pods", namespace) if not is_finished(pod) and in_scope(pod, quota)]
        return _whole(len(pods)) if name == "pods" else _sum(pods, name)

    def _count(self, namespace: str, name: str) -> Quantity:
        plural, _, group = name.partition(".")
        known = next((one for one in RESOURCES if one.plural == plural and one.group == group), None)
        return _whole(len(self.client.list(known.key, namespace))) if known is not None else ZERO

    def _storage(self, namespace: str, name: str) -> Quantity:
        """Claims or their bytes, of all classes or of the one the quota names."""
        suffix = ".storageclass.storage.k8s.io/"
        chosen = name.partition(suffix)[0] if suffix in name else None
        claims = [
            one
            for one in self.client.list(CLAIMS, namespace)
            if chosen is None or one["spec"].get("storageClassName") == chosen
        ]
        if name.endswith(CLAIMS):
            return _whole(len(claims))
        total = ZERO
        for one in claims:
            total = total + parse(at(one, "spec", "resources", "requests", "storage", default="0"))
        return total


def _whole(number: int) -> Quantity:
    return parse(str(number))


def _sum(pods: list[Object], name: str) -> Quantity:
    """Requests or limits of all Pods together; init containers count where they ask for more."""
    field = "limits" if name.startswith("limits.") else "requests"
    resource = name.removeprefix("limits.").removeprefix("requests.")
    total = ZERO
    for pod in pods:
        running = ZERO
        for container in pod["spec"]["containers"]:
            running = running + parse(at(container, "resources", field, resource, default="0"))
        starting = [
            parse(at(one, "resources", field, resource, default="0")) for one in pod["spec"].get("initContainers") or ()
        ]
        total = total + max([running, *starting], key=lambda one: one.nanos)
    return total


def in_scope(pod: Object, quota: Object) -> bool:
    """Whether a quota's scopes take in a Pod."""
    scopes = [{"scopeName": one, "operator": "Exists"} for one in quota["spec"].get("scopes") or ()]
    scopes += at(quota, "spec", "scopeSelector", "matchExpressions", default=[])
    return all(_matches(pod, one) for one in scopes)


def _matches(pod: Object, scope: Object) -> bool:
    spec = pod["spec"]
    match scope["scopeName"]:
        case "Terminating":
            return spec.get("activeDeadlineSeconds") is not None
        case "NotTerminating":
            return spec.get("activeDeadlineSeconds") is None
        case "BestEffort":
            return bool(at(pod, "status", "qosClass") == "BestEffort")
        case "NotBestEffort":
            return bool(at(pod, "status", "qosClass") != "BestEffort")
        case "PriorityClass":
            name, values = spec.get("priorityClassName"), scope.get("values") or ()
            told = {"In": name in values, "NotIn": name not in values, "Exists": bool(name), "DoesNotExist": not name}
            return told.get(scope["operator"], False)
    return True

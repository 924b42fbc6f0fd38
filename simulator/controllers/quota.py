"""Counts what a Namespace uses of its ResourceQuotas. Upstream: pkg/controller/resourcequota"""

from collections.abc import Iterator

from simulator.controllers.base import Controller
from simulator.controllers.pods import is_finished
from simulator.kernel.clock import MINUTE
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, key_of
from simulator.machinery.quantities import ZERO, Quantity
from simulator.resources.common.usage import counts_for, in_scope, usage
from simulator.resources.resource import Resource

CLAIMS = "persistentvolumeclaims"
RESYNC = 5 * MINUTE
"""How often all quotas are counted anew, changed or not."""


class ResourceQuotaController(Controller):
    """Keeps `status.hard` and `status.used`, which admission decides by."""

    name = "resourcequota-controller"
    resource = "resourcequotas"
    kind = "ResourceQuota"
    watches = ("*",)

    def observe(self, change: Change) -> None:
        if not self.client.rows(self.resource):
            return
        super().observe(change)
        quota = change.object
        if change.resource == self.resource and change.type == "MODIFIED" and is_off(quota):
            self.look_again(key_of(quota), RESYNC)

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource == self.resource:
            if change.old is None or change.old["spec"] != change.object["spec"]:
                yield key_of(change.object)
            return
        if change.resource == "events":
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
        status = {"hard": hard, "used": self._used(key[0], quota, list(hard))}
        if quota.get("status") != status:
            self.client.update(self.resource, {**quota, "status": status})

    def _used(self, namespace: str, quota: Object, names: list[str]) -> dict[str, str]:
        """What all objects of the Namespace use together of what the quota counts."""
        used: dict[str, Quantity] = {}
        resources: tuple[Resource, ...] = self.client.resources()
        for resource in resources:
            counted = [name for name in names if counts_for(resource, name)] if resource.namespaced else []
            if not counted:
                continue
            amounts = [
                usage(resource, obj)
                for obj in self.client.list(resource.key, namespace)
                if in_scope(quota, resource, obj)
            ]
            for name in counted:
                used[name] = sum((amount[name] for amount in amounts if name in amount), used.get(name, ZERO))
        return {name: str(used[name]) for name in names if name in used}


def is_off(quota: Object) -> bool:
    """Whether somebody else wrote a status that does not follow from the spec."""
    return bool((quota.get("status") or {}).get("hard") != quota["spec"].get("hard"))

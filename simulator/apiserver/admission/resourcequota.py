"""Holds a Namespace to its ResourceQuotas, and notes at once what is used up.

Upstream: apiserver/pkg/admission/plugin/resourcequota
"""

from simulator.api.errors import Forbidden
from simulator.apiserver.admission.chain import Attributes
from simulator.machinery.objects import Object
from simulator.machinery.quantities import ZERO, Quantity, parse
from simulator.resources.common.usage import Usage, counts_for, in_scope, unsaid, usage

QUOTAS = "resourcequotas"
ON_UPDATE = ("services", "persistentvolumeclaims")
"""Kinds of which a change can use more."""


class ResourceQuota:
    """Refuses what would go beyond a quota."""

    name = "ResourceQuota"
    on = ("*",)
    operations = ("CREATE", "UPDATE")

    def validate(self, attributes: Attributes) -> None:
        resource = attributes.resource
        if not resource.namespaced or not resource.is_stored or not attributes.namespace:
            return
        is_update = attributes.operation == "UPDATE"
        if is_update and not (resource.key in ON_UPDATE or attributes.subresource == "resize"):
            return
        if attributes.subresource and attributes.subresource != "resize":
            return
        quotas = attributes.backend.items(QUOTAS, attributes.namespace)
        if quotas:
            self._charge(attributes, quotas)

    def _charge(self, attributes: Attributes, quotas: list[Object]) -> None:
        """Check all quotas first; what is used is noted only when none refuses."""
        spent = [(quota, self._spent(attributes, quota)) for quota in quotas]
        for quota, used in spent:
            if used and not attributes.dry_run:
                status = {**quota["status"], "used": {**quota["status"]["used"], **used}}
                attributes.backend.trusted_update(QUOTAS, {**quota, "status": status}, "kube-apiserver")

    def _spent(self, attributes: Attributes, quota: Object) -> dict[str, str]:
        """What the quota's use would be of what this write uses. Raises `Forbidden`."""
        resource, obj = attributes.resource, attributes.object
        if not in_scope(quota, resource, obj):
            return {}
        status = quota.get("status") or {}
        hard = {name: parse(text) for name, text in (status.get("hard") or {}).items()}
        names = sorted(name for name in hard if counts_for(resource, name))
        if not names:
            return {}
        title = quota["metadata"]["name"]
        missing = unsaid(obj, names) if resource.key == "pods" else ""
        if missing:
            raise refused(attributes, f"failed quota: {title}: must specify {missing}")
        used = {name: parse(text) for name, text in (status.get("used") or {}).items()}
        if any(name not in used for name in names):
            raise refused(attributes, f"status unknown for quota: {title}, resources: {','.join(names)}")
        asked = self._asked(attributes, names)
        over = [name for name, amount in asked.items() if hard[name] < used[name] + amount]
        if over:
            requested, already, limited = (shown(amounts, over) for amounts in (asked, used, hard))
            message = f"exceeded quota: {title}, requested: {requested}, used: {already}, limited: {limited}"
            raise refused(attributes, message)
        return {name: str(used[name] + amount) for name, amount in asked.items()}

    def _asked(self, attributes: Attributes, names: list[str]) -> Usage:
        """How much more this write uses, without what it does not use at all."""
        wanted = usage(attributes.resource, attributes.object)
        before = usage(attributes.resource, attributes.old) if attributes.old is not None else {}
        more = {name: wanted[name] - before.get(name, ZERO) for name in names if name in wanted}
        return {name: amount for name, amount in more.items() if amount > ZERO}


def shown(amounts: dict[str, Quantity], names: list[str]) -> str:
    return ",".join(f"{name}={amounts[name]}" for name in sorted(names))


def refused(attributes: Attributes, message: str) -> Forbidden:
    resource = attributes.resource
    return Forbidden(resource.plural, attributes.name, message, group=resource.group)

"""The order in which objects are told. Upstream: sigs.k8s.io/kustomize/api/internal/builtins/SortOrderTransformer.go"""

from collections.abc import Sequence

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize.resources import Item
from simulator.machinery.objects import Object

FIRST = (
    "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy",
    "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service",
    "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob",
    "PodDisruptionBudget",
)  # fmt: skip
LAST = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")


def ordered(items: Sequence[Item], options: Object | None) -> list[Item]:
    """The items as they are given (`fifo`) or by what others need (`legacy`, which is what nobody has to ask for)."""
    order = (options or {}).get("order") or ("fifo" if options else "legacy")
    legacy = (options or {}).get("legacySortOptions")
    if order not in ("fifo", "legacy"):
        raise CommandError("the field 'sortOptions.order' must be one of [fifo, legacy]")
    if order == "fifo":
        if legacy is not None:
            raise CommandError(
                "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'"
            )
        return list(items)
    first = FIRST if legacy is None else tuple(legacy.get("orderFirst") or ())
    last = LAST if legacy is None else tuple(legacy.get("orderLast") or ())
    return sorted(items, key=lambda item: place(item, first, last))


def place(item: Item, first: Sequence[str], last: Sequence[str]) -> tuple[int, str, str]:
    id = item.id
    return (
        ranked(id.kind, first, last),
        stable(id.group, id.version, id.kind),
        f"{id.namespace or '~X'}|{id.name or '~N'}",
    )


def ranked(kind: str, first: Sequence[str], last: Sequence[str]) -> int:
    if kind in first:
        return first.index(kind) - len(first)
    return 1 + last.index(kind) if kind in last else 0


def stable(group: str, version: str, kind: str) -> str:
    return "_".join((group or "~G", version or "~V", kind or "~K"))


def by_kind(group: str, version: str, kind: str) -> tuple[int, str]:
    """What kinds are put in order by."""
    return ranked(kind, FIRST, LAST), stable(group, version, kind)

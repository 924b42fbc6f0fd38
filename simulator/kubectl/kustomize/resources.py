"""Objects on their way through a kustomization: the ids they have had, and a list in which an id stands once.

Upstream: sigs.k8s.io/kustomize/api/resource, api/resmap/reswrangler.go, kyaml/resid
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from simulator.kubectl.errors import CommandError
from simulator.machinery.objects import Object, at

CLUSTER_WIDE = (
    "Namespace", "Node", "PersistentVolume", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition",
    "StorageClass", "PriorityClass", "IngressClass", "RuntimeClass", "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration", "CSIDriver", "CSINode", "APIService", "FlowSchema", "PriorityLevelConfiguration",
    "CertificateSigningRequest", "VolumeAttachment", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
    "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "TokenReview", "SubjectAccessReview",
)  # fmt: skip


class Id(NamedTuple):
    """What an object is called: its kind, its name and where it is."""

    group: str
    version: str
    kind: str
    name: str
    namespace: str

    @classmethod
    def of(cls, obj: Object) -> "Id":
        group, _, version = str(obj.get("apiVersion") or "").rpartition("/")
        metadata = obj.get("metadata") or {}
        return cls(
            group, version, str(obj.get("kind") or ""), str(metadata.get("name") or ""), metadata.get("namespace") or ""
        )

    def __str__(self) -> str:
        kind = ".".join((self.kind or "[noKind]", self.version or "[noVer]", self.group or "[noGrp]"))
        return f"{kind}/{self.name or '[noName]'}.{self.namespace or '[noNs]'}"

    @property
    def is_cluster_wide(self) -> bool:
        return self.kind in CLUSTER_WIDE

    @property
    def place(self) -> str:
        """The namespace that counts: none is the default one."""
        return "" if self.is_cluster_wide else self.namespace or "default"

    def equals(self, other: "Id") -> bool:
        return self[:4] == other[:4] and self.place == other.place

    def in_go(self) -> str:
        """The id as Go writes a value of it."""
        scoped = str(self.is_cluster_wide).lower()
        return (
            f'resid.ResId{{Gvk:resid.Gvk{{Group:"{self.group}", Version:"{self.version}", Kind:"{self.kind}", '
            f'isClusterScoped:{scoped}}}, Name:"{self.name}", Namespace:"{self.namespace}"}}'
        )


@dataclass(frozen=True, slots=True)
class Item:
    """An object, with what is remembered of it until all is built."""

    object: Object
    past: tuple[Id, ...] = ()
    """The ids it had before."""
    affixes: tuple[tuple[str, str], ...] = ()
    """What came before and behind its name."""
    hashes: bool = False
    """Whether a hash of its content is to end its name."""
    behavior: str = ""
    origin: Object | None = None
    variables: tuple[str, ...] = ()
    """The names of variables that mean it."""
    transformers: tuple[Object, ...] = ()
    """The origins of what has transformed it."""

    @property
    def id(self) -> Id:
        return Id.of(self.object)

    @property
    def ids(self) -> tuple[Id, ...]:
        return (*self.past, self.id)

    @property
    def name(self) -> str:
        return str(at(self.object, "metadata", "name", default=""))

    def holding(self, obj: Object) -> "Item":
        """The item with another state of its object; a former id is remembered."""
        if obj is self.object:
            return self
        before = self.id
        past = self.past if Id.of(obj) == before or before in self.past else (*self.past, before)
        return replace(self, object=obj, past=past)


def appended(items: Sequence[Item], more: Iterable[Item]) -> list[Item]:
    """A list with more items in it. Raises CommandError if an id is there already."""
    found = list(items)
    for item in more:
        if any(item.id.equals(other.id) for other in found):
            raise CommandError(f"may not add resource with an already registered id: {item.id}")
        found.append(item)
    return found


def absorbed(items: Sequence[Item], item: Item) -> list[Item]:
    """A list with a generated item, which may be meant to change one that is there. Raises CommandError."""
    matches = [at for at, other in enumerate(items) if any(item.id.equals(one) for one in other.ids)]
    changes = item.behavior in ("merge", "replace")
    if not matches:
        if changes:
            raise CommandError(f"id {item.id.in_go()} does not exist; cannot merge or replace")
        return [*items, item]
    if not changes:
        behavior = item.behavior or "unspecified"
        raise CommandError(
            f"id {item.id.in_go()} exists; can not use behavior: '{behavior}', behavior must be merge or replace"
        )
    place = matches[0]
    return [*items[:place], merged(items[place], item), *items[place + 1 :]]


def merged(old: Item, new: Item) -> Item:
    """The new item with the old one's name and metadata; when merging, with its content too."""
    metadata = {**old.object["metadata"]}
    for field in ("labels", "annotations"):
        both = {**(metadata.get(field) or {}), **(new.object["metadata"].get(field) or {})}
        if both:
            metadata[field] = both
    obj = {**new.object, "metadata": metadata}
    if new.behavior == "merge":
        for field in ("data", "binaryData"):
            both = {**(old.object.get(field) or {}), **(new.object.get(field) or {})}
            if both:
                obj[field] = both
        if "type" in old.object and "type" in obj:
            obj["type"] = old.object["type"]
    return replace(old, object=obj, hashes=old.hashes and new.hashes, origin=old.origin or new.origin)

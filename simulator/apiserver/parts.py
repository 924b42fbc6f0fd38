"""What of an object a write may touch, by the subresource through which it comes.

Upstream: PrepareForUpdate in the strategies of pkg/registry
"""

from collections.abc import Callable, Mapping
from typing import Final

from simulator.apiserver.custom.resource import CustomResource
from simulator.kernel.state import thaw
from simulator.machinery.objects import Object, at, changed
from simulator.resources.resource import Resource

KEEPS_METADATA: Final = frozenset(
    ("podcertificaterequests.certificates.k8s.io", "resourceclaims.resource.k8s.io", "servicecidrs.networking.k8s.io")
)
"""Kinds whose status cannot change metadata either, though they do not tell the field manager so."""
TAKES_METADATA: Final = frozenset({"customresourcedefinitions.apiextensions.k8s.io"})
"""Kinds that tell it, yet do not: upstream takes the metadata back to what has just been written."""


def part_of(resource: Resource, obj: Object, old: Object, subresource: str) -> Object:
    """What an update may touch: the status through `/status` (and a request's conditions through `/approval`), the
    ephemeral containers and the resources of containers through theirs, everything but the status without a
    subresource."""
    if subresource in SPEC_PARTS:
        part = {**old, "spec": SPEC_PARTS[subresource](obj.get("spec") or {}, old["spec"])}
        return thaw({**part, "metadata": noted(old["metadata"], obj["metadata"])})
    if subresource in ("status", "approval"):
        kept = {field: value for field, value in old.items() if field != "status"}
        kept["metadata"] = metadata_of(resource, obj["metadata"], old["metadata"], subresource)
        if subresource == "approval":
            conditions = at(obj, "status", "conditions", default=[])
            return thaw(changed({**kept, "status": old.get("status") or {}}, ("status", "conditions"), conditions))
        return thaw({**kept, **({"status": obj["status"]} if "status" in obj else {})})
    if resource.has_status and not subresource:
        obj.pop("status", None)
        if "status" in old:
            obj["status"] = thaw(old["status"])
    return obj


def metadata_of(resource: Resource, metadata: Object, old: Object, subresource: str) -> Object:
    """The metadata that a write through a part of an object leaves."""
    resets = resource.resets_at(subresource)
    is_told = ("metadata",) in resets and resource.key not in TAKES_METADATA
    if is_told or isinstance(resource, CustomResource) or resource.key in KEEPS_METADATA:
        return noted(old, metadata)
    metadata = dict(metadata)
    for name in (path[1] for path in resets if path[0] == "metadata" and len(path) > 1):
        metadata.pop(name, None)
        if name in old:
            metadata[name] = old[name]
    return metadata


def noted(old: Object, metadata: Object) -> Object:
    """Metadata that stay as they were, but for who wrote what."""
    entries, kept = metadata.get("managedFields"), {name: old[name] for name in old if name != "managedFields"}
    return {**kept, "managedFields": entries} if entries else kept


def debugged(spec: Object, old: Object) -> Object:
    """The containers that somebody looks into a Pod with."""
    added = spec.get("ephemeralContainers")
    return {**old, "ephemeralContainers": added} if added else old


def resized(spec: Object, old: Object) -> Object:
    """The resources of a Pod and of its containers; whoever adds, removes or renames containers is told so later."""
    if any(len(spec.get(name) or ()) != len(old.get(name) or ()) for name in CONTAINERS):
        return spec
    changed = {name: resources_of(spec[name], old[name]) for name in CONTAINERS if old.get(name)}
    if spec.get("resources"):
        changed["resources"] = spec["resources"]
    return {**{name: value for name, value in old.items() if name != "resources"}, **changed}


def resources_of(containers: list[Object], old: list[Object]) -> list[Object]:
    if [each.get("name") for each in containers] != [each["name"] for each in old]:
        return containers
    return [
        {
            **{name: value for name, value in before.items() if name not in RESIZED},
            **{name: each[name] for name in RESIZED if name in each},
        }
        for each, before in zip(containers, old, strict=True)
    ]


CONTAINERS: Final = ("containers", "initContainers")
RESIZED: Final = ("resources", "resizePolicy")
SPEC_PARTS: Final[Mapping[str, Callable[[Object, Object], Object]]] = {
    "ephemeralcontainers": debugged,
    "resize": resized,
}
"""The subresources of a Pod through which a part of its spec is written, and nothing else."""

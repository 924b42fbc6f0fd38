"""Validation of metadata. Upstream: k8s.io/apimachinery/pkg/api/validation/objectmeta.go"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from simulator.machinery import names
from simulator.machinery.field import FieldError, forbidden, invalid, required, too_long
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object

type Errors = Iterator[FieldError]
type NameRule = Callable[[str], list[str]]

IMMUTABLE = "field is immutable"
NEGATIVE = "must be greater than or equal to 0"
ANNOTATIONS_LIMIT = 256 * 1024
STANDARD_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")


def validate_metadata(
    obj: Object, rule: NameRule = names.dns_subdomain, *, namespaced: bool = True, core: bool = True
) -> Errors:
    """The rules for a new object's metadata; those of the `core` validation ask more of finalizers."""
    metadata = obj.get("metadata") or {}
    generate = metadata.get("generateName")
    if generate:
        for message in rule(names.prefix(generate)):
            yield invalid("metadata.generateName", generate, message)
    name = metadata.get("name")
    if not name:
        yield required("metadata.name", "name or generateName is required")
    else:
        for message in rule(name):
            yield invalid("metadata.name", name, message)
    namespace = metadata.get("namespace")
    if not namespaced:
        if namespace:
            yield forbidden("metadata.namespace", "not allowed on this type")
    elif not namespace:
        yield required("metadata.namespace")
    else:
        for message in names.dns_label(namespace):
            yield invalid("metadata.namespace", namespace, message)
    yield from validate_accessories(metadata)
    if core:
        yield from validate_kube_finalizers(metadata.get("finalizers") or (), "metadata.finalizers[{}]")


def validate_metadata_update(obj: Object, old: Object, *, core: bool = True) -> Errors:
    metadata, before = obj.get("metadata") or {}, old.get("metadata") or {}
    added = [name for name in metadata.get("finalizers") or () if name not in (before.get("finalizers") or ())]
    if before.get("deletionTimestamp") and added:
        shown = "[]string{" + ", ".join(map(quoted, added)) + "}"
        message = f"no new finalizers can be added if the object is being deleted, found new finalizers {shown}"
        yield forbidden("metadata.finalizers", message)
    for field in ("name", "namespace", "uid", "creationTimestamp"):
        if metadata.get(field) != before.get(field):
            yield invalid(f"metadata.{field}", metadata.get(field, ""), IMMUTABLE)
    yield from validate_accessories(metadata)
    if core:
        yield from validate_kube_finalizers(metadata.get("finalizers") or (), "metadata.finalizers[{}]")


def validate_accessories(metadata: Object) -> Errors:
    """What stands beside an object's name: labels, annotations, owners and finalizers."""
    labels = metadata.get("labels")
    if labels:
        yield from validate_labels(labels, "metadata.labels")
    annotations = metadata.get("annotations")
    if annotations:
        yield from validate_annotations(annotations, "metadata.annotations")
    if metadata.get("ownerReferences"):
        yield from validate_owners(metadata["ownerReferences"], "metadata.ownerReferences")
    if metadata.get("finalizers"):
        yield from validate_finalizers(metadata["finalizers"], "metadata.finalizers")


def validate_labels(labels: Mapping[str, Any], path: str) -> Errors:
    for key, value in sorted(labels.items()):
        yield from validate_label_name(key, path)
        for message in names.label_value(value):
            yield invalid(path, value, message)


def validate_label_name(name: str, path: str) -> Errors:
    for message in names.qualified_name(name):
        yield invalid(path, name, message)


def validate_annotations(annotations: Mapping[str, str], path: str) -> Errors:
    for key in sorted(annotations):
        for message in names.qualified_name(key.lower()):
            yield invalid(path, key, message)
    if sum(len(key) + len(value) for key, value in annotations.items()) > ANNOTATIONS_LIMIT // 4 and (
        sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items()) > ANNOTATIONS_LIMIT
    ):
        yield too_long(path, ANNOTATIONS_LIMIT)


def validate_owners(owners: list[Object], path: str) -> Errors:
    controller = ""
    for owner in owners:
        if not owner.get("apiVersion", "").rpartition("/")[2]:
            yield invalid(f"{path}.apiVersion", owner.get("apiVersion", ""), "version must not be empty")
        for field in ("kind", "name", "uid"):
            if not owner.get(field):
                yield invalid(f"{path}.{field}", owner.get(field, ""), "must not be empty")
        if owner.get("kind") == "Event" and owner.get("apiVersion") == "v1":
            yield invalid(path, owner, "/v1, Kind=Event is disallowed from being an owner")
        if owner.get("controller"):
            if controller:
                rule = 'Only one reference can have Controller set to true. Found "true" in references for'
                yield invalid(path, owners, f"{rule} {controller} and {owner.get('name', '')}")
                return
            controller = owner.get("name", "")


def validate_finalizers(finalizers: list[str], path: str) -> Errors:
    for name in finalizers:
        for message in names.qualified_name(name):
            yield invalid(path, name, message)
    if "orphan" in finalizers and "foregroundDeletion" in finalizers:
        yield invalid(path, finalizers, "finalizer orphan and foregroundDeletion cannot be both set")


def validate_kube_finalizers(finalizers: Iterable[str], path: str) -> Errors:
    """What only the kinds of `pkg/apis` ask of finalizers. Upstream: pkg/apis/core/validation"""
    for index, name in enumerate(finalizers):
        if "/" not in name and name not in STANDARD_FINALIZERS:
            rule = "name is neither a standard finalizer name nor is it fully qualified"
            yield invalid(path.format(index), name, rule)


def validate_name(name: str, path: str, rule: NameRule) -> Errors:
    for message in rule(name):
        yield invalid(path, name, message)


def validate_count(value: int | None, path: str) -> Errors:
    """A number that may be zero, or left out."""
    if value is not None and value < 0:
        yield invalid(path, value, NEGATIVE)


def validate_unchanged(new: Any, old: Any, path: str) -> Errors:
    """What is empty and what is absent are the same here, as they are to the API."""
    if (new or None) != (old or None):
        yield invalid(path, new, IMMUTABLE)

"""What a kustomization does to objects: names, labels, images, patches, generated config maps and secrets.

Upstream: sigs.k8s.io/kustomize/api (builtins, internal/accumulator)
"""

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from simulator.kubectl.errors import CommandError
from simulator.kubectl.keyedfiles import hashed_name
from simulator.kubectl.patching import VERSION
from simulator.kubectl.terminal import Terminal
from simulator.machinery import yaml
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at, changed
from simulator.machinery.patches import json_patch, merge_patch, strategic
from simulator.machinery.schemas import schemas
from simulator.runtime.errors import OSFailure

CLUSTER_WIDE = (
    "Namespace", "Node", "PersistentVolume", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition",
    "StorageClass", "PriorityClass", "IngressClass", "RuntimeClass", "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration", "CSIDriver", "APIService",
)  # fmt: skip
UNNAMED = ("Namespace", "CustomResourceDefinition", "APIService")
"""Kinds whose names stay as they are."""
WITH_SELECTOR = ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet")
"""Kinds that have a selector always."""
TEMPLATES = (("spec", "template"), ("spec", "jobTemplate", "spec", "template"))


@dataclass(frozen=True, slots=True)
class Item:
    """An object on its way: the names it has had, and whether a hash of its content is to end its name."""

    object: Object
    names: tuple[str, ...] = ()
    hashes: bool = False

    @classmethod
    def of(cls, obj: Object, *, hashes: bool = False) -> "Item":
        return cls(obj, (str(at(obj, "metadata", "name", default="")),), hashes)

    @property
    def kind(self) -> str:
        return str(self.object.get("kind", ""))

    @property
    def name(self) -> str:
        return str(at(self.object, "metadata", "name", default=""))

    def holding(self, obj: Object) -> "Item":
        return replace(
            self, object=obj, names=tuple(dict.fromkeys((*self.names, at(obj, "metadata", "name", default=""))))
        )


def generated(terminal: Terminal, folder: str, kustomization: Object) -> list[Item]:
    """The config maps and secrets that generators make."""
    items = []
    common = kustomization.get("generatorOptions") or {}
    for field, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
        for generator in kustomization.get(field) or ():
            options = {**common, **(generator.get("options") or {})}
            items.append(Item.of(one_generated(terminal, folder, generator, kind, options),
                                 hashes=not options.get("disableNameSuffixHash")))  # fmt: skip
    return items


def one_generated(terminal: Terminal, folder: str, generator: Object, kind: str, options: Object) -> Object:
    if generator.get("behavior", "create") != "create":
        raise CommandError(f"behavior {quoted(generator['behavior'])} of a generator is not simulated")
    content = entries(terminal, folder, generator)
    metadata: Object = {"name": generator["name"]}
    for field in ("labels", "annotations"):
        if options.get(field):
            metadata[field] = options[field]
    if generator.get("namespace"):
        metadata["namespace"] = generator["namespace"]
    obj: Object = {"apiVersion": "v1", "kind": kind, "metadata": metadata}
    if kind == "Secret":
        obj["data"] = {key: b64encode(value).decode() for key, value in content.items()}
        obj["type"] = generator.get("type", "Opaque")
    else:
        obj["data"] = {key: value.decode(errors="replace") for key, value in content.items()}
    if options.get("immutable"):
        obj["immutable"] = True
    return obj


def entries(terminal: Terminal, folder: str, generator: Object) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for source in generator.get("files") or ():
        key, equals, path = source.partition("=")
        path = path if equals else key
        found[key if equals else path.rpartition("/")[2]] = content_of(terminal, folder, path)
    for literal in generator.get("literals") or ():
        key, _, value = literal.partition("=")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        found[key] = value.encode()
    for path in [*(generator.get("envs") or ()), *([generator["env"]] if generator.get("env") else ())]:
        for line in content_of(terminal, folder, path).decode(errors="replace").splitlines():
            key, equals, value = line.strip().partition("=")
            if equals and not key.startswith("#"):
                found[key] = value.encode()
    return dict(sorted(found.items()))


def content_of(terminal: Terminal, folder: str, path: str) -> bytes:
    try:
        return terminal.read_file(f"{folder}/{path}")
    except OSFailure:
        whole = terminal.absolute(f"{folder}/{path}")
        raise CommandError(
            f"loading KV pairs: file sources: [{path}]: open {whole}: no such file or directory"
        ) from None


def transformed(terminal: Terminal, folder: str, kustomization: Object, items: list[Item]) -> list[Item]:
    """The objects with everything that one kustomization says."""
    items = patched(terminal, folder, kustomization, items)
    steps: list[Callable[[Object], Object]] = []
    if namespace := kustomization.get("namespace"):
        steps.append(lambda obj: with_namespace(obj, namespace))
    begin, end = kustomization.get("namePrefix") or "", kustomization.get("nameSuffix") or ""
    replicas = kustomization.get("replicas") or ()
    steps.append(lambda obj: with_replicas(obj, replicas))
    steps.append(lambda obj: with_name(obj, begin, end))
    for pairs, selectors, templates in label_sets(kustomization):
        steps.append(lambda obj, p=pairs, s=selectors, t=templates: with_labels(obj, p, s, t))  # type: ignore[misc]  # bound now
    if annotations := kustomization.get("commonAnnotations"):
        steps.append(lambda obj: with_annotations(obj, annotations))
    for image in kustomization.get("images") or ():
        steps.append(lambda obj, i=image: with_image(obj, i))  # type: ignore[misc]  # bound now
    for step in steps:
        items = [item.holding(step(item.object)) for item in items]
    return items


def label_sets(kustomization: Object) -> list[tuple[dict[str, str], bool, bool]]:
    """Labels to set, whether in selectors too, and whether in templates too."""
    found = []
    for entry in kustomization.get("labels") or ():
        selectors = bool(entry.get("includeSelectors"))
        found.append((entry.get("pairs") or {}, selectors, selectors or bool(entry.get("includeTemplates"))))
    if labels := kustomization.get("commonLabels"):
        found.append((labels, True, True))
    return found


def with_namespace(obj: Object, namespace: str) -> Object:
    if obj.get("kind") == "Namespace":
        return changed(obj, ("metadata", "name"), namespace)
    if obj.get("kind") not in CLUSTER_WIDE:
        obj = changed(obj, ("metadata", "namespace"), namespace)
    if obj.get("kind") in ("RoleBinding", "ClusterRoleBinding") and obj.get("subjects"):
        subjects = [
            {**one, "namespace": namespace}
            if one.get("kind") == "ServiceAccount" and one.get("name") == "default"
            else one
            for one in obj["subjects"]
        ]
        obj = {**obj, "subjects": subjects}
    return obj


def with_name(obj: Object, begin: str, end: str) -> Object:
    if obj.get("kind") in UNNAMED or not (begin or end):
        return obj
    return changed(obj, ("metadata", "name"), f"{begin}{at(obj, 'metadata', 'name', default='')}{end}")


def with_replicas(obj: Object, replicas: Sequence[Object]) -> Object:
    for entry in replicas:
        kinds = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet")
        if obj.get("kind") in kinds and at(obj, "metadata", "name") == entry["name"]:
            obj = changed(obj, ("spec", "replicas"), entry["count"])
    return obj


def template_path(obj: Object) -> tuple[str, ...] | None:
    """Where the object has its pod template."""
    return next((path for path in TEMPLATES if isinstance(at(obj, *path), dict)), None)


def merged(obj: Object, path: tuple[str, ...], pairs: Object) -> Object:
    return changed(obj, path, {**(at(obj, *path) or {}), **pairs})


def with_labels(obj: Object, pairs: dict[str, str], selectors: bool, templates: bool) -> Object:
    obj = merged(obj, ("metadata", "labels"), pairs)
    template = template_path(obj)
    if templates and template is not None:
        obj = merged(obj, (*template, "metadata", "labels"), pairs)
    if not selectors:
        return obj
    kind = obj.get("kind")
    if kind in ("Service", "ReplicationController"):
        if at(obj, "spec", "selector"):
            obj = merged(obj, ("spec", "selector"), pairs)
    elif kind in WITH_SELECTOR or at(obj, "spec", "selector", "matchLabels"):
        obj = merged(obj, ("spec", "selector", "matchLabels"), pairs)
    elif kind == "NetworkPolicy" and at(obj, "spec", "podSelector", "matchLabels"):
        obj = merged(obj, ("spec", "podSelector", "matchLabels"), pairs)
    return obj


def with_annotations(obj: Object, pairs: dict[str, str]) -> Object:
    obj = merged(obj, ("metadata", "annotations"), pairs)
    template = template_path(obj)
    return obj if template is None else merged(obj, (*template, "metadata", "annotations"), pairs)


def with_image(obj: Object, image: Object) -> Object:
    """An object whose containers use another name or tag of an image."""
    template = template_path(obj)
    path = (*template, "spec") if template is not None else ("spec",)
    spec = at(obj, *path)
    if not isinstance(spec, dict):
        return obj
    for field in ("containers", "initContainers"):
        if isinstance(spec.get(field), list):
            spec = {**spec, field: [{**one, "image": renamed(one.get("image", ""), image)} for one in spec[field]]}
    return changed(obj, path, spec)


def renamed(text: str, image: Object) -> str:
    bare, at_sign, digest = text.partition("@")
    folder, slash, last = bare.rpartition("/")
    last, _, tag = last.partition(":")
    name = f"{folder}{slash}{last}"
    if name != image["name"]:
        return text
    name = str(image.get("newName", name))
    if image.get("digest"):
        return f"{name}@{image['digest']}"
    if image.get("newTag") is not None:
        return f"{name}:{image['newTag']}"
    return name + (f":{tag}" if tag else "") + at_sign + digest


def patched(terminal: Terminal, folder: str, kustomization: Object, items: list[Item]) -> list[Item]:
    """The objects after the patches, in the order written."""
    for path in kustomization.get("patchesStrategicMerge") or ():
        text = path if "\n" in path else content_of(terminal, folder, path).decode(errors="replace")
        items = with_patch(items, text, None)
    for entry in [*(kustomization.get("patches") or ()), *(kustomization.get("patchesJson6902") or ())]:
        text = entry.get("patch") or content_of(terminal, folder, entry.get("path", "")).decode(errors="replace")
        items = with_patch(items, text, entry.get("target"))
    return items


def with_patch(items: list[Item], text: str, target: Object | None) -> list[Item]:
    for patch in yaml.load_all(text):
        chosen = target or {
            "kind": at(patch, "kind"),
            "name": at(patch, "metadata", "name"),
            "namespace": at(patch, "metadata", "namespace"),
        }
        if target is None and not any(is_meant(item, chosen) for item in items):
            group, _, version = str(patch.get("apiVersion", "")).rpartition("/")
            label = (
                f"{chosen['kind']}.{version}.{group or '[noGrp]'}/{chosen['name']}.{chosen['namespace'] or '[noNs]'}"
            )
            raise CommandError(f"no resource matches strategic merge patch {quoted(label)}: no matches for Id {label}; "
                               "failed to find unique target for patch "
                               f"{label}")  # fmt: skip
        items = [
            kept for item in items for kept in ([item] if not is_meant(item, chosen) else apply_patch(item, patch))
        ]
    return items


def is_meant(item: Item, target: Object) -> bool:
    """Whether a patch's target is this object; names and kinds are patterns."""
    metadata = item.object.get("metadata") or {}
    group, _, version = str(item.object.get("apiVersion", "")).rpartition("/")
    for field, value in (("kind", item.kind), ("group", group), ("version", version)):
        if target.get(field) and not re.fullmatch(str(target[field]), value):
            return False
    if target.get("name") and not any(re.fullmatch(str(target["name"]), name) for name in (item.name, *item.names)):
        return False
    if target.get("namespace") and target["namespace"] != metadata.get("namespace"):
        return False
    for field in ("labelSelector", "annotationSelector"):
        if target.get(field):
            from simulator.machinery.selectors import parse

            if not parse(target[field]).matches(metadata.get(field.removesuffix("Selector") + "s")):
                return False
    return True


def apply_patch(item: Item, patch: Any) -> list[Item]:
    """The object after one patch, or nothing where the patch deletes it."""
    if isinstance(patch, list):
        return [item.holding(json_patch.apply(item.object, patch))]
    if patch.get("$patch") == "delete":
        return []
    group, _, version = str(item.object.get("apiVersion", "")).rpartition("/")
    schema = schemas(VERSION).type_of_kind(group, version, item.kind)
    metadata = {**(patch.get("metadata") or {}), "name": item.name}
    body = {**patch, "metadata": metadata}
    if schema is None:
        return [item.holding(merge_patch.apply(item.object, body))]
    return [item.holding(strategic.apply(item.object, body, schema))]


def finished(items: list[Item]) -> list[Item]:
    """The objects with hashes behind the names of generated ones, and every reference to a changed name changed."""
    named = [item.holding(with_hash(item.object)) if item.hashes else item for item in items]
    moved: dict[tuple[str, str], str] = {}
    for item in named:
        for name in item.names:
            if name != item.name:
                moved.setdefault((item.kind, name), item.name)
    return [replace(item, object=referring(item.object, moved)) for item in named]


def with_hash(obj: Object) -> Object:
    content: Object = {"kind": obj["kind"], "name": "", "data": obj.get("data") or ""}
    if obj["kind"] == "Secret":
        content["type"] = obj.get("type", "")
    return changed(obj, ("metadata", "name"), hashed_name(obj["metadata"]["name"], content))


REFERENCES = {
    "configMapRef": ("ConfigMap", "name"),
    "configMapKeyRef": ("ConfigMap", "name"),
    "configMap": ("ConfigMap", "name"),
    "secretRef": ("Secret", "name"),
    "secretKeyRef": ("Secret", "name"),
    "persistentVolumeClaim": ("PersistentVolumeClaim", "claimName"),
    "service": ("Service", "name"),
}
"""Fields that hold a reference: the kind referred to, and the field in them that has the name."""
NAMED_FIELDS = {"serviceAccountName": "ServiceAccount", "serviceName": "Service", "secretName": "Secret"}


def referring(value: Any, moved: dict[tuple[str, str], str]) -> Any:
    """The same value, with what refers to changed names following them."""
    if not moved:
        return value
    if isinstance(value, list):
        return [referring(item, moved) for item in value]
    if not isinstance(value, dict):
        return value
    found: Object = {}
    for field, inner in value.items():
        if isinstance(inner, dict):
            inner = reference(field, inner, moved)
        elif field == "imagePullSecrets" and isinstance(inner, list):
            inner = [{**one, "name": moved.get(("Secret", one.get("name", "")), one.get("name", ""))} for one in inner]
        elif field == "subjects" and isinstance(inner, list):
            inner = [reference("scaleTargetRef", one, moved) for one in inner]
        elif field in NAMED_FIELDS and isinstance(inner, str):
            inner = moved.get((NAMED_FIELDS[field], inner), inner)
        found[field] = referring(inner, moved)
    return found


def reference(field: str, inner: Object, moved: dict[tuple[str, str], str]) -> Object:
    if field in ("scaleTargetRef", "roleRef"):
        kind, name = str(inner.get("kind", "")), "name"
    elif field in REFERENCES:
        kind, name = REFERENCES[field]
    else:
        return inner
    wanted = moved.get((kind, str(inner.get(name, ""))))
    return inner if wanted is None else {**inner, name: wanted}

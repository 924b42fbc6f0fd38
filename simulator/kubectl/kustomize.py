"""Kustomizations: the objects that a folder with a kustomization.yaml stands for. What is not known is refused.

Upstream: sigs.k8s.io/kustomize/api (internal/target, resmap)
"""

from collections.abc import Iterator
from posixpath import normpath

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomizing import Item, finished, generated, transformed
from simulator.kubectl.terminal import Terminal
from simulator.machinery import yaml
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object
from simulator.runtime.errors import OSFailure

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
KNOWN = (
    "apiVersion", "kind", "metadata", "resources", "bases", "namespace", "namePrefix", "nameSuffix",
    "commonAnnotations", "commonLabels", "labels", "images", "replicas", "patches", "patchesStrategicMerge",
    "patchesJson6902", "configMapGenerator", "secretGenerator", "generatorOptions",
)  # fmt: skip
DEPRECATED = {
    "bases": "resources",
    "commonLabels": "labels",
    "patchesStrategicMerge": "patches",
    "patchesJson6902": "patches",
}
ORDER = (
    "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy",
    "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service",
    "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob",
    "PodDisruptionBudget",
)  # fmt: skip
"""Kinds that go first, in this order. Upstream: resid.IsLessThan (legacy order)"""
LAST = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")


def build(terminal: Terminal, folder: str) -> Iterator[Object]:
    """The objects in the order in which they are to be created. Raises CommandError."""
    if not terminal.is_folder(folder):
        path = terminal.absolute(folder)
        raise CommandError(
            f"must build at directory: not a valid directory: evalsymlink failure on {quoted_single(folder)} : "
            f"lstat {path}: no such file or directory"
        )
    items = finished(accumulated(terminal, folder.rstrip("/") or "/"))
    yield from (item.object for item in sorted(items, key=place))


def quoted_single(text: str) -> str:
    return f"'{text}'"


def place(item: Item) -> tuple[int, str, str, str, str]:
    kind = item.kind
    rank = ORDER.index(kind) if kind in ORDER else len(ORDER) + (1 if kind in LAST else 0)
    metadata = item.object.get("metadata") or {}
    group = str(item.object.get("apiVersion", "")).rpartition("/")[0]
    return rank, group, kind, str(metadata.get("namespace", "")), str(metadata.get("name", ""))


def accumulated(terminal: Terminal, folder: str) -> list[Item]:
    """The objects of one folder and of those below it, with everything that its kustomization says done to them."""
    kustomization = read(terminal, folder)
    unknown = [field for field in kustomization if field not in KNOWN]
    if unknown:
        raise CommandError(f"kustomization field {quoted(unknown[0])} is not simulated")
    for field, instead in DEPRECATED.items():
        if field in kustomization:
            terminal.write_error(
                f"# Warning: '{field}' is deprecated. Please use '{instead}' instead. Run 'kustomize edit fix' to "
                "update your Kustomization automatically.\n"
            )
    items: list[Item] = []
    for resource in [*(kustomization.get("resources") or ()), *(kustomization.get("bases") or ())]:
        path = normpath(f"{folder}/{resource}")
        if terminal.is_folder(path):
            items += accumulated(terminal, path)
        else:
            items += [Item.of(obj) for obj in file_objects(terminal, path, resource)]
    items += generated(terminal, folder, kustomization)
    return transformed(terminal, folder, kustomization, items)


def read(terminal: Terminal, folder: str) -> Object:
    for name in NAMES:
        if terminal.is_file(f"{folder}/{name}"):
            try:
                content = yaml.load(terminal.read_file(f"{folder}/{name}"))
            except yaml.YAMLError as error:
                raise CommandError(f"invalid Kustomization: {error}") from None
            return content if isinstance(content, dict) else {}
    names = ", ".join(f"'{name}'" for name in NAMES[:2]) + f" or '{NAMES[2]}'"
    raise CommandError(f"unable to find one of {names} in directory '{terminal.absolute(folder)}'")


def file_objects(terminal: Terminal, path: str, resource: str) -> list[Object]:
    try:
        content = terminal.read_file(path)
    except OSFailure:
        whole = terminal.absolute(path)
        raise CommandError(
            f"accumulating resources: accumulation err='accumulating resources from '{resource}': open {whole}: no such"
            f" file or directory': must build at directory: not a valid directory: evalsymlink failure on '{whole}' : "
            f"lstat {whole}: no such file or directory"
        ) from None
    return [document for document in yaml.load_all(content) if isinstance(document, dict)]

"""Kustomizations, as far as they name resources: everything else in one is refused with a sentence.

Upstream: sigs.k8s.io/kustomize
"""

from collections.abc import Iterator

from simulator.kubectl.errors import CommandError
from simulator.kubectl.terminal import Terminal
from simulator.machinery import yaml
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at, changed
from simulator.runtime.errors import OSFailure

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
KNOWN = (
    "apiVersion",
    "kind",
    "metadata",
    "resources",
    "namespace",
    "namePrefix",
    "nameSuffix",
    "commonAnnotations",
    "images",
)


def build(terminal: Terminal, folder: str) -> Iterator[Object]:
    """The objects that a kustomization folder stands for, in its order."""
    folder = folder.rstrip("/") or "/"
    kustomization = read(terminal, folder)
    unknown = [field for field in kustomization if field not in KNOWN]
    if unknown:
        raise CommandError(f"kustomization field {quoted(unknown[0])} is not simulated")
    for resource in kustomization.get("resources") or ():
        path = f"{folder}/{resource}"
        if terminal.is_folder(path):
            found: Iterator[Object] = build(terminal, path)
        else:
            found = iter(file_objects(terminal, path, resource))
        for obj in found:
            yield transformed(obj, kustomization)


def read(terminal: Terminal, folder: str) -> Object:
    if not terminal.is_folder(folder):
        raise CommandError(
            f"must build at directory: not a valid directory: evalsymlink failure on '{folder}' : lstat "
            f"{terminal.absolute(folder)}: no such file or directory"
        )
    for name in NAMES:
        if terminal.is_file(f"{folder}/{name}"):
            content = yaml.load(terminal.read_file(f"{folder}/{name}"))
            return content if isinstance(content, dict) else {}
    names = ", ".join(f"'{name}'" for name in NAMES[:2]) + f" or '{NAMES[2]}'"
    raise CommandError(f"unable to find one of {names} in directory '{terminal.absolute(folder)}'")


def file_objects(terminal: Terminal, path: str, resource: str) -> list[Object]:
    try:
        content = terminal.read_file(path)
    except OSFailure:
        raise CommandError(
            f"accumulating resources: accumulation err='accumulating resources from '{resource}': open "
            f"{terminal.absolute(path)}: no such file or directory'"
        ) from None
    return [document for document in yaml.load_all(content) if isinstance(document, dict)]


def transformed(obj: Object, kustomization: Object) -> Object:
    """An object with what the kustomization says of all."""
    if namespace := kustomization.get("namespace"):
        obj = changed(obj, ("metadata", "namespace"), namespace)
    if kustomization.get("namePrefix") or kustomization.get("nameSuffix"):
        name = at(obj, "metadata", "name", default="")
        whole = f"{kustomization.get('namePrefix', '')}{name}{kustomization.get('nameSuffix', '')}"
        obj = changed(obj, ("metadata", "name"), whole)
    if annotations := kustomization.get("commonAnnotations"):
        present = at(obj, "metadata", "annotations", default={})
        obj = changed(obj, ("metadata", "annotations"), {**present, **annotations})
    for image in kustomization.get("images") or ():
        obj = with_image(obj, image)
    return obj


def with_image(obj: Object, image: Object) -> Object:
    """An object whose containers use another name or tag of an image."""
    for path in (("spec", "template", "spec"), ("spec",)):
        spec = at(obj, *path)
        if not isinstance(spec, dict) or "containers" not in spec:
            continue
        for field in ("containers", "initContainers"):
            if field in spec:
                spec = {**spec, field: [{**one, "image": renamed(one.get("image", ""), image)} for one in spec[field]]}
        obj = changed(obj, path, spec)
    return obj


def renamed(text: str, image: Object) -> str:
    name, colon, tag = text.partition(":")
    if name != image["name"]:
        return text
    tag = str(image.get("newTag") or tag)
    return str(image.get("newName", name)) + (f":{tag}" if tag else colon)

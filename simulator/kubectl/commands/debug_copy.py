"""The copy of a pod that kubectl debug makes with --copy-to. Upstream: kubectl/pkg/cmd/debug"""

from simulator.kubectl.commands.debug_container import container_of, customized, new_name, secured
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object


def copy_of(kubectl: Kubectl, pod: Object, words: list[str], custom: Object) -> tuple[Object, str]:
    """The copy, and the name of its container that is attached to."""
    options = kubectl.options
    old = pod["metadata"]
    metadata: Object = {"name": options.text("copy-to"), "namespace": old["namespace"]}
    metadata |= {field: old[field] for field in ("labels", "annotations") if old.get(field)}
    spec = {key: value for key, value in pod["spec"].items() if key != "ephemeralContainers"}
    if not options.flag("same-node"):
        spec.pop("nodeName", None)
    if options.changed("share-processes"):
        spec["shareProcessNamespace"] = options.flag("share-processes")
    spec["containers"] = with_images(kubectl, spec["containers"])
    copy: Object = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    name = options.text("container")
    present = next((one for one in spec["containers"] if one["name"] == name), None)
    if present is None and not options.text("image"):
        if options.texts("set-image"):
            return copy, spec["containers"][0]["name"]
        raise CommandError("you must specify image when creating new container")
    if present is None:
        name = new_name(kubectl, pod)
        present = container_of(kubectl, name, words)
        spec["containers"] = [*spec["containers"], present]
    worked = customized(secured(changed(kubectl, present, words), options.text("profile")), custom)
    spec["containers"] = [worked if one["name"] == name else one for one in spec["containers"]]
    return without_traits(kubectl, copy), name


def without_traits(kubectl: Kubectl, copy: Object) -> Object:
    """The copy of a pod without what would let others take it for the pod, unless that is to be kept."""
    options = kubectl.options
    metadata, spec = copy["metadata"], copy["spec"]
    if options.text("profile") == "legacy":
        metadata.pop("labels", None)
        return copy
    for field in ("labels", "annotations"):
        if not options.flag(f"keep-{field}"):
            metadata.pop(field, None)
    if not options.flag("keep-init-containers"):
        spec.pop("initContainers", None)
    spec.setdefault("shareProcessNamespace", True)
    spec["containers"] = [without_probes(kubectl, one) for one in spec["containers"]]
    return copy


def with_images(kubectl: Kubectl, containers: list[Object]) -> list[Object]:
    images = dict(pair.partition("=")[::2] for pair in kubectl.options.texts("set-image"))
    return [{**one, "image": images.get(one["name"], images.get("*", one["image"]))} for one in containers]


def without_probes(kubectl: Kubectl, container: Object) -> Object:
    kept = {word for word in ("liveness", "readiness", "startup") if kubectl.options.flag(f"keep-{word}")}
    return {field: value for field, value in container.items() if not field.endswith("Probe") or field[:-5] in kept}


def changed(kubectl: Kubectl, container: Object, words: list[str]) -> Object:
    """A container of the copy that is to be worked in."""
    options = kubectl.options
    container = dict(container)
    if options.text("image"):
        container["image"] = options.text("image")
    if words:
        container.pop("args", None)
        container["args" if options.flag("arguments-only") else "command"] = words
    for flag in ("stdin", "tty"):
        if options.flag(flag):
            container[flag] = True
    return container

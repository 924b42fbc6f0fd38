"""What volumes and claims get on their way in: a storage class, protection while in use, and no growth where none is.

Upstream: plugin/pkg/admission/storage/{storageclass/setdefault,storageobjectinuseprotection,persistentvolume/resize}
"""

from simulator.api.errors import Forbidden
from simulator.apiserver.admission.chain import Attributes
from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import parse

CLASSES = "storageclasses.storage.k8s.io"
IS_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
OLD_CLASS = "volume.beta.kubernetes.io/storage-class"
PROTECTION = {
    "persistentvolumes": "kubernetes.io/pv-protection",
    "persistentvolumeclaims": "kubernetes.io/pvc-protection",
}


class DefaultStorageClass:
    """A claim that names no class gets the newest of those marked as default."""

    name = "DefaultStorageClass"
    on = ("persistentvolumeclaims",)
    operations = ("CREATE",)

    def admit(self, attributes: Attributes) -> None:
        claim = attributes.object
        if claim["spec"].get("storageClassName") is not None or OLD_CLASS in annotations(claim):
            return
        defaults = [one for one in attributes.backend.items(CLASSES, None) if marked(one, IS_DEFAULT)]
        if defaults:
            chosen = newest(defaults)["metadata"]["name"]
            attributes.object = {**claim, "spec": {**claim["spec"], "storageClassName": chosen}}


class StorageObjectInUseProtection:
    """Volumes and claims stay until nobody uses them."""

    name = "StorageObjectInUseProtection"
    on = tuple(PROTECTION)
    operations = ("CREATE",)

    def admit(self, attributes: Attributes) -> None:
        obj, finalizer = attributes.object, PROTECTION[attributes.resource.key]
        own = obj["metadata"].get("finalizers") or []
        if finalizer not in own:
            attributes.object = {**obj, "metadata": {**obj["metadata"], "finalizers": [*own, finalizer]}}


class PersistentVolumeClaimResize:
    """Only claims whose class says so may grow."""

    name = "PersistentVolumeClaimResize"
    on = ("persistentvolumeclaims",)
    operations = ("UPDATE",)

    def validate(self, attributes: Attributes) -> None:
        claim, old = attributes.object, attributes.old
        assert old is not None
        path = ("spec", "resources", "requests", "storage")
        if parse(at(claim, *path, default="0")) <= parse(at(old, *path, default="0")):
            return
        if at(old, "status", "phase") != "Bound":
            raise Forbidden(
                "persistentvolumeclaims", attributes.name, "Only bound persistent volume claims can be expanded"
            )
        chosen = at(claim, "spec", "storageClassName", default="")
        storage_class = attributes.backend.read(CLASSES, ("", chosen)) if chosen else None
        if storage_class is None or not storage_class.get("allowVolumeExpansion"):
            message = (
                "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must "
                "support resize"
            )
            raise Forbidden("persistentvolumeclaims", attributes.name, message)


def annotations(obj: Object) -> Object:
    return obj["metadata"].get("annotations") or {}


def marked(obj: Object, names: tuple[str, ...]) -> bool:
    return any(annotations(obj).get(name) == "true" for name in names)


def newest(objects: list[Object]) -> Object:
    """The youngest of several defaults; of equally old ones the first by name."""
    youngest = max(one["metadata"]["creationTimestamp"] for one in objects)
    return min(
        (one for one in objects if one["metadata"]["creationTimestamp"] == youngest),
        key=lambda one: str(one["metadata"]["name"]),
    )

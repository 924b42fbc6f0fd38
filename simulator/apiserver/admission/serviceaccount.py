"""Gives each Pod a ServiceAccount and the volume with its token. Upstream: plugin/pkg/admission/serviceaccount"""

from collections.abc import Callable

from simulator.api.errors import Forbidden
from simulator.apiserver.admission.chain import Attributes
from simulator.machinery.objects import Object, at

MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
VOLUME_PREFIX = "kube-api-access-"
MIRROR = "kubernetes.io/config.mirror"


class ServiceAccount:
    """The account is named, exists, and its token is mounted unless somebody said no."""

    name = "ServiceAccount"
    on = ("pods",)
    operations = ("CREATE",)

    def __init__(self, volume_suffix: Callable[[], str]) -> None:
        self._volume_suffix = volume_suffix

    def admit(self, attributes: Attributes) -> None:
        pod = attributes.object
        if MIRROR in at(pod, "metadata", "annotations", default={}):
            return
        spec = dict(pod["spec"])
        name = spec.get("serviceAccountName") or "default"
        spec["serviceAccountName"] = spec["serviceAccount"] = name
        account = attributes.backend.read("serviceaccounts", (attributes.namespace, name))
        if account is None:
            message = (
                f'error looking up service account {attributes.namespace}/{name}: serviceaccount "{name}" not found'
            )
            raise Forbidden("pods", attributes.name, message)
        if wants_token(spec, account) and not has_token(spec):
            mount_token(spec, self._volume_suffix())
        if not spec.get("imagePullSecrets") and account.get("imagePullSecrets"):
            spec["imagePullSecrets"] = account["imagePullSecrets"]
        attributes.object = {**pod, "spec": spec}


def wants_token(spec: Object, account: Object) -> bool:
    wish = spec.get("automountServiceAccountToken")
    if wish is None:
        wish = account.get("automountServiceAccountToken")
    return wish is not False


def has_token(spec: Object) -> bool:
    """Whether every container mounts something at the token's place already."""
    containers = [*(spec.get("initContainers") or ()), *spec["containers"]]
    return all(
        any(mount["mountPath"] == MOUNT_PATH for mount in container.get("volumeMounts") or ())
        for container in containers
    )


def mount_token(spec: Object, suffix: str) -> None:
    """Add the projected volume and its mounts to a Pod spec of one's own."""
    name = VOLUME_PREFIX + suffix
    mount = {"name": name, "readOnly": True, "mountPath": MOUNT_PATH}
    for field in ("initContainers", "containers"):
        if spec.get(field):
            spec[field] = [with_mount(container, mount) for container in spec[field]]
    spec["volumes"] = [*(spec.get("volumes") or ()), {"name": name, "projected": TOKEN_SOURCES}]


def with_mount(container: Object, mount: Object) -> Object:
    mounts = container.get("volumeMounts") or []
    if any(known["mountPath"] == MOUNT_PATH for known in mounts):
        return container
    return {**container, "volumeMounts": [*mounts, mount]}


TOKEN_SOURCES: Object = {
    "defaultMode": 420,
    "sources": [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {
            "downwardAPI": {
                "items": [{"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]
            }
        },
    ],
}

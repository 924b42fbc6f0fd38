"""What the Pods on a node refer to, read from the store when somebody asks.

Upstream: plugin/pkg/auth/authorizer/node/graph.go, pkg/api/v1/pod/util.go, pkg/api/v1/persistentvolume/util.go
"""

from collections.abc import Callable, Iterator

from simulator.api.client import Backend
from simulator.machinery.objects import Object, at

MIRROR = "kubernetes.io/config.mirror"
REFERENCES_OF_VOLUMES = ("cephfs", "cinder", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos")
OF_THE_NODE = ("nodePublishSecretRef", "nodeStageSecretRef", "nodeExpandSecretRef")
"""The Secrets of a CSI volume that a kubelet reads; the others are for the driver's controller."""


def is_related(backend: Backend, node: str, resource: str, namespace: str, name: str) -> bool:
    """Whether an object of a resource has to do with a node."""
    match resource:
        case "pods":
            pod = backend.read("pods", (namespace, name))
            return pod is not None and pod["spec"].get("nodeName") == node
        case "volumeattachments.storage.k8s.io" | "resourceslices.resource.k8s.io":
            found = backend.read(resource, ("", name))
            return found is not None and found["spec"].get("nodeName") == node
        case "persistentvolumes":
            volume = backend.read("persistentvolumes", ("", name))
            return volume is not None and is_claimed(backend, node, volume)
        case "secrets" if any(name_in(pod_secrets, pod, name) for pod in pods_of(backend, node, namespace)):
            return True
        case "secrets":
            return any(
                is_claimed(backend, node, volume)
                for volume in backend.items("persistentvolumes", None)
                if (namespace, name) in volume_secrets(volume)
            )
    names = REFERENCES.get(resource)
    return names is not None and any(name_in(names, pod, name) for pod in pods_of(backend, node, namespace))


def pods_of(backend: Backend, node: str, namespace: str) -> Iterator[Object]:
    """The Pods on a node that may refer to anything; mirrors of static Pods may not."""
    for pod in backend.indexed("pods", "node", node):
        metadata = pod["metadata"]
        if metadata["namespace"] == namespace and MIRROR not in (metadata.get("annotations") or {}):
            yield pod


def name_in(names: Callable[[Object], Iterator[str]], pod: Object, name: str) -> bool:
    return any(each == name for each in names(pod))


def is_claimed(backend: Backend, node: str, volume: Object) -> bool:
    """Whether a Pod on the node uses the claim that a volume is bound to."""
    claim = volume["spec"].get("claimRef")
    return bool(claim) and is_related(backend, node, "persistentvolumeclaims", claim["namespace"], claim["name"])


def containers(pod: Object) -> Iterator[Object]:
    for field in ("initContainers", "containers", "ephemeralContainers"):
        yield from pod["spec"].get(field) or ()


def environment(pod: Object, source: str, key: str) -> Iterator[str]:
    """What the variables of a Pod's containers come from."""
    for container in containers(pod):
        for each in container.get("envFrom") or ():
            yield at(each, source, "name", default="")
        for variable in container.get("env") or ():
            yield at(variable, "valueFrom", key, "name", default="")


def pod_secrets(pod: Object) -> Iterator[str]:
    for reference in pod["spec"].get("imagePullSecrets") or ():
        yield reference.get("name", "")
    yield from environment(pod, "secretRef", "secretKeyRef")
    for volume in pod["spec"].get("volumes") or ():
        yield at(volume, "secret", "secretName", default="")
        yield at(volume, "azureFile", "secretName", default="")
        yield at(volume, "csi", "nodePublishSecretRef", "name", default="")
        for kind in REFERENCES_OF_VOLUMES:
            yield at(volume, kind, "secretRef", "name", default="")
        for source in at(volume, "projected", "sources", default=()):
            yield at(source, "secret", "name", default="")


def pod_config_maps(pod: Object) -> Iterator[str]:
    yield from environment(pod, "configMapRef", "configMapKeyRef")
    for volume in pod["spec"].get("volumes") or ():
        yield at(volume, "configMap", "name", default="")
        for source in at(volume, "projected", "sources", default=()):
            yield at(source, "configMap", "name", default="")


def pod_claims(pod: Object) -> Iterator[str]:
    for volume in pod["spec"].get("volumes") or ():
        yield at(volume, "persistentVolumeClaim", "claimName", default="")
        if "ephemeral" in volume:
            yield f"{pod['metadata']['name']}-{volume['name']}"


def pod_resource_claims(pod: Object) -> Iterator[str]:
    made = {
        each["name"]: each.get("resourceClaimName", "") for each in at(pod, "status", "resourceClaimStatuses") or ()
    }
    for claim in pod["spec"].get("resourceClaims") or ():
        yield claim.get("resourceClaimName") or made.get(claim["name"], "")
    yield at(pod, "status", "extendedResourceClaimStatus", "resourceClaimName", default="")


def pod_accounts(pod: Object) -> Iterator[str]:
    yield pod["spec"].get("serviceAccountName", "")


REFERENCES: dict[str, Callable[[Object], Iterator[str]]] = {
    "configmaps": pod_config_maps,
    "persistentvolumeclaims": pod_claims,
    "resourceclaims.resource.k8s.io": pod_resource_claims,
    "serviceaccounts": pod_accounts,
}
"""Resource → the names of such objects that a Pod refers to."""


def volume_secrets(volume: Object) -> Iterator[tuple[str, str]]:
    """Namespace and name of the Secrets that a kubelet needs to mount a volume."""
    spec = volume["spec"]
    home = at(spec, "claimRef", "namespace", default="")
    azure = spec.get("azureFile")
    if azure:
        yield azure.get("secretNamespace") or home, azure.get("secretName", "")
    references = [at(spec, kind, "secretRef") for kind in REFERENCES_OF_VOLUMES]
    references += [at(spec, "csi", field) for field in OF_THE_NODE]
    for reference in references:
        if reference:
            yield reference.get("namespace") or home, reference.get("name", "")

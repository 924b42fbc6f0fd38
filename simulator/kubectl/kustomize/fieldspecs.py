"""Paths to fields of certain kinds, and a change of whatever is found there.

Upstream: sigs.k8s.io/kustomize/api/filters/fieldspec, api/internal/konfig/builtinpluginconsts
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from simulator.kubectl.kustomize.resources import Id
from simulator.machinery.objects import Object


class FieldSpec(NamedTuple):
    """A path of names; an empty kind or group stands for all. `create`: maps on the way are made."""

    path: str
    kind: str = ""
    group: str = ""
    create: bool = False

    def is_for(self, id: Id) -> bool:
        return self.kind in ("", id.kind) and self.group in ("", id.group)


def changed_at(obj: Object, spec: FieldSpec, change: Callable[[Any], Any]) -> Object:
    """The object with what is at the path changed; a missing last field is given as None where it may be made."""
    steps = [step.replace("\0", "/") for step in spec.path.replace("\\/", "\0").split("/")]
    found: Object = stepped(obj, steps, spec.create, change)
    return found


def stepped(value: Any, steps: list[str], create: bool, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        items = [stepped(item, steps, create, change) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if not steps:
        return change(value)
    if not isinstance(value, dict):
        return value
    field = steps[0].removesuffix("[]")
    inner = value.get(field)
    if inner is None and (not create or field != steps[0]):
        return value
    if inner is None and len(steps) > 1:
        inner = {}
    new = stepped(inner, steps[1:], create, change)
    return value if new is inner and field in value else {**value, field: new}


POD_SPECS = {
    "Pod": "spec",
    "PodTemplate": "template/spec",
    "Deployment": "spec/template/spec",
    "ReplicaSet": "spec/template/spec",
    "DaemonSet": "spec/template/spec",
    "StatefulSet": "spec/template/spec",
    "Job": "spec/template/spec",
    "CronJob": "spec/jobTemplate/spec/template/spec",
}
RUNNING = ("Pod", "StatefulSet", "Deployment", "ReplicationController", "CronJob", "Job", "DaemonSet")
"""Kinds in whose Pods service accounts, claims and priority classes are followed."""
AFFINITY = tuple(
    f"spec/template/spec/affinity/{kind}/{when}/labelSelector/matchLabels"
    for kind in ("podAffinity", "podAntiAffinity")
    for when in (
        "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
        "requiredDuringSchedulingIgnoredDuringExecution",
    )
)


def in_templates(field: str) -> tuple[FieldSpec, ...]:
    """Metadata of whatever the kinds with templates make."""
    return (
        *(
            FieldSpec(f"spec/template/metadata/{field}", kind, create=True)
            for kind in ("ReplicationController", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job")
        ),
        FieldSpec(f"spec/jobTemplate/metadata/{field}", "CronJob", create=True),
        FieldSpec(f"spec/jobTemplate/spec/template/metadata/{field}", "CronJob", create=True),
    )


OWN_LABELS = (FieldSpec("metadata/labels", create=True),)
TEMPLATE_LABELS = (
    *in_templates("labels"),
    FieldSpec("spec/volumeClaimTemplates[]/metadata/labels", "StatefulSet", create=True),
)
SELECTORS = (
    FieldSpec("spec/selector", "Service", create=True),
    FieldSpec("spec/selector", "ReplicationController", create=True),
    *(
        FieldSpec("spec/selector/matchLabels", kind, create=True)
        for kind in ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet")
    ),
    *(
        FieldSpec(path, kind, "apps")
        for kind in ("Deployment", "StatefulSet")
        for path in (*AFFINITY, "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels")
    ),
    FieldSpec("spec/selector/matchLabels", "Job", "batch"),
    FieldSpec("spec/jobTemplate/spec/selector/matchLabels", "CronJob", "batch"),
    FieldSpec("spec/selector/matchLabels", "PodDisruptionBudget", "policy"),
    FieldSpec("spec/podSelector/matchLabels", "NetworkPolicy", "networking.k8s.io"),
    FieldSpec("spec/ingress/from/podSelector/matchLabels", "NetworkPolicy", "networking.k8s.io"),
    FieldSpec("spec/egress/to/podSelector/matchLabels", "NetworkPolicy", "networking.k8s.io"),
)
ANNOTATIONS = (FieldSpec("metadata/annotations", create=True), *in_templates("annotations"))
NAMESPACES = (
    FieldSpec("spec/service/namespace", "APIService", create=True),
    FieldSpec("spec/conversion/webhook/clientConfig/service/namespace", "CustomResourceDefinition"),
)
NAME = (FieldSpec("metadata/name"),)
REPLICAS = tuple(
    FieldSpec("spec/replicas", kind, create=True)
    for kind in ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")
)


def in_pods(kinds: tuple[str, ...], *paths: str) -> Iterator[FieldSpec]:
    for kind in kinds:
        for path in paths:
            yield FieldSpec(f"{POD_SPECS.get(kind, 'spec/template/spec')}/{path}", kind)


def content_paths(field: str, name: str) -> tuple[str, ...]:
    """Where the spec of a Pod refers to a config map or a secret."""
    return (
        f"volumes/{field}/{name}",
        f"volumes/projected/sources/{field}/name",
        *(
            f"{containers}/{path}"
            for containers in ("containers", "initContainers")
            for path in (f"env/valueFrom/{field}KeyRef/name", f"envFrom/{field}Ref/name")
        ),
    )


VARIABLES = (
    *in_pods(
        ("CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "StatefulSet"),
        *(
            f"{containers}/{path}"
            for containers in ("containers", "initContainers")
            for path in ("args", "command", "env/value", "volumeMounts/mountPath")
        ),
    ),
    *(FieldSpec(f"spec/{path}", "Ingress") for path in ("rules/host", "tls/hosts", "tls/secretName")),
    *(FieldSpec(f"spec/ports/{path}", "Service") for path in ("port", "targetPort")),
    FieldSpec("metadata/labels"),
)
"""Fields in which variables are looked for."""
REFERENCES: dict[str, tuple[FieldSpec, ...]] = {
    **dict.fromkeys(
        ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"),
        (FieldSpec("spec/scaleTargetRef/name", "HorizontalPodAutoscaler"),),
    ),
    "ConfigMap": (
        *in_pods(tuple(POD_SPECS), *content_paths("configMap", "name")),
        FieldSpec("spec/configSource/configMap", "Node"),
        FieldSpec("rules/resourceNames", "Role"),
        FieldSpec("rules/resourceNames", "ClusterRole"),
        FieldSpec("metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap", "Ingress"),
    ),
    "Secret": (
        *in_pods(tuple(POD_SPECS), *content_paths("secret", "secretName"), "imagePullSecrets/name"),
        FieldSpec("spec/tls/secretName", "Ingress"),
        *(
            FieldSpec(f"metadata/annotations/{name}", "Ingress")
            for name in (
                "ingress.kubernetes.io\\/auth-secret",
                "nginx.ingress.kubernetes.io\\/auth-secret",
                "nginx.ingress.kubernetes.io\\/auth-tls-secret",
            )
        ),
        FieldSpec("imagePullSecrets/name", "ServiceAccount"),
        *(
            FieldSpec(f"parameters/{name}", "StorageClass")
            for name in ("secretName", "adminSecretName", "userSecretName", "secretRef")
        ),
        FieldSpec("rules/resourceNames", "Role"),
        FieldSpec("rules/resourceNames", "ClusterRole"),
        FieldSpec("spec/azureFile/secretName", "PersistentVolume"),
    ),
    "Service": (
        FieldSpec("spec/serviceName", "StatefulSet"),
        FieldSpec("spec/rules/http/paths/backend/service/name", "Ingress"),
        FieldSpec("spec/defaultBackend/service/name", "Ingress"),
        FieldSpec("spec/service/name", "APIService"),
        FieldSpec("webhooks/clientConfig/service", "ValidatingWebhookConfiguration"),
        FieldSpec("webhooks/clientConfig/service", "MutatingWebhookConfiguration"),
        FieldSpec("spec/rules/backendRefs/name", "HTTPRoute"),
    ),
    "Role": (FieldSpec("roleRef/name", "RoleBinding"),),
    "ClusterRole": (FieldSpec("roleRef/name", "RoleBinding"), FieldSpec("roleRef/name", "ClusterRoleBinding")),
    "ServiceAccount": (
        FieldSpec("subjects", "RoleBinding"),
        FieldSpec("subjects", "ClusterRoleBinding"),
        *in_pods(RUNNING, "serviceAccountName"),
    ),
    "PersistentVolumeClaim": tuple(in_pods(RUNNING, "volumes/persistentVolumeClaim/claimName")),
    "PersistentVolume": (
        FieldSpec("spec/volumeName", "PersistentVolumeClaim"),
        FieldSpec("rules/resourceNames", "ClusterRole"),
    ),
    "StorageClass": (
        FieldSpec("spec/storageClassName", "PersistentVolume"),
        FieldSpec("spec/storageClassName", "PersistentVolumeClaim"),
        FieldSpec("spec/volumeClaimTemplates/spec/storageClassName", "StatefulSet"),
    ),
    "PriorityClass": tuple(in_pods(RUNNING, "priorityClassName")),
    "IngressClass": (FieldSpec("spec/ingressClassName", "Ingress"),),
}
"""Fields that hold the name of another object, by the kind of that."""

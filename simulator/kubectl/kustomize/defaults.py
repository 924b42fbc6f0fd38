"""Which fields of the built-in kinds Kustomize changes unless a configuration adds others.

Upstream: sigs.k8s.io/kustomize/api/internal/konfig/builtinpluginconsts
"""

from collections.abc import Iterator
from typing import NamedTuple

from simulator.kubectl.kustomize.fieldspecs import FieldSpec, kind_text

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


def in_templates(field: str, group: str, *more: FieldSpec) -> tuple[FieldSpec, ...]:
    """Metadata of whatever the kinds with templates make; the group and more fields are those of stateful sets."""
    path = f"spec/template/metadata/{field}"
    return (
        FieldSpec(f"metadata/{field}", create=True),
        FieldSpec(path, "ReplicationController", create=True, version="v1"),
        *(FieldSpec(path, kind, create=True) for kind in ("Deployment", "ReplicaSet", "DaemonSet")),
        FieldSpec(path, "StatefulSet", group, create=True),
        *more,
        FieldSpec(path, "Job", "batch", create=True),
        FieldSpec(f"spec/jobTemplate/metadata/{field}", "CronJob", "batch", create=True),
        FieldSpec(f"spec/jobTemplate/spec/template/metadata/{field}", "CronJob", "batch", create=True),
    )


OWN_LABELS = FieldSpec("metadata/labels", create=True)
ANNOTATIONS = in_templates("annotations", "")
TEMPLATE_LABELS = in_templates(
    "labels", "apps", FieldSpec("spec/volumeClaimTemplates[]/metadata/labels", "StatefulSet", "apps", create=True)
)


def selectors() -> Iterator[FieldSpec]:
    yield FieldSpec("spec/selector", "Service", create=True, version="v1")
    yield FieldSpec("spec/selector", "ReplicationController", create=True, version="v1")
    for kind, group in (("Deployment", ""), ("ReplicaSet", ""), ("DaemonSet", ""), ("StatefulSet", "apps")):
        yield FieldSpec("spec/selector/matchLabels", kind, group, create=True)
        if kind in ("Deployment", "StatefulSet"):
            for path in (*AFFINITY, "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels"):
                yield FieldSpec(path, kind, "apps")
    yield FieldSpec("spec/selector/matchLabels", "Job", "batch")
    yield FieldSpec("spec/jobTemplate/spec/selector/matchLabels", "CronJob", "batch")
    yield FieldSpec("spec/selector/matchLabels", "PodDisruptionBudget", "policy")
    for way in ("", "ingress/from/", "egress/to/"):
        yield FieldSpec(f"spec/{way}podSelector/matchLabels", "NetworkPolicy", "networking.k8s.io")


COMMON_LABELS = (*selectors(), *TEMPLATE_LABELS)
NAMESPACES = (
    FieldSpec("metadata/name", "Namespace", create=True),
    FieldSpec("spec/service/namespace", "APIService", "apiregistration.k8s.io", create=True),
    FieldSpec(
        "spec/conversion/webhook/clientConfig/service/namespace", "CustomResourceDefinition", "apiextensions.k8s.io"
    ),
)
NAME = (FieldSpec("metadata/name"),)
IMAGES = tuple(
    FieldSpec(f"{spec}/{path}", create=True)
    for spec in ("spec", "spec/template/spec")
    for path in ("containers[]/image", "initContainers[]/image", "volumes[]/image/reference")
)
REPLICAS = tuple(
    FieldSpec("spec/replicas", kind, create=True)
    for kind in ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")
)


def variables() -> Iterator[FieldSpec]:
    """Fields in which variables are looked for."""
    for kind in ("CronJob", "DaemonSet", "Deployment", "Ingress", "Job", "Pod", "ReplicaSet", "Service", "StatefulSet"):
        if kind == "Ingress":
            yield from (FieldSpec(f"spec/{path}", kind) for path in ("rules/host", "tls/hosts", "tls/secretName"))
            continue
        if kind == "Service":
            yield from (FieldSpec(f"spec/ports/{path}", kind) for path in ("port", "targetPort"))
            continue
        for containers in ("containers", "initContainers"):
            for path in ("args", "command", "env/value", "volumeMounts/mountPath"):
                yield FieldSpec(f"{POD_SPECS[kind]}/{containers}/{path}", kind)
        if kind == "StatefulSet":
            yield FieldSpec("spec/volumeClaimTemplates/spec/nfs/server", kind)
        else:
            volumes = POD_SPECS[kind] if kind != "CronJob" else "spec/jobTemplate/spec/template"  # as upstream has it
            yield FieldSpec(f"{volumes}/volumes/nfs/server", kind)
        if kind == "Deployment":
            yield FieldSpec("spec/template/metadata/annotations", kind)
    yield FieldSpec("spec/nfs/server", "PersistentVolume")
    yield from (FieldSpec(f"metadata/{field}") for field in ("labels", "annotations"))


VARIABLES = tuple(variables())


class Reference(NamedTuple):
    """Fields that hold the name of an object of a kind."""

    specs: tuple[FieldSpec, ...]
    kind: str = ""
    group: str = ""
    version: str = ""

    def __str__(self) -> str:
        lines = "\n".join(map(str, self.specs))
        return f"{kind_text(self.group, self.version, self.kind)}:  (\n{lines}\n)"


def in_pods(*paths: str) -> Iterator[FieldSpec]:
    for kind in RUNNING:
        for path in paths:
            yield FieldSpec(f"{POD_SPECS.get(kind, 'spec/template/spec')}/{path}", kind)


def content(field: str, name: str, *others: str) -> Iterator[FieldSpec]:
    """Where the spec of a Pod refers to a config map or a secret."""
    projected = f"volumes/projected/sources/{field}/name"
    named = [
        f"{containers}/{path}"
        for path in (f"env/valueFrom/{field}KeyRef/name", f"envFrom/{field}Ref/name")
        for containers in ("containers", "initContainers")
    ]
    for kind, spec in POD_SPECS.items():
        rest = (projected, *named, *others) if kind == "CronJob" else (*named, *others, projected)
        for path in (f"volumes/{field}/{name}", *rest):
            yield FieldSpec(f"{spec}/{path}", kind, version="v1" if kind == "Pod" else "")


def annotations(*names: str) -> Iterator[FieldSpec]:
    return (FieldSpec(f"metadata/annotations/{name}".replace(".io/", ".io\\/"), "Ingress") for name in names)


def allowed(*kinds: str) -> Iterator[FieldSpec]:
    """The names of objects that roles allow something with."""
    return (FieldSpec("rules/resourceNames", kind) for kind in kinds)


RBAC = "rbac.authorization.k8s.io"
ADMISSION = "admissionregistration.k8s.io"
REFERENCES = (
    *(
        Reference((FieldSpec("spec/scaleTargetRef/name", "HorizontalPodAutoscaler"),), kind)
        for kind in ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet")
    ),
    Reference(
        (
            *content("configMap", "name"),
            FieldSpec("spec/configSource/configMap", "Node"),
            *allowed("Role", "ClusterRole"),
            *annotations("nginx.ingress.kubernetes.io/fastcgi-params-configmap"),
        ),
        "ConfigMap",
        version="v1",
    ),
    Reference(
        (
            *content("secret", "secretName", "imagePullSecrets/name"),
            FieldSpec("spec/tls/secretName", "Ingress"),
            *annotations(
                "ingress.kubernetes.io/auth-secret",
                "nginx.ingress.kubernetes.io/auth-secret",
                "nginx.ingress.kubernetes.io/auth-tls-secret",
            ),
            FieldSpec("spec/tls/secretName", "Ingress"),
            FieldSpec("imagePullSecrets/name", "ServiceAccount"),
            *(
                FieldSpec(f"parameters/{name}", "StorageClass")
                for name in ("secretName", "adminSecretName", "userSecretName", "secretRef")
            ),
            *allowed("Role", "ClusterRole"),
            FieldSpec(
                "spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
                "Service",
                "serving.knative.dev",
                version="v1",
            ),
            FieldSpec("spec/azureFile/secretName", "PersistentVolume"),
        ),
        "Secret",
        version="v1",
    ),
    Reference(
        (
            FieldSpec("spec/serviceName", "StatefulSet", "apps"),
            FieldSpec("spec/rules/http/paths/backend/serviceName", "Ingress"),
            FieldSpec("spec/backend/serviceName", "Ingress"),
            FieldSpec("spec/rules/http/paths/backend/service/name", "Ingress"),
            FieldSpec("spec/defaultBackend/service/name", "Ingress"),
            FieldSpec("spec/service/name", "APIService", "apiregistration.k8s.io"),
            *(
                FieldSpec("webhooks/clientConfig/service", f"{what}WebhookConfiguration", ADMISSION)
                for what in ("Validating", "Mutating")
            ),
        ),
        "Service",
        version="v1",
    ),
    Reference((FieldSpec("roleRef/name", "RoleBinding", RBAC),), "Role", RBAC),
    Reference(
        tuple(FieldSpec("roleRef/name", kind, RBAC) for kind in ("RoleBinding", "ClusterRoleBinding")),
        "ClusterRole",
        RBAC,
    ),
    Reference(
        (
            *(FieldSpec("subjects", kind, RBAC) for kind in ("RoleBinding", "ClusterRoleBinding")),
            *in_pods("serviceAccountName"),
        ),
        "ServiceAccount",
        version="v1",
    ),
    Reference(tuple(in_pods("volumes/persistentVolumeClaim/claimName")), "PersistentVolumeClaim", version="v1"),
    Reference(
        (FieldSpec("spec/volumeName", "PersistentVolumeClaim"), *allowed("ClusterRole")),
        "PersistentVolume",
        version="v1",
    ),
    Reference(
        (
            FieldSpec("spec/storageClassName", "PersistentVolume"),
            FieldSpec("spec/storageClassName", "PersistentVolumeClaim"),
            FieldSpec("spec/volumeClaimTemplates/spec/storageClassName", "StatefulSet"),
        ),
        "StorageClass",
        "storage.k8s.io",
        "v1",
    ),
    Reference(tuple(in_pods("priorityClassName")), "PriorityClass", "scheduling.k8s.io", "v1"),
    Reference((FieldSpec("spec/ingressClassName", "Ingress"),), "IngressClass", "networking.k8s.io/v1", "v1"),
    Reference(
        (FieldSpec("spec/policyName", "ValidatingAdmissionPolicyBinding", ADMISSION),),
        "ValidatingAdmissionPolicy",
        ADMISSION,
    ),
)

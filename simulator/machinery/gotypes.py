"""The Go types behind the schemas, as the API server's decoder names them in its errors.

Upstream: k8s.io/api (types.go of each group)
"""

from typing import Final

from simulator.machinery.schemas import Form, Type

SCALARS: Final = {
    "boolean": "bool",
    "integer": "int64",
    "number": "float64",
    "bytes": "[]uint8",
    "quantity": "resource.Quantity",
    "int-or-string": "intstr.IntOrString",
    "time": "v1.Time",
    "micro-time": "v1.MicroTime",
}

NAMED: Final = {
    # Strings and maps that have a type of their own, which the published schemas do not tell.
    "Capabilities.add": "[]v1.Capability",
    "Capabilities.drop": "[]v1.Capability",
    "Container.imagePullPolicy": "v1.PullPolicy",
    "Container.terminationMessagePolicy": "v1.TerminationMessagePolicy",
    "ContainerPort.protocol": "v1.Protocol",
    "CronJobSpec.concurrencyPolicy": "v1.ConcurrencyPolicy",
    "DaemonSetUpdateStrategy.type": "v1.DaemonSetUpdateStrategyType",
    "DeploymentStrategy.type": "v1.DeploymentStrategyType",
    "EmptyDirVolumeSource.medium": "v1.StorageMedium",
    "EndpointSlice.addressType": "v1.AddressType",
    "HTTPGetAction.scheme": "v1.URIScheme",
    "HTTPIngressPath.pathType": "v1.PathType",
    "HostPathVolumeSource.type": "v1.HostPathType",
    "JobSpec.completionMode": "v1.CompletionMode",
    "LabelSelectorRequirement.operator": "v1.LabelSelectorOperator",
    "LimitRangeItem.default": "v1.ResourceList",
    "LimitRangeItem.defaultRequest": "v1.ResourceList",
    "LimitRangeItem.max": "v1.ResourceList",
    "LimitRangeItem.maxLimitRequestRatio": "v1.ResourceList",
    "LimitRangeItem.min": "v1.ResourceList",
    "LimitRangeItem.type": "v1.LimitType",
    "MetricSpec.type": "v2.MetricSourceType",
    "NetworkPolicyPort.protocol": "v1.Protocol",
    "NetworkPolicySpec.policyTypes": "[]v1.PolicyType",
    "NodeSelectorRequirement.operator": "v1.NodeSelectorOperator",
    "NodeStatus.allocatable": "v1.ResourceList",
    "NodeStatus.capacity": "v1.ResourceList",
    "ObjectMeta.uid": "types.UID",
    "OwnerReference.uid": "types.UID",
    "PersistentVolumeClaimSpec.accessModes": "[]v1.PersistentVolumeAccessMode",
    "PersistentVolumeClaimSpec.volumeMode": "v1.PersistentVolumeMode",
    "PersistentVolumeSpec.accessModes": "[]v1.PersistentVolumeAccessMode",
    "PersistentVolumeSpec.capacity": "v1.ResourceList",
    "PersistentVolumeSpec.persistentVolumeReclaimPolicy": "v1.PersistentVolumeReclaimPolicy",
    "PersistentVolumeSpec.volumeMode": "v1.PersistentVolumeMode",
    "PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy": "v1.UnhealthyPodEvictionPolicyType",
    "PodSpec.dnsPolicy": "v1.DNSPolicy",
    "PodSpec.overhead": "v1.ResourceList",
    "PodSpec.preemptionPolicy": "v1.PreemptionPolicy",
    "PodSpec.restartPolicy": "v1.RestartPolicy",
    "PodStatus.phase": "v1.PodPhase",
    "ResourceQuotaSpec.hard": "v1.ResourceList",
    "ResourceRequirements.limits": "v1.ResourceList",
    "ResourceRequirements.requests": "v1.ResourceList",
    "SeccompProfile.type": "v1.SeccompProfileType",
    "Secret.type": "v1.SecretType",
    "ServicePort.protocol": "v1.Protocol",
    "ServiceSpec.externalTrafficPolicy": "v1.ServiceExternalTrafficPolicy",
    "ServiceSpec.internalTrafficPolicy": "v1.ServiceInternalTrafficPolicy",
    "ServiceSpec.ipFamilies": "[]v1.IPFamily",
    "ServiceSpec.ipFamilyPolicy": "v1.IPFamilyPolicy",
    "ServiceSpec.sessionAffinity": "v1.ServiceAffinity",
    "ServiceSpec.type": "v1.ServiceType",
    "StatefulSetSpec.podManagementPolicy": "v1.PodManagementPolicyType",
    "StatefulSetUpdateStrategy.type": "v1.StatefulSetUpdateStrategyType",
    "StorageClass.reclaimPolicy": "v1.PersistentVolumeReclaimPolicy",
    "StorageClass.volumeBindingMode": "v1.VolumeBindingMode",
    "Taint.effect": "v1.TaintEffect",
    "Toleration.effect": "v1.TaintEffect",
    "Toleration.operator": "v1.TolerationOperator",
    "TopologySpreadConstraint.whenUnsatisfiable": "v1.UnsatisfiableConstraintAction",
    "VolumeMount.mountPropagation": "v1.MountPropagationMode",
}

OMITTED_WHEN_ZERO: Final[dict[str, frozenset[str]]] = {
    # Plain fields (no pointers) whose zero value is left out again when the object is written.
    "ConfigMapVolumeSource": frozenset({"name"}),
    "Container": frozenset(
        {"image", "imagePullPolicy", "stdin", "stdinOnce", "terminationMessagePath", "tty", "workingDir"}
    ),
    "ContainerPort": frozenset({"hostIP", "hostPort", "name", "protocol"}),
    "CronJobSpec": frozenset({"concurrencyPolicy"}),
    "DaemonSetSpec": frozenset({"minReadySeconds"}),
    "DeploymentSpec": frozenset({"minReadySeconds", "paused"}),
    "EmptyDirVolumeSource": frozenset({"medium"}),
    "EnvVar": frozenset({"value"}),
    "HTTPGetAction": frozenset({"host", "path", "scheme"}),
    "IngressRule": frozenset({"host"}),
    "IngressTLS": frozenset({"secretName"}),
    "NodeSpec": frozenset({"podCIDR", "providerID", "unschedulable"}),
    "ObjectMeta": frozenset({"generateName", "generation", "name", "namespace", "resourceVersion", "selfLink", "uid"}),
    "PersistentVolumeClaimSpec": frozenset({"volumeName"}),
    "PersistentVolumeSpec": frozenset({"persistentVolumeReclaimPolicy", "storageClassName"}),
    "PodSpec": frozenset(
        {
            "dnsPolicy",
            "hostIPC",
            "hostNetwork",
            "hostPID",
            "hostname",
            "nodeName",
            "priorityClassName",
            "restartPolicy",
            "schedulerName",
            "serviceAccount",
            "serviceAccountName",
            "subdomain",
        }
    ),
    "Probe": frozenset(
        {"failureThreshold", "initialDelaySeconds", "periodSeconds", "successThreshold", "timeoutSeconds"}
    ),
    "ReplicaSetSpec": frozenset({"minReadySeconds"}),
    "Secret": frozenset({"type"}),
    "SecretVolumeSource": frozenset({"secretName"}),
    "ServicePort": frozenset({"name", "nodePort", "protocol"}),
    "ServiceSpec": frozenset(
        {
            "clusterIP",
            "externalName",
            "externalTrafficPolicy",
            "healthCheckNodePort",
            "loadBalancerIP",
            "publishNotReadyAddresses",
            "sessionAffinity",
            "type",
        }
    ),
    "StatefulSetSpec": frozenset({"minReadySeconds", "podManagementPolicy"}),
    "Taint": frozenset({"value"}),
    "Toleration": frozenset({"effect", "key", "operator", "value"}),
    "VolumeMount": frozenset({"readOnly", "subPath", "subPathExpr"}),
}


def is_omitted(struct: str, field: str, value: object) -> bool:
    """Whether Go leaves a field out because it holds the zero value."""
    return value in ("", 0) and not isinstance(value, float) and field in OMITTED_WHEN_ZERO.get(struct, ())


def go_type(type: Type) -> str:
    """The Go type of a place, such as `[]v1.Container` or `map[string]string`."""
    match type.form:
        case Form.SCALAR:
            return SCALARS.get(type.scalar, type.scalar)
        case Form.LIST:
            return "[]" + (go_type(type.element) if type.element else "interface {}")
        case Form.MAP:
            return "map[string]" + (go_type(type.element) if type.element else "interface {}")
        case _:
            return ".".join(type.name.rsplit(".", 2)[-2:]) if type.name else "map[string]interface {}"


def go_type_of_field(struct: str, field: str, type: Type) -> str:
    """The Go type of a struct's field, where it may have a name of its own."""
    return NAMED.get(f"{struct}.{field}") or go_type(type)

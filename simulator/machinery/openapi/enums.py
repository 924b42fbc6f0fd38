"""The values that a string field may have, which a server publishes and the schemas leave out.

Upstream: `+enum` in k8s.io/api (types.go of each group)
"""

from typing import Final

PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
POLICIES: Final = ("Cluster", "Local")
TAINT_EFFECTS: Final = ("NoExecute", "NoSchedule", "PreferNoSchedule")
VOLUME_MODES: Final = ("Block", "Filesystem")
NODE_INCLUSION: Final = ("Honor", "Ignore")

ENUMS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "io.k8s.api.apps.v1.DaemonSetUpdateStrategy": {"type": ("OnDelete", "RollingUpdate")},
    "io.k8s.api.apps.v1.DeploymentStrategy": {"type": ("Recreate", "RollingUpdate")},
    "io.k8s.api.apps.v1.StatefulSetSpec": {"podManagementPolicy": ("OrderedReady", "Parallel")},
    "io.k8s.api.apps.v1.StatefulSetUpdateStrategy": {"type": ("OnDelete", "RollingUpdate")},
    "io.k8s.api.batch.v1.CronJobSpec": {"concurrencyPolicy": ("Allow", "Forbid", "Replace")},
    "io.k8s.api.batch.v1.JobSpec": {
        "completionMode": ("Indexed", "NonIndexed"),
        "podReplacementPolicy": ("Failed", "TerminatingOrFailed"),
    },
    "io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement": {"operator": ("In", "NotIn")},
    "io.k8s.api.batch.v1.PodFailurePolicyRule": {"action": ("Count", "FailIndex", "FailJob", "Ignore")},
    "io.k8s.api.core.v1.AzureDiskVolumeSource": {
        "cachingMode": ("None", "ReadOnly", "ReadWrite"),
        "kind": ("Dedicated", "Managed", "Shared"),
    },
    "io.k8s.api.core.v1.Container": {
        "imagePullPolicy": ("Always", "IfNotPresent", "Never"),
        "terminationMessagePolicy": ("FallbackToLogsOnError", "File"),
    },
    "io.k8s.api.core.v1.ContainerPort": {"protocol": PROTOCOLS},
    "io.k8s.api.core.v1.EphemeralContainer": {
        "imagePullPolicy": ("Always", "IfNotPresent", "Never"),
        "terminationMessagePolicy": ("FallbackToLogsOnError", "File"),
    },
    "io.k8s.api.core.v1.HTTPGetAction": {"scheme": ("HTTP", "HTTPS")},
    "io.k8s.api.core.v1.HostPathVolumeSource": {
        "type": (
            "",
            "BlockDevice",
            "CharDevice",
            "Directory",
            "DirectoryOrCreate",
            "File",
            "FileOrCreate",
            "Socket",
        )
    },
    "io.k8s.api.core.v1.NamespaceStatus": {"phase": ("Active", "Terminating")},
    "io.k8s.api.core.v1.NodeSelectorRequirement": {
        "operator": ("DoesNotExist", "Exists", "Gt", "In", "Lt", "NotIn"),
    },
    "io.k8s.api.core.v1.NodeStatus": {"phase": ("Pending", "Running", "Terminated")},
    "io.k8s.api.core.v1.PersistentVolumeClaimSpec": {"volumeMode": VOLUME_MODES},
    "io.k8s.api.core.v1.PersistentVolumeClaimStatus": {"phase": ("Bound", "Lost", "Pending")},
    "io.k8s.api.core.v1.PersistentVolumeSpec": {
        "persistentVolumeReclaimPolicy": ("Delete", "Recycle", "Retain"),
        "volumeMode": VOLUME_MODES,
    },
    "io.k8s.api.core.v1.PersistentVolumeStatus": {"phase": ("Available", "Bound", "Failed", "Pending", "Released")},
    "io.k8s.api.core.v1.PodSecurityContext": {"fsGroupChangePolicy": ("Always", "OnRootMismatch")},
    "io.k8s.api.core.v1.PodSpec": {
        "dnsPolicy": ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
        "preemptionPolicy": ("Never", "PreemptLowerPriority"),
        "restartPolicy": ("Always", "Never", "OnFailure"),
    },
    "io.k8s.api.core.v1.PodStatus": {
        "phase": ("Failed", "Pending", "Running", "Succeeded", "Unknown"),
        "qosClass": ("BestEffort", "Burstable", "Guaranteed"),
    },
    "io.k8s.api.core.v1.SeccompProfile": {"type": ("Localhost", "RuntimeDefault", "Unconfined")},
    "io.k8s.api.core.v1.SecurityContext": {"procMount": ("Default", "Unmasked")},
    "io.k8s.api.core.v1.ServicePort": {"protocol": PROTOCOLS},
    "io.k8s.api.core.v1.ServiceSpec": {
        "externalTrafficPolicy": POLICIES,
        "internalTrafficPolicy": POLICIES,
        "ipFamilyPolicy": ("PreferDualStack", "RequireDualStack", "SingleStack"),
        "sessionAffinity": ("ClientIP", "None"),
        "type": ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort"),
    },
    "io.k8s.api.core.v1.Taint": {"effect": TAINT_EFFECTS},
    "io.k8s.api.core.v1.Toleration": {"effect": TAINT_EFFECTS, "operator": ("Equal", "Exists", "Gt", "Lt")},
    "io.k8s.api.core.v1.TopologySpreadConstraint": {
        "nodeAffinityPolicy": NODE_INCLUSION,
        "nodeTaintsPolicy": NODE_INCLUSION,
        "whenUnsatisfiable": ("DoNotSchedule", "ScheduleAnyway"),
    },
    "io.k8s.api.core.v1.VolumeMount": {"mountPropagation": ("Bidirectional", "HostToContainer", "None")},
    "io.k8s.api.discovery.v1.EndpointSlice": {"addressType": ("FQDN", "IPv4", "IPv6")},
    "io.k8s.api.networking.v1.HTTPIngressPath": {"pathType": ("Exact", "ImplementationSpecific", "Prefix")},
    "io.k8s.api.networking.v1.NetworkPolicyPort": {"protocol": PROTOCOLS},
    "io.k8s.api.policy.v1.PodDisruptionBudgetSpec": {
        "unhealthyPodEvictionPolicy": ("AlwaysAllow", "IfHealthyBudget"),
    },
    "io.k8s.api.storage.v1.StorageClass": {
        "reclaimPolicy": ("Delete", "Recycle", "Retain"),
        "volumeBindingMode": ("Immediate", "WaitForFirstConsumer"),
    },
}
"""By definition and field, sorted."""
SINCE: Final = {("io.k8s.api.core.v1.Toleration", "operator"): (35, ("Gt", "Lt"))}
"""Values that are younger than their field, and the minor version that brought them."""


def enums(name: str, version: str) -> dict[str, tuple[str, ...]]:
    """The fields of a definition that take only these values, in one version of Kubernetes."""
    minor = int(version.partition(".")[2])
    found = dict(ENUMS.get(name, {}))
    for (definition, field), (since, values) in SINCE.items():
        if definition == name and minor < since:
            found[field] = tuple(value for value in found[field] if value not in values)
    return found


def described(description: str, values: tuple[str, ...]) -> str:
    """A description with the values behind it, as upstream appends them."""
    listed = "".join(f'\n - `"{value}"`' for value in values)
    return f"{description}\n\nPossible enum values:{listed}".lstrip()

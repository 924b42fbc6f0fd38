"""`kubectl describe`: a person's view of one object and what belongs to it; one module a kind, and this table of them.

Upstream: kubectl/pkg/describe
"""

from collections.abc import Callable
from dataclasses import dataclass

from simulator.kubectl.builder import Info
from simulator.kubectl.describe import (
    addresses,
    autoscaling,
    certificate,
    configmap,
    cronjob,
    daemonset,
    deployment,
    endpoints,
    generic,
    ingress,
    job,
    limits,
    namespace,
    networkpolicy,
    node,
    persistentvolume,
    pod,
    poddisruptionbudget,
    priorityclass,
    rbac,
    replicaset,
    secret,
    service,
    serviceaccount,
    statefulset,
    storageclass,
)
from simulator.kubectl.describe.events import describe_events, find_events
from simulator.kubectl.describe.page import Page
from simulator.kubectl.dialects import DYNAMIC
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

type Write = Callable[[Kubectl, Page, Object], None]
type Find = Callable[[Kubectl, Object], list[Object]]


@dataclass(frozen=True, slots=True)
class Describer:
    """How a kind is described; `events` finds what happened to an object, None where that is not shown."""

    write: Write
    events: Find | None = find_events


DESCRIBERS: dict[tuple[str, str], Describer] = {
    ("", "Pod"): Describer(pod.describe, pod.events),
    ("", "ReplicationController"): Describer(replicaset.describe_controller),
    ("", "Secret"): Describer(secret.describe, None),
    ("", "Service"): Describer(service.describe),
    ("", "ServiceAccount"): Describer(serviceaccount.describe),
    ("", "Node"): Describer(node.describe, node.events),
    ("", "LimitRange"): Describer(limits.describe_limit_range, None),
    ("", "ResourceQuota"): Describer(limits.describe_quota, None),
    ("", "PersistentVolume"): Describer(persistentvolume.describe),
    ("", "PersistentVolumeClaim"): Describer(persistentvolume.describe_claim),
    ("", "Namespace"): Describer(namespace.describe, None),
    ("", "Endpoints"): Describer(endpoints.describe),
    ("", "ConfigMap"): Describer(configmap.describe),
    ("apps", "Deployment"): Describer(deployment.describe),
    ("apps", "ReplicaSet"): Describer(replicaset.describe),
    ("apps", "StatefulSet"): Describer(statefulset.describe),
    ("apps", "DaemonSet"): Describer(daemonset.describe),
    ("batch", "Job"): Describer(job.describe),
    ("batch", "CronJob"): Describer(cronjob.describe),
    ("autoscaling", "HorizontalPodAutoscaler"): Describer(autoscaling.describe),
    ("certificates.k8s.io", "CertificateSigningRequest"): Describer(certificate.describe),
    ("discovery.k8s.io", "EndpointSlice"): Describer(endpoints.describe_slice),
    ("networking.k8s.io", "Ingress"): Describer(ingress.describe),
    ("networking.k8s.io", "IngressClass"): Describer(ingress.describe_class),
    ("networking.k8s.io", "NetworkPolicy"): Describer(networkpolicy.describe, None),
    ("policy", "PodDisruptionBudget"): Describer(poddisruptionbudget.describe),
    ("rbac.authorization.k8s.io", "Role"): Describer(rbac.describe_role, None),
    ("rbac.authorization.k8s.io", "ClusterRole"): Describer(rbac.describe_role, None),
    ("rbac.authorization.k8s.io", "RoleBinding"): Describer(rbac.describe_binding, None),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): Describer(rbac.describe_binding, None),
    ("scheduling.k8s.io", "PriorityClass"): Describer(priorityclass.describe),
    ("storage.k8s.io", "StorageClass"): Describer(storageclass.describe),
    ("networking.k8s.io", "IPAddress"): Describer(addresses.describe_address),
    ("networking.k8s.io", "ServiceCIDR"): Describer(addresses.describe_range),
    ("storage.k8s.io", "VolumeAttributesClass"): Describer(storageclass.describe_attributes_class),
    ("storage.k8s.io", "CSINode"): Describer(storageclass.describe_csi_node),
}
GENERIC = Describer(generic.describe)


def description(kubectl: Kubectl, info: Info, *, show_events: bool) -> str:
    """The text about one object, which is asked for anew: a describer has it as its own kind, not as it was found."""
    describer = DESCRIBERS.get((info.resource.group, info.resource.kind), GENERIC)
    if not info.name:
        raise CommandError("resource name may not be empty")
    client = kubectl.client.speaking(DYNAMIC) if describer is GENERIC else kubectl.clientset
    obj = client.get(info.path)
    find = describer.events if show_events else None
    page = Page(kubectl.now, lambda: None if find is None else find(kubectl, obj))
    describer.write(kubectl, page, obj)
    describe_events(page, page.events())
    return page.text()

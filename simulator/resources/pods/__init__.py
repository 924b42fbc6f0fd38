"""Pods: containers that live and die together."""

from simulator.machinery.objects import Object, at
from simulator.resources.resource import CONNECT, CREATE, PROXY, Resource, Subresource, below, status


def first_ip(pod: Object) -> str:
    ip: str = at(pod, "status", "podIPs", 0, "ip", default="")
    return ip


def uses_host_network(pod: Object) -> bool:
    return bool(at(pod, "spec", "hostNetwork"))


RESOURCE = Resource(
    "",
    "Pod",
    "pods",
    short_names=("po",),
    categories=("all",),
    subresources=below(
        Subresource("attach", "PodAttachOptions", CONNECT),
        Subresource("binding", "Binding", CREATE),
        Subresource("ephemeralcontainers", "Pod"),
        Subresource("eviction", "Eviction", CREATE, "policy", "v1"),
        Subresource("exec", "PodExecOptions", CONNECT),
        Subresource("log", "Pod", ("get",)),
        Subresource("portforward", "PodPortForwardOptions", CONNECT),
        Subresource("proxy", "PodProxyOptions", PROXY),
        Subresource("resize", "Pod"),
        status("Pod"),
    ),
    package=__name__,
    resets={"status": (("spec",), ("metadata", "deletionTimestamp"), ("metadata", "ownerReferences"))},
    writes_only={
        "ephemeralcontainers": (("spec", "ephemeralContainers"),),
        "resize": tuple(
            ("spec", containers, "*", part)
            for containers in ("containers", "initContainers")
            for part in ("resources", "resizePolicy")
        ),
    },
    generation=(("spec",),),
    selectable={
        "spec.host": ("spec", "nodeName"),
        "spec.nodeName": ("spec", "nodeName"),
        "spec.restartPolicy": ("spec", "restartPolicy"),
        "spec.schedulerName": ("spec", "schedulerName"),
        "spec.serviceAccountName": ("spec", "serviceAccountName"),
        "spec.hostNetwork": uses_host_network,
        "status.phase": ("status", "phase"),
        "status.podIP": first_ip,
        "status.podIPs": first_ip,
        "status.nominatedNodeName": ("status", "nominatedNodeName"),
    },
    graceful=True,
)

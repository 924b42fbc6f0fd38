"""What every new cluster holds before anybody uses it: Namespaces, the API's Service, DNS, priority classes.

Upstream: kubeadm's phases, pkg/controlplane
"""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.addons import metrics_server, probe
from simulator.api.client import Client, Step
from simulator.apiserver.rbac.policy import default_objects, gathering, is_default
from simulator.controllers.flowcontrol import steps as flow_control_steps
from simulator.controlplane.configuration import CLUSTER, dns_address
from simulator.controlplane.manifests import NOTHING, REPOSITORY
from simulator.machinery.objects import Object, without
from simulator.machinery.releases import Release, companions
from simulator.network.ingress.objects import objects as ingress_controller
from simulator.network.ranges import nth
from simulator.pki import root_pem
from simulator.resources.flowschemas.initial import default_objects as flow_control
from simulator.resources.registry import served
from simulator.snapshotkinds import snapshot_kinds
from simulator.spec import ClusterSpec

NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
API_SERVICES = "apiservices.apiregistration.k8s.io"
SERVICE_CIDRS = "servicecidrs.networking.k8s.io"
SERVICE_RANGES = 33
"""Since this minor release they are kept without being asked for."""
INSTALLER = "kubectl-create"
"""Who made what a new cluster is given beyond itself."""
AUTOMANAGED = "kube-aggregator.kubernetes.io/automanaged"

COREFILE = """.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
"""


def bootstrap(client: Client, release: Release, api_addresses: list[str], services: str, now: str) -> None:
    """Create what the API server creates by itself; `services` is the network of Services, whose first address is its
    own Service's."""
    for name in NAMESPACES:
        client.create("namespaces", namespace(name))
    root = {**plain("v1", "ConfigMap", "kube-root-ca.crt", "kube-system"), "data": {"ca.crt": root_pem()}}
    client.on_behalf_of("kube-controller-manager").create("configmaps", root)
    kubeadm = client.on_behalf_of("kubeadm")
    for resource, granted in default_objects():
        (client if is_default(granted) else kubeadm).create(resource, granted, gathering(granted))
    for local in api_services(release.series, now):
        client.create(API_SERVICES, local)
    for resource, kept in flow_control(now):
        client.create(resource, kept, flow_control_steps(kept))
    for priority_class in PRIORITY_CLASSES:
        client.create("priorityclasses.scheduling.k8s.io", priority_class)
    installer = client.on_behalf_of(INSTALLER)
    installer.create("csidrivers.storage.k8s.io", DRIVER)
    installer.create("storageclasses.storage.k8s.io", STORAGE_CLASS)
    keep_service_range(client, release, services, now)
    api = service("kubernetes", "default", nth(services, 1), API_LABELS, API_PORTS, None)
    asked = without(without(without(api, ("spec", "clusterIPs")), ("spec", "ipFamilies")), ("status",))
    client.create("services", api, (Step("kube-apiserver", asked),))
    client.create("endpointslices.discovery.k8s.io", api_slice(api_addresses))
    client.create("endpoints", api_endpoints(api_addresses))


def keep_service_range(client: Client, release: Release, services: str, now: str) -> None:
    """Have the object that tells where Services get their addresses from, in releases that serve it by themselves.

    Upstream: pkg/controlplane/controller/defaultservicecidr, pkg/controller/servicecidrs
    """
    if release.minor < SERVICE_RANGES or client.get(SERVICE_CIDRS, "", "kubernetes") is not None:
        return
    made = {**plain("networking.k8s.io/v1", "ServiceCIDR", "kubernetes"), "spec": {"cidrs": [services]}}
    kept = {**made, "metadata": {**made["metadata"], "finalizers": ["networking.k8s.io/service-cidr-finalizer"]}}
    ready = {"type": "Ready", "status": "True", "reason": "", "message": "Kubernetes Service CIDR is ready"}
    whole = {**kept, "status": {"conditions": [{**ready, "lastTransitionTime": now}]}}
    steps = (
        Step("kube-apiserver", made),
        Step("kube-controller-manager", kept),
        Step("service-cidr-controller", whole, "status", is_apply=True),
    )
    client.create(SERVICE_CIDRS, whole, steps)


def serve_groups(client: Client, version: str, now: str) -> None:
    """Have an APIService for each group and version that the server has now, and none for those it had before.

    Upstream: autoregister-controller
    """
    wanted = {local["metadata"]["name"]: local for local in api_services(version, now)}
    for known in list(client.list(API_SERVICES)):
        name, labels = known["metadata"]["name"], known["metadata"].get("labels") or {}
        if wanted.pop(name, None) is None and AUTOMANAGED in labels:
            client.delete(API_SERVICES, known)
    for local in wanted.values():
        client.create(API_SERVICES, local)


def furnish(client: Client, spec: ClusterSpec) -> None:
    """Create what kubeadm adds, the cluster's DNS, and what an administrator does."""
    if "kubelet" in spec.without or not spec.nodes:
        return
    for resource, obj in dns(spec.release):
        client.on_behalf_of("kubeadm").create(resource, obj)
    client = client.on_behalf_of(INSTALLER)
    if spec.snapshots:
        snapshot_kinds(client)
    if "metrics-server" not in spec.without:
        metrics_server(client)
    for resource, obj in ingress_controller():
        client.create(resource, obj)


def dns(release: Release, cluster: Mapping[str, Any] = NOTHING) -> list[tuple[str, Object]]:
    """The cluster's DNS as kubeadm of a release deploys it, each after its resource; `cluster` is a
    ClusterConfiguration."""
    networking = {**CLUSTER["networking"], **(cluster.get("networking") or {})}
    domain, address = str(networking["dnsDomain"]), dns_address(networking)
    corefile = {
        **plain("v1", "ConfigMap", "coredns", "kube-system"),
        "data": {"Corefile": COREFILE.replace("cluster.local", domain)},
    }
    return [
        ("serviceaccounts", plain("v1", "ServiceAccount", "coredns", "kube-system")),
        ("configmaps", corefile),
        ("services", service("kube-dns", "kube-system", address, DNS_LABELS, DNS_PORTS, DNS_SELECTOR)),
        ("deployments.apps", coredns(dns_image(release, cluster))),
    ]


def dns_image(release: Release, cluster: Mapping[str, Any] = NOTHING) -> str:
    """The image of the cluster's DNS."""
    asked = cluster.get("dns") or {}
    repository = asked.get("imageRepository") or f"{cluster.get('imageRepository') or REPOSITORY}/coredns"
    return f"{repository}/coredns:{asked.get('imageTag') or companions(release).coredns}"


def plain(api_version: str, kind: str, name: str, namespace: str = "") -> Object:
    metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def namespace(name: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


API_LABELS = {"component": "apiserver", "provider": "kubernetes"}
API_PORTS = [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}]
DNS_LABELS = {
    "k8s-app": "kube-dns",
    "kubernetes.io/cluster-service": "true",
    "kubernetes.io/name": "CoreDNS",
}
DNS_SELECTOR = {"k8s-app": "kube-dns"}
DNS_PORTS = [
    {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
    {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53},
    {"name": "metrics", "port": 9153, "protocol": "TCP", "targetPort": 9153},
]


def service(
    name: str, namespace: str, ip: str, labels: dict[str, str], ports: list[Object], selector: Object | None
) -> Object:
    spec: Object = {
        "clusterIP": ip,
        "clusterIPs": [ip],
        "internalTrafficPolicy": "Cluster",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "ports": ports,
        "sessionAffinity": "None",
        "type": "ClusterIP",
    }
    if selector is not None:
        spec["selector"] = selector
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": spec,
        "status": {"loadBalancer": {}},
    }


def api_slice(addresses: list[str]) -> Object:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"kubernetes.io/service-name": "kubernetes"},
        },
        "addressType": "IPv4",
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}} for address in addresses],
        "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
    }


def api_endpoints(addresses: list[str]) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"},
        },
        "subsets": [
            {
                "addresses": [{"ip": address} for address in addresses],
                "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
            }
        ],
    }


GROUP_PRIORITIES = {
    "": 18000, "apps": 17800, "events.k8s.io": 17750, "authentication.k8s.io": 17700, "authorization.k8s.io": 17600,
    "autoscaling": 17500, "batch": 17400, "certificates.k8s.io": 17300, "networking.k8s.io": 17200, "policy": 17100,
    "rbac.authorization.k8s.io": 17000, "storage.k8s.io": 16800, "apiextensions.k8s.io": 16700,
    "admissionregistration.k8s.io": 16700, "scheduling.k8s.io": 16600, "coordination.k8s.io": 16500,
    "node.k8s.io": 16300, "discovery.k8s.io": 16200, "flowcontrol.apiserver.k8s.io": 16100,
    "internal.apiserver.k8s.io": 16000, "resource.k8s.io": 15900, "storagemigration.k8s.io": 15800,
}  # fmt: skip
"""How early clients are to try a group. Upstream: pkg/controlplane/apiserver/aggregator.go"""


def api_services(version: str, now: str) -> Iterator[Object]:
    """An APIService for every group and version that the server answers for itself."""
    found = {(one.group, name): None for one in served(version) for name in one.versions}
    for group, name in sorted(found):
        if group == "apiregistration.k8s.io":
            continue
        condition = {
            "type": "Available",
            "status": "True",
            "lastTransitionTime": now,
            "reason": "Local",
            "message": "Local APIServices are always available",
        }
        labels = {AUTOMANAGED: "onstart"}
        spec: Object = {"groupPriorityMinimum": GROUP_PRIORITIES.get(group, 15000), "version": name}
        yield {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": f"{name}.{group}", "labels": labels},
            "spec": {**({"group": group} if group else {}), **spec, "versionPriority": 15 if group else 1},
            "status": {"conditions": [condition]},
        }


def priority_class(name: str, value: int, description: str) -> Object:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
        "description": description,
        "preemptionPolicy": "PreemptLowerPriority",
    }


PRIORITY_CLASSES = (
    priority_class(
        "system-cluster-critical",
        2_000_000_000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
    priority_class(
        "system-node-critical",
        2_000_001_000,
        "Used for system critical pods that must not be moved from their current node.",
    ),
)


STORAGE_CLASS: Object = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "disk.csi.lab",
    "reclaimPolicy": "Delete",
    "volumeBindingMode": "WaitForFirstConsumer",
    "allowVolumeExpansion": True,
}
"""Where claims that name no class get their volumes."""
DRIVER: Object = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "CSIDriver",
    "metadata": {"name": "disk.csi.lab"},
    "spec": {
        "attachRequired": True,
        "fsGroupPolicy": "ReadWriteOnceWithFSType",
        "podInfoOnMount": False,
        "requiresRepublish": False,
        "seLinuxMount": False,
        "storageCapacity": False,
        "volumeLifecycleModes": ["Persistent"],
    },
}
"""The driver of the lab's disks."""


def coredns(image: str) -> Object:
    """The cluster's DNS server as kubeadm deploys it."""
    container = {
        "name": "coredns",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "args": ["-conf", "/etc/coredns/Corefile"],
        "ports": [
            {"containerPort": 53, "name": "dns", "protocol": "UDP"},
            {"containerPort": 53, "name": "dns-tcp", "protocol": "TCP"},
            {"containerPort": 9153, "name": "metrics", "protocol": "TCP"},
        ],
        "resources": {"limits": {"memory": "170Mi"}, "requests": {"cpu": "100m", "memory": "70Mi"}},
        "livenessProbe": probe("/health", 8080, delay=60, timeout=5, failures=5),
        "readinessProbe": probe("/ready", 8181),
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "volumeMounts": [{"mountPath": "/etc/coredns", "name": "config-volume", "readOnly": True}],
    }
    template = {
        "metadata": {"labels": DNS_SELECTOR},
        "spec": {
            "containers": [container],
            "dnsPolicy": "Default",
            "nodeSelector": {"kubernetes.io/os": "linux"},
            "priorityClassName": "system-cluster-critical",
            "restartPolicy": "Always",
            "schedulerName": "default-scheduler",
            "securityContext": {},
            "serviceAccount": "coredns",
            "serviceAccountName": "coredns",
            "terminationGracePeriodSeconds": 30,
            "tolerations": [
                {"key": "CriticalAddonsOnly", "operator": "Exists"},
                {"effect": "NoSchedule", "key": "node-role.kubernetes.io/control-plane"},
            ],
            "volumes": [
                {
                    "name": "config-volume",
                    "configMap": {
                        "name": "coredns",
                        "defaultMode": 420,
                        "items": [{"key": "Corefile", "path": "Corefile"}],
                    },
                }
            ],
        },
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "coredns", "namespace": "kube-system", "labels": DNS_SELECTOR},
        "spec": {
            "progressDeadlineSeconds": 600,
            "replicas": 2,
            "revisionHistoryLimit": 10,
            "selector": {"matchLabels": DNS_SELECTOR},
            "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 1}, "type": "RollingUpdate"},
            "template": template,
        },
    }

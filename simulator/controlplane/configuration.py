"""What kubeadm keeps in the cluster to know it by: kubeadm-config, kubelet-config and cluster-info.

Upstream: cmd/kubeadm/app/phases/{uploadconfig,kubelet,bootstraptoken/clusterinfo}
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from simulator.controlplane.manifests import NETWORKING, REPOSITORY
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.machinery.releases import Release
from simulator.network.ranges import nth
from simulator.pki import encoded, root_pem

CONFIG, KUBELET, INFO = "kubeadm-config", "kubelet-config", "cluster-info"
CLUSTER: Final[Mapping[str, Any]] = MappingProxyType({
    "apiServer": {},
    "caCertificateValidityPeriod": "87600h0m0s",
    "certificateValidityPeriod": "8760h0m0s",
    "certificatesDir": "/etc/kubernetes/pki",
    "clusterName": "kubernetes",
    "controllerManager": {},
    "dns": {},
    "encryptionAlgorithm": "RSA-2048",
    "etcd": {"local": {"dataDir": "/var/lib/etcd"}},
    "imageRepository": REPOSITORY,
    "networking": NETWORKING,
    "proxy": {},
    "scheduler": {},
})  # fmt: skip
"""A ClusterConfiguration in which nobody has asked for anything."""
KUBELET_CONFIG = """apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
  webhook:
    cacheTTL: 0s
    enabled: true
  x509:
    clientCAFile: /etc/kubernetes/pki/ca.crt
authorization:
  mode: Webhook
  webhook:
    cacheAuthorizedTTL: 0s
    cacheUnauthorizedTTL: 0s
cgroupDriver: systemd
clusterDNS:
- 10.96.0.10
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///var/run/containerd/containerd.sock
cpuManagerReconcilePeriod: 0s
evictionPressureTransitionPeriod: 0s
fileCheckFrequency: 0s
healthzBindAddress: 127.0.0.1
healthzPort: 10248
httpCheckFrequency: 0s
imageMinimumGCAge: 0s
kind: KubeletConfiguration
memorySwap: {}
nodeStatusReportFrequency: 0s
nodeStatusUpdateFrequency: 0s
rotateCertificates: true
runtimeRequestTimeout: 0s
shutdownGracePeriod: 0s
shutdownGracePeriodCriticalPods: 0s
staticPodPath: /etc/kubernetes/manifests
streamingConnectionIdleTimeout: 0s
syncFrequency: 0s
volumeStatsAggPeriod: 0s
"""


def dns_address(networking: Mapping[str, Any]) -> str:
    """The address of the cluster's DNS. Upstream: cmd/kubeadm/app/constants GetDNSIP"""
    return nth(str(networking["serviceSubnet"]), 10)


def cluster_configuration(release: Release, endpoint: str, cluster: Mapping[str, Any] = CLUSTER) -> str:
    """The ClusterConfiguration; `endpoint` is what stands in front of several API servers."""
    between = {"controlPlaneEndpoint": endpoint} if endpoint else {}
    head = {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration", "kubernetesVersion": f"v{release}"}
    return yaml.dump(dict(sorted({**cluster, **between, **head}.items())))


def configuration(
    release: Release, server: str, endpoint: str, cluster: Mapping[str, Any] = CLUSTER, kubelet: str = KUBELET_CONFIG
) -> list[Object]:
    """The ConfigMaps of a new cluster."""
    text = cluster_configuration(release, endpoint, cluster)
    return [
        config_map(CONFIG, "kube-system", {"ClusterConfiguration": text}),
        config_map(KUBELET, "kube-system", {"kubelet": kubelet}),
        config_map(INFO, "kube-public", {"kubeconfig": cluster_info(server)}),
    ]


def config_map(name: str, namespace: str, entries: dict[str, str]) -> Object:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": entries}


def cluster_info(server: str) -> str:
    """What a machine that is to join needs to know: where the API server is, and whom it is to believe."""
    return f"""apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: {encoded(root_pem())}
    server: {server}
  name: ""
contexts: null
current-context: ""
kind: Config
preferences: {{}}
users: null
"""

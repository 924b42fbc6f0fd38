"""What kubeadm and an administrator add to a new cluster: kube-proxy and the Pod network.

Upstream: cmd/kubeadm/app/phases/addons/proxy, kindnet
"""

from collections.abc import Mapping
from typing import Any

from simulator.controlplane.manifests import NOTHING, PROGRAMS, image
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.machinery.releases import Release
from simulator.network.ranges import PODS

PROXY_CONFIG = f"""apiVersion: kubeproxy.config.k8s.io/v1alpha1
bindAddress: 0.0.0.0
clientConnection:
  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
clusterCIDR: {PODS}
kind: KubeProxyConfiguration
mode: ""
"""
CNI_IMAGE = "docker.io/kindest/kindnetd:v20251212-v0.29.0-alpha-105-g20ccfc88"


def proxy_kubeconfig(server: str) -> str:
    return f"""apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
    server: {server}
  name: default
contexts:
- context:
    cluster: default
    namespace: default
    user: default
  name: default
current-context: default
users:
- name: default
  user:
    tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token
"""


def addons(release: Release, server: str) -> list[tuple[str, Object]]:
    """What stands in kube-system beside CoreDNS, each after its resource."""
    network = [("serviceaccounts", named("ServiceAccount", "kindnet")), ("daemonsets.apps", pod_network())]
    return [*proxying(release, server), *network]


def proxying(
    release: Release, server: str, cluster: Mapping[str, Any] = NOTHING, asked: Object | None = None
) -> list[tuple[str, Object]]:
    """kube-proxy as kubeadm of a release deploys it, each object after its resource; `asked` is a configuration of
    its own."""
    pods = str((cluster.get("networking") or {}).get("podSubnet") or PODS)
    text = PROXY_CONFIG.replace(PODS, pods)
    if asked is not None:
        own = yaml.load(text)
        assert isinstance(own, dict)
        text = yaml.dump(dict(sorted({**own, **asked}.items())))
    config = {"config.conf": text, "kubeconfig.conf": proxy_kubeconfig(server)}
    proxy_map = {**named("ConfigMap", "kube-proxy", labels={"app": "kube-proxy"}), "data": config}
    return [
        ("serviceaccounts", named("ServiceAccount", "kube-proxy")),
        ("configmaps", proxy_map),
        ("daemonsets.apps", kube_proxy(release, cluster)),
    ]


def pulled(release: Release, *, control_plane: bool) -> list[str]:
    """The images on a node from its first day."""
    own = [image("kube-proxy", release), CNI_IMAGE]
    if not control_plane:
        return own
    return [*own, *(image(name, release) for name in sorted(PROGRAMS, key=lambda name: name == "etcd"))]


def named(kind: str, name: str, api_version: str = "v1", labels: dict[str, str] | None = None) -> Object:
    metadata: Object = {"name": name, "namespace": "kube-system"}
    return {"apiVersion": api_version, "kind": kind, "metadata": {**metadata, **({"labels": labels} if labels else {})}}


def host_path(name: str, path: str, kind: str = "") -> Object:
    return {"hostPath": {"path": path, "type": kind}, "name": name}


def daemonset(name: str, labels: dict[str, str], container: Object, volumes: list[Object], **spec: object) -> Object:
    selector = {"k8s-app": name} if "k8s-app" in labels else {"app": name}
    template = {
        "metadata": {"labels": labels},
        "spec": {
            "containers": [
                {"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File", **container}
            ],
            "dnsPolicy": "ClusterFirst",
            "hostNetwork": True,
            "nodeSelector": {"kubernetes.io/os": "linux"},
            "restartPolicy": "Always",
            "schedulerName": "default-scheduler",
            "securityContext": {},
            "serviceAccount": name,
            "serviceAccountName": name,
            "terminationGracePeriodSeconds": 30,
            "tolerations": [{"operator": "Exists"}],
            "volumes": volumes,
            **spec,
        },
    }
    return {
        **named("DaemonSet", name, "apps/v1", labels),
        "spec": {
            "revisionHistoryLimit": 10,
            "selector": {"matchLabels": selector},
            "template": template,
            "updateStrategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}, "type": "RollingUpdate"},
        },
    }


def node_name() -> Object:
    return {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "spec.nodeName"}}}


def kube_proxy(release: Release, cluster: Mapping[str, Any] = NOTHING) -> Object:
    container = {
        "command": [
            "/usr/local/bin/kube-proxy",
            "--config=/var/lib/kube-proxy/config.conf",
            "--hostname-override=$(NODE_NAME)",
        ],
        "env": [node_name()],
        "image": image("kube-proxy", release, cluster),
        "imagePullPolicy": "IfNotPresent",
        "name": "kube-proxy",
        "resources": {},
        "securityContext": {"privileged": True},
        "volumeMounts": [
            {"mountPath": "/var/lib/kube-proxy", "name": "kube-proxy"},
            {"mountPath": "/run/xtables.lock", "name": "xtables-lock"},
            {"mountPath": "/lib/modules", "name": "lib-modules", "readOnly": True},
        ],
    }
    volumes = [
        {"configMap": {"defaultMode": 420, "name": "kube-proxy"}, "name": "kube-proxy"},
        host_path("xtables-lock", "/run/xtables.lock", "FileOrCreate"),
        host_path("lib-modules", "/lib/modules"),
    ]
    labels = {"k8s-app": "kube-proxy"}
    return daemonset("kube-proxy", labels, container, volumes, priorityClassName="system-node-critical")


def pod_network() -> Object:
    container = {
        "env": [node_name(), {"name": "POD_SUBNET", "value": PODS}],
        "image": CNI_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "name": "kindnet-cni",
        "resources": {},
        "securityContext": {"capabilities": {"add": ["NET_RAW", "NET_ADMIN"]}, "privileged": False},
        "volumeMounts": [
            {"mountPath": "/etc/cni/net.d", "name": "cni-cfg"},
            {"mountPath": "/run/xtables.lock", "name": "xtables-lock"},
            {"mountPath": "/lib/modules", "name": "lib-modules", "readOnly": True},
        ],
    }
    volumes = [
        host_path("cni-cfg", "/etc/cni/net.d"),
        host_path("xtables-lock", "/run/xtables.lock", "FileOrCreate"),
        host_path("lib-modules", "/lib/modules"),
    ]
    labels = {"app": "kindnet", "k8s-app": "kindnet", "tier": "node"}
    return daemonset("kindnet", labels, container, volumes)

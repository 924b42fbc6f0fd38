"""kubeadm version, config images list, upgrade plan. Upstream: cmd/kubeadm/app/cmd"""

from collections.abc import Mapping

from simulator.controlplane.manifests import ETCD_VERSION
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm.failures import needs_api, needs_control_plane
from simulator.runtime.process import Process

PROGRAMS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy")
OTHERS = ("coredns/coredns:v1.13.1", "pause:3.10.1", f"etcd:{ETCD_VERSION}")


def version(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    text = f"v{host.cluster.release}"
    long = f'kubeadm version: &version.Info{{GitVersion:"{text}", Platform:"linux/amd64"}}'
    process.print(text if flags.get("o", flags.get("output")) == "short" else long)
    return 0


def images(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    for name in (*(f"{program}:v{host.cluster.release}" for program in PROGRAMS), *OTHERS):
        process.print(f"registry.k8s.io/{name}")
    return 0


def plan(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    needs_control_plane(host)
    needs_api(host)
    release = host.cluster.release
    for line in (
        "[preflight] Running pre-flight checks.",
        '[upgrade/config] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...',
        "[upgrade] Running cluster health checks",
        "[upgrade] Fetching available versions to upgrade to",
        f"[upgrade/versions] Cluster version: {release}",
        f"[upgrade/versions] kubeadm version: v{release}",
        f"[upgrade/versions] Target version: v{release}",
        f"[upgrade/versions] Latest version in the v{host.cluster.spec.kubernetes} series: v{release}",
        "",
    ):
        process.print(line)
    return 0

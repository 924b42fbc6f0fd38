"""The flags that a kubelet takes; any other ends it at once. Upstream: cmd/kubelet/app/options"""

from typing import Final

TEXT: Final = """
    address allowed-unsafe-sysctls anonymous-auth authentication-token-webhook authentication-token-webhook-cache-ttl
    authorization-mode authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl
    bootstrap-kubeconfig cert-dir cgroup-driver cgroup-root cgroups-per-qos client-ca-file cloud-config cloud-provider
    cluster-dns cluster-domain config config-dir container-log-max-files container-log-max-size
    container-runtime-endpoint contention-profiling cpu-cfs-quota cpu-cfs-quota-period cpu-manager-policy
    cpu-manager-policy-options cpu-manager-reconcile-period enable-controller-attach-detach enable-debugging-handlers
    enable-server enforce-node-allocatable event-burst event-qps eviction-hard eviction-max-pod-grace-period
    eviction-minimum-reclaim eviction-pressure-transition-period eviction-soft eviction-soft-grace-period
    exit-on-lock-contention experimental-allocatable-ignore-eviction experimental-mounter-path fail-cgroupv1
    fail-swap-on feature-gates file-check-frequency h hairpin-mode healthz-bind-address healthz-port help
    hostname-override http-check-frequency image-credential-provider-bin-dir image-credential-provider-config
    image-gc-high-threshold image-gc-low-threshold image-service-endpoint kernel-memcg-notification kube-api-burst
    kube-api-content-type kube-api-qps kube-reserved kube-reserved-cgroup kubeconfig kubelet-cgroups
    local-storage-capacity-isolation lock-file log-flush-frequency log-json-info-buffer-size log-json-split-stream
    log-text-info-buffer-size log-text-split-stream logging-format make-iptables-util-chains manifest-url
    manifest-url-header max-open-files max-pods maximum-dead-containers maximum-dead-containers-per-container
    memory-manager-policy minimum-container-ttl-duration minimum-image-ttl-duration node-ip node-labels
    node-status-max-images node-status-update-frequency oom-score-adj pod-cidr pod-infra-container-image
    pod-manifest-path pod-max-pids pods-per-core port protect-kernel-defaults provider-id qos-reserved read-only-port
    register-node register-with-taints registry-burst registry-qps reserved-cpus reserved-memory resolv-conf root-dir
    rotate-certificates rotate-server-certificates runonce runtime-cgroups runtime-request-timeout seccomp-default
    serialize-image-pulls streaming-connection-idle-timeout sync-frequency system-cgroups system-reserved
    system-reserved-cgroup tls-cert-file tls-cipher-suites tls-min-version tls-private-key-file topology-manager-policy
    topology-manager-policy-options topology-manager-scope v version vmodule volume-plugin-dir volume-stats-agg-period
"""
KNOWN: Final = frozenset(TEXT.split())
SETTINGS: Final = {
    "cluster-dns": ("clusterDNS", ","),
    "cluster-domain": ("clusterDomain", str),
    "max-pods": ("maxPods", int),
    "pod-manifest-path": ("staticPodPath", str),
    "eviction-hard": ("evictionHard", "<"),
    "eviction-soft": ("evictionSoft", "<"),
    "kube-reserved": ("kubeReserved", "="),
    "system-reserved": ("systemReserved", "="),
}
"""Flags that take the place of a field of the configuration file, and how each is read."""
OWN: Final = ("kubelet.kubernetes.io", "node.kubernetes.io")
ALLOWED: Final = frozenset({
    "beta.kubernetes.io/arch", "beta.kubernetes.io/instance-type", "beta.kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone",
    "kubernetes.io/arch", "kubernetes.io/hostname", "kubernetes.io/os", "node.kubernetes.io/instance-type",
    "topology.kubernetes.io/region", "topology.kubernetes.io/zone",
})  # fmt: skip
"""The labels of Kubernetes that a kubelet may give its own node."""


def trouble(flags: dict[str, str]) -> str:
    """Why a kubelet does not take its command line; "" when it does."""
    unknown = next((name for name in flags if name and name not in KNOWN), "")
    if unknown:
        return f"failed to parse kubelet flag: unknown flag: --{unknown}"
    for name, (_, kind) in SETTINGS.items():
        if kind is int and name in flags and not flags[name].isdecimal():
            why = f'strconv.ParseInt: parsing \\"{flags[name]}\\": invalid syntax'
            return f'failed to parse kubelet flag: invalid argument \\"{flags[name]}\\" for \\"--{name}\\" flag: {why}'
    labels = [each.partition("=")[0] for each in flags.get("node-labels", "").split(",") if each]
    foreign = sorted(label for label in labels if is_foreign(label))
    if foreign:
        return (
            "failed to validate kubelet flags: unknown 'kubernetes.io' or 'k8s.io' labels specified with "
            f"--node-labels: [{' '.join(foreign)}]\\n--node-labels in the 'kubernetes.io' namespace must begin with an "
            f"allowed prefix ({', '.join(OWN)}) or be in the specifically allowed set ({', '.join(sorted(ALLOWED))})"
        )
    return ""


def is_foreign(label: str) -> bool:
    """Whether a label is Kubernetes' own, and none that a kubelet may give."""
    domain, slash, _ = label.partition("/")
    if not slash or not (domain in ("kubernetes.io", "k8s.io") or domain.endswith((".kubernetes.io", ".k8s.io"))):
        return False
    return label not in ALLOWED and not any(domain == each or domain.endswith(f".{each}") for each in OWN)


def overriding(flags: dict[str, str]) -> dict[str, object]:
    """The fields of the configuration that flags stand for."""
    found: dict[str, object] = {}
    for name, (field, kind) in SETTINGS.items():
        if name not in flags:
            continue
        value = flags[name]
        if kind is int:
            found[field] = int(value)
        elif kind is str:
            found[field] = value
        elif kind == ",":
            found[field] = [each for each in value.split(",") if each]
        else:
            pairs = (each.partition(str(kind)) for each in value.split(",") if each)
            found[field] = {key: content for key, _, content in pairs}
    return found

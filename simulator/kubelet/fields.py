"""The fields of the configuration files of kubelet and kube-proxy.

Upstream: staging/src/k8s.io/kubelet/config/v1beta1/types.go, staging/src/k8s.io/kube-proxy/config/v1alpha1/types.go
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from simulator.machinery.schemas import Schemas
from simulator.machinery.shapes import Fields, schemas_of

TEXTS: Final = """
    address cgroupDriver cgroupRoot clusterDomain configMapAndSecretChangeDetectionStrategy containerLogMaxSize
    containerLogMonitorInterval containerRuntimeEndpoint contentType cpuCFSQuotaPeriod cpuManagerPolicy
    cpuManagerReconcilePeriod evictionPressureTransitionPeriod fileCheckFrequency hairpinMode healthzBindAddress
    httpCheckFrequency imageMaximumGCAge imageMinimumGCAge imagePullCredentialsVerificationPolicy imageServiceEndpoint
    kubeReservedCgroup kubeletCgroups memoryManagerPolicy nodeStatusReportFrequency nodeStatusUpdateFrequency podCIDR
    podLogsDir providerID reservedSystemCPUs resolvConf runtimeRequestTimeout showHiddenMetricsForVersion
    shutdownGracePeriod shutdownGracePeriodCriticalPods staticPodPath staticPodURL streamingConnectionIdleTimeout
    syncFrequency systemCgroups systemReservedCgroup tlsCertFile tlsMinVersion tlsPrivateKeyFile topologyManagerPolicy
    topologyManagerScope volumePluginDir volumeStatsAggPeriod
"""
SWITCHES: Final = """
    cgroupsPerQOS cpuCFSQuota enableContentionProfiling enableControllerAttachDetach enableDebugFlagsHandler
    enableDebuggingHandlers enableProfilingHandler enableServer enableSystemLogHandler enableSystemLogQuery failCgroupV1
    failSwapOn kernelMemcgNotification localStorageCapacityIsolation makeIPTablesUtilChains mergeDefaultEvictionSettings
    protectKernelDefaults registerNode rotateCertificates runOnce seccompDefault serializeImagePulls serverTLSBootstrap
    singleProcessOOMKill
"""
NUMBERS: Final = """
    containerLogMaxFiles containerLogMaxWorkers eventBurst eventRecordQPS evictionMaxPodGracePeriod healthzPort
    imageGCHighThresholdPercent imageGCLowThresholdPercent iptablesDropBit iptablesMasqueradeBit kubeAPIBurst kubeAPIQPS
    maxOpenFiles maxParallelImagePulls maxPods nodeLeaseDurationSeconds nodeStatusMaxImages oomScoreAdj podPidsLimit
    podsPerCore port readOnlyPort registryBurst registryPullQPS
"""
LISTS: Final = """
    allowedUnsafeSysctls clusterDNS enforceNodeAllocatable preloadedImagesVerificationAllowlist tlsCipherSuites
    tlsCurvePreferences
"""
MAPS: Final = """
    cpuManagerPolicyOptions evictionHard evictionMinimumReclaim evictionSoft evictionSoftGracePeriod kubeReserved
    qosReserved systemReserved topologyManagerPolicyOptions
"""
KUBELET: Final[Fields] = {
    **dict.fromkeys(TEXTS.split(), str),
    **dict.fromkeys(SWITCHES.split(), bool),
    **dict.fromkeys(NUMBERS.split(), int),
    **{name: [str] for name in LISTS.split()},
    **{name: {"*": str} for name in MAPS.split()},
    "authentication": {
        "anonymous": {"enabled": bool},
        "webhook": {"cacheTTL": str, "enabled": bool},
        "x509": {"clientCAFile": str},
    },
    "authorization": {"mode": str, "webhook": {"cacheAuthorizedTTL": str, "cacheUnauthorizedTTL": str}},
    "crashLoopBackOff": {"maxContainerRestartPeriod": str},
    "featureGates": {"*": bool},
    "logging": None,
    "memorySwap": {"swapBehavior": str},
    "memoryThrottlingFactor": float,
    "registerWithTaints": [{"effect": str, "key": str, "timeAdded": str, "value": str}],
    "reservedMemory": None,
    "shutdownGracePeriodByPodPriority": [{"priority": int, "shutdownGracePeriodSeconds": int}],
    "staticPodURLHeader": None,
    "tracing": None,
    "userNamespaces": {"idsPerPod": int},
}
SYNCING: Final = {"minSyncPeriod": str, "syncPeriod": str}
PROXY_TEXTS: Final = """
    bindAddress clusterCIDR configSyncPeriod detectLocalMode healthzBindAddress hostnameOverride metricsBindAddress mode
    portRange showHiddenMetricsForVersion
"""
PROXY: Final[Fields] = {
    **dict.fromkeys(PROXY_TEXTS.split(), str),
    "bindAddressHardFail": bool, "enableProfiling": bool, "windowsRunAsService": bool, "oomScoreAdj": int,
    "clientConnection": {
        "acceptContentTypes": str, "burst": int, "contentType": str, "kubeconfig": str, "qps": float,
    },
    "conntrack": None,
    "detectLocal": {"bridgeInterface": str, "interfaceNamePrefix": str},
    "featureGates": {"*": bool},
    "iptables": {"localhostNodePorts": bool, "masqueradeAll": bool, "masqueradeBit": int, **SYNCING},
    "ipvs": {
        "excludeCIDRs": [str], "scheduler": str, "strictARP": bool, "tcpFinTimeout": str, "tcpTimeout": str,
        "udpTimeout": str, **SYNCING,
    },
    "logging": None,
    "nftables": {"masqueradeAll": bool, "masqueradeBit": int, **SYNCING},
    "nodePortAddresses": [str],
    "winkernel": None,
}  # fmt: skip
KINDS: Final[Mapping[str, Fields]] = {
    "v1beta1.KubeletConfiguration": KUBELET,
    "v1alpha1.KubeProxyConfiguration": PROXY,
}


@cache
def schemas() -> Schemas:
    return schemas_of(KINDS)

"""The kinds of kubeadm's configuration files and their fields, in the two versions that it reads.

Upstream: cmd/kubeadm/app/apis/kubeadm/{v1beta3,v1beta4}/types.go, staging/src/k8s.io/{kubelet,kube-proxy}/config
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from simulator.kubelet import fields as components
from simulator.machinery.schemas import Schemas, Type
from simulator.machinery.shapes import Fields, schemas_of

GROUP = "kubeadm.k8s.io"
CURRENT, OLDER = "v1beta4", "v1beta3"
COMPONENTS: Final[Mapping[str, tuple[str, str]]] = {
    "KubeProxyConfiguration": ("kubeproxy.config.k8s.io", "v1alpha1"),
    "KubeletConfiguration": ("kubelet.config.k8s.io", "v1beta1"),
}
"""The kinds of other programs that may stand in the same file, and of which group and version they are."""

ARG: Final = [{"name": str, "value": str}]
VOLUMES: Final = [{"name": str, "hostPath": str, "mountPath": str, "readOnly": bool, "pathType": str}]
TIMEOUTS: Final = dict.fromkeys(
    (
        "controlPlaneComponentHealthCheck", "discovery", "etcdAPICall", "kubeletHealthCheck", "kubernetesAPICall",
        "tlsBootstrap", "upgradeManifests",
    ), str,
)  # fmt: skip
PATCHES: Final = {"directory": str}
ENDPOINT: Final = {"advertiseAddress": str, "bindPort": int}
TOKENS: Final = [
    {"token": str, "description": str, "ttl": str, "expires": str, "usages": [str], "groups": [str]}
]  # fmt: skip
IMAGE: Final = {"imageRepository": str, "imageTag": str}
COMPONENT: Final = {"extraArgs": ARG, "extraVolumes": VOLUMES, "extraEnvs": [None]}
PULLING: Final = {"imagePullPolicy": str, "imagePullSerial": bool}
NODE: Final = {
    "name": str, "criSocket": str, "taints": [{"key": str, "value": str, "effect": str, "timeAdded": str}],
    "kubeletExtraArgs": ARG, "ignorePreflightErrors": [str], **PULLING,
}  # fmt: skip
LOCAL_ETCD: Final = {
    **IMAGE, "dataDir": str, "extraArgs": ARG, "extraEnvs": [None], "serverCertSANs": [str], "peerCertSANs": [str],
}  # fmt: skip
EXTERNAL_ETCD: Final = {"endpoints": [str], "httpEndpoints": [str], "caFile": str, "certFile": str, "keyFile": str}
NETWORKING: Final = {"serviceSubnet": str, "podSubnet": str, "dnsDomain": str}
DISCOVERY: Final = {
    "bootstrapToken": {"token": str, "apiServerEndpoint": str, "caCertHashes": [str], "unsafeSkipCAVerification": bool},
    "file": {"kubeConfigPath": str},
    "tlsBootstrapToken": str,
    "timeout": str,
}
UPGRADING: Final = {
    "certificateRenewal": bool, "dryRun": bool, "etcdUpgrade": bool, "ignorePreflightErrors": [str],
    "patches": PATCHES, "skipPhases": [str], **PULLING,
}  # fmt: skip
PLANNING: Final = {
    "kubernetesVersion": str, "allowExperimentalUpgrades": bool, "allowRCUpgrades": bool, "printConfig": bool,
}  # fmt: skip
COMMON: Final = {"dryRun": bool, "skipPhases": [str], "patches": PATCHES, "timeouts": TIMEOUTS}

KINDS: Final[Mapping[str, Fields]] = {
    "InitConfiguration": {
        "bootstrapTokens": TOKENS, "nodeRegistration": NODE, "localAPIEndpoint": ENDPOINT, "certificateKey": str,
        **COMMON,
    },
    "ClusterConfiguration": {
        "apiServer": {**COMPONENT, "certSANs": [str]}, "controllerManager": COMPONENT, "scheduler": COMPONENT,
        "etcd": {"local": LOCAL_ETCD, "external": EXTERNAL_ETCD}, "networking": NETWORKING, "kubernetesVersion": str,
        "controlPlaneEndpoint": str, "dns": {**IMAGE, "disabled": bool}, "proxy": {"disabled": bool},
        "certificatesDir": str, "imageRepository": str, "featureGates": {"*": bool}, "clusterName": str,
        "encryptionAlgorithm": str, "certificateValidityPeriod": str, "caCertificateValidityPeriod": str,
    },
    "JoinConfiguration": {
        "nodeRegistration": NODE, "caCertPath": str, "discovery": DISCOVERY,
        "controlPlane": {"localAPIEndpoint": ENDPOINT, "certificateKey": str}, **COMMON,
    },
    "ResetConfiguration": {
        "cleanupTmpDir": bool, "certificatesDir": str, "criSocket": str, "dryRun": bool, "force": bool,
        "ignorePreflightErrors": [str], "skipPhases": [str], "unmountFlags": [str], "timeouts": TIMEOUTS,
    },
    "UpgradeConfiguration": {
        "apply": {**UPGRADING, **PLANNING, "forceUpgrade": bool}, "node": UPGRADING,
        "plan": {**PLANNING, "dryRun": bool, "etcdUpgrade": bool, "ignorePreflightErrors": [str]},
        "diff": {"contextLines": int}, "timeouts": TIMEOUTS,
    },
}  # fmt: skip
"""The kinds of v1beta4."""
OLD_COMPONENT: Final = {"extraArgs": {"*": str}, "extraVolumes": VOLUMES}
OLD_NODE: Final = {**NODE, "kubeletExtraArgs": {"*": str}}
OLD_KINDS: Final[Mapping[str, Fields]] = {
    "InitConfiguration": {
        **{name: fields for name, fields in KINDS["InitConfiguration"].items() if name not in ("dryRun", "timeouts")},
        "nodeRegistration": {name: fields for name, fields in OLD_NODE.items() if name != "imagePullSerial"},
    },
    "ClusterConfiguration": {
        **{
            name: fields
            for name, fields in KINDS["ClusterConfiguration"].items()
            if name not in ("proxy", "encryptionAlgorithm") and not name.endswith("ValidityPeriod")
        },
        "apiServer": {**OLD_COMPONENT, "certSANs": [str], "timeoutForControlPlane": str},
        "controllerManager": OLD_COMPONENT, "scheduler": OLD_COMPONENT, "dns": IMAGE,
        "etcd": {
            "local": {
                **{name: LOCAL_ETCD[name] for name in LOCAL_ETCD if name != "extraEnvs"}, "extraArgs": {"*": str},
            },
            "external": {name: EXTERNAL_ETCD[name] for name in EXTERNAL_ETCD if name != "httpEndpoints"},
        },
    },
    "JoinConfiguration": {
        **{name: fields for name, fields in KINDS["JoinConfiguration"].items() if name not in ("dryRun", "timeouts")},
        "nodeRegistration": {name: fields for name, fields in OLD_NODE.items() if name != "imagePullSerial"},
    },
}  # fmt: skip
"""The kinds of v1beta3."""


@cache
def schemas() -> Schemas:
    """The schemas of both versions."""
    versions = ((CURRENT, KINDS), (OLDER, OLD_KINDS))
    return schemas_of({f"{version}.{kind}": fields for version, kinds in versions for kind, fields in kinds.items()})


def type_of(group: str, version: str, kind: str) -> Type | None:
    """The fields of a kind; None where nobody knows it."""
    name, known = f"{version}.{kind}", schemas() if group == GROUP else components.schemas()
    if group != GROUP and COMPONENTS.get(kind) != (group, version):
        return None
    return known.type(name) if name in known.definitions else None

"""kubeadm config print, migrate and validate. Upstream: cmd/kubeadm/app/cmd/config.go"""

from collections.abc import Mapping
from typing import Any, Final

from simulator.controlplane.addons import PROXY_CONFIG
from simulator.controlplane.configuration import CLUSTER, KUBELET_CONFIG, cluster_configuration
from simulator.machinery import yaml
from simulator.machinery.field import aggregate
from simulator.machinery.objects import Object
from simulator.machinery.releases import Release
from simulator.nodeshell.host import Host
from simulator.nodeshell.packages import Packages
from simulator.nodeshell.programs.kubeadm import documents, joinsettings
from simulator.nodeshell.programs.kubeadm.documents import Documents
from simulator.nodeshell.programs.kubeadm.failures import Failure
from simulator.nodeshell.programs.kubeadm.kinds import CURRENT, GROUP
from simulator.nodeshell.programs.kubeadm.settings import (
    SOCKET,
    cluster_problems,
    defaulted,
    init_problems,
    version,
)
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process

PLACEHOLDER = "abcdef.0123456789abcdef"
PULLING: Final = {"imagePullPolicy": "IfNotPresent", "imagePullSerial": True}
NODE: Final = {"criSocket": SOCKET, **PULLING, "taints": None}
TIMEOUTS: Final = {
    "controlPlaneComponentHealthCheck": "4m0s", "discovery": "5m0s", "etcdAPICall": "2m0s",
    "kubeletHealthCheck": "4m0s", "kubernetesAPICall": "1m0s", "tlsBootstrap": "5m0s", "upgradeManifests": "5m0s",
}  # fmt: skip
TOKEN: Final = {
    "groups": ["system:bootstrappers:kubeadm:default-node-token"], "token": PLACEHOLDER, "ttl": "24h0m0s",
    "usages": ["signing", "authentication"],
}  # fmt: skip
UPGRADING: Final = {"certificateRenewal": True, "etcdUpgrade": True, **PULLING}
COMPONENTS: Final = {"KubeProxyConfiguration": PROXY_CONFIG, "KubeletConfiguration": KUBELET_CONFIG}


def shown(kind: str, fields: Mapping[str, Any]) -> str:
    return yaml.dump(dict(sorted({"apiVersion": f"{GROUP}/{CURRENT}", "kind": kind, **fields}.items())))


def init(name: str, given: Object | None = None) -> str:
    """An InitConfiguration with what kubeadm fills in."""
    given = given or {}
    fields: Object = {
        "bootstrapTokens": [{**TOKEN, **each} for each in given.get("bootstrapTokens") or (TOKEN,)],
        "localAPIEndpoint": {"advertiseAddress": "1.2.3.4", "bindPort": 6443, **(given.get("localAPIEndpoint") or {})},
        "nodeRegistration": {**NODE, "name": name, **(given.get("nodeRegistration") or {})},
        "timeouts": {**TIMEOUTS, **(given.get("timeouts") or {})},
    }
    kept = {name: value for name, value in given.items() if name not in (*fields, "apiVersion", "kind")}
    return shown("InitConfiguration", {**kept, **fields})


def join(name: str, given: Object | None = None) -> str:
    given = given or {}
    token = {"apiServerEndpoint": "kube-apiserver:6443", "token": PLACEHOLDER, "unsafeSkipCAVerification": True}
    discovery = given.get("discovery") or {"bootstrapToken": token, "tlsBootstrapToken": PLACEHOLDER}
    fields: Object = {
        "caCertPath": given.get("caCertPath", "/etc/kubernetes/pki/ca.crt"),
        "discovery": discovery,
        "nodeRegistration": {**NODE, "name": name, **(given.get("nodeRegistration") or {})},
        "timeouts": {**TIMEOUTS, **(given.get("timeouts") or {})},
    }
    kept = {name: value for name, value in given.items() if name not in (*fields, "apiVersion", "kind")}
    return shown("JoinConfiguration", {**kept, **fields})


def reset(given: Object | None = None) -> str:
    fields = {"certificatesDir": CLUSTER["certificatesDir"], "criSocket": SOCKET, **(given or {})}
    return shown("ResetConfiguration", {**fields, "timeouts": {**TIMEOUTS, **(fields.get("timeouts") or {})}})


def upgrade(given: Object | None = None) -> str:
    given = given or {}
    fields: Object = {
        "apply": {**UPGRADING, **(given.get("apply") or {})},
        "diff": given.get("diff") or {},
        "node": {**UPGRADING, **(given.get("node") or {})},
        "plan": {"etcdUpgrade": True, **(given.get("plan") or {})},
        "timeouts": {**TIMEOUTS, **(given.get("timeouts") or {})},
    }
    return shown("UpgradeConfiguration", fields)


def defaults(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    """What a command does when nobody asks for anything else."""
    action = process.state["command"][2].removesuffix("-defaults")
    wanted = Packages(host).installed("kubeadm")._replace(patch=0)
    pieces = {
        "init": lambda: [init("node"), without_pods(cluster_configuration(wanted, ""))],
        "join": lambda: [join(host.name)],
        "reset": lambda: [reset()],
        "upgrade": lambda: [upgrade()],
    }[action]()
    for kind in [name for name in flags.get("component-configs", "").split(",") if name]:
        if kind not in COMPONENTS:
            raise Failure(f"--component-configs needs to contain some of [{' '.join(COMPONENTS)}]")
        pieces.append(COMPONENTS[kind])
    process.stdout.write("---\n".join(pieces))
    return 0


def without_pods(text: str) -> str:
    """kubeadm itself asks for no network of Pods."""
    return text.replace("  podSubnet: 10.244.0.0/16\n", "")


def migrate(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    path = flags.get("old-config", "")
    if not path:
        raise Failure("the --old-config flag is mandatory")
    found = documents.read(process, raw(process, path), strict=True, migrating=True)
    validated(host, found)
    pieces = []
    if {"InitConfiguration", "ClusterConfiguration"} & found.keys():
        address = {"localAPIEndpoint": {"advertiseAddress": host.nodes.address(host.name), "bindPort": 6443}}
        pieces += [init(host.name, {**address, **(found.get("InitConfiguration") or {})})]
        pieces += [cluster(host, found.get("ClusterConfiguration") or {})]
    if "JoinConfiguration" in found:
        pieces.append(join(host.name, found["JoinConfiguration"]))
    if "ResetConfiguration" in found:
        pieces.append(reset(without_head(found["ResetConfiguration"])))
    if "UpgradeConfiguration" in found:
        pieces.append(upgrade(found["UpgradeConfiguration"]))
    text, target = "---\n".join(pieces), flags.get("new-config", "")
    if not target:
        process.stdout.write(text)
        return 0
    try:
        process.files.write(target, text, mode=0o644)
    except OSFailure as failure:
        why = f"open {target}: {failure.words.lower()}"
        raise Failure(f'failed to write the new configuration to the file "{target}": {why}') from None
    return 0


def without_head(body: Object) -> Object:
    return {name: value for name, value in body.items() if name not in ("apiVersion", "kind")}


def cluster(host: Host, given: Object) -> str:
    """A ClusterConfiguration with what kubeadm fills in."""
    wanted: Release = version(host, str(given.get("kubernetesVersion") or ""))
    whole = without_head(defaulted(given))
    if not (given.get("networking") or {}).get("podSubnet"):
        whole["networking"] = {name: value for name, value in whole["networking"].items() if name != "podSubnet"}
    return cluster_configuration(wanted, "", whole)


def raw(process: Process, path: str) -> str:
    try:
        return process.files.text(path)[: documents.LARGEST]
    except OSFailure as failure:
        raise Failure(f"open {path}: {failure.words.lower()}") from None


def validated(host: Host, found: Documents) -> None:
    """Whether what a file says could be meant. Raises `Failure`."""
    problems = []
    if {"InitConfiguration", "ClusterConfiguration"} & found.keys():
        version(host, str((found.get("ClusterConfiguration") or {}).get("kubernetesVersion") or ""))
        problems += list(cluster_problems(defaulted(found.get("ClusterConfiguration") or {})))
        problems += list(init_problems(found.get("InitConfiguration") or {}))
    if "JoinConfiguration" in found:
        problems += list(joinsettings.problems(found["JoinConfiguration"]))
    if problems:
        raise Failure(aggregate(problems))


def validate(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    path = flags.get("config", "")
    if not path:
        raise Failure("the --config flag is mandatory")
    validated(host, documents.read(process, raw(process, path), strict=True))
    process.print("ok")
    return 0

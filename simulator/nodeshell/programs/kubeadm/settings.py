"""What kubeadm init is asked for: by flags or by a file, with defaults, checked.

Upstream: cmd/kubeadm/app/util/config/initconfiguration.go, cmd/kubeadm/app/apis/kubeadm/{v1beta4/defaults,validation}

In a lab the networks of Pods and Services, the DNS domain, the folder of certificates, the address in front of the
control planes and each node's name and address are those that it was made with.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.controlplane.configuration import CLUSTER, KUBELET_CONFIG
from simulator.kernel.clock import SECOND
from simulator.machinery import yaml
from simulator.machinery.durations import DurationError, parse_duration
from simulator.machinery.field import FieldError, aggregate, invalid, not_supported
from simulator.machinery.names import dns_subdomain
from simulator.machinery.objects import Object, at
from simulator.machinery.releases import Release, release
from simulator.network.resolver import is_address
from simulator.nodeshell.host import Host
from simulator.nodeshell.packages import Packages
from simulator.nodeshell.programs.kubeadm import documents, tokens
from simulator.nodeshell.programs.kubeadm.asking import note
from simulator.nodeshell.programs.kubeadm.documents import Documents
from simulator.nodeshell.programs.kubeadm.failures import Failure
from simulator.runtime.process import Process

type Settings = Mapping[str, Any]

SOCKET = "unix:///var/run/containerd/containerd.sock"
MAY_MIX = frozenset({
    "allow-experimental-api", "certificate-renewal", "config", "dry-run", "etcd-upgrade", "force",
    "ignore-preflight-errors", "kubeconfig", "node-name", "output", "patches", "print-config", "print-join-command",
    "skip-certificate-key-print", "skip-phases", "skip-token-print", "upload-certs", "yes",
})  # fmt: skip
"""The flags that may be given beside a file."""
GATES = ("ControlPlaneKubeletLocalMode", "NodeLocalCRISocket", "PublicKeysECDSA", "RootlessControlPlane")
PULLING = ("Always", "IfNotPresent", "Never")
CLUSTER_FLAGS: Mapping[str, tuple[str, ...]] = {
    "cert-dir": ("certificatesDir",),
    "control-plane-endpoint": ("controlPlaneEndpoint",),
    "image-repository": ("imageRepository",),
    "kubernetes-version": ("kubernetesVersion",),
    "pod-network-cidr": ("networking", "podSubnet"),
    "service-cidr": ("networking", "serviceSubnet"),
    "service-dns-domain": ("networking", "dnsDomain"),
}
"""Flag → the field of the ClusterConfiguration that says the same."""
INIT_FLAGS: Mapping[str, tuple[str, ...]] = {
    "apiserver-advertise-address": ("localAPIEndpoint", "advertiseAddress"),
    "apiserver-bind-port": ("localAPIEndpoint", "bindPort"),
    "certificate-key": ("certificateKey",),
    "cri-socket": ("nodeRegistration", "criSocket"),
    "node-name": ("nodeRegistration", "name"),
    "patches": ("patches", "directory"),
}
"""Flag → the field of the InitConfiguration that says the same."""


def words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def placed(obj: Object, path: tuple[str, ...], value: Any) -> Object:
    """An object with a value at a path."""
    first, *rest = path
    return {**obj, first: placed(dict(obj.get(first) or {}), tuple(rest), value) if rest else value}


def refuse_mixed(flags: Mapping[str, str]) -> None:
    """A file and flags that say the same do not go together."""
    mixed = sorted(name for name in flags if name not in MAY_MIX)
    if "config" in flags and mixed:
        raise Failure(f"can not mix '--config' with arguments [{' '.join(mixed)}]")


def given(process: Process, *, strict: bool = False) -> Documents:
    """What the file says that `--config` names; nothing without one."""
    flags = process.state["flags"]
    refuse_mixed(flags)
    path = flags.get("config")
    return documents.read(process, documents.read_file(process, path), strict=strict) if path else {}


def load(process: Process, host: Host) -> None:
    """Note what kubeadm init is asked for. Raises `Failure`."""
    flags, found = process.state["flags"], given(process)
    if "config" in flags and not {"InitConfiguration", "ClusterConfiguration"} & found.keys():
        raise Failure("no InitConfiguration or ClusterConfiguration kind was found in the YAML file")
    init, cluster = dict(found.get("InitConfiguration") or {}), dict(found.get("ClusterConfiguration") or {})
    for name, path in CLUSTER_FLAGS.items():
        if name in flags:
            cluster = placed(cluster, path, flags[name])
    for name, path in INIT_FLAGS.items():
        if name in flags:
            init = placed(init, path, flags[name])
    if "apiserver-cert-extra-sans" in flags:
        cluster = placed(cluster, ("apiServer", "certSANs"), words(flags["apiserver-cert-extra-sans"]))
    gates(flags.get("feature-gates", ""))
    note(process, settings=whole(process, host, init, cluster, found))


def whole(process: Process, host: Host, init: Object, cluster: Object, found: Documents) -> Object:
    """Everything with its defaults, once it is checked."""
    flags, chosen = process.state["flags"], version(host, str(cluster.get("kubernetesVersion") or ""))
    cluster = defaulted(cluster)
    problems = [*cluster_problems(cluster), *init_problems(init)]
    if problems:
        raise Failure(aggregate(problems))
    unsimulated(host, init, cluster)
    for name in ("apiVersion", "kind", "controlPlaneEndpoint", "kubernetesVersion"):
        cluster.pop(name, None)
    node = init.get("nodeRegistration") or {}
    return {
        "cluster": cluster,
        "behind": str(flags.get("control-plane-endpoint") or (found.get("ClusterConfiguration") or {}).get(
            "controlPlaneEndpoint", "")).removesuffix(":6443"),
        "release": tuple(chosen),
        "node": node,
        "tokens": init.get("bootstrapTokens") or [from_flags(flags)],
        "key": init.get("certificateKey", ""),
        "dry": "dry-run" in flags or bool(init.get("dryRun")),
        "skip": words(flags["skip-phases"]) if "skip-phases" in flags else list(init.get("skipPhases") or ()),
        "ignore": [*words(flags.get("ignore-preflight-errors", "")), *(node.get("ignorePreflightErrors") or ())],
        "patches": at(init, "patches", "directory", default=""),
        "kubelet": kubelet_configuration(found.get("KubeletConfiguration")),
        "proxy": found.get("KubeProxyConfiguration"),
    }  # fmt: skip


def defaulted(cluster: Object) -> Object:
    """A ClusterConfiguration with what kubeadm fills in."""
    found = {**CLUSTER, **{name: value for name, value in cluster.items() if value is not None}}
    found["networking"] = {**CLUSTER["networking"], **(cluster.get("networking") or {})}
    if not (cluster.get("etcd") or {}).get("external"):
        local = (cluster.get("etcd") or {}).get("local") or {}
        found["etcd"] = {"local": {**CLUSTER["etcd"]["local"], **local}}
    return found


def kubelet_configuration(asked: Object | None) -> str:
    """The configuration of the kubelets: kubeadm's own, with what somebody asks for."""
    if asked is None:
        return KUBELET_CONFIG
    own = yaml.load(KUBELET_CONFIG)
    assert isinstance(own, dict)
    return yaml.dump(dict(sorted({**own, **asked}.items())))


def from_flags(flags: Mapping[str, str]) -> Object:
    """The one token that init makes without a file."""
    token = flags.get("token", "")
    if token:
        tokens.check_form(token)
    return {"token": token, "ttl": flags.get("token-ttl", "24h0m0s")}


def gates(text: str) -> None:
    for name in words(text):
        key, _, value = name.partition("=")
        if key not in GATES:
            raise Failure(f"unrecognized feature-gate key: {key}, expected one of [{' '.join(GATES)}]")
        if value not in ("true", "false"):
            raise Failure(f"invalid value {value} for feature-gate key: {key}, use true|false instead")


def version(host: Host, named: str) -> Release:
    """The release that is asked for, or that of kubeadm itself. Raises `Failure`."""
    own = Packages(host).installed("kubeadm")
    try:
        return own if not named or named.startswith("stable") else release(named)
    except ValueError:
        raise Failure(f'version "{named}" doesn\'t match patterns for neither semantic version nor labels') from None


# What is wrong with it.


def cluster_problems(cluster: Settings) -> Iterator[FieldError]:
    for name in at(cluster, "apiServer", "certSANs", default=None) or ():
        if not is_address(name) and dns_subdomain(name.lower().removeprefix("*.")):
            why = "altname is not a valid IP address, DNS label or a DNS label with subdomain wildcards: "
            yield invalid("apiServer.certSANs", name, why + "; ".join(dns_subdomain(name.lower())))
    sections = {"apiServer": cluster, "controllerManager": cluster, "scheduler": cluster, "local": cluster["etcd"]}
    for section, place in sections.items():
        path = "etcd.local" if section == "local" else section
        yield from argument_problems(f"{path}.extraArgs", (place.get(section) or {}).get("extraArgs"))
    for path in ("certificatesDir",):
        if not str(cluster[path]).startswith("/"):
            yield invalid(path, cluster[path], "path is not absolute")
    for path in ("certificateValidityPeriod", "caCertificateValidityPeriod"):
        try:
            parse_duration(str(cluster[path]))
        except DurationError as mistake:
            yield invalid(path, cluster[path], str(mistake))
    algorithms = ("ECDSA-P256", "ECDSA-P384", "RSA-2048", "RSA-3072", "RSA-4096")
    if cluster["encryptionAlgorithm"] not in algorithms:
        why = f"Invalid encryption algorithm. Must be one of {list_of(algorithms)}"
        yield invalid("encryptionAlgorithm", cluster["encryptionAlgorithm"], why)
    if cluster["etcd"].get("local") and cluster["etcd"].get("external"):
        yield invalid("etcd", "", ".Etcd.Local and .Etcd.External are mutually exclusive")


def list_of(values: tuple[str, ...]) -> str:
    return f"[{' '.join(values)}]"


def init_problems(init: Settings) -> Iterator[FieldError]:
    yield from node_problems(init.get("nodeRegistration") or {})
    for number, token in enumerate(init.get("bootstrapTokens") or ()):
        if not tokens.is_well_formed(str(token.get("token", ""))):
            path = f"bootstrapTokens.{number}.token"
            yield invalid(path, token.get("token", ""), "the bootstrap token is invalid")
    key = init.get("certificateKey", "")
    if key:
        try:
            if len(bytes.fromhex(key)) != 32:
                yield invalid("certificateKey", key, "certificate key must be a hex encoded string that is 32 bytes")
        except ValueError as mistake:
            yield invalid("certificateKey", key, f"certificate key is not a valid hex encoded string: {mistake}")


def node_problems(node: Settings) -> Iterator[FieldError]:
    """What is wrong with a nodeRegistration."""
    for why in dns_subdomain(str(node["name"])) if node.get("name") else ():
        yield invalid("nodeRegistration.name", node["name"], why)
    yield from argument_problems("nodeRegistration.kubeletExtraArgs", node.get("kubeletExtraArgs"))
    policy = node.get("imagePullPolicy")
    if policy and policy not in PULLING:
        yield not_supported("nodeRegistration.imagePullPolicy", policy, PULLING)


def argument_problems(path: str, arguments: Any) -> Iterator[FieldError]:
    for number, each in enumerate(arguments or ()):
        if not each.get("name"):
            yield invalid(path, f"index {number}", "argument has no name")


def unsimulated(host: Host, init: Object, cluster: Object) -> None:
    """Refuse what a lab has in one way only, and says so."""
    ip, front = host.nodes.address(host.name), host.cluster.api_address
    networking = CLUSTER["networking"]
    fixed: Mapping[tuple[str, ...], tuple[Any, ...]] = {
        ("networking", "podSubnet"): (networking["podSubnet"],),
        ("networking", "serviceSubnet"): (networking["serviceSubnet"],),
        ("networking", "dnsDomain"): (networking["dnsDomain"],),
        ("certificatesDir",): (CLUSTER["certificatesDir"],),
        ("controlPlaneEndpoint",): (f"{front}:6443", front),
        ("localAPIEndpoint", "advertiseAddress"): (ip, "0.0.0.0"),
        ("localAPIEndpoint", "bindPort"): (6443, "6443"),
        ("nodeRegistration", "name"): (host.name,),
        ("nodeRegistration", "criSocket"): (SOCKET, "unix:///run/containerd/containerd.sock"),
    }
    flags = {path: f"--{name}" for name, path in (*CLUSTER_FLAGS.items(), *INIT_FLAGS.items())}
    for path, values in fixed.items():
        found = at(init if path[0] in ("localAPIEndpoint", "nodeRegistration") else cluster, *path, default=None)
        if found is not None and found not in values:
            named = flags.get(path, ".".join(path))
            raise Failure(f"{named} is simulated with the value {values[0]} only")
    if cluster["etcd"].get("external"):
        raise Failure("etcd.external is not simulated: etcd runs on the control-plane nodes")


def validity(process: Process) -> int:
    """For how long what is signed now is good, in microseconds."""
    settings = process.state.get("settings")
    text = settings["cluster"]["certificateValidityPeriod"] if settings else CLUSTER["certificateValidityPeriod"]
    return max(parse_duration(str(text)), SECOND)


def settings(process: Process) -> Settings:
    """What was asked for."""
    found: Settings = process.state["settings"]
    return found

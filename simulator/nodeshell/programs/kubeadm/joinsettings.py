"""What kubeadm join and reset are asked for. Upstream: cmd/kubeadm/app/util/config/{join,reset}configuration.go"""

from collections.abc import Iterator, Mapping

from simulator.controlplane.configuration import KUBELET, KUBELET_CONFIG
from simulator.machinery.field import FieldError, aggregate, invalid, required
from simulator.machinery.objects import Object, at
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm import endpoints, tokens
from simulator.nodeshell.programs.kubeadm.asking import cluster_configuration, note, request
from simulator.nodeshell.programs.kubeadm.failures import Failure
from simulator.nodeshell.programs.kubeadm.settings import (
    Settings,
    defaulted,
    given,
    node_problems,
    placed,
    words,
)
from simulator.runtime.process import Process

UNSAFE = (
    "using token-based discovery without caCertHashes can be unsafe. Set unsafeSkipCAVerification as true in your "
    "kubeadm config file or pass --discovery-token-unsafe-skip-ca-verification flag to continue"
)
BAD_TOKEN = "the bootstrap token is invalid"


def load_join(process: Process, host: Host) -> None:
    """Note what kubeadm join is asked for. Raises `Failure`."""
    flags, found = process.state["flags"], given(process)
    if "config" in flags and "JoinConfiguration" not in found:
        raise Failure("no JoinConfiguration found in config file")
    join = dict(found.get("JoinConfiguration") or from_flags(flags, process.state["words"]))
    if "node-name" in flags:
        join = placed(join, ("nodeRegistration", "name"), flags["node-name"])
    wrong = list(problems(join))
    if wrong:
        raise Failure(aggregate(wrong))
    node = join.get("nodeRegistration") or {}
    if node.get("name", host.name) != host.name:
        raise Failure(f"a node's name is simulated with the value {host.name} only")
    note(
        process,
        join=join,
        further=join.get("controlPlane") is not None,
        dry="dry-run" in flags or bool(join.get("dryRun")),
        skip=words(flags["skip-phases"]) if "skip-phases" in flags else list(join.get("skipPhases") or ()),
        ignore=[*words(flags.get("ignore-preflight-errors", "")), *(node.get("ignorePreflightErrors") or ())],
    )


def from_flags(flags: Mapping[str, str], endpoints: list[str]) -> Object:
    """A JoinConfiguration that says what flags say."""
    token = flags.get("discovery-token") or flags.get("token", "")
    discovery: Object = {}
    if "discovery-file" in flags:
        discovery["file"] = {"kubeConfigPath": flags["discovery-file"]}
    elif token or endpoints:
        discovery["bootstrapToken"] = {
            "token": token, "apiServerEndpoint": endpoints[0] if endpoints else "",
            "caCertHashes": words(flags.get("discovery-token-ca-cert-hash", "")),
            "unsafeSkipCAVerification": "discovery-token-unsafe-skip-ca-verification" in flags,
        }  # fmt: skip
    discovery["tlsBootstrapToken"] = flags.get("tls-bootstrap-token") or flags.get("token") or token
    node = {"criSocket": flags["cri-socket"]} if "cri-socket" in flags else {}
    join: Object = {"discovery": discovery, "nodeRegistration": node}
    if "control-plane" in flags:
        join["controlPlane"] = {"certificateKey": flags.get("certificate-key", "")}
    if "patches" in flags:
        join["patches"] = {"directory": flags["patches"]}
    return join


def problems(join: Settings) -> Iterator[FieldError]:
    discovery = join.get("discovery") or {}
    found, file = discovery.get("bootstrapToken"), discovery.get("file")
    if found is None and file is None:
        yield invalid("discovery", "", "bootstrapToken or file must be set")
    if found is not None and file is not None:
        yield invalid("discovery", "", "bootstrapToken and file cannot both be set")
    if found is not None:
        yield from token_problems(found)
        tls = discovery.get("tlsBootstrapToken") or found.get("token", "")
        if not tokens.is_well_formed(tls):
            yield invalid("discovery.tlsBootstrapToken", tls, BAD_TOKEN)
    yield from node_problems(join.get("nodeRegistration") or {})


def token_problems(found: Settings) -> Iterator[FieldError]:
    path, endpoint, token = "discovery.bootstrapToken", found.get("apiServerEndpoint", ""), found.get("token", "")
    if not endpoint:
        yield required(path, "APIServerEndpoint is not set")
    if not found.get("caCertHashes") and not found.get("unsafeSkipCAVerification"):
        yield invalid(f"{path}.caCertHashes", "", UNSAFE)
    if not tokens.is_well_formed(token):
        yield invalid(f"{path}.token", token, BAD_TOKEN)
    host, colon, port = endpoint.rpartition(":")
    if endpoint and not (colon and host and port):
        yield invalid(f"{path}.apiServerEndpoint", endpoint, f"address {endpoint}: missing port in address")


def adopt(process: Process, host: Host) -> None:
    """What the cluster that is joined is configured for holds here, too."""
    join = process.state["join"]
    cluster = defaulted({**cluster_configuration(host)})
    kept = {name: value for name, value in cluster.items() if name not in ("apiVersion", "kind")}
    found = request(host, "GET", f"/api/v1/namespaces/kube-system/configmaps/{KUBELET}") or {}
    note(process, settings={
        "cluster": {name: value for name, value in kept.items() if name != "kubernetesVersion"},
        "endpoint": endpoints.of(kept),
        "node": join.get("nodeRegistration") or {},
        "patches": at(join, "patches", "directory", default=""),
        "kubelet": str((found.get("data") or {}).get("kubelet") or KUBELET_CONFIG),
    })  # fmt: skip


def load_reset(process: Process) -> None:
    """Note what kubeadm reset is asked for."""
    flags, found = process.state["flags"], given(process)
    if "config" in flags and "ResetConfiguration" not in found:
        raise Failure("no ResetConfiguration found in config file")
    reset = found.get("ResetConfiguration") or {}
    note(
        process,
        force=bool({"force", "f", "y"} & flags.keys() or reset.get("force")),
        dry="dry-run" in flags or bool(reset.get("dryRun")),
        skip=words(flags["skip-phases"]) if "skip-phases" in flags else list(reset.get("skipPhases") or ()),
        ignore=[*words(flags.get("ignore-preflight-errors", "")), *(reset.get("ignorePreflightErrors") or ())],
    )

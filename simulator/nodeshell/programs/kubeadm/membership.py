"""kubeadm join: a node comes into a cluster. Upstream: cmd/kubeadm/app/cmd/join.go"""

from simulator.machinery import yaml
from simulator.machinery.objects import Object, at
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm import controlplanes, effects, endpoints, nodefiles, runtimes, signing
from simulator.nodeshell.programs.kubeadm.asking import note, read_configuration
from simulator.nodeshell.programs.kubeadm.failures import Failure, needs_api, preflight
from simulator.nodeshell.programs.kubeadm.initializing import HEALTHY, content_problems
from simulator.nodeshell.programs.kubeadm.joinsettings import adopt, load_join
from simulator.nodeshell.programs.kubeadm.settings import settings
from simulator.nodeshell.programs.kubeadm.tokens import ca_hash, tokens
from simulator.nodeshell.programs.kubeadm.workflow import Phase, Workflow
from simulator.pki import encoded, root_pem
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

OWN = ("/etc/kubernetes/kubelet.conf", "/etc/kubernetes/pki/ca.crt")
"""What joining leaves on a node, and must not find there."""
JOINED = """
This node has joined the cluster:
* Certificate signing request was sent to apiserver and a response was received.
* The Kubelet was informed of the new secure connection details.

Run 'kubectl get nodes' on the control-plane to see this node join the cluster.
"""
IDENTITY = "error execution phase preflight: couldn't validate the identity of the API Server: "


def begin(process: Process, host: Host) -> Wait | None:
    """Read what is asked for; the cluster's own configuration comes with the first phase that needs it."""
    load_join(process, host)
    if process.state["phase"] not in ("", "preflight"):
        needs_api(host)
        adopt(process, host)
        note(process, release=tuple(read_configuration(process, host, "preflight")))
    return None


def check(process: Process, host: Host) -> Wait | None:
    """Whether this node can become one of the cluster that is named."""
    further = process.state["further"]
    process.print("[preflight] Running pre-flight checks")
    present = [path for path in (OWN[:1] if further else OWN) if process.files.exists(path)]
    problems = [f"FileAvailable-{path.replace('/', '-')}: {path} already exists" for path in present]
    if host.nodes.is_running(host.name):
        problems.append("Port-10250: Port 10250 is in use")
    node = process.state["join"].get("nodeRegistration") or {}
    problems += runtimes.problems(host, node)
    preflight([*problems, *content_problems(process)], process.state["ignore"])
    runtimes.insist(node)
    trust(process, host, process.state["join"]["discovery"])
    if further and not host.is_control_plane:
        raise Failure("a control plane is simulated on the nodes that were made for one; leave --control-plane away")
    if host.is_control_plane and not further:
        raise Failure("this node was made for a control plane, and joins with --control-plane only in this lab")
    adopt(process, host)
    if further:
        controlplanes.check(process, host)
    else:
        note(process, release=tuple(read_configuration(process, host, "preflight")))
    return None


def start_kubelet(process: Process, host: Host) -> Wait | None:
    """The kubelet begins with what it needs to be of the cluster."""
    note(process, register=not process.state["further"])
    nodefiles.write_kubelet(process, host, settings(process)["node"], settings(process)["kubelet"])
    if effects.is_dry(process):
        process.print("[dryrun] Would start the kubelet")
        effects.show_written(
            process, {path: at for path, at in process.state["written"].items() if path.startswith("/var/lib/")}
        )
        return None
    effects.write(process, host, OWN[1], root_pem(), 0o644)
    signing.identity(process, host, "" if process.state["further"] else endpoints.server(process, host))
    nodefiles.start_kubelet(process, host)
    process.print(HEALTHY)
    return None


def bootstrap(process: Process, host: Host) -> Wait | None:
    if not effects.is_dry(process):
        process.print("[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap")
    return None


def say_joined(process: Process, host: Host) -> Wait | None:
    if not effects.is_dry(process):
        process.print(controlplanes.JOINED if process.state["further"] else JOINED)
    return None


# Whether it is the right cluster.


def trust(process: Process, host: Host, discovery: Object) -> None:
    """Find the cluster, and make sure that it is the one that was meant."""
    file = at(discovery, "file", "kubeConfigPath", default="")
    if file:
        trust_file(process, host, file)
        return
    found = discovery["bootstrapToken"]
    token, pinned = found["token"], found.get("caCertHashes") or []
    reach(process, host, found["apiServerEndpoint"])
    if token not in [known for known, data in tokens(host) if "usage-bootstrap-signing" in data]:
        where = "could not find a JWS signature in the cluster-info ConfigMap for token ID"
        raise Failure(f'{IDENTITY}{where} "{token.partition(".")[0]}"')
    if pinned and ca_hash() not in pinned:
        raise Failure(
            f"{IDENTITY}cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "
            f'"{ca_hash()}" are pinned'
        )


def reach(process: Process, host: Host, endpoint: str) -> None:
    """Make sure that an API server answers at an endpoint, and is trusted there."""
    why = endpoints.trouble(process, host, endpoint)
    if why:
        asked = f'Get "https://{endpoint}/api/v1/namespaces/kube-public/configmaps/cluster-info?timeout=10s"'
        raise Failure(f"{IDENTITY}failed to request the cluster-info ConfigMap: {asked}: {why}")
    needs_api(host)


def trust_file(process: Process, host: Host, path: str) -> None:
    """A kubeconfig says where the cluster is, and whom to believe."""
    try:
        body = yaml.load(process.files.text(path))
    except OSFailure as failure:
        raise Failure(f"{IDENTITY}open {path}: {failure.words.lower()}") from None
    except ValueError as mistake:
        raise Failure(f"{IDENTITY}couldn't load the kubeconfig file {path}: {mistake}") from None
    clusters = body.get("clusters") if isinstance(body, dict) else None
    cluster = clusters[0].get("cluster") if isinstance(clusters, list) and clusters else None
    if not isinstance(cluster, dict):
        raise Failure(f"{IDENTITY}failed to get cluster from {path}: the current context or cluster is not set")
    reach(process, host, str(cluster.get("server", "")).removeprefix("https://"))
    if cluster.get("certificate-authority-data") != encoded(root_pem()):
        raise Failure(f"{IDENTITY}failed to request the cluster-info ConfigMap: tls: failed to verify "
                      "certificate: x509: certificate signed by unknown authority")  # fmt: skip


PREPARING = (
    Phase("download-certs", "Download certificates shared among control-plane nodes from the kubeadm-certs Secret",
          (controlplanes.download,)),
    Phase("certs", "Generate the certificates for the new control plane components", (controlplanes.sign,)),
    Phase("kubeconfig", "Generate the kubeconfig for the new control plane components", (controlplanes.configs,)),
    Phase("control-plane", "Generate the manifests for the new control plane components", (controlplanes.manifests,)),
)  # fmt: skip
PHASES = (
    Phase("preflight", "Run join pre-flight checks", (check, controlplanes.fetch)),
    Phase("control-plane-prepare", "Prepare the machine for serving a control plane", (), PREPARING),
    Phase("kubelet-start", "Write kubelet settings, certificates and (re)start the kubelet", (start_kubelet,)),
    Phase("etcd-join", "Join etcd for control plane nodes", (controlplanes.join_etcd,)),
    Phase("kubelet-wait-bootstrap", "Wait for the kubelet to bootstrap itself", (bootstrap, controlplanes.wait)),
    Phase(
        "control-plane-join", "Join a machine as a control plane instance", (),
        (Phase("mark-control-plane", "Mark a node as a control-plane", (controlplanes.mark,)),),
    ),
    Phase("wait-control-plane", "Wait for the control plane to start", (controlplanes.say_well,)),
)  # fmt: skip
JOIN = Workflow("join [api-server-endpoint]", (begin,), PHASES, (say_joined,))

"""kubeadm init: a control plane on a node that belongs to no cluster, phase by phase.

Upstream: cmd/kubeadm/app/cmd/init.go, cmd/kubeadm/app/cmd/phases/init

The authorities' keys of a lab are always the same ones, so that nodes of the cluster before could still trust the new
one; they are kept out all the same, until they are reset and join.
"""

from functools import partial

from simulator.controlplane.manifests import ETCD_DATA, FOLDER, PKI, PROGRAMS
from simulator.kernel.clock import MINUTE, SECOND
from simulator.machinery.releases import Release
from simulator.nodeshell.host import Host
from simulator.nodeshell.packages import Packages
from simulator.nodeshell.programs.kubeadm import effects, furnishing, nodefiles, runtimes, sharing, signing
from simulator.nodeshell.programs.kubeadm.asking import again, has, note
from simulator.nodeshell.programs.kubeadm.failures import Failure, preflight
from simulator.nodeshell.programs.kubeadm.releases import images_of
from simulator.nodeshell.programs.kubeadm.settings import load, settings
from simulator.nodeshell.programs.kubeadm.staticpods import wanted
from simulator.nodeshell.programs.kubeadm.workflow import Phase, Workflow
from simulator.runtime.images import PullError
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

PATIENCE = 4 * MINUTE
HEALTHY = """[kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to 4m0s
[kubelet-check] The kubelet is healthy after 501.2ms"""


def begin(process: Process, host: Host) -> Wait | None:
    """Read what is asked for."""
    load(process, host)
    found = settings(process)
    note(process, release=found["release"], dry=found["dry"], skip=found["skip"], ignore=found["ignore"])
    return None


def greet(process: Process, host: Host) -> Wait | None:
    process.print(f"[init] Using Kubernetes version: v{wanted(process)}")
    return None


def check(process: Process, host: Host) -> Wait | None:
    process.print("[preflight] Running pre-flight checks")
    preflight(problems(process, host, wanted(process), Packages(host).installed("kubeadm")), process.state["ignore"])
    needs_place(process, host)
    return None


def needs_place(process: Process, host: Host) -> None:
    """Refuse what a lab cannot have."""
    runtimes.insist(settings(process)["node"])
    if not host.is_control_plane:
        raise Failure("a control plane is simulated on the nodes that were made for one; join this node instead")
    if host.control_plane.state != "down" and not effects.is_dry(process):
        raise Failure("a second cluster beside the one that runs is not simulated; reset its control plane first")


def problems(process: Process, host: Host, chosen: Release, own: Release) -> list[str]:
    found = []
    if chosen.minor > own.minor:
        found.append(
            "KubernetesVersion: Kubernetes version is greater than kubeadm version. Please consider to upgrade "
            f"kubeadm. Kubernetes version: {chosen}. Kubeadm version: {own.series}.x"
        )
    ports = [port for port in (6443, 10259, 10257) if process.machines.listener(process.machine, port) is not None]
    ports += [10250] if host.nodes.is_running(host.name) else []
    ports += [port for port in (2379, 2380) if process.machines.listener(process.machine, port) is not None]
    found += [f"Port-{port}: Port {port} is in use" for port in ports]
    found += content_problems(process)
    found += runtimes.problems(host, settings(process)["node"])
    for name in PROGRAMS:
        path = f"{FOLDER}/{name}.yaml"
        if process.files.is_file(path):
            found.append(f"FileAvailable-{path.replace('/', '-')}: {path} already exists")
    data = process.files.walk(ETCD_DATA) if process.files.is_directory(ETCD_DATA) else ()
    if any(node["kind"] == "file" for _, node in data):
        found.append(f"DirAvailable-{ETCD_DATA.replace('/', '-')}: {ETCD_DATA} is not empty")
    return found


def content_problems(process: Process) -> list[str]:
    """The kernel has to forward packets."""
    path = "/proc/sys/net/ipv4/ip_forward"
    if not process.files.is_file(path) or process.files.text(path).strip() == "1":
        return []
    return [f"FileContent-{path.replace('/', '-')}: {path} contents are not set to 1"]


def pull(process: Process, host: Host) -> Wait | None:
    if "pulled" in process.state:
        return None
    if effects.is_dry(process):
        process.print("[preflight] Would pull the required images (like 'kubeadm config images pull')")
        return None
    process.print("[preflight] Pulling images required for setting up a Kubernetes cluster")
    process.print("[preflight] This might take a minute or two, depending on the speed of your internet connection")
    process.print("[preflight] You can also perform this action beforehand using 'kubeadm config images pull'")
    missing, time = [], 0
    for name in images_of(wanted(process), process.state["settings"]["cluster"]):
        try:
            time += host.kubelet.images.fetch(host.name, name)
        except PullError as error:
            missing.append(f"ImagePull: failed to pull image {name}: failed to pull image {name}: {error}")
    preflight(missing, process.state["ignore"])
    note(process, pulled=True)
    return Wait("go_on", until=process.now + time)


# Files.


def say_certificates(process: Process, host: Host) -> Wait | None:
    where = effects.folder(process, host) if effects.is_dry(process) else PKI
    process.print(f'[certs] Using certificateDir folder "{where}"')
    return None


def say_configs(process: Process, host: Host) -> Wait | None:
    where = effects.folder(process, host) if effects.is_dry(process) else "/etc/kubernetes"
    process.print(f'[kubeconfig] Using kubeconfig folder "{where}"')
    return None


def begin_etcd(process: Process, host: Host) -> Wait | None:
    """etcd begins anew on this node, as its only member, unless the cluster is there already."""
    where = FOLDER
    if effects.is_dry(process):
        process.print(f'[etcd] Would ensure that "{ETCD_DATA}" directory is present')
        where = effects.folder(process, host)
    elif host.control_plane.state == "down" and not any(process.files.walk(ETCD_DATA)):
        host.control_plane.etcd.begin_alone(host.name)
    nodefiles.write_manifests(process, host, ["etcd"])
    process.print(f'[etcd] Creating static Pod manifest for local etcd in "{where}"')
    return None


def say_manifests(process: Process, host: Host) -> Wait | None:
    where = effects.folder(process, host) if effects.is_dry(process) else FOLDER
    process.print(f'[control-plane] Using manifest folder "{where}"')
    return None


def manifest(process: Process, host: Host, name: str) -> Wait | None:
    nodefiles.write_manifests(process, host, [name])
    process.print(f'[control-plane] Creating static Pod manifest for "{name}"')
    return None


def start_kubelet(process: Process, host: Host) -> Wait | None:
    """The kubelet begins with what was asked for; nodes of a cluster before are not of this one."""
    nodefiles.write_kubelet(process, host, settings(process)["node"], settings(process)["kubelet"])
    if effects.is_dry(process):
        return None
    if host.control_plane.state == "down":
        for name in host.nodes.names():
            up = host.nodes.row(name).get("booted", host.cluster.born)
            host.nodes.change(name, expired=name != host.name, booted=up)
    nodefiles.start_kubelet(process, host)
    return None


# Waiting.


def are_healthy(host: Host) -> bool:
    """Whether everything of the control plane on this node works, and its kubelet is known."""
    serving = host.control_plane.serving
    answers = host.control_plane.state == "well" and all((name, host.name) in serving for name in PROGRAMS)
    return answers and host.cluster.store.get("nodes", ("", host.name)) is not None


def until_healthy(process: Process, host: Host, otherwise: str) -> Wait | None:
    """Wait until all of it works. Raises `Failure` in the given words when patience ends."""
    if are_healthy(host):
        return None
    if process.now - process.state["since"] < PATIENCE:
        return again(process)
    raise Failure(otherwise)


def begin_waiting(process: Process, host: Host) -> Wait | None:
    if effects.is_dry(process):
        return show_files(process, host)
    waiting = "[wait-control-plane] Waiting for the kubelet to boot up the control plane as"
    process.print(f'{waiting} static Pods from directory "{FOLDER}"')
    process.print(HEALTHY)
    process.print("[control-plane-check] Waiting for healthy control plane components. This can take up to 4m0s")
    note(process, since=process.now)
    return None


def show_files(process: Process, host: Host) -> Wait | None:
    where = effects.folder(process, host)
    process.print(
        f'[dryrun] Wrote certificates, kubeconfig files and control plane manifests to the "{where}" directory\n'
        "[dryrun] The certificates or kubeconfig files would not be printed due to their sensitive nature\n"
        f'[dryrun] Please examine the "{where}" directory for details about what would be written'
    )
    shown = {path: target for path, target in process.state["written"].items() if "/manifests/" in path}
    effects.show_written(process, shown)
    effects.show_written(
        process, {path: target for path, target in process.state["written"].items() if path.startswith("/var/lib/")}
    )
    return None


def wait(process: Process, host: Host) -> Wait | None:
    """Until all of it answers."""
    if effects.is_dry(process):
        return None
    waiting = until_healthy(
        process,
        host,
        "failed while waiting for the control plane to start: [kube-apiserver check failed at "
        "https://127.0.0.1:6443/livez: client rate limiter Wait returned an error: context deadline exceeded]",
    )
    if waiting is None:
        say_healthy(process, host)
    return waiting


def say_healthy(process: Process, host: Host) -> None:
    places = {
        "kube-apiserver": f"{host.nodes.address(host.name)}:6443/livez",
        "kube-controller-manager": "127.0.0.1:10257/healthz",
        "kube-scheduler": "127.0.0.1:10259/livez",
    }
    for name, place in places.items():
        process.print(f"[control-plane-check] Checking {name} at https://{place}")
    seconds = (process.now - process.state["since"]) // SECOND
    for name in places:
        process.print(f"[control-plane-check] {name} is healthy after {seconds}s")


def upload_certificates(process: Process, host: Host) -> Wait | None:
    if not has(process, "upload-certs"):
        process.print("[upload-certs] Skipping phase. Please see --upload-certs")
        return None
    furnishing.online(process, host)
    note(process, key=sharing.upload(process, host))
    return None


PARTS = {
    "ca": "Generate the self-signed Kubernetes CA to provision identities for other Kubernetes components",
    "apiserver": "Generate the certificate for serving the Kubernetes API",
    "apiserver-kubelet-client": "Generate the certificate for the API server to connect to kubelet",
    "front-proxy-ca": "Generate the self-signed CA to provision identities for front proxy",
    "front-proxy-client": "Generate the certificate for the front proxy client",
    "etcd/ca": "Generate the self-signed CA to provision identities for etcd",
    "etcd/server": "Generate the certificate for serving etcd",
    "etcd/peer": "Generate the certificate for etcd nodes to communicate with each other",
    "etcd/healthcheck-client": "Generate the certificate for liveness probes to healthcheck etcd",
    "apiserver-etcd-client": "Generate the certificate the apiserver uses to access etcd",
    "sa": "Generate a private key for signing service account tokens along with its public key",
}
CONFIGS = {
    "admin": "Generate a kubeconfig file for the admin to use and for kubeadm itself",
    "super-admin": "Generate a kubeconfig file for the super-admin",
    "kubelet": "Generate a kubeconfig file for the kubelet to use *only* for cluster bootstrapping purposes",
    "controller-manager": "Generate a kubeconfig file for the controller manager to use",
    "scheduler": "Generate a kubeconfig file for the scheduler to use",
}
CERTIFICATES = tuple(
    Phase(name.replace("/", "-"), about, (partial(signing.certificate, name=name),)) for name, about in PARTS.items()
)
MANIFESTS = tuple(
    Phase(name.removeprefix("kube-"), f"Generates the {name} static Pod manifest", (partial(manifest, name=name),))
    for name in PROGRAMS[1:]
)
PHASES = (
    Phase("preflight", "Run pre-flight checks", (check, pull)),
    Phase("certs", "Certificate generation", (say_certificates,), CERTIFICATES),
    Phase(
        "kubeconfig",
        "Generate all kubeconfig files necessary to establish the control plane and the admin kubeconfig file",
        (say_configs,),
        tuple(Phase(name, about, (partial(signing.config, name=name),)) for name, about in CONFIGS.items()),
    ),
    Phase(
        "etcd",
        "Generate static Pod manifest file for local etcd",
        (),
        (Phase("local", "Generate the static Pod manifest file for a local, single-node local etcd instance",
               (begin_etcd,)),),
    ),
    Phase(
        "control-plane",
        "Generate all static Pod manifest files necessary to establish the control plane",
        (say_manifests,),
        MANIFESTS,
    ),
    Phase("kubelet-start", "Write kubelet settings and (re)start the kubelet", (start_kubelet,)),
    Phase("wait-control-plane", "Wait for the control plane to start", (begin_waiting, wait)),
    Phase("upload-config", "Upload the kubeadm and kubelet configuration to a ConfigMap", (), furnishing.CONFIGS),
    Phase("upload-certs", "Upload certificates to kubeadm-certs", (upload_certificates,)),
    Phase("mark-control-plane", "Mark a node as a control-plane", (furnishing.mark,)),
    Phase(
        "bootstrap-token", "Generates bootstrap tokens used to join a node to a cluster", (furnishing.bootstrap_tokens,)
    ),
    Phase(
        "kubelet-finalize",
        "Updates settings relevant to the kubelet after TLS bootstrap",
        (),
        (Phase("enable-client-cert-rotation", "Enable kubelet client certificate rotation", (furnishing.rotate,)),),
    ),
    Phase("addon", "Install required addons for passing conformance tests", (), furnishing.ADDONS),
    Phase("show-join-command", "Show the join command for control-plane and worker node", (furnishing.say_ready,)),
)  # fmt: skip
INIT = Workflow("init", (begin,), (PHASES[0]._replace(steps=(greet, check, pull)), *PHASES[1:]))

"""kubeadm init: a control plane on a node that belongs to no cluster. Upstream: cmd/kubeadm/app/cmd/init.go

The authorities' keys of a lab are always the same ones, so that nodes of the cluster before could still trust the new
one; they are kept out all the same, until they are reset and join.
"""

from simulator.bootstrap import API_SERVICE_IP, dns
from simulator.controlplane.addons import proxying
from simulator.controlplane.configuration import configuration
from simulator.controlplane.manifests import ETCD_DATA, FOLDER, PKI, PROGRAMS
from simulator.kernel.clock import MINUTE, SECOND
from simulator.machinery.releases import Release, release
from simulator.nodeshell.files import API_NAMES
from simulator.nodeshell.host import Host
from simulator.nodeshell.packages import Packages
from simulator.nodeshell.programs.kubeadm import nodefiles, sharing, tokens
from simulator.nodeshell.programs.kubeadm.asking import again, flag, has, note
from simulator.nodeshell.programs.kubeadm.certificates import AUTHORITIES
from simulator.nodeshell.programs.kubeadm.failures import Failure, Step, ignored, preflight
from simulator.nodeshell.programs.kubeadm.releases import images_of
from simulator.nodeshell.programs.kubeadm.staticpods import wanted
from simulator.nodeshell.programs.kubeadm.upgrading import RULES
from simulator.runtime.images import PullError
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

PATIENCE = 4 * MINUTE
FIXED = {"pod-network-cidr": "10.244.0.0/16", "service-cidr": "10.96.0.0/12", "service-dns-domain": "cluster.local"}
"""Flags that can be given, with the one value that is simulated."""
SIGNED = (
    "ca", "apiserver", "apiserver-kubelet-client", "front-proxy-ca", "front-proxy-client", "etcd/ca", "etcd/server",
    "etcd/peer", "etcd/healthcheck-client", "apiserver-etcd-client",
)  # fmt: skip
CONFIGS = ("admin", "super-admin", "kubelet", "controller-manager", "scheduler")
KUBELET_STARTED = """[kubelet-start] Writing kubelet environment file with flags to file \
"/var/lib/kubelet/kubeadm-flags.env"
[kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/config.yaml"
[kubelet-start] Starting the kubelet
[kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to 4m0s
[kubelet-check] The kubelet is healthy after 501.2ms"""
READY = """
Your Kubernetes control-plane has initialized successfully!

To start using your cluster, you need to run the following as a regular user:

  mkdir -p $HOME/.kube
  sudo cp -i /etc/kubernetes/admin.conf $HOME/.kube/config
  sudo chown $(id -u):$(id -g) $HOME/.kube/config

Alternatively, if you are the root user, you can run:

  export KUBECONFIG=/etc/kubernetes/admin.conf

You should now deploy a pod network to the cluster.
Run "kubectl apply -f [podnetwork].yaml" with one of the options listed at:
  https://kubernetes.io/docs/concepts/cluster-administration/addons/
"""
UPLOADED = """You can now join any number of control-plane nodes running the following command on each as root:

  {}
{}\\
\t--control-plane --certificate-key {}

Please note that the certificate-key gives access to cluster sensitive data, keep it secret!
As a safeguard, uploaded-certs will be deleted in two hours; If necessary, you can use
"kubeadm init phase upload-certs --upload-certs" to reload certs afterward.
"""
COPIED = """You can now join any number of control-plane nodes by copying certificate authorities
and service account keys on each node and then running the following as root:

  {}
{}\\
\t--control-plane
"""


def begin(process: Process, host: Host) -> Wait | None:
    for name, value in FIXED.items():
        if flag(process, name, value) != value:
            raise Failure(f"--{name} is simulated with the value {value} only")
    if endpoint(process) not in ("", host.cluster.api_address):
        raise Failure(f"--control-plane-endpoint is simulated with the value {host.cluster.api_address}:6443 only")
    if has(process, "certificate-key"):
        sharing.cipher(flag(process, "certificate-key", ""))
    if has(process, "token"):
        tokens.check_form(flag(process, "token", ""))
    own = Packages(host).installed("kubeadm")
    try:
        chosen = release(flag(process, "kubernetes-version", str(own)))
    except ValueError:
        named = flag(process, "kubernetes-version", "")
        raise Failure(f'version "{named}" doesn\'t match patterns for neither semantic version nor labels') from None
    process.print(f"[init] Using Kubernetes version: v{chosen}")
    process.print("[preflight] Running pre-flight checks")
    preflight(problems(process, host, chosen, own), ignored(process.state["flags"]))
    if not host.is_control_plane:
        raise Failure("a control plane is simulated on the nodes that were made for one; join this node instead")
    if host.control_plane.state != "down":
        raise Failure("a second cluster beside the one that runs is not simulated; reset its control plane first")
    note(process, release=tuple(chosen))
    return None


def problems(process: Process, host: Host, chosen: Release, own: Release) -> list[str]:
    found = []
    if chosen.minor > own.minor:
        found.append(
            "KubernetesVersion: Kubernetes version is greater than kubeadm version. Please consider to upgrade "
            f"kubeadm. Kubernetes version: {chosen}. Kubeadm version: {own.series}.x"
        )
    ports = [port for port in (6443, 10259, 10257) if process.machines.listener(process.machine, port) is not None]
    ports += [10250] if host.nodes.is_running(host.name) else []
    found += [f"Port-{port}: Port {port} is in use" for port in ports]
    for name in PROGRAMS:
        path = f"{FOLDER}/{name}.yaml"
        if process.files.is_file(path):
            found.append(f"FileAvailable-{path.replace('/', '-')}: {path} already exists")
    data = process.files.walk(ETCD_DATA) if process.files.is_directory(ETCD_DATA) else ()
    if any(node["kind"] == "file" for _, node in data):
        found.append(f"DirAvailable-{ETCD_DATA.replace('/', '-')}: {ETCD_DATA} is not empty")
    return found


def pull(process: Process, host: Host) -> Wait | None:
    if "pulled" in process.state:
        return None
    process.print("[preflight] Pulling images required for setting up a Kubernetes cluster")
    process.print("[preflight] This might take a minute or two, depending on the speed of your internet connection")
    process.print("[preflight] You can also perform this action beforehand using 'kubeadm config images pull'")
    missing, time = [], 0
    for name in images_of(wanted(process)):
        try:
            time += host.kubelet.images.fetch(host.name, name)
        except PullError as error:
            missing.append(f"ImagePull: failed to pull image {name}: failed to pull image {name}: {error}")
    preflight(missing, ignored(process.state["flags"]))
    note(process, pulled=True)
    return Wait("go_on", until=process.now + time)


def write(process: Process, host: Host) -> Wait | None:
    """Certificates, kubeconfigs and manifests; the kubelet begins with them."""
    nodefiles.restore(process, host)
    for name in AUTHORITIES:
        host.control_plane.renew_certificate(name, at_once=name == "apiserver")
    say_certificates(process, host, (*SIGNED, "sa"))
    process.print('[kubeconfig] Using kubeconfig folder "/etc/kubernetes"')
    for name in CONFIGS:
        process.print(f'[kubeconfig] Writing "{name}.conf" kubeconfig file')
    host.control_plane.etcd.begin_alone(host.name)
    nodefiles.write_manifests(process, host, wanted(process))
    process.print(f'[etcd] Creating static Pod manifest for local etcd in "{FOLDER}"')
    process.print(f'[control-plane] Using manifest folder "{FOLDER}"')
    for name in PROGRAMS[1:]:
        process.print(f'[control-plane] Creating static Pod manifest for "{name}"')
    for name in host.nodes.names():
        up = host.nodes.row(name).get("booted", host.cluster.born)
        host.nodes.change(name, expired=name != host.name, booted=up)
    host.kubelet.services.start(host.name, "kubelet")
    process.print(KUBELET_STARTED)
    waiting = "[wait-control-plane] Waiting for the kubelet to boot up the control plane as"
    process.print(f'{waiting} static Pods from directory "{FOLDER}"')
    process.print("[control-plane-check] Waiting for healthy control plane components. This can take up to 4m0s")
    note(process, since=process.now)
    return None


def say_certificates(process: Process, host: Host, signed: tuple[str, ...] = SIGNED) -> None:
    process.print(f'[certs] Using certificateDir folder "{PKI}"')
    for name in signed:
        say_certificate(process, host, name)


def say_certificate(process: Process, host: Host, name: str) -> None:
    """That it is there now, and for whom a server's is."""
    if name == "sa":
        process.print('[certs] Generating "sa" key and public key')
        return
    process.print(f'[certs] Generating "{name}" certificate and key')
    ip = host.nodes.address(host.name)
    names, addresses = f"{host.name} localhost", f"{ip} 127.0.0.1 ::1"
    if name == "apiserver":
        names, addresses = " ".join((host.name, *API_NAMES)), f"{API_SERVICE_IP} {ip}"
    if name in ("apiserver", "etcd/server", "etcd/peer"):
        process.print(f"[certs] {name} serving cert is signed for DNS names [{names}] and IPs [{addresses}]")


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


def wait(process: Process, host: Host) -> Wait | None:
    """Until all of it answers."""
    waiting = until_healthy(
        process,
        host,
        "error execution phase wait-control-plane: failed while waiting for the control plane to start: "
        "[kube-apiserver check failed at https://127.0.0.1:6443/livez: client rate limiter Wait returned an error: "
        "context deadline exceeded]",
    )
    if waiting is not None:
        return waiting
    say_healthy(process, host)
    return None


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


def say_marked(process: Process, host: Host) -> None:
    role = "node-role.kubernetes.io/control-plane"
    labels = f"{role} node.kubernetes.io/exclude-from-external-load-balancers"
    marked = f"[mark-control-plane] Marking the node {host.name} as control-plane by adding the"
    process.print(f"{marked} labels: [{labels}]\n{marked} taints [{role}:NoSchedule]")


def furnish(process: Process, host: Host) -> Wait | None:
    """What kubeadm puts into the new cluster."""
    new, client = wanted(process), host.cluster.client("kubeadm")
    for obj in configuration(new, host.cluster.url, endpoint(process)):
        client.create("configmaps", obj)
    for resource, obj in (*dns(new), *proxying(new, host.cluster.url)):
        client.create(resource, obj)
    process.print(
        '[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace'
    )
    process.print(
        '[kubelet] Creating a ConfigMap "kubelet-config" in namespace kube-system with the configuration for the '
        "kubelets in the cluster"
    )
    if has(process, "upload-certs"):
        note(process, key=sharing.upload(process, host))
    else:
        process.print("[upload-certs] Skipping phase. Please see --upload-certs")
    say_marked(process, host)
    return None


def endpoint(process: Process) -> str:
    """The address in front of all control planes, if one was asked for."""
    return flag(process, "control-plane-endpoint", "").removesuffix(":6443")


def introduce(process: Process, host: Host) -> Wait | None:
    """A token for others to join with, and how they do."""
    token = flag(process, "token", "") or tokens.new_token(host)
    flags = {"ttl": flag(process, "token-ttl", "24h0m0s")}
    tokens.store(process, host, flags, token)
    process.print(f"[bootstrap-token] Using token: {token}")
    process.print("[bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles")
    for rule in RULES:
        process.print(f"[bootstrap-token] Configured RBAC rules to allow {rule}")
    process.print('[bootstrap-token] Creating the "cluster-info" ConfigMap in the "kube-public" namespace')
    process.print(
        '[kubelet-finalize] Updating "/etc/kubernetes/kubelet.conf" to point to a rotatable kubelet client certificate '
        "and key"
    )
    process.print("[addons] Applied essential addon: CoreDNS\n[addons] Applied essential addon: kube-proxy")
    process.print(READY)
    withheld = has(process, "skip-token-print")
    secret = "<value withheld>" if withheld else token
    joining = f"kubeadm join {host.cluster.api_address}:6443 --token {secret} \\"
    pinned, key = f"\t--discovery-token-ca-cert-hash {tokens.ca_hash()} ", process.state.get("key")
    if endpoint(process) and key:
        process.print(UPLOADED.format(joining, pinned, "<value withheld>" if withheld else key))
    elif endpoint(process):
        process.print(COPIED.format(joining, pinned))
    process.print(
        f"Then you can join any number of worker nodes by running the following on each as root:\n\n{joining}"
    )
    process.print(pinned)
    return None


INIT: tuple[Step, ...] = (begin, pull, write, wait, furnish, introduce)

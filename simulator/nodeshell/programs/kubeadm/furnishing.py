"""What kubeadm init puts into a new cluster, and what it says at the end.

Upstream: cmd/kubeadm/app/phases/{uploadconfig,markcontrolplane,bootstraptoken,addons}, cmd/kubeadm/app/cmd/phases/init
"""

from functools import partial

from simulator.bootstrap import dns
from simulator.controlplane.addons import proxying
from simulator.controlplane.configuration import CONFIG, INFO, KUBELET, configuration
from simulator.machinery.objects import Object
from simulator.machinery.releases import Release
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm import effects, endpoints, tokens
from simulator.nodeshell.programs.kubeadm.asking import has, note
from simulator.nodeshell.programs.kubeadm.failures import Failure, needs_api
from simulator.nodeshell.programs.kubeadm.settings import Settings, settings
from simulator.nodeshell.programs.kubeadm.workflow import Phase
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

ROLE = "node-role.kubernetes.io/control-plane"
LABELS = (ROLE, "node.kubernetes.io/exclude-from-external-load-balancers")
TAINT: Object = {"effect": "NoSchedule", "key": ROLE}
RULES = (
    "Node Bootstrap tokens to get nodes",
    "Node Bootstrap tokens to post CSRs in order for nodes to get long term certificate credentials",
    "the csrapprover controller automatically approve CSRs from a Node Bootstrap Token",
    "certificate rotation for all node client certificates in the cluster",
)
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


def config_maps(process: Process, host: Host) -> dict[str, Object]:
    """The ConfigMaps of a cluster by name, as it was asked for."""
    found, release = settings(process), Release(*process.state["release"])
    maps = configuration(
        release, endpoints.server(process, host), found["endpoint"], found["cluster"], found["kubelet"]
    )
    return {each["metadata"]["name"]: each for each in maps}


def online(process: Process, host: Host) -> None:
    if effects.is_dry(process):
        return
    needs_api(host)
    front = endpoints.asked(process)
    why = endpoints.trouble(process, host, front) if front else ""
    if why:
        asked = f'Post "https://{front}/apis/rbac.authorization.k8s.io/v1/clusterrolebindings?timeout=10s"'
        what = "could not bootstrap the admin user in file admin.conf: unable to create ClusterRoleBinding"
        raise Failure(f"{what}: {asked}: {why}")


def upload_kubeadm(process: Process, host: Host) -> Wait | None:
    online(process, host)
    process.print(
        f'[upload-config] Storing the configuration used in ConfigMap "{CONFIG}" in the "kube-system" Namespace'
    )
    effects.keep(process, host, "configmaps", config_maps(process, host)[CONFIG])
    return None


def upload_kubelet(process: Process, host: Host) -> Wait | None:
    online(process, host)
    process.print(
        f'[kubelet] Creating a ConfigMap "{KUBELET}" in namespace kube-system with the configuration for the kubelets '
        "in the cluster"
    )
    effects.keep(process, host, "configmaps", config_maps(process, host)[KUBELET])
    return None


def mark(process: Process, host: Host) -> Wait | None:
    """The node is one of the control plane: it says so, and keeps other Pods away unless that is not wanted."""
    online(process, host)
    asked = (process.state.get("settings") or {}).get("node", {}).get("taints")
    taints = [TAINT] if asked is None else [{key: value for key, value in each.items() if value} for each in asked]
    marking = f"[mark-control-plane] Marking the node {host.name} as control-plane by adding the"
    process.print(f"{marking} labels: [{' '.join(LABELS)}]")
    if taints:
        shown = " ".join(
            f"{each['key']}{'=' + each['value'] if each.get('value') else ''}:{each['effect']}" for each in taints
        )
        process.print(f"{marking} taints [{shown}]")
    node = host.cluster.store.get("nodes", ("", host.name)) or {"metadata": {}, "spec": {}}
    labels, had = dict.fromkeys(LABELS, ""), list(node["spec"].get("taints") or ())
    known = {(each["key"], each["effect"]) for each in had}
    more = [each for each in taints if (each["key"], each["effect"]) not in known]
    patch = {"metadata": {"labels": labels}, "spec": {"taints": [*had, *more]}}
    metadata = {**node["metadata"], "labels": {**(node["metadata"].get("labels") or {}), **labels}}
    changed = {**node, "metadata": metadata}
    if had or more:
        changed["spec"] = {**node["spec"], "taints": [*had, *more]}
    effects.patch_node(process, host, patch, changed)
    return None


def bootstrap_tokens(process: Process, host: Host) -> Wait | None:
    """Tokens for others to join with, and what they find the cluster by."""
    online(process, host)
    for asked in settings(process)["tokens"]:
        token = asked.get("token") or tokens.new_token(host)
        flags = {"ttl": str(asked.get("ttl") or "24h0m0s"), "description": str(asked.get("description") or "")}
        flags |= {name: ",".join(asked[name]) for name in ("groups", "usages") if asked.get(name)}
        tokens.store(process, host, flags, token)
        note(process, token=process.state.get("token") or token)
        process.print(f"[bootstrap-token] Using token: {token}")
    process.print("[bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles")
    for rule in RULES:
        process.print(f"[bootstrap-token] Configured RBAC rules to allow {rule}")
    process.print(f'[bootstrap-token] Creating the "{INFO}" ConfigMap in the "kube-public" namespace')
    effects.keep(process, host, "configmaps", config_maps(process, host)[INFO])
    return None


def rotate(process: Process, host: Host) -> Wait | None:
    process.print(
        '[kubelet-finalize] Updating "/etc/kubernetes/kubelet.conf" to point to a rotatable kubelet client certificate '
        "and key"
    )
    return None


def addon(process: Process, host: Host, name: str) -> Wait | None:
    online(process, host)
    found = settings(process)
    apply_addon(process, host, name, Release(*process.state["release"]), found)
    return None


def apply_addon(process: Process, host: Host, name: str, release: Release, found: Settings) -> None:
    """CoreDNS or kube-proxy, as a cluster's configuration has them."""
    cluster, proxy = found["cluster"], found.get("proxy")
    if (cluster.get("dns" if name == "coredns" else "proxy") or {}).get("disabled"):
        return
    objects = (
        dns(release, cluster)
        if name == "coredns"
        else proxying(release, endpoints.server(process, host), cluster, proxy)
    )
    for resource, obj in objects:
        effects.keep(process, host, resource, obj)
    process.print(f"[addons] Applied essential addon: {TITLES[name]}")


TITLES = {"coredns": "CoreDNS", "kube-proxy": "kube-proxy"}


def say_ready(process: Process, host: Host) -> Wait | None:
    process.print(READY)
    withheld = has(process, "skip-token-print")
    secret = "<value withheld>" if withheld else process.state.get("token") or "<value withheld>"
    front = endpoints.asked(process)
    joining = f"kubeadm join {front or f'{host.cluster.api_address}:6443'} --token {secret} \\"
    pinned, key = f"\t--discovery-token-ca-cert-hash {tokens.ca_hash()} ", process.state.get("key")
    if front and key:
        hidden = withheld or has(process, "skip-certificate-key-print")
        process.print(UPLOADED.format(joining, pinned, "<value withheld>" if hidden else key))
    elif front:
        process.print(COPIED.format(joining, pinned))
    process.print(
        f"Then you can join any number of worker nodes by running the following on each as root:\n\n{joining}"
    )
    process.print(pinned)
    return None


CONFIGS = (
    Phase("kubeadm", "Upload the kubeadm ClusterConfiguration to a ConfigMap", (upload_kubeadm,)),
    Phase("kubelet", "Upload the kubelet component config to a ConfigMap", (upload_kubelet,)),
)
ADDONS = (
    Phase("coredns", "Install the CoreDNS addon to a Kubernetes cluster", (partial(addon, name="coredns"),)),
    Phase("kube-proxy", "Install the kube-proxy addon to a Kubernetes cluster", (partial(addon, name="kube-proxy"),)),
)

"""The files that the system's packages and kubeadm left on a node.

Upstream: cmd/kubeadm/app/phases/{kubeconfig,certs,kubelet}, kubernetes/release packages, containerd's default config
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from simulator.api.requests import ADMINISTRATOR, User
from simulator.controlplane.configuration import KUBELET_CONFIG
from simulator.controlplane.manifests import ETCD_DATA, FOLDER, NETWORKING, PKI, manifests
from simulator.controlplane.processes import YEAR
from simulator.kernel.clock import MINUTE
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.network.ranges import nth, piece
from simulator.network.resolver import is_address
from simulator.nodeshell.layer import HOME, register
from simulator.pki import credentials, encoded, key_of, private_pem, root_pem
from simulator.runtime.nodes import Node, directory, file

if TYPE_CHECKING:
    from simulator.cluster import Cluster

register()
LIVE = b"etcd-live "
"""How the database of an etcd member begins that is what the cluster has stored; a number tells it from others."""
DATABASE = "member/snap/db"
CONTAINERD = "2.2.0"
AUTHORITIES = {"ca": "kubernetes", "etcd/ca": "etcd-ca", "front-proxy-ca": "front-proxy-ca"}
"""The certificates that sign the others, and whom they speak for."""
CLIENTS = {
    "apiserver-etcd-client": (User("kube-apiserver-etcd-client"), "etcd-ca"),
    "apiserver-kubelet-client": (User("kube-apiserver-kubelet-client", ("kubeadm:cluster-admins",)), "kubernetes"),
    "etcd/healthcheck-client": (User("kube-etcd-healthcheck-client"), "etcd-ca"),
    "front-proxy-client": (User("front-proxy-client"), "front-proxy-ca"),
}
"""The client certificates of a control-plane node, and who signs them."""
API_NAMES = ("kubernetes", "kubernetes.default", "kubernetes.default.svc")
BACKDATED = 5 * MINUTE
"""How long before it is signed a certificate of kubeadm's begins to be good."""
KUBECONFIGS = {
    "admin": ADMINISTRATOR,
    "super-admin": ADMINISTRATOR,
    "controller-manager": User("system:kube-controller-manager"),
    "scheduler": User("system:kube-scheduler"),
}
SOURCES = "/etc/apt/sources.list.d/kubernetes.list"
SOURCE = "deb [signed-by=/etc/apt/keyrings/kubernetes-apt-keyring.gpg] https://pkgs.k8s.io/core:/stable:/v%s/deb/ /\n"
ENVIRONMENT = 'KUBELET_KUBEADM_ARGS="--pod-infra-container-image=registry.k8s.io/pause:3.10.1"\n'
CNI = """{
  "cniVersion": "0.3.1",
  "name": "kindnet",
  "plugins": [
    {
      "type": "ptp",
      "ipMasq": false,
      "ipam": {"type": "host-local", "dataDir": "/run/cni-ipam-state", "ranges": [[{"subnet": "%s"}]]}
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
"""


def node_files(cluster: "Cluster", node: str) -> dict[str, Node]:
    """Path → file of one node. Nothing of it is stored: it follows from what the cluster is made of."""
    kubelet = cluster.kubelet
    assert kubelet is not None
    identity = User(f"system:node:{node}", ("system:nodes",))
    client = "/var/lib/kubelet/pki/kubelet-client-current.pem"
    found: dict[str, Node] = {
        "/etc/hostname": file(f"{node}\n"),
        "/etc/hosts": file(hosts(cluster, node)),
        "/etc/resolv.conf": file("nameserver 10.0.0.2\n"),
        FOLDER: directory(mode=0o700),
        f"{PKI}/ca.crt": file(root_pem()),
        "/etc/kubernetes/kubelet.conf": file(yaml.dump(kubeconfig(cluster, identity, client)), mode=0o600),
        "/var/lib/kubelet/config.yaml": file(KUBELET_CONFIG),
        "/var/lib/kubelet/kubeadm-flags.env": file(ENVIRONMENT),
        client: file("".join(credentials(identity)), mode=0o600),
        "/etc/cni/net.d/10-kindnet.conflist": file(CNI % piece(kubelet.nodes.number(node))),
        "/etc/machine-id": file(node_id(node) + "\n"),
        SOURCES: file(SOURCE % cluster.spec.release.series),
    }
    if cluster.control_plane is not None and node in cluster.control_plane.nodes:
        found |= control_plane_files(cluster, node)
    return found


def control_plane_files(cluster: "Cluster", node: str) -> dict[str, Node]:
    kubelet, control_plane = cluster.kubelet, cluster.control_plane
    assert kubelet is not None and control_plane is not None
    found: dict[str, Node] = {
        ETCD_DATA: directory(mode=0o700),
        f"{ETCD_DATA}/{DATABASE}": file(LIVE + b"0\n", mode=0o600),
    }
    earlier = control_plane.nodes[: control_plane.nodes.index(node)]
    peers = {name: kubelet.nodes.address(name) for name in (*earlier, node)}
    ip = peers[node]
    for name, (certificate, key) in certificates(cluster, node, ip).items():
        found[f"{PKI}/{name}.crt"] = file(certificate)
        found[f"{PKI}/{name}.key"] = file(key, mode=0o600)
    public, private = cluster.server.tokens.key_pair()
    found |= {f"{PKI}/sa.key": file(private, mode=0o600), f"{PKI}/sa.pub": file(public)}
    for name, user in KUBECONFIGS.items():
        found[f"/etc/kubernetes/{name}.conf"] = file(
            yaml.dump(kubeconfig(cluster, user, now=made(cluster, node))), mode=0o600
        )
    admin = found["/etc/kubernetes/admin.conf"]
    found |= {f"{HOME}/.kube": directory(), f"{HOME}/.kube/config": admin}
    for program, pod in manifests(node, ip, cluster.spec.release, peers).items():
        found[f"{FOLDER}/{program}.yaml"] = file(yaml.dump(pod), mode=0o600)
    return found


def certificates(cluster: "Cluster", node: str, ip: str) -> dict[str, tuple[str, str]]:
    """Name → certificate and key of everything that kubeadm signs on a control-plane node."""
    found = {name: (root_pem(who), private_pem(key_of(who))) for name, who in AUTHORITIES.items()}
    for name in (*CLIENTS, "apiserver", "etcd/server", "etcd/peer"):
        found[name] = signed(cluster, node, name, made(cluster, node))
    return found


def made(cluster: "Cluster", node: str) -> int:
    """When kubeadm set a node up first."""
    assert cluster.kubelet is not None
    return cluster.kubelet.nodes.made(node)


def signed(
    cluster: "Cluster",
    node: str,
    name: str,
    now: int,
    *,
    names: Iterable[str] = (),
    known: Iterable[str] = (),
    networking: Mapping[str, str] = NETWORKING,
    validity: int = YEAR,
) -> tuple[str, str]:
    """A certificate of a control-plane node and its key, signed at a moment; a server's may have further `names`, or
    only those that are `known` of the one before it."""
    begins, ends = now - BACKDATED, now + validity
    if name in CLIENTS:
        user, authority = CLIENTS[name]
        return credentials(user, authority=authority, begins=begins, ends=ends)
    every = dict.fromkeys(known or (*served_names(cluster, node, name, networking), *names))
    more = (*sorted(each for each in every if not is_address(each)), *(each for each in every if is_address(each)))
    purposes: tuple[str, ...] = ("server auth",)
    if name == "apiserver":
        user, authority = User("kube-apiserver"), "kubernetes"
    else:
        user, authority, purposes = User(node), "etcd-ca", ("server auth", "client auth")
    return credentials(user, authority=authority, purposes=purposes, names=more, begins=begins, ends=ends)


def served_names(
    cluster: "Cluster", node: str, name: str, networking: Mapping[str, str] = NETWORKING
) -> tuple[str, ...]:
    """For which names and addresses a server of a control-plane node speaks, unless somebody asks for more."""
    kubelet = cluster.kubelet
    assert kubelet is not None
    ip = kubelet.nodes.address(node)
    if name == "apiserver":
        names = *API_NAMES, f"{API_NAMES[-1]}.{networking['dnsDomain']}"
        return node, *names, *dict.fromkeys((nth(networking["serviceSubnet"], 1), ip, cluster.api_address))
    return "localhost", node, ip, "127.0.0.1", "::1"


def kubeconfig(
    cluster: "Cluster", user: User, path: str = "", *, server: str = "", now: int = 0, validity: int = YEAR
) -> Object:
    """How a user of the node reaches the API server; `path` is where the certificate lies that is not in it."""
    name = cluster.spec.name if cluster.number else "kubernetes"
    who = user.name
    shown: Object = {"client-certificate": path, "client-key": path}
    if not path:
        certificate, key = map(encoded, credentials(user, begins=now - BACKDATED, ends=now + validity))
        shown = {"client-certificate-data": certificate, "client-key-data": key}
    authority = encoded(root_pem())
    return {
        "apiVersion": "v1",
        "clusters": [
            {"cluster": {"certificate-authority-data": authority, "server": server or cluster.url}, "name": name}
        ],
        "contexts": [{"context": {"cluster": name, "user": who}, "name": f"{who}@{name}"}],
        "current-context": f"{who}@{name}",
        "kind": "Config",
        "users": [{"name": who, "user": shown}],
    }


def hosts(cluster: "Cluster", node: str) -> str:
    """`/etc/hosts` of a node: itself, and the other nodes of its cluster."""
    kubelet = cluster.kubelet
    assert kubelet is not None
    lines = ["127.0.0.1\tlocalhost", f"127.0.1.1\t{node}"]
    lines += [f"{kubelet.nodes.address(name)}\t{name}" for name in kubelet.nodes.names() if name != node]
    return "\n".join(lines) + "\n"


def node_id(node: str) -> str:
    return f"{abs(sum(ord(letter) * 31**place for place, letter in enumerate(node))):032x}"[:32]

"""The certificates and kubeconfigs of a control-plane node, signed and written.

Upstream: cmd/kubeadm/app/phases/{certs,kubeconfig}
"""

from simulator.api.requests import User
from simulator.controlplane.manifests import PKI, asked_of
from simulator.machinery import yaml
from simulator.machinery.objects import at
from simulator.network.resolver import is_address
from simulator.nodeshell.files import AUTHORITIES, KUBECONFIGS, kubeconfig, signed
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm import effects, endpoints
from simulator.nodeshell.programs.kubeadm.settings import Settings, networking_of, validity
from simulator.pki import credentials, key_of, names_in, private_pem, root_pem
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

SIGNED = (
    "ca", "apiserver", "apiserver-kubelet-client", "front-proxy-ca", "front-proxy-client", "etcd/ca", "etcd/server",
    "etcd/peer", "etcd/healthcheck-client", "apiserver-etcd-client", "sa",
)  # fmt: skip
"""In the order in which they are made."""
CONFIGS = ("admin", "super-admin", "kubelet", "controller-manager", "scheduler")
THROUGH_FRONT = ("admin", "super-admin")
"""Those that reach the cluster by the address in front of it, and not the API server of their own node."""
CLIENT = "/var/lib/kubelet/pki/kubelet-client-current.pem"


def further_names(name: str, settings: Settings) -> list[str]:
    """The names that a configuration adds to a server's certificate."""
    cluster = settings.get("cluster") or {}
    if name == "apiserver":
        front = str(settings.get("endpoint") or "").rpartition(":")[0].lower()
        asked = at(cluster, "apiServer", "certSANs", default=None) or ()
        return [*([front] if front else []), *(str(each).lower() for each in asked)]
    field = {"etcd/server": "serverCertSANs", "etcd/peer": "peerCertSANs"}.get(name, "")
    return [str(each) for each in asked_of("etcd", cluster).get(field) or ()] if field else []


def certificate(process: Process, host: Host, name: str) -> Wait | None:
    """Make a certificate and its key, unless they are there."""
    files = [f"{PKI}/{name}.{end}" for end in (("pub", "key") if name == "sa" else ("crt", "key"))]
    if not effects.is_dry(process) and all(process.files.is_file(path) for path in files):
        process.print(f"[certs] Using {existing(name)}")
        return None
    process.print(f'[certs] Generating "{name}" {"key and public key" if name == "sa" else "certificate and key"}')
    contents = made(process, host, name)
    for path, content in zip(files, contents, strict=True):
        effects.write(process, host, path, content, 0o600 if path.endswith(".key") else 0o644)
    if name in ("apiserver", "etcd/server", "etcd/peer"):
        names = names_in(contents[0])
        addresses = " ".join(each for each in names if is_address(each))
        shown = " ".join(each for each in names if not is_address(each))
        process.print(f"[certs] {name} serving cert is signed for DNS names [{shown}] and IPs [{addresses}]")
    return None


def existing(name: str) -> str:
    if name == "sa":
        return 'the existing "sa" key'
    what = "certificate authority" if name in AUTHORITIES else "certificate and key on disk"
    return f"existing {name} {what}"


def made(process: Process, host: Host, name: str) -> tuple[str, str]:
    """The two files of what is asked for by name."""
    if name == "sa":
        public, private = host.cluster.server.tokens.key_pair()
        return as_text(public), as_text(private)
    if name in AUTHORITIES:
        return root_pem(AUTHORITIES[name]), private_pem(key_of(AUTHORITIES[name]))
    found = process.state.get("settings") or {}
    networking, more = networking_of(found.get("cluster") or {}), further_names(name, found)
    return signed(
        host.cluster, host.name, name, process.now, names=more, networking=networking, validity=validity(process)
    )


def as_text(content: str | bytes) -> str:
    return content.decode() if isinstance(content, bytes) else content


def config(process: Process, host: Host, name: str) -> Wait | None:
    """Write a kubeconfig, unless it is there."""
    path = f"/etc/kubernetes/{name}.conf"
    if not effects.is_dry(process) and process.files.is_file(path):
        process.print(f'[kubeconfig] Using existing kubeconfig file: "{path}"')
        return None
    process.print(f'[kubeconfig] Writing "{name}.conf" kubeconfig file')
    if name == "kubelet":
        identity(process, host)
    else:
        where = endpoints.server(process, host) if name in THROUGH_FRONT else ""
        found = kubeconfig(host.cluster, KUBECONFIGS[name], server=where, now=process.now, validity=validity(process))
        effects.write(process, host, path, yaml.dump(found))
    host.control_plane.note()
    return None


def identity(process: Process, host: Host, server: str = "") -> None:
    """What a kubelet shows to an API server, and where it finds that; on a control plane, on its own node."""
    user = User(f"system:node:{host.name}", ("system:nodes",))
    found = kubeconfig(host.cluster, user, CLIENT, server=server)
    effects.write(process, host, "/etc/kubernetes/kubelet.conf", yaml.dump(found))
    if not effects.is_dry(process):
        effects.write(process, host, CLIENT, "".join(credentials(user)))
        host.nodes.change(host.name, expired=False)


def renewed(process: Process, host: Host, name: str) -> None:
    """Sign a certificate (`etcd-server`, `admin.conf`) anew; it keeps its names."""
    if name.endswith(".conf"):
        user = KUBECONFIGS[name.removesuffix(".conf")]
        found = kubeconfig(host.cluster, user, now=process.now, validity=validity(process))
        effects.write(process, host, f"/etc/kubernetes/{name}", yaml.dump(found))
        return
    place = f"etcd/{name.removeprefix('etcd-')}" if name.startswith("etcd-") else name
    path = f"{PKI}/{place}"
    before = process.files.text(f"{path}.crt") if process.files.is_file(f"{path}.crt") else ""
    known = names_in(before) if before else ()
    pair = signed(host.cluster, host.name, place, process.now, known=known, validity=validity(process))
    for end, content, mode in (("crt", pair[0], 0o644), ("key", pair[1], 0o600)):
        effects.write(process, host, f"{path}.{end}", content, mode)

"""kubeadm init phase: one step of init by itself, to write again what somebody has lost.

Upstream: cmd/kubeadm/app/cmd/phases/init
"""

from collections.abc import Mapping, Sequence

from simulator.bootstrap import dns
from simulator.controlplane.addons import proxying
from simulator.controlplane.manifests import FOLDER, PKI, PROGRAMS
from simulator.machinery.objects import Object
from simulator.machinery.releases import Release, release
from simulator.nodeshell.host import Host
from simulator.nodeshell.packages import Packages
from simulator.nodeshell.programs.kubeadm import certificates, nodefiles
from simulator.nodeshell.programs.kubeadm.asking import configured_release
from simulator.nodeshell.programs.kubeadm.failures import Failure, needs_api, needs_control_plane
from simulator.nodeshell.programs.kubeadm.initializing import CONFIGS, SIGNED, say_certificate
from simulator.runtime.process import Process

COMPONENTS = {name.removeprefix("kube-"): name for name in PROGRAMS[1:]}


def chosen(words: list[str], names: Sequence[str]) -> list[str]:
    """What a phase is to do: one part of it, or all. Raises `Failure`."""
    if words == ["all"]:
        return list(names)
    if len(words) != 1 or words[0] not in names:
        raise Failure(f"name one part of this phase, or all: {', '.join(names)}")
    return words


def own_release(host: Host, flags: Mapping[str, str]) -> Release:
    """The release that is asked for, or that of kubeadm itself."""
    named = flags.get("kubernetes-version", "")
    try:
        return release(named) if named else Packages(host).installed("kubeadm")
    except ValueError:
        raise Failure(f'version "{named}" doesn\'t match patterns for neither semantic version nor labels') from None


def control_plane(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    needs_control_plane(host)
    if words == ["all"]:
        process.print(f'[control-plane] Using manifest folder "{FOLDER}"')
    names = [COMPONENTS[name] for name in chosen(words, list(COMPONENTS))]
    nodefiles.write_manifests(process, host, own_release(host, flags), names)
    for name in names:
        process.print(f'[control-plane] Creating static Pod manifest for "{name}"')
    return 0


def etcd(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    needs_control_plane(host)
    chosen(words, ["local"])
    nodefiles.write_manifests(process, host, own_release(host, flags), ["etcd"])
    process.print(f'[etcd] Creating static Pod manifest for local etcd in "{FOLDER}"')
    return 0


def kubeconfigs(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    needs_control_plane(host)
    if words == ["all"]:
        process.print('[kubeconfig] Using kubeconfig folder "/etc/kubernetes"')
    for name in chosen(words, CONFIGS):
        path = f"/etc/kubernetes/{name}.conf"
        if process.files.is_file(path):
            process.print(f'[kubeconfig] Using existing kubeconfig file: "{path}"')
            continue
        nodefiles.restore_file(process, path)
        if name == "kubelet":
            host.nodes.change(host.name, expired=False)
        else:
            host.control_plane.renew_certificate(f"{name}.conf")
        process.print(f'[kubeconfig] Writing "{name}.conf" kubeconfig file')
    host.control_plane.note()
    return 0


def certs(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    needs_control_plane(host)
    paths = {name.replace("/", "-"): name for name in (*SIGNED, "sa")}
    if words == ["all"]:
        process.print(f'[certs] Using certificateDir folder "{PKI}"')
    for phase in chosen(words, list(paths)):
        name = paths[phase]
        files = [f"{PKI}/{name}.{end}" for end in (("pub", "key") if name == "sa" else ("crt", "key"))]
        if all(process.files.is_file(path) for path in files):
            what = 'the existing "sa" key' if name == "sa" else f"existing {name} certificate and key on disk"
            process.print(f"[certs] Using {what}")
            continue
        for path in files:
            nodefiles.restore_file(process, path)
        if phase in certificates.AUTHORITIES:
            host.control_plane.renew_certificate(phase)
        say_certificate(process, host, name)
    return 0


def addon(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    needs_control_plane(host)
    needs_api(host)
    new = configured_release(host)
    parts = {"coredns": ("CoreDNS", dns(new)), "kube-proxy": ("kube-proxy", proxying(new, host.cluster.url))}
    for name in chosen(words, list(parts)):
        title, objects = parts[name]
        for resource, obj in objects:
            apply(host, resource, obj)
        process.print(f"[addons] Applied essential addon: {title}")
    return 0


def apply(host: Host, resource: str, obj: Object) -> None:
    """Create it, or make what is there like it; a Corefile that is there stays."""
    client, metadata = host.cluster.client("kubeadm"), obj["metadata"]
    known = client.get(resource, metadata.get("namespace", ""), metadata["name"])
    if known is None:
        client.create(resource, obj)
    elif "data" in obj and metadata["name"] != "coredns":
        client.update(resource, {**known, "data": obj["data"]})
    elif "spec" in obj:
        kept = {key: value for key, value in known["spec"].items() if key in ("replicas", "clusterIP", "clusterIPs")}
        client.update(resource, {**known, "spec": {**known["spec"], **obj["spec"], **kept}})

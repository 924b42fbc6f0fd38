"""The static Pods of a node, replaced one after another. Upstream: cmd/kubeadm/app/phases/upgrade/staticpods.go"""

from typing import Any

from simulator.controlplane.manifests import FOLDER, PROGRAMS, image
from simulator.kernel.clock import MINUTE
from simulator.kubelet.static import HASH
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.machinery.releases import Release
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm import planning, signing
from simulator.nodeshell.programs.kubeadm.asking import again, flag, note, stamp
from simulator.nodeshell.programs.kubeadm.effects import TEMPORARY, is_dry
from simulator.nodeshell.programs.kubeadm.failures import Failure
from simulator.nodeshell.programs.kubeadm.nodefiles import wanted_manifests
from simulator.nodeshell.programs.kubeadm.settings import settings
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

TIMEOUT = 5 * MINUTE
RENEWED = {
    "etcd": ("etcd-server", "etcd-peer", "etcd-healthcheck-client"),
    "kube-apiserver": ("apiserver", "apiserver-kubelet-client", "front-proxy-client", "apiserver-etcd-client"),
    "kube-controller-manager": ("controller-manager.conf",),
    "kube-scheduler": ("scheduler.conf",),
}
"""The certificates that are signed anew with each component."""


def wanted(process: Process) -> Release:
    return Release(*process.state["release"])


def prepare(process: Process, host: Host) -> Wait | None:
    """Begin with the static Pods: etcd first, unless it stays as it is."""
    new = wanted(process)
    if not host.control_plane.etcd.has_quorum():
        raise Failure("couldn't complete the static pod upgrade: etcd cluster is not healthy")
    if "node" not in process.state:
        about = f'control plane to version "v{new}" (timeout: 5m0s)...'
    else:
        about = f'control plane instance to version "v{new}"...'
    process.print(f"[upgrade/control-plane] Upgrading your static Pod-hosted {about}")
    moment = stamp(process)
    process.print(
        f'[upgrade/staticpods] Writing new Static Pod manifests to "{TEMPORARY}/kubeadm-upgraded-manifests-{moment}"'
    )
    cluster = settings(process)["cluster"]
    tag = image("etcd", new, cluster).rpartition(":")[2]
    etcd = flag(process, "etcd-upgrade", "true") != "false" and tag != planning.running(host, "etcd", host.name)
    note(process, stamp=moment, left=list(PROGRAMS if etcd else PROGRAMS[1:]), old={})
    return None


def replace(process: Process, host: Host) -> Wait | None:
    """Exchange one manifest after another, each once the Pod of the one before runs anew."""
    while process.state["left"]:
        component = process.state["left"][0]
        if "waiting" not in process.state and not exchange(process, host, component):
            note(process, left=process.state["left"][1:])
            continue
        if not is_replaced(host, component, process.state["waiting"]):
            if process.now - process.state["since"] >= TIMEOUT:
                give_up(process, host, component)
            return again(process)
        process.print(
            f"[apiclient] Found {len(host.control_plane.nodes)} Pods for label selector component={component}"
        )
        process.print(f'[upgrade/staticpods] Component "{component}" upgraded successfully!')
        if component == "etcd":
            process.print("[upgrade/etcd] Waiting for etcd to become available")
        process.state = {key: value for key, value in process.state.items() if key != "waiting"}
        note(process, left=process.state["left"][1:])
    if not is_dry(process):
        process.print("[upgrade/control-plane] The control plane instance for this node was successfully upgraded!")
    return None


def exchange(process: Process, host: Host, component: str) -> bool:
    """Put the new manifest in the old one's place; returns whether they differ."""
    path, new = f"{FOLDER}/{component}.yaml", manifest(process, host, component, wanted(process))
    process.print(f'[upgrade/staticpods] Preparing for "{component}" upgrade')
    before = process.files.read(path) if process.files.is_file(path) else b""
    if parsed(before) == new:
        process.print(f"[upgrade/staticpods] Current and new manifests of {component} are equal, skipping upgrade")
        return False
    if is_dry(process):
        process.print(f'[dryrun] Would write file "{path}" with content:')
        process.print("\n".join(f"\t{line}" for line in yaml.dump(new).splitlines()))
        return False
    if flag(process, "certificate-renewal", "true") != "false":
        for name in RENEWED[component]:
            process.print(f"[upgrade/staticpods] Renewing {name} certificate")
            signing.renewed(process, host, name)
    kept = f"{TEMPORARY}/kubeadm-backup-manifests-{process.state['stamp']}/{component}.yaml"
    process.files.make_directory(kept.rpartition("/")[0], mode=0o700, parents=True)
    process.files.write(kept, before, mode=0o600)
    mirror = host.cluster.store.get("pods", ("kube-system", f"{component}-{host.name}"))
    process.files.write(path, yaml.dump(new), mode=0o600)
    process.print(
        f'[upgrade/staticpods] Moving new manifest to "{path}" and backing up old manifest to "{kept}"\n'
        "[upgrade/staticpods] Waiting for the kubelet to restart the component\n"
        "[upgrade/staticpods] This can take up to 5m0s"
    )
    note(process, waiting=hash_of(mirror), since=process.now, old={**process.state["old"], component: kept})
    return True


def manifest(process: Process, host: Host, component: str, new: Release) -> Object:
    found = settings(process)
    return wanted_manifests(process, host, new, found["cluster"], found["patches"])[component]


def parsed(content: bytes) -> Any:
    try:
        return yaml.load(content.decode("utf-8", "replace"))
    except ValueError:
        return None


def hash_of(pod: Object | None) -> str:
    return str((pod["metadata"].get("annotations") or {}).get(HASH, "")) if pod is not None else ""


def is_replaced(host: Host, component: str, before: str) -> bool:
    """Whether the API shows a Pod of another manifest, and it runs."""
    if host.control_plane.state != "well":
        return False
    pod = host.cluster.store.get("pods", ("kube-system", f"{component}-{host.name}"))
    if pod is None or hash_of(pod) == before or pod["status"].get("phase") != "Running":
        return False
    return all(each.get("started") for each in pod["status"].get("containerStatuses") or ())


def give_up(process: Process, host: Host, component: str) -> None:
    """Put the old manifests back, and say so."""
    for name, kept in process.state["old"].items():
        if name != "etcd" or component == "etcd":
            process.files.write(f"{FOLDER}/{name}.yaml", process.files.read(kept), mode=0o600)
    why = f"static Pod hash for component {component} on Node {host.name} did not change after 5m0s: timed out"
    raise Failure(
        "couldn't complete the static pod upgrade: couldn't upgrade control plane. "
        "kubeadm has tried to recover everything into the earlier state. Errors faced: "
        f"{why} waiting for the condition"
    )

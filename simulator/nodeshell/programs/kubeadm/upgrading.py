"""kubeadm upgrade apply and node: the static Pods of a node replaced one after another, and what follows.

Upstream: cmd/kubeadm/app/cmd/phases/upgrade, cmd/kubeadm/app/phases/upgrade/{staticpods,postupgrade}.go
"""

from collections.abc import Mapping
from typing import Any

from simulator.controlplane.configuration import CONFIG, KUBELET, cluster_configuration
from simulator.controlplane.manifests import image
from simulator.machinery.objects import Object
from simulator.machinery.releases import companions, release
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm import health, planning
from simulator.nodeshell.programs.kubeadm.asking import (
    confirmed,
    has,
    log,
    needs_admin,
    note,
    read_configuration,
    request,
    stamp,
)
from simulator.nodeshell.programs.kubeadm.failures import Failure, Step, ignored, needs_api, preflight
from simulator.nodeshell.programs.kubeadm.releases import images_of
from simulator.nodeshell.programs.kubeadm.staticpods import TEMPORARY, prepare, replace, wanted
from simulator.runtime.images import PullError
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

KUBELET_CONFIG_FILE = "/var/lib/kubelet/config.yaml"
RULES = (
    "Node Bootstrap tokens to get nodes",
    "Node Bootstrap tokens to post CSRs in order for nodes to get long term certificate credentials",
    "the csrapprover controller automatically approve CSRs from a Node Bootstrap Token",
    "certificate rotation for all node client certificates in the cluster",
)


# What `apply` does first.


def begin(process: Process, host: Host) -> Wait | None:
    if not process.state["words"]:
        raise Failure("missing one or more required arguments. Required arguments: [version]")
    if has(process, "dry-run"):
        raise Failure("--dry-run is not simulated in this lab")
    needs_admin(process)
    read_configuration(process, host, "upgrade")
    try:
        chosen = release(process.state["words"][0])
    except ValueError:
        word = process.state["words"][0]
        raise Failure(f'version "{word}" doesn\'t match patterns for neither semantic version nor labels') from None
    process.print("[upgrade/preflight] Running preflight checks")
    note(process, release=tuple(chosen), where="upgrade/preflight")
    return None


def check(process: Process, host: Host) -> Wait | None:
    needs_api(host)
    planning.check(process, host, wanted(process), force=has(process, "f", "force"))
    if not has(process, "y", "yes", "f", "force"):
        process.stdout.write("[upgrade] Are you sure you want to proceed? [y/N]: ")
    return None


def confirm(process: Process, host: Host) -> Wait | None:
    return None if has(process, "y", "yes", "f", "force") else confirmed(process)


def pull(process: Process, host: Host) -> Wait | None:
    """Fetch the images of the new release."""
    if "pulled" in process.state:
        return None
    where, store, problems, time = process.state["where"], host.kubelet.images, [], 0
    process.print(f"[{where}] Pulling images required for setting up a Kubernetes cluster")
    process.print(f"[{where}] This might take a minute or two, depending on the speed of your internet connection")
    process.print(f"[{where}] You can also perform this action beforehand using 'kubeadm config images pull'")
    for name in images_of(wanted(process)):
        try:
            time += store.fetch(host.name, name)
        except PullError as error:
            problems.append(f"ImagePull: failed to pull image {name}: failed to pull image {name}: {error}")
    preflight(problems, ignored(process.state["flags"]))
    note(process, pulled=True)
    return Wait("go_on", until=process.now + time)


# What follows.


def upload(process: Process, host: Host) -> Wait | None:
    """The cluster is configured for the new release from now on."""
    endpoint = host.cluster.api_address if len(host.cluster.api_addresses) > 1 else ""
    text = cluster_configuration(wanted(process), endpoint)
    client, where = host.cluster.client("kubeadm"), "kube-system"
    found = client.get("configmaps", where, CONFIG)
    if found is not None:
        client.change("configmaps", found, ("data", "ClusterConfiguration"), text)
    process.print(f'[upload-config] Storing the configuration used in ConfigMap "{CONFIG}" in the "{where}" Namespace')
    process.print(
        f'[kubelet] Creating a ConfigMap "{KUBELET}" in namespace {where} with the configuration for the kubelets in '
        "the cluster"
    )
    return None


def kubeconfigs(process: Process, host: Host) -> Wait | None:
    process.print("[upgrade/kubeconfig] The kubeconfig files for this node were successfully upgraded!")
    return None


def kubelet(process: Process, host: Host) -> Wait | None:
    """Write the kubelet's configuration as the cluster has it; the kubelet reads it when it starts."""
    folder = f"{TEMPORARY}/kubeadm-kubelet-config-{stamp(process)}"
    advice = "To override it set the environment variable KUBEADM_UPGRADE_DRYRUN_DIR"
    log(process, "W", "postupgrade.go:105", f"Using temporary directory {folder} for kubelet config. {advice}")
    process.print(f"[upgrade] Backing up kubelet config file to {folder}/config.yaml")
    if process.files.is_file(KUBELET_CONFIG_FILE):
        process.files.make_directory(folder, mode=0o700, parents=True)
        process.files.write(f"{folder}/config.yaml", process.files.read(KUBELET_CONFIG_FILE), mode=0o600)
    found = request(host, "GET", f"/api/v1/namespaces/kube-system/configmaps/{KUBELET}")
    if found is None:
        raise Failure(f'error execution phase kubelet-config: configmaps "{KUBELET}" not found')
    process.files.write(KUBELET_CONFIG_FILE, str((found.get("data") or {}).get("kubelet", "")), mode=0o644)
    process.print(f'[kubelet-start] Writing kubelet configuration to file "{KUBELET_CONFIG_FILE}"')
    process.print("[upgrade/kubelet-config] The kubelet configuration for this node was successfully upgraded!")
    return None


def rules(process: Process, host: Host) -> Wait | None:
    process.print("[upgrade/bootstrap-token] Configuring bootstrap token and cluster-info RBAC rules")
    for rule in RULES:
        process.print(f"[bootstrap-token] Configured RBAC rules to allow {rule}")
    return None


def addons(process: Process, host: Host) -> Wait | None:
    """CoreDNS and kube-proxy follow once every control plane instance is upgraded."""
    new = wanted(process)
    images = {name: planning.running(host, "kube-apiserver", name) for name in host.control_plane.nodes}
    behind = [name for name, tag in images.items() if tag != images[host.name]]
    if behind:
        names = " ".join(behind)
        process.print(
            f"[upgrade/addons] skip upgrade addons because control plane instances [{names}] have not been upgraded"
        )
        return None
    dns = f"registry.k8s.io/coredns/coredns:{companions(new).coredns}"
    for resource, name, reference, title in (
        ("deployments.apps", "coredns", dns, "CoreDNS"),
        ("daemonsets.apps", "kube-proxy", image("kube-proxy", new), "kube-proxy"),
    ):
        found = host.cluster.client("kubeadm").get(resource, "kube-system", name)
        if found is not None:
            set_image(host, resource, found, reference)
        process.print(f"[addons] Applied essential addon: {title}")
    return None


def set_image(host: Host, resource: str, obj: Object, reference: str) -> None:
    spec: Mapping[str, Any] = obj["spec"]["template"]["spec"]
    first, *others = spec["containers"]
    containers = [{**first, "image": reference}, *others]
    place = ("spec", "template", "spec", "containers")
    host.cluster.client("kubeadm").change(resource, obj, place, containers)


def succeed(process: Process, host: Host) -> Wait | None:
    new = wanted(process)
    process.print(f'\n[upgrade] SUCCESS! A control plane node of your cluster was upgraded to "v{new}".\n')
    process.print("[upgrade] Now please proceed with upgrading the rest of the nodes by following the right order.")
    return None


# What `node` does.


def begin_node(process: Process, host: Host) -> Wait | None:
    if has(process, "dry-run"):
        raise Failure("--dry-run is not simulated in this lab")
    own = "/etc/kubernetes/kubelet.conf"
    if not process.files.is_file(own):
        why = f"failed to load admin kubeconfig: open {own}: no such file or directory"
        raise Failure(f'couldn\'t create a Kubernetes client from file "{own}": {why}')
    configured = read_configuration(process, host, "upgrade")
    note(process, release=tuple(configured), where="upgrade/preflight", node=True)
    process.print("[upgrade/preflight] Running pre-flight checks")
    if not host.is_control_plane:
        process.print("[upgrade/preflight] Skipping prepull. Not a control plane node.")
        process.print("[upgrade/control-plane] Skipping phase. Not a control plane node.")
        process.print("[upgrade/kubeconfig] Skipping phase. Not a control plane node.")
    return None


def only_control_plane(step: Step) -> Step:
    def run(process: Process, host: Host) -> Wait | None:
        return step(process, host) if host.is_control_plane else None

    return run


def addons_of_node(process: Process, host: Host) -> Wait | None:
    if host.is_control_plane:
        return addons(process, host)
    for name in ("coredns", "kube-proxy"):
        process.print(f"[upgrade/addon] Skipping the addon/{name} phase. Not a control plane node.")
    return None


APPLY: tuple[Step, ...] = (
    begin, health.begin, health.end, check, confirm, pull, prepare, replace, upload, kubeconfigs, kubelet, rules,
    addons, succeed,
)  # fmt: skip
NODE: tuple[Step, ...] = (
    begin_node,
    *(only_control_plane(step) for step in (pull, prepare, replace, kubeconfigs)),
    kubelet,
    addons_of_node,
)

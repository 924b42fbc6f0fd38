"""kubeadm upgrade apply and node: the static Pods of a node replaced one after another, and what follows.

Upstream: cmd/kubeadm/app/cmd/phases/upgrade, cmd/kubeadm/app/phases/upgrade/{staticpods,postupgrade}.go
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from simulator.bootstrap import dns_image
from simulator.controlplane.configuration import CONFIG, KUBELET, cluster_configuration, config_map
from simulator.controlplane.manifests import image
from simulator.machinery import yaml
from simulator.machinery.objects import Object, at
from simulator.machinery.releases import release
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm import endpoints, health, patches, planning
from simulator.nodeshell.programs.kubeadm.asking import cluster_configuration as read_cluster
from simulator.nodeshell.programs.kubeadm.asking import (
    confirmed,
    flag,
    has,
    log,
    needs_admin,
    note,
    read_configuration,
    request,
    stamp,
)
from simulator.nodeshell.programs.kubeadm.effects import TEMPORARY, is_dry, keep
from simulator.nodeshell.programs.kubeadm.failures import Failure, Step, needs_api, preflight
from simulator.nodeshell.programs.kubeadm.furnishing import RULES, TITLES
from simulator.nodeshell.programs.kubeadm.releases import images_of
from simulator.nodeshell.programs.kubeadm.settings import defaulted, given, settings, words
from simulator.nodeshell.programs.kubeadm.staticpods import prepare, replace, wanted
from simulator.nodeshell.programs.kubeadm.workflow import Phase, Workflow
from simulator.runtime.images import PullError
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

KUBELET_CONFIG_FILE = "/var/lib/kubelet/config.yaml"


# What `apply` does first.


def adopt(process: Process, host: Host) -> None:
    """What the cluster is configured for holds for what is written anew."""
    cluster = defaulted({**read_cluster(host)})
    kept = {name: value for name, value in cluster.items() if name not in ("apiVersion", "kind", "kubernetesVersion")}
    folder = flag(process, "patches", "")
    note(process, settings={"cluster": kept, "patches": folder, "endpoint": endpoints.of(kept)})


def ask_file(process: Process, section: str) -> None:
    """What a file says in place of flags."""
    body = (given(process).get("UpgradeConfiguration") or {}).get(section) or {}
    flags = dict(process.state["flags"])
    for field, name in FIELDS.items():
        if field in body and body[field] is not False:
            flags[name] = (
                ""
                if body[field] is True
                else ",".join(body[field])
                if isinstance(body[field], list)
                else str(body[field])
            )
        elif body.get(field) is False and name in ("certificate-renewal", "etcd-upgrade"):
            flags[name] = "false"
    if at(body, "patches", "directory", default=""):
        flags["patches"] = body["patches"]["directory"]
    words_given = process.state["words"] or ([body["kubernetesVersion"]] if body.get("kubernetesVersion") else [])
    names = words(flags.get("ignore-preflight-errors", ""))
    dry, skip = "dry-run" in flags, words(flags.get("skip-phases", ""))
    note(process, flags=flags, words=words_given, ignore=names, dry=dry, skip=skip)


FIELDS = {
    "certificateRenewal": "certificate-renewal", "dryRun": "dry-run", "etcdUpgrade": "etcd-upgrade",
    "forceUpgrade": "force", "ignorePreflightErrors": "ignore-preflight-errors", "printConfig": "print-config",
    "skipPhases": "skip-phases",
}  # fmt: skip
"""Field of an UpgradeConfiguration → the flag that says the same."""


def begin(process: Process, host: Host) -> Wait | None:
    ask_file(process, "apply")
    alone = process.state["phase"] not in ("", "preflight")
    if not process.state["words"] and not alone:
        raise Failure("missing one or more required arguments. Required arguments: [version]")
    needs_admin(process)
    configured = read_configuration(process, host, "upgrade")
    adopt(process, host)
    named = process.state["words"][0] if process.state["words"] else f"v{configured}"
    try:
        chosen = release(named)
    except ValueError:
        raise Failure(f'version "{named}" doesn\'t match patterns for neither semantic version nor labels') from None
    note(process, release=tuple(chosen), where="upgrade/preflight")
    if has(process, "print-config"):
        process.stdout.write(str(configuration_text(host)))
    return None


def configuration_text(host: Host) -> str:
    """The ClusterConfiguration as it is stored."""
    found = request(host, "GET", f"/api/v1/namespaces/kube-system/configmaps/{CONFIG}") or {}
    return str((found.get("data") or {}).get("ClusterConfiguration", ""))


def say_checks(process: Process, host: Host) -> Wait | None:
    process.print("[upgrade/preflight] Running preflight checks")
    return None


def check(process: Process, host: Host) -> Wait | None:
    needs_api(host)
    planning.check(process, host, wanted(process), force=has(process, "f", "force"))
    if not has(process, "y", "yes", "f", "force") and not is_dry(process):
        process.stdout.write("[upgrade] Are you sure you want to proceed? [y/N]: ")
    return None


def confirm(process: Process, host: Host) -> Wait | None:
    return None if has(process, "y", "yes", "f", "force") or is_dry(process) else confirmed(process)


def pull(process: Process, host: Host) -> Wait | None:
    """Fetch the images of the new release."""
    if "pulled" in process.state:
        return None
    where, store, problems, time = process.state["where"], host.kubelet.images, [], 0
    if is_dry(process):
        process.print(f"[{where}] Would pull the required images (like 'kubeadm config images pull')")
        return None
    process.print(f"[{where}] Pulling images required for setting up a Kubernetes cluster")
    process.print(f"[{where}] This might take a minute or two, depending on the speed of your internet connection")
    process.print(f"[{where}] You can also perform this action beforehand using 'kubeadm config images pull'")
    for name in images_of(wanted(process), settings(process)["cluster"]):
        try:
            time += store.fetch(host.name, name)
        except PullError as error:
            problems.append(f"ImagePull: failed to pull image {name}: failed to pull image {name}: {error}")
    preflight(problems, process.state["ignore"])
    note(process, pulled=True)
    return Wait("go_on", until=process.now + time)


# What follows.


def upload(process: Process, host: Host) -> Wait | None:
    """The cluster is configured for the new release from now on."""
    text, where = cluster_configuration(wanted(process), "", settings(process)["cluster"]), "kube-system"
    process.print(f'[upload-config] Storing the configuration used in ConfigMap "{CONFIG}" in the "{where}" Namespace')
    keep(process, host, "configmaps", config_map(CONFIG, where, {"ClusterConfiguration": text}))
    return None


def upload_kubelet(process: Process, host: Host) -> Wait | None:
    process.print(
        f'[kubelet] Creating a ConfigMap "{KUBELET}" in namespace kube-system with the configuration for the kubelets '
        "in the cluster"
    )
    return None


def kubeconfigs(process: Process, host: Host) -> Wait | None:
    process.print("[upgrade/kubeconfig] The kubeconfig files for this node were successfully upgraded!")
    return None


def kubelet(process: Process, host: Host) -> Wait | None:
    """Write the kubelet's configuration as the cluster has it; the kubelet reads it when it starts."""
    found = request(host, "GET", f"/api/v1/namespaces/kube-system/configmaps/{KUBELET}")
    if found is None:
        raise Failure(f'configmaps "{KUBELET}" not found')
    text, patched = str((found.get("data") or {}).get("kubelet", "")), settings(process)["patches"]
    if is_dry(process):
        process.print(f'[dryrun] Would write file "{KUBELET_CONFIG_FILE}" with content:')
        process.print("\n".join(f"\t{line}" for line in text.splitlines()))
        return None
    back_up(process)
    if patched:
        body = yaml.load(text)
        assert isinstance(body, dict)
        text = yaml.dump(patches.applied(process, patched, "kubeletconfiguration", body))
    process.files.write(KUBELET_CONFIG_FILE, text, mode=0o644)
    process.print(f'[kubelet-start] Writing kubelet configuration to file "{KUBELET_CONFIG_FILE}"')
    process.print("[upgrade/kubelet-config] The kubelet configuration for this node was successfully upgraded!")
    return None


def back_up(process: Process) -> None:
    """Keep the kubelet's configuration as it was."""
    folder = f"{TEMPORARY}/kubeadm-kubelet-config-{stamp(process)}"
    advice = "To override it set the environment variable KUBEADM_UPGRADE_DRYRUN_DIR"
    log(process, "W", "postupgrade.go:105", f"Using temporary directory {folder} for kubelet config. {advice}")
    process.print(f"[upgrade] Backing up kubelet config file to {folder}/config.yaml")
    if process.files.is_file(KUBELET_CONFIG_FILE):
        process.files.make_directory(folder, mode=0o700, parents=True)
        process.files.write(f"{folder}/config.yaml", process.files.read(KUBELET_CONFIG_FILE), mode=0o600)


def rules(process: Process, host: Host) -> Wait | None:
    process.print("[upgrade/bootstrap-token] Configuring bootstrap token and cluster-info RBAC rules")
    for rule in RULES:
        process.print(f"[bootstrap-token] Configured RBAC rules to allow {rule}")
    return None


def addon(process: Process, host: Host, name: str) -> Wait | None:
    """CoreDNS and kube-proxy follow once every control plane instance is upgraded."""
    if not host.is_control_plane:
        process.print(f"[upgrade/addon] Skipping the addon/{name} phase. Not a control plane node.")
        return None
    new = wanted(process)
    images = {each: planning.running(host, "kube-apiserver", each) for each in host.control_plane.nodes}
    behind = [each for each, tag in images.items() if tag != images[host.name]]
    if behind and not is_dry(process):
        if name == "coredns":
            process.print("[upgrade/addons] skip upgrade addons because control plane instances "
                          f"[{' '.join(behind)}] have not been upgraded")  # fmt: skip
        return None
    cluster = settings(process)["cluster"]
    if (cluster.get("dns" if name == "coredns" else "proxy") or {}).get("disabled"):
        return None
    resource, reference = ("deployments.apps", dns_image(new, cluster)) if name == "coredns" else (
        "daemonsets.apps", image("kube-proxy", new, cluster))  # fmt: skip
    found = host.cluster.client("kubeadm").get(resource, "kube-system", name)
    if found is not None:
        set_image(process, host, resource, found, reference)
    process.print(f"[addons] Applied essential addon: {TITLES[name]}")
    return None


def set_image(process: Process, host: Host, resource: str, obj: Object, reference: str) -> None:
    spec: Mapping[str, Any] = obj["spec"]["template"]["spec"]
    first, *others = spec["containers"]
    containers = [{**first, "image": reference}, *others]
    place = ("spec", "template", "spec", "containers")
    if is_dry(process):
        process.print(f'[dryrun] Would perform action UPDATE on resource "{resource.partition(".")[0]}" in API group '
                      f'"apps/v1"')  # fmt: skip
        return
    host.cluster.client("kubeadm").change(resource, obj, place, containers)


def succeed(process: Process, host: Host) -> Wait | None:
    new = wanted(process)
    if is_dry(process):
        process.print("[dryrun] Finished dryrunning successfully!")
        return None
    process.print(f'\n[upgrade] SUCCESS! A control plane node of your cluster was upgraded to "v{new}".\n')
    process.print("[upgrade] Now please proceed with upgrading the rest of the nodes by following the right order.")
    return None


# What `node` does.


def begin_node(process: Process, host: Host) -> Wait | None:
    ask_file(process, "node")
    own = "/etc/kubernetes/kubelet.conf"
    if not process.files.is_file(own):
        why = f"failed to load admin kubeconfig: open {own}: no such file or directory"
        raise Failure(f'couldn\'t create a Kubernetes client from file "{own}": {why}')
    configured = read_configuration(process, host, "upgrade")
    adopt(process, host)
    note(process, release=tuple(configured), where="upgrade/preflight", node=True)
    return None


def check_node(process: Process, host: Host) -> Wait | None:
    process.print("[upgrade/preflight] Running pre-flight checks")
    if not host.is_control_plane:
        process.print("[upgrade/preflight] Skipping prepull. Not a control plane node.")
    return None


def skip_control_plane(process: Process, host: Host) -> Wait | None:
    if not host.is_control_plane:
        process.print("[upgrade/control-plane] Skipping phase. Not a control plane node.")
        process.print("[upgrade/kubeconfig] Skipping phase. Not a control plane node.")
    return None


def only_control_plane(step: Step) -> Step:
    def run(process: Process, host: Host) -> Wait | None:
        return step(process, host) if host.is_control_plane else None

    return run


def say_node(process: Process, host: Host) -> Wait | None:
    if is_dry(process):
        process.print("[dryrun] Finished dryrunning successfully!")
    return None


ADDONS = tuple(
    Phase(name, f"Upgrade the {title} addon", (partial(addon, name=name),)) for name, title in TITLES.items()
)
CONFIGS = (
    Phase("kubeadm", "Upload the kubeadm ClusterConfiguration to a ConfigMap", (upload,)),
    Phase("kubelet", "Upload the kubelet configuration to a ConfigMap", (upload_kubelet,)),
)
APPLY = Workflow("apply [version]", (begin,), (
    Phase("preflight", "Run preflight checks before upgrade",
          (say_checks, health.begin, health.end, check, confirm, pull)),
    Phase("control-plane", "Upgrade the control plane", (prepare, replace)),
    Phase("upload-config", "Upload the kubeadm and kubelet configurations to ConfigMaps", (), CONFIGS),
    Phase("kubelet-config", "Upgrade the kubelet configuration for this node", (kubeconfigs, kubelet)),
    Phase("bootstrap-token", "Configures bootstrap token and cluster-info RBAC rules", (rules,)),
    Phase("addon", "Upgrade the default kubeadm addons", (), ADDONS),
    Phase("post-upgrade", "Run post upgrade tasks"),
), (succeed,))  # fmt: skip
NODE = Workflow("node", (begin_node,), (
    Phase("preflight", "Run upgrade node pre-flight checks", (check_node, only_control_plane(pull))),
    Phase("control-plane", "Upgrade the control plane instance deployed on this node, if any",
          (skip_control_plane, only_control_plane(prepare), only_control_plane(replace),
           only_control_plane(kubeconfigs))),
    Phase("kubelet-config", "Upgrade the kubelet configuration for this node", (kubelet,)),
    Phase("addon", "Upgrade the default kubeadm addons", (), ADDONS),
    Phase("post-upgrade", "Run post upgrade tasks"),
), (say_node,))  # fmt: skip

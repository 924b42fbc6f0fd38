"""kubeadm upgrade plan, and which upgrades are let happen.

Upstream: cmd/kubeadm/app/cmd/upgrade/plan.go, cmd/kubeadm/app/phases/upgrade/{compute,policy}.go
"""

from collections.abc import Iterator

from simulator.controlplane.manifests import PROGRAMS
from simulator.machinery.objects import Object
from simulator.machinery.releases import STABLE, Release, companions, newest
from simulator.nodeshell.host import Host
from simulator.nodeshell.packages import Packages
from simulator.nodeshell.programs.kubeadm import health
from simulator.nodeshell.programs.kubeadm.asking import log, needs_admin, note, read_configuration
from simulator.nodeshell.programs.kubeadm.failures import Failure, needs_api
from simulator.nodeshell.programs.kubeadm.settings import words
from simulator.nodeshell.programs.kubeadm.workflow import Workflow
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

KUBELET_SKEW = 3
"""How many minor versions a kubelet may be behind the API server."""
LINE = "_" * 69
AFTER = "that must be upgraded manually after you have upgraded the control plane with 'kubeadm upgrade apply':"
ABOUT_CONFIGS = """

The table below shows the current state of component configs as understood by this version of kubeadm.
Configs that have a "yes" mark in the "MANUAL UPGRADE REQUIRED" column require manual config upgrade or
resetting to kubeadm defaults before a successful upgrade can be performed. The version to manually
upgrade to is denoted in the "PREFERRED VERSION" column.

API GROUP                 CURRENT VERSION   PREFERRED VERSION   MANUAL UPGRADE REQUIRED
kubeproxy.config.k8s.io   v1alpha1          v1alpha1            no
kubelet.config.k8s.io     v1beta1           v1beta1             no"""

type Row = tuple[str, str, str, str]


def begin(process: Process, host: Host) -> Wait | None:
    note(process, ignore=words(process.state["flags"].get("ignore-preflight-errors", "")))
    needs_admin(process)
    process.print("[preflight] Running pre-flight checks.")
    read_configuration(process, host, "upgrade/config")
    return None


def show(process: Process, host: Host) -> Wait | None:
    needs_api(host)
    own, cluster = Packages(host).installed("kubeadm"), host.cluster.release
    process.print("[upgrade] Fetching available versions to upgrade to")
    process.print(f"[upgrade/versions] Cluster version: {cluster}")
    process.print(f"[upgrade/versions] kubeadm version: v{own}")
    stable, latest = newest(own.series), newest(STABLE)
    if latest.series != own.series:
        text = f"remote version is much newer: v{latest}; falling back to: stable-{own.series}"
        log(process, "I", "version.go:260", text)
    process.print(f"[upgrade/versions] Target version: v{stable}")
    found: list[tuple[str, Release]] = []
    if stable >= cluster:
        patch = newest(cluster.series)
        process.print(f"[upgrade/versions] Latest version in the v{cluster.series} series: v{patch}")
        if cluster < patch:
            found.append((f"version in the v{cluster.series} series", patch))
        if patch < stable:
            found.append(("stable version", stable))
    process.print()
    for description, wanted in found:
        offer(process, host, description, wanted)
    if found:
        process.print(f"{ABOUT_CONFIGS}\n{LINE}\n")
    return None


def offer(process: Process, host: Host, description: str, wanted: Release) -> None:
    """One upgrade that could be made."""
    kubelets = list(kubelet_rows(host, wanted))
    if kubelets:
        process.print(f"Components {AFTER}")
        table(process, kubelets)
        process.print()
    process.print(f"Upgrade to the latest {description}:\n")
    table(process, list(component_rows(host, wanted)))
    process.print("\nYou can now apply the upgrade by executing the following command:\n")
    process.print(f"\tkubeadm upgrade apply v{wanted}\n")
    if Packages(host).installed("kubeadm") < wanted:
        process.print(f"Note: Before you can perform this upgrade, you have to update kubeadm to v{wanted}.\n")
    process.print(f"{LINE}\n")


def kubelet_rows(host: Host, wanted: Release) -> Iterator[Row]:
    for node in host.cluster.store.list("nodes"):
        version = node["status"]["nodeInfo"]["kubeletVersion"]
        if version != f"v{wanted}":
            yield "kubelet", node["metadata"]["name"], version, f"v{wanted}"


def component_rows(host: Host, wanted: Release) -> Iterator[Row]:
    after = companions(wanted)
    for program in PROGRAMS[1:]:
        for node in host.control_plane.nodes:
            yield program, node, running(host, program, node), f"v{wanted}"
    yield "kube-proxy", "", deployed(host, "daemonsets.apps", "kube-proxy").removeprefix("v"), f"v{wanted}"
    yield "CoreDNS", "", deployed(host, "deployments.apps", "coredns"), after.coredns
    for node in host.control_plane.nodes:
        yield "etcd", node, running(host, "etcd", node), after.etcd


def running(host: Host, program: str, node: str) -> str:
    """The version of a static Pod's image."""
    pod = host.cluster.store.get("pods", ("kube-system", f"{program}-{node}"))
    return tag(pod["spec"]) if pod is not None else ""


def deployed(host: Host, resource: str, name: str) -> str:
    found = host.cluster.store.get(resource, ("kube-system", name))
    return tag(found["spec"]["template"]["spec"]) if found is not None else ""


def tag(spec: Object) -> str:
    return str(spec["containers"][0]["image"].rpartition(":")[2])


def table(process: Process, rows: list[Row]) -> None:
    shown = [("COMPONENT", "NODE", "CURRENT", "TARGET"), *rows]
    widths = [max(10, *(len(row[place]) + 3 for row in shown)) for place in range(3)]
    for row in shown:
        process.print("".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)) + row[3])


# What an upgrade to a release has against it.


def check(process: Process, host: Host, wanted: Release, *, force: bool) -> None:
    """Refuse what the policy on skew does not allow; `force` overrides some of it."""
    own, cluster = Packages(host).installed("kubeadm"), host.cluster.release
    process.print(f'[upgrade/preflight] You have chosen to upgrade the cluster version to "v{wanted}"')
    process.print(f"[upgrade/versions] Cluster version: v{cluster}")
    process.print(f"[upgrade/versions] kubeadm version: v{own}")
    fatal = list(impossible(wanted, own, cluster))
    if fatal:
        raise refused("fatal ", fatal, "Please fix the misalignments highlighted above and try upgrading again")
    doubtful = list(unwise(host, wanted, own))
    if doubtful and not force:
        raise refused("", doubtful, "Can be bypassed if you pass the --force flag")
    if doubtful:
        about = (
            f"Found {len(doubtful)} potential version compatibility errors but skipping since the --force flag is set"
        )
        process.print(f"[upgrade/preflight] {about}: \n\n{listed(doubtful)}")


def refused(kind: str, problems: list[str], tail: str) -> Failure:
    head = f"the version argument is invalid due to these {kind}errors:\n\n{listed(problems)}\n{tail}"
    return Failure(head)


def listed(problems: list[str]) -> str:
    return "".join(f"\t- {problem}\n" for problem in problems)


def impossible(wanted: Release, own: Release, cluster: Release) -> Iterator[str]:
    """What no flag overrides."""
    said = f'Specified version to upgrade to "v{wanted}"'
    if wanted.minor < own.minor - 1:
        yield (
            f'{said} is equal to or lower than the minimum supported version "v{cluster}". Please specify a higher '
            "version to upgrade to"
        )
    if wanted.minor > cluster.minor + 1:
        yield f"{said} is too high; kubeadm can upgrade only 1 minor version at a time"
    if wanted.minor < cluster.minor - 1:
        yield (
            f'Specified version to downgrade to "v{wanted}" is too low; kubeadm can downgrade only 1 minor version at '
            "a time"
        )
    if wanted.minor > own.minor:
        yield (
            f"{said} is at least one minor release higher than the kubeadm minor release ({wanted.minor} > "
            f"{own.minor}). Such an upgrade is not supported"
        )


def unwise(host: Host, wanted: Release, own: Release) -> Iterator[str]:
    """What `--force` overrides."""
    if own < wanted and own.minor == wanted.minor:
        yield (
            f'Specified version to upgrade to "v{wanted}" is higher than the kubeadm version "v{own}". Upgrade kubeadm '
            "first using the tool you used to install kubeadm"
        )
    if own.minor > wanted.minor:
        yield f"Kubeadm version v{own} can only be used to upgrade to Kubernetes version {own.series}"
    versions = {node["status"]["nodeInfo"]["kubeletVersion"] for node in host.cluster.store.list("nodes")}
    old = [each for each in sorted(versions) if int(each.split(".")[1]) < wanted.minor - KUBELET_SKEW]
    if old:
        yield f"There are kubelets in this cluster that are too old that have these versions [{' '.join(old)}]"


PLAN = Workflow("plan [version]", (begin, health.begin, health.end, show), ())

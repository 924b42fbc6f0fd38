"""What kubeadm changes on its node and in the cluster; a dry run only says what that would be.

Upstream: cmd/kubeadm/app/util/{dryrun,apiclient}
"""

from collections.abc import Mapping
from typing import Any

from simulator.api.errors import APIError
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm.asking import note
from simulator.nodeshell.programs.kubeadm.failures import Failure
from simulator.runtime.process import Process

TEMPORARY = "/etc/kubernetes/tmp"
GROUPS = {"deployments.apps": "apps/v1", "daemonsets.apps": "apps/v1"}


def is_dry(process: Process) -> bool:
    return bool(process.state.get("dry")) or "dry-run" in process.state.get("flags", ())


def folder(process: Process, host: Host) -> str:
    """Where a dry run leaves what it would write."""
    known = process.state.get("folder")
    if known is None:
        command = process.state["command"][0]
        known = f"{TEMPORARY}/kubeadm-{command}-dryrun{host.kubelet.random.below('dry run', 10**9)}"
        note(process, folder=known, written={})
        process.files.make_directory(known, mode=0o700, parents=True)
    return str(known)


def write(process: Process, host: Host, path: str, content: str | bytes, mode: int = 0o600) -> None:
    """Write a file; a dry run puts it aside."""
    if is_dry(process):
        target = f"{folder(process, host)}/{path.removeprefix('/etc/kubernetes/pki/').rpartition('/')[2]}"
        if "/pki/" in path:
            target = f"{folder(process, host)}/{path.partition('/pki/')[2]}"
        process.files.make_directory(target.rpartition("/")[0], mode=0o700, parents=True)
        process.files.write(target, content, mode=mode)
        note(process, written={**process.state["written"], path: target})
        return
    above = path.rpartition("/")[0]
    if not process.files.is_directory(above):
        process.files.make_directory(above, mode=0o755, parents=True)
    process.files.write(path, content, mode=mode)
    process.files.change(path, mode=mode)


def show_written(process: Process, paths: Mapping[str, str]) -> None:
    """Say what would be in files: the real place, and where the content lies now."""
    for path, target in paths.items():
        process.print(f'[dryrun] Would write file "{path}" with content:')
        for line in process.files.text(target).splitlines():
            process.print(f"\t{line}")


def keep(process: Process, host: Host, resource: str, obj: Object) -> None:
    """Create an object, or make what is there like it."""
    if is_dry(process):
        group = GROUPS.get(resource, "core/v1")
        process.print(f'[dryrun] Would perform action CREATE on resource "{resource.partition(".")[0]}" in API group '
                      f'"{group}"\n[dryrun] Attached object:\n{yaml.dump(obj)}'.rstrip("\n"))  # fmt: skip
        return
    client, metadata = host.cluster.client("kubeadm"), obj["metadata"]
    try:
        known = client.get(resource, metadata.get("namespace", ""), metadata["name"])
        if known is None:
            client.create(resource, obj)
        elif "data" in obj and metadata["name"] != "coredns":  # a Corefile that is there stays
            client.update(resource, {**known, "data": obj["data"]})
        elif "spec" in obj:
            chosen = ("replicas", "clusterIP", "clusterIPs")
            kept = {key: value for key, value in known["spec"].items() if key in chosen}
            client.update(resource, {**known, "spec": {**known["spec"], **obj["spec"], **kept}})
    except APIError as error:
        raise Failure(str(error)) from None


def patch_node(process: Process, host: Host, patch: Mapping[str, Any], changed: Object) -> None:
    """Change this node's Node."""
    if is_dry(process):
        process.print(f'[dryrun] Would perform action PATCH on resource "nodes" in API group "core/v1"\n'
                      f'[dryrun] Resource name "{host.name}"\n[dryrun] Attached patch:\n\t'
                      f"{yaml.compact_json(dict(patch))}")  # fmt: skip
        return
    host.cluster.client("kubeadm").update("nodes", changed)

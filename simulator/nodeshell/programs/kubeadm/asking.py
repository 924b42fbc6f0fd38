"""How kubeadm asks people and the API, and what it remembers between two steps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from simulator.api.requests import ADMINISTRATOR, Request
from simulator.controlplane.configuration import CONFIG
from simulator.controlplane.programs import klog
from simulator.kernel.clock import SECOND
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.machinery.releases import Release, release
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm.failures import ADMIN, Failure
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

POLL = SECOND


def again(process: Process) -> Wait:
    """Look again a second later."""
    return Wait("go_on", until=process.now + POLL)


def note(process: Process, **facts: Any) -> None:
    """Remember facts for later steps."""
    process.state = {**process.state, **facts}


def has(process: Process, *flags: str) -> bool:
    """Whether any of these flags is given."""
    return any(flag in process.state["flags"] for flag in flags)


def flag(process: Process, name: str, otherwise: str) -> str:
    return str(process.state["flags"].get(name, otherwise))


def request(host: Host, method: str, path: str, body: Object | None = None) -> Object | None:
    """Ask the API as the administrator; None when that comes to nothing."""
    content = b"" if body is None else orjson.dumps(body)
    headers = {"content-type": "application/json"}
    answer = host.cluster.server.handle(Request.to(method, path, headers=headers, body=content, user=ADMINISTRATOR))
    if answer.status >= 400 or answer.body is None:
        return None
    found = answer.body if isinstance(answer.body, dict) else orjson.loads(answer.body)
    return found if isinstance(found, dict) else None


def needs_admin(process: Process) -> None:
    if not process.files.is_file(ADMIN):
        why = f"failed to load admin kubeconfig: open {ADMIN}: no such file or directory"
        raise Failure(f'couldn\'t create a Kubernetes client from file "{ADMIN}": {why}')


def cluster_configuration(host: Host) -> Mapping[str, Any]:
    """The ClusterConfiguration in kubeadm-config."""
    place = f"/api/v1/namespaces/kube-system/configmaps/{CONFIG}"
    found = request(host, "GET", place)
    if found is None:
        why = f'configmaps "{CONFIG}" not found'
        if host.control_plane.state != "well":
            why = f'Get "{host.cluster.url}{place}?timeout=10s": dial tcp {host.cluster.api_address}:6443: '
            why += "connect: connection refused"
        raise Failure(f"failed to get config map: {why}")
    try:
        body = yaml.load((found.get("data") or {}).get("ClusterConfiguration", ""))
    except ValueError as mistake:
        raise Failure(f"could not read the ClusterConfiguration: {mistake}") from None
    if not isinstance(body, dict) or body.get("kind") != "ClusterConfiguration":
        raise Failure("no ClusterConfiguration kind was found in the kubeadm-config ConfigMap")
    return body


def configured_release(host: Host) -> Release:
    """The release that the cluster is configured for."""
    named = cluster_configuration(host).get("kubernetesVersion", "")
    try:
        return release(str(named))
    except ValueError:
        raise Failure(f'version "{named}" doesn\'t match patterns for neither semantic version nor labels') from None


def read_configuration(process: Process, host: Host, where: str) -> Release:
    """Read kubeadm-config, and say so."""
    process.print(f'[{where}] Reading configuration from the "{CONFIG}" ConfigMap in namespace "kube-system"...')
    upload = "kubeadm init phase upload-config kubeadm --config your-config-file"
    process.print(f"[{where}] Use '{upload}' to re-upload it.")
    return configured_release(host)


def confirmed(process: Process) -> Wait | None:
    """Read the answer to a question whether to go on."""
    data = process.read(0)
    if data is None:
        return Wait("go_on", readable=(0,))
    if data.decode("utf-8", "replace").strip().lower() not in ("y", "yes"):
        raise Failure("won't proceed; the user didn't answer (Y|y) in order to continue")
    return None


def stamp(process: Process) -> str:
    """A moment as names of folders have it."""
    return f"{datetime.fromtimestamp(process.now // SECOND, UTC):%Y-%m-%d-%H-%M-%S}"


def log(process: Process, level: str, place: str, text: str) -> None:
    """Write a line as kubeadm's log has it."""
    process.error(klog(level, process.now, place, text).replace("       1 ", f"{process.pid:>8} ", 1))

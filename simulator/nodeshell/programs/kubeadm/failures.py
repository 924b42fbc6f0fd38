"""Why kubeadm does not go on, and what it needs to."""

from collections.abc import Callable, Mapping

from simulator.nodeshell.host import Host
from simulator.runtime.process import Process

type Run = Callable[[Process, Host, Mapping[str, str], list[str]], int]
"""A sub-command: process, node, flags and the words after it, to an exit code."""


class Failure(Exception):
    """Said before kubeadm ends."""


def needs_api(host: Host) -> None:
    if host.control_plane.state != "well":
        url = f"{host.cluster.url}/api/v1/namespaces/kube-system/secrets?timeout=10s"
        raise Failure(f'error: Get "{url}": dial tcp {host.cluster.api_address}:6443: connect: connection refused')


def needs_control_plane(host: Host) -> None:
    if not host.is_control_plane:
        raise Failure("failed to load admin kubeconfig: open /etc/kubernetes/admin.conf: no such file or directory")


def preflight(problems: list[str]) -> Failure:
    head = "error execution phase preflight: [preflight] Some fatal errors occurred:"
    tail = "[preflight] If you know what you are doing, you can make a check non-fatal with"
    tail += " `--ignore-preflight-errors=...`"
    return Failure("\n".join([head, *(f"\t{problem}" for problem in problems), tail]))


def not_simulated(what: str) -> Run:
    def run(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
        raise Failure(f"{what} is not simulated in this lab")

    return run

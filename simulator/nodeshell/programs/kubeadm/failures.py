"""Why kubeadm does not go on, and what it needs to. Upstream: cmd/kubeadm/app/util/error.go, app/preflight"""

from collections.abc import Callable, Collection, Mapping

from simulator.nodeshell.host import Host
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

type Run = Callable[[Process, Host, Mapping[str, str], list[str]], int]
"""A sub-command that is done at once: process, node, flags and the words after it, to an exit code."""
type Step = Callable[[Process, Host], Wait | None]
"""A step of a sub-command that takes its time: when to call it again, or None once it is done."""

ADMIN = "/etc/kubernetes/admin.conf"


class Failure(Exception):
    """Said before kubeadm ends, after what `before` says."""

    def __init__(self, words: str, before: str = "", code: int = 1) -> None:
        super().__init__(words)
        self.before = before
        self.code = code


def needs_api(host: Host) -> None:
    if host.control_plane.state != "well":
        url = f"{host.cluster.url}/api/v1/namespaces/kube-system/secrets?timeout=10s"
        raise Failure(f'Get "{url}": dial tcp {host.cluster.api_address}:6443: connect: connection refused')


def needs_control_plane(host: Host) -> None:
    if not host.is_control_plane:
        raise Failure(f"failed to load admin kubeconfig: open {ADMIN}: no such file or directory")


def preflight(problems: Collection[str], ignored: Collection[str] = ()) -> None:
    """End here if any check failed whose errors are not ignored. A problem begins with the check's name."""
    forgiven = {name.strip().lower() for name in ignored}
    fatal = [each for each in problems if not {"all", each.partition(":")[0].lower()} & forgiven]
    if not fatal:
        return
    head = "[preflight] Some fatal errors occurred:"
    tail = "[preflight] If you know what you are doing, you can make a check non-fatal with"
    listed = [f"\t[ERROR {name}]: {words}" for name, _, words in (each.partition(": ") for each in fatal)]
    before = "\n".join([head, *listed, f"{tail} `--ignore-preflight-errors=...`"])
    raise Failure("preflight checks failed", before, 2)
